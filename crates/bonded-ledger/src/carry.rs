//! Carry-over (结转): two lists of two handbooks that must agree.

use std::collections::BTreeMap;

use unit_consumption::Total;

use crate::book::Book;
use crate::entry::{Counterpart, Item};
use crate::ids::HandbookNo;
use crate::ledger::Ledger;
use crate::list::{Carry, Line, ListState};
use crate::modes::Movement;
use crate::rules::carry_over::*;
use crate::rules::{Refusal, Warning};

/// How the two sides stand to each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryOverState {
    /// Both booked and agreeing.
    Matched,
    /// Both declared, not both booked.
    Pending,
    /// No sending list yet.
    ReceivingOnly,
    /// Amended or withdrawn since, or passed quantities differ.
    Differs,
    /// The other side is not kept here.
    External,
}

impl CarryOverState {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            CarryOverState::Matched => "matched",
            CarryOverState::Pending => "pending",
            CarryOverState::ReceivingOnly => "receiving_only",
            CarryOverState::Differs => "differs",
            CarryOverState::External => "external",
        }
    }
}

/// One side, as its lines are compared.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) book: &'a Book,
    pub(crate) movement: Movement,
    pub(crate) lines: &'a [Line],
}

/// What is compared of one group: a commodity code, or a name and unit.
#[derive(Clone, Debug, Default)]
struct Group {
    legal: Total,
    quantity: Total,
    units: Vec<crate::ids::Unit>,
}

fn item<'a>(side: &Side<'a>, line: &Line) -> &'a Item {
    match side.movement.is_product() {
        true => &side.book.products.get(line.item).item,
        false => &side.book.materials.get(line.item).item,
    }
}

fn groups(side: &Side<'_>) -> BTreeMap<String, Group> {
    let leftover = matches!(side.movement, Movement::LeftoverIn | Movement::LeftoverOut);
    let mut groups = BTreeMap::<String, Group>::new();
    for line in side.lines {
        let item = item(side, line);
        let key = match leftover {
            true => format!("{} in unit {}", item.name, item.unit),
            false => format!("hs {}", item.hs),
        };
        let group = groups.entry(key).or_default();
        group.legal += line.legal().unwrap_or_default().total();
        group.quantity += line.quantity.total();
        if !group.units.contains(&item.unit) {
            group.units.push(item.unit);
        }
    }
    groups
}

/// Do both sides carry the same?
pub(crate) fn agree(sending: &Side<'_>, receiving: &Side<'_>) -> Result<(), Refusal> {
    let (sent, received) = (groups(sending), groups(receiving));
    let mut lines = sending.lines.iter().chain(receiving.lines);
    let legal = lines.all(|line| line.legal().is_some());
    if !legal {
        for (key, group) in &sent {
            let units: Vec<_> = group
                .units
                .iter()
                .chain(received.get(key).iter().flat_map(|it| &it.units))
                .collect();
            if let Some(other) = units.iter().find(|it| **it != units[0]) {
                let message = format!(
                    "{key}: one side counts in unit {}, the other in {other}; give legal_quantity on every line of both lists",
                    units[0]
                );
                return Err(LEGAL_QUANTITY_MISSING.refuse(message));
            }
        }
    }
    let what = if legal { "legal quantity" } else { "quantity" };
    let of = |group: Option<&Group>| {
        group
            .map(|it| if legal { it.legal } else { it.quantity })
            .unwrap_or_default()
    };
    let keys: std::collections::BTreeSet<&String> = sent.keys().chain(received.keys()).collect();
    for key in keys {
        let (ours, theirs) = (sent.get(key), received.get(key));
        let (out, came) = (of(ours), of(theirs));
        if out != came || ours.is_some() != theirs.is_some() {
            let difference = (out - came).abs();
            let message =
                format!("{key}: {what} sent {out}, received {came}, they differ by {difference}");
            return Err(CARRY_OVER_DISAGREES
                .refuse(message)
                .with("sent", out)
                .with("received", came)
                .differing(difference));
        }
    }
    Ok(())
}

impl Ledger {
    fn side(&self, list: u32) -> Side<'_> {
        let list = self.list(list);
        Side {
            book: self.book(list.book),
            movement: list.movement,
            lines: list.lines(),
        }
    }

    /// What a list to be declared knows of its other side; all of rule 4 but chain and role.
    pub(crate) fn check_carry_over(
        &self,
        own: &Book,
        movement: Movement,
        counterpart: &Counterpart,
        lines: &[Line],
        warnings: &mut Vec<Warning>,
    ) -> Result<Carry, Refusal> {
        let handbook = counterpart.handbook;
        if handbook == own.number {
            return Err(COUNTERPART_SELF.refuse(format!(
                "handbook {handbook} names itself as the other side"
            )));
        }
        let other_book = self.book_at(handbook);
        let mut carry = Carry {
            handbook,
            kept: other_book.is_some(),
            named: counterpart.list.as_deref().map(Into::into),
            other: None,
        };
        if movement.is_receiving() {
            if let Some(list) = &counterpart.list {
                return Err(COUNTERPART_LIST_GIVEN.refuse(format!(
                    "the receiving side declares first, before a sending list such as {list:?} can be named"
                )));
            }
            return Ok(carry);
        }
        let Some(other_book) = other_book else {
            return Ok(carry);
        };
        let Some(name) = counterpart.list.as_deref() else {
            return Err(COUNTERPART_LIST_MISSING.refuse(format!(
                "handbook {handbook} is kept here; name its receiving list in counterpart.list"
            )));
        };
        let Some(at) = self.list_at(name) else {
            return Err(COUNTERPART_LIST_UNKNOWN.refuse(format!(
                "no list {name:?} is here; the receiving side declares first"
            )));
        };
        self.check_receiving(own, movement, handbook, at)?;
        let sending = Side {
            book: own,
            movement,
            lines,
        };
        let receiving = self.side(at);
        if movement == Movement::LeftoverOut {
            check_leftover(own, self.book(other_book))?;
        }
        agree(&sending, &receiving)?;
        if movement == Movement::LeftoverOut {
            warnings.extend(hs_warning(&sending, &receiving));
        }
        carry.other = Some(at);
        Ok(carry)
    }

    fn check_receiving(
        &self,
        own: &Book,
        movement: Movement,
        handbook: HandbookNo,
        at: u32,
    ) -> Result<(), Refusal> {
        let list = self.list(at);
        let name = &list.number;
        let book = self.book(list.book);
        let matching = match movement {
            Movement::LeftoverOut => Movement::LeftoverIn,
            _ => Movement::CarriedIn,
        };
        let carry = list.carry.as_ref();
        if carry.is_some_and(|it| !it.kept) {
            return Err(COUNTERPART_EXTERNAL.refuse(format!(
                "list {name} was declared before its other side was opened here: it is external for good"
            )));
        }
        if book.number != handbook {
            return Err(COUNTERPART_HANDBOOK_DIFFERS.refuse(format!(
                "list {name} is of handbook {}, expected one of {handbook}",
                book.number
            )));
        }
        let Some(carry) = carry.filter(|it| it.handbook == own.number) else {
            let named = carry.map(|it| it.handbook.to_string());
            return Err(COUNTERPART_HANDBOOK_DIFFERS.refuse(format!(
                "list {name} names {} as its other side, expected handbook {}",
                named.as_deref().unwrap_or("no handbook"),
                own.number
            )));
        };
        if list.movement != matching {
            return Err(COUNTERPART_KIND_DIFFERS.refuse(format!(
                "list {name} is a {}, expected a {}",
                list.movement.describe(),
                matching.describe()
            )));
        }
        if list.state == ListState::Withdrawn {
            return Err(COUNTERPART_WITHDRAWN.refuse(format!("list {name} was withdrawn (删单)")));
        }
        if let Some(other) = carry.other {
            return Err(COUNTERPART_TAKEN.refuse(format!(
                "list {name} is answered by the sending list {} already",
                self.list(other).number
            )));
        }
        Ok(())
    }

    /// How a carry-over stands that this list is one side of; `None` when nothing of it is left.
    pub(crate) fn carry_over_state(&self, at: u32) -> Option<CarryOverState> {
        let list = self.list(at);
        let carry = list.carry.as_ref()?;
        if !carry.kept {
            return (list.state != ListState::Withdrawn).then_some(CarryOverState::External);
        }
        let (receiving, sending) = match list.movement.is_receiving() {
            true => (at, carry.other),
            false => (
                carry.other?,
                (list.state != ListState::Withdrawn).then_some(at),
            ),
        };
        let there = self.list(receiving).state;
        let Some(sending) = sending else {
            return (there != ListState::Withdrawn).then_some(CarryOverState::ReceivingOnly);
        };
        if there == ListState::Withdrawn {
            return Some(CarryOverState::Differs);
        }
        if agree(&self.side(sending), &self.side(receiving)).is_err() {
            return Some(CarryOverState::Differs);
        }
        let booked = self.list(sending).state == ListState::Booked && there == ListState::Booked;
        Some(if booked {
            CarryOverState::Matched
        } else {
            CarryOverState::Pending
        })
    }

    /// The list under which a carry-over kept here on both sides is known: the receiving one.
    pub(crate) fn receiving_of(&self, at: u32) -> Option<u32> {
        let list = self.list(at);
        let carry = list.carry.as_ref().filter(|it| it.kept)?;
        if list.movement.is_receiving() {
            Some(at)
        } else {
            carry.other
        }
    }

    /// Keeps in both books whether this carry-over keeps them from closing. A warning where it no
    /// longer fits.
    pub(crate) fn refresh_carry_over(&mut self, at: u32) -> Option<Warning> {
        let receiving = self.receiving_of(at)?;
        let state = self.carry_over_state(receiving);
        let unsettled = matches!(
            state,
            Some(CarryOverState::ReceivingOnly | CarryOverState::Differs)
        );
        let own = self.list(receiving).book;
        let sender = self.list(receiving).carry.as_ref().map(|it| it.handbook);
        let sender = sender.and_then(|it| self.book_at(it));
        for book in [Some(own), sender].into_iter().flatten() {
            let book = &mut self.books[book as usize];
            if unsettled {
                book.unsettled.insert(receiving);
            } else {
                book.unsettled.remove(&receiving);
            }
        }
        (state == Some(CarryOverState::Differs))
            .then(|| self.no_longer_fits(receiving))
            .flatten()
    }

    fn no_longer_fits(&self, receiving: u32) -> Option<Warning> {
        let list = self.list(receiving);
        let sending = list.carry.as_ref()?.other?;
        let names = format!(
            "sending list {} and receiving list {}",
            self.list(sending).number,
            list.number
        );
        if list.state == ListState::Withdrawn {
            let message = format!(
                "{names}: the receiving list was withdrawn, the carry-over stands as differs"
            );
            return Some(CARRY_OVER_NO_LONGER_FITS.warn(message));
        }
        let why = agree(&self.side(sending), &self.side(receiving)).err()?;
        let message = format!("{names}: {why}; the carry-over stands as differs");
        let warning = CARRY_OVER_NO_LONGER_FITS.warn(message);
        Some(match why.difference() {
            Some(difference) => warning.differing(difference),
            None => warning,
        })
    }

    /// Chain carry-over of materials: role, eligibility and chain. `chain` is left out where an
    /// amendment is looked at.
    pub(crate) fn check_chain_out(
        &self,
        own: &Book,
        lines: &[Line],
        counterpart: Option<HandbookNo>,
    ) -> Result<(), Refusal> {
        if own.role.is_none() {
            return Err(ROLE_MISSING.refuse(format!(
                "handbook {} has no IC role (设计、晶圆制造、封装测试) on record",
                own.number
            )));
        }
        for line in lines {
            if !own.materials.get(line.item).eligible {
                let message = format!(
                    "line {}: {} may not be carried over bonded",
                    line.line,
                    own.material_text(line.item)
                );
                return Err(NOT_ELIGIBLE.refuse(message));
            }
        }
        let other = counterpart
            .and_then(|it| self.book_at(it))
            .map(|it| self.book(it));
        if let Some(other) = other.filter(|it| it.chain.is_none() || it.chain != own.chain) {
            let name = |book: &Book| match &book.chain {
                Some(name) => format!("chain {name:?}"),
                None => "no chain".into(),
            };
            let message = format!(
                "handbook {} belongs to {}, handbook {} to {}",
                own.number,
                name(own),
                other.number,
                name(other)
            );
            return Err(CHAIN_DIFFERS.refuse(message));
        }
        Ok(())
    }

    /// Carry-overs compare items: after items of a book have changed, all of its are looked at.
    pub(crate) fn refresh_carry_overs_of(&mut self, book: u32) {
        let lists: Vec<u32> = self.book(book).lists.clone();
        for list in lists {
            if self.list(list).carry.is_some() {
                self.refresh_carry_over(list);
            }
        }
    }
}

fn check_leftover(own: &Book, other: &Book) -> Result<(), Refusal> {
    let parties = [
        ("operator", own.operator.uscc, other.operator.uscc),
        ("processor", own.processor.uscc, other.processor.uscc),
    ];
    for (what, ours, theirs) in parties {
        if ours != theirs {
            return Err(LEFTOVER_PARTY_DIFFERS.refuse(format!(
                "{what} of handbook {} is {ours}, of handbook {} {theirs}",
                own.number, other.number
            )));
        }
    }
    if own.trade != other.trade {
        return Err(LEFTOVER_TRADE_DIFFERS.refuse(format!(
            "handbook {} is {}, handbook {} is {}",
            own.number, own.trade, other.number, other.trade
        )));
    }
    Ok(())
}

fn hs_warning(sending: &Side<'_>, receiving: &Side<'_>) -> Option<Warning> {
    let codes = |side: &Side<'_>| -> std::collections::BTreeSet<(String, crate::ids::HsCode)> {
        side.lines
            .iter()
            .map(|line| item(side, line))
            .map(|it| (it.name.clone(), it.hs))
            .collect()
    };
    let (sent, received) = (codes(sending), codes(receiving));
    let (name, hs) = sent.difference(&received).next()?;
    let other = received
        .iter()
        .find(|(it, _)| it == name)
        .map(|(_, hs)| *hs)?;
    let message = format!("{name}: sent as {hs}, received as {other}");
    Some(
        HS_DIFFERS
            .warn(message)
            .with("sent", hs)
            .with("received", other),
    )
}
