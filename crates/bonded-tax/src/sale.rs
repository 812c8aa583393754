//! Domestic sale (内销): what a list that sells goods at home costs.

use std::collections::BTreeMap;

use bonded_ledger::{Date, HandbookNo, HsCode, Mode, Movement, Total, Trade, Unit};
use serde::Serialize;
use unit_consumption::{Exact, declaration::Declaration};

use crate::books::{Books, folded, taken};
use crate::error::{TaxError, codes};
use crate::explained::{Explained, LineRef, Step};
use crate::inputs::{Inputs, Kind, SaleFacts, Use, letters};
use crate::interest::{interest, interest_begins};
use crate::levy::{Levies, levies};
use crate::licence::{Licence, licence};
use crate::money::Fen;
use crate::papers::{LinePapers, ListPapers};
use crate::rules::interest::{DEFERRED_INTEREST, SCRAP_BEARS_NONE};
use crate::rules::sale::{
    DISASTER, LOST, RATE_OF_THE_DAY, SALE_MODE, SALE_TOTAL, SELLING_PRICE, TAXABLE_QUANTITY,
};
use crate::selective::{Selective, selective};
use crate::value::{of_lot, unit_price};

/// What a sale costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SaleTax {
    /// The list; none where nothing is sold yet.
    pub list: Option<String>,
    /// The book.
    pub handbook: HandbookNo,
    /// The supervision mode that goes with the goods.
    pub mode: Explained<Mode>,
    /// The day of the tax formalities, whose rates count.
    pub on: Explained<Date>,
    /// The day of the payment letter, until which interest runs.
    pub letter: Date,
    /// What is sold, material by material; in a zone where the product is taxed as it stands, nothing.
    pub goods: Vec<GoodsTax>,
    /// Zones: materials or the product as presented, side by side.
    pub selective: Vec<Selective>,
    /// 缓税利息.
    pub interest: Explained<Fen>,
    /// 许可证件.
    pub licence: Explained<Licence>,
    /// Duty, consumption tax, VAT and interest: the sum of the rounded parts.
    pub total: Explained<Fen>,
}

/// Goods of one kind and one material, and what is levied on them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GoodsTax {
    /// What they are.
    pub kind: Kind,
    /// The material.
    pub material: u16,
    /// As they are taxed: the material's, or as the goods stand.
    pub name: String,
    /// The code whose rates count.
    pub hs: HsCode,
    /// The unit of the quantity.
    pub unit: Unit,
    /// What is taxed.
    pub quantity: Explained<Total>,
    /// 完税价格.
    pub value: Explained<Fen>,
    /// Duty, consumption tax, VAT.
    #[serde(flatten)]
    pub levies: Levies,
}

/// The supervision mode of a sale (监管方式), which follows from the kind of goods and the trade.
pub fn sale_mode(kind: Kind, trade: Trade) -> &'static str {
    match (kind.as_it_stands(), trade) {
        (false, Trade::SuppliedMaterials) => "0245",
        (false, Trade::ImportedMaterials) => "0644",
        (true, Trade::SuppliedMaterials) => "0845",
        (true, Trade::ImportedMaterials) => "0844",
    }
}

/// The lists that sell at home, in the order of their declaration; withdrawn ones left out.
pub fn sale_lists(books: &Books, handbook: Option<HandbookNo>) -> Vec<&str> {
    let lists = books.papers().lists.iter();
    lists
        .filter(|it| !it.withdrawn && is_sale(it.movement))
        .filter(|it| handbook.is_none_or(|only| it.handbook == only))
        .map(|it| it.number.as_str())
        .collect()
}

fn is_sale(movement: Movement) -> bool {
    use Movement::{DomesticSale, ProductSale, ScrapSold};
    matches!(movement, DomesticSale | ProductSale | ScrapSold)
}

/// Goods to be taxed, before their value is known.
struct Taxable<'b> {
    kind: Kind,
    material: u16,
    quantity: Explained<Total>,
    /// The line that sells them, where they are not folded.
    line: Option<&'b LinePapers>,
    facts: SaleFacts,
}

/// What one list of a domestic sale costs. `on`: the day of the formalities, where neither the file nor
/// the list's own date shall count.
///
/// # Errors
/// What is missing, with what to add and where.
pub fn sale_tax(
    books: &Books,
    inputs: &Inputs,
    list: &str,
    on: Option<Date>,
) -> Result<SaleTax, TaxError> {
    let papers = books.list(list)?;
    if papers.withdrawn || !is_sale(papers.movement) {
        return Err(TaxError::new(
            &codes::NOT_A_SALE,
            format!("list {list} is {}", papers.movement.describe()),
            "name a list that sells goods at home and was not withdrawn",
        ));
    }
    let known = inputs.sale(&papers.number, None);
    let day = known.on.or(on).unwrap_or(papers.declared);
    let letter = known.letter.unwrap_or(day);
    let sold = taxables(books, inputs, papers)?;
    let kind = sold.first().map_or(Kind::Surplus, |it| it.kind);
    let zone = inputs.zones.get(&papers.handbook);
    let in_zone = zone.is_some_and(|it| it.iter().any(|row| row.holds(day)));
    let mut lines = Vec::new();
    if in_zone && papers.movement == Movement::ProductSale {
        for (line, quantity) in books.present(papers) {
            lines.push(selective(
                books, inputs, papers, line, quantity, day, letter,
            )?);
        }
    }
    let mut goods = Vec::new();
    if lines.is_empty() {
        for it in &sold {
            goods.push(goods_tax(books, inputs, papers, it, day)?);
        }
    }
    let text = format!("{} is declared under {}", kind.chinese(), papers.mode);
    let mode = Explained::by(papers.mode, Step::new(&SALE_MODE, text));
    let interest = match lines.is_empty() {
        true => entry_interest(books, inputs, papers.handbook, &goods, day, letter)?,
        false => Explained {
            value: lines.iter().map(Selective::interest).sum(),
            because: lines
                .iter()
                .flat_map(|it| it.chosen().interest.because.clone())
                .collect(),
        },
    };
    let text = match known.on.or(on) {
        Some(day) => format!("the formalities are on {day}"),
        None => format!("the list was declared on {day}"),
    };
    Ok(SaleTax {
        list: Some(papers.number.clone()),
        handbook: papers.handbook,
        mode,
        on: Explained::by(day, Step::new(&RATE_OF_THE_DAY, text)),
        letter,
        licence: licence(books, inputs, papers.handbook, kind, day, None),
        total: total(&goods, &lines, &interest),
        goods,
        selective: lines,
        interest,
    })
}

/// What it would cost to sell so much of a material that remains, on a day.
///
/// # Errors
/// What is missing, with what to add and where.
pub fn surplus_tax(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    quantity: Total,
    day: Date,
) -> Result<SaleTax, TaxError> {
    let book = books.book(handbook)?;
    let text = format!("{quantity} of material {material} remain");
    let it = Taxable {
        kind: Kind::Surplus,
        material,
        quantity: Explained::by(quantity, Step::new(&TAXABLE_QUANTITY, text)),
        line: None,
        facts: SaleFacts::default(),
    };
    let goods = vec![material_tax(books, inputs, handbook, &it, day)?];
    let interest = entry_interest(books, inputs, handbook, &goods, day, day)?;
    let code = sale_mode(Kind::Surplus, book.trade);
    // Every code of the table is one.
    let mode: Mode = code.parse().map_err(|_| bug("a supervision mode"))?;
    let text = format!("{} is declared under {mode}", Kind::Surplus.chinese());
    let licence = licence(
        books,
        inputs,
        handbook,
        Kind::Surplus,
        day,
        Some(goods[0].value.value),
    );
    Ok(SaleTax {
        list: None,
        handbook,
        mode: Explained::by(mode, Step::new(&SALE_MODE, text)),
        on: Explained::by(
            day,
            Step::new(&RATE_OF_THE_DAY, format!("as if sold on {day}")),
        ),
        letter: day,
        licence,
        total: total(&goods, &[], &interest),
        goods,
        selective: Vec::new(),
        interest,
    })
}

fn bug(what: &str) -> TaxError {
    TaxError::new(&codes::KIND_DIFFERS, what, "please report it")
}

fn total(goods: &[GoodsTax], lines: &[Selective], interest: &Explained<Fen>) -> Explained<Fen> {
    let duty = goods.iter().map(|it| it.levies.duty.value).sum::<Fen>()
        + lines.iter().map(|it| it.chosen().levies.duty.value).sum();
    let consumption = goods
        .iter()
        .map(|it| it.levies.consumption_tax.value)
        .sum::<Fen>()
        + lines
            .iter()
            .map(|it| it.chosen().levies.consumption_tax.value)
            .sum();
    let vat = goods.iter().map(|it| it.levies.vat.value).sum::<Fen>()
        + lines.iter().map(|it| it.chosen().levies.vat.value).sum();
    let total = duty + consumption + vat + interest.value;
    let text = format!(
        "duty {duty} + consumption tax {consumption} + VAT {vat} + interest {} = {total}",
        interest.value
    );
    Explained::by(total, Step::new(&SALE_TOTAL, text))
}

/// The kind of a line's goods: what the file says, if it goes with the list.
fn kind_of(list: &ListPapers, line: &LinePapers, facts: &SaleFacts) -> Result<Kind, TaxError> {
    use Kind::*;
    let (own, fits): (Kind, &[Kind]) = match list.movement {
        Movement::ScrapSold if line.by_product => (ByProduct, &[ByProduct]),
        Movement::ScrapSold => (Scrap, &[Scrap]),
        Movement::ProductSale => (Product, &[Product, Defective]),
        _ => (Surplus, &[Surplus, Product, Defective, Disaster, Lost]),
    };
    let kind = facts.kind.unwrap_or(own);
    if fits.contains(&kind) {
        return Ok(kind);
    }
    let words: Vec<&str> = fits.iter().map(|it| it.as_str()).collect();
    Err(TaxError::new(
        &codes::KIND_DIFFERS,
        format!(
            "list {} line {}: {} does not go with {}",
            list.number,
            line.line,
            kind.as_str(),
            list.movement.describe()
        ),
        format!(
            "say one of {} in \"sales\"; disaster goods are declared as materials",
            words.join(", ")
        ),
    ))
}

/// The taxable quantities of a list: materials, scrap and by-products as they are declared; products
/// and defectives folded, each material rounded once for the whole list.
fn taxables<'b>(
    books: &'b Books,
    inputs: &Inputs,
    list: &'b ListPapers,
) -> Result<Vec<Taxable<'b>>, TaxError> {
    let mut goods = Vec::new();
    let mut sums = Sums::new();
    let declaration = match list.movement.is_product() {
        true => Some(books.declaration(list.handbook)?),
        false => None,
    };
    for (line, quantity) in books.present(list) {
        let facts = inputs.sale(&list.number, Some(line.line));
        let kind = kind_of(list, line, &facts)?;
        match (&declaration, line.material(), line.product()) {
            (Some(declaration), _, Some(product)) => {
                fold_line(
                    &mut sums,
                    declaration,
                    list,
                    line,
                    (kind, product, quantity),
                )?;
            }
            (_, Some(material), _) => {
                let text = match kind.as_it_stands() {
                    true => format!("{} as it stands: {quantity} declared", kind.chinese()),
                    false => format!("{quantity} declared in units of material {material}"),
                };
                let step = Step::new(&TAXABLE_QUANTITY, text).lines([list.at(line)]);
                goods.push(Taxable {
                    kind,
                    material,
                    quantity: Explained::by(quantity, step),
                    line: Some(line),
                    facts,
                });
            }
            _ => {}
        }
    }
    for ((kind, material), (sum, lines, parts)) in sums {
        let quantity = sum.round5();
        let text = format!(
            "folded (折料): {} = {quantity} of material {material}",
            parts.join(" + ")
        );
        let step = Step::new(&TAXABLE_QUANTITY, text).lines(lines);
        goods.push(Taxable {
            kind,
            material,
            quantity: Explained::by(quantity, step),
            line: None,
            facts: SaleFacts::default(),
        });
    }
    Ok(goods)
}

type Sums = BTreeMap<(Kind, u16), (Exact, Vec<LineRef>, Vec<String>)>;

fn fold_line(
    sums: &mut Sums,
    declaration: &Declaration,
    list: &ListPapers,
    line: &LinePapers,
    (kind, product, quantity): (Kind, u16, Total),
) -> Result<(), TaxError> {
    for (material, consumption) in folded(declaration, product, &line.version)? {
        let taken = taken(quantity, consumption);
        if consumption.bonded_gross().is_zero() {
            continue;
        }
        let (sum, lines, parts) = sums.entry((kind, material)).or_default();
        *sum = &*sum + &taken;
        lines.push(list.at(line));
        parts.push(format!("{quantity} × {}", consumption.bonded_gross()));
    }
    Ok(())
}

fn goods_tax(
    books: &Books,
    inputs: &Inputs,
    list: &ListPapers,
    it: &Taxable<'_>,
    day: Date,
) -> Result<GoodsTax, TaxError> {
    let (Some(line), true) = (it.line, it.kind.as_it_stands()) else {
        return material_tax(books, inputs, list.handbook, it, day);
    };
    let presented = line.presented.as_ref().ok_or_else(|| {
        TaxError::new(
            &codes::PRESENTED_MISSING,
            format!("list {} line {}: {} is taxed as it stands (报验状态)", list.number, line.line, it.kind.as_str()),
            "amend the list: \"presented\":{\"hs\":\"…\",\"name\":\"…\",\"unit\":\"…\",\"quantity\":\"…\"}",
        )
    })?;
    let quantity = presented.quantity.total();
    let text = format!(
        "{} as it stands: {} {quantity}",
        it.kind.chinese(),
        presented.name
    );
    let quantity = Explained::by(
        quantity,
        Step::new(&TAXABLE_QUANTITY, text).lines([list.at(line)]),
    );
    let value = selling_price(inputs, list, line, &it.facts, day)?;
    let levies = levies(inputs, presented.hs.as_str(), value.value, day)?;
    Ok(GoodsTax {
        kind: it.kind,
        material: it.material,
        name: presented.name.clone(),
        hs: presented.hs,
        unit: presented.unit,
        quantity,
        value,
        levies,
    })
}

/// What the goods are sold for: by the file, or by the line's amount.
pub(crate) fn selling_price(
    inputs: &Inputs,
    list: &ListPapers,
    line: &LinePapers,
    facts: &SaleFacts,
    day: Date,
) -> Result<Explained<Fen>, TaxError> {
    let from_line = line
        .amount
        .map(|(amount, currency)| (amount.decimal(), currency));
    let Some((amount, currency)) = facts.amount.or(from_line) else {
        return Err(TaxError::new(
            &codes::PRICE_MISSING,
            format!(
                "list {} line {} has no amount: what were the goods sold for?",
                list.number, line.line
            ),
            format!(
                "post the amount with the list, or add {{\"list\":\"{}\",\"line\":{},\"amount\":\"…\",\"currency\":\"CNY\"}} to \"sales\"",
                list.number, line.line
            ),
        ));
    };
    let currency = letters(currency.as_str());
    let (rate, row) = inputs.exchange(&currency, Use::Customs, day)?;
    let value = Fen::round(&(Exact::from(amount) * rate));
    let text = format!("sold for {} {currency} = CNY {value}", amount.normalize());
    let step = Step::new(&SELLING_PRICE, text).lines([list.at(line)]);
    Ok(Explained::by(value, row.into_iter().fold(step, Step::row)))
}

/// What is levied on goods that are taxed as their material.
fn material_tax(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    it: &Taxable<'_>,
    day: Date,
) -> Result<GoodsTax, TaxError> {
    let book = books.book(handbook)?;
    let (item, _) = book.materials.get(&it.material).ok_or_else(|| {
        TaxError::new(
            &codes::LINE_UNKNOWN,
            format!("handbook {handbook} has no material {}", it.material),
            "check the number",
        )
    })?;
    let value = match it.kind {
        Kind::Lost => {
            let text = "lost or wholly useless: written off free of tax (免税核销)";
            Explained::by(Fen::ZERO, Step::new(&LOST, text))
        }
        Kind::Disaster => assessed(inputs, handbook, it, day)?,
        _ => {
            let price = match &it.facts.lot {
                Some((list, line)) => of_lot(books, inputs, handbook, it.material, (list, *line))?,
                None => unit_price(books, inputs, handbook, it.material, day)?,
            };
            let (value, because) = price.value(it.quantity.value, inputs, day)?;
            Explained { value, because }
        }
    };
    let levies = match it.kind {
        Kind::Lost => {
            let none = || Explained::by(Fen::ZERO, Step::new(&LOST, "no tax"));
            Levies {
                duty: none(),
                consumption_tax: none(),
                vat: none(),
            }
        }
        _ => levies(inputs, item.hs.as_str(), value.value, day)?,
    };
    Ok(GoodsTax {
        kind: it.kind,
        material: it.material,
        name: item.name.clone(),
        hs: item.hs,
        unit: item.unit,
        quantity: it.quantity.clone(),
        value,
        levies,
    })
}

/// Disaster goods: what they were assessed at.
fn assessed(
    inputs: &Inputs,
    handbook: HandbookNo,
    it: &Taxable<'_>,
    day: Date,
) -> Result<Explained<Fen>, TaxError> {
    let Some((amount, currency)) = it.facts.amount else {
        let at = it.quantity.because.iter().flat_map(|it| &it.lines).next();
        let (list, line) = at.map_or(("…", 1), |it| (&it.list, it.line));
        return Err(TaxError::new(
            &codes::PRICE_MISSING,
            format!(
                "handbook {handbook} material {}: what were the damaged goods assessed at?",
                it.material
            ),
            format!(
                "add {{\"list\":\"{list}\",\"line\":{line},\"kind\":\"disaster\",\"amount\":\"…\",\"currency\":\"CNY\"}} to \"sales\""
            ),
        ));
    };
    let currency = letters(currency.as_str());
    let (rate, row) = inputs.exchange(&currency, Use::Customs, day)?;
    let value = Fen::round(&(Exact::from(amount) * rate));
    let text = format!(
        "assessed at {} {currency} = CNY {value}",
        amount.normalize()
    );
    let step = Step::new(&DISASTER, text);
    Ok(Explained::by(value, row.into_iter().fold(step, Step::row)))
}

/// Interest of one entry: on all levies of it but those on scrap.
fn entry_interest(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    goods: &[GoodsTax],
    day: Date,
    letter: Date,
) -> Result<Explained<Fen>, TaxError> {
    let bearing = |it: &&GoodsTax| !matches!(it.kind, Kind::Scrap | Kind::Lost);
    let tax: Fen = goods
        .iter()
        .filter(bearing)
        .map(|it| it.levies.total())
        .sum();
    if tax == Fen::ZERO {
        let (rule, text) = match goods.iter().any(|it| it.kind == Kind::Scrap) {
            true => (&SCRAP_BEARS_NONE, "scrap (边角料) bears no interest"),
            false => (&DEFERRED_INTEREST, "no tax, no interest"),
        };
        return Ok(Explained::by(Fen::ZERO, Step::new(rule, text)));
    }
    let begins = interest_begins(books, handbook, day)?;
    interest(tax, &begins, day, letter, inputs)
}
