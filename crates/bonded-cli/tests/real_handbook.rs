//! A real export, where the folder of samples is at hand, and the seed made from it.

use bonded_ledger::{Entry, EntryKind};
use serde_json::{Value as Json, json};

use bonded_cli::plan::{Plan, plan};
use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{
    ImportOptions, Imported, WorkbookError, read_handbook, uscc_is_valid,
};

const SEED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../seeds/handbook/open.json"
));

fn sample(test: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("BONDED_SAMPLES") else {
        println!("{test} skipped: BONDED_SAMPLES not set");
        return None;
    };
    let file = std::path::Path::new(&folder).join("handbook-C520719A9901.xlsx");
    Some(std::fs::read(file).expect("the sample"))
}

fn read(bytes: &[u8], options: &ImportOptions) -> Result<Imported, WorkbookError> {
    read_handbook(bytes, &Codes::builtin(), options)
}

fn planned(entry: &Json) -> Plan {
    let entry = Entry::from_json(&entry.to_string()).expect("an entry");
    let EntryKind::OpenHandbook { handbook } = entry.kind() else {
        panic!("an opening")
    };
    plan(handbook).expect("a plan")
}

#[test]
fn the_real_handbook_is_read_whole_and_its_plan_equals_what_was_approved() {
    let Some(bytes) =
        sample("the_real_handbook_is_read_whole_and_its_plan_equals_what_was_approved")
    else {
        return;
    };
    let imported = read(&bytes, &ImportOptions::default()).expect("an entry");
    let handbook = &imported.entry["handbook"];
    let count = |field: &str| handbook[field].as_array().map(Vec::len);
    assert_eq!(count("materials"), Some(13));
    assert_eq!(count("products"), Some(20));
    assert_eq!(count("consumptions"), Some(190));
    assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
    let plan = planned(&imported.entry);
    let equal = plan.materials.iter().filter(|m| m.equal == Some(true));
    assert_eq!(equal.count(), 13);
}

#[test]
fn the_seed_is_the_real_handbook_under_another_name() {
    let Some(bytes) = sample("the_seed_is_the_real_handbook_under_another_name") else {
        return;
    };
    let anonymous = |mut entry: Json| {
        entry["id"] = json!(null);
        entry["handbook"]["operator"] = json!(null);
        entry["handbook"]["processor"] = json!(null);
        entry.to_string()
    };
    let imported = read(&bytes, &ImportOptions::default())
        .expect("an entry")
        .entry;
    let seed: Json = serde_json::from_str(SEED).expect("the seed");
    assert_eq!(anonymous(seed), anonymous(imported));
}

#[test]
fn the_seed_is_one_line_and_its_plan_equals_what_was_approved() {
    assert_eq!(SEED.lines().count(), 1);
    let seed: Json = serde_json::from_str(SEED).expect("the seed");
    for role in ["operator", "processor"] {
        let uscc = seed["handbook"][role]["uscc"].as_str();
        assert!(uscc.is_some_and(uscc_is_valid), "{uscc:?}");
    }
    let plan = planned(&seed);
    assert!(plan.all_equal);
    let required = |seq: usize| plan.materials[seq - 1].required.to_string();
    assert_eq!([required(1), required(8)], ["168105.56701", "242852.82609"]);
    // Domestic materials are planned, and no part of them is bonded.
    assert!(
        plan.materials
            .iter()
            .all(|m| m.name.starts_with("[内购]") == m.bonded.is_zero())
    );
}

#[test]
fn nothing_of_the_real_handbook_is_lost() {
    let Some(bytes) = sample("nothing_of_the_real_handbook_is_lost") else {
        return;
    };
    let options = ImportOptions {
        particulars: true,
        ..ImportOptions::default()
    };
    let handbook = read(&bytes, &options).expect("an entry").entry["handbook"].clone();
    let items = |list: &str| handbook[list].as_array().expect("items").clone();
    for item in items("materials").iter().chain(&items("products")) {
        let customs = &item["ext"]["customs"];
        let domestic = item["name"]
            .as_str()
            .is_some_and(|it| it.starts_with("[内购]"));
        // 中国 or 台澎金马关税区, 全免, 未修改, 正常执行.
        for (element, code) in [
            ("natcd", if domestic { "142" } else { "143" }),
            ("lvyrlfModecd", "3"),
            ("modfMarkcd", "0"),
            ("cusmExeMarkcd", "1"),
        ] {
            assert_eq!(customs[element], code, "{item}");
        }
        assert!(customs["dclTotalAmt"].is_string(), "{item}");
    }
    for item in items("materials") {
        assert_eq!(item["ext"]["customs"]["adjmtrMarkcd"], "2", "非主料");
    }
    let consumptions =
        json!({"every": {"etpsExeMarkcd": "1", "modfMarkcd": "0", "ucnsDclStucd": "2"}});
    assert_eq!(handbook["ext"]["customs_consumptions"], consumptions);
    let head = &handbook["ext"]["customs"];
    for (element, value) in [
        ("masterCuscd", "5207"),
        ("supvModecd", "0615"),
        ("reduNatrcd", "503"),
        ("impCurrcd", "502"),
        ("impCtrtNo", "DEMO-CONTRACT-01"),
        ("dclEtpsTypecd", "1"),
        ("dclTypecd", "2"),
        ("rcvgdEtpsDtcd", "44199"),
    ] {
        assert_eq!(head[element], value, "{head:#}");
    }
}
