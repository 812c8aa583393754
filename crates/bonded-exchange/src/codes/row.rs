//! The rows of a code table, their fields by the names of the columns.

use super::CodesError;
use super::csv::records;
use crate::workbook::key;

pub(super) struct Records {
    table: &'static str,
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub(super) struct Record<'a> {
    table: &'static str,
    number: usize,
    names: &'a [String],
    fields: &'a [String],
}

impl Records {
    pub(super) fn new(table: &'static str, text: &str) -> Result<Self, CodesError> {
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
    pub(super) fn error(&self, message: &str) -> CodesError {
        CodesError {
            table: self.table,
            record: self.number,
            message: message.to_owned(),
        }
    }

    pub(super) fn optional(&self, names: &[&str]) -> String {
        let column = names
            .iter()
            .find_map(|n| self.names.iter().position(|c| c == n));
        let field = column.and_then(|c| self.fields.get(c));
        field.map(|f| f.trim().to_owned()).unwrap_or_default()
    }

    pub(super) fn field(&self, names: &[&str]) -> Result<String, CodesError> {
        match self.optional(names) {
            field if field.is_empty() => Err(self.error(&format!(
                "column {} is missing or blank",
                names.join(" or ")
            ))),
            field => Ok(field),
        }
    }

    pub(super) fn code(
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
