//! `bonded consumption fit`: the figures that reproduce what was used.

use serde::Serialize;
use unit_consumption::{
    Consumption, Exact, FitError, Net, Percent, Quantity, Total, fit as fitted, round5,
};

use crate::args::{ConsumptionFit, Format};
use crate::commands::told::lines;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Tone, grouped};

/// What is printed as JSON: the figures, or why there are none.
#[derive(Serialize)]
struct Fitted {
    wanted: Net,
    used: Quantity,
    output: Quantity,
    net: Option<Net>,
    loss: Option<Percent>,
    /// Rounded to 9 decimals.
    gross: Option<String>,
    /// round5(output × gross), which is what was used.
    reproduced: Option<Total>,
    message: Option<String>,
    /// `gross` is not exactly that.
    #[serde(skip)]
    rounded: bool,
}

pub(crate) fn fit(args: &ConsumptionFit, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let mut answer = Fitted {
        wanted: args.net,
        used: args.used,
        output: args.output,
        net: None,
        loss: None,
        gross: None,
        reproduced: None,
        message: None,
        rounded: false,
    };
    match fitted(args.net, args.used, args.output) {
        Ok(found) => {
            let line = Consumption::new(found.net, found.loss, Percent::ZERO, Percent::HUNDRED)
                .map_err(|it| Error::bug(format!("what was found is no consumption: {it}")))?;
            let gross = line.gross();
            answer.net = Some(found.net);
            answer.loss = Some(found.loss);
            let text = Exact::of(&gross).rounded_text(9);
            answer.rounded = text.parse().map(|it: Net| Exact::from(it)) != Ok(Exact::of(&gross));
            answer.gross = Some(text);
            answer.reproduced = Some(round5([(args.output.total(), &gross)].into_iter()));
            answer.message = (found.net != args.net).then(|| {
                format!(
                    "no loss rate of at most 9 decimals fits a net of {}; {} is the nearest found \
                     that has one",
                    args.net, found.net
                )
            });
        }
        Err(error @ FitError::NotPositive) => return Err(Error::figures(error.to_string())),
        Err(error) => answer.message = Some(error.to_string()),
    }
    match args.format {
        Format::Json => {
            serde_json::to_writer(&mut *console.out, &answer)?;
            writeln!(console.out)?;
        }
        Format::Table => write(&answer, console)?,
    }
    Ok(Outcome::of(answer.net.is_some()))
}

fn write(answer: &Fitted, console: &mut Console<'_>) -> Result<(), Error> {
    let (used, output) = (grouped(answer.used), grouped(answer.output));
    if let (Some(net), Some(loss), Some(gross)) = (answer.net, answer.loss, &answer.gross) {
        writeln!(console.out, "net 净耗       {net}")?;
        writeln!(console.out, "loss 损耗率    {loss} %")?;
        let rounded = match answer.rounded {
            true => " (rounded; exactly: net ÷ (1 − loss))",
            false => "",
        };
        writeln!(console.out, "gross 单耗     {gross}{rounded}")?;
        writeln!(
            console.out,
            "output {output} × gross = {}, rounded to 5 decimals: what was used",
            answer.reproduced.map(grouped).unwrap_or_default()
        )?;
        let tip = "The loss is tangible and intangible together; how it splits is for the process to \
                   say.";
        lines("", tip, Some(Tone::Faint), console)?;
    } else {
        writeln!(
            console.out,
            "{used} used, {output} made: no figures reproduce it"
        )?;
    }
    if let Some(message) = &answer.message {
        lines("", message, Some(Tone::Doubtful), console)?;
    }
    Ok(())
}
