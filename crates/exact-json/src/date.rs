//! Dates, written in full.

/// A day of the calendar.
pub type Date = chrono::NaiveDate;

/// Reads `YYYY-MM-DD`, nothing else.
pub fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        bytes[range].iter().try_fold(0, |sum, &it| {
            it.is_ascii_digit().then(|| sum * 10 + u32::from(it - b'0'))
        })
    };
    if !shaped {
        return None;
    }
    Date::from_ymd_opt(
        i32::try_from(number(0..4)?).ok()?,
        number(5..7)?,
        number(8..10)?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_in_full() {
        assert!(parse_date("2026-02-28").is_some());
        for text in [
            "2026-2-28",
            "2026-02-30",
            "20260228",
            "2026-02-28T00",
            "26-02-28",
            "",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
