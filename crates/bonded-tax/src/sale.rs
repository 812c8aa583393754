//! Domestic sale (内销): what a list that sells goods at home costs.

use bonded_ledger::{Date, HandbookNo, HsCode, Mode, Movement, Total, Trade, Unit};
use serde::Serialize;
use unit_consumption::Exact;

use self::goods::{Taxable, goods_tax, material_tax, taxables};
use crate::books::Books;
use crate::desk::Desk;
use crate::error::{TaxError, codes};
use crate::explained::{Explained, Step};
use crate::inputs::{Inputs, Kind, SaleFacts};
use crate::interest::{interest, interest_begins};
use crate::levy::Levies;
use crate::licence::{self, Licence, Selling, licence, licences};
use crate::money::Fen;
use crate::rules::interest::{DEFERRED_INTEREST, SCRAP_BEARS_NONE};
use crate::rules::sale::{RATE_OF_THE_DAY, SALE_MODE, SALE_TOTAL, TAXABLE_QUANTITY};
use crate::selective::{self, Selective, selective};
use crate::value::unit_price;

mod goods; // What is sold, and what it is worth.

pub(crate) use goods::selling_price;

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
    one_sale(&Desk::of(books), inputs, list, on)
}

/// The same of many lists, in less time: what they have in common is computed once.
pub fn sale_taxes(
    books: &Books,
    inputs: &Inputs,
    lists: &[&str],
    on: Option<Date>,
) -> Vec<Result<SaleTax, TaxError>> {
    let desk = Desk::of(books);
    let lists = lists.iter();
    lists.map(|it| one_sale(&desk, inputs, it, on)).collect()
}

fn one_sale(
    books: &Desk<'_>,
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
    let known = inputs.sale(papers, None)?;
    let day = known.on.or(on).unwrap_or(papers.declared);
    let letter = known.letter.unwrap_or(day);
    let sold = taxables(books, inputs, papers)?;
    let kind = sold.first().map_or(Kind::Surplus, |it| it.kind);
    let kinds = sold.iter().map(|it| it.kind).collect();
    let zone = inputs.zones.get(&papers.handbook);
    let in_zone = zone.is_some_and(|it| it.iter().any(|row| row.holds(day)));
    let lines = match in_zone && papers.movement == Movement::ProductSale {
        true => selective(books, inputs, papers, day, letter)?,
        false => Vec::new(),
    };
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
        false => selective::entry_interest(books, inputs, papers, &lines, day, letter)?,
    };
    let selling = Selling {
        handbook: papers.handbook,
        span: books.span_of(papers)?,
        day,
        settles: books.book(papers.handbook)?.settled_end(papers),
        goods: licence::Goods::List(papers),
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
        licence: licences(books, inputs, selling, &kinds),
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
    surplus(&Desk::of(books), inputs, handbook, material, quantity, day)
}

pub(crate) fn surplus(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    quantity: Total,
    day: Date,
) -> Result<SaleTax, TaxError> {
    surpluses(books, inputs, handbook, &[(material, quantity)], day)
}

/// The same of several materials on one list: one entry, whose interest has one minimum, and whose value
/// counts as one for the licence.
pub(crate) fn surpluses(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    remaining: &[(u16, Total)],
    day: Date,
) -> Result<SaleTax, TaxError> {
    let book = books.book(handbook)?;
    let mut goods = Vec::new();
    let mut worth = Exact::zero();
    for &(material, quantity) in remaining {
        let text = format!("{quantity} of material {material} remain");
        let it = Taxable {
            kind: Kind::Surplus,
            material,
            quantity: Explained::by(quantity, Step::new(&TAXABLE_QUANTITY, text)),
            line: None,
            facts: SaleFacts::default(),
        };
        goods.push(material_tax(books, inputs, handbook, &it, day, day.into())?);
        let price = unit_price(books, inputs, handbook, material, day, day.into())?;
        worth = worth + price.in_yuan(inputs, day)?.0 * Exact::from(quantity);
    }
    let interest = entry_interest(books, inputs, handbook, &goods, day, day)?;
    let code = sale_mode(Kind::Surplus, book.trade);
    // Every code of the table is one.
    let mode: Mode = code.parse().map_err(|_| bug("a supervision mode"))?;
    let text = format!("{} is declared under {mode}", Kind::Surplus.chinese());
    let selling = Selling {
        handbook,
        span: books.span_on(handbook, day)?,
        day,
        settles: None,
        goods: licence::Goods::Worth(&worth),
    };
    let licence = licence(books, inputs, selling, Kind::Surplus);
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
    let begins = interest_begins(books, inputs, handbook, day)?;
    interest(tax, &begins, day, letter, inputs)
}
