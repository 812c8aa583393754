//! Whether surplus that is sold at home needs an import licence (许可证件).

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Date, HandbookNo, Movement};
use serde::Serialize;
use unit_consumption::Exact;

use crate::books::{folded, taken};
use crate::desk::Desk;
use crate::error::TaxError;
use crate::explained::{Explained, Step};
use crate::inputs::{Inputs, Kind, Use};
use crate::money::Fen;
use crate::papers::Within;
use crate::parameters::{LICENCE_AMOUNT, LICENCE_SHARE};
use crate::rules::sale::LICENCE;
use crate::value::{line_price, of_lot, unit_price};

/// Whether a licence is needed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Licence {
    /// None.
    Exempt,
    /// One, if the goods are under licence.
    IfControlled,
    /// A figure is missing; the explanation says which.
    Unknown,
}

impl Licence {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Licence::Exempt => "exempt",
            Licence::IfControlled => "if_controlled",
            Licence::Unknown => "unknown",
        }
    }
}

/// `more`: the value of what is about to be sold and is on no list yet.
pub(crate) fn licence(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    kind: Kind,
    day: Date,
    more: Option<Fen>,
) -> Explained<Licence> {
    let told = |need, text: &str| Explained::by(need, Step::new(&LICENCE, text));
    match kind {
        Kind::Scrap => told(Licence::Exempt, "scrap needs no licence"),
        Kind::Disaster | Kind::Lost => told(Licence::Exempt, "disaster goods need no licence"),
        Kind::ByProduct => told(
            Licence::IfControlled,
            "a by-product that is under licence needs one",
        ),
        Kind::Surplus | Kind::Product | Kind::Defective => {
            by_value(books, inputs, handbook, day, more).unwrap_or_else(|missing| {
                told(Licence::Unknown, &format!("cannot be told: {missing}"))
            })
        }
    }
}

/// Of goods of several kinds on one list: what the strictest of them needs, and why each.
pub(crate) fn licences(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    kinds: &BTreeSet<Kind>,
    day: Date,
) -> Explained<Licence> {
    let strictness = |it: Licence| match it {
        Licence::Exempt => 0,
        Licence::Unknown => 1,
        Licence::IfControlled => 2,
    };
    let of = |kind: &Kind| licence(books, inputs, handbook, *kind, day, None);
    let mut all = kinds.iter().map(of);
    let first = all
        .next()
        .unwrap_or_else(|| licence(books, inputs, handbook, Kind::Surplus, day, None));
    all.fold(first, |mut strictest, next| {
        if strictness(next.value) > strictness(strictest.value) {
            strictest.value = next.value;
        }
        for step in next.because {
            if !strictest.because.contains(&step) {
                strictest.because.push(step);
            }
        }
        strictest
    })
}

fn by_value(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
    more: Option<Fen>,
) -> Result<Explained<Licence>, TaxError> {
    let (sold, imports) = books.values((handbook, day), || {
        let sold = sold(books, inputs, handbook, day)?;
        Ok((sold, imports(books, inputs, handbook, day)?))
    })?;
    let sold = sold + more.unwrap_or_default().yuan();
    let (share, share_row) = inputs.parameters.on(&LICENCE_SHARE, day)?;
    let (amount, amount_row) = inputs.parameters.on(&LICENCE_AMOUNT, day)?;
    // Both ends included; an amount of money is one to the fen.
    let within_share = &sold * &Exact::whole(100) <= &imports * &share;
    let within_amount = Fen::round(&sold).yuan() <= amount;
    let percent = sold.percent_of(&imports);
    let percent = percent.map_or("-".to_owned(), |it| it.rounded_text(4));
    let need = match within_share && within_amount {
        true => Licence::Exempt,
        false => Licence::IfControlled,
    };
    let (sold, imports) = (Fen::round(&sold), Fen::round(&imports));
    let text = format!(
        "surplus sold {sold} is {percent} % of {imports} imported; without a licence up to {} % and CNY {}",
        share_row.value, amount_row.value
    );
    let step = Step::new(&LICENCE, text);
    Ok(Explained::by(need, step.row(share_row).row(amount_row)))
}

/// The value of surplus materials, products and defectives sold until a day, in yuan.
fn sold(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<Exact, TaxError> {
    let declaration = books.declaration(handbook)?;
    let mut value = Exact::zero();
    let mut prices: BTreeMap<(u16, Within), Exact> = BTreeMap::new();
    let mut price = |material, within| -> Result<Exact, TaxError> {
        if let Some(known) = prices.get(&(material, within)) {
            return Ok(known.clone());
        }
        let price = unit_price(books, inputs, handbook, material, day, within)?;
        let (yuan, _) = price.in_yuan(inputs, day)?;
        prices.insert((material, within), yuan.clone());
        Ok(yuan)
    };
    let lists = books.papers().lists_of(handbook);
    for list in lists.filter(|it| it.declared <= day) {
        if !matches!(
            list.movement,
            Movement::DomesticSale | Movement::ProductSale
        ) {
            continue;
        }
        let within = list.within(day);
        for (line, quantity) in books.present(list) {
            let facts = inputs.sale(&list.number, Some(line.line));
            if matches!(facts.kind, Some(Kind::Disaster | Kind::Lost)) {
                continue;
            }
            if let (Some(material), Some((lot, at))) = (line.material(), &facts.lot) {
                let price = of_lot(books, inputs, handbook, material, (lot, *at))?;
                value = value + price.in_yuan(inputs, day)?.0 * Exact::from(quantity);
                continue;
            }
            if let Some(material) = line.material() {
                value = value + price(material, within)? * Exact::from(quantity);
            }
            if let Some(product) = line.product() {
                for (material, consumption) in folded(&declaration, product, &line.version)? {
                    if !consumption.bonded_gross().is_zero() {
                        value = value + price(material, within)? * taken(quantity, consumption);
                    }
                }
            }
        }
    }
    Ok(value)
}

/// The value of all materials that came in until a day (实际进口料件总额), in yuan at its rates.
fn imports(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<Exact, TaxError> {
    let mut value = Exact::zero();
    let lists = books.papers().lists_of(handbook);
    let received = lists.filter(|it| {
        matches!(
            it.movement,
            Movement::Imported | Movement::CarriedIn | Movement::LeftoverIn
        ) && it.declared <= day
    });
    for list in received {
        for (line, quantity) in books.present(list) {
            let ((price, currency), _) = line_price(list, line, inputs)?;
            let (rate, _) = inputs.exchange(&currency, Use::Customs, day)?;
            value = value + price * rate * Exact::from(quantity);
        }
    }
    Ok(value)
}
