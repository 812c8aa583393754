//! The commands that answer questions.

use bonded_ledger::{HandbookNo, Ledger, Role};

use crate::error::Error;

mod units; // Names for people,
mod told; // and what rules say to them;
mod files; // files that are read whole;
mod lists; // what was declared,
mod statement; // what its balances are,
mod statement_table;
mod check; // whether they may be closed,
pub(crate) mod cycle; // cycle by cycle,
mod chain; // and the chain with them;
mod trace; // where goods came from,
mod verify; // whether all of it is sound,
mod convert; // wherever it is kept
mod setup; // (a server needs tables first);
mod handbook; // what a workbook says,
pub(crate) mod consumption; // whether what is declared was used,
mod exchange; // what customs and people send and want,
pub(crate) mod tax; // what it costs,
mod demo; // how it looks when everything is done,
mod explain; // and what it all means.

pub(crate) use chain::chain;
pub(crate) use check::check;
pub(crate) use convert::convert;
pub(crate) use demo::demo;
pub(crate) use exchange::exchange;
pub(crate) use explain::explain;
pub(crate) use handbook::{import, plan};
pub(crate) use lists::lists;
pub(crate) use setup::setup;
pub(crate) use statement::statement;
pub(crate) use trace::trace;
pub(crate) use verify::verify;

/// The handbook that is asked for, or an error with the nearest one.
fn known_handbook(ledger: &Ledger, asked: Option<HandbookNo>) -> Result<Option<HandbookNo>, Error> {
    let Some(number) = asked else {
        return Ok(None);
    };
    let known = ledger.handbooks();
    if known.contains(&number) {
        return Ok(Some(number));
    }
    let names = known.iter().map(|it| it.as_str());
    Err(Error::unknown(
        "handbook",
        number.as_str(),
        nearest(number.as_str(), names),
    ))
}

/// The name that is nearest to the one that was asked for.
fn nearest<'n>(asked: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    // A name from outside may be of any length; what it has beyond this is no help.
    let asked: String = asked.chars().take(64).collect();
    let distance = |it: &&str| strsim::damerau_levenshtein(&asked, it);
    names.min_by_key(distance).map(str::to_owned)
}

/// What the enterprise does, in both languages.
fn role_text(role: Role) -> String {
    let chinese = match role {
        Role::IcDesign => "设计",
        Role::WaferFabrication => "晶圆制造",
        Role::PackagingTest => "封装测试",
    };
    format!("{role} {chinese}")
}
