//! Figures of closures and consumption sheets are the statement's.

use bonded_exchange::documents::{self, Period};
use bonded_ledger::testkit::lawful_journal;
use bonded_ledger::{Quantity, Total};
use proptest::prelude::*;

use super::*;

pub(crate) fn figure(record: &Record, element: &str) -> Total {
    let text = record
        .get(element)
        .unwrap_or_else(|| panic!("no {element}"));
    let negative = text.strip_prefix('-');
    let quantity: Quantity = negative.unwrap_or(text).parse().expect("a quantity");
    let total = Total::from(quantity);
    if negative.is_some() { -total } else { total }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Element by element against the statement, and in balance by the elements alone.
    #[test]
    fn a_closure_says_what_the_statement_says(journal in lawful_journal(50)) {
        let mut ledger = Ledger::new();
        for entry in &journal {
            ledger.replay(entry).expect("lawful");
        }
        // An account book reports its cycles.
        let handbooks = ledger.handbooks().into_iter().filter(|it| !it.is_account_book());
        for number in handbooks {
            let report = ledger.closure_report(number).expect("a handbook");
            let given = Particulars::default();
            let document = sound(documents::closure(&report, &given, &customs("EML121-1")));
            let statement = ledger.statement_of(Some(number), None).handbooks.remove(0);
            let rows: Vec<&Record> = document.message.records("EmlChgoffMtpck").collect();
            prop_assert_eq!(rows.len(), statement.materials.len());
            for (record, row) in rows.iter().zip(&statement.materials) {
                let of = |element| figure(record, element);
                prop_assert_eq!(of("csmTotalQty"), row.consumed);
                prop_assert_eq!(of("remainMtpckQty"), row.remaining);
                prop_assert_eq!(of("sdinQty"), row.domestic_sale);
                prop_assert_eq!(of("lfmtQty"), row.loss_tangible);
                let left = of("impTotalQty") + of("dprcsCrdwImpQty") - of("sdinQty")
                    - of("reexpQty") - of("mtpckDstryQty") - of("remainCrdwQty") - of("csmTotalQty");
                prop_assert_eq!(left, of("remainMtpckQty"));
            }
            let rows: Vec<&Record> = document.message.records("EmlChgoffEndprd").collect();
            prop_assert_eq!(rows.len(), statement.products.len());
            for (record, row) in rows.iter().zip(&statement.products) {
                prop_assert_eq!(figure(record, "expTotalQty"), row.exported + row.exempted);
                prop_assert_eq!(figure(record, "dprcsCrdwExpQty"), row.carried_out);
            }
            let head = first(&document, "EmlChgoffBsc");
            let lists = document.message.records("EmlChgoffInvt").count();
            let counted = head.whole("impInvtTotalCnt").unwrap().unwrap()
                + head.whole("expInvtTotalCnt").unwrap().unwrap();
            prop_assert_eq!(counted as usize, lists);
        }
    }

    /// However a time is cut into sheets, they add up to what the statement says.
    #[test]
    fn consumption_sheets_add_up(cuts in prop::collection::btree_set(1_u64..85, 0..6)) {
        let world = world(ACCOUNT_BOOK.lines());
        let World { ledger, on_file } = &world;
        let number = "E222626A0001".parse().expect("a number");
        let (first, last) = (day("2026-01-05"), day("2026-03-31"));
        let mut starts = vec![first];
        starts.extend(cuts.iter().map(|&it| first + chrono::Days::new(it)));
        let mut sums = [Total::ZERO; 2];
        let mut lists = 0;
        for (at, from) in starts.iter().enumerate() {
            let to = starts.get(at + 1).map_or(last, |it| it.pred_opt().expect("a day"));
            let period = Period { handbook: number, from: *from, to };
            let given = Particulars::default();
            let options = customs("CMB101-1");
            let sheet = documents::consumption_sheet(ledger, on_file, period, &given, &options);
            let Ok(document) = sheet else {
                prop_assert_eq!(codes(sheet), ["period_empty"]);
                continue;
            };
            lists += document.message.records("SasCmbInvt").count();
            for record in document.message.records("SasCmbImg") {
                let seq = record.whole("mtpckSeqno").unwrap().unwrap() as usize;
                sums[seq - 1] += figure(record, "ucnsNetUseupQty");
            }
        }
        let statement = ledger.statement_of(Some(number), Some(last)).handbooks.remove(0);
        let net: Vec<Total> = statement.materials.iter().map(|it| it.consumed_net).collect();
        prop_assert_eq!(sums.to_vec(), net);
        prop_assert_eq!(lists, 3);
    }
}
