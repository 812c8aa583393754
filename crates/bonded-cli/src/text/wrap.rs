//! Text of a width. A 汉字 is two columns wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns of a page.
pub(crate) const WIDTH: usize = 100;

/// Where a text was cut. Plain ASCII: an ellipsis is one column wide here and two there.
const CUT: &str = "..";

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text, cut to a width with a mark where it was cut; nothing in it moves the cursor.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    let text = without_controls(text);
    if width(&text) <= columns {
        return text;
    }
    let mut short = String::new();
    let mut taken = 0;
    for it in text.chars() {
        let wide = it.width().unwrap_or_default();
        if taken + wide + width(CUT) > columns {
            break;
        }
        taken += wide;
        short.push(it);
    }
    short.push_str(CUT);
    short
}

/// Names come from files: an escape sequence in one must not reach a terminal.
pub(crate) fn without_controls(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_control() { '\u{fffd}' } else { it })
        .collect()
}

/// Lines of at most so many columns, broken between words; the first begins with `first`, the others
/// with as many spaces.
pub(crate) fn wrapped(first: &str, text: &str, columns: usize) -> Vec<String> {
    let indent = " ".repeat(width(first));
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let word = without_controls(word);
        if !empty && width(&line) + 1 + width(&word) > columns {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    lines.push(line);
    lines
}

/// Parts with a dot between them, each kept whole, as lines of at most so many columns.
pub(crate) fn dotted(indent: &str, parts: &[String], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        let part = without_controls(part);
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(&part) <= columns => {
                line.push_str(" · ");
                line.push_str(&part);
            }
            _ => lines.push(format!("{indent}{part}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_by_columns_not_by_characters() {
        assert_eq!(shortened("晶圆", 4), "晶圆");
        assert_eq!(shortened("晶圆片", 4), "晶..");
        assert_eq!(shortened("晶圆片", 5), "晶..");
        assert_eq!(shortened("wafer", 4), "wa..");
        assert_eq!(shortened("a\u{1b}[31mb", 9), "a\u{fffd}[31mb");
    }

    #[test]
    fn parts_are_kept_whole() {
        let parts = ["in: 1", "out: 2", "scrap: 3"].map(str::to_owned);
        assert_eq!(dotted("  ", &parts, 17), ["  in: 1 · out: 2", "  scrap: 3"]);
        assert!(dotted("  ", &[], 17).is_empty());
    }

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrapped("- ", "one two three", 9), ["- one two", "  three"]);
        assert_eq!(wrapped("", "", 9), [""]);
        assert_eq!(wrapped("", "verylongword x", 4), ["verylongword", "x"]);
    }
}
