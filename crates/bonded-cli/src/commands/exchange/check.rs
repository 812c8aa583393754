//! `bonded exchange check`: what customs and the client will say, before they do.

use bonded_exchange::check::{self, Context};
use bonded_exchange::codes::Codes;
use serde::Serialize;
use serde_json::Value;

use super::intake::problem;
use super::shelf::Shelf;
use super::source::read_message;
use super::told;
use crate::args::{ExchangeCheck, Format};
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Tone, counted};

#[derive(Serialize)]
struct Checked<'a> {
    file: &'a std::path::Path,
    document: Option<&'a str>,
    goes_out: bool,
    problems: Vec<Value>,
}

pub(crate) fn check(args: &ExchangeCheck, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let shelf = match &args.ledger {
        Some(path) => Some(Shelf::read(path, console)?),
        None => None,
    };
    let codes = Codes::builtin();
    let mut all = true;
    for path in &args.files {
        let message = read_message(path)?;
        let mut context = Context::new(console.today, &codes);
        context.on_file = shelf.as_ref().map(|it| &it.on_file);
        context.ledger = shelf.as_ref().map(Shelf::ledger);
        let problems = check::message(&message, &context);
        let kept_back = told::keep_back(&problems);
        all &= !kept_back;
        match args.format {
            Format::Json => {
                let checked = Checked {
                    file: path,
                    document: message.code(),
                    goes_out: !kept_back,
                    problems: problems.iter().map(problem).collect(),
                };
                serde_json::to_writer(&mut *console.out, &checked)?;
                writeln!(console.out)?;
            }
            Format::Table => {
                let name = path.display().to_string();
                told::tell(&name, &problems, console);
                let kind = message.kind().map_or("", |it| it.chinese);
                let code = message.code().unwrap_or("?");
                let verdict = match kept_back {
                    true => console.paint.tone(Tone::Bad, "does not go out"),
                    false => console.paint.tone(Tone::Good, "goes out"),
                };
                let found = counted(problems.len() as u64, "problem", "problems");
                writeln!(console.out, "{name}: {code} {kind}: {verdict}, {found}")?;
            }
        }
    }
    Ok(Outcome::of(all))
}
