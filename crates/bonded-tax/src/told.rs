//! Every step of an answer, beside the figure that it explains.

use serde::Serialize;
use serde_json::Value;

use crate::rules::{Rule, find};

/// A step, as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Which figure it explains, as a path (`goods[0].value`).
    pub figure: String,
    /// What the figure is; empty where it is no single one.
    pub value: String,
    /// The rule.
    pub rule: &'static Rule,
    /// The step with its figures.
    pub text: String,
    /// The lines of lists it was had from.
    pub lines: Vec<String>,
    /// The dated rows that were in force.
    pub rows: Vec<String>,
}

/// The steps of an answer, in its order: of whatever has been computed here.
///
/// # Errors
/// Where the answer cannot be written as JSON, which all answers of this crate can.
pub fn told<T: Serialize>(answer: &T) -> Result<Vec<Said>, serde_json::Error> {
    let mut said = Vec::new();
    walk(&serde_json::to_value(answer)?, String::new(), &mut said);
    Ok(said)
}

fn walk(value: &Value, path: String, said: &mut Vec<Said>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, format!("{path}[{at}]"), said);
            }
        }
        Value::Object(fields) => {
            for step in fields
                .get("because")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                said.extend(one(step, fields.get("value"), &path));
            }
            for (name, field) in fields.iter().filter(|it| it.0 != "because") {
                let dot = if path.is_empty() { "" } else { "." };
                walk(field, format!("{path}{dot}{name}"), said);
            }
        }
        _ => {}
    }
}

fn one(step: &Value, value: Option<&Value>, figure: &str) -> Option<Said> {
    let text = |it: &Value| it.as_str().map(str::to_owned);
    let list = |name: &str, of: fn(&Value) -> String| -> Vec<String> {
        let items = step.get(name).and_then(Value::as_array).into_iter();
        items.flatten().map(of).collect()
    };
    let shown = |it: &Value| match it {
        Value::String(it) => it.clone(),
        Value::Object(_) | Value::Array(_) | Value::Null => String::new(),
        other => other.to_string(),
    };
    Some(Said {
        figure: figure.to_owned(),
        value: value.map(shown).unwrap_or_default(),
        rule: find(step.get("rule")?.as_str()?)?,
        text: step.get("text").and_then(text)?,
        lines: list("lines", |it| {
            format!(
                "{} line {}",
                it["list"].as_str().unwrap_or_default(),
                it["line"]
            )
        }),
        rows: list("rows", |it| {
            let field = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
            let source = &it["source"];
            format!(
                "{} {} from {}: {} ({})",
                field("name"),
                field("value"),
                field("from"),
                source["text"].as_str().unwrap_or_default(),
                source["certainty"].as_str().unwrap_or_default()
            )
        }),
    })
}
