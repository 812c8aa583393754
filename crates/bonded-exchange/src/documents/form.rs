//! A record as it is filled in: the ledger's own figure first, then what is given nearest to the line,
//! then a default; and all that is wrong with it at once.

use std::collections::BTreeMap;

use bonded_ledger::Ext;

use super::fit::{Width, fit};
use crate::dialect::{counterpart, written};
use crate::fields::{self, Dialect, Field, RecordKind, Type};
use crate::particulars::Particulars;
use crate::problem::{Place, Problem};
use crate::record::Record;

/// Where lengths and digits were read.
pub(crate) const TABLES: &str =
    "the interface's schemas of 2017 and the Single Window's page of 2018 to 2021 (secondary)";
/// What the client asks for.
pub(crate) const PAGE: &str = "the Single Window's page of 2018 to 2021 (secondary)";
/// What is ours alone.
pub(crate) const OURS: &str = "ours (unverified)";

/// Elements that stand in the document beside its records.
const BESIDE: &[&str] = &["SysId", "OperCusRegCode"];

/// Without these of a head the client does not even save (暂存).
const SAVED: &[&str] = &[
    "InvtType",
    "PutrecNo",
    "BizopEtpsno",
    "MtpckEndprdMarkcd",
    "DclcusFlag",
    "GenDecFlag",
    "SupvModecd",
];

/// Values that are given for a record, by the place of their element in its table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer<'a> {
    values: Vec<(usize, &'a str)>,
    /// From the particulars, not from the journal: a contradiction is told.
    particular: bool,
}

impl<'a> Layer<'a> {
    /// What the particulars give.
    pub(crate) fn particulars(
        kind: &'static RecordKind,
        map: Option<&'a BTreeMap<String, String>>,
    ) -> Layer<'a> {
        let all = map.into_iter().flatten();
        let all = all.map(|it| (it.0.as_str(), it.1.as_str()));
        Layer::of(kind, true, all)
    }

    /// What the journal carries along in `ext.customs`.
    pub(crate) fn carried(kind: &'static RecordKind, ext: Option<&'a Ext>) -> Layer<'a> {
        let customs = ext.and_then(|it| it.get("customs"));
        let all = customs.and_then(|it| it.as_object()).into_iter().flatten();
        let all = all.filter_map(|it| Some((it.0.as_str(), it.1.as_str()?)));
        Layer::of(kind, false, all)
    }

    fn of(
        kind: &'static RecordKind,
        particular: bool,
        all: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Layer<'a> {
        let values = all.filter_map(|(name, value)| {
            let value = Some(value.trim()).filter(|it| !it.is_empty())?;
            Some((kind.position(counterpart(kind, name)?)?, value))
        });
        Layer {
            values: values.collect(),
            particular,
        }
    }

    /// The same with only these elements, or with all but these.
    pub(crate) fn only(mut self, kind: &RecordKind, names: &[&str]) -> Layer<'a> {
        let positions: Vec<usize> = names.iter().filter_map(|it| kind.position(it)).collect();
        self.values.retain(|it| positions.contains(&it.0));
        self
    }

    pub(crate) fn without(mut self, kind: &RecordKind, names: &[&str]) -> Layer<'a> {
        let positions: Vec<usize> = names.iter().filter_map(|it| kind.position(it)).collect();
        self.values.retain(|it| !positions.contains(&it.0));
        self
    }

    fn get(&self, at: usize) -> Option<&'a str> {
        self.values.iter().find(|it| it.0 == at).map(|it| it.1)
    }
}

/// A record that is being filled in.
pub(crate) struct Form<'a, 'p> {
    kind: &'static RecordKind,
    record: Record,
    path: String,
    layers: &'p [Layer<'a>],
    /// Elements that hold the ledger's own figure.
    own: Vec<usize>,
    /// Elements that stay empty.
    shut: Vec<usize>,
    problems: Vec<Problem>,
}

impl<'a, 'p> Form<'a, 'p> {
    /// A record at a path such as `InvtListType[3]`; `layers` from the nearest on.
    pub(crate) fn new(
        kind: &'static RecordKind,
        path: impl Into<String>,
        layers: &'p [Layer<'a>],
    ) -> Form<'a, 'p> {
        Form {
            kind,
            record: Record::new(kind),
            path: path.into(),
            layers,
            own: Vec::new(),
            shut: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn at(&self, name: &str) -> Option<(usize, &'static Field)> {
        let at = self.kind.position(counterpart(self.kind, name)?)?;
        Some((at, self.kind.fields.get(at)?))
    }

    fn given_at(&self, at: usize) -> Option<&'a str> {
        self.layers.iter().find_map(|it| it.get(at))
    }

    /// What is given for an element, by its name on the customs' side.
    pub(crate) fn given(&self, name: &str) -> Option<&'a str> {
        self.given_at(self.at(name)?.0)
    }

    /// What the element holds so far.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.record.get(self.at(name)?.1.name)
    }

    /// The ledger's own figure. An element that this dialect does not have is passed over.
    pub(crate) fn own(&mut self, name: &str, value: impl ToString) {
        if let Some((at, field)) = self.at(name) {
            let value = value.to_string();
            if !value.trim().is_empty() {
                self.own.push(at);
                self.put(field, &value);
            }
        }
    }

    /// The same, where there is one.
    pub(crate) fn own_if(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.own(name, value);
        }
    }

    /// What is given, else the default.
    pub(crate) fn or(&mut self, name: &str, default: impl ToString) {
        self.or_if(name, Some(default));
    }

    /// What is given, else the default where there is one.
    pub(crate) fn or_if(&mut self, name: &str, default: Option<impl ToString>) {
        let Some((at, field)) = self.at(name) else {
            return;
        };
        match self.given_at(at) {
            Some(given) => self.put(field, given),
            None => {
                if let Some(default) = default {
                    self.put(field, &default.to_string());
                }
            }
        }
    }

    /// Leaves an element empty, whatever is given for it.
    pub(crate) fn shut(&mut self, name: &str) {
        if let Some((at, _)) = self.at(name) {
            self.shut.push(at);
        }
    }

    /// A party: its customs code, its credit code, its name. Where one of the three is given, none of
    /// them is taken from elsewhere, lest two parties be mixed.
    pub(crate) fn party_or(&mut self, names: [&str; 3], default: Option<[&str; 3]>) {
        let given = names.iter().any(|it| self.given(it).is_some());
        for (at, name) in names.iter().enumerate() {
            let default = default
                .filter(|_| !given)
                .and_then(|it| it.get(at).copied());
            self.or_if(name, default);
        }
    }

    fn put(&mut self, field: &'static Field, value: &str) {
        let value = value.trim();
        let value = match field.holds {
            Type::Decimal(..) => crate::values::plain_decimal(value).unwrap_or(value.into()),
            other => written(value, other).into_owned(),
        };
        self.record.set(field.name, Some(&value));
    }

    /// Says that something is wrong with an element.
    pub(crate) fn problem(
        &mut self,
        code: &'static str,
        name: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: impl Into<String>,
        source: &'static str,
    ) -> &mut Problem {
        let element = self.at(name).map_or(name, |it| it.1.name);
        let place = Place::Element(format!("{}/{element}", self.path));
        let at = self.problems.len();
        self.problems
            .push(Problem::error(code, place, found, expected, advice, source));
        &mut self.problems[at]
    }

    /// The record with everything else that is given, and what is wrong with it. `declare`: what the
    /// client asks for to declare, not only to save, must be there.
    pub(crate) fn finish(mut self, declare: bool, problems: &mut Vec<Problem>) -> Record {
        for (at, field) in self.kind.fields.iter().enumerate() {
            if self.shut.contains(&at) {
                self.record.set(field.name, None);
                continue;
            }
            if self.own.contains(&at) {
                self.contradiction(at, field);
            } else if self.record.get(field.name).is_none()
                && let Some(given) = self.given_at(at)
            {
                self.put(field, given);
            }
            match self.record.get(field.name) {
                Some(value) => {
                    let (limit, width) = tighter(self.kind, field);
                    if let Err(misfit) = fit(field, limit, width, value) {
                        let advice = format!("change {} where it comes from", field.chinese);
                        let (found, expected) = (misfit.found, misfit.expected);
                        self.problem(misfit.code, field.name, found, expected, advice, TABLES);
                    }
                }
                None if required(self.kind, field, declare) => {
                    let silent = self.problems.iter().any(|it| match &it.place {
                        Place::Element(path) => path.ends_with(&format!("/{}", field.name)),
                        _ => false,
                    });
                    if !silent {
                        let advice = format!(
                            "give {} among the particulars, or in ext.customs of the journal",
                            field.name
                        );
                        let expected = field.chinese;
                        self.problem(
                            "element_missing",
                            field.name,
                            "nothing",
                            expected,
                            advice,
                            PAGE,
                        );
                    }
                }
                None => {}
            }
        }
        problems.append(&mut self.problems);
        self.record
    }

    fn contradiction(&mut self, at: usize, field: &'static Field) {
        let given = self.layers.iter().filter(|it| it.particular);
        let Some(given) = given.filter_map(|it| it.get(at)).next() else {
            return;
        };
        let ours = self.record.get(field.name).unwrap_or_default().to_owned();
        let same = match field.holds {
            Type::Decimal(..) => crate::values::plain_decimal(given).as_deref() == Some(&ours),
            other => written(given, other) == ours,
        };
        if !same {
            let advice = "take it out of the particulars, or mend the journal";
            let expected = format!("{ours}, as the journal says");
            self.problem(
                "particular_contradicts",
                field.name,
                given,
                expected,
                advice,
                OURS,
            );
        }
    }
}

/// Where two sources have two lengths, the tighter one is written (the wider is read).
fn tighter(kind: &RecordKind, field: &Field) -> (Option<u16>, Width) {
    let is = |name: &str| field.name.eq_ignore_ascii_case(name);
    let client = kind.dialect == Dialect::Client;
    let list = kind.name.starts_with("BondInvt") || kind.name.starts_with("Invt");
    let limit = match field.holds {
        Type::UpTo(_) if is("rmk") => Some(255),
        Type::UpTo(_) if is("gdsSpcfModelDesc") && list => Some(255),
        Type::Decimal(19, 5) if list => Some(13),
        _ => None,
    };
    let name = field.name.ends_with("Nm") || field.name.ends_with("Name");
    match client && name {
        true => (limit, Width::Doubled),
        false => (limit, Width::Characters),
    }
}

/// The client's record that says what is required of a record of the customs' side.
fn asked_of(kind: &'static RecordKind) -> &'static RecordKind {
    match kind.name {
        "BondInvtBsc" => &fields::INVT_HEAD_TYPE,
        "BondInvtDt" => &fields::INVT_LIST_TYPE,
        "EmlPutrecBsc" => &fields::NPTS_EML_HEAD,
        "EmlPutrecDt" => &fields::NPTS_EML_IMG,
        "EmlPutrecUcnsDt" => &fields::NPTS_EML_CONSUME,
        _ => kind,
    }
}

fn required(kind: &'static RecordKind, field: &Field, declare: bool) -> bool {
    let client = asked_of(kind);
    let Some(field) = counterpart(client, field.name).and_then(|it| client.field(it)) else {
        return false;
    };
    let needed = match declare {
        true => field.required,
        false => field.required && SAVED.contains(&field.name),
    };
    // Where the two dialects have an element in common.
    needed
}

/// Particulars that no document has: a name that was mistyped, a line that is not there.
pub(crate) fn unknown_particulars(
    particulars: &Particulars,
    has_line: impl Fn(u32) -> bool,
    problems: &mut Vec<Problem>,
) {
    let known = |name: &str| {
        BESIDE.iter().any(|it| it.eq_ignore_ascii_case(name))
            || fields::record_kinds().any(|it| counterpart(it, name).is_some())
    };
    let all = [&particulars.head, &particulars.line].into_iter();
    let all = all
        .chain(particulars.items.values())
        .chain(particulars.lines.values());
    for name in all.flat_map(BTreeMap::keys).filter(|it| !known(it)) {
        problems.push(Problem::error(
            "particular_unknown",
            Place::Whole,
            format!("the element {name:?} among the particulars"),
            "the official name of an element",
            "look for a slip of the pen; nothing was written",
            TABLES,
        ));
    }
    for line in particulars.lines.keys().filter(|&&it| !has_line(it)) {
        problems.push(Problem::error(
            "particular_line_unknown",
            Place::Whole,
            format!("particulars of line {line}"),
            "the number of a line of the document",
            "lines are named by their number in the journal",
            OURS,
        ));
    }
}
