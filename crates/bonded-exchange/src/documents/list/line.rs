//! 核注清单表体: a line of a list.

use bonded_ledger::{Direction, Goods, Item, ListLine, Quantity, Version};

use super::{Head, Way, item};
use crate::documents::form::{Form, Layer, OURS, PAGE, TABLES};
use crate::documents::{Action, Options, Paper, countries, money, of_dialect, warn};
use crate::fields::{self, Dialect};
use crate::on_file::{FiledHandbook, FiledList};
use crate::particulars::Particulars;

/// What an item carries along that also holds for a line that names it.
const OF_ITEM: &[&str] = &["natcd", "lvyrlfModecd", "wtSfVal", "fstSfVal", "secdSfVal"];

const FACTORS: &[&str] = &["wtSfVal", "fstSfVal", "secdSfVal"];

#[allow(
    clippy::too_many_arguments,
    reason = "a line stands in a list of a book"
)]
pub(super) fn fill(
    line: &ListLine,
    list: &FiledList,
    book: &FiledHandbook,
    way: &Way,
    head: &Head,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let options = paper.options;
    let kind = of_dialect(
        options.dialect,
        &fields::BOND_INVT_DT,
        &fields::INVT_LIST_TYPE,
    );
    let Some(item) = item(book, list.declared.goods, line.seq) else {
        let found = format!("line {} names item {}", line.line, line.seq);
        let advice = "the handbook no longer has it; amend the list first";
        paper.problem(
            "item_unknown",
            found,
            "an item of the handbook",
            advice,
            OURS,
        );
        return;
    };
    let details = line.details.as_deref();
    let of_item = Layer::carried(kind, item.ext.as_ref()).only(kind, OF_ITEM);
    let of_item = match way.taxed {
        // What is filed is the treatment of bonded goods.
        true => of_item.without(kind, &["lvyrlfModecd"]),
        false => of_item,
    };
    let by_code = Layer::particulars(kind, particulars.items.get(&item.code));
    let (by_code, of_item) = match line.presented() {
        // Factors lead from the item's unit to its statutory ones.
        Some(_) => (
            by_code.without(kind, FACTORS),
            of_item.without(kind, FACTORS),
        ),
        None => (by_code, of_item),
    };
    let layers = [
        Layer::particulars(kind, particulars.lines.get(&line.line)),
        by_code,
        Layer::carried(kind, details.and_then(|it| it.ext.as_ref())),
        of_item,
        Layer::particulars(kind, Some(&particulars.line)),
    ];
    let place = paper.records.len();
    let mut form = Form::new(kind, format!("{}[{place}]", kind.name), &layers);
    form.own_if("bondInvtNo", list.customs_number.as_deref());
    let changes = match options.action {
        Action::File => 0,
        Action::Change | Action::Delete => list.amended,
    };
    form.own("chgTmsCnt", changes);
    form.own("gdsSeqno", line.line);
    form.own("putrecSeqno", line.seq);
    let goods = Presented::of(line, item);
    goods_of(&goods, item, &mut form);
    quantities(line, &goods, &mut form);
    money_of(line, item, &goods, options, &mut form);
    countries_of(line, list, way, head, &mut form);
    form.or("lvyrlfModecd", if way.taxed { "1" } else { "3" });
    if list.declared.goods == Goods::Product {
        form.own("ucnsVerno", Version::or_default(line.version.as_ref()));
    }
    form.own("modfMarkcd", options.action.mark());
    if way.scrap && line.by_product == Some(true) {
        form.or("rmk", "副产品");
    }
    paper.add(form);
}

/// The goods as customs sees them: scrap as it stands (报验状态), else the item.
struct Presented<'a> {
    scrap: bool,
    hs: &'a str,
    name: &'a str,
    unit: &'a str,
    quantity: Quantity,
}

impl<'a> Presented<'a> {
    fn of(line: &'a ListLine, item: &'a Item) -> Presented<'a> {
        match line.presented() {
            Some(it) => Presented {
                scrap: true,
                hs: it.hs.as_str(),
                name: &it.name,
                unit: it.unit.as_str(),
                quantity: it.quantity,
            },
            None => Presented {
                scrap: false,
                hs: item.hs.as_str(),
                name: &item.name,
                unit: item.unit.as_str(),
                quantity: line.quantity,
            },
        }
    }
}

fn goods_of(goods: &Presented<'_>, item: &Item, form: &mut Form<'_, '_>) {
    form.own("gdsMtno", &item.code);
    form.own("gdecd", goods.hs);
    form.own("gdsNm", goods.name);
    form.own("dclUnitcd", goods.unit);
    // Specification and statutory units belong to the goods: those of the item are not the scrap's.
    let of_item = !goods.scrap;
    match item.spec.as_deref().filter(|_| of_item) {
        Some(spec) => form.own("gdsSpcfModelDesc", spec),
        None => form.or_if("gdsSpcfModelDesc", None::<&str>),
    }
    let same = of_item || goods.hs == item.hs.as_str();
    form.own_if("lawfUnitcd", item.legal_unit.filter(|_| same));
    form.own_if("secdLawfUnitcd", item.legal_unit_2.filter(|_| same));
    form.or_if("lawfUnitcd", None::<&str>);
    form.or_if("secdLawfUnitcd", None::<&str>);
}

/// The declared quantity, and the statutory ones: as the journal has them, else the declared one where
/// the units are the same, else by the factor (比例因子) that is given for the goods.
fn quantities(line: &ListLine, goods: &Presented<'_>, form: &mut Form<'_, '_>) {
    form.own("dclQty", goods.quantity);
    let declared = (!goods.scrap).then_some(line);
    let first = declared.and_then(|it| it.legal_quantity);
    let second = declared
        .and_then(|it| it.details.as_ref())
        .and_then(|it| it.legal_quantity_2);
    for (name, unit, factor, own) in [
        ("lawfQty", "lawfUnitcd", "fstSfVal", first),
        ("secdLawfQty", "secdLawfUnitcd", "secdSfVal", second),
    ] {
        let Some(unit) = form.value(unit).map(str::to_owned) else {
            form.own_if(name, own);
            continue;
        };
        match own {
            Some(own) => form.own(name, own),
            None if unit == goods.unit => form.own(name, goods.quantity),
            None => {
                let factor = form.given(factor);
                let by = factor.and_then(|it| money::by_factor(goods.quantity, it));
                form.or_if(name, by);
                if form.value(name).is_none() {
                    missing_statutory(name, &unit, goods, form);
                }
            }
        }
    }
}

fn missing_statutory(name: &str, unit: &str, goods: &Presented<'_>, form: &mut Form<'_, '_>) {
    let (field, factor) = match name {
        "lawfQty" => ("legal_quantity", "FstSfVal"),
        _ => ("legal_quantity_2", "SecdSfVal"),
    };
    form.problem(
        "statutory_quantity_missing",
        name,
        format!(
            "{} of unit {}, and nothing in unit {unit}",
            goods.quantity, goods.unit
        ),
        format!("a quantity in unit {unit}"),
        format!("declare {field} in the journal, or give {name} or the factor {factor}"),
        PAGE,
    );
}

/// Total and unit price. The total is the journal's amount; without one it is what is given, else price ×
/// quantity. The price is what is given, else total ÷ quantity.
fn money_of(
    line: &ListLine,
    item: &Item,
    goods: &Presented<'_>,
    options: &Options,
    form: &mut Form<'_, '_>,
) {
    let details = line.details.as_deref();
    let (prices, totals) = match options.dialect {
        Dialect::Client => (4, 2),
        Dialect::Customs => (5, 5),
    };
    let quantity = goods.quantity.to_string();
    match details.and_then(|it| it.amount.as_ref()) {
        Some(amount) => form.own("dclTotalAmt", money::amount(amount)),
        None => {
            // A price of scrap is not that of the material.
            let filed = item.price.as_ref().filter(|_| !goods.scrap);
            let price = form.given("dclUprcAmt").map(str::to_owned);
            let as_filed = price.is_none() && form.given("dclTotalAmt").is_none();
            let price = price.or_else(|| filed.map(money::amount));
            let cents = totals.min(2);
            let total = price.and_then(|it| money::total(&it, &quantity, cents, money::Ties::Even));
            form.or_if("dclTotalAmt", total);
            if let Some(total) = form.value("dclTotalAmt").filter(|_| as_filed) {
                let found =
                    format!("{total}, the filed price × {quantity}: the journal has no amount");
                let advice = "declare amount in the journal if it was sold for another";
                warn(form, "price_as_filed", "dclTotalAmt", found, advice);
            }
        }
    }
    let price = form
        .value("dclTotalAmt")
        .and_then(|it| money::price(it, &quantity, prices));
    form.or_if("dclUprcAmt", price);
    if form.value("dclUprcAmt") == Some("0") && form.value("dclTotalAmt") != Some("0") {
        let total = form.value("dclTotalAmt").unwrap_or_default().to_owned();
        form.problem(
            "price_rounds_to_zero",
            "dclUprcAmt",
            format!("{total} ÷ {quantity}"),
            format!("a price that is above 0 at {prices} decimals"),
            "give DclUprcAmt, or file the item in a larger unit",
            PAGE,
        );
    }
    let currency = details.and_then(|it| it.currency).or(item.currency);
    form.own_if(
        "dclCurrcd",
        currency.map(|it| options.currency(it.as_str())),
    );
    let dollars = details.and_then(|it| it.usd_amount.as_ref());
    form.own_if("usdStatTotalAmt", dollars.map(money::amount));
}

/// Where the goods come from and where they go: what is made here is of China, what comes in stays here,
/// and what leaves goes where the head says.
fn countries_of(
    line: &ListLine,
    list: &FiledList,
    way: &Way,
    head: &Head,
    form: &mut Form<'_, '_>,
) {
    const CHINA: &str = "142";
    let origin = line.details.as_deref().and_then(|it| it.origin.as_deref());
    match origin.map(|it| (it, countries::digits(it))) {
        Some((_, Some(digits))) => form.own("natcd", digits),
        Some((origin, None)) => {
            form.or_if("natcd", None::<&str>);
            if form.value("natcd").is_none() {
                form.problem(
                    "country_unknown",
                    "natcd",
                    format!("{origin:?}"),
                    "three letters or digits of a country of the parameter table",
                    "give Natcd among the particulars of the line",
                    TABLES,
                );
            }
        }
        None => {
            let made_here = list.declared.goods == Goods::Product || way.inland;
            form.or_if("natcd", made_here.then_some(CHINA));
        }
    }
    let here = way.inland || list.declared.direction == Direction::Import;
    let goes = if here {
        Some(CHINA)
    } else {
        head.country.as_deref()
    };
    form.or_if("destinationNatcd", goes);
}
