//! The file, field by field.

use bonded_ledger::{Amount, Certainty, Currency, Date, HandbookNo, ParseCodeError, parse_date};
use exact_json::{Error, Ext, Fields, FromJson, Json, Path, decimal, invalid, text, whole};
use rust_decimal::Decimal;

use super::*;
use crate::law;
use crate::parameters;

/// The fields of the file, in the order of `docs/tax.md`.
const FIELDS: &[&str] = &[
    "exchange_rates",
    "tariff",
    "prices",
    "sales",
    "parameters",
    "interest_waivers",
    "zones",
    "exclusions",
    "collective",
    "standing",
    "refund",
    "claims",
    "note",
    "ext",
];

impl Inputs {
    /// What is shipped: the numbers of the law, the waivers of interest, the exclusions. No rate of a
    /// tariff, no exchange rate, no price.
    pub fn builtin() -> Inputs {
        let waiver = |from, until, source| Row {
            from: parse_date(from).unwrap_or_default(),
            until: parse_date(until),
            value: (),
            source: Source::of(source),
        };
        Inputs {
            parameters: Parameters::builtin(),
            tariff: BTreeMap::new(),
            exchange: BTreeMap::new(),
            prices: BTreeMap::new(),
            sales: BTreeMap::new(),
            waivers: vec![
                waiver("2020-04-15", "2020-12-31", &law::WAIVER_2020),
                waiver("2022-01-01", "2022-12-31", &law::WAIVER_2022),
            ],
            zones: BTreeMap::new(),
            exclusions: vec![Row {
                from: parse_date("2024-07-01").unwrap_or_default(),
                until: None,
                value: "1701".to_owned(),
                source: Source::of(&law::SUGAR),
            }],
            collective: BTreeMap::new(),
            standing: BTreeMap::new(),
            planned: BTreeMap::new(),
            producer: BTreeMap::new(),
            claims: Vec::new(),
        }
    }

    /// Reads one JSON object; see `docs/tax.md`. Its rows are added to what is shipped.
    ///
    /// ```
    /// use bonded_tax::Inputs;
    /// let rates = r#"{"tariff":[{"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","source":"tariff of 2026"}]}"#;
    /// assert!(Inputs::from_json(rates).is_ok());
    /// let error = Inputs::from_json(r#"{"tarif":[]}"#).unwrap_err();
    /// assert_eq!(error.to_string(), r#"tarif: unknown field, did you mean "tariff"?"#);
    /// ```
    ///
    /// # Errors
    /// When it is not one JSON object with these fields, or a row stands twice.
    pub fn from_json(json: &str) -> Result<Inputs, Error> {
        let mut inputs = Inputs::builtin();
        inputs.add_json(json)?;
        Ok(inputs)
    }

    /// Adds the rows of another file: rates in one, what is known of sales in another.
    ///
    /// # Errors
    /// As [`Inputs::from_json`], and when a row is there already.
    pub fn add_json(&mut self, json: &str) -> Result<(), Error> {
        let expected = "inputs such as {\"exchange_rates\":[…],\"tariff\":[…]}";
        let json = Json::parse(json).map_err(|error| Error::syntax(&error, expected))?;
        let fields = Fields::of(&json, &Path::Root, FIELDS)?;
        fields.optional::<String>("note")?;
        fields.optional::<Ext>("ext")?;
        let rates: Vec<ExchangeRate> = fields.list("exchange_rates")?;
        for (at, rate) in rates.into_iter().enumerate() {
            for of in rate.uses {
                let key = (rate.currency.clone(), of);
                let before = self.exchange.entry(key).or_default().add(rate.row.clone());
                once(before, "exchange_rates", at)?;
            }
        }
        for (at, it) in fields.list::<TariffLine>("tariff")?.into_iter().enumerate() {
            let before = self.tariff.entry(it.hs).or_default().add(it.row);
            once(before, "tariff", at)?;
        }
        for (at, it) in fields.list::<PriceLine>("prices")?.into_iter().enumerate() {
            let before = self.prices.entry(it.key).or_default().add(it.row);
            once(before, "prices", at)?;
        }
        for (at, it) in fields.list::<SaleLine>("sales")?.into_iter().enumerate() {
            once(self.sales.insert(it.key, it.facts), "sales", at)?;
        }
        for it in fields.list::<ParameterLine>("parameters")? {
            // A row of the same day takes the place of the shipped one: that is what the file is for.
            self.parameters.add(it.name, it.row);
        }
        let waivers: Vec<Plain<()>> = fields.list("interest_waivers")?;
        self.waivers.extend(waivers.into_iter().map(|it| it.0));
        let exclusions: Vec<Plain<String>> = fields.list("exclusions")?;
        self.exclusions
            .extend(exclusions.into_iter().map(|it| it.0));
        for Of(handbook, row) in fields.list::<Of<()>>("zones")? {
            self.zones.entry(handbook).or_default().push(row);
        }
        for Of(handbook, row) in fields.list::<Of<Period>>("collective")? {
            self.collective.entry(handbook).or_default().push(row);
        }
        for Of(handbook, row) in fields.list::<Of<Fact>>("standing")? {
            self.standing.entry(handbook).or_default().push(row);
        }
        for (at, it) in fields.list::<RefundLine>("refund")?.into_iter().enumerate() {
            let before = self.planned.entry(it.handbook).or_default().add(it.planned);
            once(before, "refund", at)?;
            if let Some(producer) = it.producer {
                self.producer.entry(it.handbook).or_default().push(producer);
            }
        }
        self.claims.extend(fields.list::<Claim>("claims")?);
        Ok(())
    }
}

fn once<T>(before: Option<T>, field: &str, at: usize) -> Result<(), Error> {
    let path = Path::Field(&Path::Root, field);
    match before {
        None => Ok(()),
        Some(_) => Err(Error::new(
            "row_repeated",
            &Path::Index(&path, at),
            "the same thing is said from the same day on already; keep one of the two rows",
        )),
    }
}

fn wrong(path: &Path<'_>, field: &str, message: impl Into<String>) -> Error {
    Error::new("invalid_value", &Path::Field(path, field), message)
}

/// The fields that every dated row has.
const ROW: [&str; 4] = ["from", "until", "source", "certainty"];

fn known<'k>(own: &[&'k str]) -> Vec<&'k str> {
    own.iter().copied().chain(ROW).collect()
}

fn row<T>(fields: &Fields<'_, '_, '_>, path: &Path<'_>, value: T) -> Result<Row<T>, Error> {
    let from = fields.required::<Date>("from")?;
    let until = fields.optional::<Date>("until")?;
    if until.is_some_and(|it| it < from) {
        let message = "before \"from\", expected that day or a later one";
        return Err(wrong(path, "until", message));
    }
    let certainty = fields.optional::<Sure>("certainty")?.map(|it| it.0);
    let source = Source::given(fields.required("source")?, certainty);
    Ok(Row {
        from,
        until,
        value,
        source,
    })
}

/// A word of a list of words.
macro_rules! word {
    ($type:ty, $expected:literal, $($word:literal => $value:expr),* $(,)?) => {
        impl FromJson for $type {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<$type, Error> {
                match text(json, path, $expected)? {
                    $($word => Ok($value),)*
                    _ => Err(invalid(json, path, $expected)),
                }
            }
        }
    };
}

struct Sure(Certainty);

word!(
    Sure, "\"read\", \"secondary\" or \"unverified\"",
    "read" => Sure(Certainty::Read),
    "secondary" => Sure(Certainty::Secondary),
    "unverified" => Sure(Certainty::Unverified),
);
word!(
    Period, "one of monthly, quarterly, none",
    "monthly" => Period::Monthly,
    "quarterly" => Period::Quarterly,
    "none" => Period::None,
);
word!(
    Producer, "one of own, deemed, no",
    "own" => Producer::Own,
    "deemed" => Producer::Deemed,
    "no" => Producer::No,
);
word!(
    Fact, "one of smuggling_case, rectification, violation_case, rented_plant, first_time, elsewhere",
    "smuggling_case" => Fact::SmugglingCase,
    "rectification" => Fact::Rectification,
    "violation_case" => Fact::ViolationCase,
    "rented_plant" => Fact::RentedPlant,
    "first_time" => Fact::FirstTime,
    "elsewhere" => Fact::Elsewhere,
);

impl FromJson for Kind {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Kind, Error> {
        const EXPECTED: &str =
            "one of surplus, product, defective, by_product, scrap, disaster, lost";
        let word = text(json, path, EXPECTED)?;
        let known = Kind::ALL.into_iter().find(|it| it.as_str() == word);
        known.ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

/// A decimal of at most 9 decimals and so many integer digits.
struct Signed<const DIGITS: usize>(Decimal);

impl<const DIGITS: usize> FromJson for Signed<DIGITS> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
        let amount: Amount = decimal(json, path, |_| false)?;
        let value = amount.decimal().normalize();
        if value.scale() > 9 || value.trunc().abs().to_string().len() > DIGITS {
            let found = json.describe();
            let message =
                format!("found {found}, expected at most {DIGITS} integer and 9 decimal digits");
            return Err(Error::new("digits_exceeded", path, message));
        }
        Ok(Signed(value))
    }
}

/// The same, and not below 0.
struct Figure<const DIGITS: usize>(Decimal);

impl<const DIGITS: usize> FromJson for Figure<DIGITS> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
        let value = Signed::<DIGITS>::from_json(json, path)?.0;
        match value < Decimal::ZERO {
            true => Err(invalid(json, path, "a decimal of 0 or more")),
            false => Ok(Figure(value)),
        }
    }
}

type Percentage = Figure<4>;
type Money = Figure<13>;

/// A number or name of the trade.
struct Code<T>(T);

impl<T: std::str::FromStr<Err = ParseCodeError>> FromJson for Code<T> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Code<T>, Error> {
        let read: Result<T, ParseCodeError> = text(json, path, "a text")?.parse();
        read.map(Code)
            .map_err(|it| invalid(json, path, it.expected()))
    }
}

/// The first digits of a code.
struct HsPrefix(String);

impl FromJson for HsPrefix {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<HsPrefix, Error> {
        const EXPECTED: &str = "the first 2 to 10 digits of a commodity code (商品编码)";
        let digits = text(json, path, EXPECTED)?;
        if (2..=10).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit()) {
            Ok(HsPrefix(digits.to_owned()))
        } else {
            Err(invalid(json, path, EXPECTED))
        }
    }
}

/// The number of a line or a material.
struct Number(u32);

impl FromJson for Number {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Number, Error> {
        const EXPECTED: &str = "a whole number from 1 on";
        let number = u32::try_from(whole(json, path, EXPECTED)?).ok();
        let number = number.filter(|it| *it > 0).map(Number);
        number.ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

struct ExchangeRate {
    currency: String,
    uses: Vec<Use>,
    row: Row<Decimal>,
}

impl FromJson for ExchangeRate {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ExchangeRate, Error> {
        let fields = Fields::of(json, path, &known(&["currency", "cny", "per", "use"]))?;
        let currency = fields.required::<Code<Currency>>("currency")?.0;
        let cny = fields.required::<Figure<6>>("cny")?.0;
        if cny.is_zero() {
            return Err(wrong(path, "cny", "found 0, expected a decimal above 0"));
        }
        // Customs print for 1 or for 100 units: so the quotient ends.
        let per = fields.optional::<Figure<6>>("per")?;
        let per = per.map_or(Decimal::ONE, |it| it.0);
        if !["1", "10", "100", "1000", "10000"].contains(&per.to_string().as_str()) {
            let message = format!("found {per}, expected 1, 10, 100, 1000 or 10000");
            return Err(wrong(path, "per", message));
        }
        let uses = match fields.optional::<String>("use")?.as_deref() {
            None => vec![Use::Customs, Use::Refund],
            Some("customs") => vec![Use::Customs],
            Some("refund") => vec![Use::Refund],
            Some(other) => {
                let other = exact_json::shorten(other);
                let message = format!(
                    "found {other:?}, expected \"customs\", \"refund\" or nothing for both"
                );
                return Err(wrong(path, "use", message));
            }
        };
        Ok(ExchangeRate {
            currency: letters(currency.as_str()),
            uses,
            row: row(&fields, path, (cny / per).normalize())?,
        })
    }
}

struct TariffLine {
    hs: String,
    row: Row<Tariff>,
}

impl FromJson for TariffLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<TariffLine, Error> {
        let own = ["hs", "duty", "vat", "consumption", "refund"];
        let fields = Fields::of(json, path, &known(&own))?;
        let hs = fields.required::<HsPrefix>("hs")?.0;
        let consumption = fields.optional::<Percentage>("consumption")?;
        let tariff = Tariff {
            duty: fields.required::<Percentage>("duty")?.0,
            vat: fields.required::<Percentage>("vat")?.0,
            consumption: consumption.map_or(Decimal::ZERO, |it| it.0),
            refund: fields.optional::<Percentage>("refund")?.map(|it| it.0),
        };
        if tariff.consumption >= Decimal::ONE_HUNDRED {
            let message = "expected less than 100: its price is (value + duty) ÷ (1 − rate)";
            return Err(wrong(path, "consumption", message));
        }
        Ok(TariffLine {
            hs,
            row: row(&fields, path, tariff)?,
        })
    }
}

struct PriceLine {
    key: PriceKey,
    row: Row<Price>,
}

impl FromJson for PriceLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<PriceLine, Error> {
        let own = ["handbook", "material", "list", "price", "currency"];
        let fields = Fields::of(json, path, &known(&own))?;
        let handbook = fields.required::<Code<HandbookNo>>("handbook")?.0;
        let number = fields.required::<Number>("material")?.0;
        let Some(seq) = bonded_ledger::MaterialSeq::new(number.into()) else {
            let message = format!("found {number}, expected a material from 1 to 9999");
            return Err(wrong(path, "material", message));
        };
        let price = Price {
            price: fields.required::<Money>("price")?.0,
            currency: fields.required::<Code<Currency>>("currency")?.0,
        };
        Ok(PriceLine {
            key: (handbook, seq.get(), fields.optional("list")?),
            row: row(&fields, path, price)?,
        })
    }
}

struct SaleLine {
    key: (String, Option<u32>),
    facts: SaleFacts,
}

impl FromJson for SaleLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<SaleLine, Error> {
        let own = [
            "list", "line", "kind", "on", "letter", "amount", "currency", "lot", "source",
        ];
        let fields = Fields::of(json, path, &own)?;
        fields.optional::<String>("source")?;
        let line = fields.optional::<Number>("line")?.map(|it| it.0);
        for name in ["amount", "lot"] {
            if line.is_none() && fields.has(name) {
                return Err(wrong(path, name, "of a whole list; say \"line\", too"));
            }
        }
        for name in ["on", "letter"] {
            if line.is_some() && fields.has(name) {
                let message = "of one line; a list has one day: say it in a row without \"line\"";
                return Err(wrong(path, name, message));
            }
        }
        let amount = match fields.optional::<Money>("amount")? {
            Some(amount) => {
                let currency = fields.required::<Code<Currency>>("currency")?.0;
                Some((amount.0, currency))
            }
            None => None,
        };
        let facts = SaleFacts {
            kind: fields.optional("kind")?,
            on: fields.optional("on")?,
            letter: fields.optional("letter")?,
            amount,
            lot: fields.optional::<Lot>("lot")?.map(|it| it.0),
        };
        Ok(SaleLine {
            key: (fields.required("list")?, line),
            facts,
        })
    }
}

struct Lot((String, u32));

impl FromJson for Lot {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Lot, Error> {
        let fields = Fields::of(json, path, &["list", "line"])?;
        let list = fields.required("list")?;
        Ok(Lot((list, fields.required::<Number>("line")?.0)))
    }
}

struct ParameterLine {
    name: &'static str,
    row: Row<Decimal>,
}

impl FromJson for ParameterLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ParameterLine, Error> {
        let fields = Fields::of(json, path, &known(&["name", "value"]))?;
        let name = fields.required::<String>("name")?;
        let Some(parameter) = parameters::find(&name) else {
            let names: Vec<&str> = parameters::ALL.iter().map(|it| it.name).collect();
            let name = exact_json::shorten(&name);
            let message = format!("found {name:?}, expected one of {}", names.join(", "));
            return Err(wrong(path, "name", message));
        };
        let value = fields.required::<Money>("value")?.0;
        if let Some((least, most)) = parameter.range() {
            let fits = Decimal::from(least) <= value && value <= Decimal::from(most);
            if !fits || !value.is_integer() {
                let unit = parameter.unit;
                let message = format!(
                    "found {value}, expected a whole number from {least} to {most} ({unit})"
                );
                return Err(wrong(path, "value", message));
            }
        }
        Ok(ParameterLine {
            name: parameter.name,
            row: row(&fields, path, value)?,
        })
    }
}

/// A row without a handbook.
struct Plain<T>(Row<T>);

impl FromJson for Plain<()> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Plain<()>, Error> {
        let fields = Fields::of(json, path, &ROW)?;
        row(&fields, path, ()).map(Plain)
    }
}

impl FromJson for Plain<String> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Plain<String>, Error> {
        let fields = Fields::of(json, path, &known(&["hs"]))?;
        let hs = fields.required::<HsPrefix>("hs")?.0;
        row(&fields, path, hs).map(Plain)
    }
}

/// A row of a handbook.
struct Of<T>(HandbookNo, Row<T>);

/// What such a row says besides.
trait Said: FromJson {
    const FIELD: &'static str;
}

impl Said for Period {
    const FIELD: &'static str = "period";
}

impl Said for Fact {
    const FIELD: &'static str = "fact";
}

impl<T: Said> FromJson for Of<T> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Of<T>, Error> {
        let fields = Fields::of(json, path, &known(&["handbook", T::FIELD]))?;
        let handbook = fields.required::<Code<HandbookNo>>("handbook")?.0;
        let value = fields.required::<T>(T::FIELD)?;
        Ok(Of(handbook, row(&fields, path, value)?))
    }
}

impl FromJson for Of<()> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Of<()>, Error> {
        let fields = Fields::of(json, path, &known(&["handbook"]))?;
        let handbook = fields.required::<Code<HandbookNo>>("handbook")?.0;
        Ok(Of(handbook, row(&fields, path, ())?))
    }
}

struct RefundLine {
    handbook: HandbookNo,
    planned: Row<Decimal>,
    producer: Option<Row<Producer>>,
}

impl FromJson for RefundLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<RefundLine, Error> {
        let own = ["handbook", "planned_rate", "producer"];
        let fields = Fields::of(json, path, &known(&own))?;
        let handbook = fields.required::<Code<HandbookNo>>("handbook")?.0;
        let planned = fields.required::<Figure<1>>("planned_rate")?.0;
        if planned > Decimal::ONE || planned.scale() > 6 {
            let message =
                format!("found {planned}, expected a rate from 0 to 1 of at most 6 decimals");
            return Err(wrong(path, "planned_rate", message));
        }
        let producer = fields.optional::<Producer>("producer")?;
        Ok(RefundLine {
            handbook,
            planned: row(&fields, path, planned)?,
            producer: producer.map(|it| row(&fields, path, it)).transpose()?,
        })
    }
}

impl FromJson for Claim {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Claim, Error> {
        let own = ["list", "line", "quantity", "usd", "rate", "source"];
        let fields = Fields::of(json, path, &own)?;
        fields.optional::<String>("source")?;
        Ok(Claim {
            list: fields.required("list")?,
            line: fields.required::<Number>("line")?.0,
            quantity: fields.required::<Signed<13>>("quantity")?.0,
            usd: fields.required::<Signed<13>>("usd")?.0,
            rate: fields.optional::<Figure<1>>("rate")?.map(|it| it.0),
        })
    }
}

#[cfg(test)]
mod tests;
