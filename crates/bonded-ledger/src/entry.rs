//! What a journal consists of: entries (分录), one JSON object a line. The field names are the
//! public contract.

use std::borrow::Cow;

use exact_json::{Json, digest_fields};
use serde::Serialize;
use unit_consumption::{Net, Percent, Quantity};
use uuid::Uuid;

use crate::ids::{
    Currency, CustomsCode, Date, HandbookNo, HsCode, MaterialSeq, Mode, ProductSeq, Unit, Uscc,
};

mod decode;
mod input;

pub use exact_json::Ext;
pub use input::InputError;

/// One entry of a journal: who, when, what. Made by [`Entry::new`] or read from JSON; it does not
/// change afterwards, as its content is compared when the same `id` comes again.
#[derive(Clone, Debug)]
pub struct Entry {
    id: Uuid,
    date: Date,
    kind: EntryKind,
    note: Option<String>,
    author: Option<String>,
    recorded_at: Option<String>,
    ext: Option<Ext>,
    digest: u128,
    /// Written in Rust with a value that no line of a journal may have.
    fault: Option<InputError>,
    /// The line it was read from: written anew it would be other content.
    source: Option<Box<str>>,
}

impl Entry {
    /// An entry with nothing but its `id` (the idempotency key), business date and content.
    pub fn new(id: Uuid, date: Date, kind: EntryKind) -> Entry {
        let mut entry = Entry {
            id,
            date,
            kind,
            note: None,
            author: None,
            recorded_at: None,
            ext: None,
            digest: 0,
            fault: None,
            source: None,
        };
        entry.seal();
        entry
    }

    /// The same with a free note.
    pub fn with_note(mut self, note: impl Into<String>) -> Entry {
        self.note = Some(note.into());
        self.seal();
        self
    }

    /// The same with what an integrator carries along.
    pub fn with_ext(mut self, ext: Ext) -> Entry {
        self.ext = Some(ext);
        self.seal();
        self
    }

    /// Reads one line of a journal.
    ///
    /// # Errors
    /// Names the field, what was found, what was expected and what to do.
    pub fn from_json(line: &str) -> Result<Entry, InputError> {
        let json = Json::parse(line).map_err(|error| InputError::syntax(&error))?;
        let mut entry = Entry::from_value(&json)?;
        let line = line.trim_ascii();
        let bytes = line.as_bytes();
        entry.source = Some(match bytes.contains(&b'\n') || bytes.contains(&b'\r') {
            // JSON may be spread over lines; a journal's is one.
            true => json.to_value().to_string().into(),
            false => line.into(),
        });
        Ok(entry)
    }

    /// As a line of a journal, without its end: the line it was read from, so that it is the same
    /// content when it is read again; of an entry written in Rust, its JSON.
    pub fn line(&self) -> Cow<'_, str> {
        match &self.source {
            Some(it) => Cow::Borrowed(it),
            None => Cow::Owned(serde_json::to_string(self).unwrap_or_default()),
        }
    }

    /// The idempotency key.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The business date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// What it says.
    pub fn kind(&self) -> &EntryKind {
        &self.kind
    }

    /// Free text.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Who recorded it.
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// When it was recorded (RFC 3339).
    pub fn recorded_at(&self) -> Option<&str> {
        self.recorded_at.as_deref()
    }

    /// What the integrator carries along.
    pub fn ext(&self) -> Option<&Ext> {
        self.ext.as_ref()
    }

    /// Why the ledger will refuse an entry that was written in Rust: its fields are public, so they
    /// may hold what no line of a journal may. Entries that were read have none.
    pub fn fault(&self) -> Option<&InputError> {
        self.fault.as_ref()
    }

    /// Equal for entries with equal content (compared as JSON values, without the `id`).
    pub(crate) fn digest(&self) -> u128 {
        self.digest
    }

    fn seal(&mut self) {
        self.source = None;
        let value = serde_json::to_value(&*self).unwrap_or_default();
        let json = Json::from_value(&value);
        self.fault = Entry::from_value(&json).err();
        if let Json::Object(fields) = &json {
            self.digest = digest_fields(fields, Some("id"));
        }
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.id == other.id && self.digest == other.digest
    }
}

/// As a line of a journal. Only the line that was posted is the same entry again: defaults that stood
/// in it, or `10.0` for `10`, come back in their shortest form, which is other content.
impl Serialize for Entry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            id: Uuid,
            date: Date,
            #[serde(flatten)]
            kind: &'a EntryKind,
            #[serde(skip_serializing_if = "Option::is_none")]
            note: &'a Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            author: &'a Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            recorded_at: &'a Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            ext: &'a Option<Ext>,
        }
        let Entry {
            id,
            date,
            kind,
            note,
            author,
            recorded_at,
            ext,
            digest: _,
            fault: _,
            source: _,
        } = self;
        Wire {
            id: *id,
            date: *date,
            kind,
            note,
            author,
            recorded_at,
            ext,
        }
        .serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Entry {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Entry, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let mut entry = Entry::from_value(&json).map_err(serde::de::Error::custom)?;
        entry.source = Some(json.to_value().to_string().into());
        Ok(entry)
    }
}

/// What an entry says. In JSON the kind stands in `entry`, its payload beside it.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntryKind {
    /// 手册设立 / 账册设立.
    OpenHandbook {
        /// The book as approved.
        handbook: Box<OpenHandbook>,
    },
    /// 变更.
    AmendHandbook(Box<AmendHandbook>),
    /// 保税核注清单: declared, pending (预核扣).
    DeclareList {
        /// The list as declared.
        list: DeclareList,
    },
    /// 已核扣: customs has deducted it.
    BookList(BookList),
    /// 改单.
    AmendList(AmendList),
    /// 删单.
    WithdrawList {
        /// The list, by any of its names.
        list: String,
    },
    /// The other side of an external carry-over has told its list.
    ConfirmCounterpart {
        /// Our list.
        list: String,
        /// Theirs.
        counterpart_list: String,
    },
    /// 暂停.
    SuspendHandbook {
        /// The book.
        handbook: HandbookNo,
        /// Which direction.
        scope: Scope,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// 恢复: ends every suspension.
    ResumeHandbook {
        /// The book.
        handbook: HandbookNo,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// 核增 / 核减.
    AdjustBook(AdjustBook),
    /// 盘点.
    CountStock(CountStock),
    /// 外发加工: a memo.
    Outsource(Box<Outsource>),
    /// 串料: a memo.
    Substitute {
        /// The book.
        handbook: HandbookNo,
        /// The material that stood in.
        material: MaterialSeq,
        /// How much.
        quantity: Quantity,
        /// Customs' consent.
        document: String,
    },
    /// 报核.
    ReportClosure {
        /// The book.
        handbook: HandbookNo,
    },
    /// 结案.
    AcceptClosure {
        /// The book.
        handbook: HandbookNo,
    },
    /// 退单.
    ReturnClosure {
        /// The book.
        handbook: HandbookNo,
    },
    /// 账册周期报核.
    ReportCycle {
        /// The book.
        handbook: HandbookNo,
        /// The last day of the cycle.
        cycle_end: Date,
    },
    /// 周期核销通过.
    AcceptCycle {
        /// The book.
        handbook: HandbookNo,
    },
    /// 周期报核退单.
    ReturnCycle {
        /// The book.
        handbook: HandbookNo,
    },
    /// 耗料清单: what goods really took. An extension of the contract (docs/taking.md).
    DeclareConsumption(Box<DeclareConsumption>),
    /// 耗料清单作废: its goods took what their unit consumption says.
    WithdrawConsumption {
        /// The book.
        handbook: HandbookNo,
        /// Its number.
        number: String,
    },
}

/// The names of all kinds, as they stand in `entry`.
pub const ENTRY_KINDS: [&str; 21] = [
    "open_handbook",
    "amend_handbook",
    "declare_list",
    "book_list",
    "amend_list",
    "withdraw_list",
    "confirm_counterpart",
    "suspend_handbook",
    "resume_handbook",
    "adjust_book",
    "count_stock",
    "outsource",
    "substitute",
    "report_closure",
    "accept_closure",
    "return_closure",
    "report_cycle",
    "accept_cycle",
    "return_cycle",
    "declare_consumption",
    "withdraw_consumption",
];

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $expected:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            pub(crate) const WORDS: &'static [&'static str] = &[$($text),*];

            /// The word of the contract.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            pub(crate) fn from_word(word: &str) -> Option<$name> {
                match word { $($text => Some($name::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// The kind of processing trade (加工贸易方式).
    Trade: "a trade" {
        /// 来料加工: the foreign party supplies the materials. Handbooks `B`.
        SuppliedMaterials = "supplied_materials",
        /// 进料加工: the enterprise buys the materials. Handbooks `C`.
        ImportedMaterials = "imported_materials",
    }
}
words! {
    /// What the enterprise does in an IC chain (集成电路全产业链).
    Role: "a role" {
        /// 设计.
        IcDesign = "ic_design",
        /// 晶圆制造.
        WaferFabrication = "wafer_fabrication",
        /// 封装测试.
        PackagingTest = "packaging_test",
    }
}
words! {
    /// The operator's credit level (信用等级), GACC Decree 282.
    Credit: "a credit level" {
        /// 高级认证企业.
        AdvancedCertified = "advanced_certified",
        /// 认证企业.
        Certified = "certified",
        /// 常规企业.
        Regular = "regular",
        /// 失信企业.
        Dishonest = "dishonest",
        /// 严重失信企业.
        SeriouslyDishonest = "seriously_dishonest",
    }
}
words! {
    /// When unit consumption must be on file (单耗申报环节).
    ConsumptionDeclared: "a declaration point" {
        /// 出口前.
        BeforeExport = "before_export",
        /// 报核前.
        BeforeClosure = "before_closure",
    }
}
words! {
    /// The form of a guarantee (担保).
    GuaranteeKind: "a kind of guarantee" {
        /// 保证金.
        Deposit = "deposit",
        /// 保函.
        Letter = "letter",
    }
}
words! {
    /// Who amends (变更).
    By: "who amends" {
        /// The enterprise applies.
        Enterprise = "enterprise",
        /// Customs has decided.
        Customs = "customs",
    }
}
words! {
    /// Which way goods pass (进出口标志).
    Direction: "a direction" {
        /// 进口 I.
        Import = "import",
        /// 出口 E.
        Export = "export",
    }
}
words! {
    /// What goods a list names (料件、成品标志).
    Goods: "material or product" {
        /// 料件 I.
        Material = "material",
        /// 成品 E.
        Product = "product",
    }
}
words! {
    /// Which direction is suspended (暂停进出口).
    Scope: "a scope" {
        /// 暂停进口.
        Import = "import",
        /// 暂停出口.
        Export = "export",
        /// 暂停进出口.
        Both = "both",
    }
}
words! {
    /// Why a book is adjusted (核增核减原因).
    Ground: "a ground" {
        /// A cycle's count was over.
        CycleOver = "cycle_over",
        /// 受灾.
        Disaster = "disaster",
        /// 海关核定.
        CustomsDecision = "customs_decision",
        /// 残留.
        Residue = "residue",
    }
}

words! {
    /// How what products took is known (耗用核算方式).
    TakenBy: "a way to account for consumption" {
        /// 单耗: what is on file for the version.
        UnitConsumption = "unit_consumption",
        /// 耗料清单: a consumption list says what goods of lists really took.
        ConsumptionList = "consumption_list",
        /// 工单: the work orders say it. Not supported yet.
        WorkOrder = "work_order",
    }
}

/// A handbook (手册) or account book (账册) as it is opened.
#[derive(Clone, Debug, Serialize)]
#[allow(
    missing_docs,
    reason = "the contract's field names; the types say the rest"
)]
pub struct OpenHandbook {
    pub number: HandbookNo,
    pub trade: Trade,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    pub operator: Party,
    pub processor: Party,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<Guarantee>,
    pub valid_from: Date,
    pub valid_until: Date,
    pub consumption_declared: ConsumptionDeclared,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_verification: Option<bool>,
    pub materials: Vec<MaterialItem>,
    pub products: Vec<ProductItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumptions: Vec<ConsumptionLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext: Option<Ext>,
}

/// 经营企业 / 加工企业 / 承揽者.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Party {
    pub uscc: Uscc,
    pub customs_code: CustomsCode,
    pub name: String,
}

/// 担保.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Guarantee {
    pub kind: GuaranteeKind,
    pub amount: Amount,
    pub currency: Currency,
    pub valid_until: Date,
}

/// A price or amount of money (价格、金额), exact to at most 28 digits. The ledger keeps it and
/// does not compute with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Amount(#[serde(serialize_with = "as_text")] rust_decimal::Decimal);

fn as_text<S: serde::Serializer>(
    value: &rust_decimal::Decimal,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl std::str::FromStr for Amount {
    type Err = unit_consumption::DecimalError;
    fn from_str(text: &str) -> Result<Amount, Self::Err> {
        let plain = text.strip_prefix('-').unwrap_or(text);
        let (integer, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let leads_with_zero = integer.len() > 1 && integer.starts_with('0');
        if !digits(integer) || !digits(fraction) || leads_with_zero {
            return Err(unit_consumption::DecimalError::Malformed);
        }
        rust_decimal::Decimal::from_str_exact(text)
            .map(Amount)
            .map_err(|_| unit_consumption::DecimalError::IntegerDigits { max: 28 })
    }
}

impl Amount {
    pub(crate) fn from_decimal(decimal: rust_decimal::Decimal) -> Amount {
        Amount(decimal)
    }

    /// As a decimal.
    pub fn decimal(&self) -> rust_decimal::Decimal {
        self.0
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A material (料件) of a handbook.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct MaterialItem {
    pub seq: MaterialSeq,
    #[serde(flatten)]
    pub item: Item,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carry_over_eligible: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<Quantity>,
}

/// A product (成品) of a handbook.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct ProductItem {
    pub seq: ProductSeq,
    #[serde(flatten)]
    pub item: Item,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<Quantity>,
}

/// What materials and products have in common.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Item {
    /// 料号.
    pub code: String,
    /// 商品编码.
    pub hs: HsCode,
    /// 商品名称.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// 申报计量单位.
    pub unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_unit_2: Option<Unit>,
    /// Approved; left out = not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext: Option<Ext>,
}

/// A version of a product's unit consumption (单耗版本号): at most 8 characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Version(Box<str>);

impl Version {
    /// What is meant where none is named.
    pub const DEFAULT: &'static str = "0";

    /// From 1 to 8 characters; `None` else.
    pub fn new(text: &str) -> Option<Version> {
        (1..=8)
            .contains(&text.chars().count())
            .then(|| Version(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of a version that may have been left out.
    pub fn or_default(version: Option<&Version>) -> &str {
        version.map_or(Version::DEFAULT, Version::as_str)
    }
}

/// A line of the consumption table (单耗).
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct ConsumptionLine {
    pub product: ProductSeq,
    pub material: MaterialSeq,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    pub net: Net,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tangible_loss: Option<Percent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intangible_loss: Option<Percent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bonded_share: Option<Percent>,
}

/// Which line of the consumption table.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct ConsumptionKey {
    pub product: ProductSeq,
    pub material: MaterialSeq,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// 变更 of a handbook: applied whole or not at all.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct AmendHandbook {
    pub handbook: HandbookNo,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<MaterialItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumptions: Vec<ConsumptionLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<Guarantee>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_verification: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// What an amendment takes away.
#[derive(Clone, Debug, Default, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Removed {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<MaterialSeq>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductSeq>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumptions: Vec<ConsumptionKey>,
}

/// A bonded list (保税核注清单) as declared.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct DeclareList {
    pub number: String,
    pub handbook: HandbookNo,
    pub direction: Direction,
    pub goods: Goods,
    pub mode: Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<Counterpart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settles: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customs_declaration: Option<String>,
    pub lines: Vec<ListLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext: Option<Ext>,
}

/// The other side of a carry-over (结转).
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Counterpart {
    pub handbook: HandbookNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
}

/// A line of a list (清单表体).
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct ListLine {
    pub line: u32,
    /// Item of the handbook: a material's or a product's, as the list's `goods` says.
    pub seq: u16,
    pub quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_product: Option<bool>,
    /// What is kept and moves nothing; most lines of most systems have none of it.
    #[serde(flatten)]
    pub details: Option<Box<LineDetails>>,
}

/// What a line carries beside the quantity that counts.
#[derive(Clone, Debug, Default, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct LineDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_quantity_2: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usd_amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presented: Option<Presented>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext: Option<Ext>,
}

impl ListLine {
    /// A plain line.
    pub fn new(line: u32, seq: u16, quantity: Quantity) -> ListLine {
        ListLine {
            line,
            seq,
            quantity,
            legal_quantity: None,
            version: None,
            by_product: None,
            details: None,
        }
    }

    /// Scrap as it stands, where the line says it.
    pub fn presented(&self) -> Option<&Presented> {
        self.details.as_ref()?.presented.as_ref()
    }
}

/// Scrap as it stands (报验状态).
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Presented {
    pub hs: HsCode,
    pub name: String,
    pub unit: Unit,
    pub quantity: Quantity,
}

/// 已核扣.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct BookList {
    pub list: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customs_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customs_declaration: Option<String>,
    /// What really passed, where it differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PassedLine>,
}

/// What really passed of a line.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct PassedLine {
    pub line: u32,
    pub quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_quantity: Option<Quantity>,
}

/// 改单: the complete new lines.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct AmendList {
    pub list: String,
    pub lines: Vec<ListLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// 核增 / 核减.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct AdjustBook {
    pub handbook: HandbookNo,
    pub material: MaterialSeq,
    pub quantity: Quantity,
    pub ground: Ground,
    pub document: String,
}

/// 盘点.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct CountStock {
    pub handbook: HandbookNo,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<CountedMaterial>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<CountedProduct>,
}

/// 耗料清单 (CMB101): what the goods of some lists really took, in place of what their unit
/// consumption says.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "docs/taking.md has the fields")]
pub struct DeclareConsumption {
    pub handbook: HandbookNo,
    pub number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<TakenBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    pub lists: Vec<String>,
    pub materials: Vec<TakenMaterial>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// What was taken of a material.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "docs/taking.md has the fields")]
pub struct TakenMaterial {
    pub seq: MaterialSeq,
    /// 净耗用数量.
    pub net: Quantity,
    /// 边角料.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scrap: Option<Quantity>,
}

/// A material on hand.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct CountedMaterial {
    pub seq: MaterialSeq,
    pub quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undeclared_in: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undeclared_out: Option<Quantity>,
}

/// Finished goods and work in progress on hand, in whole products.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct CountedProduct {
    pub seq: ProductSeq,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    pub quantity: Quantity,
}

/// 外发加工.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct Outsource {
    pub handbook: HandbookNo,
    pub contractor: Party,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dispatched: Vec<OutsourcedGoods>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<OutsourcedGoods>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_processes: Option<bool>,
}

/// Goods sent to or back from a contractor.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the contract's field names")]
pub struct OutsourcedGoods {
    #[serde(flatten)]
    pub item: ItemRef,
    pub quantity: Quantity,
}

/// A material or a product, by its number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the contract's field names")]
pub enum ItemRef {
    Material(MaterialSeq),
    Product(ProductSeq),
}

/// The entry's date and the names it may carry along, for builders of entries.
pub(crate) struct Envelope {
    pub(crate) id: Uuid,
    pub(crate) date: Date,
    pub(crate) note: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) recorded_at: Option<String>,
    pub(crate) ext: Option<Ext>,
}

impl Entry {
    pub(crate) fn sealed(envelope: Envelope, kind: EntryKind, digest: u128) -> Entry {
        let Envelope {
            id,
            date,
            note,
            author,
            recorded_at,
            ext,
        } = envelope;
        Entry {
            id,
            date,
            kind,
            note,
            author,
            recorded_at,
            ext,
            digest,
            fault: None,
            source: None,
        }
    }
}
