//! What holds for every sale, whatever its figures; and a second reckoning that shares no arithmetic with
//! the first.

use bonded_ledger::{Date, parse_date};
use bonded_tax::{
    Books, Explained, Fen, Inputs, Period, Tariff, cases::Case, collective_due, consumption_tax,
    duty, interest, interest_days, refunds, sale_tax, vat,
};
use chrono::{Datelike, Days};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    let cases = std::env::var("BONDED_CASES")
        .ok()
        .and_then(|it| it.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(192))
}

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

/// Percent with two decimals.
fn hundredths(count: u32) -> String {
    format!("{}.{:02}", count / 100, count % 100)
}

fn tariff(duty: u32, consumption: u32, vat: u32) -> Tariff {
    let percent = |it: u32| hundredths(it).parse().unwrap();
    Tariff {
        duty: percent(duty),
        vat: percent(vat),
        consumption: percent(consumption),
        refund: None,
    }
}

fn all(value: i128, tariff: &Tariff) -> Fen {
    let value = Fen::from_raw(value);
    let duty = duty(value, tariff);
    let consumed = consumption_tax(value, duty, tariff);
    duty + consumed + vat(value, duty, consumed, tariff)
}

/// A handbook with lots in, and lists that sell parts of it at home: one whose lines are `lines`, and one
/// for each of `parts`.
fn sold(
    lots: &[(u32, u32)],
    lines: &[u32],
    parts: &[u32],
    rates: (u32, u32, u32),
) -> (Books, Inputs, Vec<String>) {
    let mut script =
        "book C222626A0001 2026-01-05..2026-12-31\nM1 3907300090 compound\n".to_owned();
    for (at, (quantity, cents)) in lots.iter().enumerate() {
        let amount = hundredths(*cents);
        script += &format!("2026-02-02 in L{at} 0615 M1:{quantity}={amount}USD\n");
    }
    let mut lists = Vec::new();
    if !lines.is_empty() {
        let lines = lines.iter().map(|it| format!(" M1:{}", hundredths(*it)));
        script += &format!("2026-06-01 declare S{}\n", lines.collect::<String>());
        lists.push("S".to_owned());
    }
    for (at, part) in parts.iter().enumerate() {
        script += &format!("2026-06-01 declare S{at} M1:{}\n", hundredths(*part));
        lists.push(format!("S{at}"));
    }
    let (duty, consumption, vat) = rates;
    let [duty, consumption, vat] = [duty, consumption, vat].map(hundredths);
    script += &format!(
        r#"{{"exchange_rates":[{{"currency":"USD","from":"2026-01-01","cny":"7.1234","source":"s"}}],
        "tariff":[{{"hs":"39","from":"2026-01-01","duty":"{duty}","consumption":"{consumption}","vat":"{vat}","source":"s"}}]}}"#
    );
    let case = Case::read(&script).unwrap_or_else(|it| panic!("{it}\n{script}"));
    (case.books, case.inputs, lists)
}

fn ratio(over: i128, under: i128) -> BigRational {
    BigRational::new(BigInt::from(over), BigInt::from(under))
}

/// Half away from zero, to the fen: written anew, on big rationals.
fn fen(yuan: &BigRational) -> BigInt {
    let hundred = yuan * ratio(100, 1);
    let half = ratio(1, 2);
    match hundred.is_negative() {
        true => -(-hundred + half).floor().to_integer(),
        false => (hundred + half).floor().to_integer(),
    }
}

fn yuan(fen: &BigInt) -> BigRational {
    BigRational::new(fen.clone(), BigInt::from(100))
}

fn raw(of: Fen) -> BigInt {
    BigInt::from(of.raw())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn tax_is_monotone_in_value(
        low in 0_i128..10_i128.pow(15), more in 0_i128..10_i128.pow(12),
        d in 0_u32..20_000, c in 0_u32..9_000, v in 0_u32..3_000,
    ) {
        let tariff = tariff(d, c, v);
        prop_assert!(all(low, &tariff) <= all(low + more, &tariff));
        prop_assert!(all(low, &tariff) >= Fen::ZERO);
    }

    #[test]
    fn interest_is_monotone_in_days_and_tax(
        tax in 0_i128..10_i128.pow(13), more in 0_i128..10_i128.pow(10),
        from in 0_u64..3_000, days in 0_u64..800, later in 0_u64..400,
    ) {
        // No minimum, so that nothing jumps; no waiver, as 2023 has none.
        let inputs = Inputs::from_json(r#"{"parameters":[{"name":"interest_minimum","from":"2008-11-27","value":"0","source":"s"}]}"#).unwrap();
        let begins = day("2015-01-01") + Days::new(from);
        let of = |tax: i128, days: u64| {
            let begins = Explained { value: begins, because: Vec::new() };
            let letter = begins.value + Days::new(days);
            interest(Fen::from_raw(tax), &begins, day("2023-06-01"), letter, &inputs).unwrap().value
        };
        let first = of(tax, days);
        prop_assert!(first <= of(tax, days + later));
        prop_assert!(first <= of(tax + more, days));
        prop_assert_eq!(of(tax, 0), Fen::ZERO);
        let count = interest_days(begins, begins + Days::new(days), 0);
        prop_assert_eq!(u64::from(count), days);
    }

    /// Splitting a sale changes it by no more than the rounding of its parts, and the total that is told
    /// is the sum of the parts that are told.
    #[test]
    fn splitting_a_sale_changes_no_more_than_its_rounding(
        lots in prop::collection::vec((1_000_u32..100_000, 1_u32..10_000_000), 1..4),
        parts in prop::collection::vec(1_u32..5_000, 1..6),
        d in 0_u32..5_000, c in 0_u32..5_000, v in 0_u32..2_000,
    ) {
        let whole: u32 = parts.iter().sum();
        let totals = |parts: &[u32]| -> Result<Fen, TestCaseError> {
            let (books, inputs, lists) = sold(&lots, &[], parts, (d, c, v));
            let mut sum = Fen::ZERO;
            for list in &lists {
                let tax = sale_tax(&books, &inputs, list, None).unwrap();
                let levied: Fen = tax.goods.iter().map(|it| it.levies.total()).sum();
                prop_assert_eq!(tax.total.value, levied + tax.interest.value);
                sum = sum + levied;
            }
            Ok(sum)
        };
        let (split, one) = (totals(&parts)?, totals(&[whole])?);
        // What one part's rounding can come to, in fen.
        let [d, c, v] = [d, c, v].map(|it| ratio(it.into(), 10_000));
        let value = ratio(1, 2);
        let duty = ratio(1, 2) + &d * &value;
        let consumed = ratio(1, 2) + &c / (ratio(1, 1) - &c) * (&value + &duty);
        let added = ratio(1, 2) + v * (value + &duty + &consumed);
        let most = (duty + consumed + added) * ratio(parts.len() as i128 + 1, 1);
        let difference = BigRational::from_integer(BigInt::from((split - one).raw()).abs());
        prop_assert!(difference <= most, "{} of {}: {} {}", difference, most, split, one);
    }

    /// The lines of a list, each as a list of its own: what is levied on a line is the same, and the interest
    /// differs by no more than the rounding of its parts; with the minimum it is never more.
    #[test]
    fn splitting_a_list_moves_nothing_but_interest(
        lots in prop::collection::vec((1_000_u32..100_000, 1_u32..10_000_000), 1..4),
        parts in prop::collection::vec(1_u32..5_000, 1..6),
        d in 0_u32..5_000, c in 0_u32..5_000, v in 0_u32..2_000, minimum: bool,
    ) {
        let minimum = if minimum { 5_000 } else { 0 };
        let (books, mut inputs, lists) = sold(&lots, &[], &parts, (d, c, v));
        let (together, mut as_one, list) = sold(&lots, &parts, &[], (d, c, v));
        let none = r#"{"parameters":[{"name":"interest_minimum","from":"2008-11-27","value":"0","source":"s"}]}"#;
        if minimum == 0 {
            inputs.add_json(none).unwrap();
            as_one.add_json(none).unwrap();
        }
        let whole = sale_tax(&together, &as_one, &list[0], None).unwrap();
        prop_assert_eq!(whole.goods.len(), parts.len());
        let (mut levied, mut interest, mut told) = (Fen::ZERO, Fen::ZERO, Fen::ZERO);
        for (list, line) in lists.iter().zip(&whole.goods) {
            let tax = sale_tax(&books, &inputs, list, None).unwrap();
            let goods = &tax.goods[0];
            prop_assert_eq!(goods.value.value, line.value.value);
            prop_assert_eq!(goods.levies.total(), line.levies.total());
            prop_assert_eq!(tax.total.value, goods.levies.total() + tax.interest.value);
            levied = levied + goods.levies.total();
            interest = interest + tax.interest.value;
            told = told + tax.total.value;
        }
        prop_assert_eq!(whole.total.value, levied + whole.interest.value);
        prop_assert_eq!(whole.total.value - told, whole.interest.value - interest);
        // Half a fen for each part, and for the whole: rounded, so many fen.
        let rounding = (parts.len() as i128 + 1) / 2;
        let more = (whole.interest.value - interest).raw();
        prop_assert!(more >= -rounding, "{} {}", more, rounding);
        // What a minimum leaves out is below it, list by list.
        let left_out = minimum * parts.len() as i128;
        prop_assert!(more <= rounding + left_out, "{} {}", more, rounding);
    }

    /// The figures of a sale, reckoned again on big rationals from what was posted.
    #[test]
    fn a_second_reckoning_comes_to_the_same(
        lots in prop::collection::vec((1_000_u32..100_000, 1_u32..10_000_000), 1..5),
        part in 1_u32..500_000,
        d in 0_u32..5_000, c in 0_u32..9_000, v in 0_u32..2_000,
    ) {
        let (books, inputs, lists) = sold(&lots, &[], &[part.min(lots[0].0 * 100)], (d, c, v));
        let part = part.min(lots[0].0 * 100);
        let tax = sale_tax(&books, &inputs, &lists[0], None).unwrap();
        let quantity: i128 = lots.iter().map(|it| i128::from(it.0)).sum();
        let paid: i128 = lots.iter().map(|it| i128::from(it.1)).sum();
        let price = ratio(paid, quantity * 100) * ratio(71_234, 10_000);
        let value = fen(&(price * ratio(part.into(), 100)));
        let goods = &tax.goods[0];
        prop_assert_eq!(raw(goods.value.value), value.clone());
        let rate = |it: u32| ratio(it.into(), 10_000);
        let duty = fen(&(yuan(&value) * rate(d)));
        prop_assert_eq!(raw(goods.levies.duty.value), duty.clone());
        let base = yuan(&(&value + &duty)) / (ratio(1, 1) - rate(c));
        let consumed = fen(&(base * rate(c)));
        prop_assert_eq!(raw(goods.levies.consumption_tax.value), consumed.clone());
        let added = fen(&(yuan(&(&value + &duty + &consumed)) * rate(v)));
        prop_assert_eq!(raw(goods.levies.vat.value), added.clone());
        // 2026-02-02 to 2026-06-01.
        let due = &duty + &consumed + &added;
        let interest = fen(&(yuan(&due) * ratio(119 * 35, 10_000 * 360)));
        let interest = if interest < BigInt::from(5_000) { BigInt::zero() } else { interest };
        prop_assert_eq!(raw(tax.interest.value), interest.clone());
        prop_assert_eq!(raw(tax.total.value), due + interest);
    }

    /// Products folded, and the rate of the refund with them: again on big rationals.
    #[test]
    fn the_refund_is_reckoned_again(
        lots in prop::collection::vec((10_000_u32..100_000, 1_u32..10_000_000), 1..4),
        net in 1_u32..300, loss in 0_u32..60,
        out in prop::collection::vec((1_u32..900, 1_000_u32..10_000_000), 1..5),
        gone in 1_u32..900, refunded in 0_u32..=1_300,
    ) {
        let mut script = format!(
            "book C222626A0001 2026-01-05..2026-12-31\nM1 8542390000 untested\nP1 8542390000 tested\nP1<M1*{}/loss={loss}\n",
            hundredths(net)
        );
        for (at, (quantity, cents)) in lots.iter().enumerate() {
            script += &format!("2026-02-02 in L{at} 0615 M1:{quantity}={}USD\n", hundredths(*cents));
        }
        for (at, (quantity, cents)) in out.iter().enumerate() {
            script += &format!("2026-03-02 out X{at} 0615 P1:{quantity}={}USD\n", hundredths(*cents));
        }
        script += &format!("2026-04-02 destroy D P1:{gone}\n");
        script += &format!(
            r#"{{"refund":[{{"handbook":"C222626A0001","from":"2026-01-05","planned_rate":"0.7","source":"s"}}],
            "exchange_rates":[{{"currency":"USD","from":"2026-01-01","cny":"7.1","source":"s"}}],
            "tariff":[{{"hs":"85","from":"2026-01-01","duty":"0","vat":"13","refund":"{}","source":"s"}}]}}"#,
            hundredths(refunded)
        );
        let case = Case::read(&script).unwrap_or_else(|it| panic!("{it}\n{script}"));
        let found = refunds(&case.books, &case.inputs, "C222626A0001".parse().unwrap(), None).unwrap().remove(0);

        let sum = |it: &[(u32, u32)]| -> (i128, i128) {
            (it.iter().map(|it| i128::from(it.0)).sum(), it.iter().map(|it| i128::from(it.1)).sum())
        };
        let ((quantity, paid), (_, sold)) = (sum(&lots), sum(&out));
        let gross = ratio(net.into(), 100) / ratio(100 - i128::from(loss), 100);
        let destroyed = gross * ratio(gone.into(), 1) * ratio(paid, quantity * 100);
        let rate = (ratio(paid, 100) - destroyed) / ratio(sold, 100);
        let micro = fen(&(rate * ratio(10_000, 1))); // to 6 decimals
        let told: BigInt = {
            let text = &found.actual_rate.as_ref().unwrap().value;
            let (sign, text) = match text.strip_prefix('-') {
                Some(text) => (-1, text),
                None => (1, text.as_str()),
            };
            let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
            format!("{whole}{rest:0<6}").parse::<BigInt>().unwrap() * sign
        };
        prop_assert_eq!(told, micro.clone());
        let fob = ratio(sold, 100) * ratio(71, 10);
        let actual = BigRational::new(micro, BigInt::from(1_000_000));
        let at = |rate: BigRational, percent: i128| {
            fen(&(&fob * (ratio(1, 1) - rate) * ratio(percent, 10_000)))
        };
        let group = &found.groups[0];
        prop_assert_eq!(raw(group.planned.refund.value), at(ratio(7, 10), refunded.into()));
        let of_actual = group.actual.as_ref().unwrap();
        prop_assert_eq!(raw(of_actual.refund.value), at(actual.clone(), refunded.into()));
        let rest = 1_300 - i128::from(refunded);
        prop_assert_eq!(raw(of_actual.non_creditable.value), at(actual, rest));
        let adjusted = of_actual.refund.value - group.planned.refund.value;
        prop_assert_eq!(found.adjustment.unwrap().value, adjusted);
    }

    #[test]
    fn a_collective_declaration_stays_within_year_and_validity(
        sold in 0_u64..3_000, valid in 0_u64..600, quarterly: bool,
    ) {
        let sold = day("2020-07-01") + Days::new(sold);
        let valid = sold + Days::new(valid);
        let period = if quarterly { Period::Quarterly } else { Period::Monthly };
        let due = collective_due(sold, period, 15, Some(valid)).unwrap();
        prop_assert!(sold <= due && due <= valid);
        prop_assert_eq!(due.year(), sold.year());
        let monthly = collective_due(sold, Period::Monthly, 15, Some(valid)).unwrap();
        prop_assert!(monthly <= due);
    }

    /// No file brings the reader down, and what it says is said where.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = Inputs::from_json(&text).map_err(|it| it.to_string());
    }

    /// Figures and days at their limits: every question is answered or refused, and none brings the
    /// process down.
    #[test]
    fn nothing_that_can_be_written_brings_it_down(
        amounts in prop::collection::vec(prop::sample::select(AMOUNTS), 6),
        rates in prop::collection::vec(prop::sample::select(RATES), 5),
        quantities in prop::collection::vec(prop::sample::select(QUANTITIES), 4),
        days in prop::collection::vec(prop::sample::select(DAYS), 5),
        trade in prop::sample::select(&["B222626A0001", "C222626A0001", "E222626A0001"][..]),
    ) {
        let mode = if trade.starts_with('B') { "0214" } else { "0615" };
        let script = format!(
            "book {trade} 0001-01-01..9999-12-31 guarantee=1CNY..9999-12-31
             M1 3907300090 compound price={}USD opening={}
             P1 8542390000 packaged
             P1<M1*9999.999999999/loss=99.999
             {} in L1 {mode} M1:{}={}USD
             {} declare S2 M1:0.00001
             {} out X1 {mode} P1:{}={}USD
             {} sell S1 P1:{}={}CNY
             {{\"zones\":[{{\"handbook\":\"{trade}\",\"from\":\"2026-01-01\",\"source\":\"s\"}}],
               \"prices\":[{{\"handbook\":\"{trade}\",\"material\":1,\"from\":\"0001-01-01\",\"price\":\"9999999999999.999999999\",\"currency\":\"USD\",\"source\":\"s\"}}],
               \"refund\":[{{\"handbook\":\"{trade}\",\"from\":\"0001-01-01\",\"planned_rate\":\"1\",\"source\":\"s\"}}],
               \"exchange_rates\":[{{\"currency\":\"USD\",\"from\":\"0001-01-01\",\"cny\":\"999999.999999999\",\"source\":\"s\"}}],
               \"tariff\":[{{\"hs\":\"39\",\"from\":\"0001-01-01\",\"duty\":\"{}\",\"consumption\":\"99.999999999\",\"vat\":\"{}\",\"source\":\"s\"}},
                         {{\"hs\":\"85\",\"from\":\"0001-01-01\",\"duty\":\"{}\",\"vat\":\"{}\",\"refund\":\"{}\",\"source\":\"s\"}}]}}",
            amounts[0], quantities[0], days[0], quantities[1], amounts[1], days[3], days[1],
            quantities[2], amounts[2], days[2], quantities[3], amounts[3],
            rates[0], rates[1], rates[2], rates[3], rates[4],
        );
        // What the ledger refuses is not posted; a case stops there.
        let Ok(case) = Case::read(&script) else { return Ok(()) };
        let number = trade.parse().unwrap();
        for list in ["S1", "S2", "L1", "none"] {
            let _ = sale_tax(&case.books, &case.inputs, list, None);
        }
        let today = day(days[4]);
        for refund in refunds(&case.books, &case.inputs, number, None).unwrap_or_default() {
            let _ = bonded_tax::refund_rows(&case.books, &case.inputs, &refund);
        }
        let _ = bonded_tax::quote(&case.books, &case.inputs, number, today);
        let _ = bonded_tax::guarantee(&case.books, &case.inputs, number, today);
        // Whatever is not known on that day, what is due is listed.
        let due = bonded_tax::deadlines(&case.books, &case.inputs, None, today).unwrap();
        bonded_tax::calendar(&due, today);
    }
}

const AMOUNTS: &[&str] = &[
    "0",
    "0.01",
    "9200.17",
    "9999999999999999999999999999",
    "0.0000000000000000000000000001",
];
const RATES: &[&str] = &["0", "13", "9999.999999999", "0.000000001"];
const QUANTITIES: &[&str] = &["0.00001", "1", "750", "9999999999999.99999"];
const DAYS: &[&str] = &[
    "0001-01-01",
    "2026-02-02",
    "2026-06-01",
    "2024-02-29",
    "9999-12-31",
];
