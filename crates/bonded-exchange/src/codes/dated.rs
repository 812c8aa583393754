//! All code tables in one form: which codes there were on a day.

use std::collections::{BTreeMap, HashMap};

use bonded_ledger::Date;

use super::CodesError;
use super::row::{Record, Records};

macro_rules! builtin {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../seeds/codes/",
            $name,
            ".csv"
        ))
    };
}

/// Which table of codes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum CodeTable {
    /// 计量单位.
    Units,
    /// 币制.
    Currencies,
    /// 国别(地区): several may share the three digits of "other".
    Countries,
    /// 关区.
    CustomsDistricts,
    /// 国内地区.
    DomesticDistricts,
    /// 监管方式.
    SupervisionModes,
    /// 运输方式.
    TransportModes,
    /// 征减免税方式.
    LevyModes,
    /// 征免性质.
    LevyNatures,
}

impl CodeTable {
    /// All of them.
    pub const ALL: [CodeTable; 9] = [
        CodeTable::Units,
        CodeTable::Currencies,
        CodeTable::Countries,
        CodeTable::CustomsDistricts,
        CodeTable::DomesticDistricts,
        CodeTable::SupervisionModes,
        CodeTable::TransportModes,
        CodeTable::LevyModes,
        CodeTable::LevyNatures,
    ];

    /// Its name, which is that of its file: `units`.
    pub fn name(self) -> &'static str {
        match self {
            CodeTable::Units => "units",
            CodeTable::Currencies => "currencies",
            CodeTable::Countries => "countries",
            CodeTable::CustomsDistricts => "customs_districts",
            CodeTable::DomesticDistricts => "domestic_districts",
            CodeTable::SupervisionModes => "supervision_modes",
            CodeTable::TransportModes => "transport_modes",
            CodeTable::LevyModes => "levy_modes",
            CodeTable::LevyNatures => "levy_natures",
        }
    }

    /// Its Chinese name.
    pub fn chinese(self) -> &'static str {
        match self {
            CodeTable::Units => "计量单位",
            CodeTable::Currencies => "币制",
            CodeTable::Countries => "国别(地区)",
            CodeTable::CustomsDistricts => "关区",
            CodeTable::DomesticDistricts => "国内地区",
            CodeTable::SupervisionModes => "监管方式",
            CodeTable::TransportModes => "运输方式",
            CodeTable::LevyModes => "征减免税方式",
            CodeTable::LevyNatures => "征免性质",
        }
    }

    fn text(self) -> &'static str {
        match self {
            CodeTable::Units => builtin!("units"),
            CodeTable::Currencies => builtin!("currencies"),
            CodeTable::Countries => builtin!("countries"),
            CodeTable::CustomsDistricts => builtin!("customs_districts"),
            CodeTable::DomesticDistricts => builtin!("domestic_districts"),
            CodeTable::SupervisionModes => builtin!("supervision_modes"),
            CodeTable::TransportModes => builtin!("transport_modes"),
            CodeTable::LevyModes => builtin!("levy_modes"),
            CodeTable::LevyNatures => builtin!("levy_natures"),
        }
    }

    /// The columns in which a code may stand; the official tables of countries and currencies have
    /// the letters under 代码.
    fn code_columns(self) -> &'static [&'static str] {
        match self {
            CodeTable::Currencies | CodeTable::Countries => &["code", "原报关代码"],
            CodeTable::LevyModes => &["code", "代码", "征减免税方式代码"],
            CodeTable::LevyNatures => &["code", "代码", "征免性质代码"],
            CodeTable::CustomsDistricts | CodeTable::DomesticDistricts => {
                &["code", "代码", "customs_code"]
            }
            _ => &["code", "代码"],
        }
    }

    fn name_columns(self) -> &'static [&'static str] {
        match self {
            CodeTable::LevyModes => &["name", "中文名称", "征减免税方式名称"],
            CodeTable::LevyNatures => &["name", "中文名称", "征免性质简称"],
            _ => &["name", "中文名称"],
        }
    }

    fn fits(self, code: &str) -> bool {
        let digits = || code.bytes().all(|it| it.is_ascii_digit());
        match self {
            CodeTable::Units | CodeTable::Currencies | CodeTable::Countries => {
                code.len() == 3 && digits()
            }
            CodeTable::LevyNatures => code.len() == 3 && digits(),
            CodeTable::CustomsDistricts | CodeTable::SupervisionModes => {
                code.len() == 4 && code.bytes().all(|it| it.is_ascii_alphanumeric())
            }
            CodeTable::DomesticDistricts => {
                code.len() == 5 && code.bytes().all(|it| it.is_ascii_alphanumeric())
            }
            CodeTable::TransportModes => {
                code.len() == 1 && code.bytes().all(|it| it.is_ascii_alphanumeric())
            }
            CodeTable::LevyModes => code.len() == 1 && digits(),
        }
    }

    /// What its codes look like, in words.
    pub fn form(self) -> &'static str {
        match self {
            CodeTable::Units
            | CodeTable::Currencies
            | CodeTable::Countries
            | CodeTable::LevyNatures => "3 digits",
            CodeTable::CustomsDistricts | CodeTable::SupervisionModes => {
                "4 characters of 0-9 and A-Z"
            }
            CodeTable::DomesticDistricts => "5 characters of 0-9 and A-Z",
            CodeTable::TransportModes => "1 character of 0-9 and A-Z",
            CodeTable::LevyModes => "1 digit",
        }
    }
}

/// A code and its name.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CodeRow {
    /// The code as documents carry it: `035`, `142`, `5207`.
    pub code: Box<str>,
    /// The official letters beside it, of a country or currency; empty else.
    pub letters: Box<str>,
    /// The official name.
    pub name: Box<str>,
    /// In English; may be empty.
    pub english: Box<str>,
    /// The first day on which it was in use, where it is known.
    pub valid_from: Option<Date>,
    /// The last day, where it has one.
    pub valid_until: Option<Date>,
}

/// What a code is in a document of a day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing<'a> {
    /// In use on that day.
    InUse(&'a CodeRow),
    /// In the table, but not in use on that day.
    NotInUse(&'a CodeRow),
    /// No code of this table looks so.
    Malformed,
    /// Not in the table.
    Unknown {
        /// Whether the table has every code there was on that day.
        whole: bool,
    },
}

#[derive(Clone, Debug, Default)]
struct One {
    rows: Vec<CodeRow>,
    /// The rows of a code, in the order of the table.
    index: HashMap<Box<str>, Vec<usize>>,
    whole_until: Option<Date>,
    /// Of units: measure and how many of its smallest make one.
    factors: HashMap<Box<str>, (Box<str>, Box<str>)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Dated(BTreeMap<CodeTable, One>);

impl Dated {
    pub(super) fn builtin() -> Dated {
        let mut dated = Dated::default();
        for table in CodeTable::ALL {
            let whole = whole_until(table);
            let read = dated.replace(table, table.text(), whole);
            debug_assert!(read.is_ok(), "{read:?}");
        }
        dated
    }

    pub(super) fn replace(
        &mut self,
        table: CodeTable,
        text: &str,
        whole_until: Option<Date>,
    ) -> Result<(), CodesError> {
        let mut one = read(table, text)?;
        one.whole_until = whole_until;
        self.0.insert(table, one);
        Ok(())
    }

    /// A code that comes again replaces every row it had.
    pub(super) fn add(&mut self, table: CodeTable, text: &str) -> Result<(), CodesError> {
        let more = read(table, text)?;
        let one = self.0.entry(table).or_default();
        one.rows.retain(|it| !more.index.contains_key(&it.code));
        one.rows.extend(more.rows);
        one.factors.extend(more.factors);
        one.index.clear();
        for (at, row) in one.rows.iter().enumerate() {
            one.index.entry(row.code.clone()).or_default().push(at);
        }
        Ok(())
    }

    pub(super) fn standing(&self, table: CodeTable, code: &str, day: Date) -> Standing<'_> {
        if !table.fits(code) {
            return Standing::Malformed;
        }
        let whole = self.whole_until(table).is_some_and(|it| day <= it);
        let Some(one) = self.0.get(&table) else {
            return Standing::Unknown { whole };
        };
        let rows = one.index.get(code).map_or(&[][..], Vec::as_slice);
        let mut rows = rows.iter().filter_map(|&at| one.rows.get(at));
        let in_use = |it: &&CodeRow| {
            it.valid_from.is_none_or(|from| from <= day)
                && it.valid_until.is_none_or(|until| day <= until)
        };
        match (rows.clone().find(in_use), rows.next_back()) {
            (Some(row), _) => Standing::InUse(row),
            (None, Some(row)) => Standing::NotInUse(row),
            (None, None) => Standing::Unknown { whole },
        }
    }

    pub(super) fn whole_until(&self, table: CodeTable) -> Option<Date> {
        self.0.get(&table)?.whole_until
    }

    pub(super) fn rows(&self, table: CodeTable) -> &[CodeRow] {
        self.0.get(&table).map_or(&[], |it| &it.rows)
    }

    pub(super) fn factor(&self, from: &str, to: &str) -> Option<(&str, &str)> {
        if from == to {
            return Some(("1", "1"));
        }
        let factors = &self.0.get(&CodeTable::Units)?.factors;
        let (from, to) = (factors.get(from)?, factors.get(to)?);
        (from.0 == to.0).then_some((&*from.1, &*to.1))
    }
}

/// From the list of the built-in tables.
fn whole_until(table: CodeTable) -> Option<Date> {
    let list = Records::new("tables", builtin!("tables")).ok()?;
    let text = (&list).into_iter().find_map(|it| {
        (it.optional(&["table"]) == table.name()).then(|| it.optional(&["whole_until"]))
    })?;
    bonded_ledger::parse_date(&text)
}

fn read(table: CodeTable, text: &str) -> Result<One, CodesError> {
    let mut one = One::default();
    for record in &Records::new(table.name(), text)? {
        let code = record.field(table.code_columns())?;
        if !table.fits(&code) {
            return Err(record.error(&format!("{code} is not a code of {}", table.form())));
        }
        let letters = match table {
            CodeTable::Currencies | CodeTable::Countries => record.optional(&["letters", "代码"]),
            _ => String::new(),
        };
        let row = CodeRow {
            code: code.as_str().into(),
            letters: letters.into(),
            name: record.field(table.name_columns())?.into(),
            english: record.optional(&["english", "英文名称"]).into(),
            valid_from: day(&record, "valid_from")?,
            valid_until: day(&record, "valid_until")?,
        };
        let same = one.index.entry(row.code.clone()).or_default();
        let stands = |&at: &usize| {
            one.rows
                .get(at)
                .is_some_and(|it| it.letters == row.letters && overlap(it, &row))
        };
        if same.iter().any(stands) {
            return Err(record.error("its code stands there already"));
        }
        same.push(one.rows.len());
        let measure = record.optional(&["measure"]);
        if !measure.is_empty() {
            let factor = record.field(&["factor"])?;
            let exact = crate::figure::Figure::parse(&factor);
            if exact.is_none_or(|it| !it.is_positive()) {
                return Err(record.error(&format!("factor {factor} is no decimal above 0")));
            }
            let factor = (measure.into(), factor.into());
            one.factors.insert(row.code.clone(), factor);
        }
        one.rows.push(row);
    }
    Ok(one)
}

#[cfg(test)]
mod tests;

fn overlap(a: &CodeRow, b: &CodeRow) -> bool {
    let before = |x: &CodeRow, y: &CodeRow| match (x.valid_until, y.valid_from) {
        (Some(until), Some(from)) => until < from,
        _ => false,
    };
    !before(a, b) && !before(b, a)
}

fn day(record: &Record<'_>, column: &str) -> Result<Option<Date>, CodesError> {
    match record.optional(&[column]) {
        text if text.is_empty() => Ok(None),
        text => match bonded_ledger::parse_date(&text) {
            Some(day) => Ok(Some(day)),
            None => Err(record.error(&format!("{column} is {text}, not a date (yyyy-MM-dd)"))),
        },
    }
}
