//! The file, field by field.

use bonded_ledger::{Amount, Certainty, Currency, Date, HandbookNo, ParseCodeError, parse_date};
use exact_json::{Error, Ext, Fields, FromJson, Json, Path, decimal, invalid, text, whole};
use rust_decimal::Decimal;

use super::unmatched::{Named, Names};
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
    "interest_begins",
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
            begins: BTreeMap::new(),
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
            named: Vec::new(),
            objects: 0,
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
        let object = self.objects;
        self.objects += 1;
        let mut named = Vec::new();
        let mut name = |table, row, names| {
            named.push(Named {
                object,
                table,
                row,
                names,
            });
        };
        let of_book = |handbook| Names {
            handbook: Some(handbook),
            ..Names::default()
        };
        for (at, it) in fields.list::<PriceLine>("prices")?.into_iter().enumerate() {
            let names = Names {
                material: Some(it.key.1),
                list: it.key.2.clone(),
                ..of_book(it.key.0)
            };
            name("prices", at, names);
            let before = self.prices.entry(it.key).or_default().add(it.row);
            once(before, "prices", at)?;
        }
        for (at, it) in fields.list::<SaleLine>("sales")?.into_iter().enumerate() {
            let names = Names {
                list: Some(it.key.0.clone()),
                line: it.key.1,
                lot: it.facts.lot.clone(),
                ..Names::default()
            };
            name("sales", at, names);
            once(self.sales.insert(it.key, it.facts), "sales", at)?;
        }
        for it in fields.list::<ParameterLine>("parameters")? {
            // A row of the same day takes the place of the shipped one: that is what the file is for.
            self.parameters.add(it.name, it.row);
        }
        let waivers: Vec<Plain<()>> = fields.list("interest_waivers")?;
        self.waivers.extend(waivers.into_iter().map(|it| it.0));
        let begins = fields.list::<BeginsLine>("interest_begins")?;
        for (at, it) in begins.into_iter().enumerate() {
            let names = Names {
                material: it.key.1,
                ..of_book(it.key.0)
            };
            name("interest_begins", at, names);
            let before = self.begins.insert(it.key, (it.day, it.source));
            once(before, "interest_begins", at)?;
        }
        let exclusions: Vec<Plain<String>> = fields.list("exclusions")?;
        self.exclusions
            .extend(exclusions.into_iter().map(|it| it.0));
        let zones = fields.list::<Of<()>>("zones")?;
        for (at, Of(handbook, row)) in zones.into_iter().enumerate() {
            name("zones", at, of_book(handbook));
            self.zones.entry(handbook).or_default().push(row);
        }
        let collective = fields.list::<Of<Period>>("collective")?;
        for (at, Of(handbook, row)) in collective.into_iter().enumerate() {
            name("collective", at, of_book(handbook));
            let before = self.collective.entry(handbook).or_default().add(row);
            once(before, "collective", at)?;
        }
        let standing = fields.list::<Of<Fact>>("standing")?;
        for (at, Of(handbook, row)) in standing.into_iter().enumerate() {
            name("standing", at, of_book(handbook));
            self.standing.entry(handbook).or_default().push(row);
        }
        for (at, it) in fields.list::<RefundLine>("refund")?.into_iter().enumerate() {
            name("refund", at, of_book(it.handbook));
            let before = self.planned.entry(it.handbook).or_default().add(it.planned);
            once(before, "refund", at)?;
            if let Some(producer) = it.producer {
                self.producer.entry(it.handbook).or_default().push(producer);
            }
        }
        for (at, it) in fields.list::<Claim>("claims")?.into_iter().enumerate() {
            let names = Names {
                list: Some(it.list.clone()),
                line: Some(it.line),
                ..Names::default()
            };
            name("claims", at, names);
            self.claims.push(it);
        }
        self.named.extend(named);
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

/// The number of a material.
struct Material(u16);

impl FromJson for Material {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Material, Error> {
        let number = Number::from_json(json, path)?.0;
        let seq = bonded_ledger::MaterialSeq::new(number.into());
        seq.map(|it| Material(it.get())).ok_or_else(|| {
            let message = format!("found {number}, expected a material from 1 to 9999");
            Error::new("invalid_value", path, message)
        })
    }
}

mod rows; // What each table's rows hold.

use rows::{
    BeginsLine, ExchangeRate, Of, ParameterLine, Plain, PriceLine, RefundLine, SaleLine, TariffLine,
};

#[cfg(test)]
mod tests;
