//! What the journal does not say: rates, prices, what somebody knows of a sale. A file of the user;
//! `docs/tax.md` shows it.

use std::collections::BTreeMap;

use bonded_ledger::{Currency, Date, HandbookNo, Trade};
use rust_decimal::Decimal;
use unit_consumption::Exact;

use crate::dated::{Dated, Row};
use crate::error::{TaxError, codes};
use crate::explained::RowRef;
use crate::papers::ListPapers;
use crate::parameters::Parameters;
use crate::source::Source;

mod read;
mod unmatched; // What of it is in no ledger.

use unmatched::Named;
pub use unmatched::Unmatched;

/// Everything that is not in the journal. [`Inputs::builtin`] has what is shipped and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// The numbers of the law.
    pub parameters: Parameters,
    /// 税率, by code.
    pub(crate) tariff: BTreeMap<String, Dated<Tariff>>,
    /// 汇率, by currency in letters and use.
    pub(crate) exchange: BTreeMap<(String, Use), Dated<Decimal>>,
    /// Prices that the journal does not say.
    pub(crate) prices: BTreeMap<PriceKey, Dated<Price>>,
    /// What is known of sales.
    pub(crate) sales: BTreeMap<(String, Option<u32>), SaleFacts>,
    /// When no interest is collected.
    pub(crate) waivers: Vec<Row<()>>,
    /// When what a book opened with first came in; of one material, or of all.
    pub(crate) begins: BTreeMap<(HandbookNo, Option<u16>), (Date, Source)>,
    /// Books of enterprises in zones with selective taxation.
    pub(crate) zones: BTreeMap<HandbookNo, Vec<Row<()>>>,
    /// Materials that are always taxed as materials, by the first digits of their code.
    pub(crate) exclusions: Vec<Row<String>>,
    /// How an enterprise declares collectively.
    pub(crate) collective: BTreeMap<HandbookNo, Dated<Period>>,
    /// What is known of an enterprise.
    pub(crate) standing: BTreeMap<HandbookNo, Vec<Row<Fact>>>,
    /// 计划分配率.
    pub(crate) planned: BTreeMap<HandbookNo, Dated<Decimal>>,
    /// Whether the enterprise is a producer for the tax office.
    pub(crate) producer: BTreeMap<HandbookNo, Vec<Row<Producer>>>,
    /// What was claimed.
    pub(crate) claims: Vec<Claim>,
    /// What the rows name, in the order of the files.
    named: Vec<Named>,
    /// How many objects were added.
    objects: usize,
}

/// What is levied on a code.
#[derive(Clone, Debug, PartialEq)]
pub struct Tariff {
    /// 关税, percent of the value.
    pub duty: Decimal,
    /// 增值税, percent.
    pub vat: Decimal,
    /// 消费税, percent of its own composite price.
    pub consumption: Decimal,
    /// 退税率, percent; where it is known.
    pub refund: Option<Decimal>,
}

/// What an exchange rate is for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Use {
    /// 计征汇率.
    Customs,
    /// Of export refund.
    Refund,
}

/// A unit price.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Price {
    /// For one unit.
    pub price: Decimal,
    /// In which currency.
    pub currency: Currency,
}

/// What a price is for: a material, one list of it or all that say none.
pub(crate) type PriceKey = (HandbookNo, u16, Option<String>);

/// The kind of goods that are sold (内销货物种类).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 剩余料件.
    Surplus,
    /// 成品, folded.
    Product,
    /// 残次品, folded.
    Defective,
    /// 副产品, as it stands.
    ByProduct,
    /// 边角料, as it stands.
    Scrap,
    /// 受灾保税货物 that can be used still.
    Disaster,
    /// 受灾保税货物 that are lost or wholly useless.
    Lost,
}

impl Kind {
    /// As a file writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Surplus => "surplus",
            Kind::Product => "product",
            Kind::Defective => "defective",
            Kind::ByProduct => "by_product",
            Kind::Scrap => "scrap",
            Kind::Disaster => "disaster",
            Kind::Lost => "lost",
        }
    }

    /// In Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Kind::Surplus => "剩余料件",
            Kind::Product => "成品",
            Kind::Defective => "残次品",
            Kind::ByProduct => "副产品",
            Kind::Scrap => "边角料",
            Kind::Disaster | Kind::Lost => "受灾货物",
        }
    }

    pub(crate) const ALL: [Kind; 7] = [
        Kind::Surplus,
        Kind::Product,
        Kind::Defective,
        Kind::ByProduct,
        Kind::Scrap,
        Kind::Disaster,
        Kind::Lost,
    ];

    /// True where goods are taxed as they stand (报验状态).
    pub fn as_it_stands(self) -> bool {
        matches!(self, Kind::ByProduct | Kind::Scrap)
    }
}

/// What somebody knows of a sale.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SaleFacts {
    pub(crate) kind: Option<Kind>,
    /// The day of the tax formalities.
    pub(crate) on: Option<Date>,
    /// The day of the payment letter (税款缴款书).
    pub(crate) letter: Option<Date>,
    /// The selling price, or what the goods were assessed at: for all of them.
    pub(crate) amount: Option<(Decimal, Currency)>,
    /// The lot they came from, where it can be told.
    pub(crate) lot: Option<(String, u32)>,
}

/// How often one declares collectively.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// 按月.
    Monthly,
    /// 按季度.
    Quarterly,
    /// Not at all: each sale by itself (逐票).
    None,
}

/// What is known of an enterprise, as far as guarantees depend on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// 涉嫌走私, a case is open.
    SmugglingCase,
    /// 管理混乱, in rectification.
    Rectification,
    /// 涉嫌违规, a case is open.
    ViolationCase,
    /// 租赁厂房或者设备.
    RentedPlant,
    /// 首次开展加工贸易业务.
    FirstTime,
    /// 异地加工.
    Elsewhere,
}

/// Whether a design enterprise counts as a producer; nobody but the tax office can say.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Producer {
    /// It makes its goods itself.
    Own,
    /// 视同自产.
    Deemed,
    /// It does not.
    No,
}

/// What was claimed of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The list.
    pub list: String,
    /// Its line.
    pub line: u32,
    /// How much; below 0 takes back an earlier claim.
    pub quantity: Decimal,
    /// Its FOB value in US dollars.
    pub usd: Decimal,
    /// The same in yuan, where it is said.
    pub cny: Option<Decimal>,
    /// The rate that was applied.
    pub rate: Option<Decimal>,
    /// 商品代码 as claimed, where it is said.
    pub hs: Option<String>,
    /// Declared by an agent (代理出口): it takes from what may be claimed, and is compared with nothing
    /// else.
    pub agent: bool,
}

impl Inputs {
    /// What is on file for a code on a day: the row with the longest code that begins it.
    ///
    /// # Errors
    /// `tariff_missing`, with the row to add.
    pub(crate) fn tariff(&self, hs: &str, day: Date) -> Result<(&Tariff, TariffRow), TaxError> {
        let found = (2..=hs.len()).rev().find_map(|digits| {
            let prefix = hs.get(..digits)?;
            Some((prefix, self.tariff.get(prefix)?.on(day)?))
        });
        let Some((prefix, row)) = found else {
            return Err(TaxError::new(
                &codes::TARIFF_MISSING,
                format!("no tariff rates for {hs} on {day}"),
                format!(
                    "add {{\"hs\":\"{hs}\",\"from\":\"{day}\",\"duty\":\"…\",\"vat\":\"…\",\"source\":\"…\"}} to \"tariff\""
                ),
            ));
        };
        let told = TariffRow {
            hs: prefix.to_owned(),
            from: row.from,
            source: row.source.clone(),
        };
        Ok((&row.value, told))
    }

    /// What one unit of a currency is in yuan on a day.
    ///
    /// # Errors
    /// `exchange_rate_missing`, with the row to add.
    pub(crate) fn exchange(
        &self,
        currency: &str,
        of: Use,
        day: Date,
    ) -> Result<(Exact, Option<RowRef>), TaxError> {
        let letters = letters(currency);
        if letters == "CNY" {
            return Ok((Exact::whole(1), None));
        }
        let row = self.exchange.get(&(letters.clone(), of));
        let Some(row) = row.and_then(|it| it.on(day)) else {
            let word = match of {
                Use::Customs => "customs",
                Use::Refund => "refund",
            };
            return Err(TaxError::new(
                &codes::EXCHANGE_RATE_MISSING,
                format!("no exchange rate of {letters} on {day} for {word}"),
                format!(
                    "add {{\"currency\":\"{letters}\",\"use\":\"{word}\",\"from\":\"{day}\",\"cny\":\"…\",\"source\":\"…\"}} to \"exchange_rates\""
                ),
            ));
        };
        let value = row.value.normalize();
        let told = RowRef {
            name: format!("CNY for 1 {letters}"),
            value: value.to_string(),
            from: row.from,
            source: row.source.clone(),
        };
        Ok((Exact::from(value), Some(told)))
    }

    /// What a line of a list cost whose amount the journal does not say: a row of its own list, whichever
    /// of its numbers it names. Of supplied materials, which were never bought, what is said of all.
    ///
    /// # Errors
    /// `row_repeated` where it is said under both numbers.
    pub(crate) fn price_of(
        &self,
        list: &ListPapers,
        material: u16,
    ) -> Result<Option<&Row<Price>>, TaxError> {
        let of = |it: &str| {
            self.prices
                .get(&(list.handbook, material, Some(it.to_owned())))
        };
        let own = said_once(list, "prices", of)?.and_then(|it| it.on(list.declared));
        Ok(match list.trade {
            Trade::SuppliedMaterials => {
                own.or_else(|| self.price(list.handbook, material, list.declared))
            }
            Trade::ImportedMaterials => own,
        })
    }

    /// What a material cost of which no list says it: of the opening, of supplied materials, of a cycle
    /// without imports.
    pub(crate) fn price(
        &self,
        handbook: HandbookNo,
        material: u16,
        day: Date,
    ) -> Option<&Row<Price>> {
        self.prices.get(&(handbook, material, None))?.on(day)
    }

    /// When what a book opened with first came in, of whichever material: the earliest day on or before
    /// the one that is asked for.
    pub(crate) fn begins(&self, handbook: HandbookNo, opened: &[u16], day: Date) -> Option<RowRef> {
        let rows = self.begins.range((handbook, None)..);
        let rows = rows.take_while(|(of, _)| of.0 == handbook);
        // A row of what opened nothing says nothing.
        let rows = rows.filter(|((_, material), _)| match material {
            Some(material) => opened.contains(material),
            None => !opened.is_empty(),
        });
        let rows = rows.map(|it| it.1);
        let first = rows.filter(|it| it.0 <= day).min_by_key(|it| it.0);
        first.map(|(from, source)| RowRef {
            name: "first import of the opening".to_owned(),
            value: from.to_string(),
            from: *from,
            source: source.clone(),
        })
    }

    /// The dated rows beside the parameters: table, what it says, row. For the manual.
    pub fn shipped_rows(&self) -> Vec<(&'static str, String, Row<()>)> {
        let waivers = self.waivers.iter();
        let mut rows: Vec<_> = waivers
            .map(|it| ("interest_waivers", "no interest".to_owned(), it.clone()))
            .collect();
        rows.extend(self.exclusions.iter().map(|it| {
            let row = Row {
                from: it.from,
                until: it.until,
                value: (),
                source: it.source.clone(),
            };
            (
                "exclusions",
                format!("{}: always by materials", it.value),
                row,
            )
        }));
        rows
    }

    /// What is known of a line of a sale; what is said of the line goes before what is said of its list.
    ///
    /// # Errors
    /// `row_repeated` where the same is said under both numbers of the list.
    pub(crate) fn sale(&self, list: &ListPapers, line: Option<u32>) -> Result<SaleFacts, TaxError> {
        let get = |line: Option<u32>| {
            said_once(list, "sales", |it| self.sales.get(&(it.to_owned(), line)))
        };
        let facts = get(None)?.cloned().unwrap_or_default();
        let Some(of) = line.map(|it| get(Some(it))).transpose()?.flatten() else {
            return Ok(facts);
        };
        let of = of.clone();
        Ok(SaleFacts {
            kind: of.kind.or(facts.kind),
            on: facts.on,
            letter: facts.letter,
            amount: of.amount,
            lot: of.lot,
        })
    }
}

/// What is said of a list, under its own number or customs'.
fn said_once<'i, T>(
    list: &ListPapers,
    table: &str,
    get: impl Fn(&str) -> Option<&'i T>,
) -> Result<Option<&'i T>, TaxError> {
    let mut said = list.names().filter_map(&get);
    let first = said.next();
    match said.next() {
        None => Ok(first),
        Some(_) => {
            let names: Vec<&str> = list.names().collect();
            Err(TaxError::new(
                &codes::ROW_REPEATED,
                format!(
                    "{table}: the same thing is said of one list under both its numbers, {}",
                    names.join(" and ")
                ),
                "keep one of the two rows",
            ))
        }
    }
}

/// Which tariff row was in force.
#[derive(Clone, Debug)]
pub(crate) struct TariffRow {
    pub(crate) hs: String,
    pub(crate) from: Date,
    pub(crate) source: Source,
}

impl TariffRow {
    pub(crate) fn told(&self, what: &str, percent: Decimal) -> RowRef {
        RowRef {
            name: format!("{what} of {}", self.hs),
            value: format!("{} %", percent.normalize()),
            from: self.from,
            source: self.source.clone(),
        }
    }
}

/// Customs' digits of the currencies that the trade uses most (币制代码).
static DIGITS: &[(&str, &str)] = &[
    ("110", "HKD"),
    ("116", "JPY"),
    ("121", "MOP"),
    ("132", "SGD"),
    ("133", "KRW"),
    ("142", "CNY"),
    ("143", "TWD"),
    ("300", "EUR"),
    ("303", "GBP"),
    ("331", "CHF"),
    ("502", "USD"),
    ("501", "CAD"),
    ("601", "AUD"),
];

/// A currency's letters, however it is written.
pub(crate) fn letters(currency: &str) -> String {
    let known = DIGITS.iter().find(|(digits, _)| *digits == currency);
    known.map_or_else(|| currency.to_ascii_uppercase(), |it| it.1.to_owned())
}
