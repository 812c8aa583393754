//! Whether a value fits its element: length, digits, form. What it means is not looked at here.

use crate::fields::{Field, Type};
use crate::values::{day, plain_decimal};

/// What does not fit.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Misfit {
    pub(crate) code: &'static str,
    pub(crate) found: String,
    pub(crate) expected: String,
}

/// How the length of a text is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Width {
    /// A character is one: the schemas.
    Characters,
    /// A character outside ASCII is two: the Single Window's page, of names.
    Doubled,
}

impl Width {
    fn of(self, text: &str) -> usize {
        match self {
            Width::Characters => text.chars().count(),
            Width::Doubled => text.chars().map(|it| 1 + usize::from(!it.is_ascii())).sum(),
        }
    }
}

/// Checks a value that is not empty against what its element holds; `limit` is a tighter length, or
/// fewer digits before the point, than the table has.
pub(crate) fn fit(
    field: &Field,
    limit: Option<u16>,
    width: Width,
    value: &str,
) -> Result<(), Misfit> {
    let misfit = |code, found: String, expected: String| {
        Err(Misfit {
            code,
            found,
            expected,
        })
    };
    if let Some(bad) = value.chars().find(|&it| !crate::xml::is_xml(it)) {
        let found = format!("the control character U+{:04X}", u32::from(bad));
        return misfit("not_text", found, "text that XML can hold".into());
    }
    match field.holds {
        Type::Exactly(length) if value.chars().count() != usize::from(length) => misfit(
            "length_differs",
            format!("{value:?}, {} characters", value.chars().count()),
            format!("exactly {length}"),
        ),
        Type::UpTo(length) => {
            let most = usize::from(limit.map_or(length, |it| it.min(length)));
            let has = width.of(value);
            if has <= most {
                return Ok(());
            }
            let counted = match width {
                Width::Characters => "",
                Width::Doubled => " (a Chinese character counts as two)",
            };
            misfit(
                "length_exceeded",
                format!("{:?}, {has} characters{counted}", shown(value)),
                format!("at most {most}, {} fewer", has - most),
            )
        }
        Type::Whole(digits) => {
            let plain = value.bytes().all(|it| it.is_ascii_digit());
            match plain && value.len() <= usize::from(digits) {
                true => Ok(()),
                false => misfit(
                    "not_whole",
                    format!("{value:?}"),
                    format!("a whole number of at most {digits} digits"),
                ),
            }
        }
        Type::Decimal(all, behind) => {
            let Some(plain) = plain_decimal(value) else {
                return misfit("not_a_decimal", format!("{value:?}"), "a decimal".into());
            };
            let digits = plain.trim_start_matches('-');
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let most = u16::from(all - behind);
            let before = limit.map_or(most, |it| it.min(most));
            if whole.len() <= usize::from(before) && fraction.len() <= usize::from(behind) {
                return Ok(());
            }
            let found = format!(
                "{plain}, {} digits and {} decimals",
                whole.len(),
                fraction.len()
            );
            let expected =
                format!("at most {before} digits before the point and {behind} decimals");
            misfit("decimals_exceeded", found, expected)
        }
        Type::Date | Type::Time | Type::Day if day(value).is_none() => {
            let expected = "a date (yyyy-MM-dd or yyyyMMdd)";
            misfit("not_a_date", format!("{value:?}"), expected.into())
        }
        _ => Ok(()),
    }
}

fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::record_kind;

    fn check(record: &str, element: &str, value: &str) -> Option<&'static str> {
        let field = record_kind(record)
            .and_then(|it| it.field(element))
            .expect("an element");
        fit(field, None, Width::Characters, value)
            .err()
            .map(|it| it.code)
    }

    #[test]
    fn the_last_digit_that_fits_and_the_first_that_does_not() {
        let line = |element: &str, value: &str| check("InvtListType", element, value);
        assert_eq!(line("DclQty", "9999999999999.99999"), None);
        assert_eq!(line("DclQty", "99999999999999"), None);
        assert_eq!(line("DclQty", "999999999999999"), Some("decimals_exceeded"));
        assert_eq!(line("DclQty", "0.000001"), Some("decimals_exceeded"));
        assert_eq!(line("DclTotalAmt", "1.230"), None);
        assert_eq!(line("DclTotalAmt", "1.234"), Some("decimals_exceeded"));
        assert_eq!(line("GdsSeqno", "1.5"), Some("not_whole"));
        assert_eq!(line("Gdecd", "854239000"), Some("length_differs"));
        assert_eq!(line("GdsMtno", &"x".repeat(32)), None);
        assert_eq!(line("GdsMtno", &"x".repeat(33)), Some("length_exceeded"));
        assert_eq!(line("GdsNm", "a\u{7}b"), Some("not_text"));
        assert_eq!(
            check("InvtHeadType", "InputTime", "20260231"),
            Some("not_a_date")
        );
        assert_eq!(check("InvtHeadType", "InputTime", "2026-02-28"), None);
    }

    #[test]
    fn names_are_counted_as_the_page_counts_them() {
        let field = record_kind("InvtHeadType")
            .and_then(|it| it.field("BizopEtpsNm"))
            .expect("an element");
        let name = "名".repeat(257);
        assert_eq!(fit(field, None, Width::Characters, &name), Ok(()));
        let misfit = fit(field, None, Width::Doubled, &name).unwrap_err();
        assert_eq!(misfit.expected, "at most 512, 2 fewer");
    }
}
