//! Labels of the head (表头) with their values to the right, wherever they stand.

use super::error::{Problem, WorkbookError};
use super::row::Context;
use super::sheet::{Book, Value};
use super::table::missing_sheet;
use super::values::{a1, key};
use std::collections::BTreeMap;

/// The labels, by field; the first is the usual one. The names of account books' labels are those of
/// the schema's fields and of the templates, since no export was at hand.
const LABELS: &[(&str, &[&str])] = &[
    (
        "number",
        &[
            "加工贸易手册编号",
            "手册编号",
            "加工贸易账册编号",
            "账册编号",
            "帐册编号",
            "手(账)册编号",
            "手账册编号",
        ],
    ),
    ("unified_number", &["预录入统一编号", "统一编号"]),
    (
        "type",
        &[
            "手册类型",
            "手册类型代码",
            "账册类型",
            "账册类型代码",
            "帐册类型",
        ],
    ),
    ("mode", &["监管方式", "监管方式代码"]),
    ("levy", &["征免性质", "征免性质代码"]),
    (
        "operator_customs_code",
        &[
            "经营单位编码",
            "经营单位代码",
            "经营企业编码",
            "经营企业编号",
            "经营企业代码",
        ],
    ),
    (
        "operator_uscc",
        &[
            "经营单位社会信用代码",
            "经营单位统一社会信用代码",
            "经营企业社会信用代码",
            "经营企业统一社会信用代码",
        ],
    ),
    ("operator_name", &["经营单位名称", "经营企业名称"]),
    (
        "processor_customs_code",
        &[
            "加工单位编码",
            "加工单位代码",
            "加工企业编码",
            "加工企业编号",
            "加工企业代码",
            "收货企业编号",
        ],
    ),
    (
        "processor_uscc",
        &[
            "加工单位社会信用代码",
            "加工单位统一社会信用代码",
            "加工企业社会信用代码",
            "加工企业统一社会信用代码",
            "收发货企业社会信用代码",
        ],
    ),
    (
        "processor_name",
        &["加工单位名称", "加工企业名称", "收货企业名称"],
    ),
    (
        "valid_until",
        &[
            "有效期",
            "有效日期",
            "结束有效期",
            "结束有效日期",
            "有效期至",
        ],
    ),
    ("entered", &["录入日期", "录入时间"]),
    ("declared", &["申报日期", "申报时间"]),
    (
        "consumption_declared",
        &["单耗申报环节代码", "单耗申报环节"],
    ),
    (
        "suspended",
        &["暂停进出口标记", "暂停进出口标记代码", "暂停进出口标志"],
    ),
    (
        "self_verification",
        &[
            "自核资格标记",
            "自核资格标志",
            "企业具备自核资格标志",
            "企业自核资格标志",
        ],
    ),
    ("changes", &["手册变更次数", "账册变更次数", "变更次数"]),
];

/// Labels of which the journal has no field: their element, and their names. Where no element is known
/// they are kept under their own name.
pub(crate) const KEPT: &[(&str, &[&str])] = &[
    ("etpsPreentNo", &["企业内部编号", "企业预录入编号"]),
    ("masterCuscd", &["主管海关", "主管关区", "主管关区代码"]),
    ("dclTypecd", &["申报类型", "申报类型代码"]),
    (
        "dclEtpsno",
        &["申报单位编码", "申报企业编号", "申报企业编码"],
    ),
    (
        "dclEtpsSccd",
        &["申报单位社会信用代码", "申报企业社会信用代码"],
    ),
    ("dclEtpsNm", &["申报单位名称", "申报企业名称"]),
    ("rcvgdEtpsDtcd", &["加工企业地区代码", "收货企业地区代码"]),
    ("dclEtpsTypecd", &["申报企业类型", "申报企业类型代码"]),
    ("impCtrtNo", &["进口合同号"]),
    ("expCtrtNo", &["出口合同号"]),
    ("produceTypecd", &["加工种类", "加工种类代码"]),
    ("impexpPortcd", &["进出口岸", "进出口岸代码"]),
    ("impCurrcd", &["进口币制", "进口币制代码"]),
    ("expCurrcd", &["出口币制", "出口币制代码"]),
    (
        "stndbkBankcd",
        &["台账银行代码", "台帐银行代码", "手册用途"],
    ),
    ("inputEtpsTypecd", &["录入单位编码", "录入单位代码"]),
    (
        "inputEtpsSccd",
        &["录入单位社会信用代码", "录入单位统一社会信用代码"],
    ),
    ("inputEtpsNm", &["录入单位名称"]),
    (
        "pauseChgMarkcd",
        &["暂停变更标记", "暂停变更标记代码", "暂停变更标志"],
    ),
    ("linkMan", &["企业联系人", "联系人"]),
    ("linkManTel", &["联系人手机号", "联系人电话"]),
    ("apcretNo", &["批准证编号", "业务批准证编号"]),
    ("productRatio", &["加工生产能力"]),
    ("netwkEtpsArcrpNo", &["联网企业档案库编号", "档案库编号"]),
    ("maxTovrAmt", &["最大周转金额"]),
    ("vclrPridVal", &["核销周期", "核销周期值"]),
    (
        "ucnsVernoCntrFlag",
        &["单耗版本号控制标志", "单耗版本号控制标记"],
    ),
    ("首次出口日期", &["首次出口日期"]),
    ("延期次数", &["延期次数"]),
    ("rmk", &["备注"]),
];

/// Labels that the journal reads and of which a document wants more: their field, and their element.
pub(crate) const READ_AND_KEPT: &[(&str, &str)] = &[
    ("unified_number", "seqNo"),
    ("mode", "supvModecd"),
    ("levy", "reduNatrcd"),
    ("declared", "dclTime"),
    ("entered", "inputTime"),
    ("suspended", "pauseImpexpMarkcd"),
    ("changes", "chgTmsCnt"),
];

/// More cells than any head has; the rest is not looked at.
const CELLS: usize = 20_000;

/// The labels found.
pub(crate) struct Labels {
    /// Empty where there is no such sheet.
    pub(crate) sheet: String,
    found: BTreeMap<&'static str, Labelled>,
}

struct Labelled {
    label: String,
    cell: String,
    value: Option<Value>,
}

impl Labels {
    pub(crate) fn read(
        book: &mut Book<'_>,
        context: &mut Context<'_>,
    ) -> Result<Self, WorkbookError> {
        let mut found: BTreeMap<&'static str, Labelled> = BTreeMap::new();
        let Some(sheet) = book.find(&["表头"]) else {
            missing_sheet(book, "表头", "head", context.problems);
            let sheet = String::new();
            return Ok(Self { sheet, found });
        };
        let mut cells: BTreeMap<(u32, u32), Value> = BTreeMap::new();
        book.rows(&sheet, context.limits, |row, values| {
            for (column, value) in values {
                cells.insert((row, column), value);
            }
            cells.len() < CELLS
        })?;
        let merged = book.merged(&sheet);
        for ((row, column), value) in &cells {
            let Some((field, label)) = label_of(value) else {
                continue;
            };
            let end = merged.get(&(*row, *column)).unwrap_or(column);
            let place = (*row, end.saturating_add(1));
            let value = cells.get(&place).filter(|v| label_of(v).is_none());
            // A label that stands twice counts where it has a value.
            if found.get(field).is_none_or(|f| f.value.is_none()) {
                let labelled = Labelled {
                    label: label.to_owned(),
                    cell: a1(place.0, place.1),
                    value: value.cloned(),
                };
                found.insert(field, labelled);
            }
        }
        Ok(Self { sheet, found })
    }

    pub(crate) fn label(&self, field: &str) -> Option<&str> {
        self.found.get(field).map(|f| f.label.as_str())
    }

    pub(crate) fn value(&self, field: &str) -> Option<&Value> {
        self.found.get(field)?.value.as_ref()
    }

    pub(crate) fn text(&self, field: &str) -> Option<String> {
        self.value(field)?.text()
    }

    pub(crate) fn place(&self, field: &str) -> String {
        match self.found.get(field) {
            Some(found) => format!("{}!{}", self.sheet, found.cell),
            None => self.sheet.clone(),
        }
    }

    pub(crate) fn problem(
        &self,
        field: &str,
        expected: &str,
        advice: &str,
        context: &mut Context<'_>,
    ) {
        let found = self.found.get(field);
        let usual = LABELS.iter().find(|(f, _)| *f == field);
        let usual = usual.and_then(|(_, names)| names.first()).copied();
        let label = found.map_or(usual.unwrap_or_default(), |f| f.label.as_str());
        context.problems.push(Problem {
            code: match (found, self.value(field)) {
                (None, _) => "label_missing",
                (_, None) => "cell_missing",
                _ => "cell_invalid",
            },
            sheet: self.sheet.clone(),
            cell: found.map(|f| f.cell.clone()).unwrap_or_default(),
            column: format!("{label} ({})", field.replace('_', " ")),
            found: match (found, self.value(field)) {
                (None, _) => "no such label".to_owned(),
                (_, None) => "a blank cell".to_owned(),
                (_, Some(value)) => value.shown(),
            },
            expected: expected.to_owned(),
            advice: advice.to_owned(),
        });
    }

    pub(crate) fn date(&self, field: &str, context: &mut Context<'_>) -> Option<String> {
        let day = self.value(field)?.day();
        if day.is_none() {
            let expected = "a date (yyyyMMdd)";
            self.problem(field, expected, "correct the cell", context);
        }
        day
    }

    pub(crate) fn required_date(&self, field: &str, context: &mut Context<'_>) -> Option<String> {
        if self.value(field).is_none() && !self.sheet.is_empty() {
            let advice = format!("fill it in, or give the option {field}");
            self.problem(field, "a date (yyyyMMdd)", &advice, context);
        }
        self.date(field, context)
    }
}

fn label_of(value: &Value) -> Option<(&'static str, &str)> {
    let Value::Text(text) = value else {
        return None;
    };
    let name = key(text);
    let mut all = LABELS.iter().chain(KEPT);
    let (field, _) = all.find(|(_, names)| names.contains(&name.as_str()))?;
    Some((field, text))
}
