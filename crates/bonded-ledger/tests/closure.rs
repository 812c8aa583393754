//! The closure report balances under the official names.

use bonded_ledger::testkit::journal;
use bonded_ledger::{Ledger, Total};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_report_balances(entries in journal(60)) {
        let mut ledger = Ledger::new();
        for entry in &entries {
            let _ = ledger.post(entry);
        }
        for handbook in ledger.handbooks() {
            let report = ledger.closure_report(handbook).unwrap();
            for it in &report.materials {
                let came = it.imp_total_qty + it.dprcs_crdw_imp_qty;
                let left = it.sdin_qty + it.reexp_qty + it.mtpck_dstry_qty + it.remain_crdw_qty
                    + it.csm_total_qty;
                prop_assert_eq!(came - left, it.remain_mtpck_qty);
                // What an earlier cycle dealt with beyond its scrap is the opening of this one.
                let before = report.head.eml_no.is_account_book();
                let arose = it.lfmt_qty >= Total::ZERO || it.csm_total_qty < Total::ZERO;
                prop_assert!(arose || before);
            }
            let head = &report.head;
            prop_assert_eq!(head.imp_invt_total_cnt + head.exp_invt_total_cnt, report.lists.len());
        }
    }
}

#[test]
fn the_names_are_the_message_s_own() {
    let mut ledger = Ledger::new();
    for entry in bonded_ledger::testkit::entries("book A M1:10 P1 P1<M1*1/loss=10").unwrap() {
        ledger.post(&entry).unwrap();
    }
    let report = ledger
        .closure_report("C222226A0001".parse().unwrap())
        .unwrap();
    let value = serde_json::to_value(report).unwrap();
    for (table, fields) in [
        (
            "EmlChgoffMtpck",
            "emlNo typecd seqno gdecd impTotalQty dprcsCrdwImpQty sdinQty reexpQty mtpckDstryQty lfmtQty remainCrdwQty csmTotalQty remainMtpckQty",
        ),
        (
            "EmlChgoffEndprd",
            "emlNo typecd seqno gdecd expTotalQty dprcsCrdwExpQty endprdRetnExchImpQty endprdRetnExchExpQty",
        ),
    ] {
        for field in fields.split(' ') {
            assert!(
                value[table][0].get(field).is_some(),
                "{table}.{field}: {value}"
            );
        }
    }
    assert_eq!(value["EmlChgoffBsc"]["masterCuscd"], "2222");
}
