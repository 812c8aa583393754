//! Account books whose cycles are counted, settled, reported and accepted.

use serde_json::{Value, json};

use num_traits::{Signed, Zero};

use super::super::books::{
    Book, Goods, Period, State, difference, exact, must, print, takings, whole,
};
use super::{View, Writer, pairs};

impl Writer {
    /// The next step towards the end of some account book's cycle.
    pub(super) fn cycle(&mut self, view: &View) -> Option<Value> {
        let mut books = view.open();
        books.retain(Book::is_account_book);
        let book = self.random.pick(&books)?;
        let about = |kind: &str| json!({"entry": kind, "handbook": book.number});
        if book.reported.is_some() {
            return Some(match self.random.below(10) {
                0 | 1 => about("return_cycle"),
                2 => about("report_closure"),
                3 => self.against(view, &book)?,
                _ => about("accept_cycle"),
            });
        }
        if !book.ends.is_empty() && self.random.chance(8) {
            return self.against(view, &book);
        }
        if self.random.chance(18) {
            return self.taking(view, &book);
        }
        let from = book.cycle_from(book.ends.len());
        let end = match self.ends.get(&book.number) {
            Some(end) if *end >= from => end.clone(),
            _ => {
                let past = self.random.below(4) as i64;
                let end = self.date(-past);
                self.ends.insert(book.number.clone(), end.clone());
                end
            }
        };
        if self.random.chance(4) {
            let day = self.random.between(0, 40) as i64;
            let mut report = about("report_cycle");
            report["cycle_end"] = json!(self.date(20 - day));
            return Some(report);
        }
        let pending = view.lists.iter().find(|list| {
            list.handbook == book.number && list.state == State::Pending && list.date <= end
        });
        if let Some(list) = pending.filter(|_| !self.random.chance(5)) {
            let mut entry = self.book_this(list);
            // Some are deducted within the cycle, some in the next one.
            if self.random.chance(50) && list.date <= end {
                entry["date"] = json!(end);
            }
            return Some(entry);
        }
        let dated = view.entries.iter().any(|it| {
            must(it, "entry") == "count_stock"
                && must(it, "handbook") == book.number
                && must(it, "date") == end
        });
        if !dated || self.random.chance(5) {
            return self.count_of(view, &book, &end);
        }
        for m in book.materials.keys() {
            let it = difference(&book, &view.entries, &end, *m);
            if it.open.is_zero() && it.note_missing && self.random.chance(90) {
                return self.explain(view, &book, &end, *m, &it.unexplained);
            }
            if it.open.is_zero() {
                continue;
            }
            let mut entry = if it.open.is_negative()
                && self.random.chance(85)
                && view.available(&book, *m) >= -it.open.clone()
            {
                let wanted = (*m, None, -it.open.clone(), None);
                let mut sale = self.list(&book, "domestic_sale", Goods::Material, &[wanted])?;
                sale["list"]["settles"] = json!(end);
                sale
            } else {
                let mut adjust = self.adjust(&book, *m, &it.open);
                let ground = if it.open.is_negative() {
                    "customs_decision"
                } else {
                    "cycle_over"
                };
                adjust["ground"] = json!(ground);
                adjust["date"] = json!(end);
                adjust
            };
            if self.random.chance(80) {
                entry["note"] = json!("盘点差异");
            }
            if entry.get("date").is_none() && self.random.chance(40) {
                entry["date"] = json!(end);
            }
            return Some(entry);
        }
        let mut report = about("report_cycle");
        report["cycle_end"] = json!(end);
        report["date"] = json!(self.date(0).max(end));
        Some(report)
    }

    /// A reason that was forgotten: an adjustment is taken back, a list amended with it.
    fn explain(
        &mut self,
        view: &View,
        book: &Book,
        end: &str,
        m: u64,
        unexplained: &[Value],
    ) -> Option<Value> {
        if let Some(it) = unexplained.first() {
            let mut back = self.adjust(book, m, &-exact(&it["quantity"]));
            back["ground"] = json!("cycle_over");
            back["date"] = json!(end);
            back["note"] = json!("漏记原因，冲回");
            return Some(back);
        }
        let mut lists = view.lists.clone();
        lists.retain(|it| it.handbook == book.number && it.settles.as_deref() == Some(end));
        lists.retain(|it| !it.noted && it.state != State::Withdrawn);
        let list = self.random.pick(&lists)?;
        let lines: Vec<Value> = list
            .lines
            .iter()
            .map(|line| {
                json!({"line": line.line, "seq": line.seq, "version": line.version,
                       "quantity": print(&line.quantity)})
            })
            .collect();
        Some(json!({"entry": "amend_list", "list": list.number, "lines": lines, "note": "盘亏"}))
    }

    /// A consumption list of goods that left, or one that is withdrawn.
    fn taking(&mut self, view: &View, book: &Book) -> Option<Value> {
        let counting = takings(&view.entries, Some(&book.number), None);
        let about = |kind: &str| json!({"entry": kind, "handbook": book.number});
        if self.random.chance(25) {
            let taking = self.random.pick(&counting)?;
            let mut entry = about("withdraw_consumption");
            entry["number"] = taking["number"].clone();
            return Some(entry);
        }
        let mut lists = view.lists.clone();
        lists.retain(|it| it.handbook == book.number && it.goods == Goods::Product);
        lists.retain(|it| it.state == State::Booked || self.random.chance(5));
        lists.retain(|it| it.covered.is_none() || self.random.chance(10));
        let mut names: Vec<String> = Vec::new();
        for _ in 0..self.random.between(1, 2) {
            names.push(self.random.pick(&lists)?.number);
        }
        let mut materials = Vec::new();
        for m in book.materials.keys() {
            if self.random.chance(60) {
                let mut row = json!({"seq": m, "net": self.random.between(0, 40).to_string()});
                if self.random.chance(50) {
                    row["scrap"] = json!(format!("0.{}", self.random.between(1, 99999)));
                }
                materials.push(row);
            }
        }
        let mut entry = about("declare_consumption");
        entry["number"] = json!(format!("HL{}", self.random.between(1, 40)));
        entry["lists"] = json!(names);
        entry["materials"] = json!(materials);
        if self.random.chance(6) {
            entry["way"] =
                json!(
                    self.random
                        .one_of(&["work_order", "unit_consumption", "consumption_list"])
                );
        }
        Some(entry)
    }

    /// A count that comes to what remains, or nearly so.
    fn count_of(&mut self, _view: &View, book: &Book, end: &str) -> Option<Value> {
        let entries = self.auditor.accepted.clone();
        let period = Period::of(book, &entries, book.ends.len(), Some(end));
        let mut products = Vec::new();
        for ((product, version, _), _) in pairs(&book.consumptions) {
            let twice = products
                .iter()
                .any(|it: &Value| it["seq"] == product && it["version"] == version.as_str());
            if !twice && self.random.chance(15) {
                let quantity = self.random.between(0, 3).to_string();
                products.push(json!({"seq": product, "version": version, "quantity": quantity}));
            }
        }
        let mut count = json!({"entry": "count_stock", "handbook": book.number, "date": end});
        if !products.is_empty() {
            count["products"] = json!(products);
        }
        // What the products counted contain is found by counting them alone.
        let mut alone = entries.clone();
        let mut of_products = count.clone();
        of_products["id"] = json!("alone");
        alone.push(of_products);
        let mut materials = Vec::new();
        for m in book.materials.keys() {
            let remaining = period.columns(book, &entries, *m)["remaining"].clone();
            let inside = super::super::books::counted(book, &alone, *m, Some(end));
            let inside = inside.filter(|_| !products.is_empty());
            let mut target = remaining - inside.unwrap_or_else(super::zero);
            if self.random.chance(25) {
                let off = self.random.between(1, 300) as i64 - 150;
                target += whole(off) / whole(50);
            } else if target.is_zero() && self.random.chance(50) {
                continue;
            }
            let mut row = json!({"seq": m});
            let held = if self.random.chance(15) {
                row["undeclared_in"] = json!("2.5");
                &target + whole(5) / whole(2)
            } else {
                target.clone()
            };
            if held.is_negative() {
                let out = -held;
                let before = row
                    .get("undeclared_in")
                    .map_or(super::zero(), |_| whole(5) / whole(2));
                row["undeclared_in"] = json!(print(&(out + before)));
                row["quantity"] = json!("0");
            } else {
                row["quantity"] = json!(print(&held));
            }
            materials.push(row);
        }
        if materials.is_empty() && products.is_empty() {
            materials.push(json!({"seq": book.materials.keys().next()?, "quantity": "0"}));
        }
        if !materials.is_empty() {
            count["materials"] = json!(materials);
        }
        Some(count)
    }

    /// What a frozen cycle does not take.
    fn against(&mut self, view: &View, book: &Book) -> Option<Value> {
        let end = book.frozen()?.clone();
        let kind = self.random.below(6);
        let mut entry = match kind {
            0 => {
                let wanted = self.bring_in(book, 2);
                self.list(book, "imported", Goods::Material, &wanted)?
            }
            1 => {
                let (m, _) = self.random.pick(&pairs(&book.materials))?;
                self.adjust(book, m, &whole(1))
            }
            2 | 3 => {
                let mut lists = view.lists.clone();
                lists.retain(|it| it.handbook == book.number && it.state == State::Booked);
                let list = self.random.pick(&lists)?;
                return Some(json!({"entry": "withdraw_list", "list": list.number}));
            }
            4 => {
                let (key, _) = self.random.pick(&pairs(&book.consumptions))?;
                let row = self.consumption_row(key.0, &key.1, key.2);
                return Some(json!({"entry": "amend_handbook", "handbook": book.number,
                    "by": "customs", "consumptions": [row]}));
            }
            _ => json!({"entry": "resume_handbook", "handbook": book.number}),
        };
        entry["date"] = json!(end);
        Some(entry)
    }
}
