//! `bonded trace`: where goods came from and where they went.

use bonded_ledger::{Ledger, ListFilter, Source, Trace, Use};

use super::nearest;
use crate::args::{self, Format};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Tone, grouped};

pub(crate) fn trace(args: &args::Trace, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let Some(trace) = ledger.trace(&args.list, args.line) else {
        return Err(unknown(&ledger, &args.list));
    };
    if let Some(line) = args.line
        && trace.lines.is_empty()
    {
        let all = ledger
            .trace(&args.list, None)
            .map(|it| it.lines)
            .unwrap_or_default();
        let near = all
            .iter()
            .map(|it| it.line)
            .min_by_key(|it| it.abs_diff(line));
        let name = format!("{line} of list {}", args.list);
        return Err(Error::unknown(
            "line",
            &name,
            near.map(|it| format!("line {it}")),
        ));
    }
    match args.format {
        Format::Json => {
            serde_json::to_writer(&mut *console.out, &trace)?;
            writeln!(console.out)?;
        }
        Format::Table => write(&trace, console)?,
    }
    Ok(Outcome::Yes)
}

fn unknown(ledger: &Ledger, list: &str) -> Error {
    let all = ledger.lists(&ListFilter::default());
    let own = all.iter().map(|it| it.number.as_str());
    let customs = all.iter().filter_map(|it| it.customs_number.as_deref());
    Error::unknown("list", list, nearest(list, own.chain(customs)))
}

fn write(trace: &Trace, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    writeln!(
        console.out,
        "{}",
        paint.tone(Tone::Title, format!("list {}", trace.list))
    )?;
    for line in &trace.lines {
        let goods = match (&line.product, &line.version, &line.material) {
            (Some(product), Some(version), _) => format!("product {product} version {version}"),
            (_, _, Some(material)) => format!("material {material}"),
            _ => String::new(),
        };
        writeln!(
            console.out,
            "  line {}: {goods}, {}",
            line.line,
            grouped(line.quantity)
        )?;
        for material in line.materials.iter().flatten() {
            let took = grouped(material.quantity);
            writeln!(
                console.out,
                "    material {}: {took}, first in, first out",
                material.material
            )?;
            sources(&material.sources, 6, console)?;
        }
        if let Some(number) = &line.consumption_list {
            writeln!(
                console.out,
                "    what it took is told by consumption list (耗料清单) {number}"
            )?;
        }
        for it in line.uses.iter().flatten() {
            used(it, console)?;
        }
        if let Some(left) = line.left {
            writeln!(console.out, "    {} left", grouped(left))?;
        }
    }
    Ok(())
}

fn sources(sources: &[Source], indent: usize, console: &mut Console<'_>) -> Result<(), Error> {
    // Deeper than this the page has no room; the numbers still say what belongs to what.
    let margin = " ".repeat(indent.min(40));
    for source in sources {
        let quantity = grouped(source.quantity);
        let from = match (&source.list, source.line, source.column) {
            (Some(list), Some(line), Some(column)) => {
                format!("{column}, list {list} line {line}")
            }
            (_, _, Some(column)) => column.to_owned(),
            _ => console.paint.tone(Tone::Bad, "not there (shortage, 短溢)"),
        };
        let upstream = match (source.handbook, source.material) {
            (Some(handbook), Some(material)) => {
                format!("{handbook} material {material}: ")
            }
            _ => String::new(),
        };
        let date = source.date.map(|it| format!(", {it}")).unwrap_or_default();
        writeln!(console.out, "{margin}{quantity} ← {upstream}{from}{date}")?;
        self::sources(&source.sources, indent + 2, console)?;
    }
    Ok(())
}

fn used(it: &Use, console: &mut Console<'_>) -> Result<(), Error> {
    let by = match (&it.list, it.line) {
        (Some(list), Some(line)) => format!("{}, list {list} line {line}", it.column),
        (Some(list), None) => format!("{}, consumption list {list}", it.column),
        _ => it.column.to_owned(),
    };
    writeln!(
        console.out,
        "    {} → {by}, {}",
        grouped(it.quantity),
        it.date
    )?;
    Ok(())
}
