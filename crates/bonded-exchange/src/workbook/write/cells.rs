//! Cells: exact numbers, widths for Chinese, the looks of a sheet.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::WriteError;
use crate::workbook::values::shortest;

/// The number of a cell, where a double shows the decimal exactly: at most 15 significant digits, which
/// is what a spreadsheet shows. `None` else: such a decimal goes into a cell as text.
pub(super) fn exact(decimal: &str) -> Option<f64> {
    let digits = decimal.bytes().filter(u8::is_ascii_digit);
    let digits: Vec<u8> = digits.skip_while(|it| *it == b'0').collect();
    // Trailing zeros before the point are no digits that a double would have to hold.
    let significant = match decimal.contains('.') {
        true => digits.len(),
        false => digits
            .iter()
            .rposition(|it| *it != b'0')
            .map_or(0, |it| it + 1),
    };
    let number: f64 = decimal.parse().ok()?;
    let same = shortest(number)?.text == crate::values::plain_decimal(decimal)?;
    (significant <= 15 && same).then_some(number)
}

/// A number format that shows a decimal whole, with its decimals under those of the others: as wide as
/// `column` decimals, thousands grouped, a dash for nothing.
pub(super) fn number_format(decimals: usize, column: usize) -> String {
    let mut shape = "#,##0".to_owned();
    if decimals > 0 {
        shape.push('.');
        shape.push_str(&"0".repeat(decimals));
    }
    let missing = "_0".repeat(column.saturating_sub(decimals));
    let point = if decimals == 0 && column > 0 {
        "_."
    } else {
        ""
    };
    let all = format!(
        "{}{}",
        if column > 0 { "_." } else { "" },
        "_0".repeat(column)
    );
    format!("{shape}{point}{missing};[Red]-{shape}{point}{missing};\"–\"{all};@")
}

/// How many decimals a plain decimal has.
pub(super) fn decimals(decimal: &str) -> usize {
    decimal.split_once('.').map_or(0, |it| it.1.len())
}

/// How wide a text is in a cell: letters of Chinese take two places.
pub(super) fn width(text: &str) -> u32 {
    let letter = |it: char| match it as u32 {
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x20000..=0x3fffd => 2,
        _ => 1,
    };
    let lines = text.lines().map(|it| it.chars().map(letter).sum::<u32>());
    lines.max().unwrap_or_default()
}

/// Which columns are how wide.
#[derive(Default)]
pub(super) struct Widths(Vec<u32>);

impl Widths {
    pub(super) fn see(&mut self, column: u16, width: u32) {
        let column = usize::from(column);
        if self.0.len() <= column {
            self.0.resize(column + 1, 0);
        }
        self.0[column] = self.0[column].max(width);
    }

    /// Sets them, between a readable least and a most beyond which a text is wrapped or cut.
    pub(super) fn set(
        &self,
        sheet: &mut Worksheet,
        least: u32,
        most: u32,
    ) -> Result<(), WriteError> {
        for (column, width) in self.0.iter().enumerate() {
            let width = (*width).clamp(least, most) + 2;
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            sheet.set_column_width(column, width)?;
        }
        Ok(())
    }
}

/// An empty workbook that says nothing of when and where it was made.
pub(super) fn workbook(title: &str) -> Result<Workbook, WriteError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(title)
        .set_author("bonded")
        .set_creation_datetime(&made);
    workbook.set_properties(&properties);
    Ok(workbook)
}

pub(super) fn bytes(mut workbook: Workbook) -> Result<Vec<u8>, WriteError> {
    Ok(workbook.save_to_buffer()?)
}

/// Landscape A4, as wide as one page, the rows of names on every one.
pub(super) fn printed(sheet: &mut Worksheet, rows: (u32, u32)) -> Result<(), WriteError> {
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&L&F&C&A&R&P / &N")
        .set_repeat_rows(rows.0, rows.1)?;
    Ok(())
}

const INK: Color = Color::RGB(0x1f_3864);
const TINT: Color = Color::RGB(0xdc_e6f1);
const RULE: Color = Color::RGB(0xa6_b8cf);

pub(super) fn text() -> Format {
    Format::new()
        .set_num_format("@")
        .set_align(FormatAlign::Top)
}

/// A text that may be long.
pub(super) fn wrapped() -> Format {
    text().set_text_wrap()
}

pub(super) fn title() -> Format {
    Format::new()
        .set_bold()
        .set_font_size(14)
        .set_font_color(INK)
}

pub(super) fn small() -> Format {
    Format::new().set_font_size(9).set_font_color(Color::Gray)
}

/// A name of a column; the Chinese row is bold.
pub(super) fn name(chinese: bool) -> Format {
    let format = Format::new()
        .set_background_color(TINT)
        .set_font_color(INK)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    match chinese {
        true => format.set_bold(),
        false => format
            .set_font_size(9)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(RULE),
    }
}

/// A group of columns above their names.
pub(super) fn group() -> Format {
    Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(INK)
        .set_align(FormatAlign::Center)
}

/// A row of totals.
pub(super) fn total(format: Format) -> Format {
    format
        .set_bold()
        .set_border_top(FormatBorder::Thin)
        .set_border_top_color(RULE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_cell_shows_the_exact_decimal() {
        for decimal in [
            "0",
            "1",
            "-1",
            "0.1",
            "0.00001",
            "999999999999999",
            "1000000000000000",
            "99999999.99999",
            "1234567890.12345",
            "-1234567890.12345",
            "0.000000001",
        ] {
            let number = exact(decimal).expect(decimal);
            assert_eq!(shortest(number).expect("a decimal").text, decimal);
        }
        for decimal in [
            "1234567890123.12345",
            "9007199254740993",
            "12345678901.12345",
            "99999999999.99999",
            "x",
            "",
        ] {
            assert_eq!(exact(decimal), None, "{decimal}");
        }
    }

    #[test]
    fn decimals_stand_under_each_other() {
        assert_eq!(number_format(0, 0), "#,##0;[Red]-#,##0;\"–\";@");
        assert_eq!(
            number_format(2, 5),
            "#,##0.00_0_0_0;[Red]-#,##0.00_0_0_0;\"–\"_._0_0_0_0_0;@"
        );
        assert_eq!(
            number_format(0, 2),
            "#,##0_._0_0;[Red]-#,##0_._0_0;\"–\"_._0_0;@"
        );
    }

    #[test]
    fn chinese_is_twice_as_wide() {
        assert_eq!([width("料件"), width("kg"), width("8英寸\n片")], [4, 2, 5]);
    }
}
