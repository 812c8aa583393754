//! Tables that stay within a page.

use std::io::{self, Write};

use super::paint::{Paint, Tone};
use super::wrap::{WIDTH, shortened, width};

/// Between two columns.
const GAP: &str = "  ";
/// The least that a text is cut to.
const TEXT_WIDTH_MIN: usize = 8;

/// To which side a column is set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Align {
    /// Text; it may be cut where the page is too narrow.
    Left,
    /// Numbers; never cut.
    Right,
    /// Numbers and codes that are never cut, set to the left.
    Code,
}

/// A column: its name in English and in Chinese.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) chinese: &'static str,
    pub(crate) align: Align,
}

impl Column {
    pub(crate) const fn new(name: &'static str, chinese: &'static str, align: Align) -> Column {
        Column {
            name,
            chinese,
            align,
        }
    }
}

#[derive(Clone, Debug)]
struct Cell {
    text: String,
    tone: Option<Tone>,
}

/// Rows under columns, and lines that run across.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    indent: &'static str,
}

#[derive(Clone, Debug)]
enum Row {
    Cells(Vec<Cell>),
    Across(String),
}

impl Table {
    pub(crate) fn new(columns: &[Column]) -> Table {
        Table {
            columns: columns.to_vec(),
            rows: Vec::new(),
            indent: "  ",
        }
    }

    /// Farther from the margin than usual.
    pub(crate) fn indented(mut self, indent: &'static str) -> Table {
        self.indent = indent;
        self
    }

    /// A row; its cells stand in the order of the columns.
    pub(crate) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = cells.into_iter();
        let plain = |it: T| Cell {
            text: it.into(),
            tone: None,
        };
        self.rows.push(Row::Cells(cells.map(plain).collect()));
    }

    /// Gives the last cell but `from_end` of the last row a colour.
    pub(crate) fn tone(&mut self, from_end: usize, tone: Tone) {
        if let Some(Row::Cells(cells)) = self.rows.last_mut()
            && let Some(cell) = cells.iter_mut().rev().nth(from_end)
        {
            cell.tone = Some(tone);
        }
    }

    /// A line under the last row, as it is.
    pub(crate) fn across(&mut self, line: String) {
        self.rows.push(Row::Across(line));
    }

    /// Leaves out a column that shows nothing: every cell is empty, `0` or `-`.
    pub(crate) fn drop_empty(&mut self, name: &str) {
        let Some(at) = self.columns.iter().position(|it| it.name == name) else {
            return;
        };
        let shows = |row: &Row| match row {
            Row::Cells(cells) => cells
                .get(at)
                .is_some_and(|it| !matches!(it.text.as_str(), "" | "0" | "-")),
            Row::Across(_) => false,
        };
        if self.rows.iter().any(shows) {
            return;
        }
        self.columns.remove(at);
        for row in &mut self.rows {
            if let Row::Cells(cells) = row
                && at < cells.len()
            {
                cells.remove(at);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        let widths = self.widths();
        let names: Vec<&str> = self.columns.iter().map(|it| it.name).collect();
        let chinese: Vec<&str> = self.columns.iter().map(|it| it.chinese).collect();
        self.heading(out, paint, &widths, &names)?;
        if chinese.iter().any(|it| !it.is_empty()) {
            self.heading(out, paint, &widths, &chinese)?;
        }
        for row in &self.rows {
            match row {
                Row::Across(line) => writeln!(out, "{}", paint.tone(Tone::Faint, line))?,
                Row::Cells(cells) => {
                    let texts = cells.iter().map(|it| (it.text.as_str(), it.tone));
                    self.line(out, paint, &widths, texts)?;
                }
            }
        }
        Ok(())
    }

    fn heading(
        &self,
        out: &mut dyn Write,
        paint: Paint,
        widths: &[usize],
        names: &[&str],
    ) -> io::Result<()> {
        let cells = names.iter().map(|it| (*it, Some(Tone::Faint)));
        self.line(out, paint, widths, cells)
    }

    fn line<'t>(
        &self,
        out: &mut dyn Write,
        paint: Paint,
        widths: &[usize],
        cells: impl Iterator<Item = (&'t str, Option<Tone>)>,
    ) -> io::Result<()> {
        let mut line = self.indent.to_owned();
        // Blanks are written when something follows them: no line ends with one.
        let mut blanks = 0;
        for (((text, tone), column), columns) in cells.zip(&self.columns).zip(widths) {
            let text = shortened(text, *columns);
            let free = columns.saturating_sub(width(&text));
            if column.align == Align::Right {
                blanks += free;
            }
            if !text.is_empty() {
                line.push_str(&" ".repeat(blanks));
                blanks = 0;
                match tone {
                    Some(tone) => line.push_str(&paint.tone(tone, &text)),
                    None => line.push_str(&text),
                }
            }
            if column.align != Align::Right {
                blanks += free;
            }
            blanks += GAP.len();
        }
        writeln!(out, "{}", line.trim_end())
    }

    /// As wide as the widest cell; texts share what the page has left.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .map(|it| width(it.name).max(width(it.chinese)))
            .collect();
        for row in &self.rows {
            if let Row::Cells(cells) = row {
                for (cell, widest) in cells.iter().zip(&mut widths) {
                    *widest = (*widest).max(width(&cell.text));
                }
            }
        }
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let mut over =
            (self.indent.len() + gaps + widths.iter().sum::<usize>()).saturating_sub(WIDTH);
        while over > 0 {
            let texts = self.columns.iter().zip(&mut widths);
            let widest = texts
                .filter(|(column, it)| column.align == Align::Left && **it > TEXT_WIDTH_MIN)
                .max_by_key(|(_, it)| **it);
            let Some((_, widest)) = widest else { break };
            *widest -= 1;
            over -= 1;
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn columns_are_aligned_whatever_the_script() {
        let mut table = Table::new(&[
            Column::new("no", "", Align::Right),
            Column::new("name", "品名", Align::Left),
            Column::new("in", "进", Align::Right),
            Column::new("empty", "", Align::Right),
        ]);
        table.row(["1", "晶圆", "1,000", "0"]);
        table.row(["22", "wafers", "7", ""]);
        table.across("      and a remark".into());
        table.drop_empty("empty");
        let mut bytes = b"table\n".to_vec();
        table.write(&mut bytes, Paint::Plain).expect("written");
        expect![[r#"
            table
              no  name       in
                  品名       进
               1  晶圆    1,000
              22  wafers      7
                  and a remark
        "#]]
        .assert_eq(&String::from_utf8(bytes).expect("UTF-8"));
    }

    #[test]
    fn long_names_are_cut_and_numbers_are_not() {
        let mut table = Table::new(&[
            Column::new("name", "", Align::Left),
            Column::new("quantity", "", Align::Right),
        ]);
        table.row([&*"很长的名称".repeat(20), "123,456,789,012.12345"]);
        let mut bytes = Vec::new();
        table.write(&mut bytes, Paint::Plain).expect("written");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.lines().all(|it| width(it) <= WIDTH), "{text}");
        assert!(text.contains("123,456,789,012.12345"), "{text}");
    }
}
