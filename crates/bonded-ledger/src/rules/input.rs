//! A line that is not an entry is refused, with the field and what was expected.

use super::{Rule, rules};
use crate::law::journal;

rules! {
    INVALID_UTF8 = Refusal "invalid_utf8" {
        "the line is not UTF-8",
        "A journal is UTF-8. Files saved by Chinese Windows programs are often GBK (GB 18030), and text files may begin with a byte order mark (which is skipped).",
        "Convert the file to UTF-8 and post it again, for instance: iconv -f GB18030 -t UTF-8 in.jsonl > out.jsonl",
        [journal("preamble")], "",
    }
    LINE_TOO_LONG = Refusal "line_too_long" {
        "the line is longer than an entry may be",
        "A line of a journal has at most 64 MiB.",
        "Check that every entry stands on a line of its own; open a very large handbook with the items first and add consumptions by amendments.",
        [journal("preamble")], "",
    }
    INVALID_JSON = Refusal "invalid_json" {
        "the line is not one JSON object",
        "Each line holds exactly one JSON object.",
        "Write each entry as one line of JSON; the column says where reading stopped.",
        [journal("preamble")], "",
    }
    DUPLICATE_FIELD = Refusal "duplicate_field" {
        "a field stands twice in one object",
        "Programs disagree which of two equal keys counts, so neither does.",
        "Keep one of them.",
        [journal("preamble")], "",
    }
    MISSING_FIELD = Refusal "missing_field" {
        "a required field is missing",
        "Every field is required unless the contract marks it optional or gives a default.",
        "Add the field.",
        [journal("preamble")], "",
    }
    UNKNOWN_FIELD = Refusal "unknown_field" {
        "a field is not known here",
        "An unknown field is an error, so that a typo never loses data silently.",
        "Correct the name (the nearest known one is given), or move the field into \"ext\".",
        [journal("preamble")], "",
    }
    WRONG_TYPE = Refusal "wrong_type" {
        "a value has another JSON type than its field",
        "Quantities, amounts and rates are decimal text in quotes (a JSON integer is accepted); a JSON number with \".\" or \"e\" is not exact and refused; seq and line are JSON integers.",
        "Write the value as the message says.",
        [journal("preamble")], "",
    }
    INVALID_VALUE = Refusal "invalid_value" {
        "a value is not one that its field can have",
        "Codes, dates, numbers and words have a fixed form; the check character of a credit code is checked (GB 32100-2015).",
        "Correct the value as the message says.",
        [journal("preamble")], "",
    }
    DIGITS_EXCEEDED = Refusal "digits_exceeded" {
        "a number has more digits than its field holds",
        "Quantities have at most 13 integer and 5 decimal digits, net consumptions 10 and 9, rates and shares 9 decimals; trailing zeros do not count. Nothing is rounded on reading.",
        "Round the figure where it comes from, on purpose, and write the rounded one.",
        [journal("preamble")], "",
    }
    LIMIT_EXCEEDED = Refusal "limit_exceeded" {
        "more than a book, list or text may hold",
        "At most 9,999 materials and products and 200,000 consumption lines in a book, 9,999 lines in a list, 4,000 characters in a text; a gross unit consumption stays below 10 integer digits, a column's total below 17.",
        "Split the list, or shorten the text.",
        [journal("preamble")], "",
    }
}

/// The rule of an input error's code.
pub(crate) fn rule_of(code: &str) -> &'static Rule {
    ALL.iter()
        .find(|rule| rule.code == code)
        .unwrap_or(&&INVALID_VALUE)
}
