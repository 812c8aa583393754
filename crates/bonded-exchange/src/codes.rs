//! Code tables of customs: units of measure, currencies, supervision modes. The built-in ones can be
//! replaced by newer ones without a new release.

use std::collections::HashMap;

mod csv;

use csv::records;

use crate::workbook::key;

const UNITS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../seeds/codes/units.csv"
));
const CURRENCIES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../seeds/codes/currencies.csv"
));
const SUPERVISION_MODES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../seeds/codes/supervision_modes.csv"
));

/// A unit of measure (计量单位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Three digits.
    pub code: String,
    /// The official name, such as 千克.
    pub name: String,
    /// The English name.
    pub english: String,
}

/// A currency (币制).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// The three digits used by customs until 2018 and in the journal where somebody prefers them.
    pub code: String,
    /// The letters of ISO 4217.
    pub letters: String,
    /// The official name, such as 美元.
    pub name: String,
    /// The English name.
    pub english: String,
}

/// A supervision mode (监管方式).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionMode {
    /// Four digits.
    pub code: String,
    /// The official short name, such as 进料对口.
    pub name: String,
    /// The English name.
    pub english: String,
    /// Whether such movements are kept in a processing handbook.
    pub kept: bool,
    /// Why not, where they are not.
    pub reason: String,
}

/// Why a code table could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("code table {table}, record {record}: {message}")]
pub struct CodesError {
    /// `units`, `currencies` or `supervision_modes`.
    pub table: &'static str,
    /// The record, the row of column names being 1.
    pub record: usize,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Clone)]
struct Table<T> {
    rows: Vec<T>,
    /// Row by [`key`] of code, name, English name and alias; earlier rows win.
    index: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            index: HashMap::new(),
        }
    }
}

/// The code tables.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    units: Table<Unit>,
    currencies: Table<Currency>,
    modes: Table<SupervisionMode>,
}

impl Codes {
    /// The built-in tables.
    pub fn builtin() -> Self {
        // A test reads the embedded tables; they cannot fail in a program that passed it.
        Self::from_csv(UNITS, CURRENCIES, SUPERVISION_MODES).unwrap_or_default()
    }

    /// Tables from the texts of three CSV files, each with a row of column names: English as in the
    /// built-in tables, or Chinese as in the official ones (中文名称, 代码, 英文名称, 原报关代码).
    ///
    /// # Errors
    /// Where a column is missing, or a code is not of its form or stands twice.
    pub fn from_csv(
        units: &str,
        currencies: &str,
        supervision_modes: &str,
    ) -> Result<Self, CodesError> {
        let mut codes = Self::default();
        let known = match supervision_modes == SUPERVISION_MODES {
            true => Self::default(),
            false => Self::builtin(),
        };
        for record in &Records::new("units", units)? {
            let code = record.code(&["code", "代码"], 3, |c| c.is_ascii_digit())?;
            let unit = Unit {
                code: code.clone(),
                name: record.field(&["name", "中文名称"])?,
                english: record.optional(&["english", "英文名称"]),
            };
            let names = [code, unit.name.clone(), unit.english.clone()];
            codes.units.add(unit, &names, &record)?;
        }
        for record in &Records::new("currencies", currencies)? {
            let code = record.code(&["code", "原报关代码"], 3, |c| c.is_ascii_digit())?;
            let letters = record.code(&["letters", "代码"], 3, |c| c.is_ascii_uppercase())?;
            let currency = Currency {
                code: code.clone(),
                letters: letters.clone(),
                name: record.field(&["name", "中文名称"])?,
                english: record.optional(&["english", "英文名称"]),
            };
            let names = [
                code,
                letters,
                currency.name.clone(),
                currency.english.clone(),
            ];
            codes.currencies.add(currency, &names, &record)?;
        }
        for record in &Records::new("supervision_modes", supervision_modes)? {
            let code = record.code(&["code", "代码"], 4, |c| c.is_ascii_digit())?;
            let builtin = known.supervision_mode(&code);
            let mode = SupervisionMode {
                name: record.field(&["name", "中文名称"])?,
                english: record.optional(&["english", "英文名称"]),
                kept: match record.optional(&["kept"]).as_str() {
                    "yes" => true,
                    "no" => false,
                    "" => builtin.is_some_and(|m| m.kept),
                    other => return Err(record.error(&format!("kept is {other}, not yes or no"))),
                },
                reason: match record.optional(&["reason"]) {
                    reason if reason.is_empty() => {
                        builtin.map(|m| m.reason.clone()).unwrap_or_default()
                    }
                    reason => reason,
                },
                code: code.clone(),
            };
            let names = [code, mode.name.clone(), mode.english.clone()];
            codes.modes.add(mode, &names, &record)?;
        }
        Ok(codes)
    }

    /// A unit by its code (also without its leading zeros), name, English name or another usual name.
    pub fn unit(&self, text: &str) -> Option<&Unit> {
        self.units.find(text, 3)
    }

    /// A currency by its digits, letters, name or another usual name.
    pub fn currency(&self, text: &str) -> Option<&Currency> {
        self.currencies.find(text, 3)
    }

    /// A supervision mode by its code or name.
    pub fn supervision_mode(&self, text: &str) -> Option<&SupervisionMode> {
        self.modes.find(text, 4)
    }

    /// The unit whose name is nearest to an unknown one, if any is near.
    pub fn nearest_unit(&self, text: &str) -> Option<&Unit> {
        self.units.nearest(text)
    }

    /// The currency whose name is nearest to an unknown one, if any is near.
    pub fn nearest_currency(&self, text: &str) -> Option<&Currency> {
        self.currencies.nearest(text)
    }

    /// All units, in the order of their table.
    pub fn units(&self) -> &[Unit] {
        &self.units.rows
    }

    /// All currencies, in the order of their table.
    pub fn currencies(&self) -> &[Currency] {
        &self.currencies.rows
    }

    /// All supervision modes, in the order of their table.
    pub fn supervision_modes(&self) -> &[SupervisionMode] {
        &self.modes.rows
    }
}

impl<T> Table<T> {
    fn add(&mut self, row: T, names: &[String], record: &Record<'_>) -> Result<(), CodesError> {
        if names
            .first()
            .is_some_and(|code| self.index.contains_key(&key(code)))
        {
            return Err(record.error("its code stands there already"));
        }
        let aliases = record.optional(&["aliases"]);
        let names = names.iter().map(String::as_str).chain(aliases.split('|'));
        for name in names.map(key).filter(|n| !n.is_empty()) {
            self.index.entry(name).or_insert(self.rows.len());
        }
        self.rows.push(row);
        Ok(())
    }

    fn find(&self, text: &str, width: usize) -> Option<&T> {
        let name = key(text);
        let name = match name.bytes().all(|b| b.is_ascii_digit()) {
            true => format!("{name:0>width$}"),
            false => name,
        };
        self.rows.get(*self.index.get(&name)?)
    }

    fn nearest(&self, text: &str) -> Option<&T> {
        let wanted: Vec<char> = key(text).chars().take(64).collect();
        let names = self.index.iter();
        let (_, _, row) = names
            .filter_map(|(name, row)| {
                let name: Vec<char> = name.chars().collect();
                let distance = distance(&wanted, &name);
                // At least one character must agree.
                let near = distance < wanted.len().max(name.len());
                near.then(|| (distance, wanted.len().abs_diff(name.len()), *row))
            })
            .min()?;
        self.rows.get(row)
    }
}

/// How many characters must be changed, added or dropped.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut line: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, pair) in line.windows(2).enumerate() {
            let [diagonal, above] = pair else { continue };
            let same = b.get(j) == Some(left);
            let before = next.last().copied().unwrap_or_default();
            next.push(
                (diagonal + usize::from(!same))
                    .min(above + 1)
                    .min(before + 1),
            );
        }
        line = next;
    }
    line.last().copied().unwrap_or_default()
}

struct Records {
    table: &'static str,
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

struct Record<'a> {
    table: &'static str,
    number: usize,
    names: &'a [String],
    fields: &'a [String],
}

impl Records {
    fn new(table: &'static str, text: &str) -> Result<Self, CodesError> {
        let mut rows = records(text).into_iter();
        let names = rows.next().ok_or_else(|| CodesError {
            table,
            record: 1,
            message: "the table is empty".to_owned(),
        })?;
        Ok(Self {
            table,
            names: names.iter().map(|n| key(n)).collect(),
            rows: rows.collect(),
        })
    }
}

impl<'a> IntoIterator for &'a Records {
    type Item = Record<'a>;
    type IntoIter = Box<dyn Iterator<Item = Record<'a>> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.rows.iter().enumerate().map(|(i, fields)| Record {
            table: self.table,
            number: i + 2,
            names: &self.names,
            fields,
        }))
    }
}

impl Record<'_> {
    fn error(&self, message: &str) -> CodesError {
        CodesError {
            table: self.table,
            record: self.number,
            message: message.to_owned(),
        }
    }

    fn optional(&self, names: &[&str]) -> String {
        let column = names
            .iter()
            .find_map(|n| self.names.iter().position(|c| c == n));
        let field = column.and_then(|c| self.fields.get(c));
        field.map(|f| f.trim().to_owned()).unwrap_or_default()
    }

    fn field(&self, names: &[&str]) -> Result<String, CodesError> {
        match self.optional(names) {
            field if field.is_empty() => Err(self.error(&format!(
                "column {} is missing or blank",
                names.join(" or ")
            ))),
            field => Ok(field),
        }
    }

    fn code(
        &self,
        names: &[&str],
        length: usize,
        of: impl Fn(char) -> bool,
    ) -> Result<String, CodesError> {
        let code = self.field(names)?;
        if code.chars().count() != length || !code.chars().all(of) {
            return Err(self.error(&format!("{code} is not a code of {length} characters")));
        }
        Ok(code)
    }
}
