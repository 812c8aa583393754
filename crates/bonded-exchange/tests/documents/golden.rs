//! One golden file a message. `UPDATE_EXPECT=1` writes them anew.

use bonded_exchange::Particulars;
use bonded_exchange::documents::{self, Action, CycleList, CycleReport, Period};
use bonded_ledger::{AmendHandbook, Direction, EntryKind, Total};
use expect_test::{ExpectFile, expect_file};

use super::sheets::figure;
use super::*;

fn written(written: Written, golden: ExpectFile) -> Document {
    let document = sound(written);
    golden.assert_eq(&document.message.write());
    document
}

/// A handbook with a list that comes in, one that was amended, scrap, and a carry-over; a small one.
fn small() -> World {
    let lines = CHAIN.lines().filter(|line| {
        let has = |it: &str| line.contains(it);
        let lists = ["HA-MAT-01\"", "HD-WAFER-IN-01\"", "HF-WAFER-01\""];
        has("open_handbook") || has("HF-BARE-01") || lists.iter().any(|it| has(it))
    });
    let mut world = world(lines);
    world.post(
        r#"{"id":"00000000-0000-4000-8000-000000000001","date":"2026-03-02","entry":"amend_list",
        "list":"HA-MAT-01","document":"改单 1","lines":[{"line":1,"seq":2,"quantity":"4790",
        "amount":"5508.50","currency":"USD","origin":"MYS"}]}"#,
    );
    world.post(
        r#"{"id":"00000000-0000-4000-8000-000000000002","date":"2026-03-03","entry":"declare_list",
        "list":{"number":"HA-SCRAP-02","handbook":"C222626A0003","direction":"export",
        "goods":"material","mode":"0400","lines":[{"line":1,"seq":2,"quantity":"113.905",
        "presented":{"hs":"7404000090","name":"废引线框架","unit":"035","quantity":"1.36686"}}]}}"#,
    );
    world
}

const AMENDMENT: &str = r#"{"id":"00000000-0000-4000-8000-000000000003","date":"2026-05-18",
    "entry":"amend_handbook","handbook":"C222626A0003","valid_until":"2027-03-31",
    "materials":[
      {"seq":2,"code":"LF-SO8-400","hs":"8542900000","name":"引线框架","unit":"015",
       "legal_unit":"035","quantity":"19200","price":"1.15","currency":"USD"},
      {"seq":5,"code":"TAPE-1","hs":"3919909090","name":"切割胶带","unit":"032",
       "legal_unit":"035","quantity":"50","price":"3","currency":"USD","consumable":true}],
    "consumptions":[{"product":1,"material":2,"net":"0.0025","tangible_loss":"0.5995"}],
    "removed":{"materials":[4]},"document":"变更申请"}"#;

fn amendment() -> AmendHandbook {
    let entry = Entry::from_json(AMENDMENT).expect("an entry");
    match entry.kind() {
        EntryKind::AmendHandbook(it) => (**it).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_handbook_is_filed() {
    let world = small();
    let number = "C222626A0003".parse().expect("a number");
    let book = world.on_file.handbook(number).expect("opened");
    let given = particulars(&[]);
    let client = client("NPTS-1");
    written(
        documents::handbook(book, &given, &client),
        expect_file!["../golden/handbook.client.xml"],
    );
    written(
        documents::handbook(book, &given, &customs("EML111-1")),
        expect_file!["../golden/handbook.customs.xml"],
    );
    let draft = sound(documents::handbook(
        book,
        &given,
        &client.without_number().saved(),
    ));
    let head = first(&draft, "NptsEmlHead");
    assert_eq!(
        (head.get("EmlNo"), head.get("EtpsPreentNo")),
        (None, Some("C222626A0003"))
    );
    assert_eq!(draft.message.declare_flag(), Some("0"));
}

#[test]
fn a_handbook_is_changed() {
    let world = small();
    let number = "C222626A0003".parse().expect("a number");
    let before = world.on_file.handbook(number).expect("opened");
    let after = before.amended_by(&amendment());
    let given = particulars(&[]);
    let change = |options| documents::handbook_change(before, &after, &given, &options);
    let document = written(
        change(client("NPTS-2")),
        expect_file!["../golden/handbook-change.client.xml"],
    );
    let marks = |kind: &'static str, number: &'static str| -> Vec<String> {
        let all = document.message.records(kind);
        let text = |it: &Record, name: &str| it.get(name).unwrap_or_default().to_owned();
        all.map(|it| format!("{}:{}", text(it, number), text(it, "ModfMarkcd")))
            .collect()
    };
    assert_eq!(
        marks("NptsEmlImg", "GdsSeqno"),
        ["1:0", "2:1", "3:0", "4:2", "5:3"]
    );
    assert_eq!(marks("NptsEmlExg", "GdsSeqno"), ["1:0"]);
    assert_eq!(marks("NptsEmlConsume", "MtpckSeqno"), ["2:3"]);
    written(
        change(customs("EML111-2")),
        expect_file!["../golden/handbook-change.customs.xml"],
    );
}

#[test]
fn an_account_book_is_filed() {
    let world = world(ACCOUNT_BOOK.lines());
    let number = "E222626A0001".parse().expect("a number");
    let book = world.on_file.handbook(number).expect("opened");
    let given = Particulars::default();
    written(
        documents::handbook(book, &given, &customs("EMS111-1")),
        expect_file!["../golden/account-book.customs.xml"],
    );
    let refused = codes(documents::handbook(book, &given, &client("EMS111-2")));
    assert!(refused.contains(&"client_root_unknown"), "{refused:?}");
}

#[test]
fn lists_are_declared() {
    let world = small();
    let list = |number: &str, mode: &str, options| {
        documents::list(
            &world.on_file,
            number,
            &particulars(&[mode, number]),
            &options,
        )
    };
    written(
        list("HA-MAT-01", "0615", client("INV-1")),
        expect_file!["../golden/list.client.xml"],
    );
    written(
        list("HA-MAT-01", "0615", customs("INV-2")),
        expect_file!["../golden/list.customs.xml"],
    );
    let change = |options: Options| options.action(Action::Change);
    let delete = |options: Options| options.action(Action::Delete);
    written(
        list("HA-MAT-01", "0615", change(client("INV-3"))),
        expect_file!["../golden/list-change.client.xml"],
    );
    written(
        list("HA-MAT-01", "0615", delete(customs("INV-4"))),
        expect_file!["../golden/list-deletion.customs.xml"],
    );
    // 转入 declares first and names the handbook; 转出 names the list.
    written(
        list("HD-WAFER-IN-01", "0654", client("INV-5")),
        expect_file!["../golden/list-carried-in.client.xml"],
    );
    written(
        list("HF-WAFER-01", "0654", client("INV-6")),
        expect_file!["../golden/list-carried-out.client.xml"],
    );
    let scrap = written(
        list("HA-SCRAP-02", "0400", client("INV-7")),
        expect_file!["../golden/list-scrap.client.xml"],
    );
    let line = first(&scrap, "InvtListType");
    assert_eq!(
        (line.get("DclQty"), line.get("DclUnitcd")),
        (Some("1.36686"), Some("035"))
    );
}

#[test]
fn a_handbook_is_closed() {
    let world = world(CHAIN.lines());
    let number = "C222626A0001".parse().expect("a number");
    let report = world.ledger.closure_report(number).expect("a handbook");
    written(
        documents::closure(&report, &Particulars::default(), &customs("EML121-1")),
        expect_file!["../golden/closure.customs.xml"],
    );
}

#[test]
fn a_cycle_is_closed() {
    let world = world(ACCOUNT_BOOK.lines());
    let number = "E222626A0001".parse().expect("a number");
    let statement = world
        .ledger
        .statement_of(Some(number), Some(day("2026-03-31")));
    let mut statement = statement.handbooks.into_iter().next().expect("one");
    let lists: Vec<CycleList<'_>> = world
        .on_file
        .lists()
        .map(|it| CycleList {
            number: it.customs_number.as_deref().expect("booked"),
            direction: it.declared.direction,
        })
        .collect();
    assert_eq!(
        lists
            .iter()
            .filter(|it| it.direction == Direction::Import)
            .count(),
        2
    );
    let book = &world.on_file.handbook(number).expect("opened").opened;
    let open = CycleReport {
        book,
        statement: &statement.clone(),
        number: 1,
        lists: &lists,
    };
    let given = Particulars::default();
    let refused = codes(documents::cycle_closure(
        &open,
        &given,
        &customs("EMS121-1"),
    ));
    assert_eq!(refused, ["cycle_open"]);
    statement.cycle.as_mut().expect("a cycle").to = Some(day("2026-03-31"));
    let report = CycleReport {
        statement: &statement,
        ..open
    };
    let document = written(
        documents::cycle_closure(&report, &given, &customs("EMS121-1")),
        expect_file!["../golden/cycle-closure.customs.xml"],
    );
    let lines = document.message.records("EmsChgoffDt");
    let materials: Vec<&Record> = lines.filter(|it| it.get("typecd") == Some("I")).collect();
    assert_eq!(materials.len(), 2);
    for line in materials {
        let sum = |elements: &[&str]| elements.iter().map(|it| figure(line, it)).sum::<Total>();
        let came = [
            "vclrPridInitQty",
            "impOrExpTotalQty",
            "dprcsCrdwImpexpQty",
            "vrfaddQty",
        ];
        let went = [
            "vrfredQty",
            "csmTotalQty",
            "sdinQty",
            "reexpQty",
            "remainMtpckTrfoutQty",
            "mtpckEndprdDstryQty",
        ];
        let left = figure(line, "shdRemainQty");
        assert_eq!(sum(&came) - sum(&went), left);
        assert_eq!(
            figure(line, "actlRemainQty") - left,
            figure(line, "dsmlQty")
        );
    }
}

#[test]
fn a_consumption_sheet_is_declared() {
    let world = world(ACCOUNT_BOOK.lines());
    let period = Period {
        handbook: "E222626A0001".parse().expect("a number"),
        from: day("2026-02-01"),
        to: day("2026-02-28"),
    };
    let given = Particulars::default();
    let World { ledger, on_file } = &world;
    written(
        documents::consumption_sheet(ledger, on_file, period, &given, &customs("CMB101-1")),
        expect_file!["../golden/consumption-sheet.customs.xml"],
    );
}

#[test]
fn a_carry_over_is_declared() {
    let world = small();
    let given = Particulars::default();
    let of = |number| documents::carry_over(&world.on_file, number, &given, &customs("BHL101-1"));
    let sent = written(
        of("HF-WAFER-01"),
        expect_file!["../golden/carry-over.customs.xml"],
    );
    // The other list of it says the same.
    assert_eq!(sound(of("HD-WAFER-IN-01")).message, sent.message);
    assert!(sent.warnings.is_empty(), "{:?}", sent.warnings);
}
