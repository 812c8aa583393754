//! Comma-separated values (RFC 4180).

use std::io::{self, Write};

/// Writes records.
pub(crate) struct Csv<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Csv<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Csv<'a> {
        Csv { out }
    }

    /// One record, ended with `\r\n`.
    pub(crate) fn record<T: AsRef<str>>(
        &mut self,
        fields: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        for (at, field) in fields.into_iter().enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            let field = field.as_ref();
            if field.contains([',', '"', '\r', '\n']) {
                write!(self.out, "\"{}\"", field.replace('"', "\"\""))?;
            } else {
                self.out.write_all(field.as_bytes())?;
            }
        }
        self.out.write_all(b"\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Csv;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let mut bytes = Vec::new();
        let mut csv = Csv::new(&mut bytes);
        csv.record(["a", "", "b,c", "\"d\"", "e\nf"])
            .expect("written");
        assert_eq!(bytes, b"a,,\"b,c\",\"\"\"d\"\"\",\"e\nf\"\r\n");
    }
}
