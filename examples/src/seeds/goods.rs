//! Items of handbooks and lines of lists.

use bonded_ledger::{
    Amount, ConsumptionLine, CountedMaterial, Currency, Direction, Goods, Item, LineDetails,
    ListLine, MaterialItem, MaterialSeq, Presented, ProductItem, ProductSeq, Quantity,
};
use unit_consumption::fit;

pub(crate) const PIECE: &str = "007";
pub(crate) const STRIP: &str = "015";
pub(crate) const WAFER: &str = "020";
pub(crate) const KILOGRAM: &str = "035";
pub(crate) const GRAM: &str = "036";

/// Direction, goods and supervision mode of a list.
#[derive(Clone, Copy)]
pub(crate) struct Way(
    pub(crate) Direction,
    pub(crate) Goods,
    pub(crate) &'static str,
);

use Direction::{Export, Import};
use Goods::{Material, Product};

pub(crate) const IMPORT: Way = Way(Import, Material, "0615");
pub(crate) const EXPORT: Way = Way(Export, Product, "0615");
pub(crate) const CARRY_IN: Way = Way(Import, Material, "0654");
pub(crate) const CARRY_OUT: Way = Way(Export, Product, "0654");
pub(crate) const RE_EXPORT: Way = Way(Export, Material, "0664");
pub(crate) const CHAIN_OUT: Way = Way(Export, Material, "0654");
pub(crate) const EXCHANGE_OUT: Way = Way(Export, Material, "0700");
pub(crate) const EXCHANGE_IN: Way = Way(Import, Material, "0700");
pub(crate) const RETURN_IN: Way = Way(Import, Product, "4600");
pub(crate) const RETURN_OUT: Way = Way(Export, Product, "4600");
pub(crate) const SELL_MATERIAL: Way = Way(Import, Material, "0644");
pub(crate) const SELL_PRODUCT: Way = Way(Import, Product, "0644");
pub(crate) const DESTROY_MATERIAL: Way = Way(Export, Material, "0200");
pub(crate) const DESTROY_PRODUCT: Way = Way(Export, Product, "0200");
pub(crate) const SELL_SCRAP: Way = Way(Import, Material, "0844");
pub(crate) const DESTROY_SCRAP: Way = Way(Export, Material, "0400");

/// A quantity from whatever prints as one.
pub(crate) fn qty(quantity: impl ToString) -> Quantity {
    quantity.to_string().parse().expect("a quantity")
}

pub(crate) fn usd() -> Currency {
    "USD".parse().expect("a currency")
}

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

pub(crate) fn material_seq(seq: u16) -> MaterialSeq {
    MaterialSeq::new(seq.into()).expect("an item number")
}

pub(crate) fn product_seq(seq: u16) -> ProductSeq {
    ProductSeq::new(seq.into()).expect("an item number")
}

pub(crate) fn item(code: &str, hs: &str, name: &str, unit: &str) -> Item {
    Item::new(code, hs, name, unit).expect("codes of an item")
}

/// What an item is beside its name.
pub(crate) trait Described {
    fn spec(self, spec: &str) -> Self;
    fn legal(self, unit: &str, second: Option<&str>) -> Self;
    fn limited_to(self, quantity: impl ToString) -> Self;
    fn price(self, usd: &str) -> Self;
}

impl Described for Item {
    fn spec(mut self, spec: &str) -> Item {
        self.spec = Some(spec.into());
        self
    }

    fn legal(mut self, unit: &str, second: Option<&str>) -> Item {
        self.legal_unit = Some(unit.parse().expect("a unit"));
        self.legal_unit_2 = second.map(|it| it.parse().expect("a unit"));
        self
    }

    fn limited_to(mut self, quantity: impl ToString) -> Item {
        self.quantity = Some(qty(quantity));
        self
    }

    fn price(mut self, price: &str) -> Item {
        self.price = Some(amount(price));
        self.currency = Some(usd());
        self
    }
}

pub(crate) fn material(seq: u16, item: Item) -> MaterialItem {
    MaterialItem {
        seq: material_seq(seq),
        item,
        carry_over_eligible: None,
        consumable: None,
        opening: None,
        used: None,
    }
}

pub(crate) fn product(seq: u16, item: Item) -> ProductItem {
    ProductItem {
        seq: product_seq(seq),
        item,
        used: None,
    }
}

/// Of version 0, all of it bonded; the loss is tangible.
pub(crate) fn consumption(product: u16, material: u16, net: &str, loss: &str) -> ConsumptionLine {
    ConsumptionLine {
        product: product_seq(product),
        material: material_seq(material),
        version: None,
        net: net.parse().expect("a net consumption"),
        tangible_loss: (loss != "0").then(|| loss.parse().expect("a rate")),
        intangible_loss: None,
        bonded_share: None,
    }
}

/// What product 1 declares, fitted so that `output` of it uses exactly `used`.
pub(crate) fn fitted(material: u16, net: &str, used: u64, output: u64) -> ConsumptionLine {
    let net = net.parse().expect("a net consumption");
    let fit = fit(net, qty(used), qty(output)).expect("figures that reproduce it");
    consumption(1, material, &fit.net.to_string(), &fit.loss.to_string())
}

/// The line `line` of item `seq`.
pub(crate) fn line(line: u32, seq: u16, quantity: impl ToString) -> ListLine {
    ListLine::new(line, seq, qty(quantity))
}

/// What a line says beside its quantity.
pub(crate) trait Detailed {
    fn legal(self, quantity: impl ToString) -> Self;
    fn priced(self, usd: &str) -> Self;
    fn origin(self, country: &str) -> Self;
    fn presented(self, hs: &str, name: &str, kilograms: impl ToString) -> Self;
}

fn details(line: &mut ListLine) -> &mut LineDetails {
    line.details.get_or_insert_default()
}

impl Detailed for ListLine {
    fn legal(mut self, quantity: impl ToString) -> ListLine {
        self.legal_quantity = Some(qty(quantity));
        self
    }

    /// Quantity times price, to the cent.
    fn priced(mut self, price: &str) -> ListLine {
        let cents = i128::from(self.quantity.raw()) * i128::from(qty(price).raw());
        let cents = (cents + 50_000_000) / 100_000_000;
        let it = details(&mut self);
        it.amount = Some(amount(&format!("{}.{:02}", cents / 100, cents % 100)));
        it.currency = Some(usd());
        self
    }

    fn origin(mut self, country: &str) -> ListLine {
        details(&mut self).origin = Some(country.into());
        self
    }

    fn presented(mut self, hs: &str, name: &str, kilograms: impl ToString) -> ListLine {
        details(&mut self).presented = Some(Presented {
            hs: hs.parse().expect("a commodity code"),
            name: name.into(),
            unit: KILOGRAM.parse().expect("a unit"),
            quantity: qty(kilograms),
        });
        self
    }
}

/// Counted on hand, everything declared.
pub(crate) fn counted(seq: u16, quantity: impl ToString) -> CountedMaterial {
    CountedMaterial {
        seq: material_seq(seq),
        quantity: qty(quantity),
        undeclared_in: None,
        undeclared_out: None,
    }
}
