//! Code tables of customs: units of measure, currencies, countries, customs districts, modes. The
//! built-in ones can be replaced by newer ones, or have rows added, without a new release.

use std::collections::HashMap;

mod csv;
mod dated;
mod row;

pub use dated::{CodeRow, CodeTable, Standing};

use crate::workbook::key;
use dated::Dated;
use row::{Record, Records};

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
    /// `units`, `currencies`, `supervision_modes` and so on: [`CodeTable::name`].
    pub table: &'static str,
    /// The record, the row of column names being 1.
    pub record: usize,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Clone)]
struct Table<T> {
    rows: Vec<T>,
    /// The code first, then the other names of each row.
    names: Vec<Vec<String>>,
    /// Row by [`key`] of code, name, English name and alias; earlier rows win.
    index: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            names: Vec::new(),
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
    dated: Dated,
}

impl Codes {
    /// The built-in tables.
    pub fn builtin() -> Self {
        // A test reads the embedded tables; they cannot fail in a program that passed it.
        Self::from_csv(UNITS, CURRENCIES, SUPERVISION_MODES).unwrap_or_default()
    }

    /// The same with a newer table in place of one: the text of a CSV file with a row of column names.
    /// Columns: `code`, `name`, `english`, `letters` (countries, currencies), `valid_from`,
    /// `valid_until` (days, both included), or the Chinese ones of the official tables. `whole_until`:
    /// the day up to which the table has every code there was; a code that it does not have is an error
    /// in a document up to that day, and a warning later.
    ///
    /// # Errors
    /// As [`Codes::from_csv`].
    pub fn with_table(
        mut self,
        table: CodeTable,
        text: &str,
        whole_until: Option<bonded_ledger::Date>,
    ) -> Result<Self, CodesError> {
        self.dated.replace(table, text, whole_until)?;
        match table {
            CodeTable::Units => self.units = units(text)?,
            CodeTable::Currencies => self.currencies = currencies(text)?,
            CodeTable::SupervisionModes => self.modes = modes(text, &self.modes)?,
            _ => {}
        }
        Ok(self)
    }

    /// The same with rows added to a table; a row whose code stands there replaces what stood there.
    ///
    /// # Errors
    /// As [`Codes::from_csv`].
    pub fn with_rows(mut self, table: CodeTable, text: &str) -> Result<Self, CodesError> {
        self.dated.add(table, text)?;
        match table {
            CodeTable::Units => self.units.join(units(text)?),
            CodeTable::Currencies => self.currencies.join(currencies(text)?),
            CodeTable::SupervisionModes => {
                let more = modes(text, &self.modes)?;
                self.modes.join(more);
            }
            _ => {}
        }
        Ok(self)
    }

    /// What a code is in a document of a day.
    pub fn standing(&self, table: CodeTable, code: &str, day: bonded_ledger::Date) -> Standing<'_> {
        self.dated.standing(table, code, day)
    }

    /// The day up to which a table has every code there was, where it is known.
    pub fn whole_until(&self, table: CodeTable) -> Option<bonded_ledger::Date> {
        self.dated.whole_until(table)
    }

    /// All rows of a table, in its order.
    pub fn rows(&self, table: CodeTable) -> &[CodeRow] {
        self.dated.rows(table)
    }

    /// How a quantity in one unit is written in another of the same measure: times the first figure,
    /// divided by the second. `None` where they are of different measures, or their measure is not in
    /// the table (a carton has none).
    pub fn factor(&self, from: &str, to: &str) -> Option<(&str, &str)> {
        self.dated.factor(from, to)
    }

    /// Tables from the texts of three CSV files, each with a row of column names: English as in the
    /// built-in tables, or Chinese as in the official ones (中文名称, 代码, 英文名称, 原报关代码).
    ///
    /// # Errors
    /// Where a column is missing, or a code is not of its form or stands twice.
    pub fn from_csv(
        units_text: &str,
        currencies_text: &str,
        supervision_modes: &str,
    ) -> Result<Self, CodesError> {
        let known = match supervision_modes == SUPERVISION_MODES {
            true => Table::default(),
            false => modes(SUPERVISION_MODES, &Table::default()).unwrap_or_default(),
        };
        let mut dated = Dated::builtin();
        // Of the tables of a caller nothing is known but their rows.
        for (table, text, builtin) in [
            (CodeTable::Units, units_text, UNITS),
            (CodeTable::Currencies, currencies_text, CURRENCIES),
            (
                CodeTable::SupervisionModes,
                supervision_modes,
                SUPERVISION_MODES,
            ),
        ] {
            if text != builtin {
                dated.replace(table, text, None)?;
            }
        }
        Ok(Self {
            units: units(units_text)?,
            currencies: currencies(currencies_text)?,
            modes: modes(supervision_modes, &known)?,
            dated,
        })
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

fn units(text: &str) -> Result<Table<Unit>, CodesError> {
    let mut table = Table::default();
    for record in &Records::new("units", text)? {
        let code = record.code(&["code", "代码"], 3, |c| c.is_ascii_digit())?;
        let unit = Unit {
            code: code.clone(),
            name: record.field(&["name", "中文名称"])?,
            english: record.optional(&["english", "英文名称"]),
        };
        let names = [code, unit.name.clone(), unit.english.clone()];
        table.add(unit, &names, &record)?;
    }
    Ok(table)
}

fn currencies(text: &str) -> Result<Table<Currency>, CodesError> {
    let mut table = Table::default();
    for record in &Records::new("currencies", text)? {
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
        table.add(currency, &names, &record)?;
    }
    Ok(table)
}

/// Whether a mode is kept in a processing handbook, and why not, is taken from the known table where
/// the text does not say.
fn modes(text: &str, known: &Table<SupervisionMode>) -> Result<Table<SupervisionMode>, CodesError> {
    let mut table = Table::default();
    for record in &Records::new("supervision_modes", text)? {
        let code = record.code(&["code", "代码"], 4, |c| c.is_ascii_digit())?;
        let builtin = known.find(&code, 4);
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
        table.add(mode, &names, &record)?;
    }
    Ok(table)
}

impl<T> Table<T> {
    /// With the rows of another, which win.
    fn join(&mut self, other: Self) {
        for (row, names) in other.rows.into_iter().zip(other.names) {
            self.put(row, names);
        }
        self.index.clear();
        for (at, names) in self.names.iter().enumerate() {
            for name in names.iter().filter(|n| !n.is_empty()) {
                self.index.entry(name.clone()).or_insert(at);
            }
        }
    }

    fn put(&mut self, row: T, names: Vec<String>) {
        let code = names.first();
        match self.names.iter().position(|it| it.first() == code) {
            Some(at) => {
                self.rows[at] = row;
                self.names[at] = names;
            }
            None => {
                self.rows.push(row);
                self.names.push(names);
            }
        }
    }

    fn add(&mut self, row: T, names: &[String], record: &Record<'_>) -> Result<(), CodesError> {
        let aliases = record.optional(&["aliases"]);
        let all = names.iter().map(String::as_str).chain(aliases.split('|'));
        let all: Vec<String> = all.map(key).collect();
        let there = all.first().is_some_and(|it| self.index.contains_key(it));
        // A code may come again for another time; its names are those of the last.
        let dated = !record.optional(&["valid_from"]).is_empty();
        match (there, dated) {
            (true, false) => return Err(record.error("its code stands there already")),
            (true, true) => self.put(row, all),
            (false, _) => {
                for name in all.iter().filter(|n| !n.is_empty()) {
                    self.index.entry(name.clone()).or_insert(self.rows.len());
                }
                self.rows.push(row);
                self.names.push(all);
            }
        }
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
pub(crate) fn distance(a: &[char], b: &[char]) -> usize {
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
