//! Selective taxation in zones (内销选择性征收关税): duty by the materials, or on the product as it is
//! presented. Both are computed; the cheaper is chosen where the choice is free.

use bonded_ledger::Date;
use serde::Serialize;

use crate::books::{Books, folded, taken};
use crate::error::{TaxError, codes};
use crate::explained::{Explained, RowRef, Step};
use crate::inputs::Inputs;
use crate::interest::{interest, interest_begins};
use crate::levy::{Levies, duty, levies, levies_beside};
use crate::money::Fen;
use crate::papers::{LinePapers, ListPapers};
use crate::rules::sale::DUTY;
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
    pub quantity: bonded_ledger::Total,
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
    /// On the duty by materials.
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

    /// Its interest.
    pub(crate) fn interest(&self) -> Fen {
        self.chosen().interest.value
    }
}

pub(crate) fn selective(
    books: &Books,
    inputs: &Inputs,
    list: &ListPapers,
    line: &LinePapers,
    quantity: bonded_ledger::Total,
    day: Date,
    letter: Date,
) -> Result<Selective, TaxError> {
    let handbook = list.handbook;
    let product = line.product().ok_or_else(|| {
        TaxError::new(
            &codes::NOT_A_SALE,
            format!("list {} line {} names no product", list.number, line.line),
            "selective taxation is of products",
        )
    })?;
    let facts = inputs.sale(&list.number, Some(line.line));
    let value = selling_price(inputs, list, line, &facts, day)?;
    let hs = line.hs.as_str();

    let declaration = books.declaration(handbook)?;
    let book = books.book(handbook)?;
    let (mut material_duty, mut parts, mut excluded) = (Fen::ZERO, Vec::new(), None);
    let mut rows: Vec<RowRef> = Vec::new();
    for (material, consumption) in folded(&declaration, product, &line.version)? {
        let Some((item, _)) = book.materials.get(&material) else {
            continue;
        };
        if consumption.bonded_gross().is_zero() {
            continue;
        }
        let code = item.hs.as_str();
        let rule = inputs.exclusions.iter();
        let mut rule = rule.filter(|it| it.holds(day) && code.starts_with(&it.value));
        if let Some(rule) = rule.next() {
            excluded = Some((material, rule));
        }
        let taken = taken(quantity, consumption).round5();
        let price = unit_price(books, inputs, handbook, material, day)?;
        let (value, _) = price.value(taken, inputs, day)?;
        let (tariff, row) = inputs.tariff(code, day)?;
        let duty = duty(value, tariff);
        material_duty = material_duty + duty;
        rows.push(row.told("duty", tariff.duty));
        parts.push(format!(
            "{taken} of material {material}, value {value}, duty {duty}"
        ));
    }
    let text = format!("duty by materials: {} = {material_duty}", parts.join("; "));
    let step = rows
        .into_iter()
        .fold(Step::new(&BY_MATERIALS, text), Step::row);
    let step = step.lines([list.at(line)]);
    let beside = levies_beside(inputs, hs, value.value, material_duty, Some(step), day)?;
    let begins = interest_begins(books, handbook, day)?;
    let by_materials = way(
        value.clone(),
        beside,
        interest(material_duty, &begins, day, letter, inputs)?,
    );
    if let Some((material, rule)) = excluded {
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
        return Ok(Selective {
            line: line.line,
            product,
            quantity,
            by_materials,
            as_presented: None,
            choice: Explained::by(Choice::ByMaterials, step),
        });
    }
    let own = levies(inputs, hs, value.value, day)?;
    let none = Step::new(&DUTY, "on the product as presented: no interest");
    let as_presented = way(value, own, Explained::by(Fen::ZERO, none));
    let (choice, cheaper, dearer) = match as_presented.total <= by_materials.total {
        true => (Choice::AsPresented, as_presented.total, by_materials.total),
        false => (Choice::ByMaterials, by_materials.total, as_presented.total),
    };
    let text = match cheaper == dearer {
        true => format!("both cost {cheaper}; as presented, which needs no materials' values"),
        false => format!(
            "{} costs {cheaper}, the other way {dearer}: {} less",
            choice.as_str(),
            dearer - cheaper
        ),
    };
    Ok(Selective {
        line: line.line,
        product,
        quantity,
        by_materials,
        as_presented: Some(as_presented),
        choice: Explained::by(choice, Step::new(&CHEAPER, text)),
    })
}

fn way(value: Explained<Fen>, levies: Levies, interest: Explained<Fen>) -> Way {
    Way {
        total: levies.total() + interest.value,
        value,
        levies,
        interest,
    }
}
