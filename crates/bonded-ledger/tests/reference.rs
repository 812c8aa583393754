//! The manual under `docs/reference` is generated from the code. This test fails when it is stale;
//! `BONDED_WRITE=1 cargo test -p bonded-ledger --test reference` writes it anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use bonded_ledger::testkit::{Outcome, run};
use bonded_ledger::{Movement, Rule, RuleKind, modes, parameters, rules};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference"))
}

fn law_list(rule: &Rule) -> String {
    rule.law.iter().map(|law| format!("- {law}\n")).collect()
}

/// The example of a rule: the clerk's script, the journal, and what came out.
fn example(rule: &Rule) -> String {
    if rule.script.is_empty() {
        return String::new();
    }
    let steps = run(rule.script).unwrap_or_else(|problem| panic!("{}: {problem}", rule.code));
    let mut page =
        String::from("The smallest journal that shows it, in clerk's language:\n\n```text\n");
    for line in rule
        .script
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
    {
        let _ = writeln!(page, "{line}");
    }
    page.push_str("```\n\n<details><summary>as a journal</summary>\n\n```jsonl\n");
    for step in &steps {
        let _ = writeln!(page, "{}", step.json);
    }
    page.push_str("```\n\n</details>\n\n");
    let message = steps.iter().rev().find_map(|step| match &step.outcome {
        Outcome::Refused(refusal) if rule.kind == RuleKind::Reason => refusal
            .reasons()
            .iter()
            .find(|it| it.code() == rule.code)
            .map(ToString::to_string),
        Outcome::Refused(refusal) => (refusal.code() == rule.code).then(|| refusal.to_string()),
        Outcome::Accepted(warnings) => warnings
            .iter()
            .find(|(code, _)| *code == rule.code)
            .map(|(_, message)| message.clone()),
        Outcome::Duplicate => None,
    });
    if let Some(message) = message {
        let _ = writeln!(page, "What is said:\n\n> {message}\n");
    }
    page
}

fn rules_page(kind: RuleKind, title: &str, intro: &str) -> String {
    let mut page = format!("# {title}\n\n{intro}\n\n| code | means |\n| --- | --- |\n");
    let of_kind = || rules::all().filter(|rule| rule.kind == kind);
    for rule in of_kind() {
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} |", rule.code, rule.title);
    }
    for rule in of_kind() {
        let _ = write!(
            page,
            "\n## {}\n\n**{}.** {}\n\n*What to do:* {}\n\nSource:\n\n{}\n{}",
            rule.code,
            rule.title,
            rule.text,
            rule.way_out,
            law_list(rule),
            example(rule)
        );
    }
    page.trim_end().to_string() + "\n"
}

/// The smallest journal of each movement.
const SMALLEST: [(Movement, &str); 20] = [
    (
        Movement::Imported,
        "book A M1\nimport L1 A M1:5\ndeduct L1\n? A M1 imported = 5",
    ),
    (
        Movement::CarriedIn,
        "book A M1\ncarry_in L1 A M1:5 with=C999999A0009\ndeduct L1\n? A M1 carried_in = 5",
    ),
    (
        Movement::LeftoverIn,
        "book A M1\nleftover_in L1 A M1:5 with=C999999A0009\ndeduct L1\n? A M1 leftover_in = 5",
    ),
    (
        Movement::ExchangedIn,
        "book A M1/opening=5\nexchange_out L1 A M1:5\ndeduct L1\nexchange_in L2 A M1:5\n\
         deduct L2\n? A M1 exchanged_in = 5",
    ),
    (
        Movement::ExchangedOut,
        "book A M1/opening=5\nexchange_out L1 A M1:5\ndeduct L1\n? A M1 exchanged_out = 5",
    ),
    (
        Movement::ChainOut,
        "book A role=ic_design M1/opening=5\nchain_out L1 A M1:5 with=C999999A0009\ndeduct L1\n\
         ? A M1 chain_out = 5",
    ),
    (
        Movement::LeftoverOut,
        "book A M1/opening=5\nleftover_out L1 A M1:5 with=C999999A0009\ndeduct L1\n\
         ? A M1 leftover_out = 5",
    ),
    (
        Movement::ReExported,
        "book A M1/opening=5\nre_export L1 A M1:5\ndeduct L1\n? A M1 re_exported = 5",
    ),
    (
        Movement::DomesticSale,
        "book A M1/opening=5\nsell L1 A M1:4\ndeduct L1\nsell L2 A M1:1 mode=9700\ndeduct L2\n\
         ? A M1 domestic_sale = 5",
    ),
    (
        Movement::Destroyed,
        "book A M1/opening=5\ndestroy L1 A M1:5\ndeduct L1\n? A M1 destroyed = 5",
    ),
    (
        Movement::ScrapSold,
        "book A M1/opening=100 P1 P1<M1*9/loss=10\nexport L1 A P1:10\ndeduct L1\n\
         scrap_sell L2 A M1:10\ndeduct L2\n? A M1 scrap_sold = 10",
    ),
    (
        Movement::ScrapReExported,
        "book A M1/opening=100 P1 P1<M1*9/loss=10\nexport L1 A P1:10\ndeduct L1\n\
         scrap_re_export L2 A M1:10\ndeduct L2\n? A M1 scrap_re_exported = 10",
    ),
    (
        Movement::ScrapDestroyed,
        "book A M1/opening=100 P1 P1<M1*9/loss=10\nexport L1 A P1:10\ndeduct L1\n\
         scrap_destroy L2 A M1:10\ndeduct L2\n? A M1 scrap_destroyed = 10",
    ),
    (
        Movement::Exported,
        "book A M1/opening=5 P1 P1<M1*1\nexport L1 A P1:5\ndeduct L1\n? A P1 exported = 5\n\
         ? A M1 consumed = 5",
    ),
    (
        Movement::CarriedOut,
        "book A M1/opening=5 P1 P1<M1*1\ncarry_out L1 A P1:5 with=C999999A0009\ndeduct L1\n\
         ? A P1 carried_out = 5",
    ),
    (
        Movement::Exempted,
        "book A M1/opening=5 P1 P1<M1*1\nexempt L1 A P1:5\ndeduct L1\n? A P1 exempted = 5",
    ),
    (
        Movement::ReturnedIn,
        "book A M1/opening=5 P1 P1<M1*1\nexport L1 A P1:5\ndeduct L1\nreturn_in L2 A P1:2\n\
         deduct L2\n? A P1 returned_in = 2\n? A M1 consumed = 3",
    ),
    (
        Movement::ReturnedOut,
        "book A M1/opening=5 P1 P1<M1*1\nexport L1 A P1:5\ndeduct L1\nreturn_in L2 A P1:2\n\
         deduct L2\nreturn_out L3 A P1:2\ndeduct L3\n? A P1 returned_out = 2",
    ),
    (
        Movement::ProductSale,
        "book A M1/opening=5 P1 P1<M1*1\nsell_products L1 A P1:5\ndeduct L1\n\
         ? A M1 domestic_sale = 5",
    ),
    (
        Movement::ProductDestroyed,
        "book A M1/opening=5 P1 P1<M1*1\ndestroy_products L1 A P1:5\ndeduct L1\n\
         ? A M1 destroyed = 5",
    ),
];

fn movements_page() -> String {
    let mut page = String::from(
        "# Supervision modes and what they move (监管方式)\n\n\
         A list's mode, direction and goods say in which column of the statement it counts. \
         Modes of 来料加工 and 进料加工 must match the handbook's trade.\n\n\
         | movement | 来料 | 进料 | direction, goods | column |\n| --- | --- | --- | --- | --- |\n",
    );
    for movement in Movement::ALL {
        let codes = |trade: &str| -> String {
            let mut codes: Vec<&str> = modes::table()
                .filter(|row| row.0 == movement && row.2.is_none_or(|it| it.as_str() == trade))
                .map(|row| row.1)
                .collect();
            codes.sort_unstable();
            codes.dedup();
            codes.join(", ")
        };
        let mut uses: Vec<String> = modes::table()
            .filter(|row| row.0 == movement)
            .map(|row| format!("{} {}", row.3, row.4))
            .collect();
        uses.sort_unstable();
        uses.dedup();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | `{}` |",
            movement.describe(),
            codes("supplied_materials"),
            codes("imported_materials"),
            uses.join(", "),
            movement.column()
        );
    }
    for (movement, script) in SMALLEST {
        run(script).unwrap_or_else(|problem| panic!("{movement:?}: {problem}"));
        let _ = writeln!(
            page,
            "\n## {}\n\n```text\n{script}\n```",
            movement.describe()
        );
    }
    page
}

fn parameters_page() -> String {
    let mut page = String::from(
        "# Numbers of the law\n\nDated rows: a new announcement adds a row, it never changes code.\n\n\
         | what | unit | from | value | source |\n| --- | --- | --- | --- | --- |\n",
    );
    for parameter in parameters::ALL {
        for row in parameter.rows {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} |",
                parameter.name, parameter.unit, row.from, row.value, row.law
            );
        }
    }
    page
}

fn index_page() -> String {
    "# Reference\n\nGenerated from the code; `cargo test` fails when it is stale.\n\n\
     - [Refusals](refusals.md): the entry changes nothing\n\
     - [Warnings](warnings.md): accepted, somebody should look\n\
     - [Reasons](reasons.md) why a handbook is not closable\n\
     - [Supervision modes and movements](modes.md)\n\
     - [Numbers of the law](parameters.md)\n\
     - [Rules of self-verification](consumption/README.md) (企业自核单耗), a page each\n\
     - [Checks of documents](exchange/README.md) before they are sent, a page each\n\
     - [Rules of tax](tax/README.md) (内销征税、缓税利息、出口退税), a page each\n\n\
     Certainty of a source: **read** in the text of the instrument; **secondary**: read on a \
     secondary page or in an older version; **unverified**: from general knowledge, to be \
     confirmed before anyone relies on it.\n"
        .into()
}

#[test]
fn every_movement_has_its_smallest_journal() {
    assert_eq!(SMALLEST.map(|it| it.0), Movement::ALL);
}

#[test]
fn the_manual_says_what_the_code_does() {
    let pages = [
        ("README.md", index_page()),
        (
            "refusals.md",
            rules_page(
                RuleKind::Refusal,
                "Refusals",
                "In the order in which they are looked for; the first that applies is given. A refused \
                 entry changes nothing and leaves its id unused. Codes are stable.",
            ),
        ),
        (
            "warnings.md",
            rules_page(
                RuleKind::Warning,
                "Warnings",
                "The entry is accepted; the law or prudence asks for a look. Codes are stable.",
            ),
        ),
        (
            "reasons.md",
            rules_page(
                RuleKind::Reason,
                "Reasons why a handbook is not closable",
                "`bonded check` and the refusal `not_closable` list all that apply.",
            ),
        ),
        ("modes.md", movements_page()),
        ("parameters.md", parameters_page()),
    ];
    let write = std::env::var_os("BONDED_WRITE").is_some();
    let mut stale = Vec::new();
    for (name, page) in pages {
        let path = folder().join(name);
        if std::fs::read_to_string(&path).ok().as_deref() == Some(&page) {
            continue;
        }
        if write {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&path, page).unwrap();
        } else {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "docs/reference is stale ({}); run: BONDED_WRITE=1 cargo test -p bonded-ledger --test reference",
        stale.join(", ")
    );
}
