//! Export refund of imported-materials processing (进料加工免抵退税): rates by supervision-mode totals,
//! what was claimed at the planned rate, what is due at the actual one.

use std::collections::BTreeMap;

use bonded_ledger::{Date, HandbookNo, Movement, Role, Trade};
use serde::Serialize;
use unit_consumption::Exact;

use crate::books::{Books, folded, taken};
use crate::desk::Desk;
use crate::error::{TaxError, codes};
use crate::explained::{Explained, LineRef, Step};
use crate::inputs::{Inputs, Producer};
use crate::money::Fen;
use crate::papers::{LinePapers, ListPapers};
use crate::parameters::{REFUND_DAY, REFUND_DECIMALS, REFUND_MONTH};
use crate::rules::refund::{ACTUAL_RATE, ADJUSTMENT, MODE_TOTALS, WRITE_OFF};
use crate::span::Span;
use crate::value::{line_price, unit_price, usd};

mod groups; // What was exported, at one rate and another;
mod checks; // what is compared,
mod claims; // with what was claimed,
mod rows; // and what is handed over.

pub use checks::{Check, Held};
pub use rows::{RefundRow, refund_rows};

/// The export refund of one handbook, or of one cycle of an account book.
#[derive(Clone, Debug, Serialize)]
pub struct Refund {
    /// The book.
    pub handbook: HandbookNo,
    /// Which cycle of an account book (核销周期), from 1; none of a handbook.
    pub cycle_number: Option<u32>,
    /// What the enterprise does in the chain.
    pub role: Option<Role>,
    /// Whether the tax office takes it for a producer, by the file; nobody else can say.
    pub producer: Option<Producer>,
    /// The totals by supervision mode that make the actual rate, in US dollars.
    pub totals: Vec<ModeTotal>,
    /// Of the imports.
    pub import_total: Explained<String>,
    /// Of the exports.
    pub export_total: Explained<String>,
    /// 实际分配率; none where the export total is 0 or below, the import total below 0, or nothing came into
    /// a cycle that lives on its stock.
    pub actual_rate: Option<Explained<String>>,
    /// The first and the last day of the cycle; of a handbook, of its validity.
    pub cycle: [Date; 2],
    /// When customs wrote the book, or the cycle, off.
    pub written_off: Option<Date>,
    /// Until when the write-off is applied for.
    pub apply_by: Option<Explained<Date>>,
    /// Exports at one planned rate, one VAT rate and one refund rate.
    pub groups: Vec<Group>,
    /// What the actual rate changes in all: above 0 is more to come back.
    pub adjustment: Option<Explained<Fen>>,
    /// What the actual rate changes of what may not be credited.
    pub adjustment_non_creditable: Option<Explained<Fen>>,
    /// What the tax office compares.
    pub checks: Vec<Check>,
    #[serde(skip)]
    span: Span,
}

/// A total of one supervision mode.
#[derive(Clone, Debug, Serialize)]
pub struct ModeTotal {
    /// `I0615`: the direction of the declaration and the mode.
    pub mode: &'static str,
    /// Of the imports or of the exports of the rate.
    pub of: &'static str,
    /// Added or taken away.
    pub sign: &'static str,
    /// In US dollars, to the cent.
    pub usd: Explained<String>,
    #[serde(skip)]
    exact: Exact,
}

/// Exports that are computed alike.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// 征税率, percent.
    pub vat: String,
    /// 退税率, percent.
    pub refund: String,
    /// 离岸价 in yuan.
    pub fob: Explained<Fen>,
    /// At the planned rate.
    pub planned: AtRate,
    /// At the actual rate.
    pub actual: Option<AtRate>,
}

/// What one rate comes to.
#[derive(Clone, Debug, Serialize)]
pub struct AtRate {
    /// 分配率.
    pub rate: Explained<String>,
    /// 组成计税价格.
    pub composite: Explained<Fen>,
    /// 不得免征和抵扣税额抵减额.
    pub non_creditable_offset: Explained<Fen>,
    /// 不得免征和抵扣税额.
    pub non_creditable: Explained<Fen>,
    /// 免抵退税额抵减额.
    pub refund_offset: Explained<Fen>,
    /// 免抵退税额.
    pub refund: Explained<Fen>,
}

/// The totals of the form, in its order: mode, of what, sign.
const TOTALS: [(&str, &str, &str); 19] = [
    ("I0615", "import", "+"),
    ("I0654", "import", "+"),
    ("I0657", "import", "+"),
    ("I0700", "import", "+"),
    ("I0715", "import", "+"),
    ("I1215", "import", "+"),
    ("E0657", "import", "-"),
    ("E0664", "import", "-"),
    ("E0700", "import", "-"),
    ("E0864", "import", "-"),
    ("E0200", "import", "-"),
    ("I0644", "import", "-"),
    ("I0844", "import", "-"),
    ("E0615", "export", "+"),
    ("E0654", "export", "+"),
    ("E0715", "export", "+"),
    ("E1215", "export", "+"),
    ("E4600", "export", "+"),
    ("I4600", "export", "-"),
];

/// The name of the total in which a list counts. Destruction counts as `E0200` whichever direction its
/// list has: it is no import of anything.
fn total_of(list: &ListPapers) -> String {
    use Movement::{Destroyed, ProductDestroyed};
    let letter = match (list.movement, list.direction) {
        (Destroyed | ProductDestroyed, _) | (_, bonded_ledger::Direction::Export) => 'E',
        _ => 'I',
    };
    format!("{letter}{}", list.mode)
}

/// The export refund of a book, from what customs has deducted: of a handbook one, of an account book
/// one a cycle (核销周期), in order. `cycle`: only that one, from 1. Lists belong to the cycle that they
/// settle, else to the one that holds their day.
///
/// # Errors
/// `cycle_unknown`; and what is missing, with what to add and where.
pub fn refunds(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    cycle: Option<u32>,
) -> Result<Vec<Refund>, TaxError> {
    let books = &Desk::of(books);
    let book = books.book(handbook)?;
    if book.trade == Trade::SuppliedMaterials {
        return Err(TaxError::new(
            &codes::SUPPLIED_MATERIALS,
            format!("handbook {handbook} is of supplied materials (来料加工)"),
            "they are exempt and nothing is refunded by a rate; name a handbook of imported materials",
        ));
    }
    let spans = books.spans(handbook)?;
    let wanted = |it: &&Span| cycle.is_none() || it.cycle == cycle;
    let refunds = spans.iter().filter(wanted);
    let refunds: Result<Vec<Refund>, TaxError> = refunds
        .map(|it| of_span(books, inputs, handbook, *it))
        .collect();
    let refunds = refunds?;
    match (cycle, refunds.is_empty()) {
        (Some(cycle), true) => Err(no_such_cycle(handbook, cycle, &spans)),
        _ => Ok(refunds),
    }
}

fn no_such_cycle(handbook: HandbookNo, cycle: u32, spans: &[Span]) -> TaxError {
    let add = match spans.last().and_then(|it| it.cycle) {
        Some(last) => format!("name one from 1 to {last}"),
        None => "a handbook has one refund: leave the cycle out".to_owned(),
    };
    TaxError::new(
        &codes::CYCLE_UNKNOWN,
        format!("book {handbook} has no cycle {cycle}"),
        add,
    )
}

fn of_span(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    span: Span,
) -> Result<Refund, TaxError> {
    let book = books.book(handbook)?;
    let totals = mode_totals(books, inputs, handbook, span)?;
    let sum = |of: &str| {
        let terms = totals.iter().filter(|it| it.of == of);
        let signed = |it: &ModeTotal| match it.sign {
            "-" => -it.exact.clone(),
            _ => it.exact.clone(),
        };
        let total: Exact = terms.clone().map(signed).sum();
        let shown = terms.filter(|it| !it.exact.is_zero());
        let shown: Vec<String> = shown
            .map(|it| format!("{} {} {}", it.sign, it.mode, it.usd.value))
            .collect();
        let text = format!("{} = USD {}", shown.join(" "), two(&total));
        (
            total.clone(),
            Explained::by(two(&total), Step::new(&MODE_TOTALS, text)),
        )
    };
    let (imports, import_total) = sum("import");
    let (exports, export_total) = sum("export");
    let written_off = span.written_off;
    let day = written_off.unwrap_or(span.until);
    let provisional = match (written_off, span.cycle) {
        (Some(_), _) => "",
        (None, None) => "; provisional, the book is not written off",
        (None, Some(_)) => "; provisional, the cycle is not written off",
    };
    let (decimals, row) = inputs.parameters.whole(&REFUND_DECIMALS, day)?;
    let in_stock = book.trade == Trade::ImportedMaterials
        && span.cycle.is_some()
        && checks::stock(books, handbook, span.cycle).held != Held::Holds;
    let stock = match in_stock {
        true => {
            "; of what came in and left within the cycle alone: the check stock says what lay there besides"
        }
        false => "",
    };
    // Stock of another cycle that goes back makes imports below 0: that is no rate.
    let any = exports > Exact::zero() && !imports.is_negative();
    let none_came = span.cycle.is_some() && imports.is_zero() && in_stock;
    let actual = (any && !none_came).then(|| {
        let rate = (imports / exports).rounded_text(decimals);
        let text = format!(
            "{} ÷ {} = {rate}, to {decimals} decimals{}{stock}",
            import_total.value, export_total.value, provisional
        );
        Explained::by(rate, Step::new(&ACTUAL_RATE, text).row(row))
    });
    let groups = groups::groups(books, inputs, handbook, span, actual.as_ref())?;
    let adjust = |of: fn(&AtRate) -> Fen, what: &str| {
        actual.as_ref()?;
        let planned: Fen = groups.iter().map(|it| of(&it.planned)).sum();
        let at_actual: Fen = groups
            .iter()
            .filter_map(|it| it.actual.as_ref())
            .map(of)
            .sum();
        let difference = at_actual - planned;
        let text =
            format!("{what} at the actual rate {at_actual} − at plan {planned} = {difference}");
        Some(Explained::by(difference, Step::new(&ADJUSTMENT, text)))
    };
    let producer = inputs.producer.get(&handbook);
    let said = producer.into_iter().flatten();
    let producer = said
        .filter(|row| row.from <= span.until)
        .max_by_key(|row| row.from);
    let mut refund = Refund {
        handbook,
        cycle_number: span.cycle,
        role: book.role,
        producer: producer.map(|it| it.value),
        totals,
        import_total,
        export_total,
        adjustment: adjust(|it| it.refund.value, "refund"),
        adjustment_non_creditable: adjust(|it| it.non_creditable.value, "not creditable"),
        actual_rate: actual,
        cycle: [span.from, span.until],
        written_off,
        apply_by: written_off.map(|it| apply_by(inputs, it)).transpose()?,
        groups,
        checks: Vec::new(),
        span,
    };
    refund.checks = checks::checks(books, inputs, &refund)?;
    Ok(refund)
}

/// The books whose exports are refunded by a rate: of imported materials, with exports that customs has
/// deducted.
pub fn refund_books(books: &Books) -> Vec<HandbookNo> {
    let imported = books.papers().books.iter();
    let imported = imported.filter(|(_, it)| it.trade == Trade::ImportedMaterials);
    let exported = |number: HandbookNo| {
        let mut lists = books.papers().lists_of(number);
        lists.any(|it| it.booked.is_some() && it.movement == Movement::Exported)
    };
    imported
        .map(|(number, _)| *number)
        .filter(|it| exported(*it))
        .collect()
}

/// Until when the write-off of a book is applied for: 20 April of the year after customs wrote it off.
///
/// # Errors
/// `parameter_missing` where the day is not known.
pub fn apply_by(inputs: &Inputs, written_off: Date) -> Result<Explained<Date>, TaxError> {
    use chrono::Datelike;
    let (month, month_row) = inputs.parameters.whole(&REFUND_MONTH, written_off)?;
    let (day, day_row) = inputs.parameters.whole(&REFUND_DAY, written_off)?;
    let last = Date::from_ymd_opt(written_off.year() + 1, month, day).unwrap_or(Date::MAX);
    let text = format!("written off on {written_off}: applied for by {last}");
    let step = Step::new(&WRITE_OFF, text).row(month_row).row(day_row);
    Ok(Explained::by(last, step))
}

/// Dollars, to the cent.
fn two(value: &Exact) -> String {
    let text = value.rounded_text(2);
    match text.split_once('.') {
        None => format!("{text}.00"),
        Some((_, cents)) if cents.len() == 1 => format!("{text}0"),
        Some(_) => text,
    }
}

/// The lists of a book and of one of its cycles that customs has deducted.
fn deducted(
    books: &Books,
    handbook: HandbookNo,
    span: Span,
) -> impl Iterator<Item = &ListPapers> + Clone {
    let book = books.book(handbook).ok();
    let lists = books.papers().lists_of(handbook);
    lists.filter(move |it| it.booked.is_some() && book.is_some_and(|book| span.holds(book, it)))
}

fn mode_totals(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    span: Span,
) -> Result<Vec<ModeTotal>, TaxError> {
    let mut sums: BTreeMap<String, (Exact, Vec<LineRef>)> = BTreeMap::new();
    for list in deducted(books, handbook, span) {
        let name = total_of(list);
        if !TOTALS.iter().any(|it| it.0 == name) {
            continue;
        }
        for (line, quantity) in books.present(list) {
            let value = value_usd(books, inputs, list, line, quantity)?;
            let (sum, lines) = sums.entry(name.clone()).or_default();
            *sum = &*sum + &value;
            lines.push(list.at(line));
        }
    }
    let totals = TOTALS.iter().map(|&(mode, of, sign)| {
        let (exact, lines) = sums.remove(mode).unwrap_or_default();
        let text = match lines.len() {
            0 => "no line".to_owned(),
            1 => format!("1 line: USD {}", two(&exact)),
            many => format!("{many} lines: USD {}", two(&exact)),
        };
        let step = Step::new(&MODE_TOTALS, text).lines(lines);
        ModeTotal {
            mode,
            of,
            sign,
            usd: Explained::by(two(&exact), step),
            exact,
        }
    });
    Ok(totals.collect())
}

/// What a line is worth in US dollars, exactly. Products sold at home or destroyed count as the
/// materials in them, at the price of their imports; so do materials that leave without an amount.
fn value_usd(
    books: &Desk<'_>,
    inputs: &Inputs,
    list: &ListPapers,
    line: &LinePapers,
    quantity: bonded_ledger::Total,
) -> Result<Exact, TaxError> {
    use Movement::{ProductDestroyed, ProductSale};
    let day = list.declared;
    let quantity_now = Exact::from(quantity);
    if let (ProductSale | ProductDestroyed, Some(product)) = (list.movement, line.product()) {
        let declaration = books.declaration(list.handbook)?;
        let mut value = Exact::zero();
        for (material, consumption) in folded(&declaration, product, &line.version)? {
            if consumption.bonded_gross().is_zero() {
                continue;
            }
            let price = unit_price(
                books,
                inputs,
                list.handbook,
                material,
                day,
                list.within(books.book(list.handbook)?, day),
            )?;
            value = value + price.in_usd(inputs, day)? * taken(quantity, consumption);
        }
        return Ok(value);
    }
    // What scrap was sold for, a file says first, as for its tax.
    if list.movement == Movement::ScrapSold
        && let Some((amount, currency)) = inputs.sale(list, Some(line.line))?.amount
    {
        return usd(inputs, Exact::from(amount), currency.as_str(), day);
    }
    let declared = Exact::from(line.quantity);
    if let (Some(usd), false) = (line.usd, declared.is_zero()) {
        return Ok(Exact::from(usd.decimal()) / declared * quantity_now);
    }
    let by_file = match line.material() {
        Some(material) => inputs.price_of(list, material)?.is_some(),
        None => false,
    };
    let own_price = by_file
        || line.amount.is_some()
        || list.movement.is_product()
        || list.movement.is_scrap()
        || list.movement.is_material_in();
    if own_price {
        let ((price, currency), _) = line_price(list, line, inputs)?;
        return usd(inputs, price * quantity_now, &currency, day);
    }
    let material = line.material().unwrap_or_default();
    let price = unit_price(
        books,
        inputs,
        list.handbook,
        material,
        day,
        list.within(books.book(list.handbook)?, day),
    )?;
    Ok(price.in_usd(inputs, day)? * quantity_now)
}
