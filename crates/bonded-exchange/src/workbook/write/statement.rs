//! The statement (核销平衡表) and the closure (报核) as a workbook that one hands to a colleague.

mod closure;
mod columns;
mod meaning;
mod told;

use std::collections::BTreeMap;

use bonded_ledger::{
    ClosureReport, HandbookNo, HandbookStatement, ListSummary, MaterialRow, ProductRow, Statement,
    Status, Total, Unit, Warning,
};

use super::WriteError;
use super::cells;
use super::table::{Cell, Head, Table};
use crate::codes::Codes;
use columns::{Column, MATERIALS, PRODUCTS};

/// What a workbook of balances is made of: the answers of a ledger.
#[derive(Debug, Clone, Copy)]
pub struct Balances<'a> {
    /// `Ledger::statement_of`: of one handbook or of several, as a whole or as of a day.
    pub statement: &'a Statement,
    /// `Ledger::closure_report` of each; left out where it is not wanted, or as of a day, of which there
    /// is none.
    pub closures: &'a [ClosureReport],
    /// `Ledger::lists`, of the handbooks of the statement. As of a day, those declared later are left
    /// out, and those booked later are shown as pending.
    pub lists: &'a [ListSummary],
    /// `Ledger::closing_advice`: what is only warned of.
    pub advice: &'a [(HandbookNo, Vec<Warning>)],
}

/// Writes balances as a workbook: an overview, materials, products, the closure's figures under their
/// official names, the reasons why a handbook is not closable with their sources, the lists, and what
/// every column means and rests on.
///
/// Figures are numbers where a double shows the exact decimal (at most 15 significant digits), else
/// texts; they are never rounded. Totals are of one unit of measure. Columns in which nothing stands
/// are hidden. The same balances give the same bytes.
///
/// # Errors
/// Where there are more rows than a sheet has, or a text is longer than a cell may hold.
pub fn statement(balances: &Balances<'_>, codes: &Codes) -> Result<Vec<u8>, WriteError> {
    let about = about(balances.statement);
    let mut workbook = cells::workbook("核销平衡表 Statement of bonded goods")?;
    let sheets = [
        ("概览 Overview", overview(balances)),
        ("料件 Materials", materials(balances.statement, codes)),
        ("成品 Products", products(balances.statement, codes)),
        ("报核料件 Closure M", closure::materials(balances)),
        ("报核成品 Closure P", closure::products(balances)),
        ("原因 Reasons", told::reasons(balances)),
        ("外发 Outside", told::outside(balances.statement)),
        ("清单 Lists", told::lists(balances, codes)),
    ];
    for (name, mut table) in sheets {
        let optional = name.starts_with("报核") || name.starts_with("外发");
        if table.rows.is_empty() && optional {
            continue;
        }
        table.about.clone_from(&about);
        table.write(workbook.add_worksheet(), name)?;
    }
    let mut meaning = meaning::table();
    meaning.about = about;
    meaning.write(workbook.add_worksheet(), "说明 Columns")?;
    cells::bytes(workbook)
}

fn about(statement: &Statement) -> String {
    let entries = statement.entries;
    let day = match statement.as_of {
        Some(day) => format!(
            "截至 {day}；备案数量、状态、原因以全部记录为准 · as of {day}; approved quantities, status and \
             reasons are those of the whole journal"
        ),
        None => "全部记录 · of the whole journal".to_owned(),
    };
    format!(
        "{day} · {entries} 条记录 entries · 无数字的列已隐藏 · columns without a figure are hidden"
    )
}

fn head(chinese: &'static str, english: &'static str) -> Head {
    Head {
        chinese,
        english,
        always: true,
        ..Head::default()
    }
}

fn wide(chinese: &'static str, english: &'static str) -> Head {
    Head {
        wide: true,
        ..head(chinese, english)
    }
}

fn overview(balances: &Balances<'_>) -> Table {
    let rows = balances.statement.handbooks.iter().map(|book| {
        let closure = (balances.closures.iter()).find(|it| it.head.eml_no == book.handbook);
        let of = |state: &str| {
            let lists = balances.lists.iter();
            let lists = lists.filter(|it| it.handbook == book.handbook);
            lists
                .filter(|it| told::state_of(it, balances) == state)
                .count()
        };
        let open = book.status == Status::Open;
        let cycle = book.cycle.as_ref().map(|it| it.from);
        vec![
            Cell::text(book.handbook),
            Cell::text(status(book.status)),
            Cell::text(ready(book)),
            Cell::number(if open { book.reasons.len() } else { 0 }),
            Cell::day(Some(book.valid_until)),
            Cell::day(cycle),
            Cell::text(book.suspended.join(", ")),
            closure.map_or(Cell::Blank, |it| Cell::text(&it.head.bizop_etps_nm)),
            closure.map_or(Cell::Blank, |it| Cell::text(&it.head.owner_etps_nm)),
            Cell::number(book.materials.len()),
            Cell::number(book.products.len()),
            Cell::number(of("pending")),
            Cell::number(of("booked")),
            Cell::number(of("withdrawn")),
        ]
    });
    let optional = |it: Head| Head {
        always: false,
        ..it
    };
    Table {
        title: "核销平衡表 Statement of bonded goods".to_owned(),
        rows: rows.collect(),
        heads: vec![
            head("手(账)册编号", "handbook"),
            head("状态", "status"),
            head("可否报核", "ready to close"),
            head("原因数", "reasons"),
            head("有效期至", "valid until"),
            optional(head("本周期自", "cycle from")),
            optional(head("暂停", "suspended")),
            optional(head("经营企业", "operator")),
            optional(head("加工企业", "processor")),
            head("料件项数", "materials"),
            head("成品项数", "products"),
            head("预核扣清单", "lists pending"),
            head("已核扣清单", "lists booked"),
            optional(head("已删除清单", "lists withdrawn")),
        ],
        frozen: 1,
        ..Table::default()
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "执行中 open",
        Status::Reported => "已报核 reported",
        Status::Closed => "已结案 closed",
    }
}

fn ready(book: &HandbookStatement) -> &'static str {
    match (book.status, book.closable) {
        (Status::Open, true) => "可报核 ready",
        (Status::Open, false) => "不可报核 not ready",
        _ => "—",
    }
}

/// The columns that say which item it is.
fn identity() -> Vec<Head> {
    vec![
        head("手(账)册编号", "handbook"),
        Head {
            ordinal: true,
            ..head("序号", "seq")
        },
        head("料号", "code"),
        head("商品名称", "name"),
        head("商品编码", "hs"),
        head("计量单位", "unit"),
    ]
}

/// What is the same of materials and products.
trait Row: Sized + 'static {
    fn identity(&self) -> (String, &str, &str, String, Unit);
    const COLUMNS: &'static [Column<Self>];
}

impl Row for MaterialRow {
    fn identity(&self) -> (String, &str, &str, String, Unit) {
        let seq = self.seq.to_string();
        (seq, &self.code, &self.name, self.hs.to_string(), self.unit)
    }
    const COLUMNS: &'static [Column<Self>] = MATERIALS;
}

impl Row for ProductRow {
    fn identity(&self) -> (String, &str, &str, String, Unit) {
        let seq = self.seq.to_string();
        (seq, &self.code, &self.name, self.hs.to_string(), self.unit)
    }
    const COLUMNS: &'static [Column<Self>] = PRODUCTS;
}

fn materials(statement: &Statement, codes: &Codes) -> Table {
    let books = statement.handbooks.iter();
    let books = books.map(|it| (it.handbook, it.materials.as_slice()));
    items("料件 Materials", books, codes)
}

fn products(statement: &Statement, codes: &Codes) -> Table {
    let books = statement.handbooks.iter();
    let books = books.map(|it| (it.handbook, it.products.as_slice()));
    items("成品 Products", books, codes)
}

fn items<'a, R: Row>(
    title: &str,
    books: impl Iterator<Item = (HandbookNo, &'a [R])>,
    codes: &Codes,
) -> Table {
    let mut heads = identity();
    heads.extend(R::COLUMNS.iter().map(Column::head));
    let mut table = Table {
        title: title.to_owned(),
        heads,
        frozen: 4,
        ..Table::default()
    };
    for (handbook, rows) in books {
        // Of one unit only: kilograms and pieces have no sum.
        let mut units: BTreeMap<Unit, Vec<&R>> = BTreeMap::new();
        for row in rows {
            let (seq, code, name, hs, unit) = row.identity();
            units.entry(unit).or_default().push(row);
            let mut cells = vec![
                Cell::text(handbook),
                Cell::number(seq),
                Cell::text(code),
                Cell::text(name),
                Cell::text(hs),
                Cell::text(unit_name(unit, codes)),
            ];
            let figures = R::COLUMNS.iter().map(|it| (it.of)(row));
            cells.extend(figures.map(|it| it.map_or(Cell::Blank, Cell::number)));
            table.rows.push(cells);
        }
        for (unit, rows) in units.into_iter().filter(|it| it.1.len() > 1) {
            let mut cells = vec![
                Cell::text(handbook),
                Cell::Blank,
                Cell::text("合计 total"),
                Cell::text(format!("{} 项 items", rows.len())),
                Cell::Blank,
                Cell::text(unit_name(unit, codes)),
            ];
            let sums = R::COLUMNS
                .iter()
                .map(|it| sum(rows.iter().map(|row| (it.of)(row))));
            cells.extend(sums.map(|it| it.map_or(Cell::Blank, Cell::number)));
            table.totals.push(cells);
        }
    }
    table
}

/// `None` where one of them is not limited or not counted: what is not known has no sum.
fn sum(mut figures: impl Iterator<Item = Option<Total>>) -> Option<Total> {
    figures.try_fold(Total::ZERO, |sum, it| Some(sum + it?))
}

fn unit_name(unit: Unit, codes: &Codes) -> String {
    match codes.unit(unit.as_str()) {
        Some(it) => format!("{} {}", it.name, it.english).trim_end().to_owned(),
        None => unit.to_string(),
    }
}
