//! What customs has decided is recorded; what is odd about it is said.

use bonded_ledger::testkit::check;

#[test]
fn more_passed_than_went_the_other_way() {
    check(
        "book A M1/opening=100 P1 P1<M1*1
         export L1 A P1:10
         deduct L1
         return_in L2 A P1:5
         deduct L2 1=50 -> ok warns exchange_uncovered
         exchange_out L3 A M1:5
         deduct L3
         exchange_in L4 A M1:5
         deduct L4 1=50 -> ok warns exchange_uncovered",
    );
}

#[test]
fn more_scrap_passed_than_there_is() {
    check(
        "book A M1/opening=100 P1 P1<M1*9/loss=10
         export L1 A P1:10
         deduct L1
         scrap_sell L2 A M1:10
         deduct L2 1=90 -> ok warns scrap_exceeded",
    );
}

#[test]
fn an_amendment_warns_as_a_declaration_does() {
    check(
        "book A M1/opening=100 P1 P1<M1*9/loss=10
         export L1 A P1:10
         deduct L1
         scrap_sell L2 A M1:10
         relist L2 M1:50 -> ok warns scrap_exceeded",
    );
}

#[test]
fn undoing_a_first_leg_may_leave_too_much_counted() {
    check(
        "book A M1:100
         import L1 A M1:100
         deduct L1
         exchange_out L2 A M1:10
         deduct L2
         import L3 A M1:10
         withdraw L2 -> ok warns passed_above_approved",
    );
}

#[test]
fn a_number_taken_again_names_another_item() {
    check(
        "book A M1 M2
         import L1 A M2:7 on=2026-02-01
         count A M2:7 on=2026-02-02
         withdraw L1 on=2026-03-01
         amend A drop=M2
         amend A M2/unit=036
         ? A M2 counted = null
         ? A M2 imported = 0",
    );
}

#[test]
fn a_deposit_has_no_term_beyond_the_book() {
    use bonded_ledger::{Entry, Ledger, testkit::entries};
    let letter = entries("book A until=2026-12-31 guarantee=2026-12-31 M1").unwrap();
    let line = serde_json::to_string(&letter[0]).unwrap();
    let warned = |line: &str| {
        let receipt = Ledger::new()
            .post(&Entry::from_json(line).unwrap())
            .unwrap();
        receipt
            .warnings
            .iter()
            .any(|it| it.code() == "guarantee_too_short")
    };
    assert!(warned(&line));
    assert!(!warned(&line.replace("\"letter\"", "\"deposit\"")));
}
