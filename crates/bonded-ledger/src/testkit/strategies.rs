//! Journals for property tests: two handbooks of one chain, every movement, every kind of event.

use proptest::prelude::*;

use crate::entry::Entry;
use crate::ledger::Ledger;
use crate::testkit::entries;

/// The books that every journal begins with.
const BOOKS: &str = "
    book A role=wafer_fabrication chain=X M1:2500/opening=40 M2 M3/unit=036/ineligible \
P1:4000/hs=8542310000 P2 P1<M1*1/loss=4 P1<M2*0.0025/loss=0.5995/share=80 \
P1<M1*1.01/v=2/loss=3.3 P2<M3*0.7/intangible=1.9 P2<M1*0.2/loss=12.5/intangible=0.5
    book B role=ic_design chain=X M1:9000/hs=8542310000 P1 P1<M1*1
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

const OTHERS: [&str; 12] = [
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
        6 => (prop::sample::select(&VERBS[..]), 0_u8..4, quantity.clone(), 0_u8..100, any::<bool>())
            .prop_map(|(verb, item, quantity, hundredths, version)| Step::List {
                verb, item, quantity, hundredths, version
            }),
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
            } => {
                lists += 1;
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
                format!("{verb} L{lists} A {kind}{item}:{quantity}.{hundredths:02}{version}")
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
            Step::Other { line } => (*line).to_string(),
        };
        script.push_str(&format!("\n{line} on={date}"));
    }
    script
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
