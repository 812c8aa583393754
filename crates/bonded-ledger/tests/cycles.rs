//! The cycles of account books, in the clerk's language: every sentence of the contract's section.

use bonded_ledger::testkit::{check, entries};
use bonded_ledger::{CycleCheck, Ledger, parse_date};

#[test]
fn a_cycle_opens_with_what_the_last_one_left() {
    check(
        "book A kind=E M1/opening=10 P1 P1<M1*1/loss=4 on=2026-01-01
         import L1 A M1:100 on=2026-01-10
         deduct L1 on=2026-01-12
         export L2 A P1:48 on=2026-02-01
         deduct L2 on=2026-02-02
         ? A M1 remaining = 60
         ? A M1 scrap = 2
         count A M1:60 on=2026-02-28
         report_cycle A 2026-02-28
         ? A 1 cycle state = reported
         ? A 1 cycle to = 2026-02-28
         export L3 A P1:24 on=2026-03-02
         deduct L3 on=2026-03-03
         accept_cycle A on=2026-03-20
         ? A 1 cycle state = accepted
         ? A 1 M1 remaining = 60
         ? A 1 M1 consumed = 50
         ? A 1 P1 exported = 48
         ? A 2 cycle from = 2026-03-01
         ? A 2 cycle to = null
         ? A 2 cycle state = current
         ? A M1 opening = 60
         ? A M1 imported = 0
         ? A M1 consumed = 25
         ? A M1 remaining = 35
         ? A M1 scrap_opening = 2
         ? A M1 scrap = 3
         ? A P1 exported = 24
         ? A 2026-02-28 M1 remaining = 60
         ? A 2026-03-01 M1 opening = 60
         ? A 2026-03-01 M1 remaining = 60
         ? A 2026-01-31 M1 remaining = 110",
    );
}

#[test]
fn a_returned_cycle_goes_on() {
    check(
        "book A kind=E M1/opening=10
         count A M1:10 on=2026-02-10
         report_cycle A 2026-02-10
         import L1 A M1:1 on=2026-02-10 -> refused cycle_frozen
         return_cycle A
         import L1 A M1:1 on=2026-02-10
         deduct L1 on=2026-02-11
         ? A M1 opening = 10
         ? A 1 cycle state = current
         accept_cycle A -> refused cycle_not_reported",
    );
}

#[test]
fn what_is_frozen() {
    check(
        "book A kind=E M1/opening=100 M2 P1 P1<M1*1 P1<M1*2/v=2 P1<M1*3/v=3
         import L1 A M1:10 on=2026-01-10
         deduct L1 on=2026-01-11
         export L2 A P1:10 on=2026-01-12
         deduct L2 on=2026-01-13
         export L3 A P1:10/v=2 on=2026-02-20
         count A M1:100 P1:0/v=3 on=2026-01-31
         report_cycle A 2026-01-31
         relist L1 M1:11 -> refused cycle_frozen
         withdraw L1 -> refused cycle_frozen
         relist L3 P1:5/v=2
         deduct L3 on=2026-01-31 -> refused cycle_frozen
         deduct L3
         adjust A M1:1 on=2026-01-31 -> refused cycle_frozen
         count A M1:1 on=2026-01-31 -> refused cycle_frozen
         suspend A both on=2026-01-31 -> refused cycle_frozen
         resume A on=2026-01-31 -> refused cycle_frozen
         outsource A M1:1 on=2026-01-31 -> refused cycle_frozen
         substitute A M1:1 on=2026-01-31 -> refused cycle_frozen
         amend A until=2028-12-31 on=2026-01-31 -> refused cycle_frozen
         amend A by=customs P1<M1*1.5 -> refused consumption_frozen
         amend A by=customs P1<M2*1.5 -> refused consumption_frozen
         amend A by=customs drop=P1<M1 -> refused consumption_frozen
         amend A by=customs P1<M1*3.5/v=3 -> refused consumption_frozen
         amend A by=customs P1<M1*2.5/v=2
         report A on=2026-03-02 -> refused cycle_reported
         return_cycle A on=2026-01-31
         amend A by=customs P1<M1*1.5
         amend A by=customs P1<M1*1
         report_cycle A 2026-01-31
         accept_cycle A on=2026-01-15
         relist L1 M1:11 -> refused cycle_frozen
         amend A by=customs P1<M1*1.5 -> refused consumption_frozen
         ? A 1 M1 remaining = 100",
    );
}

#[test]
fn a_list_of_one_cycle_booked_in_the_next_counts_there() {
    check(
        "book A kind=E M1/opening=100 on=2026-01-01
         re_export L1 A M1:40 on=2026-01-30
         report_cycle A 2026-01-31 -> refused cycle_not_ready
         deduct L1 on=2026-02-02
         count A M1:60/out=40 on=2026-01-31
         report_cycle A 2026-01-31
         accept_cycle A
         ? A 1 M1 remaining = 100
         ? A 1 M1 counted = 100
         ? A M1 opening = 100
         ? A M1 re_exported = 40
         ? A M1 remaining = 60
         ? A 2026-01-31 M1 pending_out = 40",
    );
}

#[test]
fn the_band_to_the_last_digit() {
    // Basis 0.002: the band is 0.00002 wide, ends included.
    for (counted, judged) in [("0.00198", "ok"), ("0.00197", "refused cycle_not_ready")] {
        check(&format!(
            "book A kind=E M1/opening=0.002
             count A M1:{counted} on=2026-02-28
             sell L1 A M1:0.0000{} settles=2026-02-28
             report_cycle A 2026-02-28 -> {judged}",
            if judged == "ok" { 2 } else { 3 }
        ));
    }
    // 1 % of 10,000.0005 is 100.000005: 100.00000 lies within, 100.00001 does not.
    for (over, judged) in [("100", "ok"), ("100.00001", "refused cycle_not_ready")] {
        check(&format!(
            "book A kind=E M1/opening=10000.0005
             adjust A M1:{over} ground=cycle_over on=2026-02-28
             count A M1:10{over_}.0005{last} on=2026-02-28
             report_cycle A 2026-02-28 -> {judged}",
            over_ = "100",
            last = if judged == "ok" { "" } else { "1" },
        ));
    }
    // Imports of the cycle widen it, exports do not; a dishonest operator has none, nor has a book
    // into which nothing came.
    check(
        "book A kind=E M1 P1 P1<M1*1
         import L1 A M1:100 on=2026-01-10
         deduct L1 on=2026-01-10
         export L2 A P1:98 on=2026-01-11
         deduct L2 on=2026-01-11
         count A M1:1 on=2026-02-28
         sell L3 A M1:1 settles=2026-02-28
         report_cycle A 2026-02-28
         return_cycle A
         amend A credit=dishonest
         report_cycle A 2026-02-28 -> refused cycle_not_ready",
    );
    check(
        "book A kind=E M1
         adjust A M1:1 ground=cycle_over on=2026-02-28
         count A M1:1 on=2026-02-28
         report_cycle A 2026-02-28 -> refused cycle_not_ready
         adjust A M1:-1 ground=cycle_over on=2026-02-28 note=forgotten
         adjust A M1:1 ground=cycle_over on=2026-02-28 note=found
         report_cycle A 2026-02-28
         return_cycle A
         adjust A M1:1 ground=customs_decision on=2026-02-28
         count A M1:2 on=2026-02-28
         report_cycle A 2026-02-28",
    );
}

#[test]
fn a_shortage_is_settled_by_lists_also_of_the_next_cycle() {
    check(
        "book A kind=E M1/opening=100 P1 P1<M1*2
         count A M1:90 on=2026-02-28
         report_cycle A 2026-02-28 -> refused cycle_not_ready
         sell L1 A M1:4 settles=2026-02-28 note=spilt on=2026-02-27
         deduct L1 on=2026-02-28
         report_cycle A 2026-02-28 -> refused cycle_not_ready
         sell L2 A M1:2 settles=2026-02-28 note=spilt
         sell_products L3 A P1:2 settles=2026-02-28
         report_cycle A 2026-02-28 -> refused cycle_not_ready
         relist L3 P1:2 note=broken
         report_cycle A 2026-02-28 -> ok warns cycle_differs
         deduct L2
         withdraw L2 -> refused cycle_frozen
         relist L3 P1:1 -> refused cycle_frozen
         accept_cycle A
         ? A 1 M1 domestic_sale = 4
         ? A 1 M1 remaining = 96
         deduct L3
         ? A M1 opening = 96
         ? A M1 domestic_sale = 6
         ? A M1 remaining = 90
         sell L4 A M1:1 settles=2026-02-28 -> refused settles_accepted
         sell L5 A M1:1 settles=2026-03-31",
    );
}

#[test]
fn only_what_settles_is_left_out() {
    // An adjustment of another ground is part of the book; a list with another day settles nothing.
    check(
        "book A kind=E M1/opening=100
         adjust A M1:-30 ground=disaster on=2026-01-10
         sell L1 A M1:1 settles=2026-01-31 on=2026-01-10
         deduct L1 on=2026-01-10
         count A M1:69 on=2026-02-28
         report_cycle A 2026-02-28",
    );
}

#[test]
fn what_need_not_be_counted() {
    check(
        "book A kind=E M1 M2/opening=5 P1 P1<M2*1
         count A P1:5 on=2026-02-28
         report_cycle A 2026-02-28
         accept_cycle A
         ? A 1 M1 counted = null
         ? A 1 M2 counted = 5
         count A M1:7 on=2026-03-31
         report_cycle A 2026-03-31 -> refused cycle_end_out_of_range",
    );
}

#[test]
fn rules_one_and_six_look_at_all_cycles_rule_five_at_the_current_one() {
    check(
        "book A kind=E M1:100 P1:50 P1<M1*1
         import L1 A M1:60 on=2026-01-10
         deduct L1 on=2026-01-10
         export L2 A P1:40 on=2026-01-11
         deduct L2 on=2026-01-11
         count A M1:20 on=2026-01-31
         report_cycle A 2026-01-31
         accept_cycle A
         import L3 A M1:41 -> refused quota_exceeded
         import L3 A M1:40
         export L4 A P1:11 -> refused quota_exceeded
         return_in L5 A P1:41 -> refused exchange_exceeded
         return_in L5 A P1:40
         re_export L6 A M1:21 -> refused balance_exceeded
         re_export L6 A M1:20
         deduct L5
         ? A M1 consumed = -40
         ? A M1 remaining = 60
         return_out L7 A P1:40",
    );
}

#[test]
fn a_material_added_later_opens_its_first_cycle() {
    check(
        "book A kind=E M1 on=2026-01-01
         report_cycle A 2026-01-31
         amend A M2/opening=7 on=2026-02-05
         accept_cycle A
         ? A M2 opening = 7
         ? A 1 M2 opening = 0
         ? A 2026-02-04 M2 opening = 0
         count A M2:7 on=2026-02-28
         report_cycle A 2026-02-28
         accept_cycle A
         ? A M2 opening = 7
         ? A 2 M2 opening = 7
         ? A 1 M2 remaining = 0
         amend A drop=M2 -> refused item_in_use",
    );
    // Nothing is left of it now, but an accepted cycle tells of it.
    check(
        "book A kind=E M1
         adjust A M1:5 ground=residue on=2026-01-10
         count A M1:5 on=2026-01-31
         report_cycle A 2026-01-31
         accept_cycle A
         adjust A M1:-5 ground=residue on=2026-02-10
         amend A drop=M1 -> refused item_in_use",
    );
}

#[test]
fn an_account_book_ends_when_its_current_cycle_is_empty() {
    check(
        "book A kind=E M1/opening=10 P1 P1<M1*1
         export L1 A P1:10 on=2026-01-10
         deduct L1 on=2026-01-10
         report_cycle A 2026-01-31
         accept_cycle A
         ? A closable = true
         import L2 A M1:3
         deduct L2
         ? A closable = false
         report A -> refused not_closable
         re_export L3 A M1:3
         deduct L3
         report A on=2026-01-31 -> refused cycle_frozen
         report A
         report_cycle A 2026-03-01 -> refused handbook_reported
         accept A
         report_cycle A 2026-03-01 -> refused handbook_closed
         ? A 1 M1 consumed = 10",
    );
}

#[test]
fn what_took_effect_in_a_cycle_is_the_difference_that_it_made() {
    // Booked in one cycle, amended in the next before the first was reported.
    check(
        "book A kind=E M1 P1 P1<M1*1.5
         import L1 A M1:100 on=2026-01-10
         deduct L1 on=2026-01-10
         relist L1 M1:90 on=2026-02-05
         export L2 A P1:10 on=2026-01-10
         deduct L2 on=2026-01-10
         withdraw L2 on=2026-02-06
         count A M1:85 on=2026-01-31
         report_cycle A 2026-01-31
         accept_cycle A
         ? A 1 M1 imported = 100
         ? A 1 M1 consumed = 15
         ? A M1 opening = 85
         ? A M1 imported = -10
         ? A M1 consumed = -15
         ? A M1 remaining = 90",
    );
}

#[test]
fn a_leftover_of_a_handbook_goes_on_in_an_account_book() {
    check(
        "book A M1/opening=10/name=wafer
         book B kind=E M1/name=wafer
         leftover_in L1 B M1:10 with=A on=2026-01-10
         leftover_out L2 A M1:10 with=B list=L1 on=2026-01-10
         deduct L1 on=2026-01-11
         deduct L2 on=2026-01-12
         count B M1:10 on=2026-01-31
         report_cycle B 2026-01-31
         accept_cycle B
         ? B M1 opening = 10
         report A
         ? B 1 M1 leftover_in = 10",
    );
}

#[test]
fn a_sale_on_the_last_day_does_not_make_a_shortage_equal() {
    check(
        "book A kind=E M1/opening=100 P1 P1<M1*2
         sell L1 A M1:3 settles=2026-02-28 on=2026-02-27
         deduct L1 on=2026-02-27
         sell_products L2 A P1:1 settles=2026-02-28 on=2026-02-27
         deduct L2 on=2026-02-28
         count A M1:95 on=2026-02-28
         ? A M1 remaining = 95
         report_cycle A 2026-02-28 -> refused cycle_not_ready
         relist L1 M1:3 note=spilt
         report_cycle A 2026-02-28 -> refused cycle_not_ready
         relist L2 P1:1 note=broken
         report_cycle A 2026-02-28 -> ok warns cycle_differs",
    );
    // Within the band no reason is asked for.
    check(
        "book A kind=E M1/opening=100
         sell L1 A M1:1 settles=2026-02-28 on=2026-02-27
         deduct L1 on=2026-02-27
         count A M1:99 on=2026-02-28
         report_cycle A 2026-02-28 -> ok warns cycle_differs",
    );
}

#[test]
fn a_running_book_is_taken_over_with_what_remained() {
    // Recorded after its first cycle has ended.
    check(
        "book A kind=E M1:100/opening=60/used=40 P1/used=30 P1<M1*1 on=2026-03-01
         return_in L1 A P1:30 on=2026-01-10
         deduct L1 on=2026-01-10
         count A M1:90 on=2026-01-31
         report_cycle A 2026-01-31
         accept_cycle A
         ? A 1 M1 opening = 60
         ? A M1 opening = 90
         import L2 A M1:60.00001 -> refused quota_exceeded
         import L2 A M1:60",
    );
}

#[test]
fn exchanged_materials_are_covered_by_all_cycles() {
    check(
        "book A kind=E M1/opening=10
         exchange_out L1 A M1:4 on=2026-01-10
         deduct L1 on=2026-01-10
         count A M1:6 on=2026-01-31
         report_cycle A 2026-01-31
         accept_cycle A
         exchange_in L2 A M1:5 -> refused exchange_exceeded
         exchange_in L2 A M1:4
         deduct L2
         ? A M1 exchanged_in = 4
         ? A M1 remaining = 10",
    );
}

/// What a count means, as `bonded cycle check` tells it.
fn assessed(script: &str, end: &str) -> CycleCheck {
    let mut ledger = Ledger::new();
    for entry in entries(script).unwrap() {
        ledger.post(&entry).unwrap();
    }
    let book = ledger.handbooks()[0];
    ledger.cycle_check(book, parse_date(end).unwrap()).unwrap()
}

fn codes(check: &CycleCheck) -> Vec<&str> {
    check.reasons.iter().map(|it| it.code()).collect()
}

#[test]
fn nothing_is_sold_later_of_what_nobody_had_to_count() {
    check(
        "book A kind=E M1 M2/opening=5
         sell L1 A M2:2 settles=2026-02-28 on=2026-02-20
         re_export L2 A M2:3 on=2026-02-20
         deduct L2 on=2026-02-21
         deduct L1 on=2026-02-21
         report_cycle A 2026-02-28",
    );
    // Nothing remains on the last day; what came in after it is sold as its shortage.
    check(
        "book A kind=E M1
         import L1 A M1:5 on=2026-03-01
         deduct L1 on=2026-03-01
         sell L2 A M1:5 settles=2026-02-28 on=2026-03-02
         report_cycle A 2026-02-28 on=2026-03-03 -> refused cycle_not_ready
         withdraw L2 on=2026-03-03
         report_cycle A 2026-02-28 on=2026-03-03",
    );
}

#[test]
fn an_unsold_shortage_and_an_excess_of_settlement_are_told_apart() {
    let short = "book A kind=E M1/opening=100
         count A M1:95 on=2026-02-28
         sell L1 A M1:7 settles=2026-02-28 note=spilt on=2026-03-02";
    let check = assessed(short, "2026-02-28");
    let row = &check.materials[0];
    assert_eq!(row.open.to_string(), "2");
    assert_eq!(row.to_do.sold_too_much.to_string(), "2");
    assert!(row.to_do.add.is_zero());
    let message = check.reasons[0].message();
    assert!(message.contains("amend or withdraw"), "{message}");
    let over = "book A kind=E M1/opening=100
         count A M1:103 on=2026-02-28
         adjust A M1:5 ground=cycle_over note=found on=2026-02-28";
    let check = assessed(over, "2026-02-28");
    let to_do = check.materials[0].to_do;
    assert_eq!(to_do.take_back.to_string(), "2");
    assert!(to_do.sell.is_zero());
    // Over, and by mistake sold as short: both sides are told.
    let wrong = "book A kind=E M1/opening=100
         count A M1:103 on=2026-02-28
         sell L1 A M1:4 settles=2026-02-28 note=spilt on=2026-03-02";
    let to_do = assessed(wrong, "2026-02-28").materials[0].to_do;
    assert_eq!(to_do.sold_too_much.to_string(), "4");
    assert_eq!(to_do.add.to_string(), "3");
}

#[test]
fn what_was_not_counted_is_what_remains_after_settling() {
    let script = "book A kind=E M1/opening=100
         adjust A M1:5 ground=cycle_over note=found on=2026-02-20
         sell L1 A M1:7 settles=2026-02-28 note=spilt on=2026-02-20
         deduct L1 on=2026-02-21";
    let check = assessed(script, "2026-02-28");
    assert_eq!(codes(&check), ["not_counted"]);
    let message = check.reasons[0].message();
    assert!(message.contains(": 98 "), "{message}");
}

#[test]
fn an_earlier_count_of_a_frozen_cycle_keeps_its_products() {
    let script = "book A kind=E M1/opening=10 P1 P1<M1*1/v=2 on=2026-01-01
         count A M1:8 P1:2/v=2 on=2026-02-10
         count A M1:10 on=2026-02-28
         report_cycle A 2026-02-28";
    check(&format!(
        "{script}
         ? A 2026-02-10 M1 counted = 10
         amend A P1<M1*9/v=2 -> refused consumption_frozen
         accept_cycle A
         amend A P1<M1*9/v=2 -> refused consumption_frozen
         ? A 2026-02-10 M1 counted = 10"
    ));
}

#[test]
fn a_reported_cycle_ends_with_its_last_day() {
    check(
        "book A kind=E M1/opening=10
         count A M1:10 on=2026-02-28
         report_cycle A 2026-02-28
         import L1 A M1:5 on=2026-03-02
         deduct L1 on=2026-03-02
         import L2 A M1:1 on=2026-03-03
         ? A M1 remaining = 15
         ? A 1 M1 remaining = 10
         ? A 1 M1 pending_in = 1
         accept_cycle A
         ? A 1 M1 remaining = 10
         ? A 2 M1 remaining = 15",
    );
}

#[test]
fn what_is_written_off_without_a_count_is_warned_of() {
    check(
        "book A kind=E M1/opening=5
         adjust A M1:-5 ground=cycle_over on=2026-02-28
         report_cycle A 2026-02-28 -> ok warns shortage_taken_off",
    );
}

#[test]
fn a_book_that_takes_no_report_is_told() {
    let reported = "book A kind=E M1
         report_cycle A 2026-02-28";
    let check = assessed(reported, "2026-03-31");
    assert_eq!(codes(&check), ["cycle_reported"]);
    let closing = "book A kind=E M1
         report A";
    assert_eq!(
        codes(&assessed(closing, "2026-03-31")),
        ["handbook_reported"]
    );
    let closed = format!("{closing}\n accept A");
    assert_eq!(codes(&assessed(&closed, "2026-03-31")), ["handbook_closed"]);
}

#[test]
fn what_is_counted_of_goods_without_consumption_is_warned_of() {
    let script = "book A kind=E point=before_closure M1/opening=1 P1 P2 P2<M1*1
         export L1 A P1:5 on=2026-02-01
         deduct L1 on=2026-02-02
         count A M1:1 P1:3 on=2026-02-28";
    let check = assessed(script, "2026-02-28");
    assert!(check.ready);
    let told: Vec<_> = check
        .warnings
        .iter()
        .map(|it| (it.code(), it.message()))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].1.contains("5 left"), "{told:?}");
    assert!(told[1].1.contains("3 counted"), "{told:?}");
}

#[test]
fn a_material_that_moved_before_the_amendment_that_added_it_keeps_both() {
    check(
        "book A kind=E M1 on=2026-01-01
         amend A M2/opening=5 on=2026-04-10
         import L1 A M2:7 on=2026-03-20
         deduct L1 on=2026-03-20
         count A M2:7 on=2026-03-31
         report_cycle A 2026-03-31 on=2026-04-12
         ? A M2 remaining = 12
         accept_cycle A on=2026-04-13
         ? A 1 M2 remaining = 7
         ? A M2 opening = 12
         ? A M2 remaining = 12
         ? A 2026-04-05 M2 opening = 7",
    );
}

#[test]
fn what_settled_on_the_last_day_needs_its_reason_whatever_became_of_it() {
    let script = "book A kind=E M1/opening=10 M2/opening=10
         count A M1:9 M2:10 on=2026-03-31
         sell S A M1:1 settles=2026-03-31 on=2026-03-31
         deduct S on=2026-03-31";
    for after in ["withdraw S on=2026-04-02", "relist S M2:1 on=2026-04-02"] {
        let check = assessed(&format!("{script}\n{after}"), "2026-03-31");
        assert_eq!(codes(&check), ["note_missing"], "{after}");
        assert_eq!(check.warnings[0].code(), "settled_otherwise", "{after}");
    }
    // Deducted with nothing it settles nothing, and explains nothing.
    check(
        "book A kind=E M1/opening=10
         count A M1:9 on=2026-03-31
         sell S A M1:1 settles=2026-03-31 on=2026-03-31
         deduct S 1=0 on=2026-03-31
         sell T A M1:1 settles=2026-03-31 note=spilt on=2026-03-31
         deduct T on=2026-03-31
         report_cycle A 2026-03-31 on=2026-04-02",
    );
}

#[test]
fn what_is_dated_after_the_cycle_is_named() {
    let late = "book A kind=E M1/opening=10
         count A M1:12 on=2026-03-31
         adjust A M1:2 ground=cycle_over note=found on=2026-04-02";
    let check = assessed(late, "2026-03-31");
    assert_eq!(check.materials[0].adjusted_later.to_string(), "2");
    let message = check.reasons[0].message();
    assert!(message.contains("dated after 2026-03-31"), "{message}");
    let withdrawn = "book A kind=E M1/opening=10 P1 P1<M1*1
         export L1 A P1:5 on=2026-03-01
         deduct L1 on=2026-03-02
         take A H1 L1 M1:4 on=2026-03-05
         untake A H1 on=2026-04-02
         count A M1:6 on=2026-03-31";
    let check = assessed(withdrawn, "2026-03-31");
    assert!(check.ready);
    assert_eq!(check.warnings[0].code(), "taken_in_next_cycle");
    let sold = "book A kind=E point=before_closure M1 P1
         sell_products L1 A P1:4 on=2026-03-01
         deduct L1 on=2026-03-02";
    let check = assessed(sold, "2026-03-31");
    assert_eq!(check.warnings[0].code(), "cycle_without_consumption");
    assert!(check.warnings[0].message().contains("4 sold"));
}

#[test]
fn a_reported_cycle_has_ended_for_what_is_delivered_late() {
    check(
        "book A kind=E M1
         report_cycle A 2026-01-31
         accept_cycle A
         report_cycle A 2026-02-28
         carry_in L1 A M1:1 with=C999999A0009 delivered=2026-02-10 on=2026-03-10
         carry_in L2 A M1:1 with=C999999A0009 delivered=2026-01-10 on=2026-03-10 -> ok warns cycle_carry_over_late",
    );
}

#[test]
fn a_plan_asks_for_the_count_of_what_was_left_out() {
    let mut ledger = Ledger::new();
    let script = "book A kind=E M1/opening=10 M2/opening=4
         count A M1:10 on=2026-03-31";
    for entry in entries(script).unwrap() {
        ledger.post(&entry).unwrap();
    }
    let day = |text| parse_date(text).unwrap();
    let book = ledger.handbooks()[0];
    let plan = ledger.cycle_plan(book, day("2026-04-01"), Some(day("2026-03-31")));
    let due = plan.unwrap().due;
    assert!(due[0].what.contains("material 2"), "{due:?}");
    assert_eq!((due[0].by, due[0].days_left), (day("2026-03-31"), -1));
}
