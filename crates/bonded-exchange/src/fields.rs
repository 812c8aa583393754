//! The field tables of the messages: each record with its elements in their official order, their
//! Chinese names, lengths and decimals.
//!
//! The tables say what the interface takes, not what the law asks. Names, lengths and decimals of the
//! customs' side come from its schemas of 2017 and from receipts of 2019 to 2024 (`secondary`: read
//! where others published them, not at customs); which fields the client requires comes from its own
//! page of 2018 to 2021 (`secondary`). What is said there of a field without a length is ours
//! (`unverified`) and generous.

mod account_book;
mod carry_over;
mod closure;
mod envelope;
mod handbook;
mod list;
mod zone;

pub use account_book::*;
pub use carry_over::*;
pub use closure::*;
pub use envelope::*;
pub use handbook::*;
pub use list::*;
pub use zone::*;

/// Who writes a record so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dialect {
    /// The customs side (海关端): `putrecNo`, dates `yyyy-MM-dd`, an empty element where there is no
    /// value. Every receipt is written so.
    Customs,
    /// What an enterprise puts into the Single Window client's OutBox (单一窗口客户端导入): `PutrecNo`,
    /// dates `yyyyMMdd`, elements without a value may be left out.
    Client,
}

/// What an element may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Type {
    /// Text of exactly so many characters.
    Exactly(u16),
    /// Text of at most so many characters.
    UpTo(u16),
    /// A whole number of at most so many digits.
    Whole(u8),
    /// A decimal of at most so many digits in all, of which so many behind the point.
    Decimal(u8, u8),
    /// `yyyy-MM-dd`.
    Date,
    /// `yyyy-MM-dd HH:mm:ss`; `yyyy-MM-ddTHH:mm:ss` and a bare date are read too.
    Time,
    /// `yyyyMMdd`; `yyyy-MM-dd` with or without a time is read too.
    Day,
}

/// An element of a record.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field {
    /// As the table spells it. Read in either case of its first letter.
    pub name: &'static str,
    /// Its Chinese name.
    pub chinese: &'static str,
    /// What it may hold.
    pub holds: Type,
    /// The client refuses to declare without it.
    pub required: bool,
    /// The codes that are known, with their meaning; empty where it holds none or they were not found.
    /// Others may have come since: a code that is not here is worth a warning, not a refusal.
    pub codes: &'static [(&'static str, &'static str)],
}

/// A record of a message: a head, or a kind of line.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecordKind {
    /// Its element.
    pub name: &'static str,
    /// Its Chinese name.
    pub chinese: &'static str,
    /// Who writes it.
    pub dialect: Dialect,
    /// Its elements in their official order.
    pub fields: &'static [Field],
}

const fn field(name: &'static str, chinese: &'static str, holds: Type) -> Field {
    Field {
        name,
        chinese,
        holds,
        required: false,
        codes: &[],
    }
}

impl Field {
    const fn required(mut self) -> Field {
        self.required = true;
        self
    }

    const fn codes(mut self, codes: &'static [(&'static str, &'static str)]) -> Field {
        self.codes = codes;
        self
    }
}

impl RecordKind {
    /// Where an element stands in the table, in either case of its letters.
    pub fn position(&self, name: &str) -> Option<usize> {
        let same = |it: &Field| it.name == name;
        let exact = self.fields.iter().position(same);
        exact.or_else(|| {
            let same = |it: &Field| it.name.eq_ignore_ascii_case(name);
            self.fields.iter().position(same)
        })
    }

    /// An element by its name, in either case of its letters.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.position(name).and_then(|at| self.fields.get(at))
    }
}

impl PartialEq for &'static RecordKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// All record kinds.
pub fn record_kinds() -> impl Iterator<Item = &'static RecordKind> {
    ALL.iter().copied()
}

/// The kind of a record by its element, in either case of its first letter.
pub fn record_kind(name: &str) -> Option<&'static RecordKind> {
    let exact = ALL.iter().find(|it| it.name == name);
    let alike = || ALL.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    exact.or_else(alike).copied()
}

static ALL: &[&RecordKind] = &[
    &ENVELOP_INFO,
    &POCKET_INFO,
    &HDE_APPR_RESULT,
    &CHECK_INFO,
    &INV_APPR_RESULT,
    &MSG_RECE_RESULT,
    &COMMON_RESPONE_MESSAGE,
    &IMPORT_INFO,
    &RECEIPT_DCL_HEAD,
    &EML_PUTREC_BSC,
    &EML_PUTREC_DT,
    &EML_PUTREC_UCNS_DT,
    &EML_PUTREC_ACMP_FORM_DT,
    &NPTS_EML_HEAD,
    &NPTS_EML_IMG,
    &NPTS_EML_EXG,
    &NPTS_EML_CONSUME,
    &EMS_PUTREC_BSC,
    &EMS_PUTREC_DT,
    &EMS_PUTREC_UCNS_DT,
    &ET_ARCRP_BSC,
    &ET_ARCRP_DT,
    &BOND_INVT_BSC,
    &BOND_INVT_DT,
    &BOND_INVT_DT_SIMPLE,
    &BOND_INVT_ACMP_FORM_DT,
    &SAS_CENT_DCL_STOCK,
    &INVT_HEAD_TYPE,
    &INVT_LIST_TYPE,
    &INVT_GOODS_TYPE,
    &INVT_WAREHOUSE_TYPE,
    &INVT_CBEC_BILL,
    &EML_CHGOFF_BSC,
    &EML_CHGOFF_INVT,
    &EML_CHGOFF_MTPCK,
    &EML_CHGOFF_ENDPRD,
    &EMS_CHGOFF_BSC,
    &EMS_CHGOFF_DT,
    &EMS_CHGOFF_INVT_LT,
    &SAS_CMB_BSC,
    &SAS_CMB_INVT,
    &SAS_CMB_IMG,
    &SAS_CMB_RBG,
    &ROTATE_DCL_BSC,
    &ROTATE_DCL_DT,
    &ROTATE_RVSNGD_BL_BSC,
    &ROTATE_RVSNGD_BL_DT,
    &SAS_DCL_BSC,
    &SAS_DCL_DT,
    &SAS_DCL_UCNS_DT,
    &SAS_STOCK_BSC,
    &SAS_STOCK_DT,
    &SAS_PASSPORT_BSC,
    &SAS_PASSPORT_DT,
    &SAS_PASSPORT_RLT,
    &BWS_DT,
];
