//! Counts of account books and what follows from them at the end of a cycle, and a sale out of a mixed
//! stock. The tax is not the ledger's part here.

use bonded_ledger::{AmendList, CountStock, CountedMaterial, EntryKind};

use super::super::Seed;
use super::super::catalogue::{
    bare_wafer, finished_chip, packaged_chip, processed_wafer, tested_wafer,
};
use super::super::goods::*;
use super::super::journal::{Journal, Side, book, day, list};
use super::{answers, case, opened, simple};

fn count(journal: &mut Journal, date: &str, handbook: &str, material: CountedMaterial) {
    let count = CountStock {
        handbook: book(handbook),
        materials: vec![material],
        products: Vec::new(),
    };
    let name = format!("count {handbook} {date}");
    journal.post(day(date), name, EntryKind::CountStock(count));
}

/// E5: 100 wafers arrive on 28 March and are declared in April; the sender mirrors it.
pub(super) fn received_before_declared() -> Seed {
    const RECEIVER: &str = "E222626E0501";
    const SENDER: &str = "E222626E0502";
    let mut journal = Journal::new("E5");
    for (number, of, into) in [
        (RECEIVER, processed_wafer(), tested_wafer()),
        (SENDER, bare_wafer(), processed_wafer()),
    ] {
        let mut account = simple(number, of, into);
        account.consumptions = vec![consumption(1, 1, "1", "0")];
        journal.open(opened(), account);
    }
    journal.through(
        day("2026-01-12"),
        list("S-IMPORT-01", SENDER, IMPORT, vec![line(1, 1, 950)]),
    );
    let sending = Side::sending("S-OUT-01", SENDER, 1, 850, "450");
    journal.carry_over(
        day("2026-02-02"),
        sending,
        Side::receiving("R-IN-01", RECEIVER, 1, 850, "450"),
    );
    let export = list("R-EXPORT-01", RECEIVER, EXPORT, vec![line(1, 1, 940)]);
    journal.through(day("2026-03-27"), export);
    let on_hand = CountedMaterial {
        undeclared_in: Some(qty(100)),
        ..counted(1, 10)
    };
    count(&mut journal, "2026-03-31", RECEIVER, on_hand);
    let on_hand = CountedMaterial {
        undeclared_out: Some(qty(100)),
        ..counted(1, 0)
    };
    count(&mut journal, "2026-03-31", SENDER, on_hand);

    for number in [RECEIVER, SENDER] {
        journal.report_cycle(day("2026-04-10"), number, "2026-03-31");
        journal.accept_cycle(day("2026-04-20"), number);
    }

    let (delivered, declared) = (day("2026-03-28"), day("2026-04-28"));
    let arriving = Side::receiving("R-IN-02", RECEIVER, 1, 100, "450");
    journal.declare(declared, arriving.declared(SENDER, None, delivered));
    let sending = Side::sending("S-OUT-02", SENDER, 1, 100, "450");
    journal.declare(
        declared,
        sending.declared(RECEIVER, Some("R-IN-02"), delivered),
    );
    for list in ["R-IN-02", "S-OUT-02"] {
        journal.deduct(day("2026-04-29"), list);
    }
    count(&mut journal, "2026-04-30", RECEIVER, counted(1, 10));
    count(&mut journal, "2026-04-30", SENDER, counted(1, 0));
    for number in [RECEIVER, SENDER] {
        journal.report_cycle(day("2026-05-10"), number, "2026-04-30");
        journal.accept_cycle(day("2026-05-20"), number);
    }
    let title = "Received before declared: the book says −90, and so does the count of 10 less 100 not yet declared; the sender's 100 likewise: no shortage. The 100 are declared in the next cycle";
    let march = Some(day("2026-03-31"));
    let expected = answers(5, title, RECEIVER)
        .warns(&["shortage"])
        .row_on(
            march,
            RECEIVER,
            1,
            "carried_in=850 consumed=940 remaining=-90 counted=-90",
        )
        .row_on(
            march,
            SENDER,
            1,
            "imported=950 consumed=850 remaining=100 counted=100",
        )
        .row_on(
            Some(day("2026-04-30")),
            RECEIVER,
            1,
            "opening=-90 carried_in=100 consumed=0 remaining=10 counted=10",
        )
        .row_on(
            Some(day("2026-04-30")),
            SENDER,
            1,
            "opening=100 consumed=100 remaining=0 counted=0",
        )
        .row(RECEIVER, 1, "opening=10 carried_in=0 remaining=10")
        .row(SENDER, 1, "opening=0 consumed=0 remaining=0")
        .chain(RECEIVER, false, "matched=2", "940");
    case(5, journal, expected)
}

/// E6: the batch cannot be told; the quantity can.
pub(super) fn part_of_a_lot_sold() -> Seed {
    const BOOK: &str = "C222626E0601";
    let mut journal = Journal::new("E6");
    let mut design = simple(BOOK, packaged_chip(), finished_chip());
    design.consumptions = vec![consumption(1, 1, "1", "0")];
    journal.open(opened(), design);
    for (number, date, quantity, price) in [
        ("CHIP-IN-01", "2026-02-02", 4_000_000, "0.095"),
        ("CHIP-IN-02", "2026-03-02", 3_554_438, "0.102"),
    ] {
        let arriving = Side::receiving(number, BOOK, 1, quantity, price);
        journal.through(
            day(date),
            arriving.declared("C222626A0003", None, day(date)),
        );
    }
    let sold = vec![line(1, 1, 2_310).priced("0.12")];
    journal.through(
        day("2026-06-01"),
        list("SALE-01", BOOK, SELL_MATERIAL, sold),
    );
    let title = "2,310 of two lots at 0.095 and 0.102 sold at home: the quantities; duty, VAT and interest are not computed here";
    let figures = "carried_in=7554438 domestic_sale=2310 remaining=7552128";
    let expected = answers(6, title, BOOK).row(BOOK, 1, figures);
    case(6, journal, expected.chain(BOOK, false, "external=2", "0"))
}

/// E9: the band is measured on opening and imports: −100 of 10,000, not of the book stock of 1,000.
pub(super) fn band() -> Seed {
    const BOOK: &str = "E222626E0901";
    let mut journal = Journal::new("E9");
    let mut fab = simple(BOOK, bare_wafer(), processed_wafer());
    fab.materials[0].opening = Some(qty(500));
    fab.consumptions = vec![consumption(1, 1, "1", "0")];
    journal.open(opened(), fab);
    journal.through(
        day("2026-01-12"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, 9_500)]),
    );
    journal.through(
        day("2026-03-02"),
        list("EXPORT-01", BOOK, EXPORT, vec![line(1, 1, 9_000)]),
    );
    count(&mut journal, "2026-03-31", BOOK, counted(1, 900));
    let unsettled = journal.report_cycle(day("2026-04-02"), BOOK, "2026-03-31");
    // Inside the band the tax is paid and no reason is asked for; the list is deducted in April.
    let mut sale = list("SALE-01", BOOK, SELL_MATERIAL, vec![line(1, 1, 100)]);
    sale.settles = Some(day("2026-03-31"));
    journal.declare(day("2026-04-03"), sale);
    journal.report_cycle(day("2026-04-03"), BOOK, "2026-03-31");
    let returned = EntryKind::ReturnCycle {
        handbook: book(BOOK),
    };
    journal.post(day("2026-04-06"), "return cycle", returned);
    // Counted again: one less, and outside. Every settling entry says why.
    count(&mut journal, "2026-03-31", BOOK, counted(1, 899));
    let mut sale = list("SALE-02", BOOK, SELL_MATERIAL, vec![line(1, 1, 1)]);
    sale.settles = Some(day("2026-03-31"));
    journal.declare(day("2026-04-07"), sale);
    journal.note("declare SALE-02", "one wafer broken in the count");
    let unexplained = journal.report_cycle(day("2026-04-07"), BOOK, "2026-03-31");
    let explained = EntryKind::AmendList(AmendList {
        list: "SALE-01".into(),
        lines: vec![line(1, 1, 100)],
        document: None,
    });
    journal.post(day("2026-04-08"), "explain SALE-01", explained);
    journal.note(
        "explain SALE-01",
        "lots 11 and 12 scrapped at dicing, not recorded",
    );
    journal.report_cycle(day("2026-04-08"), BOOK, "2026-03-31");
    journal.accept_cycle(day("2026-04-15"), BOOK);
    for sale in ["SALE-01", "SALE-02"] {
        journal.deduct(day("2026-04-20"), sale);
    }
    let title = "The band of 1 %: book 1,000, counted 900 is −1 % of opening and imports and inside, 899 is −1.01 % and outside; what is short is sold, and deducted in the next cycle";
    let march = Some(day("2026-03-31"));
    let figures = "opening=500 imported=9500 consumed=9000 remaining=1000 counted=899";
    let expected = answers(9, title, BOOK)
        .refused(unsettled, "cycle_not_ready")
        .refused(unexplained, "cycle_not_ready")
        .warns(&["cycle_differs", "cycle_differs"])
        .row_on(march, BOOK, 1, figures)
        .row(
            BOOK,
            1,
            "opening=1000 imported=0 domestic_sale=101 remaining=899",
        );
    case(9, journal, expected)
}
