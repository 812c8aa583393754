//! A second ledger, slow and obvious, to compare the real one with.
//!
//! It keeps the accepted entries and nothing else: no running total, no index. Whatever is asked is
//! computed from the first entry on. It takes for granted that an entry is well formed (the
//! contract's field rules are tested elsewhere) and knows the ledger's own rules, in their order.

#![allow(dead_code, unreachable_pub)]

mod books;
pub mod journals;
mod trace;
mod views;

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use serde_json::Value;

use books::{
    BOOKED, Book, Code, Columns, Consumption, Exact, Goods, HELD, INTO_MATERIAL, Line, List,
    OUT_OF_MATERIAL, PRODUCT_LEAVES, Period, RECEIVING, SCRAP, SENDING, State, adjusted, agree,
    books, closable, column, counted_against, difference, exact, find, given, goods, lists, must,
    number, quantity, rows, sending_of, takings, text, total, version, zero,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Duplicate,
    /// With the stable code.
    Refused(&'static str),
}

#[derive(Clone, Debug, Default)]
pub struct Auditor {
    accepted: Vec<Value>,
}

impl Auditor {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn post(&mut self, entry: &Value) -> Verdict {
        if let Some(earlier) = self.accepted.iter().find(|it| it["id"] == entry["id"]) {
            return if earlier == entry {
                Verdict::Duplicate
            } else {
                Verdict::Refused("id_reused")
            };
        }
        match self.rules(entry) {
            Ok(()) => {
                self.accepted.push(entry.clone());
                Verdict::Accepted
            }
            Err(code) => Verdict::Refused(code),
        }
    }

    pub fn statement(&self, as_of: Option<&str>) -> Value {
        views::statement(&self.accepted, as_of, None)
    }

    /// Of a cycle, from 1.
    pub fn statement_in(&self, as_of: Option<&str>, cycle: usize) -> Value {
        views::statement(&self.accepted, as_of, Some(cycle))
    }

    pub fn chain(&self) -> Value {
        views::chain(&self.accepted)
    }

    /// `null` for a list that is not known.
    pub fn trace(&self, list: &str) -> Value {
        trace::trace(&self.accepted, list)
    }

    fn rules(&self, entry: &Value) -> Result<(), Code> {
        let date = must(entry, "date");
        match must(entry, "entry") {
            "open_handbook" => self.open_handbook(entry),
            "amend_handbook" => self.amend_handbook(entry),
            "declare_list" => self.declare_list(entry),
            "amend_list" => self.amend_list(entry),
            "book_list" => self.book_list(entry),
            "withdraw_list" => {
                let list = self.list_to_change(entry)?;
                not_before_declaration(&list, entry)?;
                self.not_frozen(&list)?;
                match list.covered {
                    Some(_) => Err("list_covered"),
                    None => Ok(()),
                }
            }
            "confirm_counterpart" => {
                let list = self.list_to_change(entry)?;
                if list.external {
                    Ok(())
                } else {
                    Err("not_external")
                }
            }
            "suspend_handbook" | "resume_handbook" => {
                self.open_book(must(entry, "handbook"), date).map(drop)
            }
            "adjust_book" => {
                let book = self.open_book(must(entry, "handbook"), must(entry, "date"))?;
                known(&book, Goods::Material, number(entry, "material"))?;
                if exact(&entry["quantity"]).is_zero() {
                    Err("quantity_zero")
                } else {
                    Ok(())
                }
            }
            "count_stock" => self.count_stock(entry),
            "outsource" => {
                let book = self.open_book(must(entry, "handbook"), must(entry, "date"))?;
                for row in rows(entry, "dispatched")
                    .iter()
                    .chain(rows(entry, "returned"))
                {
                    match given(row, "material") {
                        Some(_) => known(&book, Goods::Material, number(row, "material"))?,
                        None => known(&book, Goods::Product, number(row, "product"))?,
                    }
                }
                Ok(())
            }
            "substitute" => {
                let book = self.open_book(must(entry, "handbook"), must(entry, "date"))?;
                known(&book, Goods::Material, number(entry, "material"))
            }
            "report_closure" => {
                let book = self.open_book(must(entry, "handbook"), date)?;
                if book.reported.is_some() {
                    return Err("cycle_reported");
                }
                closable(&books(&self.accepted), &self.accepted, &book.number)
                    .map_err(|_| "not_closable")
            }
            "accept_closure" | "return_closure" => {
                match books(&self.accepted)
                    .get(must(entry, "handbook"))
                    .map(|book| book.status)
                {
                    None => Err("handbook_unknown"),
                    Some("closed") => Err("handbook_closed"),
                    Some("open") => Err("handbook_not_reported"),
                    Some(_) => Ok(()),
                }
            }
            "report_cycle" => self.report_cycle(entry),
            "declare_consumption" => self.declare_consumption(entry),
            "withdraw_consumption" => {
                let book = self.open_book(must(entry, "handbook"), date)?;
                let counting = takings(&self.accepted, Some(&book.number), None);
                let taking = counting.iter().find(|it| it["number"] == entry["number"]);
                let taking = must(taking.ok_or("consumption_list_unknown")?, "date");
                if date < taking {
                    return Err("date_before_declaration");
                }
                if book.frozen().is_some_and(|end| taking <= end.as_str()) {
                    return Err("cycle_frozen");
                }
                Ok(())
            }
            "accept_cycle" | "return_cycle" => match self.account_book(entry)?.reported {
                Some(_) => Ok(()),
                None => Err("cycle_not_reported"),
            },
            kind => unreachable!("{kind} is no entry of the contract"),
        }
    }

    /// A book that takes entries of this date.
    fn open_book(&self, number: &str, date: &str) -> Result<Book, Code> {
        let book = self.book_with_status(number)?;
        if book.frozen().is_some_and(|end| date <= end.as_str()) {
            return Err("cycle_frozen");
        }
        Ok(book)
    }

    fn book_with_status(&self, number: &str) -> Result<Book, Code> {
        let book = books(&self.accepted)
            .remove(number)
            .ok_or("handbook_unknown")?;
        match book.status {
            "closed" => Err("handbook_closed"),
            "reported" => Err("handbook_reported"),
            _ => Ok(book),
        }
    }

    fn account_book(&self, entry: &Value) -> Result<Book, Code> {
        let number = must(entry, "handbook");
        match books(&self.accepted).get(number) {
            None => Err("handbook_unknown"),
            Some(book) if !book.is_account_book() => Err("not_account_book"),
            Some(_) => self.book_with_status(number),
        }
    }

    fn report_cycle(&self, entry: &Value) -> Result<(), Code> {
        let book = self.account_book(entry)?;
        if book.reported.is_some() {
            return Err("cycle_reported");
        }
        let end = must(entry, "cycle_end");
        if end < book.cycle_from(book.ends.len()).as_str() || end > must(entry, "date") {
            return Err("cycle_end_out_of_range");
        }
        let pending = lists(&self.accepted, None).iter().any(|list| {
            list.handbook == book.number
                && list.state == State::Pending
                && list.date.as_str() <= end
        });
        let differs = book.materials.keys().any(|m| {
            let it = difference(&book, &self.accepted, end, *m);
            let uncounted = it.counted.is_none() && !it.remaining.is_zero();
            uncounted || !it.open.is_zero() || it.note_missing
        });
        if pending || differs {
            return Err("cycle_not_ready");
        }
        Ok(())
    }

    fn declare_consumption(&self, entry: &Value) -> Result<(), Code> {
        let date = must(entry, "date");
        let book = self.open_book(must(entry, "handbook"), date)?;
        if !book.is_account_book() {
            return Err("not_account_book");
        }
        match text(entry, "way") {
            Some("unit_consumption") => return Err("way_needs_no_list"),
            Some("work_order") => return Err("not_supported_yet"),
            _ => {}
        }
        let earlier = self.accepted.iter().any(|it| {
            must(it, "entry") == "declare_consumption"
                && it["handbook"] == entry["handbook"]
                && it["number"] == entry["number"]
        });
        if earlier {
            return Err("consumption_list_exists");
        }
        let names = rows(entry, "lists");
        if names.is_empty() || rows(entry, "materials").is_empty() {
            return Err("rows_missing");
        }
        let lists = lists(&self.accepted, None);
        let mut seen = BTreeSet::new();
        for name in names.iter().filter_map(Value::as_str) {
            let list = find(&lists, name).ok_or("list_unknown")?;
            let leaves = ["exported", "carried_out", "exempted", "returned_out"];
            let booked = list.booked.as_ref().map(|it| it.1.as_str()).unwrap_or("");
            if list.handbook != book.number
                || list.state != State::Booked
                || list.goods != Goods::Product
                || !leaves.contains(&list.column)
            {
                return Err("list_not_coverable");
            }
            if booked > date {
                return Err("date_before_declaration");
            }
            if book.frozen().is_some_and(|end| booked <= end.as_str()) {
                return Err("cycle_frozen");
            }
            if list.covered.is_some() {
                return Err("list_covered");
            }
            if !seen.insert(&list.number) {
                return Err("row_repeated");
            }
        }
        for row in rows(entry, "materials") {
            known(&book, Goods::Material, number(row, "seq"))?;
        }
        if repeats(
            rows(entry, "materials")
                .iter()
                .map(|row| number(row, "seq")),
        ) {
            return Err("row_repeated");
        }
        Ok(())
    }

    /// Versions of which nothing changes, for nobody: goods of a frozen cycle name them, or a count.
    fn frozen_versions(&self, book: &Book) -> BTreeSet<(u64, String)> {
        let mut frozen = BTreeSet::new();
        for end in book.ends.iter().chain(&book.reported) {
            let booked = lists(&self.accepted, Some(end));
            let settling = lists(&self.accepted, None).into_iter().filter(|list| {
                list.settles.as_ref() == Some(end) && list.state != State::Withdrawn
            });
            let booked = booked.into_iter().filter(|it| it.state == State::Booked);
            for list in booked.chain(settling) {
                if list.handbook == book.number && list.goods == Goods::Product {
                    frozen.extend(list.lines.iter().map(|it| (it.seq, it.version.clone())));
                }
            }
            // The statement of a day shows the latest count before it.
            let counts = self.accepted.iter().filter(|it| {
                must(it, "entry") == "count_stock"
                    && must(it, "handbook") == book.number
                    && must(it, "date") <= end.as_str()
            });
            // A day that is counted again has the last count only.
            let by_day: BTreeMap<&str, &Value> = counts.map(|it| (must(it, "date"), it)).collect();
            for count in by_day.values() {
                let rows = rows(count, "products").iter();
                frozen.extend(rows.map(|row| (number(row, "seq"), version(row))));
            }
        }
        frozen
    }

    fn open_handbook(&self, entry: &Value) -> Result<(), Code> {
        let book = Book::open(entry);
        if books(&self.accepted).contains_key(&book.number) {
            return Err("handbook_exists");
        }
        let letter_says = match &book.number[..1] {
            "B" => "supplied_materials",
            "C" => "imported_materials",
            _ => book.trade.as_str(),
        };
        if book.trade != letter_says {
            return Err("trade_mismatch");
        }
        if book.valid_until < book.valid_from {
            return Err("invalid_period");
        }
        if is_dishonest(&book) && (book.is_account_book() || book.self_verification) {
            return Err("credit_too_low");
        }
        let row = &entry["handbook"];
        for kind in ["materials", "products"] {
            if repeats(rows(row, kind).iter().map(|item| number(item, "seq"))) {
                return Err("item_repeated");
            }
        }
        let consumptions = rows(row, "consumptions");
        for consumption in consumptions {
            known(&book, Goods::Product, number(consumption, "product"))?;
            known(&book, Goods::Material, number(consumption, "material"))?;
        }
        if repeats(consumptions.iter().map(Consumption::key)) {
            return Err("consumption_repeated");
        }
        consumptions_in_range(consumptions)
    }

    /// Checked and applied step by step, in the contract's order of application.
    fn amend_handbook(&self, entry: &Value) -> Result<(), Code> {
        let mut book = self.open_book(must(entry, "handbook"), must(entry, "date"))?;
        let lists = lists(&self.accepted, None);
        let by_customs = text(entry, "by") == Some("customs");
        let on_lists: Vec<(Goods, u64, String)> = lists
            .iter()
            .filter(|list| list.handbook == book.number && list.state != State::Withdrawn)
            .flat_map(|list| {
                list.lines
                    .iter()
                    .map(move |line| (list.goods, line.seq, line.version.clone()))
            })
            .collect();
        let listed = |goods, seq| on_lists.iter().any(|it| it.0 == goods && it.1 == seq);
        // Decree 155 art. 18: not after export was declared.
        let can_freeze = book.before_export && !by_customs;
        let in_cycles = self.frozen_versions(&book);
        let frozen = |product: u64, version: &str| {
            in_cycles.contains(&(product, version.to_owned()))
                || can_freeze
                    && on_lists
                        .iter()
                        .any(|it| it.0 == Goods::Product && it.1 == product && it.2 == version)
        };
        let removed = &entry["removed"];
        for row in rows(removed, "consumptions") {
            let key = Consumption::key(row);
            if book.consumptions.remove(&key).is_none() {
                return Err("consumption_unknown");
            }
            if frozen(key.0, &key.1) {
                return Err("consumption_frozen");
            }
        }
        for (kind, goods) in KINDS {
            for seq in rows(removed, kind).iter().filter_map(Value::as_u64) {
                known(&book, goods, seq)?;
                let item = &book.items(goods)[&seq];
                // Removing it must change no opening and make no goods vanish (readings, 5).
                let holds = !item.opening.is_zero()
                    || !item.used.is_zero()
                    || goods == Goods::Material
                        && !adjusted(&self.accepted, &book.number, seq, 0, None).is_zero();
                let taken = |it: &Value| {
                    must(it, "entry") == "declare_consumption"
                        && must(it, "handbook") == book.number
                        && rows(it, "materials").iter().any(|row| {
                            let scrap = quantity(row, "scrap").unwrap_or_else(zero);
                            number(row, "seq") == seq && !(exact(&row["net"]) + scrap).is_zero()
                        })
                };
                let since = &self.accepted[item.place.min(self.accepted.len())..];
                let holds = holds || goods == Goods::Material && since.iter().any(taken);
                if holds
                    || self.told(&book, goods, seq)
                    || listed(goods, seq)
                    || is_consumed(&book, goods, seq)
                {
                    return Err("item_in_use");
                }
            }
        }
        book.remove_items(entry);

        for (kind, _) in KINDS {
            if repeats(rows(entry, kind).iter().map(|item| number(item, "seq"))) {
                return Err("item_repeated");
            }
        }
        let before = book.clone();
        book.put_items(entry, must(entry, "date"), self.accepted.len());
        for (kind, goods) in KINDS {
            for row in rows(entry, kind) {
                let seq = number(row, "seq");
                let new = &book.items(goods)[&seq];
                if let Some(old) = before.items(goods).get(&seq) {
                    let in_use = listed(goods, seq) || is_consumed(&before, goods, seq);
                    if in_use && new.unit != old.unit {
                        return Err("unit_in_use");
                    }
                    if new.opening != old.opening || new.used != old.used {
                        return Err("opening_changed");
                    }
                }
                // Customs' own amendment is a fact (readings, 4 and 6).
                let counted = counted_against(&book, &lists, goods, seq);
                if !by_customs
                    && new
                        .approved
                        .as_ref()
                        .is_some_and(|approved| *approved < counted)
                {
                    return Err("quota_exceeded");
                }
            }
        }

        let consumptions = rows(entry, "consumptions");
        if repeats(consumptions.iter().map(Consumption::key)) {
            return Err("consumption_repeated");
        }
        for consumption in consumptions {
            known(&book, Goods::Product, number(consumption, "product"))?;
            known(&book, Goods::Material, number(consumption, "material"))?;
        }
        consumptions_in_range(consumptions)?;
        for consumption in consumptions {
            let key = Consumption::key(consumption);
            // An equal one is no change (readings, 7).
            let same = book.consumptions.get(&key) == Some(&Consumption::read(consumption));
            if !same && frozen(key.0, &key.1) {
                return Err("consumption_frozen");
            }
        }

        book.put_rest(entry);
        if book.valid_until < book.valid_from {
            return Err("invalid_period");
        }
        // A lower credit is always accepted; asking for self-verification with it is not.
        if entry["self_verification"] == Value::Bool(true) && is_dishonest(&book) {
            return Err("credit_too_low");
        }
        Ok(())
    }

    fn declare_list(&self, entry: &Value) -> Result<(), Code> {
        let row = &entry["list"];
        let book = self.open_book(must(row, "handbook"), must(entry, "date"))?;
        let direction = must(row, "direction");
        if book.suspended.contains(direction) {
            return Err("handbook_suspended");
        }
        let lists = lists(&self.accepted, None);
        if find(&lists, must(row, "number")).is_some() {
            return Err("list_exists");
        }
        let mode = must(row, "mode");
        let column = column(&book.trade, direction, goods(row), mode)?;
        lines_fit(&book, goods(row), column, rows(row, "lines"))?;
        let carried_over = RECEIVING.contains(&column) || SENDING.contains(&column);
        match given(row, "counterpart") {
            None if carried_over => return Err("counterpart_missing"),
            Some(_) if !carried_over => return Err("counterpart_not_allowed"),
            _ => {}
        }
        if let Some(day) = text(row, "settles") {
            if !(book.is_account_book() && column == "domestic_sale") {
                return Err("settles_not_allowed");
            }
            if book.ends.iter().any(|end| day <= end.as_str()) {
                return Err("settles_accepted");
            }
        }
        let counterpart = given(row, "counterpart").map(|it| {
            (
                must(it, "handbook").to_owned(),
                text(it, "list").map(str::to_owned),
            )
        });
        let list = List {
            number: must(row, "number").to_owned(),
            names: vec![must(row, "number").to_owned()],
            handbook: book.number.clone(),
            direction: direction.to_owned(),
            goods: goods(row),
            column,
            external: counterpart
                .as_ref()
                .is_some_and(|(other, _)| !books(&self.accepted).contains_key(other)),
            counterpart,
            confirmed: None,
            date: must(entry, "date").to_owned(),
            state: State::Pending,
            booked: None,
            settles: text(row, "settles").map(str::to_owned),
            noted: false,
            covered: None,
            lines: rows(row, "lines")
                .iter()
                .map(|row| Line::read(row, self.accepted.len()))
                .collect(),
        };
        self.approved(&book, &lists, &list)?;
        within_validity(&book, &list)?;
        consumption_on_file(&book, &list)?;
        self.carry_over(&book, &lists, &list)?;
        chain_materials(&book, &list)?;
        self.same_chain(&book, &list)?;
        self.balance(&book, &lists, &list)?;
        exchange(&book, &lists, &list)
    }

    /// As a new declaration of the list's own date, with the old lines taken out.
    fn amend_list(&self, entry: &Value) -> Result<(), Code> {
        let old = self.list_to_change(entry)?;
        not_before_declaration(&old, entry)?;
        self.not_frozen(&old)?;
        if old.covered.is_some() {
            return Err("list_covered");
        }
        let book = self.open_book(&old.handbook, must(entry, "date"))?;
        lines_fit(&book, old.goods, old.column, rows(entry, "lines"))?;
        let mut others = lists(&self.accepted, None);
        others.retain(|list| list.number != old.number);
        let new = List {
            lines: rows(entry, "lines")
                .iter()
                .map(|row| Line::read(row, self.accepted.len()))
                .collect(),
            ..old
        };
        self.approved(&book, &others, &new)?;
        within_validity(&book, &new)?;
        consumption_on_file(&book, &new)?;
        chain_materials(&book, &new)?;
        self.balance(&book, &others, &new)?;
        exchange(&book, &others, &new)
    }

    fn book_list(&self, entry: &Value) -> Result<(), Code> {
        let list = self.list_to_change(entry)?;
        if list.state == State::Booked {
            return Err("list_booked");
        }
        not_before_declaration(&list, entry)?;
        if let Some(name) = text(entry, "customs_number") {
            // A number stays used for good.
            if find(&lists(&self.accepted, None), name).is_some_and(|it| it.number != list.number) {
                return Err("list_exists");
            }
        }
        let passed = rows(entry, "lines");
        for row in passed {
            if !list
                .lines
                .iter()
                .any(|line| line.line == number(row, "line"))
            {
                return Err("line_unknown");
            }
        }
        if repeats(passed.iter().map(|row| number(row, "line"))) {
            return Err("line_repeated");
        }
        Ok(())
    }

    fn count_stock(&self, entry: &Value) -> Result<(), Code> {
        let book = self.open_book(must(entry, "handbook"), must(entry, "date"))?;
        for (kind, goods) in KINDS {
            for row in rows(entry, kind) {
                known(&book, goods, number(row, "seq"))?;
            }
        }
        let materials = rows(entry, "materials");
        let products = rows(entry, "products");
        if materials.is_empty() && products.is_empty() {
            return Err("rows_missing");
        }
        let repeated = repeats(materials.iter().map(|row| number(row, "seq")))
            || repeats(
                products
                    .iter()
                    .map(|row| (number(row, "seq"), version(row))),
            );
        if repeated {
            Err("row_repeated")
        } else {
            Ok(())
        }
    }

    /// A list whose handbook takes entries, and that is not withdrawn.
    fn list_to_change(&self, entry: &Value) -> Result<List, Code> {
        let lists = lists(&self.accepted, None);
        let list = find(&lists, must(entry, "list"))
            .ok_or("list_unknown")?
            .clone();
        self.open_book(&list.handbook, must(entry, "date"))?;
        if list.state == State::Withdrawn {
            Err("list_withdrawn")
        } else {
            Ok(list)
        }
    }

    /// A frozen cycle tells of the item: a list booked by its end, or settling it, or an adjustment.
    fn told(&self, book: &Book, goods: Goods, seq: u64) -> bool {
        let place = book.items(goods)[&seq].place;
        let names = |list: &List| {
            let mut lines = list.lines.iter();
            list.handbook == book.number
                && list.goods == goods
                && lines.any(|line| line.seq == seq && line.place >= place)
        };
        book.ends.iter().chain(&book.reported).any(|end| {
            let adjusted = self.accepted.iter().skip(place).any(|it| {
                let named = match must(it, "entry") {
                    "adjust_book" => number(it, "material") == seq,
                    "declare_consumption" => rows(it, "materials")
                        .iter()
                        .any(|row| number(row, "seq") == seq),
                    _ => false,
                };
                named && must(it, "handbook") == book.number && must(it, "date") <= end.as_str()
            });
            lists(&self.accepted, Some(end))
                .iter()
                .any(|list| list.state == State::Booked && names(list))
                || lists(&self.accepted, None).iter().any(|list| {
                    list.settles.as_ref() == Some(end)
                        && list.state != State::Withdrawn
                        && names(list)
                })
                || goods == Goods::Material && adjusted
        })
    }

    /// Neither booked in a frozen cycle nor settling it.
    fn not_frozen(&self, list: &List) -> Result<(), Code> {
        let book = &books(&self.accepted)[&list.handbook];
        let booked = list.booked.as_ref().zip(book.frozen());
        let ends: Vec<_> = book.ends.iter().chain(&book.reported).collect();
        let settles = list.settles.as_ref().is_some_and(|it| ends.contains(&it));
        if booked.is_some_and(|(it, end)| it.1 <= *end) || settles {
            Err("cycle_frozen")
        } else {
            Ok(())
        }
    }

    /// Rule 1. `lists` are the others.
    fn approved(&self, book: &Book, lists: &[List], list: &List) -> Result<(), Code> {
        let adds = match list.goods {
            Goods::Material => INTO_MATERIAL.contains(&list.column),
            Goods::Product => {
                ["exported", "carried_out", "exempted", "returned_out"].contains(&list.column)
            }
        };
        if !adds {
            return Ok(());
        }
        for (seq, quantity) in per_item(list) {
            let counted = counted_against(book, lists, list.goods, seq) + quantity;
            if book.items(list.goods)[&seq]
                .approved
                .as_ref()
                .is_some_and(|approved| counted > *approved)
            {
                return Err("quota_exceeded");
            }
        }
        Ok(())
    }

    /// Rule 4 up to the agreement of both sides; the codes in the order of the readings.
    fn carry_over(&self, book: &Book, lists: &[List], list: &List) -> Result<(), Code> {
        let Some((other, other_list)) = &list.counterpart else {
            return Ok(());
        };
        if *other == list.handbook {
            return Err("counterpart_self");
        }
        if list.is_receiving() {
            return if other_list.is_some() {
                Err("counterpart_list_given")
            } else {
                Ok(())
            };
        }
        if list.external {
            return Ok(());
        }
        let name = other_list.as_ref().ok_or("counterpart_list_missing")?;
        let receiving = find(lists, name).ok_or("counterpart_list_unknown")?;
        if receiving.external {
            return Err("counterpart_external");
        }
        let names_us = receiving
            .counterpart
            .as_ref()
            .is_some_and(|it| it.0 == list.handbook);
        if receiving.handbook != *other || !names_us {
            return Err("counterpart_handbook_differs");
        }
        let kind = if list.is_leftover() {
            "leftover_in"
        } else {
            "carried_in"
        };
        if receiving.column != kind {
            return Err("counterpart_kind_differs");
        }
        if receiving.state == State::Withdrawn {
            return Err("counterpart_withdrawn");
        }
        if sending_of(lists, receiving).is_some() {
            return Err("counterpart_taken");
        }
        let books = books(&self.accepted);
        let theirs = &books[other];
        if list.is_leftover() {
            if book.operator != theirs.operator || book.processor != theirs.processor {
                return Err("leftover_party_differs");
            }
            if book.trade != theirs.trade {
                return Err("leftover_trade_differs");
            }
        }
        agree(&books, receiving, list)
    }

    /// Rule 4, chain carry-over of materials, where the other side is kept here.
    fn same_chain(&self, book: &Book, list: &List) -> Result<(), Code> {
        let Some((other, _)) = &list.counterpart else {
            return Ok(());
        };
        if list.column != "chain_out" || list.external {
            return Ok(());
        }
        let theirs = &books(&self.accepted)[other].chain;
        if book.chain.is_some() && book.chain == *theirs {
            Ok(())
        } else {
            Err("chain_differs")
        }
    }

    /// Rule 5. `lists` are the others.
    fn balance(&self, book: &Book, lists: &[List], list: &List) -> Result<(), Code> {
        if list.goods == Goods::Product || !OUT_OF_MATERIAL.contains(&list.column) {
            return Ok(());
        }
        for (seq, quantity) in per_item(list) {
            let columns = self.columns(book, lists, seq);
            if quantity > &columns["remaining"] - &columns["pending_out"] {
                return Err("balance_exceeded");
            }
        }
        Ok(())
    }

    /// Of the current cycle; `lists` are those that are looked at.
    fn columns(&self, book: &Book, lists: &[List], m: u64) -> Columns {
        let mut period = Period::current(book, &self.accepted);
        let own = |list: &List| lists.iter().any(|it| it.number == list.number);
        period.lists.retain(own);
        period.columns(book, &self.accepted, m)
    }
}

const KINDS: [(&str, Goods); 2] = [("materials", Goods::Material), ("products", Goods::Product)];

fn repeats<T: Ord>(mut keys: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    !keys.all(|key| seen.insert(key))
}

fn known(book: &Book, goods: Goods, seq: u64) -> Result<(), Code> {
    if book.items(goods).contains_key(&seq) {
        Ok(())
    } else {
        Err("item_unknown")
    }
}

fn is_consumed(book: &Book, goods: Goods, seq: u64) -> bool {
    book.consumptions
        .keys()
        .any(|(product, _, material)| match goods {
            Goods::Material => *material == seq,
            Goods::Product => *product == seq,
        })
}

fn is_dishonest(book: &Book) -> bool {
    ["dishonest", "seriously_dishonest"].contains(&book.credit.as_str())
}

fn consumptions_in_range(rows: &[Value]) -> Result<(), Code> {
    let consumptions: Vec<_> = rows.iter().map(Consumption::read).collect();
    if !consumptions.iter().all(Consumption::in_range) {
        return Err("loss_rate_out_of_range");
    }
    // The customs field of the gross unit consumption has 10 integer digits (readings, 3).
    let limit = Exact::from_integer(BigInt::from(10_u64.pow(10)));
    if consumptions.iter().any(|it| it.gross() >= limit) {
        Err("limit_exceeded")
    } else {
        Ok(())
    }
}

fn not_before_declaration(list: &List, entry: &Value) -> Result<(), Code> {
    if must(entry, "date") < list.date.as_str() {
        Err("date_before_declaration")
    } else {
        Ok(())
    }
}

/// Rule 0, what it says of lines.
fn lines_fit(book: &Book, goods: Goods, column: &str, lines: &[Value]) -> Result<(), Code> {
    if lines.is_empty() {
        return Err("lines_missing");
    }
    if repeats(lines.iter().map(|line| number(line, "line"))) {
        return Err("line_repeated");
    }
    for line in lines {
        known(book, goods, number(line, "seq"))?;
    }
    if lines
        .iter()
        .any(|line| !exact(&line["quantity"]).is_positive())
    {
        return Err("quantity_not_positive");
    }
    let presented =
        |line: &Value| given(line, "presented").is_some() || given(line, "by_product").is_some();
    if !SCRAP.contains(&column) && lines.iter().any(presented) {
        return Err("presented_not_allowed");
    }
    Ok(())
}

fn per_item(list: &List) -> BTreeMap<u64, Exact> {
    let mut sums = BTreeMap::new();
    for line in &list.lines {
        *sums.entry(line.seq).or_insert_with(zero) += &line.quantity;
    }
    sums
}

/// Rule 2.
fn within_validity(book: &Book, list: &List) -> Result<(), Code> {
    let winds_up = ["re_exported", "domestic_sale", "leftover_out", "destroyed"]
        .contains(&list.column)
        || SCRAP.contains(&list.column);
    if list.date < book.valid_from || list.date > book.valid_until && !winds_up {
        return Err("outside_validity");
    }
    Ok(())
}

/// Rule 3.
fn consumption_on_file(book: &Book, list: &List) -> Result<(), Code> {
    let leaves = list.goods == Goods::Product && PRODUCT_LEAVES.contains(&list.column);
    if leaves && book.before_export {
        for line in &list.lines {
            if !book
                .consumptions
                .keys()
                .any(|key| key.0 == line.seq && key.1 == line.version)
            {
                return Err("consumption_missing");
            }
        }
    }
    Ok(())
}

/// Rule 4, what an amendment looks at again: the role and the materials' eligibility.
fn chain_materials(book: &Book, list: &List) -> Result<(), Code> {
    if list.column != "chain_out" {
        return Ok(());
    }
    if book.role.is_none() {
        return Err("role_missing");
    }
    let eligible = |line: &Line| book.materials[&line.seq].eligible;
    if list.lines.iter().all(eligible) {
        Ok(())
    } else {
        Err("not_eligible")
    }
}

/// Rule 6, for the lists that add to its left side (readings, 10). `lists` are the others.
fn exchange(book: &Book, lists: &[List], list: &List) -> Result<(), Code> {
    for (seq, quantity) in per_item(list) {
        let sum = |columns: &[&str], states: &[State]| {
            total(lists, &book.number, list.goods, seq, columns, states)
        };
        let allowed = match list.column {
            "exchanged_in" => sum(&["exchanged_out"], &BOOKED),
            "returned_in" => {
                sum(&["exported", "carried_out", "exempted"], &BOOKED) + &book.products[&seq].used
            }
            "returned_out" => sum(&["returned_in"], &BOOKED),
            _ => continue,
        };
        if sum(&[list.column], &HELD) + quantity > allowed {
            return Err("exchange_exceeded");
        }
    }
    Ok(())
}
