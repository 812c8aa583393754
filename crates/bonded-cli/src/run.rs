//! From the command line to the command.

use std::time::Duration;

use clap::CommandFactory;

use crate::args::{Cli, Command, Consumption, Cycle, Handbook, Tax};
use crate::commands;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::post::{PostOptions, post};

/// Does what the command line asks.
///
/// # Errors
/// What could not be done, as people read it.
pub fn run(cli: Cli, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let outcome = match cli.command {
        Command::Post(args) => {
            let options = PostOptions {
                ledger: args.ledger,
                files: args.files,
                dry_run: args.dry_run,
                atomic: args.atomic,
                stop_on_refusal: args.stop_on_refusal,
                quiet: args.quiet,
                wait: Duration::from_secs(args.wait),
            };
            post(&options, console)
        }
        Command::Lists(args) => commands::lists(&args, console),
        Command::Statement(args) => commands::statement(&args, console),
        Command::Check(args) => commands::check(&args, console),
        Command::Cycle(Cycle::Check(args)) => commands::cycle::check(&args, console),
        Command::Cycle(Cycle::Plan(args)) => commands::cycle::plan(&args, console),
        Command::Cycle(Cycle::Show(args)) => commands::cycle::show(&args, console),
        Command::Cycle(Cycle::Taken(args)) => commands::cycle::taken(&args, console),
        Command::Chain(args) => commands::chain(&args, console),
        Command::Trace(args) => commands::trace(&args, console),
        Command::Verify(args) => commands::verify(&args, console),
        Command::Convert(args) => commands::convert(&args, console),
        Command::Setup(args) => commands::setup(&args, console),
        Command::Handbook(Handbook::Import(args)) => commands::import(&args, console),
        Command::Handbook(Handbook::Plan(args)) => commands::plan(&args, console),
        Command::Consumption(Consumption::Verify(args)) => {
            commands::consumption::verify(&args, console)
        }
        Command::Consumption(Consumption::Fit(args)) => commands::consumption::fit(&args, console),
        Command::Consumption(Consumption::Explain(args)) => {
            commands::consumption::explain(&args, console)
        }
        Command::Exchange(exchange) => commands::exchange(&exchange, console),
        Command::Tax(Tax::Sale(args)) => commands::tax::sale(&args, console),
        Command::Tax(Tax::Quote(args)) => commands::tax::quote(&args, console),
        Command::Tax(Tax::Refund(args)) => commands::tax::refund(&args, console),
        Command::Tax(Tax::Guarantee(args)) => commands::tax::guarantee(&args, console),
        Command::Tax(Tax::Deadlines(args)) => commands::tax::deadlines(&args, console),
        Command::Demo(args) => commands::demo(&args, console),
        Command::Explain(args) => commands::explain(&args, console),
        Command::Completions(args) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "bonded", &mut script);
            console.out.write_all(&script)?;
            Ok(Outcome::Yes)
        }
    }?;
    console.out.flush()?;
    Ok(outcome)
}
