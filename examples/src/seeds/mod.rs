//! The journals of `seeds/`, and what each must come to.
//!
//! `cargo run -p examples --bin make-seeds` writes them; the figures are those of the worked
//! example of the IC chain (1,000 bare wafers become 7,400,000 re-exported chips).

mod journal; // Entries with readable names,
mod goods; // about goods,
mod catalogue; // those of the chain,
mod parties; // of enterprises
mod expected; // and their right answers:
mod first; // the smallest journal,
mod ic_chain; // the whole chain,
mod chain_carry_over; // a chain whose wafers come from abroad,
mod open_chain; // a chain that does not close,
mod design_alone; // one book of a chain,
mod edge_cases; // what breaks naive ledgers,
mod self_verification; // and production beside what is declared,
mod tax; // and rates, for what it costs.

pub use expected::{Expected, Figure, Refused};

/// A file to be written.
pub struct SeedFile {
    /// Below the root of the workspace.
    pub path: String,
    pub content: String,
}

/// A journal and what it must come to.
pub(crate) struct Seed {
    /// Path without `.jsonl`.
    path: String,
    journal: journal::Journal,
    /// Beside which file name; the smallest journal has none.
    expected: Option<(String, Expected)>,
}

impl Seed {
    fn files(self) -> Vec<SeedFile> {
        let journal = SeedFile {
            path: self.path,
            content: self.journal.text(),
        };
        let expected = self.expected.map(|(path, it)| SeedFile {
            path,
            content: it.text(),
        });
        [Some(journal), expected].into_iter().flatten().collect()
    }
}

/// All files, in a fixed order.
pub fn all() -> Vec<SeedFile> {
    let chains = [
        first::seed(),
        ic_chain::seed(),
        chain_carry_over::seed(),
        open_chain::seed(),
        design_alone::seed(),
    ];
    let seeds = chains.into_iter().chain(edge_cases::seeds());
    seeds
        .flat_map(Seed::files)
        .chain(self_verification::files())
        .chain(tax::files())
        .collect()
}
