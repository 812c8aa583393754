use bonded_ledger::{Entry, EntryKind};
use serde_json::{Value as Json, json};

use super::*;

fn entry(material: Json, consumptions: Json) -> Json {
    let party = json!({"uscc": "91350100M000100Y43", "customs_code": "3501900001", "name": "甲"});
    let product = |seq: u16, quantity: Json| {
        json!({"seq": seq, "code": "P", "hs": "8542319000", "name": "chip", "unit": "007",
               "quantity": quantity})
    };
    json!({
        "id": "00000000-0000-4000-8000-000000000000", "date": "2026-01-05", "entry": "open_handbook",
        "handbook": {
            "number": "C520719A9901", "trade": "imported_materials",
            "operator": party, "processor": party,
            "valid_from": "2026-01-05", "valid_until": "2027-01-05",
            "consumption_declared": "before_export",
            "materials": [material],
            "products": [product(1, json!("1000")), product(2, json!(3)), product(3, json!(null))],
            "consumptions": consumptions,
        },
    })
}

fn material(quantity: Json) -> Json {
    json!({"seq": 1, "code": "M", "hs": "3907300001", "name": "resin", "unit": "035",
           "quantity": quantity})
}

fn planned(material: Json, consumptions: Json) -> Result<Plan, PlanError> {
    let entry = Entry::from_json(&entry(material, consumptions).to_string()).expect("an entry");
    let EntryKind::OpenHandbook { handbook } = entry.kind() else {
        panic!("an opening")
    };
    plan(handbook)
}

#[test]
fn sums_are_exact_and_rounded_once() {
    let plan = planned(
        material(json!("1033.01")),
        json!([
            {"product": 1, "material": 1, "net": "1", "tangible_loss": "2", "intangible_loss": "1"},
            {"product": 2, "material": 1, "net": "0.7", "tangible_loss": "0", "bonded_share": "50"},
        ]),
    );
    // 1000/0.97 + 2.1 = 1030.927835… + 2.1
    let plan = plan.expect("a plan");
    let [m] = plan.materials.as_slice() else {
        panic!("one material")
    };
    assert_eq!(m.required.to_string(), "1033.02784");
    assert_eq!(m.rounded.to_string(), "1033.03");
    assert_eq!(m.difference.expect("limited").to_string(), "-0.01784");
    assert_eq!(m.bonded.to_string(), "1031.97784");
    assert_eq!(m.equal, Some(false));
    assert!(!plan.all_equal);
    assert_eq!(plan.notes.len(), 1, "product 3 is not limited");
}

#[test]
fn a_half_is_rounded_away_from_zero() {
    let line = json!([{"product": 1, "material": 1, "net": "0.000025"}]);
    let plan = planned(material(json!("0.0300")), line).expect("a plan");
    assert_eq!(plan.materials[0].required.to_string(), "0.025");
    assert_eq!(plan.materials[0].rounded.to_string(), "0.03");
    assert_eq!(plan.materials[0].equal, Some(true));
}

#[test]
fn compared_at_as_many_decimals_as_approved() {
    let line = json!([{"product": 2, "material": 1, "net": "0.00833"}]);
    let plan = planned(material(json!("0.02500")), line).expect("a plan");
    assert_eq!(plan.materials[0].required.to_string(), "0.02499");
    assert_eq!(plan.materials[0].rounded.to_string(), "0.025");
    assert_eq!(plan.materials[0].equal, Some(true));
}

#[test]
fn an_unlimited_material_is_only_computed() {
    let line = json!([{"product": 1, "material": 1, "net": "0.5"}]);
    let plan = planned(material(json!(null)), line).expect("a plan");
    let material = &plan.materials[0];
    assert_eq!(material.required.to_string(), "500");
    assert_eq!((material.approved, material.equal), (None, None));
    let json = serde_json::to_value(&plan).expect("JSON");
    assert_eq!(json["materials"][0]["required"], "500");
}

#[test]
fn what_cannot_be_planned_says_where() {
    let path = |consumptions: Json| {
        let error = planned(material(json!("1")), consumptions).expect_err("no plan");
        error.path
    };
    let at = |path: &str| format!("handbook.consumptions[0]{path}");
    assert_eq!(
        path(json!([{"product": 9, "material": 1, "net": "1"}])),
        at(".product")
    );
    assert_eq!(
        path(json!([{"product": 1, "material": 9, "net": "1"}])),
        at(".material")
    );
    assert_eq!(
        path(json!([{"product": 1, "material": 1, "net": "1", "tangible_loss": "100"}])),
        at("")
    );
    assert_eq!(
        path(json!([
            {"product": 1, "material": 1, "net": "1"},
            {"product": 1, "material": 1, "net": "1", "version": "2"},
        ])),
        "handbook.consumptions[1].version"
    );
}
