//! Tables whose rows have dates: a number of the law, a tariff rate, an exchange rate.

use bonded_ledger::Date;

use crate::source::Source;

/// A row, in force from a day until a day, both inclusive.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// The first day.
    pub from: Date,
    /// The last day, where it has one.
    pub until: Option<Date>,
    /// What it says.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
}

impl<T> Row<T> {
    /// True on a day between the first and the last.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|it| day <= it)
    }
}

/// Rows of one thing, in order of their first days; no two begin on the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated<T>(Vec<Row<T>>);

impl<T> Default for Dated<T> {
    fn default() -> Dated<T> {
        Dated(Vec::new())
    }
}

impl<T> Dated<T> {
    /// Adds a row. One that begins on the same day as another takes its place, and is given back.
    pub fn add(&mut self, row: Row<T>) -> Option<Row<T>> {
        match self.0.binary_search_by_key(&row.from, |it| it.from) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at], row)),
            Err(at) => {
                self.0.insert(at, row);
                None
            }
        }
    }

    /// The row in force on a day; none before the first, and none after one that has ended: we do not
    /// guess.
    pub fn on(&self, day: Date) -> Option<&Row<T>> {
        let begun = self.0.iter().take_while(|it| it.from <= day).last();
        begun.filter(|it| it.holds(day))
    }

    /// All of them.
    pub fn rows(&self) -> &[Row<T>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_on_its_first_and_last_day_and_no_other_fills_a_gap() {
        let day = |text: &str| bonded_ledger::parse_date(text).unwrap();
        let row = |from, until: Option<&str>, value| Row {
            from: day(from),
            until: until.map(day),
            value,
            source: Source::given("s".into(), None),
        };
        let mut dated = Dated::default();
        assert!(dated.add(row("2026-02-01", None, 2)).is_none());
        assert!(
            dated
                .add(row("2026-01-01", Some("2026-01-15"), 1))
                .is_none()
        );
        let on = |dated: &Dated<i32>, text| dated.on(day(text)).map(|it| it.value);
        for (text, value) in [
            ("2025-12-31", None),
            ("2026-01-01", Some(1)),
            ("2026-01-15", Some(1)),
            ("2026-01-16", None),
            ("2026-02-01", Some(2)),
            ("2030-01-01", Some(2)),
        ] {
            assert_eq!(on(&dated, text), value, "{text}");
        }
        assert_eq!(
            dated.add(row("2026-02-01", None, 3)).map(|it| it.value),
            Some(2)
        );
        assert_eq!(on(&dated, "2026-02-01"), Some(3));
    }
}
