//! `bonded verify`: is the ledger sound?

use bonded_ledger::{Date, HandbookStatement, Ledger, ListFilter, MaterialRow, Total};
use serde::Serialize;

use crate::args::Verify;
use crate::console::Console;
use crate::database::{Address, KeptHead};
use crate::error::Error;
use crate::journal::{self, Loaded, Seal};
use crate::outcome::Outcome;
use crate::text::{Tone, counted, grouped};

pub(crate) fn verify(args: &Verify, console: &mut Console<'_>) -> Result<Outcome, Error> {
    if let Some(address) = Address::of(&args.ledger) {
        return verify_database(&address, &args.head, console);
    }
    let kept = args.head.first().map(|it| it.head);
    let loaded = journal::load_sealed(&args.ledger, kept, console)?;
    let one = args.head.len() > 1 || args.head.iter().any(|it| it.handbook.is_some());
    if one {
        let found = "a journal file has one head for all, which is another form of head";
        let advice = "expected --head POSITION:HASH, once";
        return Err(Error::file(&args.ledger, found, advice));
    }
    let found = match not_as_posted(&loaded).or_else(|| difference(&loaded)) {
        Some(difference) => Some(difference),
        None => {
            let ours = answers(&loaded.ledger)?;
            let again = journal::load_again(&args.ledger, &loaded, console)?;
            let again = answers(&again.ledger)?;
            (ours != again).then(|| {
                let at = ours
                    .bytes()
                    .zip(again.bytes())
                    .position(|(a, b)| a != b)
                    .unwrap_or_default();
                format!(
                    "replaying the journal a second time gives other answers, from byte {at} on"
                )
            })
        }
    };
    summary(&loaded, console)?;
    tell(&loaded, found, console)
}

fn verify_database(
    address: &Address,
    kept: &[KeptHead],
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let verified = address.verify(kept)?;
    let Some(books) = verified.books else {
        return tell(&Loaded::default(), verified.wrong, console);
    };
    let heads = books.heads();
    let ledger = books.into_ledger();
    let loaded = Loaded {
        lines: ledger.entries(),
        ledger,
        ..Loaded::default()
    };
    summary(&loaded, console)?;
    for head in heads {
        writeln!(console.out, "head {head}")?;
    }
    let found = verified.wrong.or_else(|| difference(&loaded));
    tell(&loaded, found, console)
}

fn tell(
    loaded: &Loaded,
    found: Option<String>,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let paint = console.paint;
    match &found {
        None => {
            let sound = "every line is accepted, every balance conserved, all computations agree";
            let sealed = match loaded.seal.as_ref().map_or(loaded.lines, Seal::kept) {
                0 if loaded.lines > 0 => format!(
                    "; no hash is kept beside it, so {} as found",
                    counted(loaded.lines, "record is taken", "records are taken")
                ),
                0 => String::new(),
                all if all == loaded.lines => {
                    ", and every record is the one whose hash was kept".to_owned()
                }
                some => format!(
                    ", and the first {} are those whose hashes were kept",
                    counted(some, "record", "records")
                ),
            };
            let tone = paint.tone(Tone::Good, "sound");
            writeln!(console.out, "{tone}: {sound}{sealed}")?;
        }
        Some(difference) => {
            writeln!(
                console.out,
                "{}: {difference}",
                paint.tone(Tone::Bad, "NOT SOUND")
            )?;
        }
    }
    Ok(Outcome::of(found.is_none()))
}

fn summary(loaded: &Loaded, console: &mut Console<'_>) -> Result<(), Error> {
    let ledger = &loaded.ledger;
    let torn = match loaded.torn {
        0 => String::new(),
        bytes => format!(", and {} bytes of a line cut off", grouped(bytes)),
    };
    writeln!(
        console.out,
        "{}, {}, {}{}{torn}",
        counted(ledger.entries(), "entry", "entries"),
        counted(ledger.handbooks().len() as u64, "handbook", "handbooks"),
        counted(
            ledger.lists(&ListFilter::default()).len() as u64,
            "list",
            "lists"
        ),
        match loaded.seal {
            Some(_) => format!(", {} bytes", grouped(loaded.bytes)),
            None => String::new(),
        },
    )?;
    if let Some(seal) = loaded.seal.as_ref().filter(|_| loaded.lines > 0) {
        writeln!(console.out, "head {}", seal.head())?;
    }
    Ok(())
}

/// The first record that is not the one that was posted, by the hashes beside the journal and by a
/// head that was kept elsewhere.
fn not_as_posted(loaded: &Loaded) -> Option<String> {
    let seal = loaded.seal.as_ref()?;
    if let Some(line) = seal.damaged() {
        return Some(format!(
            "line {line} of the hashes beside the journal is no hash, and hashes stand behind it"
        ));
    }
    if let Some((position, line)) = seal.changed() {
        return Some(format!(
            "record {position} (line {line}) is not the one that was posted: it was changed, or a \
             record was removed, inserted or moved there"
        ));
    }
    if seal.missing() > 0 {
        return Some(format!(
            "record {} is missing: {} acknowledged, and the journal ends before {}",
            seal.head().position + 1,
            counted(seal.missing(), "record was", "records were"),
            if seal.missing() == 1 { "it" } else { "them" },
        ));
    }
    if seal.lost() > 0 {
        return Some(format!(
            "{} acknowledged, found missing later, and not posted again since: their hashes are kept \
             beside the journal (.chain.lost); post them again in their order, or remove that file if \
             the loss is known and dealt with",
            counted(seal.lost(), "record was", "records were"),
        ));
    }
    let (wanted, seen) = seal.not_wanted()?;
    Some(match seen {
        Some(seen) => format!(
            "this is not the ledger whose head was kept: its first {} end with {}, expected {}",
            counted(wanted.position, "record", "records"),
            seen.hash,
            wanted.hash
        ),
        None => format!(
            "this is not the ledger whose head was kept: it has {}, expected {} at least",
            counted(loaded.lines, "record", "records"),
            wanted.position
        ),
    })
}

/// The first thing that is not as it must be.
fn difference(loaded: &Loaded) -> Option<String> {
    if let Some((line, refused)) = &loaded.first_refused {
        let all = counted(loaded.refused, "line is", "lines are");
        let (code, message) = (refused.code(), refused.message());
        return Some(format!(
            "{all} refused, first line {line}: {code}: {message}"
        ));
    }
    if let Some(line) = loaded.first_duplicate {
        let all = counted(loaded.duplicates, "entry stands", "entries stand");
        return Some(format!("{all} in the journal twice, first in line {line}"));
    }
    let ledger = &loaded.ledger;
    let running = ledger.statement();
    // Nothing is dated after the last day: this is the sum of the whole history, list by list.
    let last_day = Date::from_ymd_opt(9999, 12, 31);
    let recomputed = ledger.statement_of(None, last_day);
    let pairs = running.handbooks.iter().zip(&recomputed.handbooks);
    if running.handbooks.len() != recomputed.handbooks.len() {
        return Some("the recomputation from the history has other handbooks".into());
    }
    pairs
        .into_iter()
        .find_map(|(running, recomputed)| {
            not_conserved(running).or_else(|| unequal(running, recomputed))
        })
        .or_else(|| cycles_that_do_not_follow(ledger))
}

/// Each cycle of an account book opens with what the one before it left.
fn cycles_that_do_not_follow(ledger: &Ledger) -> Option<String> {
    ledger.handbooks().into_iter().find_map(|handbook| {
        let count = ledger.cycles(handbook)?.len() as u32;
        let of = |cycle| {
            let statement = ledger.statement_in(Some(handbook), None, Some(cycle));
            statement.handbooks.into_iter().next()
        };
        (2..=count).find_map(|cycle| {
            let (before, book) = (of(cycle - 1)?, of(cycle)?);
            not_conserved(&before).or_else(|| {
                let mut rows = before.materials.iter().zip(&book.materials);
                let end = before.cycle.as_ref()?.to?;
                // A material that was added later brought an opening of its own.
                let brought = |it: &MaterialRow| {
                    let own = ledger.brought(handbook, it.seq.get());
                    let later = own.filter(|(added, _)| *added > end);
                    let within = later.filter(|(added, _)| {
                        let to = book.cycle.as_ref().and_then(|it| it.to);
                        to.is_none_or(|to| *added <= to)
                    });
                    within.map_or(Total::ZERO, |(_, opening)| opening.total())
                };
                let (left, opened) = rows.find(|(left, opened)| {
                    left.remaining + brought(opened) != opened.opening
                        || left.scrap != opened.scrap_opening
                })?;
                Some(format!(
                    "book {handbook} material {}: cycle {cycle} opens with {}, the one before left {}",
                    opened.seq, opened.opening, left.remaining
                ))
            })
        })
    })
}

fn not_conserved(book: &HandbookStatement) -> Option<String> {
    let row = book.materials.iter().find(|it| !it.is_conserved())?;
    Some(format!(
        "handbook {} material {}: in {}, out {}, remaining {} do not add up",
        book.handbook,
        row.seq,
        row.total_in(),
        row.total_out(),
        row.remaining
    ))
}

/// The first figure in which the running totals and the history differ.
fn unequal(running: &HandbookStatement, recomputed: &HandbookStatement) -> Option<String> {
    let materials = running.materials.iter().zip(&recomputed.materials);
    let materials = materials.map(|(a, b)| ("material", a.seq.get(), row(a), row(b)));
    let products = running.products.iter().zip(&recomputed.products);
    let products = products.map(|(a, b)| ("product", a.seq.get(), row(a), row(b)));
    let found = materials.chain(products).find_map(|(kind, seq, a, b)| {
        let (name, value) = a.iter().find(|(name, value)| b.get(*name) != Some(value))?;
        let other = b.get(name).map(ToString::to_string).unwrap_or_default();
        Some(format!(
            "handbook {} {kind} {seq}: {name} is {value} as a running total and {other} from the history",
            running.handbook
        ))
    });
    let rows = |it: &HandbookStatement| (it.materials.len(), it.products.len());
    found.or_else(|| {
        let differs = rows(running) != rows(recomputed) || running.outside != recomputed.outside;
        differs.then(|| format!("handbook {}: the history has other rows", running.handbook))
    })
}

fn row(row: impl Serialize) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(row) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}

/// Everything that a ledger answers, as bytes.
fn answers(ledger: &Ledger) -> Result<String, Error> {
    let parts = [
        serde_json::to_string(&ledger.statement())?,
        serde_json::to_string(&ledger.chains())?,
        serde_json::to_string(&ledger.lists(&ListFilter::default()))?,
    ];
    let mut parts = parts.to_vec();
    let cycles = ledger.handbooks().into_iter();
    let cycles = cycles.map(|it| ledger.cycles(it).map_or(0, |it| it.len()));
    for cycle in 1..=cycles.max().unwrap_or(0) {
        let statement = ledger.statement_in(None, None, Some(cycle as u32));
        parts.push(serde_json::to_string(&statement)?);
    }
    Ok(parts.join("\n"))
}
