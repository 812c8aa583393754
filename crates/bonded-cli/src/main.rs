//! The program `bonded`: arguments in, exit status out.

use std::io::{BufWriter, IsTerminal, stderr, stdout};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bonded_cli::args::Cli;
use bonded_cli::{Console, Outcome, Paint, date_in_china, run};
use clap::Parser;

#[allow(
    clippy::disallowed_methods,
    reason = "somebody has to ask for the date, so that nobody else does"
)]
fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or_default())
}

fn main() -> ExitCode {
    // Help and mistakes in the arguments are printed by the parser, with status 0 and 2.
    let cli = Cli::parse();
    let terminal = stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    let mut out = BufWriter::with_capacity(1 << 20, stdout());
    let mut err = stderr();
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        terminal,
        paint: if terminal && !plain {
            Paint::Colors
        } else {
            Paint::Plain
        },
        progress: stderr().is_terminal() && !terminal,
        today: date_in_china(unix_seconds()),
    };
    match run(cli, &mut console) {
        Ok(Outcome::Yes) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            // What was answered before comes before the error. It may be what failed: then it is
            // told already.
            let _ = console.out.flush();
            let _ = writeln!(console.err, "error: {error}");
            ExitCode::from(2)
        }
    }
}
