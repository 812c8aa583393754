//! Figures with a source: the worked example and the edge cases of the IC chain, and examples of the
//! rules' texts. Each is a table of what goes in and what must come out.

use bonded_ledger::{Date, Entry, HandbookNo, Trade, parse_date};
use bonded_tax::{
    Books, Deadline, Fen, Inputs, Kind, Licence, Period, Refund, SaleTax, cases::Case, collective,
    deadlines, interest, interest_days, refunds, sale_mode, sale_tax,
};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn number(text: &str) -> HandbookNo {
    text.parse().unwrap()
}

fn seed(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/");
    std::fs::read_to_string(format!("{root}{path}")).unwrap_or_else(|it| panic!("{path}: {it}"))
}

fn books(path: &str) -> Books {
    let mut books = Books::default();
    for line in seed(path).lines() {
        books.post(&Entry::from_json(line).unwrap()).unwrap();
    }
    books
}

const CHIPS: &str = r#""exchange_rates":[{"currency":"USD","from":"2026-06-01","cny":"7.10","source":"an example"}],
    "tariff":[{"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","source":"an example"}]"#;

/// E6 of the edge cases: 2,310 of two lots at 0.095 and 0.102; 120 days at 0.36 %.
#[test]
fn part_of_a_lot_sold_at_home() {
    let books = books("edge-cases/E6.jsonl");
    let sale = |more: &str| -> SaleTax {
        let inputs = Inputs::from_json(&format!("{{{more}{CHIPS}}}")).unwrap();
        sale_tax(&books, &inputs, "SALE-01", None).unwrap()
    };
    let rate = r#""parameters":[{"name":"interest_rate","from":"2026-01-01","value":"0.36","source":"2009"}],
        "sales":[{"list":"SALE-01","letter":"2026-06-02"}],"#;
    let of = sale(rate);
    let goods = &of.goods[0];
    assert_eq!(goods.value.value.to_string(), "1612.11");
    // The list says 362,552.68 for 3,554,438 × 0.102 = 362,552.676.
    assert_eq!(
        goods.value.because[0].text,
        "weighted average of 2 lots from 2026-01-05 to 2026-06-01: 742552.68 USD ÷ 7554438 = 0.09829357 USD each"
    );
    assert_eq!(goods.value.because[0].lines.len(), 2);
    assert_eq!(goods.levies.duty.value, Fen::ZERO);
    assert_eq!(goods.levies.vat.value.to_string(), "209.57");
    // 120 days at 0.36 % are 0.25, which is below CNY 50.
    let told: Vec<&str> = of
        .interest
        .because
        .iter()
        .map(|it| it.text.as_str())
        .collect();
    assert_eq!(
        told[1],
        "209.57 × 120 days (2026-02-02 to 2026-06-02) × 0.36 % ÷ 360 = 0.25"
    );
    assert_eq!(told[2], "0.25 is below CNY 50: not collected");
    assert_eq!(of.interest.value, Fen::ZERO);
    assert_eq!(of.total.value.to_string(), "209.57");
    assert_eq!(of.licence.value, Licence::Exempt);
    // First in, first out and the other way round are wrong unless the lot is known.
    for (lot, value) in [("CHIP-IN-01", "1558.10"), ("CHIP-IN-02", "1672.90")] {
        let known = format!(
            r#""sales":[{{"list":"SALE-01","line":1,"lot":{{"list":"{lot}","line":1}}}}],"#
        );
        assert_eq!(sale(&known).goods[0].value.value.to_string(), value);
    }
}

/// Of a handbook there is one.
fn the_refund(books: &Books, inputs: &Inputs, book: &str) -> Refund {
    let refunds = refunds(books, inputs, number(book), None);
    let [refund] = refunds.unwrap().try_into().unwrap();
    refund
}

fn ic_chain() -> Refund {
    let inputs = Inputs::from_json(&seed("tax/inputs.json")).unwrap();
    let books = books("ic-chain/journal.jsonl");
    the_refund(&books, &inputs, "C222626A0002")
}

/// The refund view of the design enterprise in the worked example.
#[test]
fn the_refund_of_the_worked_example() {
    let refund = ic_chain();
    let totals: Vec<(&str, &str)> = refund
        .totals
        .iter()
        .filter(|it| it.usd.value != "0.00")
        .map(|it| (it.mode, it.usd.value.as_str()))
        .collect();
    assert_eq!(
        totals,
        [
            ("I0654", "1149671.61"), // 432,000 + 717,671.61
            ("E0200", "18952.16"),   // 4,500 + 14,452.16
            ("I0644", "219.45"),
            ("E0615", "1184000.00"),
            ("E0654", "446500.00"),
        ]
    );
    assert_eq!(refund.import_total.value, "1130500.00");
    assert_eq!(refund.export_total.value, "1630500.00");
    assert_eq!(refund.actual_rate.unwrap().value, "0.693346");
    let [group] = &refund.groups[..] else {
        panic!("one rate")
    };
    assert_eq!(group.fob.value.to_string(), "8406400.00");
    assert_eq!(group.planned.rate.value, "0.7");
    assert_eq!(group.planned.composite.value.to_string(), "5884480.00");
    assert_eq!(group.planned.refund.value.to_string(), "327849.60");
    assert_eq!(group.planned.non_creditable.value, Fen::ZERO);
    let actual = group.actual.as_ref().unwrap();
    assert_eq!(actual.refund.value.to_string(), "335121.30");
    assert_eq!(refund.adjustment.unwrap().value.to_string(), "7271.70");
    assert_eq!(refund.apply_by.unwrap().value, day("2027-04-20"));
}

/// E4: what was returned and went out again changes the export total by both.
#[test]
fn returned_goods_count_both_ways() {
    let inputs = r#"{"refund":[{"handbook":"C222626A0001","from":"2026-01-01","planned_rate":"0.7","source":"s"}],
        "exchange_rates":[{"currency":"USD","from":"2026-01-01","cny":"7","source":"s"}],
        "tariff":[{"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","refund":"13","source":"s"}]}"#;
    let read = |inputs: &str| {
        let script = format!(
            "book C222626A0001 2026-01-05..2026-12-31
         M1 8542390000 untested
         P1 8542390000 tested
         P1<M1*1
         2026-02-02 in L1 0615 M1:100000=9500USD
         2026-03-02 out X1 0615 P1:100000=16000USD
         2026-04-01 in R1 4600 P1:12000=1920USD
         2026-05-01 out R2 4600 P1:11500=1840USD
         {inputs}"
        );
        Case::read(&script).unwrap()
    };
    let case = read(inputs);
    let refund = the_refund(&case.books, &case.inputs, "C222626A0001");
    assert_eq!(refund.export_total.value, "15920.00");
    let fob = &refund.groups[0].fob.value;
    assert_eq!(
        fob.to_string(),
        "111440.00",
        "15,920 dollars at 7: what came back is taken back, what went out for it counts"
    );
    let text = &refund.groups[0].fob.because[0].text;
    assert!(text.contains("net of 2 lines of returned goods"), "{text}");
    let claimed = |quantity: &str| {
        let script = format!(
            "{{\"claims\":[{{\"list\":\"X1\",\"line\":1,\"quantity\":\"{quantity}\",\"usd\":\"15920\"}}],{}",
            &inputs[1..]
        );
        let case = read(&script);
        let checks = the_refund(&case.books, &case.inputs, "C222626A0001").checks;
        let it = checks.into_iter().find(|it| it.check == "claimed").unwrap();
        (it.held.as_str(), it.text)
    };
    assert_eq!(claimed("99500").0, "holds");
    let (held, text) = claimed("100000");
    assert_eq!(
        (held, text.as_str()),
        ("fails", "product 1: 500 claimed that came back (4600)")
    );
}

/// 1/360 of a year's demand deposit: the example of the text.
#[test]
fn interest_day_by_day() {
    let begins = |from| bonded_tax::Explained {
        value: day(from),
        because: Vec::new(),
    };
    let table = [
        // tax in fen, from, declared and letter, interest
        (10_000_000, "2025-01-02", "2026-01-02", "354.86"), // 100,000, 365 days, 0.35 %
        (10_000_000, "2026-01-02", "2026-01-02", "0.00"),   // the same day: none
        (100_000_000_000, "2026-01-01", "2026-01-02", "9722.22"), // one day of a milliard
        (10_000_000, "2026-01-02", "2025-01-02", "0.00"),   // a letter before the import: none
        (10_000_000, "2024-02-28", "2024-03-01", "0.00"),   // two days over 29 February: 1.94
    ];
    let inputs = Inputs::builtin();
    for (tax, from, letter, expected) in table {
        let found = interest(
            Fen::from_raw(tax),
            &begins(from),
            day(letter),
            day(letter),
            &inputs,
        );
        assert_eq!(
            found.unwrap().value.to_string(),
            expected,
            "{from} {letter}"
        );
    }
    assert_eq!(interest_days(day("2024-02-28"), day("2024-03-01"), 0), 2);
    assert_eq!(interest_days(day("2023-02-28"), day("2023-03-01"), 0), 1);
    assert_eq!(interest_days(day("2026-12-31"), day("2027-01-01"), 0), 1);
    assert_eq!(interest_days(day("2026-06-01"), day("2026-06-01"), 1), 1);
    assert_eq!(interest_days(day("2026-06-02"), day("2026-06-01"), 1), 0);
}

#[test]
fn interest_at_its_edges() {
    let begins = bonded_tax::Explained {
        value: day("2019-01-01"),
        because: Vec::new(),
    };
    let rate = r#"{"parameters":[{"name":"interest_rate","from":"2012-07-06","value":"36","source":"s"}]}"#;
    let inputs = Inputs::from_json(rate).unwrap();
    // At 36 % a day costs a thousandth.
    for (tax, days, expected) in [
        (5_000_000, 1, "50.00"), // exactly 50 is collected
        (4_999_400, 1, "0.00"),  // 49.99 is not
    ] {
        let letter = day("2019-01-01") + chrono::Days::new(days);
        let found = interest(Fen::from_raw(tax), &begins, letter, letter, &inputs).unwrap();
        assert_eq!(found.value.to_string(), expected, "{tax}");
    }
    // Waived from the first to the last day of the waiver, by the day of the declaration.
    for (declared, waived) in [
        ("2020-04-14", false),
        ("2020-04-15", true),
        ("2020-12-31", true),
        ("2021-01-01", false),
        ("2021-12-31", false),
        ("2022-01-01", true),
        ("2022-12-31", true),
        ("2023-01-01", false),
    ] {
        let tax = Fen::from_raw(5_000_000);
        let found = interest(tax, &begins, day(declared), day(declared), &inputs).unwrap();
        assert_eq!(found.value == Fen::ZERO, waived, "{declared}");
    }
}

#[test]
fn the_mode_follows_from_the_kind() {
    use Trade::{ImportedMaterials, SuppliedMaterials};
    for (kind, supplied, imported) in [
        (Kind::Surplus, "0245", "0644"),
        (Kind::Product, "0245", "0644"),
        (Kind::Defective, "0245", "0644"),
        (Kind::Disaster, "0245", "0644"),
        (Kind::Scrap, "0845", "0844"),
        (Kind::ByProduct, "0845", "0844"),
    ] {
        assert_eq!(sale_mode(kind, SuppliedMaterials), supplied, "{kind:?}");
        assert_eq!(sale_mode(kind, ImportedMaterials), imported, "{kind:?}");
    }
}

/// An account book: 10 yuan the unit in the first cycle, 100 in the next. S1 settles the first.
fn account_book(rest: &str) -> Case {
    let script = format!(
        "book E222626A0001 2026-01-01..2026-12-31
         M1 3907300090 compound
         P1 8542390000 chip
         P1<M1*1
         2026-01-10 in I1 0615 M1:10000=100000CNY
         2026-03-02 out X1 0615 P1:9000=200000CNY
         count E222626A0001 2026-03-31 M1:900
         2026-04-02 in I2 0615 M1:10=1000CNY
         2026-04-03 sell S1 M1:100 settles=2026-03-31
         {rest}
         {{\"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"s\"}}]}}"
    );
    Case::read(&script).unwrap_or_else(|it| panic!("{script}: {it}"))
}

#[test]
fn a_list_that_settles_a_cycle_takes_its_average_from_it() {
    let reported = "cycle E222626A0001 2026-03-31 2026-04-07";
    let accepted = format!("{reported}\naccept E222626A0001 2026-04-10");
    for rest in ["", reported, &accepted] {
        let case = account_book(rest);
        let tax = sale_tax(&case.books, &case.inputs, "S1", None).unwrap();
        assert_eq!(tax.goods[0].value.value.to_string(), "1000.00", "{rest}");
        assert_eq!(tax.total.value.to_string(), "203.45", "{rest}");
    }
}

#[test]
fn a_cycle_that_is_reported_has_ended() {
    let reported = "cycle E222626A0001 2026-03-31 2026-04-07\n2026-04-08 sell S2 M1:1";
    let accepted = format!("{reported}\naccept E222626A0001 2026-04-10");
    for rest in [reported, &accepted] {
        let case = account_book(rest);
        let tax = sale_tax(&case.books, &case.inputs, "S2", None).unwrap();
        assert_eq!(tax.goods[0].value.value.to_string(), "100.00", "{rest}");
        // What was sold in the first cycle stays in it, even if the formalities come later.
        let case = account_book(&format!("2026-04-04 sell S3 M1:1\n{rest}"));
        let tax = sale_tax(&case.books, &case.inputs, "S1", Some(day("2026-04-12"))).unwrap();
        assert_eq!(tax.goods[0].value.value.to_string(), "1000.00", "{rest}");
    }
}

#[test]
fn an_account_book_is_due_cycle_by_cycle() {
    let due = |rest: &str| -> Vec<(String, String)> {
        let case = account_book(rest);
        let found = deadlines(&case.books, &case.inputs, None, day("2026-04-12")).unwrap();
        let wanted = ["report", "report_cycle", "refund_write_off"];
        let found = found.iter().filter(|it| wanted.contains(&it.kind));
        found
            .map(|it| (it.kind.to_owned(), it.due.unwrap().to_string()))
            .collect()
    };
    let told = |it: &[(&str, &str)]| -> Vec<(String, String)> {
        let it = it.iter();
        it.map(|(kind, due)| ((*kind).to_owned(), (*due).to_owned()))
            .collect()
    };
    assert_eq!(due(""), told(&[("report_cycle", "2027-01-30")]));
    let reported = "cycle E222626A0001 2026-03-31 2026-04-07";
    assert_eq!(due(reported), told(&[]));
    let accepted = format!("{reported}\naccept E222626A0001 2026-04-10");
    assert_eq!(
        due(&accepted),
        told(&[
            ("report_cycle", "2027-01-30"),
            ("refund_write_off", "2027-04-20"),
        ])
    );
}

/// Every number that a line takes, gone: that line has no day and says what to add, the others stay.
#[test]
fn a_day_that_is_not_known_stops_nothing_else() {
    let gone = |name: &str, from: &str| {
        let row = r#"{"name":"NAME","from":"FROM","until":"FROM","value":"1","source":"gone"}"#;
        let rows = row.replace("NAME", name).replace("FROM", from);
        format!("{{\"parameters\":[{rows}]}}")
    };
    let books = "book C222626A0001 2026-01-05..2026-12-31
        M1 3907300090 compound
        book C222626A0002 2026-01-05..2026-12-31 guarantee=1CNY..2026-12-31
        M1 3907300090 compound
        P1 8542390000 chip
        P1<M1*1
        book C222626A0003 2026-01-05..2026-12-31
        M1 8542390000 chip
        book C222626A0004 2026-01-05..2026-12-31
        M1 3907300090 compound
        P1 8542390000 chip
        P1<M1*1
        2026-02-02 in L1 0615 M1:100=920USD @C222626A0001
        2026-02-02 in L2 0615 M1:100=920USD @C222626A0004
        2026-03-02 out X2 0615 P1:100=920USD @C222626A0004
        2026-06-10 declare S1 M1:10 @C222626A0001
        2026-06-12 in J1 0654 M1:10=92USD from=C222626A0002 @C222626A0003
        close C222626A0004 2026-06-18
        book C222626A0005 2026-01-05..2026-12-31
        M1 3907300090 compound
        report C222626A0005 2026-06-18
        ? deadlines 2026-06-20
        ";
    let found = |file: &str| {
        let case = Case::read(&format!("{books}{file}")).unwrap();
        deadlines(&case.books, &case.inputs, None, day("2026-06-20")).unwrap()
    };
    let all = found("{}");
    assert!(
        all.iter()
            .all(|it| it.due.is_some() && it.missing.is_none())
    );
    for (name, from, kind, of) in [
        ("payment_days", "2026-06-01", "payment", 1),
        ("report_days", "2026-06-01", "report", 3),
        ("acceptance_days", "2026-06-01", "customs_writes_off", 1),
        ("carry_over_months", "2026-06-01", "carry_over", 1),
        ("refund_month", "2026-06-01", "refund_write_off", 1),
        ("refund_day", "2026-06-01", "refund_write_off", 1),
        ("collective_day", "2026-06-01", "collective_tax", 3),
        ("guarantee_days", "2026-06-01", "guarantee", 3),
        ("guarantee_extensions", "2026-06-01", "guarantee", 3),
    ] {
        let some = found(&gone(name, from));
        let (known, unknown): (Vec<_>, Vec<_>) = some.into_iter().partition(|it| it.due.is_some());
        assert_eq!(unknown.len(), of, "{name}");
        for it in &unknown {
            let missing = it.missing.as_ref().unwrap();
            assert_eq!((it.kind, missing.code()), (kind, "parameter_missing"));
            assert!(missing.add().contains(name), "{}", missing.add());
            assert!(!it.overdue && it.because.len() == 1, "{name}");
        }
        let same = |it: &Deadline| known.contains(it);
        assert!(all.iter().filter(|it| it.kind != kind).all(same), "{name}");
        assert!(known.iter().all(|it| all.contains(it)), "{name}");
    }
}

#[test]
fn claims_of_another_book_are_not_looked_at() {
    let case = Case::read(
        r#"book C222626A0001 2026-01-05..2026-12-31
           M1 3907300090 compound
           P1 8542390000 chip
           P1<M1*1
           book C222626A0002 2026-01-05..2026-12-31
           M1 3907300090 compound
           P1 8542390000 chip
           P1<M1*1
           2026-02-02 in A1 0615 M1:100=920USD @C222626A0001
           2026-02-02 in B1 0615 M1:100=920USD @C222626A0002
           2026-03-02 out A2 0615 P1:50=1000USD @C222626A0001
           2026-03-02 out B2 0615 P1:50=1000USD @C222626A0002
           {"exchange_rates":[{"currency":"USD","from":"2026-01-01","cny":"7","source":"s"}],
            "tariff":[{"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","refund":"13","source":"s"}],
            "refund":[{"handbook":"C222626A0001","from":"2026-01-01","planned_rate":"0.5","source":"s"},
                      {"handbook":"C222626A0002","from":"2026-01-01","planned_rate":"0.6","source":"s"}],
            "claims":[{"list":"A2","line":1,"quantity":"50","usd":"1000","rate":"0.5"},
                      {"list":"B2","line":1,"quantity":"50","usd":"1000","rate":"0.6"}]}"#,
    )
    .unwrap();
    for book in ["C222626A0001", "C222626A0002"] {
        let refund = the_refund(&case.books, &case.inputs, book);
        let rate = refund.checks.iter().find(|it| it.check == "rate").unwrap();
        assert_eq!(rate.held.as_str(), "holds", "{}", rate.text);
    }
}

#[test]
fn a_later_collective_row_follows_whatever_the_order_of_the_file() {
    let row = |from: &str, period: &str| {
        format!(r#"{{"handbook":"C222626A0001","from":"{from}","period":"{period}","source":"s"}}"#)
    };
    let (first, then) = (row("2026-01-01", "quarterly"), row("2026-05-01", "none"));
    for rows in [format!("{first},{then}"), format!("{then},{first}")] {
        let case = Case::read(&format!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             {{\"collective\":[{rows}]}}"
        ))
        .unwrap();
        let of = |sold| {
            let book = number("C222626A0001");
            let found = collective(&case.books, &case.inputs, book, day(sold)).unwrap();
            found.period.value
        };
        assert_eq!(of("2026-04-30"), Period::Quarterly);
        assert_eq!(of("2026-05-01"), Period::None);
    }
    let twice = format!("{{\"collective\":[{first},{}]}}", row("2026-01-01", "none"));
    assert!(Inputs::from_json(&twice).is_err(), "said twice");
}

#[test]
fn a_collective_declaration_ends_with_the_cycle() {
    let reported = "count E222626A0001 2026-03-20 M1:10\ncycle E222626A0001 2026-03-20 2026-03-25";
    let accepted = format!("{reported}\naccept E222626A0001 2026-03-28");
    for (rest, sold, due) in [
        // Twelve months from the first day of the book, as no cycle was reported.
        ("", "2026-03-20", "2026-04-15"),
        ("", "2026-05-20", "2026-06-09"),
        ("", "2026-06-09", "2026-06-09"),
        // Reported, so ended; what is sold after it is of the next one.
        (reported, "2026-03-10", "2026-03-20"),
        (reported, "2026-03-20", "2026-03-20"),
        (reported, "2026-03-21", "2026-04-15"),
        (&accepted, "2026-03-10", "2026-03-20"),
        (&accepted, "2026-03-21", "2026-04-15"),
        (&accepted, "2026-12-21", "2026-12-31"),
        // The next cycle may last twelve months again, and the book no longer than it is valid.
        (&accepted, "2027-03-05", "2027-03-20"),
        (&accepted, "2027-04-05", "2027-04-30"),
    ] {
        let valid = if sold < "2027-04" {
            "2027-12-31"
        } else {
            "2027-04-30"
        };
        let case = Case::read(&format!(
            "book E222626A0001 2025-06-10..{valid}
             M1 3907300090 compound
             2025-07-10 in I1 0615 M1:10=100CNY
             {rest}"
        ))
        .unwrap();
        let book = number("E222626A0001");
        let found = collective(&case.books, &case.inputs, book, day(sold)).unwrap();
        assert_eq!(found.due.unwrap().value.to_string(), due, "{sold} {rest}");
    }
}

#[test]
fn who_may_not_declare_collectively() {
    let book = number("C222626A0001");
    let of = |credit: &str, file: &str| {
        let case = Case::read(&format!(
            "book C222626A0001 2026-01-05..2026-12-31 {credit}
             M1 3907300090 compound
             {{{file}}}"
        ))
        .unwrap();
        let today = day("2026-06-20");
        let kinds = deadlines(&case.books, &case.inputs, None, today).unwrap();
        let listed = kinds.iter().any(|it| it.kind == "collective_tax");
        let found = collective(&case.books, &case.inputs, book, today).unwrap();
        assert_eq!(found.due.is_some(), listed, "{credit}");
        let steps = found.period.because.into_iter();
        let steps: Vec<_> = steps.map(|it| (it.rule.code, it.text)).collect();
        (found.period.value, steps)
    };
    let quarterly = r#""collective":[{"handbook":"C222626A0001","from":"2026-01-01","period":"quarterly","source":"s"}]"#;
    for (credit, period) in [
        ("", Period::Quarterly),
        ("credit=regular", Period::Quarterly),
        ("credit=certified", Period::Quarterly),
        ("credit=dishonest", Period::None),
        ("credit=seriously_dishonest", Period::None),
    ] {
        assert_eq!(of(credit, quarterly).0, period, "{credit}");
    }
    // What barred it before 2023 is told, and takes nothing away; of the dishonest there is nothing to tell.
    for (fact, told) in [
        ("smuggling_case", true),
        ("violation_case", true),
        ("rectification", true),
        ("rented_plant", false),
        ("first_time", false),
        ("elsewhere", false),
    ] {
        let file = format!(
            r#""standing":[{{"handbook":"C222626A0001","from":"2026-06-20","until":"2026-06-20","fact":"{fact}","source":"s"}},
               {{"handbook":"C222626A0001","from":"2026-06-21","fact":"{fact}","source":"later"}}]"#
        );
        let (period, steps) = of("", &file);
        assert_eq!(period, Period::Monthly, "{fact}");
        let doubts = steps.iter().filter(|it| it.0 == "collective_doubtful");
        let doubts: Vec<_> = doubts.map(|it| &it.1).collect();
        assert_eq!(doubts.len(), usize::from(told), "{fact}: {doubts:?}");
        assert!(doubts.iter().all(|it| it.contains("by s")), "{doubts:?}");
        assert_eq!(of("credit=dishonest", &file).1.len(), 1, "{fact}");
    }
}

/// A compound at 10 yuan the unit with a duty of 6.5 %, sold in several ways.
#[test]
fn what_is_sold_decides_what_is_taxed() {
    let table = [
        // the sale, its facts; quantity, value, duty, VAT, interest or not
        ("sell S M1:20", "", "20", "200.00", "13.00", "27.69"),
        // 100 products hold 100 × 0.8 ÷ (1 − 20 %) = 100
        ("sell S P1:100", "", "100", "1000.00", "65.00", "138.45"),
        (
            "sell S P1:100",
            r#""kind":"defective""#,
            "100",
            "1000.00",
            "65.00",
            "138.45",
        ),
        // As it stands, at what it is sold for, at the rate of its own code.
        (
            "scrap S M1:15=60CNY/3915909000",
            "",
            "15",
            "60.00",
            "6.00",
            "8.58",
        ),
        (
            "scrap S M1:15=60CNY/3915909000/by_product",
            "",
            "15",
            "60.00",
            "6.00",
            "8.58",
        ),
        // Assessed, at the rate of the material.
        (
            "sell S M1:20",
            r#""line":1,"kind":"disaster","amount":"100","currency":"CNY""#,
            "20",
            "100.00",
            "6.50",
            "13.85",
        ),
        (
            "sell S M1:20",
            r#""kind":"lost""#,
            "20",
            "0.00",
            "0.00",
            "0.00",
        ),
    ];
    for (sold, facts, quantity, value, duty, vat) in table {
        let comma = if facts.is_empty() { "" } else { "," };
        let case = Case::read(&format!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 packaged
             P1<M1*0.8/loss=20
             2026-02-02 in L1 0615 M1:750=7500CNY
             2026-03-02 out X1 0615 P1:500=9000CNY
             2026-06-01 {sold}
             {{\"sales\":[{{\"list\":\"S\"{comma}{facts}}}],
               \"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"s\"}},
                         {{\"hs\":\"3915\",\"from\":\"2026-01-01\",\"duty\":\"10\",\"vat\":\"13\",\"source\":\"s\"}}]}}"
        ))
        .unwrap();
        let tax = sale_tax(&case.books, &case.inputs, "S", None).unwrap();
        let goods = &tax.goods[0];
        let found = [
            goods.quantity.value.to_string(),
            goods.value.value.to_string(),
            goods.levies.duty.value.to_string(),
            goods.levies.vat.value.to_string(),
        ];
        assert_eq!(found, [quantity, value, duty, vat], "{sold} {facts}");
    }
}

/// Both bounds count as inside; beyond either a licence is needed.
#[test]
fn little_surplus_needs_no_licence() {
    for (imported, sold, need) in [
        ("1000=100000", "30", Licence::Exempt), // exactly 3 %, 3,000
        ("1000=100000", "30.00001", Licence::IfControlled), // a hair more
        ("1000=333333.33", "30", Licence::Exempt), // 9,999.9999, exactly 3 %
        ("10000=500000", "200", Licence::Exempt), // 2 %, exactly 10,000
        ("10000=500000", "200.00008", Licence::Exempt), // 10,000.004: 10,000.00 on paper
        ("10000=500000", "200.0001", Licence::IfControlled), // 10,000.005: 10,000.01
        ("10000=500000", "201", Licence::IfControlled), // 2.01 %, 10,050
    ] {
        let case = Case::read(&format!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             2026-02-02 in L1 0615 M1:{imported}CNY
             2026-06-01 sell S M1:{sold}
             {{\"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"s\"}}]}}"
        ))
        .unwrap();
        let tax = sale_tax(&case.books, &case.inputs, "S", None).unwrap();
        assert_eq!(tax.licence.value, need, "{imported} {sold}");
    }
}

#[test]
fn the_strictest_licence_of_a_list_counts() {
    for lines in [
        "M1:15=60CNY/3915909000 M1:5=60CNY/3915909000/by_product",
        "M1:5=60CNY/3915909000/by_product M1:15=60CNY/3915909000",
    ] {
        let case = Case::read(&format!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 chip
             P1<M1*0.8/loss=20
             2026-02-02 in L1 0615 M1:1000=10000CNY
             2026-03-02 out X1 0615 P1:900=90000CNY
             2026-06-01 scrap S {lines}
             {{\"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"s\"}}]}}"
        ))
        .unwrap();
        let tax = sale_tax(&case.books, &case.inputs, "S", None).unwrap();
        assert_eq!(tax.licence.value, Licence::IfControlled, "{lines}");
        assert_eq!(tax.licence.because.len(), 2, "each kind says why");
    }
}

#[test]
fn what_is_missing_says_what_to_add_and_where() {
    let base = "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         P1 8542390000 packaged
         P1<M1*1
         ";
    let rates = r#"{"exchange_rates":[{"currency":"USD","from":"2026-01-01","cny":"7","source":"s"}],
        "tariff":[{"hs":"39","from":"2026-01-01","duty":"6.5","vat":"13","source":"s"}]}"#;
    for (lines, file, code, says) in [
        (
            "2026-02-02 in L1 0615 M1:750=6900USD
          2026-06-01 sell S M1:20",
            "{}",
            "exchange_rate_missing",
            r#"add {"currency":"USD","use":"customs","from":"2026-06-01","cny":"…","source":"…"} to "exchange_rates""#,
        ),
        (
            "2026-02-02 in L1 0615 M1:750=6900CNY
          2026-06-01 sell S M1:20",
            "{}",
            "tariff_missing",
            r#"add {"hs":"3907300090","from":"2026-06-01""#,
        ),
        (
            "2026-02-02 in L1 0615 M1:750
          2026-06-01 sell S M1:20",
            rates,
            "price_missing",
            r#"add {"handbook":"C222626A0001","material":1,"list":"L1","from":"2026-02-02""#,
        ),
        (
            "2026-02-02 in L1 0615 M1:750=6900USD
          2026-03-02 out X1 0615 P1:500
          2026-06-01 scrap S M1:5=10CNY",
            rates,
            "presented_missing",
            "amend the list: \"presented\"",
        ),
        (
            "2026-02-02 in L1 0615 M1:750=6900USD
          2026-03-02 out X1 0615 P1:500
          2026-06-01 scrap S M1:5/3915909000",
            rates,
            "price_missing",
            r#"add {"list":"S","line":1,"amount":"…","currency":"CNY"} to "sales""#,
        ),
        (
            "2026-06-01 sell S P1:5",
            rates,
            "price_missing",
            r#"add {"handbook":"C222626A0001","material":1,"from":"2026-06-01""#,
        ),
    ] {
        let case = Case::read(&format!("{base}{lines}\n{file}")).unwrap();
        let error = sale_tax(&case.books, &case.inputs, "S", None).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.add().contains(says), "{error}\n  expected {says}");
    }
}

/// A line that an amendment has changed counts as it is now; what passed counts at the unit price.
#[test]
fn the_present_lines_count() {
    let journal = seed("edge-cases/E6.jsonl");
    let mut books = Books::default();
    for line in journal.lines() {
        // 4,000,000 were declared for 380,000; 2,000,000 passed, so 190,000 count.
        let line = line.replace(
            r#""entry":"book_list","list":"CHIP-IN-01""#,
            r#""entry":"book_list","list":"CHIP-IN-01","lines":[{"line":1,"quantity":"2000000","legal_quantity":"2000000"}]"#,
        );
        books.post(&Entry::from_json(&line).unwrap()).unwrap();
    }
    let inputs = Inputs::from_json(&format!("{{{CHIPS}}}")).unwrap();
    let tax = sale_tax(&books, &inputs, "SALE-01", None).unwrap();
    // (190,000 + 362,552.68) ÷ 5,554,438 × 2,310 × 7.10
    assert_eq!(tax.goods[0].value.value.to_string(), "1631.56");
}

/// The file that the manual shows is one.
#[test]
fn the_file_of_the_manual_reads() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tax.md")).unwrap();
    let file = page.split("```json\n").nth(1).unwrap();
    let file = file.split("```").next().unwrap();
    let inputs = Inputs::from_json(file).unwrap_or_else(|it| panic!("{it}"));
    assert_ne!(inputs, Inputs::builtin());
    for parameter in bonded_tax::parameters::ALL {
        assert!(!inputs.parameters.rows(parameter).is_empty());
    }
    // And its example end to end.
    let inputs = Inputs::from_json(&seed("tax/inputs.json")).unwrap();
    let gold = sale_tax(
        &books("ic-chain/journal.jsonl"),
        &inputs,
        "HA-SALE-01",
        None,
    )
    .unwrap();
    let goods = &gold.goods[0];
    assert_eq!(goods.value.value.to_string(), "59001.00");
    assert_eq!(goods.levies.vat.value.to_string(), "7670.13");
    assert!(gold.interest.because.iter().any(|it| {
        it.text
            .ends_with("7670.13 × 217 days (2026-02-02 to 2026-09-07) × 0.35 % ÷ 360 = 16.18")
    }));
    assert_eq!(gold.licence.value, Licence::IfControlled);
}

/// A zone: the compound carries a duty, the chip does not; and the other way round.
#[test]
fn in_a_zone_the_cheaper_way_is_chosen() {
    let table = [
        // duty of the material, of the product, exclusion; choice, total
        ("6.5", "0", "", "as_presented", "3900.00"),
        ("0", "6.5", "", "by_materials", "3900.00"),
        ("0", "0", "", "as_presented", "3900.00"),
        // By materials: 7500 × 6.5 % = 487.50, VAT on 30,487.50; interest on the duty is below 50.
        (
            "6.5",
            "0",
            r#""exclusions":[{"hs":"39","from":"2026-01-01","source":"s"}],"#,
            "by_materials",
            "4450.88",
        ),
        (
            "6.5",
            "0",
            r#""exclusions":[{"hs":"39","from":"2026-06-02","source":"s"}],"#,
            "as_presented",
            "3900.00",
        ),
    ];
    for (material, product, exclusion, choice, total) in table {
        let case = Case::read(&format!(
            "book E222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 packaged
             P1<M1*0.8/loss=20
             2026-02-02 in L1 0615 M1:750=7500CNY
             2026-06-01 sell S P1:750=30000CNY
             {{{exclusion}\"zones\":[{{\"handbook\":\"E222626A0001\",\"from\":\"2026-01-01\",\"source\":\"s\"}}],
               \"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"{material}\",\"vat\":\"13\",\"source\":\"s\"}},
                         {{\"hs\":\"85\",\"from\":\"2026-01-01\",\"duty\":\"{product}\",\"vat\":\"13\",\"source\":\"s\"}}]}}"
        ))
        .unwrap();
        let tax = sale_tax(&case.books, &case.inputs, "S", None).unwrap();
        let line = &tax.selective[0];
        assert_eq!(
            line.choice.value.as_str(),
            choice,
            "{material} {product} {exclusion}"
        );
        assert_eq!(
            tax.total.value.to_string(),
            total,
            "{material} {product} {exclusion}"
        );
        assert_eq!(tax.total.value, line.chosen().total);
        assert_eq!(
            line.as_presented.is_none(),
            exclusion.contains("2026-01-01")
        );
    }
}

/// Interest below the minimum is told of an entry, not of each of its lines: two lines of 40 are 80.
#[test]
fn the_minimum_is_the_entrys() {
    let sold = |lines: &str| {
        let case = Case::read(&format!(
            "book E222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 packaged
             P1<M1*1
             2026-02-02 in L1 0615 M1:1000=1000000CNY
             2026-06-02 sell S {lines}
             {{\"zones\":[{{\"handbook\":\"E222626A0001\",\"from\":\"2026-01-01\",\"source\":\"s\"}}],
               \"exclusions\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"source\":\"s\"}}],
               \"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"10\",\"vat\":\"0\",\"source\":\"s\"}},
                         {{\"hs\":\"85\",\"from\":\"2026-01-01\",\"duty\":\"0\",\"vat\":\"0\",\"source\":\"s\"}}]}}"
        ))
        .unwrap();
        let tax = sale_tax(&case.books, &case.inputs, "S", None).unwrap();
        (tax.interest.value.to_string(), tax.total.value.to_string())
    };
    // 343,000 × 10 % × 120 days × 0.35 % ÷ 360 = 40.02 of a line.
    assert_eq!(sold("P1:343=1CNY"), ("0.00".into(), "34300.00".into()));
    assert_eq!(
        sold("P1:343=1CNY P1:343=1CNY"),
        ("80.03".into(), "68680.03".into())
    );
}

/// Two cycles of an account book, each with its own rate: what settles the first counts in it, whatever
/// its day, and a claim belongs to the cycle of its export.
#[test]
fn the_refund_of_an_account_book_is_by_cycle() {
    let script = |rest: &str, claims: &str| {
        format!(
            "book E222626A0001 2026-01-01..2026-12-31
             M1 3907300090 compound
             P1 8542390000 chip
             P1<M1*1
             2026-01-10 in I1 0615 M1:10000=100000USD
             2026-03-02 out X1 0615 P1:9000=200000USD
             count E222626A0001 2026-03-31 M1:900
             2026-04-02 in I2 0615 M1:10=1000USD
             2026-04-03 sell S1 M1:100=1000USD settles=2026-03-31
             {rest}
             {{\"exchange_rates\":[{{\"currency\":\"USD\",\"from\":\"2026-01-01\",\"cny\":\"7\",\"source\":\"s\"}}],
               \"tariff\":[{{\"hs\":\"85\",\"from\":\"2026-01-01\",\"duty\":\"0\",\"vat\":\"13\",\"refund\":\"13\",\"source\":\"s\"}}],
               \"refund\":[{{\"handbook\":\"E222626A0001\",\"from\":\"2026-01-01\",\"planned_rate\":\"0.5\",\"source\":\"s\"}}],
               \"claims\":[{claims}]}}"
        )
    };
    let read = |rest: &str, claims: &str| {
        let script = script(rest, claims);
        Case::read(&script).unwrap_or_else(|it| panic!("{script}: {it}"))
    };
    let told = |case: &Case, cycle| -> Vec<String> {
        let refunds = refunds(&case.books, &case.inputs, number("E222626A0001"), cycle).unwrap();
        let one = |it: &Refund| {
            let [from, until] = it.cycle;
            let rate = it.actual_rate.as_ref().map_or("-", |it| it.value.as_str());
            let apply = it.apply_by.as_ref().map(|it| it.value.to_string());
            let (cycle, apply) = (it.cycle_number.unwrap(), apply.unwrap_or_default());
            let imports = &it.import_total.value;
            format!("{cycle} {from}..{until} {imports} {rate} {apply}")
        };
        refunds.iter().map(one).collect()
    };
    let reported = "cycle E222626A0001 2026-03-31 2026-04-07";
    let later = "2026-05-05 out X2 0615 P1:100=4000USD";
    let accepted = format!("{reported}\naccept E222626A0001 2026-04-10\n{later}");
    let case = read(&accepted, "");
    let first = "1 2026-01-01..2026-03-31 99000.00 0.495 2027-04-20";
    let second = "2 2026-04-01..2026-12-31 1000.00 0.25 ";
    assert_eq!(told(&case, None), [first, second]);
    assert_eq!(told(&case, Some(2)), [second]);
    let book = number("E222626A0001");
    let unknown = refunds(&case.books, &case.inputs, book, Some(3)).unwrap_err();
    assert_eq!(
        (unknown.code(), unknown.add()),
        ("cycle_unknown", "name one from 1 to 2")
    );
    // Reported and not accepted: provisional, and no later list is in it.
    let of_first = "1 2026-01-01..2026-03-31 99000.00 0.495 ";
    assert_eq!(
        told(&read(&format!("{reported}\n{later}"), ""), None)[0],
        of_first
    );
    // Before the report all is one cycle, but what is dated later counts in it still.
    let one = "1 2026-01-01..2026-12-31 100000.00 0.490196 ";
    assert_eq!(told(&read(later, ""), None), [one]);
    // What remains has no place in the formula.
    let of = |cycle: u32, check: &str, case: &Case| {
        let refunds = refunds(&case.books, &case.inputs, book, Some(cycle)).unwrap();
        let found = refunds[0]
            .checks
            .iter()
            .find(|it| it.check == check)
            .unwrap();
        (found.held.as_str(), found.text.clone())
    };
    let (held, text) = of(1, "stock", &case);
    assert_eq!(held, "not_known");
    assert!(text.starts_with("materials 1 remain; "), "{text}");
    let (held, text) = of(2, "stock", &case);
    assert_eq!(held, "not_known");
    assert!(
        text.starts_with("materials 1 have an opening, materials 1 remain; "),
        "{text}"
    );
    // A claim of the first cycle is not one of the second.
    let claim = r#"{"list":"X1","line":1,"quantity":"9000","usd":"200000","rate":"0.495"}"#;
    let case = read(&accepted, claim);
    assert_eq!(of(1, "rate", &case).0, "holds");
    assert_eq!(of(1, "claimed", &case), ("holds", "1 claims".to_owned()));
    assert_eq!(of(2, "claimed", &case).0, "not_known");
    // The lines that are handed over are those of the cycle.
    for (cycle, lists) in [(1, vec!["I1", "X1", "S1"]), (2, vec!["I2", "X2"])] {
        let refunds = refunds(&case.books, &case.inputs, book, Some(cycle)).unwrap();
        let rows = bonded_tax::refund_rows(&case.books, &case.inputs, &refunds[0]).unwrap();
        let found: Vec<&str> = rows.iter().map(|it| it.list.as_str()).collect();
        assert_eq!(found, lists);
    }
}

/// A handbook has one refund; the worked example is closed at 0.
#[test]
fn a_handbook_has_one_refund() {
    let stock = ic_chain().checks.into_iter().find(|it| it.check == "stock");
    assert_eq!(stock.unwrap().held.as_str(), "holds");
    let books = books("ic-chain/journal.jsonl");
    let inputs = Inputs::from_json(&seed("tax/inputs.json")).unwrap();
    let asked = refunds(&books, &inputs, number("C222626A0002"), Some(1)).unwrap_err();
    assert_eq!(asked.code(), "cycle_unknown");
}

/// What a sale's licence says, and why.
fn licence_of(case: &Case, list: &str) -> (Licence, String) {
    let tax = sale_tax(&case.books, &case.inputs, list, None).unwrap();
    (tax.licence.value, tax.licence.because[0].text.clone())
}

fn compounds(moves: &str, file: &str) -> Case {
    let script = format!(
        "{moves}
         {{{file}\"exchange_rates\":[{{\"currency\":\"USD\",\"from\":\"2026-01-01\",\"cny\":\"7\",\"source\":\"s\"}},
                               {{\"currency\":\"USD\",\"from\":\"2026-07-01\",\"cny\":\"8\",\"source\":\"s\"}}],
           \"tariff\":[{{\"hs\":\"39\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"s\"}}]}}"
    );
    Case::read(&script).unwrap_or_else(|it| panic!("{script}: {it}"))
}

/// The sums of an account book are those of a cycle: what was sold and what came in before count in
/// their own.
#[test]
fn the_licence_sums_are_of_the_cycle() {
    let case = compounds(
        "book E222626A0001 2026-01-01..2026-12-31
         M1 3907300090 compound
         2026-01-10 in I1 0615 M1:10000=100000CNY
         2026-03-02 sell S1 M1:300
         count E222626A0001 2026-03-31 M1:9650
         2026-04-02 in I2 0615 M1:1000=10000CNY
         2026-04-02 sell S0 M1:50 settles=2026-03-31
         cycle E222626A0001 2026-03-31 2026-04-07
         accept E222626A0001 2026-04-10
         2026-05-02 sell S2 M1:30",
        "",
    );
    let (need, text) = licence_of(&case, "S1");
    assert_eq!(need, Licence::Exempt, "3,000 of 100,000: {text}");
    let (need, text) = licence_of(&case, "S0");
    assert_eq!(need, Licence::IfControlled, "{text}");
    assert!(
        text.starts_with("surplus sold in cycle 1 3500.00 is 3.5 % of 100000.00"),
        "{text}"
    );
    let (need, text) = licence_of(&case, "S2");
    assert_eq!(need, Licence::Exempt, "{text}");
    assert!(
        text.starts_with("surplus sold in cycle 2 300.00 is 3 % of 10000.00"),
        "{text}"
    );
}

/// Each sale counts as it was worth on its own day: a later import or rate changes nothing of it.
#[test]
fn an_earlier_sale_keeps_its_value() {
    let first = "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         2026-02-02 in L1 0615 M1:1000=10000USD
         2026-06-01 sell S1 M1:20";
    let later = "2026-07-01 in L2 0615 M1:1000=30000USD
         2026-07-02 sell S2 M1:1";
    let alone = licence_of(&compounds(first, ""), "S1");
    let case = compounds(&format!("{first}\n{later}"), "");
    assert_eq!(licence_of(&case, "S1"), alone);
    assert_eq!(
        alone.1,
        "surplus sold 1400.00 is 2 % of 70000.00 imported; without a licence up to 3 % and CNY 10000"
    );
    // 20 × 10 × 7, and 1 × 20 × 8 on the later day; imports by its rate.
    let (_, text) = licence_of(&case, "S2");
    assert!(
        text.starts_with("surplus sold 1560.00 is 0.4875 % of 320000.00"),
        "{text}"
    );
    // Asked for another day, the list itself is worth what it is worth then.
    let on = sale_tax(&case.books, &case.inputs, "S1", Some(day("2026-07-02"))).unwrap();
    let text = &on.licence.because[0].text;
    assert!(text.starts_with("surplus sold 3360.00 is 1.05 %"), "{text}");
}

/// A lot that is known counts at its own price, in the cycle of the list.
#[test]
fn a_known_lot_counts_at_its_price() {
    let moves = "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         2026-02-02 in L1 0615 M1:1000=10000CNY
         2026-02-03 in L2 0615 M1:1000=90000CNY
         2026-06-01 sell S1 M1:100";
    let (need, text) = licence_of(&compounds(moves, ""), "S1");
    assert_eq!(need, Licence::IfControlled, "{text}");
    let lot = r#""sales":[{"list":"S1","line":1,"lot":{"list":"L1","line":1}}],"#;
    let (need, text) = licence_of(&compounds(moves, lot), "S1");
    assert_eq!(need, Licence::Exempt, "{text}");
    assert!(
        text.starts_with("surplus sold 1000.00 is 1 % of 100000.00"),
        "{text}"
    );
}

/// What the book opened with was imported, too: with a price it counts in the base, and without one
/// nobody can say that the share is too large.
#[test]
fn an_opening_counts_in_the_base() {
    let moves = "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         M2 3907300090 resin opening=1000
         2026-02-02 in L1 0615 M1:2000=20000CNY
         2026-06-01 sell S1 M1:75
         2026-06-02 sell S2 M1:1000";
    let price = r#""prices":[{"handbook":"C222626A0001","material":2,"from":"2026-01-05","price":"10","currency":"CNY","source":"s"}],"#;
    let (need, text) = licence_of(&compounds(moves, price), "S1");
    assert_eq!(need, Licence::Exempt, "{text}");
    assert!(
        text.starts_with("surplus sold 750.00 is 2.5 % of 30000.00"),
        "{text}"
    );
    let (need, text) = licence_of(&compounds(moves, ""), "S1");
    assert_eq!(need, Licence::Unknown, "{text}");
    assert!(
        text.contains(r#"add {"handbook":"C222626A0001","material":2,"#),
        "{text}"
    );
    // More than CNY 10,000 is too much whatever came in.
    assert_eq!(
        licence_of(&compounds(moves, ""), "S2").0,
        Licence::IfControlled
    );
}

/// The share that is printed does not contradict what was compared.
#[test]
fn a_hair_more_than_the_share_reads_so() {
    for (sold, says) in [
        ("30", "is 3 % of"),
        ("30.00001", "is just above 3 % of"),
        ("30.001", "is 3.0001 % of"),
        ("29.99999", "is 3 % of"),
    ] {
        let moves = format!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             2026-02-02 in L1 0615 M1:1000=100000CNY
             2026-06-01 sell S M1:{sold}"
        );
        let (_, text) = licence_of(&compounds(&moves, ""), "S");
        assert!(text.contains(says), "{sold}: {text}");
    }
}

/// What a book opened with came in before its journal begins: a file says when.
#[test]
fn an_opening_can_be_sold() {
    let book = "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound opening=1000
         M2 3907300090 resin opening=1000
         ";
    let prices = r#""prices":[{"handbook":"C222626A0001","material":1,"from":"2026-01-05","price":"1000","currency":"CNY","source":"s"},
        {"handbook":"C222626A0001","material":2,"from":"2026-01-05","price":"1000","currency":"CNY","source":"s"}],"#;
    let sold = |lists: &str, begins: &str| {
        let file = format!("{prices}\"interest_begins\":[{begins}],");
        let case = compounds(&format!("{book}{lists}\n2026-06-01 sell S M1:100"), &file);
        sale_tax(&case.books, &case.inputs, "S", None)
    };
    let missing = sold("", "").unwrap_err();
    assert_eq!(missing.code(), "import_missing");
    assert!(
        missing
            .add()
            .contains(r#"{"handbook":"C222626A0001","day":"…","source":"…"} to "interest_begins""#),
        "{missing}"
    );
    let row = |material: &str, day: &str| {
        format!(r#"{{"handbook":"C222626A0001",{material}"day":"{day}","source":"s"}}"#)
    };
    let all = row("", "2025-12-01");
    let begins = |lists: &str, rows: &str| {
        let text = sold(lists, rows).unwrap().interest.because[0].text.clone();
        text.split(" on ").last().unwrap().to_owned()
    };
    assert_eq!(begins("", &all), "2025-12-01");
    // Whichever material it is said of: the earliest of the book counts.
    let own = row("\"material\":1,", "2025-11-01");
    let other = row("\"material\":2,", "2025-10-01");
    assert_eq!(begins("", &format!("{all},{own},{other}")), "2025-10-01");
    assert_eq!(begins("", &other), "2025-10-01");
    // A day after the sale was no import of what it sells.
    assert_eq!(
        sold("", &row("", "2026-06-02")).unwrap_err().code(),
        "import_missing"
    );
    let list = "2026-02-02 in L1 0615 M1:1000=10000CNY";
    assert_eq!(begins(list, &all), "2025-12-01");
    assert_eq!(begins(list, &row("", "2026-03-01")), "2026-02-02");
    let text = begins(list, "");
    assert!(
        text.starts_with("2026-02-02; when the opening did, which may be earlier"),
        "{text}"
    );
}

/// A line without an amount takes the price of its own list, not that of the opening; a supplied
/// material, which was never bought, what is said of all.
#[test]
fn a_line_without_an_amount_takes_the_price_of_its_list() {
    let book = "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         2026-02-02 in L1 0615 M1:1000
         2026-06-01 sell S M1:1";
    let price = |list: &str, price: &str| {
        format!(
            r#"{{"handbook":"C222626A0001","material":1,{list}"from":"2026-01-05","price":"{price}","currency":"CNY","source":"s"}}"#
        )
    };
    let of = |rows: &str| {
        let case = compounds(book, &format!("\"prices\":[{rows}],"));
        sale_tax(&case.books, &case.inputs, "S", None).map(|it| it.goods[0].value.value.to_string())
    };
    let (all, own) = (price("", "10"), price("\"list\":\"L1\",", "20"));
    let missing = of(&all).unwrap_err();
    assert_eq!(missing.code(), "price_missing");
    assert!(
        missing.add().contains(r#""list":"L1","from":"2026-02-02""#),
        "{missing}"
    );
    assert_eq!(of(&format!("{all},{own}")).unwrap(), "20.00");
    let supplied = book
        .replace("C222626A0001", "B222626A0001")
        .replace("0615", "0214");
    let row = all.replace("C222626A0001", "B222626A0001");
    let case = compounds(&supplied, &format!("\"prices\":[{row}],"));
    let (need, text) = licence_of(&case, "S");
    assert_eq!(need, Licence::Exempt, "{text}");
}

/// A list is known by its own number and by customs' alike; said under both, it is said twice.
#[test]
fn both_numbers_of_a_list_name_it() {
    let mut books = Books::default();
    for line in seed("edge-cases/E6.jsonl").lines() {
        let mut line = line.to_owned();
        for (own, customs) in [
            ("SALE-01", "QD222626S000000001"),
            ("CHIP-IN-01", "QD222626I000000001"),
        ] {
            let booked = format!(r#""entry":"book_list","list":"{own}""#);
            line = line.replace(
                &booked,
                &format!(r#"{booked},"customs_number":"{customs}""#),
            );
        }
        books.post(&Entry::from_json(&line).unwrap()).unwrap();
    }
    let of = |rows: &str| {
        let file = format!("{{\"sales\":[{rows}],{CHIPS}}}");
        let inputs = Inputs::from_json(&file).unwrap();
        assert_eq!(inputs.unmatched(&books), []);
        sale_tax(&books, &inputs, "SALE-01", None)
    };
    let row = |list: &str, day: &str| format!(r#"{{"list":"{list}","on":"{day}"}}"#);
    let (own, customs) = (
        row("SALE-01", "2026-06-03"),
        row("QD222626S000000001", "2026-06-03"),
    );
    assert_eq!(of(&own).unwrap(), of(&customs).unwrap());
    assert_eq!(of(&customs).unwrap().on.value, day("2026-06-03"));
    let twice = of(&format!("{own},{customs}")).unwrap_err();
    assert_eq!(twice.code(), "row_repeated");
    let lot =
        r#"{"list":"QD222626S000000001","line":1,"lot":{"list":"QD222626I000000001","line":1}}"#;
    assert_eq!(of(lot).unwrap().goods[0].value.value.to_string(), "1558.10");
}

/// Scrap counts in the totals with the amount by which it is taxed: that of the file, else its line's.
#[test]
fn scrap_in_the_totals_takes_the_price_of_its_sale() {
    let total = |scrap: &str| {
        let case = compounds(
            &format!(
                "book C222626A0001 2026-01-05..2026-12-31
                 M1 3907300090 compound
                 P1 3907300090 chip
                 P1<M1*0.8/loss=20
                 2026-02-02 in L1 0615 M1:1000=10000USD
                 2026-04-02 destroy D1 P1:900
                 2026-06-01 scrap S {scrap}"
            ),
            r#""sales":[{"list":"S","line":1,"amount":"700","currency":"CNY"}],"#,
        );
        let refund = the_refund(&case.books, &case.inputs, "C222626A0001");
        let scrap = refund.totals.iter().find(|it| it.mode == "I0844");
        scrap.unwrap().usd.value.clone()
    };
    assert_eq!(total("M1:15/3915909000"), "100.00");
    assert_eq!(total("M1:15=1400CNY/3915909000"), "100.00");
}

/// Sold on one list the interest has one minimum, and the licence one value.
#[test]
fn what_remains_of_several_materials_is_quoted_together() {
    let script = r#"book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         M2 3907300090 resin
         2026-01-05 in L1 0615 M1:1000=1000000CNY M2:1000=1000000CNY
         2026-02-05 out X1 0664 M1:994 M2:994
         {"parameters":[{"name":"interest_rate","from":"2026-01-01","value":"5","source":"s"}],
          "tariff":[{"hs":"39","from":"2026-01-01","duty":"0","vat":"13","source":"s"}]}"#;
    let case = Case::read(script).unwrap();
    let on = day("2026-11-01");
    let quote = bonded_tax::quote(&case.books, &case.inputs, number("C222626A0001"), on).unwrap();
    for row in &quote.materials {
        let alone = row.ways[0].sale.as_ref().unwrap();
        // 780 × 300 days × 5 % ÷ 360 = 32.50, below CNY 50.
        assert_eq!(alone.interest.value, Fen::ZERO);
        assert_eq!(alone.licence.value, Licence::Exempt);
    }
    let together = quote.together.unwrap();
    let sale = together.sale.unwrap();
    assert_eq!(sale.interest.value.to_string(), "65.00");
    assert_eq!(sale.licence.value, Licence::IfControlled);
    assert_eq!(together.cost.unwrap().value.to_string(), "1625.00");
}

/// Reversals, agents and codes: what the tax office compares claim by claim.
#[test]
fn claims_are_compared_one_by_one() {
    let held = |claims: &str, check: &str| {
        let script = format!(
            r#"book C222626A0001 2026-01-05..2026-12-31
         M1 8542390000 untested
         P1 8542390000 tested
         P1<M1*1
         2026-02-02 in L1 0615 M1:100=950USD
         2026-03-02 out X1 0615 P1:100=1600USD
         {{"refund":[{{"handbook":"C222626A0001","from":"2026-01-01","planned_rate":"0.7","source":"s"}}],
          "exchange_rates":[{{"currency":"USD","from":"2026-01-01","cny":"7","source":"s"}}],
          "tariff":[{{"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","refund":"13","source":"s"}}],
          "claims":[{claims}]}}"#
        );
        let case = Case::read(&script).unwrap();
        let checks = the_refund(&case.books, &case.inputs, "C222626A0001").checks;
        let it = checks.into_iter().find(|it| it.check == check).unwrap();
        (it.held.as_str(), it.text)
    };
    let claim = |quantity: &str, usd: &str, more: &str| {
        format!(r#"{{"list":"X1","line":1,"quantity":"{quantity}","usd":"{usd}"{more}}}"#)
    };
    let all = |of: &[String]| of.join(",");
    let one = claim("50", "800", r#","cny":"5600""#);
    let back = claim("-50", "-800", r#","cny":"-5600""#);
    assert_eq!(
        held(&all(&[one.clone(), back.clone()]), "reversal").0,
        "holds"
    );
    // One claim is taken back once.
    let twice = all(&[one.clone(), back.clone(), back.clone()]);
    let (outcome, text) = held(&twice, "reversal");
    assert_eq!(outcome, "fails");
    assert_eq!(
        text,
        "X1 line 1: no claim of 50, USD 800, CNY 5600 is left to take back"
    );
    let other_rate = claim("-50", "-800", r#","cny":"-5599""#);
    assert_eq!(
        held(&all(&[one.clone(), other_rate]), "reversal").0,
        "fails"
    );
    // What an agent declares takes from what may be claimed.
    let agent = claim("51", "816", r#","agent":true"#);
    let (outcome, text) = held(&all(&[one.clone(), agent]), "claimed");
    assert_eq!((outcome, text.as_str()), ("fails", "X1 line 1: 1 too much"));
    let code = |hs: &str| {
        held(
            &claim("50", "800", &format!(r#","hs":"{hs}""#)),
            "product_code",
        )
    };
    assert_eq!(code("85423900").0, "holds");
    assert_eq!(code("8542390000001").0, "holds");
    assert_eq!(code("85423100").0, "fails");
    assert_eq!(held(&one, "product_code").0, "not_known");
    let wrong = r#"{"claims":[{"list":"X1","line":1,"quantity":"1","usd":"1","hs":"85x2"}]}"#;
    let error = Inputs::from_json(wrong).unwrap_err();
    assert_eq!(error.code(), "invalid_value");
}

const RATES: &str = r#""parameters":[{"name":"interest_rate","from":"2026-01-01","value":"0.35","source":"s"}],
    "refund":[{"handbook":"E222626A0001","from":"2026-01-01","planned_rate":"0.5","source":"s"},
              {"handbook":"C222626A0001","from":"2026-01-01","planned_rate":"0.5","source":"s"},
              {"handbook":"C222626A0001","from":"2026-06-01","planned_rate":"0.6","source":"s"}],
    "exchange_rates":[{"currency":"USD","from":"2026-01-01","cny":"7","source":"s"}],
    "tariff":[{"hs":"39","from":"2026-01-01","duty":"0","vat":"13","source":"s"},
              {"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","refund":"13","source":"s"}]"#;

const CHIP: &str = "M1 3907300090 compound
         P1 8542390000 chip
         P1<M1*1";

/// A cycle that lives on its stock has no rate, and nothing is adjusted by it.
#[test]
fn stock_of_another_cycle_makes_no_rate() {
    let refund = |moves: &str| {
        let script = format!(
            "book E222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-02-02 in L1 0615 M1:1000=1000USD
         2026-03-02 out X1 0615 P1:500=1000USD
         count E222626A0001 2026-03-31 M1:500
         cycle E222626A0001 2026-03-31 2026-04-01
         accept E222626A0001 2026-04-10
         2026-05-02 out X2 0615 P1:100=200USD
         {moves}
         {{{RATES}}}"
        );
        let case = Case::read(&script).unwrap();
        let mut all = refunds(&case.books, &case.inputs, number("E222626A0001"), None).unwrap();
        assert_eq!(all.len(), 2);
        (all.remove(1), all.remove(0))
    };
    let (second, first) = refund("");
    assert!(second.actual_rate.is_none() && second.adjustment.is_none());
    let text = &first.actual_rate.unwrap().because[0].text;
    assert!(text.contains("check stock"), "{text}");
    let (second, _) = refund("2026-05-03 out B1 0664 M1:300=300USD");
    assert_eq!(second.import_total.value, "-300.00");
    assert!(second.actual_rate.is_none() && second.adjustment.is_none());
    let (second, _) = refund("2026-05-03 in L2 0615 M1:50=60USD");
    assert_eq!(second.actual_rate.unwrap().value, "0.3");
}

/// An opening that an amendment brings counts from its day, in the cycle that holds it.
#[test]
fn an_opening_that_comes_later_changes_nothing_of_before() {
    let prices = r#""prices":[{"handbook":"C222626A0001","material":2,"from":"2026-01-01","price":"100","currency":"CNY","source":"s"},
        {"handbook":"E222626A0001","material":2,"from":"2026-01-01","price":"10","currency":"CNY","source":"s"}]"#;
    let sale = |script: &str, list: &str| {
        let case = Case::read(&format!("{script}\n{{{RATES},{prices}}}")).unwrap();
        sale_tax(&case.books, &case.inputs, list, None).unwrap()
    };
    let before = format!(
        "book C222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:1000=100000CNY
         2026-02-15 sell S1 M1:40"
    );
    let amended = format!(
        "{before}
         amend 2026-05-01 M2 3907300090 resin opening=500
         2026-06-01 sell S2 M1:1"
    );
    // 4 % of 100,000; the opening of May makes it 2.7 % only from May on.
    assert_eq!(sale(&before, "S1").licence, sale(&amended, "S1").licence);
    assert_eq!(sale(&amended, "S1").licence.value, Licence::IfControlled);
    assert_eq!(sale(&amended, "S2").licence.value, Licence::Exempt);
    let second_cycle = format!(
        "book E222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-02-02 in L1 0615 M1:10=100CNY
         count E222626A0001 2026-03-31 M1:10
         cycle E222626A0001 2026-03-31 2026-04-01
         accept E222626A0001 2026-04-10
         amend 2026-05-01 M2 3907300090 resin opening=50
         2026-05-02 in L2 0615 M2:50=1500CNY
         2026-06-01 sell S1 M2:10"
    );
    // (50 × 10 + 1,500) ÷ 100 × 10.
    let value = &sale(&second_cycle, "S1").goods[0].value;
    assert_eq!(value.value.to_string(), "200.00");
}

/// What settles a cycle is judged by that cycle, before it is reported as after.
#[test]
fn the_licence_of_what_settles_a_cycle_ends_with_it() {
    let licence = |report: &str| {
        let script = format!(
            "book E222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:1000=100000CNY
         count E222626A0001 2026-03-31 M1:965
         2026-04-02 in L2 0615 M1:3000=300000CNY
         2026-04-03 declare S1 M1:35 settles=2026-03-31
         {report}
         {{{RATES}}}"
        );
        let case = Case::read(&script).unwrap();
        sale_tax(&case.books, &case.inputs, "S1", None)
            .unwrap()
            .licence
    };
    let before = licence("");
    assert_eq!(before.value, Licence::IfControlled, "{before:?}");
    assert!(before.because[0].text.contains("3.5 % of 100000.00"));
}

/// A claim is taken back as it was made, whatever the plan is on the day of the return.
#[test]
fn what_came_back_is_taken_back_at_the_rates_of_its_export() {
    let refund = |claims: &str| {
        let script = format!(
            "book C222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:10000=5000USD
         2026-02-02 out X1 0615 P1:10000=10000USD
         2026-07-01 in R1 4600 P1:1000=1000USD
         {{{RATES},\"claims\":[{claims}]}}"
        );
        let case = Case::read(&script).unwrap();
        the_refund(&case.books, &case.inputs, "C222626A0001")
    };
    let of = refund("");
    assert_eq!(of.groups.len(), 1, "{:?}", of.groups);
    assert_eq!(of.groups[0].fob.value.to_string(), "63000.00");
    // 63,000 × 13 % − 63,000 × 0.5 × 13 %.
    assert_eq!(of.groups[0].planned.refund.value.to_string(), "4095.00");
    let held = |claims: &str, check: &str| {
        let checks = refund(claims).checks;
        checks.into_iter().find(|it| it.check == check).unwrap()
    };
    // A claim of February at the plan of February.
    let claim = r#"{"list":"X1","line":1,"quantity":"9000","usd":"9000","rate":"0.5"}"#;
    assert_eq!(held(claim, "rate").held.as_str(), "holds");
    let never = claim.replace("0.5", "0.4");
    assert_eq!(held(&never, "rate").held.as_str(), "fails");
    assert_eq!(held(claim, "claimed").held.as_str(), "holds");
    let agent = claim.replace("\"rate\":\"0.5\"", "\"agent\":true");
    assert_eq!(held(&agent, "dollars").held.as_str(), "not_known");
}

/// What came back in a later cycle may be of the earlier one's exports.
#[test]
fn claims_follow_goods_across_cycles() {
    let held = |claims: &str| {
        let script = format!(
            "book E222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:9000=5000USD
         2026-02-02 out X1 0615 P1:9000=9000USD
         cycle E222626A0001 2026-03-31 2026-04-01
         accept E222626A0001 2026-04-10
         2026-05-02 in R1 4600 P1:50=50USD
         2026-05-20 out O1 4600 P1:20=20USD
         2026-06-02 declare X2 P1:1
         {{{RATES},\"claims\":[{claims}]}}"
        );
        let case = Case::read(&script).unwrap();
        let all = refunds(&case.books, &case.inputs, number("E222626A0001"), None).unwrap();
        let checks = all.into_iter().map(|it| {
            let mut checks = it.checks.into_iter();
            let it = checks.find(|it| it.check == "claimed").unwrap();
            (it.held.as_str(), it.text)
        });
        checks.collect::<Vec<_>>()
    };
    let claim = |list: &str, quantity: &str| {
        format!(r#"{{"list":"{list}","line":1,"quantity":"{quantity}","usd":"{quantity}"}}"#)
    };
    let all = held(&claim("X1", "9000"));
    assert_eq!(all[0].0, "holds");
    assert_eq!(
        all[1],
        (
            "fails",
            "product 1: 30 claimed that came back (4600)".to_owned()
        )
    );
    let anew = [
        claim("X1", "9000"),
        claim("X1", "-9000"),
        claim("X1", "8950"),
        claim("O1", "20"),
    ];
    let all = held(&anew.join(","));
    assert_eq!((all[0].0, all[1].0), ("holds", "holds"), "{all:?}");
}

/// What is said of one list by price, in dollars, under customs' number.
#[test]
fn what_a_file_or_a_line_says_is_taken_where_it_is_needed() {
    let script = format!(
        r#"book C222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:1000=5000USD
         2026-03-02 out B1 0664 M1:100
         2026-03-03 out X1 0615 P1:10=100USD
         {{{RATES},"prices":[{{"handbook":"C222626A0001","material":1,"list":"B1","from":"2026-01-01","price":"99","currency":"USD","source":"s"}}]}}"#
    );
    let case = Case::read(&script).unwrap();
    let refund = the_refund(&case.books, &case.inputs, "C222626A0001");
    let back = refund.totals.iter().find(|it| it.mode == "E0664").unwrap();
    assert_eq!(back.usd.value, "9900.00");
}

/// What settles a day on which no cycle ends is an ordinary sale.
#[test]
fn a_day_on_which_no_cycle_ended_settles_nothing() {
    let sale = |settles: &str| {
        let script = format!(
            "book E222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:1000=100000CNY
         2026-04-02 in L2 0615 M1:1000=300000CNY
         2026-04-03 sell S1 M1:35{settles}
         count E222626A0001 2026-04-30 M1:1965
         cycle E222626A0001 2026-04-30 2026-05-02
         accept E222626A0001 2026-05-10
         {{{RATES}}}"
        );
        let case = Case::read(&script).unwrap();
        sale_tax(&case.books, &case.inputs, "S1", None).unwrap()
    };
    let (plain, settling) = (sale(""), sale(" settles=2026-03-31"));
    assert_eq!(plain.licence.value, Licence::Exempt);
    assert_eq!(plain.licence, settling.licence);
    assert_eq!(plain.total, settling.total);
}

/// A row counts for what opened, from the day on which it did.
#[test]
fn when_nothing_opened_no_row_says_when_it_came_in() {
    let begins = |opening: &str, row: &str| {
        let script = format!(
            "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound{opening}
         2026-02-01 in L1 0615 M1:1000=100000CNY
         2026-03-01 sell S1 M1:35
         {{{RATES},\"interest_begins\":[{{\"handbook\":\"C222626A0001\",{row}\"day\":\"2025-06-01\",\"source\":\"s\"}}],
           \"prices\":[{{\"handbook\":\"C222626A0001\",\"material\":1,\"from\":\"2026-01-01\",\"price\":\"100\",\"currency\":\"CNY\",\"source\":\"s\"}}]}}"
        );
        let case = Case::read(&script).unwrap();
        let tax = sale_tax(&case.books, &case.inputs, "S1", None).unwrap();
        tax.interest.because[0].text.contains("2025-06-01")
    };
    assert!(begins(" opening=5", ""));
    assert!(begins(" opening=5", "\"material\":1,"));
    assert!(!begins("", ""));
    assert!(!begins(" opening=5", "\"material\":2,"));
}

/// An export of a frozen cycle that says no amount: a file does, under the line.
#[test]
fn what_an_export_was_declared_for_may_come_from_a_file() {
    let of = |sales: &str| {
        let script = format!(
            "book C222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:1000=5000USD
         2026-03-03 out X1 0615 P1:10
         {{{RATES}{sales}}}"
        );
        let case = Case::read(&script).unwrap();
        refunds(&case.books, &case.inputs, number("C222626A0001"), None)
    };
    let missing = of("").unwrap_err();
    assert_eq!(missing.code(), "price_missing");
    let row = r#"{"list":"X1","line":1,"amount":"…","currency":"…"} to "sales""#;
    assert!(missing.add().contains(row), "{missing}");
    let told = of(r#","sales":[{"list":"X1","line":1,"amount":"100","currency":"USD"}]"#);
    assert_eq!(told.unwrap()[0].export_total.value, "100.00");
}

/// What is claimed beyond a line is told of the line, not of another cycle.
#[test]
fn a_claim_beyond_its_line_spoils_no_later_cycle() {
    let script = format!(
        "book E222626A0001 2026-01-05..2026-12-31
         {CHIP}
         2026-01-10 in L1 0615 M1:9000=5000USD
         2026-02-02 out X1 0615 P1:9000=9000USD
         cycle E222626A0001 2026-03-31 2026-04-01
         accept E222626A0001 2026-04-10
         2026-05-02 in L2 0615 M1:100=60USD
         2026-05-20 out X2 0615 P1:100=100USD
         {{{RATES},\"claims\":[{{\"list\":\"X1\",\"line\":1,\"quantity\":\"9250\",\"usd\":\"9250\"}},
           {{\"list\":\"X2\",\"line\":1,\"quantity\":\"100\",\"usd\":\"100\"}}]}}"
    );
    let case = Case::read(&script).unwrap();
    let all = refunds(&case.books, &case.inputs, number("E222626A0001"), None).unwrap();
    let held = |at: usize| {
        let mut checks = all[at].checks.iter();
        checks.find(|it| it.check == "claimed").unwrap()
    };
    assert_eq!(held(0).text, "X1 line 1: 250 too much");
    assert_eq!(held(1).held.as_str(), "holds", "{:?}", held(1));
}
