//! `bonded consumption verify`: the verdicts, in every format.

mod support;

use std::path::Path;

use expect_test::expect;
use serde_json::{Value, json};
use support::production::{SAVED, STEP, TRUE, cable, dossier, export, imports, records};
use support::{BOOK, Folder, Ran, assert_legible, booked, list};

/// A folder with the cable's ledger, production and dossier.
fn folder(ledger: &[Vec<Value>], production: &str, status: &str) -> Folder {
    let folder = Folder::with_journal(&ledger.concat());
    folder.write("orders.jsonl", production);
    folder.write("dossier.json", dossier(status));
    folder
}

fn verify(folder: &Folder, more: &str) -> Ran {
    let line = "consumption verify books.jsonl --production orders.jsonl --dossier dossier.json";
    folder.run(&format!("{line} {more}"))
}

/// Declared before closure, everything made has left.
fn exported() -> [Vec<Value>; 3] {
    let opened = vec![cable(1, BOOK, "before_closure")];
    [opened, imports(), export(20, "OUT-1", "147200")]
}

#[test]
fn what_is_declared_was_used() {
    let folder = folder(&exported(), &records(BOOK, &TRUE), "declared");
    let ran = verify(&folder, "");
    assert_legible(&ran.out());
    expect![[r#"
        self-verification (自核报告) · 1 handbook, 2 records · 1 note
          limits (容差) from 2007-03-01: deviation 1 %, scrap 5 %, order 20 %, mass 0.01 %, yield 1 %, drift
                             2 %, 2 months a step (prudence, no law: the law names no tolerance for unit
                             consumption)

        C222626A0001 · 2025-03-10 to 2025-04-10 · 2 records, 6 rows
          consumption is declared (单耗申报环节): before closure (报核前)
          self-verification (自核资格): eligible, 7 conditions hold

          product 1 (低压电缆) version 0 · confirmed 相符
            what is declared is what was used, within the limits
            made 147,200 m · left 147,200 · declared (已申报)
            no  material        unit  declared    actual       used   expected
                料件            单位  申报单耗  实际单耗       实耗       应耗
             1  精炼铜丝        kg       1.087     1.087  160,006.4  160,006.4
             2  聚氯乙烯绝缘料  kg        0.15      0.15     22,080     22,080
             3  木制电缆盘      个       0.002     0.002      294.4      294.4

          note: evidence_incomplete: something is missing of what stands behind a version
            - product 1 (低压电缆) version 0: the dossier lacks approver and evidence
            source: bonded consumption rules (evidence; our own, no article asks for it) (unverified)
            do:     Complete the dossier; keep the evidence for three years after the write-off.
        = 0
    "#]]
    .assert_eq(&ran.transcript());
}

#[test]
fn the_case_that_was_punished_is_to_be_disclosed() {
    let folder = folder(&exported(), &records(BOOK, &SAVED), "declared");
    let ran = verify(&folder, "");
    assert_legible(&ran.out());
    expect![[r#"
        self-verification (自核报告) · 1 handbook, 3 records · 1 error, 2 warnings, 1 note
          limits (容差) from 2007-03-01: deviation 1 %, scrap 5 %, order 20 %, mass 0.01 %, yield 1 %, drift
                             2 %, 2 months a step (prudence, no law: the law names no tolerance for unit
                             consumption)

        C222626A0001 · 2025-03-10 to 2025-05-12 · 3 records, 9 rows
          consumption is declared (单耗申报环节): before closure (报核前)
          self-verification (自核资格): eligible, 7 conditions hold

          product 1 (低压电缆) version 0 · disclose 主动披露
            what is declared is not what was used, and goods left with it (products of it were declared for
            export or carried over): tell customs, and declare a new version for what follows
            made 147,200 m · left 147,200 · declared (已申报)
             no  material        unit  declared    actual     used   expected     diff.        %
                 料件            单位  申报单耗  实际单耗     实耗       应耗      差额
            ! 1  精炼铜丝        kg       1.087     1.025  150,880  160,006.4  -9,126.4  -5.7038
                  ! beyond the limit (容差) of 1 % · worth 368,999.52 CNY
              2  聚氯乙烯绝缘料  kg        0.15      0.15   22,080     22,080         0        0
              3  木制电缆盘      个       0.002     0.002    294.4      294.4         0        0

            to declare (建议申报), it reproduces what was used:
            no  material      net    tangible  intangible  bonded  gross
                料件         净耗   有形损耗%   无形损耗%   保税%   单耗
             1  精炼铜丝  1.00004  2.43512195           0     100  1.025

            to disclose (主动披露), of bonded material:
            no  material  unit     units  declared    actual  too much       value  in
                料件      单位  成品数量  申报单耗  实际单耗    多核销        金额  币制
             1  精炼铜丝  kg     147,200     1.087     1.025   9,126.4  368,999.52  CNY

          disclosure (主动披露) is not punished where
            - the actual consumption is below the declared one because the process improved, or the
              non-bonded share was wrong
            - the surplus is not disposed of, or it was re-exported under processing trade
            - the enterprise tells customs itself, in writing, before customs finds it
            - in force from 2023-10-11 until 2025-10-10; whether it was renewed has to be checked
            source: GACC 2023 No. 127 (主动披露; in force until 2025-10-10, renewal not checked), in force
                    from 2023-10-11 (read); Regulation on Customs Administrative Penalties
                    (海关行政处罚实施条例) art. 18(1)(5) (未如实申报单耗) (read)

          error: declared_differs: what is declared is not what was used
            - product 1 (低压电缆) version 0, material 1 (精炼铜丝): the line marked ! above
            source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read);
                    Regulation on Customs Administrative Penalties (海关行政处罚实施条例) art. 18(1)(5)
                    (未如实申报单耗) (read); bonded consumption rules (limits of the policy; prudence, no
                    law) (unverified)
            do:     See the verdict of the version: amend it before anything leaves, add a new version for
                    what follows, or disclose what left with a wrong value.

          warning: consumption_step: from a month on, every month differs from what is declared
            - product 1 (低压电缆) version 0, material 1 (精炼铜丝): declared 1.087; 1.025 since 2025-03,
              off in each of 3 months; nothing was made before
            source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 18, in force from 2007-03-01 (read);
                    GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read);
                    bonded consumption rules (limits of the policy; prudence, no law) (unverified)
            do:     Declare a new version with the consumption since that month, and let what was made since
                    leave under it.

          warning: consumption_drift: actual consumption drifts away from what is declared
            - product 1 (低压电缆) version 0, material 1 (精炼铜丝): from 2025-03 to 2025-03 less than
              declared, 4163.184 beyond half the limit in all (alarm above 1600.064)
            source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read);
                    bonded consumption rules (limits of the policy; prudence, no law) (unverified)
            do:     Look at the process since that month; where it stays so, declare a new version.

          note: evidence_incomplete: something is missing of what stands behind a version
            - product 1 (低压电缆) version 0: the dossier lacks approver and evidence
            source: bonded consumption rules (evidence; our own, no article asks for it) (unverified)
            do:     Complete the dossier; keep the evidence for three years after the write-off.
        = 1
    "#]].assert_eq(&ran.transcript());
}

#[test]
fn what_has_not_left_is_amended() {
    let opened = vec![cable(1, BOOK, "before_export")];
    let folder = folder(&[opened, imports()], &records(BOOK, &SAVED), "declared");
    let ran = verify(&folder, "");
    assert_eq!(ran.status(), Some(1));
    assert_legible(&ran.out());
    let page = ran.out();
    let parts: Vec<&str> = page.split("\n\n").collect();
    let version = parts[2..4].join("\n\n");
    expect![[r#"
        product 1 (低压电缆) version 0 · amend 变更
            what is declared is not what was used; nothing keeps it from being amended: declare the
            suggested values
            made 147,200 m · left 0 · declared (已申报)
             no  material        unit  declared    actual     used   expected     diff.        %
                 料件            单位  申报单耗  实际单耗     实耗       应耗      差额
            ! 1  精炼铜丝        kg       1.087     1.025  150,880  160,006.4  -9,126.4  -5.7038
                  ! beyond the limit (容差) of 1 % · worth 368,999.52 CNY
              2  聚氯乙烯绝缘料  kg        0.15      0.15   22,080     22,080         0        0
              3  木制电缆盘      个       0.002     0.002    294.4      294.4         0        0

            to declare (建议申报), it reproduces what was used:
            no  material      net    tangible  intangible  bonded  gross
                料件         净耗   有形损耗%   无形损耗%   保税%   单耗
             1  精炼铜丝  1.00004  2.43512195           0     100  1.025"#]]
    .assert_eq(version.trim_start());
    assert!(!page.contains("to disclose"), "{page}");
}

#[test]
fn what_follows_a_step_has_a_version_of_its_own() {
    let opened = vec![cable(1, BOOK, "before_export")];
    let ledger = [opened, imports(), export(20, "OUT-1", "73600")];
    let folder = folder(&ledger, &records(BOOK, &STEP), "declared");
    let ran = verify(&folder, "");
    assert_legible(&ran.out());
    expect![[r#"
        self-verification (自核报告) · 1 handbook, 3 records · 1 error, 2 warnings, 1 note
          limits (容差) from 2007-03-01: deviation 1 %, scrap 5 %, order 20 %, mass 0.01 %, yield 1 %, drift
                             2 %, 2 months a step (prudence, no law: the law names no tolerance for unit
                             consumption)

        C222626A0001 · 2025-03-10 to 2025-05-12 · 3 records, 9 rows
          consumption is declared (单耗申报环节): before export (出口前)
          self-verification (自核资格): eligible, 7 conditions hold

          product 1 (低压电缆) version 0 · new_version 新版本
            what is declared is not what was used any more, and it was before: declare a new version for
            what follows
            made 147,200 m · left 73,600 · declared (已申报)
             no  material        unit  declared    actual       used   expected     diff.        %
                 料件            单位  申报单耗  实际单耗       实耗       应耗      差额
            ! 1  精炼铜丝        kg       1.087     1.056  155,443.2  160,006.4  -4,563.2  -2.8519
                  ! beyond the limit (容差) of 1 % · worth 184,499.76 CNY
              2  聚氯乙烯绝缘料  kg        0.15      0.15     22,080     22,080         0        0
              3  木制电缆盘      个       0.002     0.002      294.4      294.4         0        0

            to declare (建议申报), it reproduces what was used:
            no  material  since        net    tangible  intangible  bonded  gross
                料件      起始        净耗   有形损耗%   无形损耗%   保税%   单耗
             1  精炼铜丝  2025-04  1.00004  2.43512195           0     100  1.025

          error: declared_differs: what is declared is not what was used
            - product 1 (低压电缆) version 0, material 1 (精炼铜丝): the line marked ! above
            source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read);
                    Regulation on Customs Administrative Penalties (海关行政处罚实施条例) art. 18(1)(5)
                    (未如实申报单耗) (read); bonded consumption rules (limits of the policy; prudence, no
                    law) (unverified)
            do:     See the verdict of the version: amend it before anything leaves, add a new version for
                    what follows, or disclose what left with a wrong value.

          warning: consumption_step: from a month on, every month differs from what is declared
            - product 1 (低压电缆) version 0, material 1 (精炼铜丝): declared 1.087; 1.025 since 2025-04,
              off in each of 2 months; 1.087 before
            source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 18, in force from 2007-03-01 (read);
                    GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read);
                    bonded consumption rules (limits of the policy; prudence, no law) (unverified)
            do:     Declare a new version with the consumption since that month, and let what was made since
                    leave under it.

          warning: consumption_drift: actual consumption drifts away from what is declared
            - product 1 (低压电缆) version 0, material 1 (精炼铜丝): from 2025-04 to 2025-04 less than
              declared, 2081.592 beyond half the limit in all (alarm above 1600.064)
            source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read);
                    bonded consumption rules (limits of the policy; prudence, no law) (unverified)
            do:     Look at the process since that month; where it stays so, declare a new version.

          note: evidence_incomplete: something is missing of what stands behind a version
            - product 1 (低压电缆) version 0: the dossier lacks approver and evidence
            source: bonded consumption rules (evidence; our own, no article asks for it) (unverified)
            do:     Complete the dossier; keep the evidence for three years after the write-off.
        = 1
    "#]].assert_eq(&ran.transcript());
}

#[test]
fn json_is_the_report_and_what_was_skipped() {
    let folder = folder(&exported(), &records(BOOK, &SAVED), "declared");
    let ran = verify(&folder, "--format json");
    assert_eq!((ran.status(), ran.err().as_str()), (Some(1), ""));
    let report: Value = serde_json::from_str(&ran.out()).expect("JSON");
    let fields: Vec<&String> = report.as_object().expect("an object").keys().collect();
    assert_eq!(
        fields,
        [
            "elsewhere",
            "handbooks",
            "limits",
            "records",
            "records_elsewhere",
            "skipped"
        ]
    );
    let verdict = &report["handbooks"][0]["verdicts"][0];
    assert_eq!(verdict["verdict"], "disclose");
    assert_eq!(verdict["suggested"][0]["gross"], "1.025");
    expect![[r#"[{"actual":"1.025","currency":"CNY","declared":"1.087","material":1,"money":"368999.52","quantity":"9126.4","units":"147200"}]"#]].assert_eq(&verdict["disclosure"]["materials"].to_string());
}

#[test]
fn csv_is_one_table() {
    let folder = folder(&exported(), &records(BOOK, &SAVED), "declared");
    let ran = verify(&folder, "--format csv");
    assert_eq!((ran.status(), ran.err().as_str()), (Some(1), ""));
    expect![[r#"
        kind,handbook,product,version,material,code,severity,declared,actual,units,used,expected,difference,percent,money,currency,message␍
        verdict,C222626A0001,1,0,,disclose,,,,,,,,,,,"what is declared is not what was used, and goods left with it (products of it were declared for export or carried over): tell customs, and declare a new version for what follows"␍
        suggested,C222626A0001,1,0,1,disclose,,,1.025,,,,,,,,"net 1.00004, tangible loss 2.43512195 %, intangible loss 0 %, bonded share 100 %"␍
        disclosed,C222626A0001,1,0,1,disclose,,1.087,1.025,147200,,,9126.4,,368999.52,CNY,␍
        line,C222626A0001,1,0,1,,,1.087,1.025,147200,150880,160006.4,-9126.4,-5.7038,-368999.52,CNY,␍
        line,C222626A0001,1,0,2,,,0.15,0.15,147200,22080,22080,0,0,0,502,␍
        line,C222626A0001,1,0,3,,,0.002,0.002,147200,294.4,294.4,0,0,,,␍
        finding,C222626A0001,1,0,,evidence_incomplete,note,,,,,,,,,,product 1 (低压电缆) version 0: the dossier lacks approver and evidence␍
        finding,C222626A0001,1,0,1,declared_differs,error,1.087,1.025,147200,150880,160006.4,-9126.4,-5.7038,-368999.52,CNY,"product 1 (低压电缆) version 0, material 1 (精炼铜丝): declared 1.087 a unit, actual 1.025; 150880 used for 147200 units, 160006.4 expected: 9126.4 less (-5.7038 %), worth 368999.52 CNY"␍
        finding,C222626A0001,1,0,1,consumption_step,warning,1.087,,,,,-9126.4,,,,"product 1 (低压电缆) version 0, material 1 (精炼铜丝): declared 1.087; 1.025 since 2025-03, off in each of 3 months; nothing was made before"␍
        finding,C222626A0001,1,0,1,consumption_drift,warning,,,,,,4163.184,,,,"product 1 (低压电缆) version 0, material 1 (精炼铜丝): from 2025-03 to 2025-03 less than declared, 4163.184 beyond half the limit in all (alarm above 1600.064)"␍
    "#]].assert_eq(&ran.out().replace('\r', "␍"));
}

#[test]
fn records_of_other_handbooks_are_told_or_skipped() {
    const OTHER: &str = "C222626A0009";
    let production = records(BOOK, &TRUE) + &records(OTHER, &TRUE);
    let folder = folder(&exported(), &production, "declared");
    let ran = verify(&folder, "");
    assert_eq!(ran.status(), Some(1), "they may be ours");
    let page = ran.out();
    expect![[r#"
        self-verification (自核报告) · 1 handbook, 4 records · 1 note, 2 records elsewhere
          limits (容差) from 2007-03-01: deviation 1 %, scrap 5 %, order 20 %, mass 0.01 %, yield 1 %, drift
                             2 %, 2 months a step (prudence, no law: the law names no tolerance for unit
                             consumption)
          2 records of handbooks that are not declared here: C222626A0009 (2 records); correct the number,
          give the ledger that has them, or choose one handbook (--handbook)"#]].assert_eq(page.split("\n\n").next().expect("a head"));
    let csv = verify(&folder, "--format csv");
    assert_eq!(csv.status(), Some(1));
    expect![[r#"
        warning: 2 records name handbook C222626A0009, which is not declared here
    "#]]
    .assert_eq(&csv.err());
    let json: Value = serde_json::from_str(&verify(&folder, "--format json").out()).expect("JSON");
    assert_eq!(
        json["elsewhere"],
        json!([{"handbook": OTHER, "records": 2}])
    );
    assert_eq!(json["skipped"], 0);

    let chosen = verify(&folder, &format!("--handbook {BOOK}"));
    assert_eq!(chosen.status(), Some(0), "{}", chosen.out());
    let page = chosen.out();
    expect![[r#"
        self-verification (自核报告) · 1 handbook, 2 records · 1 note
          limits (容差) from 2007-03-01: deviation 1 %, scrap 5 %, order 20 %, mass 0.01 %, yield 1 %, drift
                             2 %, 2 months a step (prudence, no law: the law names no tolerance for unit
                             consumption)
          2 records of other handbooks skipped (--handbook)"#]]
    .assert_eq(page.split("\n\n").next().expect("a head"));
    let csv = verify(&folder, &format!("--handbook {BOOK} --format csv"));
    assert_eq!(
        csv.err(),
        "note: 2 records of other handbooks skipped (--handbook)\n"
    );
    let json = verify(&folder, &format!("--handbook {BOOK} --format json"));
    let json: Value = serde_json::from_str(&json.out()).expect("JSON");
    assert_eq!((&json["skipped"], &json["records"]), (&json!(2), &json!(2)));
}

#[test]
fn every_handbook_of_a_ledger_is_verified() {
    const OTHER: &str = "C222626A0002";
    const IDLE: &str = "C222626A0003";
    let mut lines = exported().concat();
    lines.push(cable(40, OTHER, "before_export"));
    lines.push(cable(41, IDLE, "before_export"));
    let mut out = export(42, "OUT-2", "10");
    out[0]["list"]["handbook"] = json!(OTHER);
    let mut copper = list(44, "IN-9", "import", "20");
    copper["list"]["handbook"] = json!(OTHER);
    let more = vec![copper, booked(45, "IN-9")];
    let folder = folder(&[lines, more, out], &records(BOOK, &TRUE), "declared");
    let ran = verify(&folder, "");
    assert_eq!(ran.status(), Some(0), "only warnings: {}", ran.out());
    let page = ran.out();
    let other = page.find(OTHER).expect("the other handbook");
    assert_legible(&page);
    expect![[r#"
        C222626A0002 · no record of production
          consumption is declared (单耗申报环节): before export (出口前)
          self-verification (自核资格): not certain, 5 conditions not known
            - not known: where it is so, say in the dossier (--dossier), under "enterprise": networked:
                         true, internal_control: true, case_open: false, rectification: false, overdue:
                         false (`bonded consumption explain limits` has the sources)

          product 1 (低压电缆) version 0 · explain 说明
            goods left, and there is no record of their production
            made 0 m · left 10 · declared (已申报)

          warning: output_short: more left than the records made
            - product 1 (低压电缆) version 0: 10 left, the records made 0: 10 without a record
            source: Regulation on Customs Administrative Penalties (海关行政处罚实施条例) art. 18(1)(3)
                    (records that are not true, 记录不真实) (read)
            do:     Give the records of the whole time; otherwise find out what left.

        no production, nothing left: C222626A0003
    "#]].assert_eq(&page[other..]);
}

/// The main job: seeds/ic-chain is closed at 0, and production says the same.
#[test]
fn the_production_of_the_demo_is_what_it_declares() {
    let seeds = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/ic-chain"));
    let folder = Folder::new();
    for name in ["journal.jsonl", "production.csv", "dossier.jsonl"] {
        folder.write(name, std::fs::read(seeds.join(name)).expect("a seed"));
    }
    let ran = folder.run(
        "consumption verify journal.jsonl --production production.csv --dossier dossier.jsonl",
    );
    assert_legible(&ran.out());
    assert_eq!((ran.status(), ran.err().as_str()), (Some(0), ""));
    let verdicts = ran.out();
    let verdicts: Vec<&str> = verdicts
        .lines()
        .filter(|it| it.contains(") version "))
        .map(str::trim)
        .collect();
    expect![[r#"
          product 1 (集成电路晶圆) version 0 · confirmed 相符
          product 1 (集成电路晶圆（已中测）) version 0 · confirmed 相符
          product 2 (集成电路) version 0 · confirmed 相符
          product 1 (集成电路（未终测）) version 0 · confirmed 相符"#]]
    .assert_eq(&verdicts.join("\n"));
}

#[test]
fn colours_are_for_terminals() {
    let folder = folder(&exported(), &records(BOOK, &SAVED), "declared");
    assert!(!verify(&folder, "").out().contains('\u{1b}'));
}
