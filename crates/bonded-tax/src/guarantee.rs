//! Guarantees (担保): when one must be given or may be asked for, how much, until when.

use bonded_ledger::{Credit, Date, Guarantee, HandbookNo};
use chrono::Days;
use serde::Serialize;
use unit_consumption::Exact;

use crate::books::Books;
use crate::desk::Desk;
use crate::error::TaxError;
use crate::explained::{Explained, Step};
use crate::inputs::{Fact, Inputs, Use, letters};
use crate::levy::levies;
use crate::money::Fen;
use crate::parameters::{GUARANTEE_DAYS, GUARANTEE_EXTENSIONS};
use crate::rules::guarantee::{GUARANTEE_AMOUNT, GUARANTEE_MAY, GUARANTEE_MUST, GUARANTEE_TERM};
use crate::value::unit_price;

/// Whether a guarantee is needed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Nothing asks for one.
    None,
    /// Customs may ask for one.
    MayBeAsked,
    /// One must be given.
    Required,
}

impl Need {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Need::None => "none",
            Need::MayBeAsked => "may_be_asked",
            Need::Required => "required",
        }
    }
}

/// What a book's guarantee has to be, beside the one on file.
#[derive(Clone, Debug, Serialize)]
pub struct GuaranteeView {
    /// The book.
    pub handbook: HandbookNo,
    /// Whether one is needed, and why.
    pub need: Explained<Need>,
    /// At most the tax that could fall due: on all that is approved, or where nothing limits it, on all
    /// that came in.
    pub amount: Option<Explained<Fen>>,
    /// Why the amount cannot be had.
    pub missing: Option<TaxError>,
    /// A letter must be valid so long.
    pub until: Explained<Date>,
    /// The one on file.
    pub on_file: Option<Guarantee>,
    /// Whether the one on file lasts long enough.
    pub lasts: Option<bool>,
}

/// Looks at the guarantee of a book on a day.
///
/// # Errors
/// Where the handbook is not here, or a number of the law is not known on that day.
pub fn guarantee(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<GuaranteeView, TaxError> {
    let book = books.book(handbook)?;
    let mut steps = Vec::new();
    let mut need = Need::None;
    let mut ask = |level: Need, text: String| {
        need = need.max(level);
        let rule = match level {
            Need::Required => &GUARANTEE_MUST,
            _ => &GUARANTEE_MAY,
        };
        steps.push(Step::new(rule, text));
    };
    if matches!(book.credit, Credit::Dishonest | Credit::SeriouslyDishonest) {
        ask(Need::Required, format!("the operator is {}", book.credit));
    }
    if let Some(since) = book.outsourced_whole.filter(|it| *it <= day) {
        ask(
            Need::Required,
            format!("all processes were outsourced on {since} (全工序外发)"),
        );
    }
    for row in inputs.standing.get(&handbook).into_iter().flatten() {
        if !row.holds(day) {
            continue;
        }
        let (level, what) = match row.value {
            Fact::SmugglingCase => (Need::Required, "a case of smuggling is open (涉嫌走私)"),
            Fact::Rectification => (Need::Required, "management is being rectified (限期整改)"),
            Fact::ViolationCase => (Need::MayBeAsked, "a case of violation is open (涉嫌违规)"),
            Fact::RentedPlant => (
                Need::MayBeAsked,
                "plant or equipment is rented (租赁厂房、设备)",
            ),
            Fact::FirstTime => (
                Need::MayBeAsked,
                "it is the first processing trade (首次开展)",
            ),
            Fact::Elsewhere => (Need::MayBeAsked, "it is processed elsewhere (异地加工)"),
        };
        ask(level, format!("{what}, by {}", row.source));
    }
    let (times, times_row) = inputs.parameters.whole(&GUARANTEE_EXTENSIONS, day)?;
    if book.extensions >= times && times > 0 {
        need = need.max(Need::MayBeAsked);
        let text = format!("the handbook was extended {} times", book.extensions);
        steps.push(Step::new(&GUARANTEE_MAY, text).row(times_row));
    }
    if steps.is_empty() {
        let text = "nothing in the ledger or the file asks for one";
        steps.push(Step::new(&GUARANTEE_MAY, text));
    }
    let (days, row) = inputs.parameters.whole(&GUARANTEE_DAYS, day)?;
    let last = book.valid_until.checked_add_days(Days::new(days.into()));
    let last = last.unwrap_or(book.valid_until);
    let text = format!("valid until {} + {days} days = {last}", book.valid_until);
    let (amount, missing) = match amount(&Desk::of(books), inputs, handbook, day) {
        Ok(amount) => (Some(amount), None),
        Err(missing) => (None, Some(missing)),
    };
    Ok(GuaranteeView {
        handbook,
        need: Explained {
            value: need,
            because: steps,
        },
        amount,
        missing,
        until: Explained::by(last, Step::new(&GUARANTEE_TERM, text).row(row)),
        lasts: book.guarantee.as_ref().map(|it| it.valid_until >= last),
        on_file: book.guarantee.clone(),
    })
}

fn amount(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<Explained<Fen>, TaxError> {
    let book = books.book(handbook)?;
    let (mut sum, mut because) = (Fen::ZERO, Vec::new());
    for (&material, (item, _)) in &book.materials {
        let received = books.received(handbook, material, book.valid_from, day);
        let (quantity, of) = match item.quantity {
            Some(approved) => (approved.total(), "approved"),
            None => (received.into_iter().map(|it| it.2).sum(), "came in"),
        };
        let filed = item.price.zip(item.currency);
        let yuan = match filed {
            Some((price, currency)) => {
                let currency = letters(currency.as_str());
                let (rate, _) = inputs.exchange(&currency, Use::Customs, day)?;
                Exact::from(price.decimal()) * rate
            }
            None => {
                unit_price(books, inputs, handbook, material, day, day.into())?
                    .in_yuan(inputs, day)?
                    .0
            }
        };
        let value = Fen::round(&(yuan * Exact::from(quantity)));
        let tax = levies(inputs, item.hs.as_str(), value, day)?.total();
        sum = sum + tax;
        let by = if filed.is_some() {
            "the filed price"
        } else {
            "the price of its imports"
        };
        let text = format!("material {material}: {quantity} {of}, by {by} CNY {value}, tax {tax}");
        because.push(Step::new(&GUARANTEE_AMOUNT, text));
    }
    because.push(Step::new(
        &GUARANTEE_AMOUNT,
        format!("at most {sum} in all"),
    ));
    Ok(Explained {
        value: sum,
        because,
    })
}
