//! Consumption lists (耗料清单): what goods really took, in place of their unit consumption.

use bonded_ledger::Ledger;
use bonded_ledger::testkit::{check, entries};

#[test]
fn covered_goods_take_what_the_list_says_and_nothing_else() {
    check(
        "book A kind=E M1/opening=100 M2/opening=10 P1 P1<M1*2/loss=20 P1<M2*0.1
         export L1 A P1:10
         deduct L1
         export L2 A P1:4
         deduct L2
         ? A M1 consumed = 35
         ? A M2 consumed = 1.4
         take A H1 L1 M1:21/scrap=3.5
         ? A M1 consumed = 34.5
         ? A M1 consumed_net = 29
         ? A M1 loss_tangible = 5.5
         ? A M1 scrap = 5.5
         ? A M1 remaining = 65.5
         ? A M2 consumed = 0.4
         ? A P1 exported = 14
         sell_products L3 A P1:1
         deduct L3
         ? A M1 domestic_sale = 2.5
         untake A H1
         ? A M1 consumed = 35
         ? A M2 consumed = 1.4",
    );
}

#[test]
fn what_a_consumption_list_cannot_be() {
    check(
        "book A kind=E M1/opening=100 M2 P1 P1<M1*1
         book C M1/opening=100 P1 P1<M1*1
         export L1 A P1:10 on=2026-02-10
         deduct L1 on=2026-02-11
         export L2 C P1:10
         deduct L2
         import L3 A M1:1
         deduct L3
         take C H1 L2 M1:1 -> refused not_account_book
         take A H1 L9 M1:1 -> refused list_unknown
         take A H1 L2 M1:1 -> refused list_not_coverable
         take A H1 L3 M1:1 -> refused list_not_coverable
         take A H1 L1 L1 M1:1 -> refused row_repeated
         take A H1 L1 M1:1 M1:2 -> refused row_repeated
         take A H1 L1 M3:1 -> refused item_unknown
         take A H1 L1 -> refused rows_missing
         take A H1 M1:1 -> refused rows_missing
         take A H1 L1 M1:1 on=2026-02-10 -> refused date_before_declaration
         take A H1 L1 M1:1 M2:0.5 way=consumption_list on=2026-02-20
         take A H2 L1 M1:1 -> refused list_covered
         withdraw L1 -> refused list_covered
         untake A H1 on=2026-02-19 -> refused date_before_declaration
         amend A drop=M2 -> refused item_in_use
         count A M1:99 M2:0/in=0.5 on=2026-02-28
         report_cycle A 2026-02-28
         untake A H1 -> refused cycle_frozen
         untake A H1 on=2026-02-28 -> refused cycle_frozen
         ? A 1 M1 consumed = 1
         accept_cycle A
         take A H2 L1 M1:1 -> refused cycle_frozen",
    );
}

#[test]
fn it_counts_from_its_day_on_and_goods_without_unit_consumption_close_with_it() {
    check(
        "book A kind=E point=before_closure M1/opening=5 P1 on=2026-01-01
         export L1 A P1:10 on=2026-01-10
         deduct L1 on=2026-01-11
         report A on=2026-01-12 -> refused not_closable
         take A H1 L1 M1:5 on=2026-01-20
         ? A 2026-01-19 M1 remaining = 5
         ? A 2026-01-20 M1 remaining = 0
         report A on=2026-01-21",
    );
}

#[test]
fn the_figures_say_which_way_each_was_had_and_the_trace_names_the_list() {
    let script = "book A kind=E M1 P1 P1<M1*1
        import L1 A M1:100
        deduct L1
        export L2 A P1:10
        deduct L2
        export L3 A P1:5
        deduct L3
        take A H1 L2 M1:11/scrap=1";
    let mut ledger = Ledger::new();
    for entry in entries(script).unwrap() {
        ledger.post(&entry).unwrap();
    }
    let row = ledger.material("E222226A0001".parse().unwrap(), 1).unwrap();
    let by = row.consumed_by.unwrap();
    assert_eq!(by.unit_consumption.to_string(), "5");
    assert_eq!(by.consumption_list.to_string(), "12");
    assert!(row.is_conserved());
    let trace = ledger.trace("L2", None).unwrap();
    assert_eq!(trace.lines[0].consumption_list.as_deref(), Some("H1"));
    let uses = ledger
        .trace("L1", None)
        .unwrap()
        .lines
        .remove(0)
        .uses
        .unwrap();
    let uses: Vec<_> = uses
        .iter()
        .map(|it| {
            (
                it.list.as_deref().unwrap(),
                it.line,
                it.quantity.to_string(),
            )
        })
        .collect();
    assert_eq!(
        uses,
        [
            ("L3", Some(1), "5".to_owned()),
            ("H1", None, "12".to_owned())
        ]
    );
    let restored = Ledger::restore(&ledger.snapshot()).unwrap();
    assert_eq!(restored.statement(), ledger.statement());
}
