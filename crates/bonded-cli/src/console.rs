//! The terminal, the clock and the two streams: everything a command needs of the outside but files.

use std::fmt;
use std::io::Write;

use bonded_ledger::Date;

use crate::text::Paint;

/// Where a command speaks to.
pub struct Console<'a> {
    /// Standard output: answers.
    pub out: &'a mut (dyn Write + Send),
    /// Standard error: messages to people.
    pub err: &'a mut dyn Write,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Colours on standard output.
    pub paint: Paint,
    /// Whether progress may be shown on standard error.
    pub progress: bool,
    /// Today, where customs are (UTC+8).
    pub today: Date,
}

impl Console<'_> {
    /// Says something that the user should know. A closed standard error is nobody's concern.
    pub(crate) fn note(&mut self, message: impl fmt::Display) {
        let _ = writeln!(self.err, "note: {message}");
    }

    /// Says one of several things that are wrong with an input.
    pub(crate) fn problem(&mut self, message: impl fmt::Display) {
        let _ = writeln!(self.err, "error: {message}");
    }

    /// Says something loudly.
    pub(crate) fn warn(&mut self, message: impl fmt::Display) {
        let _ = writeln!(self.err, "warning: {message}");
    }
}

/// Seconds since 1970-01-01 UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "the program may ask; the core is told"
)]
pub(crate) fn now() -> u64 {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |it| it.as_secs())
}

/// The date that a count of seconds since 1970-01-01 UTC falls on in China, which has one time zone
/// (UTC+8) and no summer time.
pub fn date_in_china(unix_seconds: i64) -> Date {
    let days = (unix_seconds + 8 * 3_600).div_euclid(86_400);
    let epoch = Date::default();
    let since = chrono::TimeDelta::try_days(days);
    since
        .and_then(|it| epoch.checked_add_signed(it))
        .unwrap_or(epoch)
}

#[cfg(test)]
mod tests {
    use super::date_in_china;

    #[test]
    fn the_day_begins_eight_hours_before_utc() {
        assert_eq!(date_in_china(0).to_string(), "1970-01-01");
        assert_eq!(date_in_china(16 * 3_600).to_string(), "1970-01-02");
        assert_eq!(date_in_china(1_767_196_800).to_string(), "2026-01-01");
        assert_eq!(date_in_china(i64::MAX / 2).to_string(), "1970-01-01");
    }
}
