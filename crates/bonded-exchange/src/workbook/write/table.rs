//! A table to hand to a colleague: title, names in two languages, frozen, printed on one page's width.

use std::collections::HashMap;

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Worksheet};

use super::WriteError;
use super::cells::{self, Widths, decimals, exact, number_format};

/// A column: its names, and the group it belongs to.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub(super) chinese: &'static str,
    pub(super) english: &'static str,
    /// Neighbours of the same group share a name above theirs.
    pub(super) group: &'static str,
    /// Shown even where nothing stands in it but zeros.
    pub(super) always: bool,
    /// A long text.
    pub(super) wide: bool,
    /// Numbers that count nothing: of an item.
    pub(super) ordinal: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Blank,
    Text(String),
    /// A plain decimal, of a quantity or a count.
    Number(String),
    /// `YYYY-MM-DD`.
    Day(String),
}

impl Cell {
    pub(super) fn text(it: impl ToString) -> Cell {
        match it.to_string() {
            text if text.is_empty() => Cell::Blank,
            text => Cell::Text(text),
        }
    }

    pub(super) fn number(it: impl ToString) -> Cell {
        Cell::Number(it.to_string())
    }

    pub(super) fn day(it: Option<impl ToString>) -> Cell {
        it.map_or(Cell::Blank, |it| Cell::Day(it.to_string()))
    }

    /// Says nothing: a column of such cells is hidden.
    fn is_nothing(&self) -> bool {
        match self {
            Cell::Blank => true,
            Cell::Number(text) => text == "0",
            Cell::Text(_) | Cell::Day(_) => false,
        }
    }
}

/// A sheet.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) totals: Vec<Vec<Cell>>,
    /// How many columns stay in sight.
    pub(super) frozen: u16,
}

const GROUPS: u32 = 2;
const NAMES: u32 = 3;
const FIRST: u32 = 5;
/// Longer texts are wrapped.
const WIDEST: u32 = 44;

impl Table {
    pub(super) fn write(&self, sheet: &mut Worksheet, name: &str) -> Result<(), WriteError> {
        sheet.set_name(name)?;
        sheet.write_string_with_format(0, 0, &self.title, &cells::title())?;
        sheet.write_string_with_format(1, 0, &self.about, &cells::small())?;
        self.write_names(sheet)?;
        let mut look = Look::of(self);
        let mut widths = Widths::default();
        for (column, head) in (0..).zip(&self.heads) {
            widths.see(column, cells::width(head.chinese).clamp(8, 12));
            let words = head.english.split(' ').map(cells::width).max();
            widths.see(column, words.unwrap_or_default());
        }
        let last = FIRST + count(self.rows.len());
        for (row, cells) in (FIRST..).zip(&self.rows) {
            look.write(sheet, row, cells, &self.heads, false, &mut widths)?;
        }
        // A row apart, so that sorting and filtering leave the totals alone.
        for (row, cells) in (last + 1..).zip(&self.totals) {
            look.write(sheet, row, cells, &self.heads, true, &mut widths)?;
        }
        let hidden = self.hidden();
        for (column, head) in (0..).zip(&self.heads) {
            let alike = self.heads.iter().zip(&hidden);
            let shown = alike.filter(|it| it.0.group == head.group && !it.1).count();
            let share = cells::width(head.group) / count(shown).max(1);
            widths.see(column, if head.group.is_empty() { 0 } else { share });
        }
        widths.set(sheet, 5, WIDEST)?;
        self.set_heights(sheet)?;
        for (column, hidden) in (0..).zip(hidden) {
            if hidden {
                sheet.set_column_hidden(column)?;
            }
        }
        if !self.rows.is_empty() {
            let columns = self.columns().saturating_sub(1);
            sheet.autofilter(FIRST - 1, 0, last - 1, columns)?;
        }
        sheet.set_freeze_panes(FIRST, self.frozen)?;
        cells::printed(sheet, (GROUPS, FIRST - 1))
    }

    /// The columns in which nothing stands.
    fn hidden(&self) -> Vec<bool> {
        let all = || self.rows.iter().chain(&self.totals);
        let nothing = |at: usize| all().all(|row| row.get(at).is_none_or(Cell::is_nothing));
        let heads = self.heads.iter().enumerate();
        heads
            .map(|(at, it)| !it.always && !self.rows.is_empty() && nothing(at))
            .collect()
    }

    /// Not every program finds the height of a row with long texts by itself.
    fn set_heights(&self, sheet: &mut Worksheet) -> Result<(), WriteError> {
        if !self.heads.iter().any(|it| it.wide) {
            return Ok(());
        }
        for (row, cells) in (FIRST..).zip(&self.rows) {
            let wide = cells.iter().zip(&self.heads).filter(|it| it.1.wide);
            let lines = wide.map(|(cell, _)| match cell {
                // Words do not fill a line to its end.
                Cell::Text(text) => text
                    .lines()
                    .map(|it| cells::width(it).div_ceil(WIDEST - 6).max(1))
                    .sum(),
                _ => 1,
            });
            sheet.set_row_height(row, lines.max().unwrap_or(1).min(27) * 15)?;
        }
        Ok(())
    }

    fn columns(&self) -> u16 {
        u16::try_from(self.heads.len()).unwrap_or(u16::MAX)
    }

    fn write_names(&self, sheet: &mut Worksheet) -> Result<(), WriteError> {
        for (column, head) in (0..).zip(&self.heads) {
            let (chinese, english) = (cells::name(true), cells::name(false));
            sheet.write_string_with_format(NAMES, column, head.chinese, &chinese)?;
            sheet.write_string_with_format(NAMES + 1, column, head.english, &english)?;
        }
        sheet.set_row_height(NAMES + 1, 26)?;
        let mut begun = 0;
        for column in 1..=self.columns() {
            let group = |it: u16| self.heads.get(usize::from(it)).map(|it| it.group);
            if group(column) == group(begun) {
                continue;
            }
            let name = group(begun).unwrap_or_default();
            if !name.is_empty() {
                let format = cells::group();
                match column - begun {
                    1 => {
                        sheet.write_string_with_format(GROUPS, begun, name, &format)?;
                    }
                    _ => {
                        sheet.merge_range(GROUPS, begun, GROUPS, column - 1, name, &format)?;
                    }
                }
            }
            begun = column;
        }
        Ok(())
    }
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX / 2)
}

/// The formats of a sheet's cells, each made once.
struct Look {
    /// How many decimals the numbers of a column have at most.
    decimals: Vec<usize>,
    numbers: HashMap<(usize, usize, bool), Format>,
    text: [Format; 2],
    wide: Format,
    ordinal: Format,
    day: Format,
    inexact: [Format; 2],
}

impl Look {
    fn of(table: &Table) -> Look {
        let mut most = vec![0; table.heads.len()];
        for row in table.rows.iter().chain(&table.totals) {
            for (most, cell) in most.iter_mut().zip(row) {
                if let Cell::Number(text) = cell {
                    *most = decimals(text).max(*most);
                }
            }
        }
        // So that a text does not touch the figure to its left.
        let text = || cells::text().set_align(FormatAlign::Left).set_indent(1);
        let right = || cells::text().set_align(FormatAlign::Right);
        Look {
            decimals: most,
            numbers: HashMap::new(),
            text: [text(), cells::total(text())],
            wide: text().set_text_wrap(),
            ordinal: Format::new()
                .set_align(FormatAlign::Top)
                .set_align(FormatAlign::Center),
            day: cells::text()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Center),
            inexact: [right(), cells::total(right())],
        }
    }

    fn write(
        &mut self,
        sheet: &mut Worksheet,
        row: u32,
        cells: &[Cell],
        heads: &[Head],
        total: bool,
        widths: &mut Widths,
    ) -> Result<(), WriteError> {
        for (column, (at, cell)) in (0..).zip(cells.iter().enumerate()) {
            match cell {
                Cell::Blank if total => {
                    sheet.write_blank(row, column, &self.text[1])?;
                }
                Cell::Blank => {}
                Cell::Text(text) => {
                    let wide = heads.get(at).is_some_and(|it| it.wide);
                    let format = if wide {
                        &self.wide
                    } else {
                        &self.text[usize::from(total)]
                    };
                    sheet.write_string_with_format(row, column, text, format)?;
                    widths.see(column, cells::width(text));
                }
                Cell::Day(day) => {
                    let date = ExcelDateTime::parse_from_str(day)?;
                    sheet.write_datetime_with_format(row, column, &date, &self.day)?;
                    widths.see(column, 10);
                }
                Cell::Number(text) if heads.get(at).is_some_and(|it| it.ordinal) => {
                    let number = exact(text).unwrap_or_default();
                    sheet.write_number_with_format(row, column, number, &self.ordinal)?;
                }
                Cell::Number(text) => {
                    let most = self.decimals.get(at).copied().unwrap_or_default();
                    // Grouped, and with room for the decimals that stand in other rows.
                    let digits = cells::width(text) + cells::width(text) / 4;
                    let room = count(most.saturating_sub(decimals(text)));
                    widths.see(column, digits + room);
                    let Some(number) = exact(text) else {
                        let format = &self.inexact[usize::from(total)];
                        sheet.write_string_with_format(row, column, text, format)?;
                        continue;
                    };
                    let key = (decimals(text), most, total);
                    let format = self.numbers.entry(key).or_insert_with(|| {
                        let shape = number_format(key.0, key.1);
                        let format = Format::new()
                            .set_num_format(shape)
                            .set_align(FormatAlign::Top);
                        if total { cells::total(format) } else { format }
                    });
                    sheet.write_number_with_format(row, column, number, format)?;
                }
            }
        }
        Ok(())
    }
}
