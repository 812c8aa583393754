//! A journal under construction: every entry has a name, and the name gives its id.

use std::collections::BTreeSet;

use bonded_ledger::{
    AmendHandbook, BookList, Counterpart, Date, DeclareList, Direction, Entry, EntryKind,
    HandbookNo, Ledger, ListLine, MaterialRow, OpenHandbook, Party, PassedLine, Uuid,
};
use chrono::{Datelike as _, Days, Weekday};

use super::catalogue::goods_line;
use super::goods::{CARRY_IN, CARRY_OUT, Way};

/// Ids are UUIDv5 in this namespace, so that a journal written again is the same journal.
const NAMESPACE: Uuid = Uuid::from_u128(0x5c0d_9a7e_3b1f_4e52_8a64_c222_626a_0001);

pub(crate) struct Journal {
    name: &'static str,
    planned: Vec<Planned>,
}

struct Planned {
    date: Date,
    /// Unique within the journal.
    name: String,
    kind: EntryKind,
    note: Option<&'static str>,
}

pub(crate) fn day(text: &str) -> Date {
    bonded_ledger::parse_date(text).expect("a date")
}

/// So many days later, on a working day.
pub(crate) fn after(date: Date, days: u64) -> Date {
    let later = date + Days::new(days);
    match later.weekday() {
        Weekday::Sat => later + Days::new(2),
        Weekday::Sun => later + Days::new(1),
        _ => later,
    }
}

pub(crate) fn book(number: &str) -> HandbookNo {
    number.parse().expect("a handbook number")
}

/// A handbook of 2026 whose operator is its processor, with nothing in it.
pub(crate) fn handbook(number: &str, party: Party) -> OpenHandbook {
    let new = OpenHandbook::new(number, party, "2026-01-05", "2026-12-31");
    new.expect("a handbook's number and its dates")
}

/// An amendment that changes nothing yet.
pub(crate) fn amendment(handbook: &str) -> AmendHandbook {
    AmendHandbook {
        handbook: book(handbook),
        materials: Vec::new(),
        products: Vec::new(),
        consumptions: Vec::new(),
        removed: None,
        valid_until: None,
        credit: None,
        guarantee: None,
        self_verification: None,
        role: None,
        chain: None,
        by: None,
        document: None,
    }
}

pub(crate) fn list(number: &str, handbook: &str, way: Way, lines: Vec<ListLine>) -> DeclareList {
    let Way(direction, goods, mode) = way;
    DeclareList {
        number: number.into(),
        handbook: book(handbook),
        direction,
        goods,
        mode: mode.parse().expect("a mode"),
        counterpart: None,
        delivered: None,
        reference: None,
        settles: None,
        customs_declaration: None,
        lines,
        ext: None,
    }
}

/// One side of a carry-over.
pub(crate) struct Side<'a> {
    pub(crate) list: &'a str,
    pub(crate) handbook: &'a str,
    pub(crate) way: Way,
    pub(crate) lines: Vec<ListLine>,
}

impl<'a> Side<'a> {
    /// Products that leave one book …
    pub(crate) fn sending(
        list: &'a str,
        handbook: &'a str,
        seq: u16,
        quantity: u64,
        price: &str,
    ) -> Side<'a> {
        let lines = vec![goods_line(seq, quantity, price)];
        Side {
            list,
            handbook,
            way: CARRY_OUT,
            lines,
        }
    }

    /// … and enter the other as materials.
    pub(crate) fn receiving(
        list: &'a str,
        handbook: &'a str,
        seq: u16,
        quantity: u64,
        price: &str,
    ) -> Side<'a> {
        Side {
            way: CARRY_IN,
            ..Side::sending(list, handbook, seq, quantity, price)
        }
    }

    pub(crate) fn declared(self, other: &str, list: Option<&str>, delivered: Date) -> DeclareList {
        let Side {
            list: number,
            handbook,
            way,
            lines,
        } = self;
        DeclareList {
            counterpart: Some(Counterpart {
                handbook: book(other),
                list: list.map(str::to_string),
            }),
            delivered: Some(delivered),
            ..self::list(number, handbook, way, lines)
        }
    }
}

impl Journal {
    pub(crate) fn new(name: &'static str) -> Journal {
        Journal {
            name,
            planned: Vec::new(),
        }
    }

    /// The line it will stand in, as long as nothing is sorted.
    pub(crate) fn post(&mut self, date: Date, name: impl Into<String>, kind: EntryKind) -> usize {
        let (mut name, note) = (name.into(), None);
        while self.planned.iter().any(|it| it.name == name) {
            name += " again";
        }
        self.planned.push(Planned {
            date,
            name,
            kind,
            note,
        });
        self.planned.len()
    }

    /// Says why an entry was made.
    pub(crate) fn note(&mut self, name: &str, note: &'static str) {
        let named = self.planned.iter_mut().find(|it| it.name == name);
        named.expect("an entry of this name").note = Some(note);
    }

    pub(crate) fn open(&mut self, date: Date, handbook: OpenHandbook) {
        let name = format!("open {}", handbook.number);
        self.post(date, name, handbook.into());
    }

    pub(crate) fn amend(&mut self, date: Date, amendment: AmendHandbook) {
        let name = format!("amend {} {date}", amendment.handbook);
        self.post(date, name, EntryKind::AmendHandbook(Box::new(amendment)));
    }

    pub(crate) fn declare(&mut self, date: Date, list: DeclareList) -> usize {
        let name = format!("declare {}", list.number);
        self.post(date, name, list.into())
    }

    /// Customs deducts a list as declared.
    pub(crate) fn deduct(&mut self, date: Date, list: &str) {
        self.deduct_as_passed(date, list, Vec::new());
    }

    /// Declared, and deducted two days later.
    pub(crate) fn through(&mut self, date: Date, list: DeclareList) {
        let number = list.number.clone();
        self.declare(date, list);
        self.deduct(after(date, 2), &number);
    }

    pub(crate) fn withdraw(&mut self, date: Date, list: &str) {
        let kind = EntryKind::WithdrawList { list: list.into() };
        self.post(date, format!("withdraw {list}"), kind);
    }

    /// Less, or more, has passed than was declared.
    pub(crate) fn deduct_as_passed(&mut self, date: Date, list: &str, passed: Vec<PassedLine>) {
        let kind = EntryKind::BookList(BookList {
            list: list.into(),
            customs_number: None,
            customs_declaration: None,
            lines: passed,
        });
        self.post(date, format!("deduct {list}"), kind);
    }

    /// Delivered, declared by the receiver, then by the sender, deducted in the same order.
    pub(crate) fn carry_over(&mut self, delivered: Date, sending: Side<'_>, receiving: Side<'_>) {
        let (declared, deducted) = (after(delivered, 1), after(delivered, 3));
        let (from, to) = (sending.handbook.to_string(), receiving.handbook.to_string());
        let (out, arrived) = (sending.list.to_string(), receiving.list.to_string());
        self.declare(declared, receiving.declared(&from, None, delivered));
        self.declare(declared, sending.declared(&to, Some(&arrived), delivered));
        self.deduct(deducted, &arrived);
        self.deduct(deducted, &out);
    }

    pub(crate) fn report(&mut self, date: Date, handbook: &str) -> usize {
        let kind = EntryKind::ReportClosure {
            handbook: book(handbook),
        };
        self.post(date, format!("report {handbook}"), kind)
    }

    pub(crate) fn close(&mut self, reported: Date, accepted: Date, handbook: &str) {
        self.report(reported, handbook);
        let kind = EntryKind::AcceptClosure {
            handbook: book(handbook),
        };
        self.post(accepted, format!("accept {handbook}"), kind);
    }

    /// The cycle of an account book is reported. The line it will stand in.
    pub(crate) fn report_cycle(&mut self, date: Date, handbook: &str, end: &str) -> usize {
        let kind = EntryKind::ReportCycle {
            handbook: book(handbook),
            cycle_end: day(end),
        };
        self.post(date, format!("report cycle {handbook} {end}"), kind)
    }

    /// Customs accepts the cycle that is reported.
    pub(crate) fn accept_cycle(&mut self, date: Date, handbook: &str) {
        let kind = EntryKind::AcceptCycle {
            handbook: book(handbook),
        };
        self.post(date, format!("accept cycle {handbook} {date}"), kind);
    }

    /// In order of date; entries of one day stay in the order in which they were planned.
    pub(crate) fn sort(&mut self) {
        self.planned.sort_by_key(|it| it.date);
    }

    /// Customs gives every list that it deducts a number of its own, in order.
    pub(crate) fn number_lists(&mut self) {
        let imports: BTreeSet<String> = self.imports().map(str::to_string).collect();
        let (mut ins, mut outs) = (0, 0);
        for planned in &mut self.planned {
            let EntryKind::BookList(it) = &mut planned.kind else {
                continue;
            };
            let (letter, serial) = match imports.contains(&it.list) {
                true => ('I', &mut ins),
                false => ('E', &mut outs),
            };
            *serial += 1;
            it.customs_number = Some(format!("QD222626{letter}{serial:09}"));
        }
    }

    fn imports(&self) -> impl Iterator<Item = &str> {
        self.planned.iter().filter_map(|it| match &it.kind {
            EntryKind::DeclareList { list } if list.direction == Direction::Import => {
                Some(list.number.as_str())
            }
            _ => None,
        })
    }

    fn entries(&self) -> Vec<Entry> {
        let entry = |it: &Planned| {
            let id = Uuid::new_v5(&NAMESPACE, format!("{}/{}", self.name, it.name).as_bytes());
            let entry = Entry::new(id, it.date, it.kind.clone());
            match it.note {
                Some(note) => entry.with_note(note),
                None => entry,
            }
        };
        self.planned.iter().map(entry).collect()
    }

    /// What the ledger says after what is planned so far; some journals hold refused entries.
    pub(crate) fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::new();
        for entry in self.entries() {
            ledger.post(&entry).ok();
        }
        ledger
    }

    /// One material after what is planned so far.
    pub(crate) fn material(&self, handbook: &str, seq: u16) -> MaterialRow {
        let row = self.ledger().material(book(handbook), seq);
        row.expect("a material of the handbook")
    }

    pub(crate) fn text(&self) -> String {
        let line = |it: &Entry| serde_json::to_string(it).expect("an entry is JSON") + "\n";
        self.entries().iter().map(line).collect()
    }
}
