//! A process that posts to a file is killed at any moment.
//!
//! `BONDED_CRASHES=1000 cargo test --release -p bonded-cli --test crash -- --nocapture` kills as often,
//! for hours by hand; `docs/reliability.md` says what came of it. `BONDED_SEEDS=7` other moments.

mod support;

use support::crash::crash;

#[test]
fn a_journal_loses_nothing() {
    crash("journal", 12, || "books.jsonl".to_owned(), None);
}

#[test]
fn a_database_file_loses_nothing() {
    crash("SQLite", 12, || "books.db".to_owned(), None);
}
