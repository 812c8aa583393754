//! Every movement of the contract's table, in both trades: the smallest journal, and the column in
//! which it counts.

use bonded_ledger::testkit::check;

fn both_trades(script: &str) {
    for kind in ["B", "C"] {
        check(&script.replace("KIND", kind));
    }
}

#[test]
fn materials_come_in() {
    both_trades(
        "book A kind=KIND M1:100
         import L1 A M1:40
         ? A M1 pending_in = 40
         ? A M1 imported = 0
         deduct L1
         ? A M1 pending_in = 0
         ? A M1 imported = 40
         carry_in L2 A M1:30 with=C999999A0009
         deduct L2
         ? A M1 carried_in = 30
         leftover_in L3 A M1:30 with=C999999A0009
         deduct L3
         ? A M1 leftover_in = 30
         ? A M1 remaining = 100",
    );
}

#[test]
fn materials_leave_as_they_are() {
    both_trades(
        "book A kind=KIND role=ic_design chain=X M1/opening=100
         re_export L1 A M1:10
         ? A M1 pending_out = 10
         deduct L1
         ? A M1 re_exported = 10
         sell L2 A M1:10
         deduct L2
         ? A M1 domestic_sale = 10
         sell L3 A M1:5 mode=9700
         deduct L3
         ? A M1 domestic_sale = 15
         destroy L4 A M1:5
         deduct L4
         ? A M1 destroyed = 5
         leftover_out L5 A M1:10 with=C999999A0009
         deduct L5
         ? A M1 leftover_out = 10
         chain_out L6 A M1:10 with=C999999A0009
         deduct L6
         ? A M1 chain_out = 10
         ? A M1 remaining = 50",
    );
}

#[test]
fn products_leave_and_consume() {
    both_trades(
        "book A kind=KIND M1/opening=1000 P1 P1<M1*1/loss=4
         export L1 A P1:96
         ? A P1 pending_out = 96
         deduct L1
         ? A P1 exported = 96
         ? A M1 consumed = 100
         ? A M1 consumed_net = 96
         ? A M1 loss_tangible = 4
         ? A M1 scrap = 4
         carry_out L2 A P1:96 with=C999999A0009
         deduct L2
         ? A P1 carried_out = 96
         exempt L3 A P1:96
         deduct L3
         ? A P1 exempted = 96
         ? A M1 remaining = 700",
    );
}

#[test]
fn products_sold_or_destroyed_fold_to_materials() {
    both_trades(
        "book A kind=KIND M1/opening=1000 P1 P1<M1*1/loss=4
         sell_products L1 A P1:96
         deduct L1
         ? A P1 domestic_sale = 96
         ? A M1 domestic_sale = 100
         destroy_products L2 A P1:48
         deduct L2
         ? A P1 destroyed = 48
         ? A M1 destroyed = 50
         ? A M1 scrap = 0
         ? A M1 remaining = 850",
    );
}

#[test]
fn goods_are_exchanged() {
    both_trades(
        "book A kind=KIND M1:100/opening=50 P1 P1<M1*1
         exchange_out L1 A M1:10
         deduct L1
         exchange_in L2 A M1:8
         deduct L2
         ? A M1 exchanged_out = 10
         ? A M1 exchanged_in = 8
         ? A M1 remaining = 48
         export L3 A P1:20
         deduct L3
         return_in L4 A P1:6
         deduct L4
         return_out L5 A P1:5
         deduct L5
         ? A P1 returned_in = 6
         ? A P1 returned_out = 5
         ? A M1 consumed = 19",
    );
}

#[test]
fn scrap_and_by_products_move_no_balance() {
    both_trades(
        "book A kind=KIND M1/opening=100 P1 P1<M1*9/loss=10
         export L1 A P1:10
         deduct L1
         ? A M1 scrap = 10
         scrap_sell L2 A M1:3
         deduct L2
         scrap_re_export L3 A M1:3
         deduct L3
         scrap_destroy L4 A M1:4
         deduct L4
         ? A M1 scrap_sold = 3
         ? A M1 scrap_re_exported = 3
         ? A M1 scrap_destroyed = 4
         ? A M1 scrap = 0
         scrap_sell L5 A M1:7/by_product
         deduct L5
         ? A M1 by_product = 7
         ? A M1 scrap = 0
         ? A M1 remaining = 0
         ? A closable = true",
    );
}

#[test]
fn a_running_book_is_taken_over() {
    check(
        "book A M1:100/opening=30/used=60 P1:50/used=40 P1<M1*1
         ? A M1 remaining = 30
         import L1 A M1:41 -> refused quota_exceeded
         import L2 A M1:40
         export L3 A P1:11 -> refused quota_exceeded
         export L4 A P1:10
         return_in L5 A P1:40
         ? A M1 opening = 30",
    );
}

#[test]
fn a_count_changes_no_balance() {
    check(
        "book A M1/opening=100 M2 P1 P1<M1*2/share=50
         count A M1:5/in=1/out=2 P1:3
         ? A M1 counted = 9
         ? A M2 counted = null
         ? A M1 remaining = 100
         count A M1:7
         ? A M1 counted = 7
         count A M1:8 on=2026-02-28
         ? A M1 counted = 7
         count A P1:4 on=2026-03-02
         ? A M1 counted = 4",
    );
}

#[test]
fn what_really_passed_is_what_counts() {
    check(
        "book A M1:100
         import L1 A M1:50 M1:20
         deduct L1 2=0 customs_number=QD222226I000000001
         ? A M1 imported = 50
         relist QD222226I000000001 M1:60
         ? A M1 imported = 60
         import L2 A M1:41 -> refused quota_exceeded
         import L3 A M1:40
         withdraw L1
         ? A M1 imported = 0
         ? A M1 pending_in = 40",
    );
}

#[test]
fn a_carry_over_goes_through_its_states() {
    check(
        "book A M1/opening=10 P1/hs=8542310000 P1<M1*1
         book B M1/hs=8542310000
         carry_in L1 B M1:5 with=A
         ? L1 state = receiving_only
         carry_out L2 A P1:5 with=B list=L1
         ? L1 state = pending
         deduct L1
         deduct L2
         ? L2 state = matched
         relist L2 P1:4 -> ok warns carry_over_no_longer_fits
         ? L1 state = differs
         ? B closable = false
         relist L1 M1:4
         ? L1 state = matched
         withdraw L2
         ? L1 state = receiving_only
         carry_out L3 A P1:4 with=B list=L1
         ? L1 state = pending
         withdraw L1 -> ok warns carry_over_no_longer_fits
         ? L3 state = differs",
    );
}

#[test]
fn units_that_differ_need_legal_quantities() {
    check(
        "book A M1/opening=10 P1/hs=8542310000/unit=007 P1<M1*1
         book B M1/hs=8542310000/unit=020
         carry_in L1 B M1:950/legal=950 with=A
         carry_out L2 A P1:8208000 with=B list=L1 -> refused legal_quantity_missing
         carry_out L3 A P1:8208000/legal=949 with=B list=L1 -> refused carry_over_differs
         carry_out L4 A P1:8208000/legal=950 with=B list=L1 -> ok warns shortage",
    );
}

#[test]
fn a_book_is_reported_returned_and_closed() {
    check(
        "book A M1:10 P1 P1<M1*1
         import L1 A M1:10
         deduct L1
         report A -> refused not_closable
         export L2 A P1:10
         report A -> refused not_closable
         deduct L2
         report A
         import L3 A M1:1 -> refused handbook_reported
         return A
         accept A -> refused handbook_not_reported
         report A
         accept A
         return A -> refused handbook_closed
         amend A M1:20 -> refused handbook_closed",
    );
}

#[test]
fn an_account_book_opens_posts_and_states() {
    check(
        "book A kind=E trade=supplied_materials M1 P1 P1<M1*1
         import L1 A M1:10 mode=0214
         deduct L1
         ? A M1 remaining = 10",
    );
}
