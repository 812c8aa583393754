//! `bonded exchange`: what customs says, what is sent to it, and what people fill in.

mod support;

use serde_json::Value;
use support::Folder;

/// Messages of one list's life, and of its handbook.
const MESSAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds/receipt");

fn message(name: &str) -> Vec<u8> {
    std::fs::read(format!("{MESSAGES}/{name}.xml")).expect("a message of the seeds")
}

fn put(folder: &Folder, names: &[&str]) {
    for name in names {
        folder.write(&format!("{name}.xml"), message(name));
    }
}

/// What became of each file, by its name.
fn fates(out: &str) -> Vec<(String, String)> {
    out.lines()
        .map(|line| {
            let it: Value = serde_json::from_str(line).expect("an object a line");
            let text = |field: &str| it[field].as_str().unwrap_or_default().to_owned();
            (text("file"), text("status"))
        })
        .collect()
}

fn statement(folder: &Folder, ledger: &str) -> String {
    folder
        .run(&format!("statement {ledger} --format json"))
        .out()
}

#[test]
fn receipts_in_any_order_and_twice_are_one_ledger() {
    let folder = Folder::new();
    put(
        &folder,
        &["eml301", "inv101-client", "inv211", "inv201-changed"],
    );
    let ran = folder.run(
        "exchange import --ledger a.jsonl eml301.xml inv101-client.xml inv211.xml inv201-changed.xml",
    );
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let ran = folder.run(
        "exchange import --ledger b.db inv201-changed.xml inv211.xml inv211.xml inv101-client.xml eml301.xml",
    );
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    assert_eq!(statement(&folder, "a.jsonl"), statement(&folder, "b.db"));
    // Once more, and nothing happens.
    let before = folder.read("a.jsonl");
    let ran = folder.run("exchange import --ledger a.jsonl inv211.xml inv201-changed.xml");
    assert_eq!(ran.status(), Some(0));
    let all_known = fates(&ran.out()).iter().all(|it| it.1 == "known");
    assert!(all_known, "{}", ran.out());
    assert_eq!(
        folder
            .run("exchange import --ledger a.jsonl eml301.xml")
            .status(),
        Some(0)
    );
    assert_eq!(folder.read("a.jsonl"), before);
    for ledger in ["a.jsonl", "b.db"] {
        assert_eq!(folder.run(&format!("verify {ledger}")).status(), Some(0));
    }
}

#[test]
fn a_dry_run_and_a_run_without_a_ledger_write_nothing() {
    let folder = Folder::new();
    put(&folder, &["eml301", "inv101-client"]);
    let ran = folder.run("exchange import --ledger a.jsonl --dry-run eml301.xml inv101-client.xml");
    assert_eq!(ran.status(), Some(0));
    assert!(!folder.path("a.jsonl").exists());
    // A message is read against books; what opens one is printed without.
    let printed = folder.run("exchange import eml301.xml").out();
    assert_eq!(printed.lines().count(), 1);
    folder.write("entries.jsonl", printed);
    assert_eq!(folder.run("post b.jsonl entries.jsonl").status(), Some(0));
    let ran = folder.run("exchange import --ledger b.jsonl inv101-client.xml inv101-client.xml");
    let fates = fates(&ran.out());
    assert_eq!(
        [fates[0].1.as_str(), fates[1].1.as_str()],
        ["taken", "known"]
    );
}

#[test]
fn what_waits_contradicts_or_is_none_is_told() {
    let folder = Folder::new();
    put(
        &folder,
        &["inv211", "eml301", "inv101-client", "inv201-returned"],
    );
    let ran = folder.run("exchange import --ledger a.jsonl inv101-client.xml");
    assert_eq!(
        (ran.status(), fates(&ran.out())[0].1.as_str()),
        (Some(1), "waits")
    );
    folder.run("exchange import --ledger a.jsonl eml301.xml inv101-client.xml inv211.xml");
    let before = folder.read("a.jsonl");
    let ran = folder.run("exchange import --ledger a.jsonl inv201-returned.xml");
    assert_eq!(
        (ran.status(), fates(&ran.out())[0].1.as_str()),
        (Some(1), "held")
    );
    folder.write("broken.xml", "<INV201><HdeApprResult>");
    let ran = folder.run("exchange import --ledger a.jsonl broken.xml");
    assert_eq!(ran.status(), Some(2));
    assert!(ran.err().contains("xml_malformed"), "{}", ran.err());
    assert_eq!(folder.read("a.jsonl"), before);
}

#[test]
fn an_inbox_is_emptied_once_and_may_be_begun_again() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("InBox")).expect("made");
    let names = ["inv211", "inv101-client", "eml301", "eml221"];
    for name in names {
        folder.write(&format!("InBox/Receipt_{name}.xml"), message(name));
    }
    // A mistyped ledger is not begun.
    assert_eq!(
        folder.run("exchange watch a.db InBox --once").status(),
        Some(2)
    );
    assert!(!folder.path("a.db").exists());
    put(&folder, &["eml301"]);
    folder.run("exchange import --ledger a.db eml301.xml");
    let ran = folder.run("exchange watch a.db InBox --once");
    // The closure was never reported: its receipt waits.
    assert_eq!(ran.status(), Some(1), "{}", ran.err());
    assert!(folder.path("InBox/Receipt_eml221.xml").exists());
    for name in ["inv211", "inv101-client", "eml301"] {
        assert!(
            folder
                .path(&format!("InBox/taken/Receipt_{name}.xml"))
                .exists(),
            "{name}"
        );
    }
    let once = statement(&folder, "a.db");
    // As if it had been killed after posting and before moving: the same receipts again.
    std::fs::remove_file(folder.path("InBox/Receipt_eml221.xml")).expect("removed");
    for name in ["inv211", "inv101-client", "eml301"] {
        folder.write(&format!("InBox/Receipt_{name}.xml"), message(name));
    }
    let ran = folder.run("exchange watch a.db InBox --once");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    assert_eq!(statement(&folder, "a.db"), once);
    assert!(folder.path("InBox/taken/Receipt_inv211.xml.2").exists());
}

#[test]
fn what_cannot_be_read_is_held_with_its_reasons() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("InBox")).expect("made");
    folder.write("InBox/Receipt_1.xml", "no message");
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    put(&folder, &["eml301"]);
    folder.run("exchange import --ledger a.jsonl eml301.xml");
    let ran = folder.run("exchange watch a.jsonl InBox --once");
    assert_eq!(ran.status(), Some(1));
    assert!(
        folder
            .read("InBox/held/Receipt_1.xml.txt")
            .contains("xml_malformed")
    );
    assert!(folder.path("InBox/held/Receipt_1.xml").exists());
}

/// The IC chain of the seeds, without its closures.
fn chain(folder: &Folder) {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds");
    let journal =
        std::fs::read_to_string(format!("{seeds}/ic-chain/journal.jsonl")).expect("the seed");
    let open: String = journal
        .lines()
        .filter(|it| !it.contains("report_closure") && !it.contains("accept_closure"))
        .map(|it| format!("{it}\n"))
        .collect();
    folder.write("open.jsonl", open);
    assert_eq!(
        folder.run("post books.jsonl open.jsonl --quiet").status(),
        Some(0)
    );
    let particulars =
        std::fs::read(format!("{seeds}/exchange/particulars.json")).expect("the seed");
    folder.write("ours.json", particulars);
}

#[test]
fn a_list_goes_out_and_comes_back_as_it_is_on_file() {
    let folder = Folder::new();
    chain(&folder);
    std::fs::create_dir(folder.path("OutBox")).expect("made");
    let line = "exchange export books.jsonl --kind list --list HF-BARE-01 --particulars ours.json \
                --declare --date 2026-01-12 --id L1";
    let ran = folder.run(&format!("{line} --outbox OutBox"));
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    assert!(folder.path("OutBox/L1.zip").exists());
    let again = folder.run(&format!("{line} --outbox OutBox"));
    assert_eq!(
        again.status(),
        Some(2),
        "what lies there is not overwritten"
    );
    let checked = folder.run("exchange check OutBox/L1.zip --ledger books.jsonl");
    assert!(
        checked.out().contains("INV101"),
        "{}{}",
        checked.out(),
        checked.err()
    );
    let ran = folder.run("exchange import --ledger books.jsonl OutBox/L1.zip");
    assert_eq!(
        fates(&ran.out())[0].1,
        "known",
        "{}{}",
        ran.out(),
        ran.err()
    );
}

#[test]
fn a_closure_is_written_from_the_statement_and_checked() {
    let folder = Folder::new();
    chain(&folder);
    let line = "exchange export books.jsonl --kind closure --handbook C222626A0001 --dialect customs \
                --date 2026-12-31 --id C1";
    let ran = folder.run(line);
    assert_eq!(ran.status(), Some(1), "who sends it is never made up");
    assert!(ran.err().contains("sender_id"), "{}", ran.err());
    assert!(ran.out().is_empty());
    let ran = folder.run(&format!("{line} --sender E222601 --receiver CUS0000"));
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    assert!(ran.out().contains("<EmlChgoffMtpck>"), "{}", ran.out());
    let zip = format!("{line} --sender E222601 --receiver CUS0000 --output c.zip");
    assert_eq!(folder.run(&zip).status(), Some(0));
    assert_eq!(
        folder.run("exchange check c.zip --format json").status(),
        Some(0)
    );
}

#[test]
fn what_customs_has_is_compared_item_by_item() {
    let folder = Folder::new();
    put(&folder, &["eml301"]);
    folder.run("exchange import --ledger a.jsonl eml301.xml");
    // The copy says that the book is suspended: the entry that is offered makes it so here, too.
    let ran = folder.run("exchange reconcile a.jsonl eml301.xml");
    assert_eq!(ran.status(), Some(1), "{}{}", ran.out(), ran.err());
    let out = ran.out();
    let offered: String = out.lines().filter(|it| it.starts_with('{')).collect();
    folder.write("offered.jsonl", offered);
    assert_eq!(folder.run("post a.jsonl offered.jsonl").status(), Some(0));
    let ran = folder.run("exchange reconcile a.jsonl eml301.xml");
    assert_eq!(ran.status(), Some(0), "{}{}", ran.out(), ran.err());
    let other = String::from_utf8(message("eml301")).expect("UTF-8");
    let (from, to) = ("<dclQty>1200", "<dclQty>1300");
    assert!(other.contains(from), "{other}");
    folder.write("other.xml", other.replacen(from, to, 1));
    let ran = folder.run("exchange reconcile a.jsonl other.xml");
    assert_eq!(ran.status(), Some(1));
    assert!(
        ran.out().contains("1300") && ran.out().contains("amend_handbook"),
        "{}",
        ran.out()
    );
    let ran = folder.run("exchange reconcile a.jsonl other.xml --format json");
    let json: Value = serde_json::from_str(&ran.out()).expect("JSON");
    let differences = json["reconciliations"][0]["differences"]
        .as_array()
        .expect("a list");
    assert_eq!(differences.len(), 1, "{json}");
}

#[test]
fn templates_are_written_and_read_again() {
    let folder = Folder::new();
    chain(&folder);
    for kind in ["lists", "production", "list-body", "account-book"] {
        let ran = folder.run(&format!("exchange template {kind} --output {kind}.xlsx"));
        assert_eq!(ran.status(), Some(0), "{kind}: {}", ran.err());
    }
    let ran = folder
        .run("exchange template lists --ledger books.jsonl --list HF-BARE-01 --output l.xlsx");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let ran = folder.run("exchange import l.xlsx");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let entry: Value = serde_json::from_str(&ran.out()).expect("one entry");
    assert_eq!(entry["list"]["number"], "HF-BARE-01");
    let ran =
        folder.run("exchange template lists --ledger books.jsonl --list HF-BARE-01 --output l.csv");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let csv: Value =
        serde_json::from_str(&folder.run("exchange import l.csv").out()).expect("one entry");
    assert_eq!(csv["list"], entry["list"]);
}

#[test]
fn the_body_of_a_list_is_read_again_as_it_was_written() {
    let folder = Folder::new();
    chain(&folder);
    let ran = folder.run(
        "exchange template list-body --ledger books.jsonl --list HF-BARE-01 --output body.xlsx",
    );
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let ran = folder.run(
        "exchange import body.xlsx --list X1 --handbook C222626A0001 --mode 0615 --direction import \
         --goods material --date 2026-01-12",
    );
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let entry: Value = serde_json::from_str(&ran.out()).expect("one entry");
    assert_eq!(entry["list"]["lines"].as_array().map(Vec::len), Some(8));
}

#[test]
fn numbers_that_contradict_each_other_come_to_an_end() {
    let folder = Folder::new();
    let answer = |own: &str| {
        format!(
            "<CommonResponeMessage><SeqNo>202600000000000001</SeqNo><EtpsPreentNo>{own}</EtpsPreentNo>\
             <DealFlag>0</DealFlag></CommonResponeMessage>"
        )
    };
    folder.write("a.xml", answer("ERP-1"));
    folder.write("b.xml", answer("OTHER-1"));
    put(&folder, &["inv201-changed"]);
    let ran = folder.run("exchange import --ledger a.jsonl a.xml b.xml inv201-changed.xml");
    assert_eq!(ran.status(), Some(1), "{}", ran.err());
}

#[test]
fn a_closure_that_is_not_ready_does_not_go_out() {
    let folder = Folder::new();
    chain(&folder);
    let some = folder.read("open.jsonl");
    let some: String = some.lines().take(40).map(|it| format!("{it}\n")).collect();
    folder.write("some.jsonl", some);
    folder.run("post half.jsonl some.jsonl --quiet");
    let ran = folder.run(
        "exchange export half.jsonl --kind closure --handbook C222626A0001 --dialect customs \
         --sender E222601 --receiver CUS0000",
    );
    assert_eq!(ran.status(), Some(1), "{}", ran.out());
    assert!(ran.out().is_empty());
    assert!(ran.err().contains("remaining"), "{}", ran.err());
}

#[test]
fn the_report_of_a_cycle_ends_with_its_last_day() {
    let folder = Folder::new();
    let party = r#"{"uscc":"91310115000000019M","customs_code":"3122200001","name":"示例"}"#;
    let id = |at: u32| format!("00000000-0000-4000-8000-{at:012}");
    let entry = |at: u32, date: &str, rest: &str| {
        format!("{{\"id\":\"{}\",\"date\":\"{date}\",{rest}}}\n", id(at))
    };
    let lines = [
        entry(
            1,
            "2026-01-05",
            &format!(
                r#""entry":"open_handbook","handbook":{{"number":"E222626A0001","trade":"imported_materials","operator":{party},"processor":{party},"valid_from":"2026-01-05","valid_until":"2027-01-04","consumption_declared":"before_export","materials":[{{"seq":1,"code":"M","hs":"3818001900","name":"硅片","unit":"020","opening":"10"}}],"products":[],"consumptions":[]}}"#
            ),
        ),
        entry(
            2,
            "2026-02-28",
            r#""entry":"count_stock","handbook":"E222626A0001","materials":[{"seq":1,"quantity":"10"}]"#,
        ),
        entry(
            3,
            "2026-02-28",
            r#""entry":"report_cycle","handbook":"E222626A0001","cycle_end":"2026-02-28""#,
        ),
        entry(
            4,
            "2026-03-01",
            r#""entry":"declare_list","list":{"number":"QD222626I000000001","handbook":"E222626A0001","direction":"import","goods":"material","mode":"0615","lines":[{"line":1,"seq":1,"quantity":"5"}]}"#,
        ),
        entry(
            5,
            "2026-03-02",
            r#""entry":"book_list","list":"QD222626I000000001""#,
        ),
    ];
    folder.write("open.jsonl", lines.concat());
    let ran = folder.run("post a.jsonl open.jsonl");
    assert_eq!(ran.status(), Some(0), "{}", ran.out());
    let ran = folder.run(
        "exchange export a.jsonl --kind closure --handbook E222626A0001 --dialect customs \
         --sender E222601 --receiver CUS0000 --date 2026-03-10",
    );
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let out = ran.out();
    for element in [
        "<shdRemainQty>10<",
        "<actlRemainQty>10<",
        "<impInvtTotalCnt>0<",
    ] {
        assert!(out.contains(element), "{element}: {out}");
    }
}

/// A list of one piece under a number of its own.
fn list(number: &str, day: &str) -> String {
    let text = String::from_utf8(message("inv101-client")).expect("UTF-8");
    let text = text.replace("ERP-1", number).replace("20260301", day);
    text.replace("Qty>100</", "Qty>1</")
        .replace("Qty>20.50000</", "Qty>0.5</")
}

#[test]
fn what_wants_a_look_is_told_with_what_was_accepted() {
    let folder = Folder::new();
    put(&folder, &["eml301"]);
    folder.run("exchange import --ledger a.jsonl eml301.xml");
    // The book ends on 2027-06-30.
    folder.write("late.xml", list("LATE", "20270615"));
    let ran = folder.run("exchange import --ledger a.jsonl late.xml");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    let told: Value = serde_json::from_str(&ran.out()).expect("an object");
    assert_eq!(
        told["entries"][0]["warnings"][0]["code"], "expiry_soon",
        "{told}"
    );
    assert!(
        ran.err().contains("warning: late.xml: expiry_soon"),
        "{}",
        ran.err()
    );
}

#[test]
fn a_sending_list_that_comes_before_the_receiving_one_is_tried_again() {
    let folder = Folder::new();
    chain(&folder);
    let opened = folder.read("open.jsonl");
    let of = |kind: &str| -> String {
        let lines = opened.lines().filter(|it| it.contains(kind));
        lines.map(|it| format!("{it}\n")).collect()
    };
    folder.write("books.only.jsonl", of("\"open_handbook\""));
    folder.run("post b.jsonl books.only.jsonl --quiet");
    // The same imports and the first carry-over, each as a file of our own template.
    for list in ["HF-BARE-01", "HD-WAFER-IN-01", "HF-WAFER-01"] {
        let line = format!(
            "exchange template lists --ledger books.jsonl --list {list} --output {list}.csv"
        );
        assert_eq!(folder.run(&line).status(), Some(0), "{list}");
    }
    folder.write("book.jsonl", of("\"book_list\",\"list\":\"HF-BARE-01\""));
    folder.run("exchange import --ledger b.jsonl HF-BARE-01.csv");
    folder.run("post b.jsonl book.jsonl");
    let ran = folder.run("exchange import --ledger b.jsonl HF-WAFER-01.csv HD-WAFER-IN-01.csv");
    assert_eq!(ran.status(), Some(0), "{}{}", ran.out(), ran.err());
    let files: Vec<String> = fates(&ran.out()).into_iter().map(|it| it.0).collect();
    assert_eq!(files, ["HD-WAFER-IN-01.csv", "HF-WAFER-01.csv"]);
}

/// Killed wherever it stands, a watch that is begun again ends with the ledger of one that was not.
#[test]
fn a_watch_that_is_killed_again_and_again_loses_nothing_and_posts_nothing_twice() {
    const LISTS: usize = 60;
    let folder = Folder::new();
    put(&folder, &["eml301"]);
    let mut names = Vec::new();
    for at in 0..LISTS {
        let name = format!("L{at:03}");
        folder.write(&format!("{name}.xml"), list(&name, "20260301"));
        names.push(format!("{name}.xml"));
    }
    folder.run("exchange import --ledger whole.db eml301.xml");
    let ran = folder.run(&format!(
        "exchange import --ledger whole.db {}",
        names.join(" ")
    ));
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    for ledger in ["killed.jsonl", "killed.db"] {
        let inbox = format!("InBox-{ledger}");
        std::fs::create_dir(folder.path(&inbox)).expect("made");
        for name in &names {
            std::fs::copy(folder.path(name), folder.path(&format!("{inbox}/{name}")))
                .expect("copied");
        }
        folder.run(&format!("exchange import --ledger {ledger} eml301.xml"));
        let watch = format!("exchange watch {ledger} {inbox} --once");
        let mut killed = 0;
        for after in (5..).step_by(7).take(25) {
            let mut command = folder.bonded(watch.split(' '));
            command.stdout(std::process::Stdio::null());
            command.stderr(std::process::Stdio::null());
            let mut child = command.spawn().expect("it runs");
            std::thread::sleep(std::time::Duration::from_millis(after));
            killed += usize::from(child.try_wait().expect("asked").is_none());
            child.kill().expect("killed");
            child.wait().expect("ended");
        }
        println!("{ledger}: killed {killed} times");
        assert!(killed > 0, "it was never killed at work");
        let ran = folder.run(&watch);
        assert_eq!(ran.status(), Some(0), "{}", ran.err());
        assert_eq!(folder.run(&format!("verify {ledger}")).status(), Some(0));
        let count = |ledger: &str| {
            folder
                .run(&format!("lists {ledger} --format json"))
                .out()
                .matches("\"L0")
                .count()
        };
        assert_eq!(count(ledger), count("whole.db"));
        assert_eq!(statement(&folder, ledger), statement(&folder, "whole.db"));
        let taken = std::fs::read_dir(folder.path(&format!("{inbox}/taken"))).expect("a folder");
        let taken = taken.filter(|it| {
            let name = it.as_ref().expect("a file").file_name();
            name.to_string_lossy().starts_with('L')
        });
        assert_eq!(taken.count(), LISTS, "each file once");
    }
}
