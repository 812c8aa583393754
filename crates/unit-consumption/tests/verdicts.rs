//! What a version comes to, and what is to be declared or disclosed.

use unit_consumption::cases;
use unit_consumption::verify::{Report, Verdict, VerdictKind};

fn run(script: &str) -> Report {
    cases::run(script).unwrap_or_else(|it| panic!("{it}"))
}

fn verdict(script: &str) -> Verdict {
    let report = run(script);
    let verdicts = &report.handbooks[0].verdicts;
    assert_eq!(verdicts.len(), 1, "{script}");
    verdicts[0].clone()
}

/// `material net tangible intangible share since`.
fn suggested(verdict: &Verdict) -> Vec<String> {
    let text = |it: &unit_consumption::verify::Suggestion| {
        format!(
            "M{} {} {} {} {} {} {}",
            it.material,
            it.net,
            it.tangible_loss,
            it.intangible_loss,
            it.bonded_share,
            it.gross,
            it.since.as_deref().unwrap_or("-")
        )
    };
    verdict.suggested.iter().map(text).collect()
}

/// `material units declared actual quantity money currency`.
fn disclosed(verdict: &Verdict) -> Vec<String> {
    let Some(disclosure) = &verdict.disclosure else {
        return Vec::new();
    };
    let text = |it: &unit_consumption::verify::Disclosed| {
        format!(
            "M{} {} {} {} {} {}",
            it.material,
            it.units,
            it.declared,
            it.actual,
            it.quantity,
            it.money.as_deref().unwrap_or("-"),
        )
    };
    disclosure.materials.iter().map(text).collect()
}

#[test]
fn what_fits_is_confirmed() {
    let verdict = verdict("P1<M1*1 loss=4\n2026-02-01 P1:960-3 M1:1000~40");
    assert_eq!(verdict.verdict, VerdictKind::Confirmed);
    assert_eq!(verdict.verdict.as_str(), "confirmed");
    assert!(verdict.suggested.is_empty() && verdict.disclosure.is_none());
    let made = (verdict.good, verdict.rejected, verdict.left);
    assert_eq!(
        (made.0.to_string(), made.1.to_string(), made.2.to_string()),
        ("960".into(), "3".into(), "0".into())
    );
}

#[test]
fn a_version_that_was_neither_made_nor_left_has_no_verdict() {
    let report = run("P1<M1*1\nP2<M1*1\n2026-02-01 P1:10 M1:10");
    assert_eq!(report.handbooks[0].verdicts.len(), 1);
    assert_eq!(report.handbooks[0].unused.len(), 1);
    assert_eq!(report.handbooks[0].unused[0].product, 2);
    // One that is wrong and unused is corrected before it is used.
    let verdict = verdict("M1 unit=020\nP1<M1*0.001\nmap P1<M1 dies=8640");
    assert_eq!(verdict.verdict, VerdictKind::Amend);
    assert!(verdict.text.contains("wafer_map"), "{}", verdict.text);
}

#[test]
fn what_differs_and_is_free_is_amended() {
    let amended = verdict("P1<M1*1 loss=5 intangible=1\n2026-02-01 P1:100 M1:100~2");
    assert_eq!(amended.verdict, VerdictKind::Amend);
    // The net is kept, and the loss that was declared as intangible as far as it goes.
    assert_eq!(suggested(&amended), ["M1 1 0 0 100 1 -"]);
    let amended = verdict("P1<M1*0.9 loss=5 intangible=1\n2026-02-01 P1:100 M1:100~10");
    assert_eq!(suggested(&amended), ["M1 0.9 9 1 100 1 -"]);
    // Destroyed products freeze nothing; on a book that declares before closure nor does an export.
    let free =
        verdict("P1<M1*1.1\nversion P1 destroyed=2 defects=in_loss\n2026-02-01 P1:100 M1:100");
    assert_eq!(free.verdict, VerdictKind::Amend);
    let free =
        verdict("book before_closure\nP1<M1*1.1\nversion P1 left=90\n2026-02-01 P1:100 M1:100");
    assert_eq!(free.verdict, VerdictKind::Amend);
}

#[test]
fn what_left_with_a_wrong_value_is_disclosed() {
    let told = verdict(
        "M1 price=2.5\nP1<M1*1.1 share=80\nversion P1 left=60 sold=7 destroyed=3\n2026-02-01 P1:100 M1:100",
    );
    assert_eq!(told.verdict, VerdictKind::Disclose);
    // 70 × 0.1 × 80 % = 5.6, worth 14.
    assert_eq!(disclosed(&told), ["M1 70 1.1 1 5.6 14"]);
    assert_eq!(suggested(&told), ["M1 1 0 0 80 1 -"]);
    assert!(told.disclosure.unwrap().conditions[0].contains("below the declared one"));
    // Used and not written off: below 0, and no case of the announcement.
    let told = verdict("P1<M1*1\nversion P1 left=50\n2026-02-01 P1:100 M1:110");
    assert_eq!(disclosed(&told), ["M1 50 1 1.1 -5 -"]);
    assert!(told.disclosure.unwrap().conditions[0].contains("more was used"));
}

#[test]
fn what_is_frozen_and_did_not_leave_needs_a_new_version() {
    let new = verdict("P1<M1*1.1\nversion P1 status=determined\n2026-02-01 P1:100 M1:100");
    assert_eq!(new.verdict, VerdictKind::NewVersion);
    assert!(new.text.contains("determined"), "{}", new.text);
    assert!(new.disclosure.is_none());
}

const STEP: &str = "
    2026-01-10 P1:1000 M1:1000
    2026-02-10 P1:1000 M1:1000
    2026-03-10 P1:300 M1:294
    2026-04-10 P1:300 M1:294";

#[test]
fn after_a_step_what_was_made_before_left_first() {
    let new = verdict(&format!("P1<M1*1\nversion P1 left=2000{STEP}"));
    assert_eq!(new.verdict, VerdictKind::NewVersion);
    assert_eq!(suggested(&new), ["M1 0.98 0 0 100 0.98 2026-03"]);
    let told = verdict(&format!("P1<M1*1\nversion P1 left=2150{STEP}"));
    assert_eq!(told.verdict, VerdictKind::Disclose);
    assert_eq!(disclosed(&told), ["M1 150 1 0.98 3 -"]);
    // Not used at all: goods made before would be wrong if it were amended.
    let new = verdict(&format!("P1<M1*1{STEP}"));
    assert_eq!(new.verdict, VerdictKind::NewVersion);
}

#[test]
fn one_order_by_the_declaration_does_not_undo_a_step() {
    let script = "P1<M1*1
        version P1 left=3000
        2026-01-10 P1:1000 M1:1000
        2026-02-10 P1:1000 M1:1000
        2026-03-10 P1:1000 M1:1000
        2026-04-10 P1:1000 M1:960
        2026-05-10 P1:1000 M1:960
        2026-06-10 P1:1000 M1:960
        2026-07-01 P1:10 M1:10";
    let new = verdict(script);
    assert_eq!(new.verdict, VerdictKind::NewVersion, "{}", new.text);
    assert_eq!(new.suggested[0].since.as_deref(), Some("2026-04"));
    assert!(
        new.suggested[0].gross.starts_with("0.9601"),
        "{}",
        new.suggested[0].gross
    );
}

#[test]
fn a_step_without_a_true_value_before_it_is_a_wrong_value() {
    let told = verdict(
        "P1<M1*1\nversion P1 left=50
         2026-01-10 P1:1000 M1:1100
         2026-02-10 P1:300 M1:294
         2026-03-10 P1:300 M1:294",
    );
    assert_eq!(told.verdict, VerdictKind::Disclose);
    assert_eq!(told.suggested[0].since, None);
}

#[test]
fn materials_that_were_never_issued_or_never_declared() {
    let told = verdict("P1<M1*1\nP1<M3*2\nM2\nversion P1 left=10\n2026-02-01 P1:10 M1:10 M2:5");
    assert_eq!(told.verdict, VerdictKind::Disclose);
    assert_eq!(disclosed(&told), ["M2 10 0 0.5 -5 -", "M3 10 2 0 20 -"]);
    assert_eq!(suggested(&told), ["M2 0.5 0 0 100 0.5 -"]);
}

#[test]
fn what_has_a_cause_was_not_used_for_the_goods() {
    let lost = verdict(
        "P1<M1*1\nP1<M2*2\nversion P1 left=10 status=declared
         2026-02-01 P1:10 M1:10 M2:20!breakage",
    );
    assert_eq!(lost.verdict, VerdictKind::Disclose);
    assert_eq!(disclosed(&lost), ["M2 10 2 0 20 -"]);
    // A consumable that was used as one was not meant to be in the goods.
    let consumed = "M2 consumable\nP1<M1*1\nP1<M2*2\nversion P1 left=10 status=declared
         2026-02-01 P1:10 M1:10 M2:20!";
    let told = |cause: &str| verdict(&format!("{consumed}{cause}")).verdict;
    assert_eq!(told("consumable"), VerdictKind::Confirmed);
    assert_eq!(told("breakage"), VerdictKind::Disclose);
}

#[test]
fn months_in_which_nothing_happened_to_a_line_say_nothing_of_it() {
    let script = "P1<M1*1\nP1<M2*1\nversion P1 left=1200 status=declared
        2026-01-10 P1:1000 M1:1000 M2:1000
        2026-02-10 P1:100 M1:98 M2:100
        2026-03-10 P1:100 M1:98 M2:100";
    let silent = format!("{script}\n2026-04-10 P1:0 M2:0");
    for script in [script, &silent] {
        let verdict = verdict(script);
        assert_eq!(verdict.verdict, VerdictKind::Disclose, "{script}");
        assert_eq!(disclosed(&verdict), ["M1 200 1 0.98 4 -"], "{script}");
    }
}

#[test]
fn what_comes_after_the_last_goods_belongs_to_them() {
    let came_back = verdict(
        "P1<M1*1\nversion P1 left=1000 status=declared
         2026-01-10 P1:1000 M1:1000\n2026-02-10 P1:0 M1:0-50",
    );
    assert_eq!(came_back.verdict, VerdictKind::Disclose);
    assert_eq!(disclosed(&came_back), ["M1 1000 1 0.95 50 -"]);
    let with_one_more = verdict(
        "P1<M1*1\nversion P1 left=1000 status=declared
         2026-01-10 P1:1000 M1:1000\n2026-02-10 P1:1 M1:0-50",
    );
    assert_eq!(
        disclosed(&with_one_more),
        ["M1 1000 1 0.949050949 50.94905 -"]
    );
    let taken = verdict("P1<M1*1\n2026-01-10 P1:1000 M1:1000\n2026-02-10 P1:0 M1:25");
    assert_eq!(taken.verdict, VerdictKind::Amend);
    assert_eq!(suggested(&taken), ["M1 1 2.439024 0 100 1.024999996 -"]);
}

#[test]
fn a_step_in_a_whole_that_fits_discloses_nothing() {
    let verdict = verdict(
        "P1<M1*1\nversion P1 left=2000 status=declared
         2026-01-10 P1:1000 M1:1050\n2026-02-10 P1:500 M1:475\n2026-03-10 P1:500 M1:475",
    );
    assert_eq!(verdict.verdict, VerdictKind::Explain);
    assert!(verdict.suggested.is_empty() && verdict.disclosure.is_none());
}

#[test]
fn an_order_to_the_last_digit_by_the_declaration_adds_no_finding() {
    let script = "P1<M1*0.000006\n2026-02-01 P1:1000000 M1:6.06";
    assert_eq!(verdict(script).verdict, VerdictKind::Confirmed);
    let more = format!("{script}\n2026-02-02 P1:1 M1:0.00001");
    assert_eq!(verdict(&more).verdict, VerdictKind::Confirmed);
}

/// Jan 1,000 units, Feb and Mar 100 each with 2 % less.
const RISEN: &str = "P1<M1*1\nversion P1 left=1200 status=declared
    2026-01-10 P1:1000 M1:1000\n2026-02-10 P1:100 M1:98\n2026-03-10 P1:100 M1:98";

#[test]
fn a_month_without_goods_belongs_to_the_one_before_it() {
    for silent in ["P1:0 M1:0", "P1:0 M1:0~1", "P1:0 M1:5-5", "P1:0-5"] {
        let script = format!("{RISEN}\n2026-04-10 {silent}");
        assert_eq!(
            disclosed(&verdict(&script)),
            ["M1 200 1 0.98 4 -"],
            "{silent}"
        );
        let between = script
            .replace("2026-04", "2026-03")
            .replace("03-10 P1:100", "05-10 P1:100");
        assert_eq!(
            disclosed(&verdict(&between)),
            ["M1 200 1 0.98 4 -"],
            "{silent}"
        );
    }
    // What was issued ahead belongs to the first goods.
    let ahead = "P1<M1*1\n2026-01-10 P1:0 M1:100\n2026-02-10 P1:100\n2026-03-10 P1:100 M1:100";
    assert_eq!(verdict(ahead).verdict, VerdictKind::Confirmed);
    // What came back belongs to the goods before, also when others follow.
    let back = "P1<M1*1\nversion P1 left=1000 status=declared\n2026-01-10 P1:1000 M1:1000
        2026-02-10 P1:0 M1:0-50\n2026-03-10 P1:100 M1:100";
    assert_eq!(
        disclosed(&verdict(back)),
        ["M1 1000 1 0.954545455 45.45455 -"]
    );
}

#[test]
fn nothing_is_disclosed_where_nothing_is_missing() {
    for script in [
        "P1<M1*1\nversion P1 left=20200 status=declared
         2026-01-10 P1:20000 M1:20200\n2026-02-10 P1:100\n2026-03-10 P1:100",
        "P1<M1*1\nversion P1 left=1100 status=declared\n2026-01-10 P1:1000 M1:1009
         2026-02-10 P1:50 M1:50-5\n2026-03-10 P1:50 M1:50-4",
    ] {
        assert_eq!(verdict(script).verdict, VerdictKind::Explain, "{script}");
    }
}

#[test]
fn an_undeclared_material_since_a_month_is_not_in_what_left_before() {
    let script = |left: u32| {
        format!(
            "P1<M1*1\nM2\nversion P1 left={left} status=declared
             2026-01-10 P1:1000 M1:1000\n2026-02-10 P1:100 M1:100 M2:100"
        )
    };
    let before = verdict(&script(1000));
    assert_eq!(before.verdict, VerdictKind::NewVersion);
    assert_eq!(suggested(&before), ["M2 1 0 0 100 1 2026-02"]);
    assert_eq!(disclosed(&verdict(&script(1040))), ["M2 40 0 1 -40 -"]);
}

#[test]
fn what_is_amended_has_one_value() {
    let script = "P1<M1*1\nbook before_closure\nversion P1 left=2000
        2026-01-10 P1:1000 M1:1000\n2026-02-10 P1:500 M1:450\n2026-03-10 P1:500 M1:450";
    let amended = verdict(script);
    assert_eq!(amended.verdict, VerdictKind::Amend);
    assert_eq!(suggested(&amended), ["M1 0.95 0 0 100 0.95 -"]);
}

#[test]
fn amounts_are_of_what_was_written_off() {
    // No good unit: nobody knows what one takes.
    let none =
        "P1<M1*1\nversion P1 left=10 defects=in_loss status=declared\n2026-02-01 P1:0-10 M1:10";
    assert_eq!(verdict(none).verdict, VerdictKind::Explain);
    // More came back than was taken: no more than all of it was not used.
    let back = "P1<M1*1\nversion P1 left=10 status=declared\n2026-02-01 P1:10 M1:0-5";
    assert_eq!(disclosed(&verdict(back)), ["M1 10 1 0 10 -"]);
    // Less than the last digit is not told.
    for row in ["", " M2:0.00001!breakage"] {
        let small = format!(
            "P1<M1*1\nP1<M2*0.000001\nversion P1 left=1 status=declared\n2026-02-01 P1:1 M1:1{row}"
        );
        assert_eq!(verdict(&small).verdict, VerdictKind::Confirmed, "{row}");
    }
}

#[test]
fn what_does_not_refute_the_value_is_explained() {
    let explained = verdict("P1<M1*1 loss=4\n2026-02-01 P1:960 M1:1000~20");
    assert_eq!(explained.verdict, VerdictKind::Explain);
    assert!(
        explained.text.ends_with("scrap_short"),
        "{}",
        explained.text
    );
    let explained = verdict("P1<M1*1\nversion P1 left=5");
    assert_eq!(explained.verdict, VerdictKind::Explain);
    assert!(explained.text.contains("no record"), "{}", explained.text);
    let explained = verdict("P1<M1*1\nversion P1 until=2026-01-31\n2026-02-01 P1:10 M1:10");
    assert_eq!(explained.verdict, VerdictKind::Explain);
    assert!(explained.text.contains("version_not_valid"));
    // An outlier or an excluded loss says nothing against the value.
    let confirmed =
        verdict("P1<M1*1\n2026-02-01 P1:10000 M1:10000\n2026-02-02 P1:10 M1:15 M1:3!breakage");
    assert_eq!(confirmed.verdict, VerdictKind::Confirmed);
}

#[test]
fn where_nobody_said_one_reading_gives_all_figures_of_a_line() {
    // Rejects are folded: 2 % of all pieces, and since March the process takes 3 % less.
    let script = "P1<M1*1\nversion P1 left=100
        2026-01-10 P1:980-20 M1:1000
        2026-02-10 P1:980-20 M1:1000
        2026-03-10 P1:980-20 M1:950
        2026-04-10 P1:980-20 M1:950";
    let report = run(script);
    let line = &report.handbooks[0].lines[0];
    assert_eq!(line.units.to_string(), "4000");
    let verdict = &report.handbooks[0].verdicts[0];
    assert_eq!(verdict.suggested[0].gross, "0.95");
    assert_eq!(verdict.suggested[0].since.as_deref(), Some("2026-03"));
}

#[test]
fn a_step_from_the_first_month_on_is_read_by_the_whole() {
    // Nothing was made before: the reading is that of all months, here with the rejects.
    let script = "P1<M1*1
        2026-01-10 P1:900-100 M1:1050
        2026-02-10 P1:900-100 M1:1050";
    let report = run(script);
    let line = &report.handbooks[0].lines[0];
    assert_eq!(
        (line.units.to_string(), line.expected.to_string()),
        ("2000".into(), "2000".into())
    );
    assert_eq!(
        (line.difference.to_string(), line.percent.as_deref()),
        ("100".into(), Some("5"))
    );
    let script = "P1<M1*2
        2026-01-10 P1:900-100 M1:1750
        2026-02-10 P1:900-100 M1:1750";
    assert_eq!(run(script).handbooks[0].lines[0].units.to_string(), "1800");
}

#[test]
fn errors_and_other_handbooks_make_a_report_fail() {
    assert!(!run("P1<M1*1\n2026-02-01 P1:10 M1:10").has_errors());
    assert!(!run("P1<M1*1\n2026-02-01 P1:10 M1:10 M1:1!breakage").has_errors());
    assert!(run("P1<M1*1\n2026-02-01 P1:10 M1:11").has_errors());
    let (declaration, mut records) =
        cases::read("P1<M1*1\n2026-02-01 P1:10 M1:10\n2026-02-02 P1:10 M1:10").unwrap();
    records[0].handbook = "C222626A0009".into();
    let policy = unit_consumption::Policy::builtin();
    let mut verifier = unit_consumption::verify::Verifier::new(vec![declaration], policy);
    for record in &records {
        verifier.add(record);
    }
    let report = verifier.report(None);
    assert!(report.has_errors());
    assert_eq!((report.records, report.records_elsewhere), (2, 1));
    assert_eq!(report.elsewhere[0].handbook, "C222626A0009");
    assert_eq!(report.handbooks[0].records, 1);
}
