//! For test suites: scripts in the clerk's language, an assertion with a readable difference, and
//! strategies for lawful and unlawful journals. Behind the feature `testkit`.

mod balanced;
mod clerk;
#[cfg(feature = "testkit")]
mod strategies;

pub use balanced::{Expected, difference};
pub use clerk::{Outcome, Step, check, entries, run};
#[cfg(feature = "testkit")]
pub use strategies::{journal, lawful_journal};

/// Asserts the balance of a handbook, with a table of the differences when it does not hold.
///
/// Each line names an item (`M1`, `P2`), then columns of the statement and what they must be.
///
/// ```
/// use bonded_ledger::{Entry, Ledger, testkit::assert_balanced};
/// # let journal = include_str!("../tests/data/first.jsonl");
/// let mut ledger = Ledger::new();
/// for line in journal.lines() {
///     ledger.post(&Entry::from_json(line)?)?;
/// }
/// assert_balanced!(ledger, "C222626A0001", {
///     M1: { imported: "1000", consumed: "960", remaining: "40" },
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! assert_balanced {
    ($ledger:expr, $handbook:expr, {
        $($item:ident: { $($column:ident: $value:expr),* $(,)? }),* $(,)?
    }) => {{
        let expected = [$($((stringify!($item), stringify!($column), $value.to_string())),*),*];
        let expected = expected.map(|(item, column, value)| {
            $crate::testkit::Expected { item, column, value }
        });
        if let Some(difference) = $crate::testkit::difference(&$ledger, $handbook, &expected) {
            panic!("{difference}");
        }
    }};
}
pub use crate::assert_balanced;
