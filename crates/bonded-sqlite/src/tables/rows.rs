//! The ledger's answers as rows.

use bonded_ledger::{
    HandbookNo, HandbookStatement, ItemRef, Ledger, MaterialRow, ProductRow, Quantity, Total,
};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params, params_from_iter};

/// A column of the statement and where it stands in a row of it.
type Figure<R> = (&'static str, fn(&R) -> Option<Total>);

const MATERIAL: [Figure<MaterialRow>; 27] = [
    ("approved", |it| it.approved.map(Quantity::total)),
    ("opening", |it| Some(it.opening)),
    ("imported", |it| Some(it.imported)),
    ("carried_in", |it| Some(it.carried_in)),
    ("leftover_in", |it| Some(it.leftover_in)),
    ("exchanged_in", |it| Some(it.exchanged_in)),
    ("adjusted", |it| Some(it.adjusted)),
    ("exchanged_out", |it| Some(it.exchanged_out)),
    ("consumed", |it| Some(it.consumed)),
    ("consumed_net", |it| Some(it.consumed_net)),
    ("loss_tangible", |it| Some(it.loss_tangible)),
    ("loss_intangible", |it| Some(it.loss_intangible)),
    ("chain_out", |it| Some(it.chain_out)),
    ("leftover_out", |it| Some(it.leftover_out)),
    ("re_exported", |it| Some(it.re_exported)),
    ("domestic_sale", |it| Some(it.domestic_sale)),
    ("destroyed", |it| Some(it.destroyed)),
    ("remaining", |it| Some(it.remaining)),
    ("scrap_opening", |it| Some(it.scrap_opening)),
    ("scrap_sold", |it| Some(it.scrap_sold)),
    ("scrap_re_exported", |it| Some(it.scrap_re_exported)),
    ("scrap_destroyed", |it| Some(it.scrap_destroyed)),
    ("scrap", |it| Some(it.scrap)),
    ("by_product", |it| Some(it.by_product)),
    ("pending_in", |it| Some(it.pending_in)),
    ("pending_out", |it| Some(it.pending_out)),
    ("counted", |it| it.counted),
];

const PRODUCT: [Figure<ProductRow>; 9] = [
    ("approved", |it| it.approved.map(Quantity::total)),
    ("exported", |it| Some(it.exported)),
    ("carried_out", |it| Some(it.carried_out)),
    ("exempted", |it| Some(it.exempted)),
    ("returned_in", |it| Some(it.returned_in)),
    ("returned_out", |it| Some(it.returned_out)),
    ("domestic_sale", |it| Some(it.domestic_sale)),
    ("destroyed", |it| Some(it.destroyed)),
    ("pending_out", |it| Some(it.pending_out)),
];

/// The statements that write rows.
pub(super) struct Tables<'c> {
    connection: &'c Connection,
    handbook: CachedStatement<'c>,
    reason: CachedStatement<'c>,
    outside: CachedStatement<'c>,
    material: CachedStatement<'c>,
    product: CachedStatement<'c>,
    list: CachedStatement<'c>,
    line: CachedStatement<'c>,
}

impl<'c> Tables<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Tables<'c>> {
        let insert = |table: &str, columns: &str| -> rusqlite::Result<CachedStatement<'c>> {
            let places = vec!["?"; columns.split(',').count()].join(", ");
            connection.prepare_cached(&format!(
                "INSERT INTO {table} ({columns}) VALUES ({places})"
            ))
        };
        let handbook = "number, status, valid_until, import_suspended, export_suspended, cycle_from, cycle_to, cycle_state, closable";
        let reason = "handbook, number, code, message, difference";
        let outside = "handbook, contractor, goods, seq, quantity, quantity_e5";
        let list = "number, handbook, customs_number, customs_declaration, mode, movement, state, declared, booked, lines, reference, counterpart";
        let line = "list, line, goods, seq, version, quantity, quantity_e5, legal_quantity, legal_quantity_e5, by_product";
        Ok(Tables {
            connection,
            handbook: insert("handbook", handbook)?,
            reason: insert("reason", reason)?,
            outside: insert("outside", outside)?,
            material: insert("material", &columns(&MATERIAL))?,
            product: insert("product", &columns(&PRODUCT))?,
            list: insert("list", list)?,
            line: insert("list_line", line)?,
        })
    }

    /// All rows go.
    pub(super) fn clear(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "DELETE FROM handbook; DELETE FROM reason; DELETE FROM outside; DELETE FROM material;
             DELETE FROM product; DELETE FROM list; DELETE FROM list_line;",
        )
    }

    /// The rows of a handbook go, those of its lists stay.
    pub(super) fn clear_handbook(&self, handbook: HandbookNo) -> rusqlite::Result<()> {
        for sql in [
            "DELETE FROM handbook WHERE number = ?1",
            "DELETE FROM reason WHERE handbook = ?1",
            "DELETE FROM outside WHERE handbook = ?1",
            "DELETE FROM material WHERE handbook = ?1",
            "DELETE FROM product WHERE handbook = ?1",
        ] {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.execute([handbook.as_str()])?;
        }
        Ok(())
    }

    /// The rows of a list go.
    pub(super) fn clear_list(&self, number: &str) -> rusqlite::Result<()> {
        for sql in [
            "DELETE FROM list WHERE number = ?1",
            "DELETE FROM list_line WHERE list = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([number])?;
        }
        Ok(())
    }

    pub(super) fn handbook(&mut self, of: &HandbookStatement) -> rusqlite::Result<()> {
        let number = of.handbook.as_str();
        let cycle = of.cycle.as_ref();
        self.handbook.execute(params![
            number,
            of.status.as_str(),
            of.valid_until.to_string(),
            of.suspended.contains(&"import"),
            of.suspended.contains(&"export"),
            cycle.map(|it| it.from.to_string()),
            cycle.and_then(|it| it.to).map(|it| it.to_string()),
            cycle.map(|it| it.state),
            of.closable,
        ])?;
        for (at, reason) in of.reasons.iter().enumerate() {
            self.reason.execute(params![
                number,
                at as i64 + 1,
                reason.code(),
                reason.message(),
                reason.difference(),
            ])?;
        }
        for it in &of.outside {
            let (goods, seq) = named(it.item);
            self.outside.execute(params![
                number,
                it.contractor.as_str(),
                goods,
                seq,
                it.quantity.to_string(),
                whole(it.quantity),
            ])?;
        }
        for row in &of.materials {
            let item = [
                row.code.as_str(),
                row.hs.as_str(),
                &row.name,
                row.unit.as_str(),
            ];
            let figures = MATERIAL.map(|(_, figure)| figure(row));
            insert_row(&mut self.material, number, row.seq.get(), item, &figures)?;
        }
        for row in &of.products {
            let item = [
                row.code.as_str(),
                row.hs.as_str(),
                &row.name,
                row.unit.as_str(),
            ];
            let figures = PRODUCT.map(|(_, figure)| figure(row));
            insert_row(&mut self.product, number, row.seq.get(), item, &figures)?;
        }
        Ok(())
    }

    pub(super) fn list(&mut self, ledger: &Ledger, number: &str) -> rusqlite::Result<()> {
        let (Some(list), Some(lines)) = (ledger.list_summary(number), ledger.list_lines(number))
        else {
            return Ok(());
        };
        self.list.execute(params![
            list.number,
            list.handbook.as_str(),
            list.customs_number,
            list.customs_declaration,
            list.mode.as_str(),
            list.column,
            list.state,
            list.declared.map(|it| it.to_string()),
            list.booked.map(|it| it.to_string()),
            list.lines,
            list.reference,
            list.counterpart.as_ref().map(|it| it.as_str()),
        ])?;
        for line in &lines {
            let (goods, seq) = named(line.item);
            self.line.execute(params![
                list.number,
                line.line,
                goods,
                seq,
                line.version,
                line.quantity.to_string(),
                line.quantity.raw(),
                line.legal_quantity.map(|it| it.to_string()),
                line.legal_quantity.map(Quantity::raw),
                line.by_product,
            ])?;
        }
        Ok(())
    }
}

/// The columns of an item, then each figure twice.
fn columns<R>(figures: &[Figure<R>]) -> String {
    let figures = figures
        .iter()
        .map(|(name, _)| format!(", {name}, {name}_e5"));
    "handbook, seq, code, hs, name, unit".to_owned() + &figures.collect::<String>()
}

fn insert_row(
    statement: &mut CachedStatement<'_>,
    handbook: &str,
    seq: u16,
    item: [&str; 4],
    figures: &[Option<Total>],
) -> rusqlite::Result<()> {
    let head = [
        Value::from(handbook.to_owned()),
        Value::from(i64::from(seq)),
    ];
    let item = item.map(|it| Value::from(it.to_owned()));
    let figures = figures.iter().flat_map(|it| {
        let text = it.map(|it| it.to_string());
        [Value::from(text), Value::from(it.and_then(whole))]
    });
    let row = head.into_iter().chain(item).chain(figures);
    statement.execute(params_from_iter(row)).map(|_| ())
}

/// In 1/100,000 of the unit, where an SQL integer holds it.
fn whole(total: Total) -> Option<i64> {
    i64::try_from(total.raw()).ok()
}

fn named(item: ItemRef) -> (&'static str, u16) {
    match item {
        ItemRef::Material(seq) => ("material", seq.get()),
        ItemRef::Product(seq) => ("product", seq.get()),
    }
}
