use super::{Rule, rules};
use crate::law;

rules! {
    EXPIRY = "expiry",
        "a book expires",
        "Import and export within validity; an extension is applied for before.",
        [law::EXPIRY],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         ? deadlines 2026-06-20";
    REPORT_DUE = "report_due",
        "report for closure within 30 days",
        "Within 30 days after expiry, or after the last export if that is what the enterprise goes by; a contract that ends early, within 30 days of its end. An overdue report hinders new handbooks. An account book is reported cycle by cycle instead, by the day that `bonded cycle plan` says.",
        [law::REPORT],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         ? deadlines 2026-06-20";
    ACCEPTANCE_DUE = "acceptance_due",
        "customs writes off within 30 days",
        "Of accepting the report, once 30 days more.",
        [law::REPORT_CUSTOMS],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         report C222626A0001 2026-06-01
         ? deadlines 2026-06-20";
    CARRY_OVER_DUE = "carry_over_due",
        "carry-over is declared by the end of the next month",
        "What was delivered in a month is declared by the end of the following one, and by a handbook within its validity. Told of carry-overs whose receiving side is declared and whose sending side is not.",
        [law::CARRY_OVER],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3818001900 bare
         P1 8542390000 wafer
         P1<M1*1
         book C222626A0002 2026-01-05..2026-12-31
         M1 8542390000 wafer
         2026-02-02 in L1 0615 M1:100=4200USD @C222626A0001
         2026-03-16 in L2 0654 M1:50=22500USD @C222626A0002 from=C222626A0001
         ? deadlines 2026-03-20";
    PAYMENT_DUE = "payment_due",
        "tax is paid within 15 days of the declaration",
        "Of a sale that is declared and not deducted yet. Late payment costs 0.05 % a day, which is not computed here.",
        [law::PAYMENT],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         2026-02-02 in L1 0615 M1:100=920USD
         2026-06-10 declare SALE-1 M1:20
         ? deadlines 2026-06-20";
    GUARANTEE_ENDS = "guarantee_ends",
        "a guarantee ends too early",
        "The guarantee on file ends before expiry + 80 days: it is extended before it ends.",
        [law::GUARANTEE_TERM],
        "book C222626A0001 2026-01-05..2026-12-31 guarantee=180000CNY..2026-12-31
         M1 3907300090 compound
         ? deadlines 2026-06-20";
}
