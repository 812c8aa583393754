//! What teaches: demo, explain, help, completions.

mod support;

use expect_test::expect;
use serde_json::Value;
use support::{Folder, assert_legible};

#[test]
fn the_demo_shows_a_chain_that_closes() {
    let folder = Folder::new();
    let ran = folder.run("demo");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let page = ran.out();
    for part in [
        "closed (链条已闭合)",
        "C222626A0001",
        "7,400,000",
        "7 of 7 materials end at exactly 0, and so does their scrap",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_legible(&page);
    let json = folder.run("demo --format json");
    let shown: Value = serde_json::from_str(&json.out()).expect("JSON");
    assert_eq!(shown["chains"]["chains"][0]["closed"], true);
    assert_eq!(
        shown["statement"]["handbooks"].as_array().map(Vec::len),
        Some(3)
    );
}

#[test]
fn a_code_is_explained() {
    let folder = Folder::new();
    expect![[r#"
        quota_exceeded · refusal: the entry is refused and changes nothing

          More than the approved quantity.
          Counted against a material: used + imported + carried_in + leftover_in + exchanged_in (pending and
          booked) − exchanged_out (booked); against a product: used + exported + carried_out + exempted +
          returned_out (pending and booked) − returned_in (booked). Pending lists count at once.
          What to do: Have the approved quantity raised first (变更), or declare less.
          Source: bonded journal contract Rules of the lists, 1 (read)
          Source: Golden Customs II (金关二期) practice (imports within the filed quantity) (secondary)

          The smallest example, one line an entry:
            book A M1:1000
            import L1 A M1:950
            import L2 A M1:50
            import L3 A M1:0.00001 -> refused quota_exceeded
        = 0
    "#]].assert_eq(&folder.run("explain quota_exceeded").transcript());
    expect![[r#"
        ! error: nothing is called "quota_exceded" here; the nearest is `bonded explain quota_exceeded`
        = 2
    "#]].assert_eq(&folder.run("explain quota_exceded").transcript());
    let both = folder.run("explain consumption_missing").out();
    assert!(
        both.contains("· refusal:") && both.contains("· reason:"),
        "{both}"
    );
}

#[test]
fn a_check_of_a_document_is_explained() {
    let folder = Folder::new();
    expect![[r#"
        total_differs · check of a document, error: the document is not sent

          Price × quantity is not the total.
          The total is price × quantity to its last digit; or the price is total ÷ quantity to its last
          digit, as merged lines have it. The last digit of a list's total is the second, of its price the
          fourth.
          What to do: Correct price, quantity or total.
          Source: what the figures of a document need; no text was found (unverified)

          The smallest case that passes:
            INV101
            InvtListType[1]/DclQty=3
            InvtListType[1]/LawfQty=3
            InvtListType[1]/DclTotalAmt=100
            InvtListType[1]/DclUprcAmt=33.3333

          The smallest case that it finds, and what is said of it:
            INV101
            InvtListType[1]/DclTotalAmt=4250.02
            → InvtListType[1]/DclTotalAmt: found 4250.02, expected 42.5 × 100 = 4250: 0.02 off; correct
              price, quantity or total
        = 0
    "#]].assert_eq(&folder.run("explain total_differs").transcript());
    let all = folder.run("explain checks").out();
    for check in bonded_exchange::check::codes() {
        assert!(
            all.contains(&format!("  {} ", check.code)),
            "{}",
            check.code
        );
    }
    assert_legible(&all);
}

#[test]
fn every_code_can_be_explained_and_is_listed() {
    let folder = Folder::new();
    let all = folder.run("explain").out();
    for rule in bonded_ledger::rules::all() {
        assert!(
            all.contains(&format!("  {} ", rule.code)),
            "{} is not listed",
            rule.code
        );
    }
    for rule in bonded_ledger::rules::all().take(5) {
        let ran = folder.run(&format!("explain {}", rule.code));
        assert!(
            ran.out().starts_with(rule.code) && ran.out().contains("What to do:"),
            "{}",
            ran.out()
        );
    }
}

#[test]
fn modes_and_parameters_are_explained() {
    let folder = Folder::new();
    let modes = folder.run("explain modes").out();
    for (movement, code, ..) in bonded_ledger::modes::table() {
        assert!(
            modes.contains(movement.describe()) && modes.contains(code),
            "{code}"
        );
    }
    let parameters = folder.run("explain parameters").out();
    for parameter in bonded_ledger::parameters::ALL {
        assert!(parameters.contains(parameter.name), "{}", parameter.name);
    }
}

#[test]
fn every_command_teaches_with_examples() {
    let folder = Folder::new();
    let commands = [
        "",
        "post ",
        "lists ",
        "statement ",
        "check ",
        "chain ",
        "trace ",
        "handbook import ",
        "handbook plan ",
        "consumption verify ",
        "consumption fit ",
        "consumption explain ",
        "explain ",
        "completions ",
    ];
    for command in commands {
        let ran = folder.run(&format!("{command}--help"));
        assert_eq!(ran.status(), Some(0));
        assert!(
            ran.out().contains("\nExamples:\n  bonded ")
                || ran.out().contains("\nExamples:\n  erp"),
            "{}",
            ran.out()
        );
    }
    assert_eq!(folder.run("").status(), Some(2), "no command is a mistake");
    assert_eq!(folder.run("statment books.jsonl").status(), Some(2));
}

#[test]
fn shells_complete_it() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&format!("completions {shell}"));
        assert!(
            ran.status() == Some(0) && ran.out().contains("statement"),
            "{shell}"
        );
    }
}
