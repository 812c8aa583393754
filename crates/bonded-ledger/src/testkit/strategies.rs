//! Journals for property tests: two handbooks of one chain, every movement, every kind of event; and
//! an account book that is written off cycle by cycle.

use proptest::prelude::*;

use crate::entry::Entry;
use crate::ledger::Ledger;
use crate::testkit::entries;
use unit_consumption::Total;

/// The books that every journal begins with.
const BOOKS: &str = "
    book A role=wafer_fabrication chain=X M1:2500/opening=40 M2 M3/unit=036/ineligible \
P1:4000/hs=8542310000 P2 P1<M1*1/loss=4 P1<M2*0.0025/loss=0.5995/share=80 \
P1<M1*1.01/v=2/loss=3.3 P2<M3*0.7/intangible=1.9 P2<M1*0.2/loss=12.5/intangible=0.5
    book B role=ic_design chain=X M1:9000/hs=8542310000 P1 P1<M1*1
    book E kind=E point=before_closure M1:9000/opening=120 M2 M3 P1 P2 P1<M1*1/loss=4 P1<M2*0.0025/loss=0.5995/share=80 P1<M1*1.01/v=2/loss=3.3 P2<M3*0.7/intangible=1.9 on=2026-01-01
";

const DATES: [&str; 5] = [
    "2026-01-05",
    "2026-02-10",
    "2026-03-01",
    "2026-03-20",
    "2026-11-30",
];

#[derive(Clone, Debug)]
enum Step {
    List {
        verb: &'static str,
        item: u8,
        quantity: u32,
        hundredths: u8,
        version: bool,
        /// In the account book.
        account: bool,
    },
    /// Counts the account book, settles what differs, reports the cycle, and mostly has it accepted.
    Cycle {
        off: i8,
        then: u8,
    },
    Deduct {
        list: u8,
        passed: Option<u32>,
    },
    Relist {
        list: u8,
        item: u8,
        quantity: u32,
    },
    Withdraw {
        list: u8,
    },
    Answer {
        list: u8,
        quantity: u32,
    },
    Other {
        line: &'static str,
    },
}

const VERBS: [&str; 20] = [
    "import",
    "import",
    "import",
    "export",
    "export",
    "export",
    "exchange_in",
    "exchange_out",
    "re_export",
    "sell",
    "destroy",
    "scrap_sell",
    "scrap_destroy",
    "exempt",
    "return_in",
    "return_in",
    "return_out",
    "return_out",
    "sell_products",
    "destroy_products",
];

const PRODUCT_VERBS: [&str; 6] = [
    "export",
    "exempt",
    "return_in",
    "return_out",
    "sell_products",
    "destroy_products",
];

const OTHERS: [&str; 19] = [
    "take E H1 L3 M1:3/scrap=0.25",
    "take E H2 L2 L5 M1:2 M2:0.00001",
    "untake E H1",
    "adjust E M1:2.5 ground=residue",
    "count E M1:5/in=1 P1:3",
    "amend E by=customs P1<M1*1.02/loss=4",
    "amend E M4/opening=6",
    "suspend B import",
    "resume B",
    "adjust A M1:-3.5",
    "adjust A M2:7 ground=disaster",
    "count A M1:5/in=1 P1:3",
    "outsource A M1:5 back:P1:2",
    "substitute A M1:5",
    "amend A M1:6000/unit=035",
    "amend A P1<M1*1.5/v=3/loss=2",
    "amend A by=customs P1<M1*1.02/loss=4",
    "report A",
    "return A",
];

fn step() -> impl Strategy<Value = Step> {
    let quantity = 0_u32..900;
    prop_oneof![
        6 => (prop::sample::select(&VERBS[..]), 0_u8..4, quantity.clone(), 0_u8..100, any::<bool>(),
                prop::bool::weighted(0.35))
            .prop_map(|(verb, item, quantity, hundredths, version, account)| Step::List {
                verb, item, quantity, hundredths, version, account
            }),
        1 => (-3_i8..4, any::<u8>()).prop_map(|(off, then)| Step::Cycle { off, then }),
        6 => (any::<u8>(), prop::option::weighted(0.15, quantity.clone()))
            .prop_map(|(list, passed)| Step::Deduct { list, passed }),
        1 => (any::<u8>(), 0_u8..3, quantity.clone())
            .prop_map(|(list, item, quantity)| Step::Relist { list, item, quantity }),
        1 => any::<u8>().prop_map(|list| Step::Withdraw { list }),
        2 => (any::<u8>(), 1_u32..300).prop_map(|(list, quantity)| Step::Answer { list, quantity }),
        2 => prop::sample::select(&OTHERS[..]).prop_map(|line| Step::Other { line }),
    ]
}

/// The clerk's lines of some steps; lists are numbered as they are declared.
fn script(steps: &[Step], ordered: bool) -> String {
    let mut script = String::from(BOOKS.trim());
    let mut lists: u32 = 0;
    let mut receiving = None;
    for (at, step) in steps.iter().enumerate() {
        let pick = |list: u8| u32::from(list) % lists.max(1) + 1;
        // In order of date, or with late documents among them.
        let place = if ordered {
            at * DATES.len() / steps.len().max(1)
        } else {
            at * 7 % DATES.len()
        };
        let date = DATES[place];
        let line = match step {
            Step::List {
                verb,
                item,
                quantity,
                hundredths,
                version,
                account,
            } => {
                lists += 1;
                let book = if *account { "E" } else { "A" };
                let (kind, items) = if PRODUCT_VERBS.contains(verb) {
                    ('P', 2)
                } else {
                    ('M', 3)
                };
                let version = if kind == 'P' && *version { "/v=2" } else { "" };
                let item = item % items + 1;
                // What comes back is less than what went.
                let second = verb.contains("return") || *verb == "exchange_in";
                let quantity = if second { quantity / 40 } else { *quantity };
                format!("{verb} L{lists} {book} {kind}{item}:{quantity}.{hundredths:02}{version}")
            }
            Step::Deduct { list, passed } => match passed {
                Some(passed) => format!("deduct L{} 1={passed}", pick(*list)),
                None => format!("deduct L{}", pick(*list)),
            },
            Step::Relist {
                list,
                item,
                quantity,
            } => {
                format!("relist L{} M{}:{quantity}", pick(*list), item + 1)
            }
            Step::Withdraw { list } => format!("withdraw L{}", pick(*list)),
            Step::Answer { list, quantity } => {
                // A receiving list, or the sending one that answers the last of them.
                lists += 1;
                match receiving.take() {
                    Some((answered, quantity)) if list % 8 > 0 => {
                        format!("carry_out L{lists} A P1:{quantity} with=B list=L{answered}")
                    }
                    _ => {
                        receiving = Some((lists, *quantity));
                        format!("carry_in L{lists} B M1:{quantity} with=A")
                    }
                }
            }
            Step::Cycle { off, then } => {
                script.push_str(&cycle(&script, date, *off, *then));
                continue;
            }
            Step::Other { line } => (*line).to_string(),
        };
        script.push_str(&format!("\n{line} on={date}"));
    }
    script
}

/// The end of a cycle on this day, as the journal stands; every line with its date.
fn cycle(script: &str, date: &str, off: i8, then: u8) -> String {
    let mut ledger = Ledger::new();
    for entry in entries(script).unwrap_or_default() {
        let _ = ledger.replay(&entry);
    }
    let (number, day) = ("E222226A0005".parse(), crate::ids::parse_date(date));
    let check = number
        .ok()
        .zip(day)
        .and_then(|(it, day)| ledger.cycle_check(it, day));
    let mut lines = String::new();
    let (mut count, mut settle) = (String::new(), String::new());
    for row in check.iter().flat_map(|it| &it.materials) {
        // Off by some hundredths; what is below nothing is undeclared.
        let off = Total::from_raw(i128::from(off) * 1_000 * i128::from(row.seq.get()));
        let counted = row.book + off;
        let (held, undeclared) = match counted < Total::ZERO {
            true => (Total::ZERO, -counted),
            false => (counted, Total::ZERO),
        };
        count.push_str(&format!(" M{}:{held}/in={undeclared}", row.seq));
        let open = counted - (row.book + row.adjusted - row.settled_by_lists);
        if !open.is_zero() {
            let seq = row.seq;
            settle.push_str(&format!(
                "\nadjust E M{seq}:{open} ground=cycle_over note=counted on={date}"
            ));
        }
    }
    lines.push_str(&format!("\ncount E{count} on={date}{settle}"));
    lines.push_str(&format!("\nreport_cycle E {date} on={date}"));
    match then % 8 {
        0 => lines.push_str(&format!("\nreturn_cycle E on={date}")),
        1 | 2 => {}
        _ => lines.push_str(&format!("\naccept_cycle E on={date}")),
    }
    lines
}

/// Any journal: many of its entries are unlawful.
pub fn journal(steps: usize) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec(step(), 0..=steps)
        .prop_map(|steps| entries(&script(&steps, false)).unwrap_or_default())
}

/// A journal in order of date, of accepted entries only.
pub fn lawful_journal(steps: usize) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec(step(), 0..=steps).prop_map(|steps| {
        let mut ledger = Ledger::new();
        let all = entries(&script(&steps, true)).unwrap_or_default();
        all.into_iter()
            .filter(|it| ledger.replay(it).is_ok())
            .collect()
    })
}
