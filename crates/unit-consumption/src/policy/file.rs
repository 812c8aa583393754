//! A policy as a file: what it leaves out is what is shipped.

use exact_json::{Error, Fields, FromJson, Json, Path, invalid, text, whole};

use super::{Limits, Policy};
use crate::declaration::Standard;
use crate::eligibility::{Asked, Condition};
use crate::{Date, Net, Percent};

impl Policy {
    /// Reads one JSON object; see `docs/consumption.md`. What it leaves out is what is shipped.
    ///
    /// ```
    /// use unit_consumption::Policy;
    /// let policy = Policy::from_json(
    ///     r#"{"limits":[{"from":"2026-01-01","deviation":"0.5","source":"handbook of quality, 4.2"}]}"#,
    /// )?;
    /// assert_eq!(policy.on(None).deviation.to_string(), "0.5");
    /// assert_eq!(policy.on(None).outlier.to_string(), "20"); // as shipped
    /// # Ok::<(), exact_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is not one JSON object with these fields.
    pub fn from_json(json: &str) -> Result<Policy, Error> {
        let expected = "a policy such as {\"limits\":[…],\"standards\":[…]}";
        let json = Json::parse(json).map_err(|error| Error::syntax(&error, expected))?;
        let known = ["limits", "standards", "eligibility", "note", "ext"];
        let fields = Fields::of(&json, &Path::Root, &known)?;
        fields.optional::<String>("note")?;
        fields.optional::<exact_json::Ext>("ext")?;
        let mut policy = Policy::builtin();
        if let Some(mut limits) = fields.optional::<Vec<Limits>>("limits")? {
            limits.sort_by_key(|it| it.from);
            if limits.is_empty() {
                let path = Path::Field(&Path::Root, "limits");
                let message = "empty, expected at least one row, or nothing for what is shipped";
                return Err(Error::new("invalid_value", &path, message));
            }
            // What comes into force later does not judge what was declared before.
            let shipped = policy.limits.swap_remove(0);
            if limits[0].from > shipped.from {
                limits.insert(0, shipped);
            }
            policy.limits = limits;
        }
        policy.standards = fields.list("standards")?;
        if let Some(eligibility) = fields.optional("eligibility")? {
            policy.eligibility = eligibility;
        }
        Ok(policy)
    }
}

impl FromJson for Limits {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Limits, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "from",
                "deviation",
                "scrap",
                "outlier",
                "mass",
                "stage_yield",
                "drift",
                "step_months",
                "source",
            ],
        )?;
        let shipped = Policy::builtin();
        let shipped = shipped.on(None);
        let percent = |name, shipped: Percent| -> Result<Percent, Error> {
            Ok(fields.optional(name)?.unwrap_or(shipped))
        };
        Ok(Limits {
            from: fields.required("from")?,
            deviation: percent("deviation", shipped.deviation)?,
            scrap: percent("scrap", shipped.scrap)?,
            outlier: percent("outlier", shipped.outlier)?,
            mass: percent("mass", shipped.mass)?,
            stage_yield: percent("stage_yield", shipped.stage_yield)?,
            drift: percent("drift", shipped.drift)?,
            step_months: fields
                .optional::<Months>("step_months")?
                .map_or(shipped.step_months, |it| it.0),
            source: fields.required("source")?,
        })
    }
}

struct Months(u32);

impl FromJson for Months {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Months, Error> {
        const EXPECTED: &str = "a whole number of months from 1 to 120";
        u32::try_from(whole(json, path, EXPECTED)?)
            .ok()
            .filter(|it| (1..=120).contains(it))
            .map(Months)
            .ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

impl FromJson for Standard {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Standard, Error> {
        let known = [
            "product_hs",
            "material_hs",
            "upper",
            "lower",
            "from",
            "until",
            "source",
        ];
        let fields = Fields::of(json, path, &known)?;
        let standard = Standard {
            product: fields.required::<HsPrefix>("product_hs")?.0,
            material: fields.required::<HsPrefix>("material_hs")?.0,
            upper: fields.required::<Net>("upper")?,
            lower: fields.optional::<Net>("lower")?,
            from: fields.required::<Date>("from")?,
            until: fields.optional("until")?,
            source: fields.required("source")?,
        };
        if standard.lower.is_some_and(|lower| lower > standard.upper) {
            let message = "above \"upper\", expected at most that";
            return Err(Error::new(
                "invalid_value",
                &Path::Field(path, "lower"),
                message,
            ));
        }
        Ok(standard)
    }
}

/// The first digits of a code.
struct HsPrefix(String);

impl FromJson for HsPrefix {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<HsPrefix, Error> {
        const EXPECTED: &str = "the first 2 to 10 digits of a commodity code (商品编码)";
        let digits = text(json, path, EXPECTED)?;
        if (2..=10).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit()) {
            Ok(HsPrefix(digits.to_string()))
        } else {
            Err(invalid(json, path, EXPECTED))
        }
    }
}

impl FromJson for Asked {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Asked, Error> {
        let fields = Fields::of(json, path, &["condition", "from", "until"])?;
        Ok(Asked {
            condition: fields.required("condition")?,
            from: fields.required("from")?,
            until: fields.optional("until")?,
        })
    }
}

impl FromJson for Condition {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Condition, Error> {
        let expected = || format!("one of {}", Condition::WORDS.join(", "));
        Condition::from_word(text(json, path, &expected())?)
            .ok_or_else(|| invalid(json, path, &expected()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_count_from_their_days() {
        let policy = Policy::from_json(
            r#"{"limits":[
                {"from":"2026-07-01","deviation":"0.5","step_months":3,"source":"b"},
                {"from":"2026-01-01","deviation":"2","source":"a"}],
              "standards":[{"product_hs":"6203","material_hs":"52","upper":"1.2","from":"2011-07-15","source":"s"},
                {"product_hs":"620342","material_hs":"5208","upper":"1.1","from":"2011-07-15","until":"2020-01-01","source":"t"}],
              "eligibility":[{"condition":"credit","from":"2026-01-01"}]}"#,
        )
        .unwrap();
        let on = |day: &str| policy.on(crate::parse_date(day));
        assert_eq!(on("2025-12-31"), Policy::builtin().on(None));
        assert_eq!(on("2026-01-01").source, "a");
        assert_eq!(on("2026-06-30").deviation.to_string(), "2");
        assert_eq!(
            (
                on("2026-07-01").source.as_str(),
                on("2026-07-01").step_months
            ),
            ("b", 3)
        );
        let standard = |day: &str| {
            let found = policy.standard("6203429000", "5208110000", crate::parse_date(day));
            found.map(|it| it.source.as_str())
        };
        assert_eq!(standard("2010-01-01"), None);
        assert_eq!(standard("2019-01-01"), Some("t"));
        assert_eq!(standard("2020-01-02"), Some("s"));
        assert_eq!(policy.eligibility.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            (r#"{"limits":[]}"#, "limits: empty"),
            (
                r#"{"limits":[{"from":"2026-01-01"}]}"#,
                "limits[0].source: missing",
            ),
            (
                r#"{"limits":[{"from":"2026-01-01","source":"s","step_months":0}]}"#,
                "limits[0].step_months: found 0",
            ),
            (
                r#"{"standards":[{"product_hs":"6","material_hs":"52","upper":"1","from":"2026-01-01","source":"s"}]}"#,
                "standards[0].product_hs: found \"6\"",
            ),
            (
                r#"{"standards":[{"product_hs":"62","material_hs":"52","upper":"1","lower":"2","from":"2026-01-01","source":"s"}]}"#,
                "standards[0].lower: above",
            ),
            (
                r#"{"eligibility":[{"condition":"rich","from":"2026-01-01"}]}"#,
                "eligibility[0].condition: found \"rich\"",
            ),
            (
                r#"{"limit":[]}"#,
                "limit: unknown field, did you mean \"limits\"?",
            ),
        ] {
            let error = Policy::from_json(text).unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
