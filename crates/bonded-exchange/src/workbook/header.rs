//! The head of the workbook (表头): whose handbook it is, which, and for how long.

use serde_json::{Map, Value as Json, json};

use super::customs::{self, CUSTOMS};
use super::error::WorkbookError;
use super::import::{ConsumptionDeclared, ImportOptions, Trade};
use super::labels::{KEPT, Labels, READ_AND_KEPT};
use super::row::Context;
use super::sheet::{Book, Value};
use super::values::{date, key, narrow, quoted, uscc_is_valid};
use crate::fields;

/// What an entry takes from the head. Where something is missing the problem has been noted.
pub(crate) struct Head {
    pub(crate) date: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) trade: Option<Trade>,
    pub(crate) operator: Json,
    pub(crate) processor: Json,
    pub(crate) valid_from: Option<String>,
    pub(crate) valid_until: Option<String>,
    pub(crate) consumption_declared: ConsumptionDeclared,
    pub(crate) self_verification: bool,
    pub(crate) ext: Map<String, Json>,
}

/// Reads the head; also settles whether this is an account book.
pub(crate) fn read(
    book: &mut Book<'_>,
    options: &ImportOptions,
    context: &mut Context<'_>,
) -> Result<Head, WorkbookError> {
    let labels = Labels::read(book, context)?;
    context.unified_number = labels.text("unified_number");
    let number = labels.number(options, context);
    context.account_book = match &number {
        Some(number) => number.starts_with('E'),
        None => (labels.label("number")).is_some_and(|l| l.contains('账') || l.contains('帐')),
    };
    let operator = labels.enterprise("operator", context);
    let no_processor = ["processor_uscc", "processor_customs_code", "processor_name"]
        .iter()
        .all(|f| labels.value(f).is_none());
    let processor = match no_processor {
        true => {
            let note = "the processor (加工单位) is blank: the operator was taken";
            context.notes.add(note.to_owned());
            operator.clone()
        }
        false => labels.enterprise("processor", context),
    };
    let trade = labels.trade(number.as_deref(), options, context);
    let entered = labels.date("entered", context);
    let declared = labels.date("declared", context);
    let known = entered.clone().map(|d| (d, "录入日期, date of input"));
    let known = known.or(declared.map(|d| (d, "申报日期, date of declaration")));
    let date = option_date("date", options.date.as_deref(), context);
    let date = date.or(known.clone().map(|k| k.0));
    let valid_from = option_date("valid_from", options.valid_from.as_deref(), context);
    let valid_from = match (valid_from, &known) {
        (Some(day), _) => Some(day),
        (None, Some((day, source))) => {
            context.notes.add(format!(
                "the workbook does not say from when the handbook is valid: {day} ({source}) was taken"
            ));
            Some(day.clone())
        }
        (None, None) => None,
    };
    if (date.is_none() || valid_from.is_none()) && !labels.sheet.is_empty() {
        let expected = "a date (yyyyMMdd)";
        let advice = "fill it in, or give the options date and valid_from";
        labels.problem("entered", expected, advice, context);
    }
    let valid_until = match option_date("valid_until", options.valid_until.as_deref(), context) {
        Some(day) => Some(day),
        None => labels.required_date("valid_until", context),
    };
    if let (Some(from), Some(until)) = (&valid_from, &valid_until)
        && until < from
    {
        let expected = format!("a date not before the first day of validity, {from}");
        let advice = "correct it, or give the options valid_from and valid_until";
        labels.problem("valid_until", &expected, advice, context);
    }
    labels.note_suspension(context);
    Ok(Head {
        date,
        number,
        trade,
        operator,
        processor,
        valid_from,
        valid_until,
        consumption_declared: labels.consumption_declared(options, context),
        self_verification: labels.self_verification(context),
        ext: labels.ext(context),
    })
}

fn option_date(name: &str, given: Option<&str>, context: &mut Context<'_>) -> Option<String> {
    let given = given?;
    let day = date(given);
    if day.is_none() {
        let column = format!("option {name}");
        let advice = "correct the option";
        (context.problems).general(
            "option_invalid",
            "",
            &column,
            &quoted(given),
            "a date (YYYY-MM-DD)",
            advice,
        );
    }
    day
}

impl Labels {
    fn number(&self, options: &ImportOptions, context: &mut Context<'_>) -> Option<String> {
        let expected = "12 characters: B, C or E, four digits of the customs district, \
                        seven digits or capital letters";
        if let Some(given) = &options.number {
            let number = narrow(given).to_uppercase();
            if !is_number(&number) {
                let advice = "correct the option";
                let column = "option number";
                (context.problems).general(
                    "option_invalid",
                    "",
                    column,
                    &quoted(given),
                    expected,
                    advice,
                );
                return None;
            }
            if let Some(theirs) = self.text("number").filter(|t| narrow(t) != number) {
                context.notes.add(format!(
                    "{}: the number {theirs} was replaced by {number}",
                    self.place("number")
                ));
            }
            return Some(number);
        }
        let number = self.text("number").map(|t| narrow(&t).to_uppercase());
        if number.as_deref().is_some_and(is_number) {
            return number;
        }
        if !self.sheet.is_empty() {
            let advice = "only processing handbooks (B, C) and account books (E) are kept; \
                          correct the number, or give the option number";
            self.problem("number", expected, advice, context);
        }
        None
    }

    fn enterprise(&self, role: &str, context: &mut Context<'_>) -> Json {
        if self.sheet.is_empty() {
            return Json::Null;
        }
        let field = |name: &str| format!("{role}_{name}");
        let code = |name: &str| self.text(&field(name)).map(|t| narrow(&t).to_uppercase());
        let uscc = code("uscc");
        match &uscc {
            None => {
                let expected = "the unified social credit code, 18 characters";
                self.problem(&field("uscc"), expected, "fill it in", context);
            }
            Some(uscc) if !uscc_is_valid(uscc) => context.notes.at(
                "not a valid unified social credit code (18 characters, check character of GB 32100-2015); \
                 the entry has it as it stands",
                || format!("{} {}", self.place(&field("uscc")), quoted(uscc)),
            ),
            Some(_) => {}
        }
        let customs_code = code("customs_code");
        let proper = |c: &String| {
            c.len() == 10
                && c.bytes()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        };
        if !customs_code.as_ref().is_some_and(proper) {
            let expected = "the enterprise's customs code, 10 digits or capital letters";
            self.problem(&field("customs_code"), expected, "correct it", context);
        }
        let name = self.text(&field("name"));
        if name.is_none() {
            self.problem(&field("name"), "a name", "fill it in", context);
        }
        json!({ "uscc": uscc, "customs_code": customs_code, "name": name })
    }

    /// From the number's letter (B, C); of an account book from the option, or from what the head says.
    fn trade(
        &self,
        number: Option<&str>,
        options: &ImportOptions,
        context: &mut Context<'_>,
    ) -> Option<Trade> {
        let said: Vec<(&str, Trade)> = ["type", "mode", "levy"]
            .into_iter()
            .filter_map(|field| Some((field, self.trade_said(field, context)?)))
            .collect();
        let letter = match number.and_then(|n| n.chars().next()) {
            Some('B') => Some(Trade::SuppliedMaterials),
            Some('C') => Some(Trade::ImportedMaterials),
            _ => None,
        };
        if let Some(trade) = letter.or(options.trade) {
            if let Some((field, _)) = said.iter().find(|(_, t)| *t != trade) {
                let expected = format!("the trade {}", trade.as_str());
                let advice = match letter {
                    Some(_) => {
                        "the letter of the number and this field must agree: correct one of them"
                    }
                    None => "the option trade and this field must agree: correct one of them",
                };
                self.problem(field, &expected, advice, context);
            }
            return Some(trade);
        }
        // Without a number the trade is not the trouble.
        number?;
        let mut trades = said.iter().map(|(_, t)| *t);
        match trades.next() {
            Some(trade) if trades.all(|t| t == trade) => Some(trade),
            _ => {
                let expected =
                    "来料加工 or 进料加工, here or in the type of the account book (账册类型)";
                let advice = "give the option trade: supplied_materials or imported_materials";
                self.problem("mode", expected, advice, context);
                None
            }
        }
    }

    fn trade_said(&self, field: &str, context: &Context<'_>) -> Option<Trade> {
        let text = self.text(field)?;
        let name = match (field, key(&text).as_str()) {
            ("type", "b") | ("levy", "502") => "来料".to_owned(),
            ("type", "c") | ("levy", "503") => "进料".to_owned(),
            ("mode", code) => match context.codes.supervision_mode(code) {
                Some(mode) => mode.name.clone(),
                None => text,
            },
            _ => text,
        };
        match (name.contains("来料"), name.contains("进料")) {
            (true, false) => Some(Trade::SuppliedMaterials),
            (false, true) => Some(Trade::ImportedMaterials),
            _ => None,
        }
    }

    fn consumption_declared(
        &self,
        options: &ImportOptions,
        context: &mut Context<'_>,
    ) -> ConsumptionDeclared {
        if let Some(given) = options.consumption_declared {
            return given;
        }
        let text = self.text("consumption_declared").unwrap_or_default();
        match key(&text).as_str() {
            "1" => ConsumptionDeclared::BeforeExport,
            "2" => ConsumptionDeclared::BeforeClosure,
            t if t.contains("出口前") => ConsumptionDeclared::BeforeExport,
            t if t.contains("报核前") => ConsumptionDeclared::BeforeClosure,
            "" => {
                context.notes.add(
                    "the workbook does not say when unit consumption must be declared \
                     (单耗申报环节): before export (出口前), customs' default, was taken"
                        .to_owned(),
                );
                ConsumptionDeclared::BeforeExport
            }
            _ => {
                let expected = "出口前 (before export) or 报核前 (before closure)";
                let advice = "correct it, or give the option consumption_declared";
                self.problem("consumption_declared", expected, advice, context);
                ConsumptionDeclared::BeforeExport
            }
        }
    }

    fn self_verification(&self, context: &mut Context<'_>) -> bool {
        let text = self.text("self_verification").unwrap_or_default();
        match key(&text).as_str() {
            "1" | "具备" | "是" | "有" => true,
            "" | "0" | "不具备" | "否" | "无" => false,
            _ => {
                let place = self.place("self_verification");
                context.notes.add(format!(
                    "{place}: {} was not understood, no self-verification (自核资格) was taken",
                    quoted(&text)
                ));
                false
            }
        }
    }

    fn note_suspension(&self, context: &mut Context<'_>) {
        let text = self.text("suspended").unwrap_or_default();
        let running = [
            "",
            "未暂停",
            "正常执行",
            "恢复执行",
            "未开始执行",
            "0",
            "1",
            "2",
        ];
        if !running.contains(&key(&text).as_str()) {
            let place = self.place("suspended");
            context.notes.add(format!(
                "{place}: imports or exports are suspended ({}); record it with suspend_handbook",
                quoted(&text)
            ));
        }
    }

    /// What identifies the workbook and has no field of its own.
    fn ext(&self, context: &Context<'_>) -> Map<String, Json> {
        let mut ext = Map::new();
        if let Some(number) = self.text("unified_number") {
            ext.insert("unified_number".to_owned(), json!(number));
        }
        let changes = self.value("changes").and_then(Value::decimal);
        if let Some(changes) = changes.and_then(|d| d.text.parse::<u32>().ok()) {
            ext.insert("changes".to_owned(), json!(changes));
        }
        if context.particulars {
            let customs = self.customs(context);
            if !customs.is_empty() {
                ext.insert(CUSTOMS.to_owned(), Json::Object(customs));
            }
        }
        ext
    }
}

impl Labels {
    /// Under the names of the elements of the book's head.
    fn customs(&self, context: &Context<'_>) -> Map<String, Json> {
        let record = match context.account_book {
            true => &fields::EMS_PUTREC_BSC,
            false => &fields::EML_PUTREC_BSC,
        };
        let book_type = context.account_book.then_some(("type", "emsTypecd"));
        let kept = KEPT.iter().map(|(element, _)| (*element, *element));
        let all = READ_AND_KEPT.iter().copied().chain(book_type).chain(kept);
        all.filter_map(|(field, element)| {
            let text = self.value(field)?.kept()?;
            let value = customs::coded(record, element, &text, context.codes);
            Some((element.to_owned(), json!(value)))
        })
        .collect()
    }
}

fn is_number(number: &str) -> bool {
    let bytes = number.as_bytes();
    let [letter, rest @ ..] = bytes else {
        return false;
    };
    let (district, serial) = rest.split_at(rest.len().min(4));
    matches!(letter, b'B' | b'C' | b'E')
        && bytes.len() == 12
        && district.iter().all(u8::is_ascii_digit)
        && serial
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}
