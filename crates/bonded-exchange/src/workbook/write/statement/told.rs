//! Sheets of what a ledger tells in words: reasons, goods at contractors, lists.

use bonded_ledger::{
    HandbookNo, ItemRef, Law, ListSummary, Movement, Reason, Statement, Status, Warning,
};

use super::super::table::{Cell, Head, Table};
use super::{Balances, head, status, wide};
use crate::codes::Codes;

pub(super) fn reasons(balances: &Balances<'_>) -> Table {
    let mut rows = Vec::new();
    for book in &balances.statement.handbooks {
        let open = book.status == Status::Open;
        if !open || book.reasons.is_empty() {
            let told = match book.status {
                Status::Open => "无 none: 可报核 ready to close",
                other => status(other),
            };
            let mut row = vec![Cell::text(book.handbook), Cell::text(told)];
            row.resize(7, Cell::Blank);
            rows.push(row);
        }
        for it in book.reasons.iter().filter(|_| open) {
            let evidence = evidence_of_reason(it);
            rows.push(told(book.handbook, "必须解决 must be settled", evidence));
        }
        let advice = balances.advice.iter().filter(|it| it.0 == book.handbook);
        for it in advice.flat_map(|it| &it.1) {
            let evidence = evidence_of_warning(it);
            rows.push(told(book.handbook, "提示 only warned of", evidence));
        }
    }
    Table {
        title: "可否报核及原因 Ready to close, and if not, why".to_owned(),
        heads: vec![
            head("手(账)册编号", "handbook"),
            head("性质", "kind"),
            head("代码", "code"),
            wide("说明", "message, with its figures"),
            head("差额", "difference"),
            wide("依据", "source and its certainty"),
            wide("怎么办", "what to do"),
        ],
        rows,
        frozen: 1,
        ..Table::default()
    }
}

struct Evidence<'a> {
    code: &'a str,
    message: &'a str,
    difference: Option<&'a str>,
    law: &'static [Law],
    way_out: &'a str,
}

fn evidence_of_reason(it: &Reason) -> Evidence<'_> {
    Evidence {
        code: it.code(),
        message: it.message(),
        difference: it.difference(),
        law: it.law(),
        way_out: it.rule().way_out,
    }
}

fn evidence_of_warning(it: &Warning) -> Evidence<'_> {
    Evidence {
        code: it.code(),
        message: it.message(),
        difference: it.difference(),
        law: it.law(),
        way_out: it.rule().way_out,
    }
}

fn told(handbook: HandbookNo, kind: &str, it: Evidence<'_>) -> Vec<Cell> {
    let law: Vec<String> = it.law.iter().map(ToString::to_string).collect();
    let difference = it
        .difference
        .map(|it| match crate::values::plain_decimal(it) {
            Some(decimal) => Cell::Number(decimal),
            None => Cell::text(it),
        });
    vec![
        Cell::text(handbook),
        Cell::text(kind),
        Cell::text(it.code),
        Cell::text(it.message),
        difference.unwrap_or(Cell::Blank),
        Cell::text(law.join("\n")),
        Cell::text(it.way_out),
    ]
}

pub(super) fn outside(statement: &Statement) -> Table {
    let mut rows = Vec::new();
    for book in &statement.handbooks {
        for it in &book.outside {
            let (kind, seq) = match it.item {
                ItemRef::Material(seq) => ("料件 material", seq.to_string()),
                ItemRef::Product(seq) => ("成品 product", seq.to_string()),
            };
            rows.push(vec![
                Cell::text(book.handbook),
                Cell::text(it.contractor),
                Cell::text(kind),
                Cell::number(seq),
                Cell::number(it.quantity),
            ]);
        }
    }
    Table {
        title: "外发加工 Goods out at contractors".to_owned(),
        heads: vec![
            head("手(账)册编号", "handbook"),
            head("承揽者", "contractor"),
            head("料件/成品", "goods"),
            Head {
                ordinal: true,
                ..head("序号", "seq")
            },
            head("数量", "quantity"),
        ],
        rows,
        frozen: 1,
        ..Table::default()
    }
}

/// As of the day of the statement, as far as a list tells.
pub(super) fn state_of(list: &ListSummary, balances: &Balances<'_>) -> &'static str {
    let day = balances.statement.as_of;
    let booked_later = day.is_some_and(|day| list.booked.is_some_and(|it| it > day));
    match list.state {
        _ if day.is_some_and(|day| list.declared.is_some_and(|it| it > day)) => "",
        "booked" if booked_later => "pending",
        state => state,
    }
}

pub(super) fn lists(balances: &Balances<'_>, codes: &Codes) -> Table {
    let of_these = |it: &&ListSummary| {
        let mut books = balances.statement.handbooks.iter();
        books.any(|book| book.handbook == it.handbook) && !state_of(it, balances).is_empty()
    };
    let rows = balances.lists.iter().filter(of_these).map(|it| {
        let state = match state_of(it, balances) {
            "pending" => "预核扣 pending",
            "booked" => "已核扣 booked",
            _ => "已删单 withdrawn",
        };
        let mode = codes.supervision_mode(it.mode.as_str());
        let mode = mode.map_or_else(String::new, |it| format!(" {}", it.name));
        let moved = Movement::ALL
            .iter()
            .find(|known| known.column() == it.column);
        let booked = it.booked.filter(|_| state.starts_with("已核扣"));
        vec![
            Cell::text(it.handbook),
            Cell::text(&it.number),
            Cell::text(it.customs_number.as_deref().unwrap_or_default()),
            Cell::text(format!("{}{mode}", it.mode)),
            Cell::text(moved.map_or(it.column, |it| it.describe())),
            Cell::text(state),
            Cell::day(it.declared),
            Cell::day(booked),
            Cell::number(it.lines),
            Cell::text(it.reference.as_deref().unwrap_or_default()),
            it.counterpart.map_or(Cell::Blank, Cell::text),
            Cell::text(it.customs_declaration.as_deref().unwrap_or_default()),
        ]
    });
    let optional = |it: Head| Head {
        always: false,
        ..it
    };
    Table {
        title: "保税核注清单 Lists".to_owned(),
        heads: vec![
            head("手(账)册编号", "handbook"),
            head("清单编号", "number"),
            optional(head("海关清单编号", "customs number")),
            head("监管方式", "mode"),
            head("计入", "counts as"),
            head("状态", "state"),
            head("申报日期", "declared"),
            head("核扣日期", "booked"),
            Head {
                ordinal: true,
                ..head("行数", "lines")
            },
            optional(head("企业单据号", "reference")),
            optional(head("对方手(账)册", "counterpart")),
            optional(head("报关单号", "customs declaration")),
        ],
        rows: rows.collect(),
        frozen: 2,
        ..Table::default()
    }
}
