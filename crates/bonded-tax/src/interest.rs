//! Interest on deferred duty (缓税利息): tax × days × rate ÷ 360.

use bonded_ledger::{Date, HandbookNo, Movement, Total};
use unit_consumption::Exact;

use crate::books::Books;
use crate::error::{TaxError, codes};
use crate::explained::{Explained, RowRef, Step};
use crate::inputs::Inputs;
use crate::money::Fen;
use crate::parameters::{INTEREST_FIRST_DAY, INTEREST_MINIMUM, INTEREST_RATE, INTEREST_YEAR};
use crate::rules::interest::{DEFERRED_INTEREST, INTEREST_DATES, INTEREST_SMALL, INTEREST_WAIVED};

/// From which day on materials of a book bear interest: the first import under a handbook; of an
/// account book the last write-off, and before there is one the first import. What the book opened with
/// came in before the journal begins: a file says when (`interest_begins`).
///
/// # Errors
/// `import_missing` where nothing came in on or before the day, and no file says when the opening did.
pub fn interest_begins(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<Explained<Date>, TaxError> {
    let book = books.book(handbook)?;
    let written_off = book.written_off.iter().filter(|it| **it <= day).max();
    if let Some(written_off) = written_off {
        let text = format!("the account book was last written off on {written_off}");
        return Ok(Explained::by(
            *written_off,
            Step::new(&INTEREST_DATES, text),
        ));
    }
    let first = books
        .papers()
        .lists_of(handbook)
        .filter(|it| {
            matches!(
                it.movement,
                Movement::Imported | Movement::CarriedIn | Movement::LeftoverIn
            ) && it.declared <= day
        })
        .min_by_key(|it| it.declared);
    let openings = book
        .materials
        .iter()
        .filter(|it| it.1.1.total() > Total::ZERO);
    let there = openings.filter(|(material, _)| book.opens_on(**material) <= day);
    let materials: Vec<u16> = there.map(|it| *it.0).collect();
    let opened = inputs.begins(handbook, &materials, day);
    let has_opening = !materials.is_empty();
    if let Some(row) = &opened
        && first.is_none_or(|it| row.from <= it.declared)
    {
        let text = format!("what the book opened with first came in on {}", row.from);
        let step = Step::new(&INTEREST_DATES, text).row(row.clone());
        return Ok(Explained::by(row.from, step));
    }
    let first = first.ok_or_else(|| {
        let add = match has_opening {
            true => format!(
                "add {{\"handbook\":\"{handbook}\",\"day\":\"…\",\"source\":\"…\"}} to \"interest_begins\": the first import of what the book opened with"
            ),
            false => "post the lists by which the materials came in, with their dates".to_owned(),
        };
        TaxError::new(
            &codes::IMPORT_MISSING,
            format!("nothing came into handbook {handbook} on or before {day}"),
            add,
        )
    })?;
    let earlier = match has_opening && opened.is_none() {
        true => "; when the opening did, which may be earlier, no row of \"interest_begins\" says",
        false => "",
    };
    let text = format!(
        "the first materials came in by list {} on {}{earlier}",
        first.number, first.declared
    );
    let lines = first.lines.iter().map(|it| first.at(it));
    let step = Step::new(&INTEREST_DATES, text).lines(lines);
    Ok(Explained::by(first.declared, step))
}

/// How many days of interest there are between two days: the last counts, the first does not, unless
/// the parameter `interest_first_day` says so. Never below 0.
pub fn interest_days(from: Date, to: Date, first_day: u32) -> u32 {
    let days = (to - from).num_days();
    match u32::try_from(days) {
        Ok(days) => days + first_day,
        Err(_) => 0,
    }
}

/// The interest on a tax from a day to the payment letter, for one entry: waived on days of a waiver,
/// and not collected below the minimum.
///
/// # Errors
/// `parameter_missing` where the rate of the day is not known.
pub fn interest(
    tax: Fen,
    begins: &Explained<Date>,
    declared: Date,
    letter: Date,
    inputs: &Inputs,
) -> Result<Explained<Fen>, TaxError> {
    let mut interest = accrued(tax, begins, declared, letter, inputs)?;
    let (minimum, row) = inputs.parameters.on(&INTEREST_MINIMUM, letter)?;
    if interest.value.yuan() < minimum && interest.value != Fen::ZERO {
        let text = format!(
            "{} is below CNY {}: not collected",
            interest.value, row.value
        );
        interest
            .because
            .push(Step::new(&INTEREST_SMALL, text).row(row));
        interest.value = Fen::ZERO;
    }
    Ok(interest)
}

/// The same without a minimum: of a part of an entry.
pub(crate) fn accrued(
    tax: Fen,
    begins: &Explained<Date>,
    declared: Date,
    letter: Date,
    inputs: &Inputs,
) -> Result<Explained<Fen>, TaxError> {
    let mut because = begins.because.clone();
    if let Some(waiver) = inputs.waivers.iter().find(|it| it.holds(declared)) {
        let until = waiver.until.map(|it| format!(" until {it}"));
        let text = format!(
            "waived for what is declared from {}{}",
            waiver.from,
            until.unwrap_or_default()
        );
        let row = RowRef {
            name: "waiver".to_owned(),
            value: "0".to_owned(),
            from: waiver.from,
            source: waiver.source.clone(),
        };
        because.push(Step::new(&INTEREST_WAIVED, text).row(row));
        return Ok(Explained {
            value: Fen::ZERO,
            because,
        });
    }
    let of = |parameter| inputs.parameters.on(parameter, letter);
    let (rate, rate_row) = of(&INTEREST_RATE)?;
    let (year, year_row) = of(&INTEREST_YEAR)?;
    let (first, first_row) = inputs.parameters.whole(&INTEREST_FIRST_DAY, letter)?;
    let days = interest_days(begins.value, letter, first);
    let interest = match year.is_zero() {
        true => Exact::zero(),
        false => tax.yuan() * Exact::whole(days.into()) * rate / Exact::whole(100) / year,
    };
    let interest = Fen::round(&interest);
    let text = format!(
        "{tax} × {days} days ({} to {letter}) × {} % ÷ {} = {interest}",
        begins.value, rate_row.value, year_row.value
    );
    let step = Step::new(&DEFERRED_INTEREST, text);
    because.push(step.row(rate_row).row(year_row).row(first_row));
    Ok(Explained {
        value: interest,
        because,
    })
}
