//! A calendar (RFC 5545) of what is due.

use std::fmt::Write as _;

use bonded_ledger::Date;

use crate::deadlines::Deadline;

/// Lines end with CRLF and have at most 75 bytes.
const LINE_BYTES: usize = 75;

/// The deadlines as a calendar that any program reads; those without a day are left out. `stamp`: the day
/// on which it is written.
pub fn calendar(deadlines: &[Deadline], stamp: Date) -> String {
    let mut text = String::new();
    let mut line = |content: &str| folded(&mut text, content);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//bonded//deadlines//EN");
    line("CALSCALE:GREGORIAN");
    for (at, it) in deadlines.iter().enumerate() {
        let Some(due) = it.due else { continue };
        let plain = |day: Date| day.format("%Y%m%d").to_string();
        let list = it.list.as_deref().unwrap_or_default();
        let same = |other: &&Deadline| {
            (other.handbook, other.kind, other.due, &other.list)
                == (it.handbook, it.kind, it.due, &it.list)
        };
        let nth = match deadlines[..at].iter().filter(same).count() {
            0 => String::new(),
            many => format!("-{}", many + 1),
        };
        line("BEGIN:VEVENT");
        line(&format!(
            "UID:{}",
            escaped(&format!(
                "{}-{}-{}-{list}{nth}@bonded",
                it.handbook,
                it.kind,
                plain(due)
            ))
        ));
        line(&format!("DTSTAMP:{}T000000Z", plain(stamp)));
        line(&format!("DTSTART;VALUE=DATE:{}", plain(due)));
        if let Some(next) = due.succ_opt() {
            line(&format!("DTEND;VALUE=DATE:{}", plain(next)));
        }
        line(&format!(
            "SUMMARY:{}",
            escaped(&format!("{}: {}", it.handbook, it.what))
        ));
        let mut why = String::new();
        for step in &it.because {
            let laws: Vec<String> = step.rule.law.iter().map(ToString::to_string).collect();
            let _ = writeln!(why, "{} [{}]", step.text, laws.join("; "));
        }
        line(&format!("DESCRIPTION:{}", escaped(why.trim_end())));
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// A line, cut into pieces of at most 75 bytes between letters; all but the first begin with a blank.
fn folded(text: &mut String, line: &str) {
    let mut bytes = 0;
    for letter in line.chars() {
        if bytes + letter.len_utf8() > LINE_BYTES {
            text.push_str("\r\n ");
            bytes = 1;
        }
        text.push(letter);
        bytes += letter.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explained::Step;
    use crate::rules::deadlines::REPORT_DUE;

    #[test]
    fn a_calendar_is_folded_and_escaped() {
        let day = |it: &str| bonded_ledger::parse_date(it).unwrap();
        let deadline = Deadline {
            due: Some(day("2026-12-31")),
            handbook: "C222626A0001".parse().unwrap(),
            kind: "report",
            what: format!("报核; 甲,乙\\ {}", "核".repeat(60)),
            list: None,
            overdue: false,
            missing: None,
            because: vec![Step::new(&REPORT_DUE, "one\ntwo")],
        };
        let unknown = Deadline {
            due: None,
            ..deadline.clone()
        };
        let text = calendar(&[unknown, deadline], day("2026-11-01"));
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
        assert!(text.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"));
        assert!(text.contains("SUMMARY:C222626A0001: 报核\\; 甲\\,乙\\\\ 核"));
        assert!(text.contains("DESCRIPTION:one\\ntwo ["));
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE_BYTES, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&"核".repeat(60)));
    }
}
