//! What a ledger says of declared unit consumption: for the enterprise to verify it itself
//! (企业自核单耗).

use unit_consumption::declaration::{
    Declaration, Enterprise, Left, Line, Material, Product, Stage, Substitution, Version,
};

use crate::book::{Book, Status};
use crate::entry::{ConsumptionDeclared, Item, Trade};
use crate::ids::{Date, HandbookNo};
use crate::ledger::Ledger;
use crate::list::ListState;
use crate::modes::Movement;

/// Since when goods of a version leave, and whether it was exported.
#[derive(Clone, Copy, Default)]
struct Leaving {
    first: Option<Date>,
    exported: bool,
}

impl Ledger {
    /// What a handbook declares as its unit consumption, with the goods that were declared to leave
    /// (pending and booked, whatever their date); `None` where the handbook is not here.
    ///
    /// ```
    /// use bonded_ledger::{Entry, Ledger};
    /// use unit_consumption::{Policy, production::Record, verify::Verifier};
    /// # let journal = include_str!("../tests/data/first.jsonl");
    /// let mut ledger = Ledger::new();
    /// for line in journal.lines() {
    ///     ledger.post(&Entry::from_json(line)?)?;
    /// }
    /// let declaration = ledger.consumption_declaration("C222626A0001".parse()?).unwrap();
    /// let mut verifier = Verifier::new(vec![declaration], Policy::builtin());
    /// verifier.add(&Record::from_json(
    ///     r#"{"order":"WO-1","date":"2026-03-02","handbook":"C222626A0001","product":1,"good":"960",
    ///         "materials":[{"material":1,"issued":"1000","scrap":"40"}]}"#,
    /// )?);
    /// assert_eq!(verifier.report(None).handbooks[0].records, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn consumption_declaration(&self, handbook: HandbookNo) -> Option<Declaration> {
        let book = self.book(self.book_at(handbook)?);
        let leaving = self.leaving(book);
        let materials = book.materials.present().map(|(_, it)| {
            let price = it.item.price.as_ref().map(|it| it.decimal());
            Material {
                seq: it.seq.get(),
                code: it.item.code.clone(),
                hs: it.item.hs.to_string(),
                name: it.item.name.clone(),
                unit: unit(&it.item),
                price,
                currency: it.item.currency.as_ref().map(ToString::to_string),
                consumable: it.consumable,
                weight: None,
            }
        });
        let products = book.products.present().map(|(_, it)| Product {
            seq: it.seq.get(),
            code: it.item.code.clone(),
            hs: it.item.hs.to_string(),
            name: it.item.name.clone(),
            unit: unit(&it.item),
            weight: None,
        });
        let versions = book.versions.iter().enumerate().filter_map(|(at, it)| {
            let product = book.products.get(it.product);
            (!product.removed).then(|| version(book, at, leaving[at]))
        });
        let substitutions = book.substituted.iter().map(|it| Substitution {
            material: book.materials.get(it.material).seq.get(),
            quantity: it.quantity.total(),
            document: (!it.document.is_empty()).then(|| it.document.to_string()),
        });
        Some(Declaration {
            handbook: book.number.to_string(),
            supplied_materials: book.trade == Trade::SuppliedMaterials,
            stage: match book.consumption_declared {
                ConsumptionDeclared::BeforeExport => Stage::BeforeExport,
                ConsumptionDeclared::BeforeClosure => Stage::BeforeClosure,
            },
            valid_from: Some(book.valid_from),
            reported: book.status != Status::Open,
            materials: materials.collect(),
            products: products.collect(),
            versions: versions.collect(),
            substitutions: substitutions.collect(),
            wafer_maps: Vec::new(),
            shared: Vec::new(),
            yields: Vec::new(),
            filed: Vec::new(),
            enterprise: Enterprise {
                credit: Some(book.credit.to_string()),
                self_verification: Some(book.self_verification),
                ..Enterprise::default()
            },
        })
    }

    /// By version, from the lists that were not withdrawn.
    fn leaving(&self, book: &Book) -> Vec<Leaving> {
        let mut leaving = vec![Leaving::default(); book.versions.len()];
        let lists = book.lists.iter().map(|&it| self.list(it));
        for list in lists.filter(|it| it.state != ListState::Withdrawn) {
            let moved = list.movement;
            if !moved.is_product() || moved == Movement::ReturnedIn {
                continue;
            }
            let sold = matches!(moved, Movement::ProductSale | Movement::ProductDestroyed);
            for line in list.lines() {
                let version = &mut leaving[line.version as usize];
                let declared = list.declared();
                version.first = match (version.first, declared) {
                    (Some(first), Some(declared)) => Some(first.min(declared)),
                    (first, declared) => first.or(declared),
                };
                version.exported |= !sold;
            }
        }
        leaving
    }
}

fn unit(item: &Item) -> String {
    item.unit.to_string()
}

fn version(book: &Book, at: usize, leaving: Leaving) -> Version {
    let of = &book.versions[at];
    let sums = &book.sums.versions[at];
    let mut lines: Vec<Line> = of
        .lines
        .iter()
        .map(|(material, consumption)| Line {
            material: book.materials.get(*material).seq.get(),
            consumption: consumption.clone(),
        })
        .collect();
    lines.sort_by_key(|it| it.material);
    Version {
        product: book.products.get(of.product).seq.get(),
        name: of.name.to_string(),
        lines,
        on_file: of.on_file,
        left: Left {
            quantity: sums.booked.q + sums.pending.q,
            sold: sums.booked.s + sums.pending.s,
            destroyed: sums.booked.d + sums.pending.d,
            first: leaving.first,
            exported: leaving.exported,
        },
        status: None,
        valid_from: None,
        valid_until: None,
        basis: None,
        approver: None,
        evidence: None,
        defects: None,
    }
}
