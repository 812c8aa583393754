use super::*;

#[test]
fn what_is_wrong_is_named() {
    let row = r#""from":"2026-01-01","source":"s""#;
    for (text, says) in [
        (
            r#""tariff":[{"hs":"8542","duty":"0",ROW}]"#,
            "tariff[0].vat: missing",
        ),
        (
            r#""tariff":[{"hs":"8","duty":"0","vat":"13",ROW}]"#,
            "tariff[0].hs: found \"8\"",
        ),
        (
            r#""tariff":[{"hs":"85","duty":0.5,"vat":"13",ROW}]"#,
            "tariff[0].duty: found the number 0.5",
        ),
        (
            r#""tariff":[{"hs":"85","duty":"-1","vat":"13",ROW}]"#,
            "tariff[0].duty: found \"-1\"",
        ),
        (
            r#""tariff":[{"hs":"85","duty":"0","vat":"13","consumption":"100",ROW}]"#,
            "tariff[0].consumption: expected less",
        ),
        (
            r#""tariff":[{"hs":"85","duty":"0","vat":"13",ROW},{"hs":"85","duty":"1","vat":"13",ROW}]"#,
            "tariff[1]: the same thing",
        ),
        (
            r#""tariff":[{"hs":"85","duty":"0","vat":"9","refund":"9.1",ROW}]"#,
            "tariff[0].refund: more than \"vat\" (9)",
        ),
        (
            r#""exchange_rates":[{"currency":"USD","cny":"0",ROW}]"#,
            "exchange_rates[0].cny: found 0",
        ),
        (
            r#""exchange_rates":[{"currency":"USD","cny":"7","per":"3",ROW}]"#,
            "exchange_rates[0].per: found 3",
        ),
        (
            r#""exchange_rates":[{"currency":"USD","cny":"7","use":"x",ROW}]"#,
            "exchange_rates[0].use: found \"x\"",
        ),
        (
            r#""exchange_rates":[{"currency":"USD","cny":"7","from":"2026-01-01"}]"#,
            "exchange_rates[0].source: missing",
        ),
        (
            r#""exchange_rates":[{"currency":"USD","cny":"1234567",ROW}]"#,
            "exchange_rates[0].cny: found \"1234567\", expected at most 6",
        ),
        (
            r#""interest_begins":[{"handbook":"C222626A0001","source":"s"}]"#,
            "interest_begins[0].day: missing",
        ),
        (
            r#""interest_begins":[{"handbook":"C222626A0001","day":"2026-01-01","source":"s"},{"handbook":"C222626A0001","day":"2026-01-02","source":"s"}]"#,
            "interest_begins[1]: the same thing",
        ),
        (
            r#""interest_waivers":[{"until":"2025-12-31",ROW}]"#,
            "interest_waivers[0].until: before",
        ),
        (
            r#""interest_waivers":[{"certainty":"sure",ROW}]"#,
            "interest_waivers[0].certainty: found \"sure\"",
        ),
        (
            r#""parameters":[{"name":"interest","value":"1",ROW}]"#,
            "parameters[0].name: found \"interest\"",
        ),
        (
            r#""parameters":[{"name":"report_days","value":"1.5",ROW}]"#,
            "parameters[0].value: found 1.5",
        ),
        (
            r#""parameters":[{"name":"refund_month","value":"13",ROW}]"#,
            "parameters[0].value: found 13, expected a whole number from 1 to 12",
        ),
        (
            r#""parameters":[{"name":"interest_year","value":"0",ROW}]"#,
            "parameters[0].value: found 0",
        ),
        (
            r#""sales":[{"list":"L","kind":"stolen"}]"#,
            "sales[0].kind: found \"stolen\"",
        ),
        (
            r#""sales":[{"list":"L","line":1,"amount":"5"}]"#,
            "sales[0].currency: missing",
        ),
        (
            r#""sales":[{"list":"L","amount":"5","currency":"CNY"}]"#,
            "sales[0].amount: of a whole list",
        ),
        (
            r#""sales":[{"list":"L","line":1,"on":"2026-01-01"}]"#,
            "sales[0].on: of one line",
        ),
        (
            r#""refund":[{"handbook":"C222626A0001","planned_rate":"1.1",ROW}]"#,
            "refund[0].planned_rate: found 1.1",
        ),
        (
            r#""prices":[{"handbook":"C2","material":1,"price":"1","currency":"USD",ROW}]"#,
            "prices[0].handbook: found \"C2\"",
        ),
        (
            r#""prices":[{"handbook":"C222626A0001","material":10000,"price":"1","currency":"USD",ROW}]"#,
            "prices[0].material: found 10000",
        ),
        (
            r#""collective":[{"handbook":"C222626A0001","period":"weekly",ROW}]"#,
            "collective[0].period: found \"weekly\"",
        ),
        (
            r#""claims":[{"list":"L","line":0,"quantity":"1","usd":"1"}]"#,
            "claims[0].line: found 0",
        ),
    ] {
        let text = format!("{{{}}}", text.replace("ROW", row));
        let error = Inputs::from_json(&text)
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(says), "{error}\n  expected {says}");
    }
}

#[test]
fn a_shipped_row_gives_way_and_a_currency_is_one_however_written() {
    let inputs = Inputs::from_json(
        r#"{"parameters":[{"name":"interest_rate","from":"2012-07-06","value":"0.3","source":"bank"}],
            "exchange_rates":[{"currency":"502","from":"2026-06-01","cny":"710","per":"100","source":"customs"}]}"#,
    )
    .unwrap();
    let day = parse_date("2026-06-30").unwrap();
    let (_, row) = inputs
        .parameters
        .on(&parameters::INTEREST_RATE, day)
        .unwrap();
    assert_eq!((row.value.as_str(), row.source.certainty), ("0.3", "given"));
    for of in [Use::Customs, Use::Refund] {
        let (rate, _) = inputs.exchange("USD", of, day).unwrap();
        assert_eq!(rate.rounded_text(4), "7.1");
    }
    let missing = inputs.exchange("JPY", Use::Customs, day).unwrap_err();
    assert_eq!(missing.code(), "exchange_rate_missing");
}

#[test]
fn the_longest_code_in_force_counts() {
    let inputs = Inputs::from_json(
        r#"{"tariff":[{"hs":"85","from":"2026-01-01","duty":"5","vat":"13","source":"s"},
            {"hs":"8542","from":"2026-02-01","until":"2026-02-28","duty":"0","vat":"13","source":"s"}]}"#,
    )
    .unwrap();
    let duty = |day: &str| {
        let found = inputs.tariff("8542390000", parse_date(day).unwrap());
        found
            .map(|it| it.0.duty.to_string())
            .map_err(|it| it.code())
    };
    assert_eq!(duty("2026-01-31"), Ok("5".into()));
    assert_eq!(duty("2026-02-28"), Ok("0".into()));
    assert_eq!(duty("2026-03-01"), Ok("5".into()));
    assert_eq!(duty("2025-12-31"), Err("tariff_missing"));
}

#[test]
fn a_second_file_adds_rows_and_repeats_none() {
    let rates =
        r#"{"tariff":[{"hs":"85","from":"2026-01-01","duty":"5","vat":"13","source":"s"}]}"#;
    let mut inputs = Inputs::from_json(rates).unwrap();
    inputs
        .add_json(r#"{"sales":[{"list":"L","on":"2026-01-02"}]}"#)
        .unwrap();
    assert_eq!(inputs.add_json(rates).unwrap_err().code(), "row_repeated");
}
