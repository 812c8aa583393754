//! `bonded exchange`: the Single Window's own formats.

mod shelf; // A ledger and what is on file,
mod source; // a file and what it is,
mod intake; // one delivered to the other,
mod import; // once,
mod watch; // or whenever one comes;
mod told; // what is wrong with a document,
mod check; // before it goes out,
mod export; // which it then does;
mod reconcile; // what customs has instead;
mod template; // and what people fill in.

use crate::args::Exchange;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;

pub(crate) fn exchange(args: &Exchange, console: &mut Console<'_>) -> Result<Outcome, Error> {
    match args {
        Exchange::Import(args) => import::import(args, console),
        Exchange::Export(args) => export::export(args, console),
        Exchange::Check(args) => check::check(args, console),
        Exchange::Watch(args) => watch::watch(args, console),
        Exchange::Reconcile(args) => reconcile::reconcile(args, console),
        Exchange::Template(args) => template::template(args, console),
    }
}
