//! Selective taxation in zones (内销选择性征收关税): duty by the materials, or on the product as it is
//! presented. Both are computed; the cheaper is chosen where the choice is free.

use bonded_ledger::{Date, Total};
use serde::Serialize;

use crate::books::{folded, taken};
use crate::dated::Row;
use crate::desk::Desk;
use crate::error::TaxError;
use crate::explained::{Explained, RowRef, Step};
use crate::inputs::Inputs;
use crate::interest::{accrued, interest, interest_begins};
use crate::levy::{Levies, duty, levies, levies_beside};
use crate::money::Fen;
use crate::papers::{LinePapers, ListPapers};
use crate::rules::selective::{BY_MATERIALS, CHEAPER, EXCLUDED};
use crate::sale::selling_price;
use crate::value::unit_price;

/// One line of products sold out of a zone, taxed both ways.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Selective {
    /// The line.
    pub line: u32,
    /// The product.
    pub product: u16,
    /// How many.
    pub quantity: Total,
    /// Duty by the materials; VAT and consumption tax on the product as presented.
    pub by_materials: Way,
    /// Everything on the product as presented; none where it is excluded.
    pub as_presented: Option<Way>,
    /// Which one is cheaper, or the only one.
    pub choice: Explained<Choice>,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// 按料件.
    ByMaterials,
    /// 按实际状态.
    AsPresented,
}

impl Choice {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Choice::ByMaterials => "by_materials",
            Choice::AsPresented => "as_presented",
        }
    }
}

/// What one way costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Way {
    /// The value of the product as presented.
    pub value: Explained<Fen>,
    /// Duty, consumption tax, VAT.
    #[serde(flatten)]
    pub levies: Levies,
    /// On the duty by materials; of a list of several lines the minimum is the entry's.
    pub interest: Explained<Fen>,
    /// All of it.
    pub total: Fen,
}

impl Selective {
    /// The way that is chosen.
    pub fn chosen(&self) -> &Way {
        match (self.choice.value, &self.as_presented) {
            (Choice::AsPresented, Some(way)) => way,
            _ => &self.by_materials,
        }
    }
}

/// A line, taxed by its materials; interest is the entry's, and comes later.
struct Line<'b> {
    line: &'b LinePapers,
    quantity: Total,
    value: Explained<Fen>,
    levies: Levies,
    /// The material that leaves no choice, and the row that says so.
    excluded: Option<(u16, &'b Row<String>)>,
}

/// Every line of a list that sells products out of a zone. Interest counts in the choice where all
/// lines together, by their materials, would come to what is collected.
pub(crate) fn selective(
    books: &Desk<'_>,
    inputs: &Inputs,
    list: &ListPapers,
    day: Date,
    letter: Date,
) -> Result<Vec<Selective>, TaxError> {
    let mut lines = Vec::new();
    for (line, quantity) in books.present(list) {
        lines.push(by_materials(books, inputs, list, line, quantity, day)?);
    }
    let begins = interest_begins(books, inputs, list.handbook, day)?;
    let duty = lines.iter().map(|it| it.levies.duty.value).sum();
    let entry = interest(duty, &begins, day, letter, inputs)?;
    let mut chosen = Vec::new();
    for line in lines {
        let interest = match entry.value {
            Fen::ZERO => entry.clone(),
            _ => accrued(line.levies.duty.value, &begins, day, letter, inputs)?,
        };
        chosen.push(choose(inputs, line, interest, day)?);
    }
    Ok(chosen)
}

/// The interest of the entry: on the duty of the lines that are taxed by their materials.
pub(crate) fn entry_interest(
    books: &Desk<'_>,
    inputs: &Inputs,
    list: &ListPapers,
    lines: &[Selective],
    day: Date,
    letter: Date,
) -> Result<Explained<Fen>, TaxError> {
    let by_materials = lines
        .iter()
        .filter(|it| it.choice.value == Choice::ByMaterials);
    let duty: Fen = by_materials
        .clone()
        .map(|it| it.by_materials.levies.duty.value)
        .sum();
    if duty == Fen::ZERO {
        let none = Step::new(&CHEAPER, "no duty by materials, no interest");
        return Ok(Explained::by(Fen::ZERO, none));
    }
    let begins = interest_begins(books, inputs, list.handbook, day)?;
    interest(duty, &begins, day, letter, inputs)
}

fn by_materials<'b>(
    books: &'b Desk<'_>,
    inputs: &'b Inputs,
    list: &'b ListPapers,
    line: &'b LinePapers,
    quantity: Total,
    day: Date,
) -> Result<Line<'b>, TaxError> {
    let handbook = list.handbook;
    let facts = inputs.sale(list, Some(line.line))?;
    let value = selling_price(inputs, list, line, &facts, day)?;
    let declaration = books.declaration(handbook)?;
    let book = books.book(handbook)?;
    let (mut sum, mut parts, mut excluded) = (Fen::ZERO, Vec::new(), None);
    let (mut rows, mut because) = (Vec::new(), Vec::new());
    let product = line.product().unwrap_or_default();
    for (material, consumption) in folded(&declaration, product, &line.version)? {
        let Some((item, _)) = book.materials.get(&material) else {
            continue;
        };
        if consumption.bonded_gross().is_zero() {
            continue;
        }
        let code = item.hs.as_str();
        let mut rules = inputs.exclusions.iter();
        let rule = rules.find(|it| it.holds(day) && code.starts_with(&it.value));
        excluded = excluded.or(rule.map(|it| (material, it)));
        let taken = taken(quantity, consumption).round5();
        let price = unit_price(
            books,
            inputs,
            handbook,
            material,
            day,
            list.within(book, day),
        )?;
        let (value, steps) = price.value(taken, inputs, day)?;
        because.extend(steps);
        let (tariff, row) = inputs.tariff(code, day)?;
        let duty = duty(value, tariff);
        sum = sum + duty;
        rows.push(row.told("duty", tariff.duty));
        parts.push(format!(
            "{taken} of material {material}, value {value}, duty {duty}"
        ));
    }
    let text = format!("duty by materials: {} = {sum}", parts.join("; "));
    let step = Step::new(&BY_MATERIALS, text).lines([list.at(line)]);
    because.push(rows.into_iter().fold(step, Step::row));
    let hs = line.hs.as_str();
    let levies = levies_beside(inputs, hs, value.value, sum, because, day)?;
    Ok(Line {
        line,
        quantity,
        value,
        levies,
        excluded,
    })
}

fn choose(
    inputs: &Inputs,
    of: Line<'_>,
    interest: Explained<Fen>,
    day: Date,
) -> Result<Selective, TaxError> {
    let by_materials = way(of.value.clone(), of.levies, interest);
    let (as_presented, choice) = match of.excluded {
        Some((material, rule)) => {
            let text = format!(
                "material {material} ({}) is always taxed as a material",
                rule.value
            );
            let row = RowRef {
                name: "exclusion".to_owned(),
                value: rule.value.clone(),
                from: rule.from,
                source: rule.source.clone(),
            };
            let step = Step::new(&EXCLUDED, text).row(row);
            (None, Explained::by(Choice::ByMaterials, step))
        }
        None => {
            let own = levies(inputs, of.line.hs.as_str(), of.value.value, day)?;
            let none = Step::new(&CHEAPER, "on the product as presented: no interest");
            let as_presented = way(of.value, own, Explained::by(Fen::ZERO, none));
            let choice = cheaper(&by_materials, &as_presented);
            (Some(as_presented), choice)
        }
    };
    Ok(Selective {
        line: of.line.line,
        product: of.line.product().unwrap_or_default(),
        quantity: of.quantity,
        by_materials,
        as_presented,
        choice,
    })
}

fn cheaper(by_materials: &Way, as_presented: &Way) -> Explained<Choice> {
    let (materials, presented) = (by_materials.total, as_presented.total);
    let (choice, less, more) = match presented <= materials {
        true => (Choice::AsPresented, presented, materials),
        false => (Choice::ByMaterials, materials, presented),
    };
    let text = match less == more {
        true => format!("both cost {less}; as presented, which needs no materials' values"),
        false => format!(
            "{} costs {less}, the other way {more}: {} less",
            choice.as_str(),
            more - less
        ),
    };
    Explained::by(choice, Step::new(&CHEAPER, text))
}

fn way(value: Explained<Fen>, levies: Levies, interest: Explained<Fen>) -> Way {
    Way {
        total: levies.total() + interest.value,
        value,
        levies,
        interest,
    }
}
