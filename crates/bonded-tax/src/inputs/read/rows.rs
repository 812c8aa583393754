//! The rows of each table.

use super::*;

pub(super) struct ExchangeRate {
    pub(super) currency: String,
    pub(super) uses: Vec<Use>,
    pub(super) row: Row<Decimal>,
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

pub(super) struct TariffLine {
    pub(super) hs: String,
    pub(super) row: Row<Tariff>,
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
        if tariff.refund.is_some_and(|it| it > tariff.vat) {
            let message = format!(
                "more than \"vat\" ({}): no more is refunded than was levied",
                tariff.vat.normalize()
            );
            return Err(wrong(path, "refund", message));
        }
        Ok(TariffLine {
            hs,
            row: row(&fields, path, tariff)?,
        })
    }
}

pub(super) struct PriceLine {
    pub(super) key: PriceKey,
    pub(super) row: Row<Price>,
}

impl FromJson for PriceLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<PriceLine, Error> {
        let own = ["handbook", "material", "list", "price", "currency"];
        let fields = Fields::of(json, path, &known(&own))?;
        let handbook = fields.required::<Code<HandbookNo>>("handbook")?.0;
        let material = fields.required::<Material>("material")?.0;
        let price = Price {
            price: fields.required::<Money>("price")?.0,
            currency: fields.required::<Code<Currency>>("currency")?.0,
        };
        Ok(PriceLine {
            key: (handbook, material, fields.optional("list")?),
            row: row(&fields, path, price)?,
        })
    }
}

pub(super) struct BeginsLine {
    pub(super) key: (HandbookNo, Option<u16>),
    pub(super) day: Date,
    pub(super) source: Source,
}

impl FromJson for BeginsLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<BeginsLine, Error> {
        let own = ["handbook", "material", "day", "source", "certainty"];
        let fields = Fields::of(json, path, &own)?;
        let handbook = fields.required::<Code<HandbookNo>>("handbook")?.0;
        let material = fields.optional::<Material>("material")?.map(|it| it.0);
        let certainty = fields.optional::<Sure>("certainty")?.map(|it| it.0);
        Ok(BeginsLine {
            key: (handbook, material),
            day: fields.required::<Date>("day")?,
            source: Source::given(fields.required("source")?, certainty),
        })
    }
}

pub(super) struct SaleLine {
    pub(super) key: (String, Option<u32>),
    pub(super) facts: SaleFacts,
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

pub(super) struct ParameterLine {
    pub(super) name: &'static str,
    pub(super) row: Row<Decimal>,
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
pub(super) struct Plain<T>(pub(super) Row<T>);

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
pub(super) struct Of<T>(pub(super) HandbookNo, pub(super) Row<T>);

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

pub(super) struct RefundLine {
    pub(super) handbook: HandbookNo,
    pub(super) planned: Row<Decimal>,
    pub(super) producer: Option<Row<Producer>>,
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
        let own = [
            "list", "line", "quantity", "usd", "cny", "rate", "hs", "agent", "source",
        ];
        let fields = Fields::of(json, path, &own)?;
        fields.optional::<String>("source")?;
        let hs = fields.optional::<String>("hs")?;
        let digits = |it: &String| {
            (2..=13).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit())
        };
        if let Some(wrong_code) = hs.as_ref().filter(|it| !digits(it)) {
            let message = format!("found {wrong_code:?}, expected the digits of a product code");
            return Err(wrong(path, "hs", message));
        }
        Ok(Claim {
            list: fields.required("list")?,
            line: fields.required::<Number>("line")?.0,
            quantity: fields.required::<Signed<13>>("quantity")?.0,
            usd: fields.required::<Signed<13>>("usd")?.0,
            cny: fields.optional::<Signed<13>>("cny")?.map(|it| it.0),
            hs,
            agent: fields.optional::<bool>("agent")?.unwrap_or_default(),
            rate: fields.optional::<Figure<1>>("rate")?.map(|it| it.0),
        })
    }
}
