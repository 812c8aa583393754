//! `bonded consumption fit` and `bonded consumption explain`.

mod support;

use expect_test::expect;
use serde_json::Value;
use support::{Folder, assert_legible};
use unit_consumption::rules;

#[test]
fn figures_are_found_that_reproduce_what_was_used() {
    let folder = Folder::new();
    let fit = |line: &str| folder.run(&format!("consumption fit {line}"));
    let found = fit("--net 0.000115741 --used 950 --output 7554438");
    expect![[r#"
        net 净耗       0.000115741
        loss 损耗率    7.962294 %
        gross 单耗     0.000125754 (rounded; exactly: net ÷ (1 − loss))
        output 7,554,438 × gross = 950, rounded to 5 decimals: what was used
        The loss is tangible and intangible together; how it splits is for the process to say.
        = 0
    "#]]
    .assert_eq(&found.transcript());
    expect![[r#"
        net 净耗       0.495
        loss 损耗率    0 %
        gross 单耗     0.495
        output 200 × gross = 99, rounded to 5 decimals: what was used
        The loss is tangible and intangible together; how it splits is for the process to say.
        no loss rate of at most 9 decimals fits a net of 0.5; 0.495 is the nearest found that has one
        = 0
    "#]].assert_eq(&fit("--net 0.5 --used 99 --output 200").transcript());
    expect![[r#"
        0.00001 used, 9,999,999,999,999 made: no figures reproduce it
        no net consumption and loss rate of at most 9 decimals reproduce 0.00001 over 9999999999999
        = 1
    "#]]
    .assert_eq(&fit("--net 1 --used 0.00001 --output 9999999999999").transcript());
    let json = fit("--net 1 --used 1000 --output 960 --format json");
    expect![[r#"
        {"wanted":"1","used":"1000","output":"960","net":"1","loss":"4","gross":"1.041666667","reproduced":"1000","message":null}
        = 0
    "#]].assert_eq(&json.transcript());
    let none = fit("--net 1 --used 0.00001 --output 9999999999999 --format json");
    let none: Value = serde_json::from_str(&none.out()).expect("JSON");
    assert!(
        none["net"].is_null() && none["message"].is_string(),
        "{none}"
    );
}

#[test]
fn figures_that_say_nothing_are_told() {
    let folder = Folder::new();
    let mut text = String::new();
    for line in [
        "--net 1 --used 0 --output 5",
        "--net 0 --used 1 --output 5",
        "--net 1 --used 1,000 --output 5",
        "--net 1 --used 1.000001 --output 5",
    ] {
        let ran = folder.run(&format!("consumption fit {line}"));
        assert_eq!((ran.status(), ran.out().as_str()), (Some(2), ""), "{line}");
        text += ran.err().lines().next().unwrap_or_default();
        text += "\n";
    }
    expect![[r#"
        error: output and used must be above 0
        error: invalid value '0' for '--net <N>': outside 0.000000001 to 9999999999.999999999
        error: invalid value '1,000' for '--used <QUANTITY>': not a plain decimal, expected digits such as "1000" or "0.00125"
        error: invalid value '1.000001' for '--used <QUANTITY>': more than 5 decimals
    "#]].assert_eq(&text);
}

#[test]
fn a_rule_is_explained_by_the_case_that_it_finds() {
    let folder = Folder::new();
    let ran = folder.run("consumption explain declared_differs");
    assert_legible(&ran.out());
    expect![[r#"
        declared_differs · error: what is declared, or recorded, is not true or not lawful as it stands

          What is declared is not what was used.
          Σ (issued − returned) over all records of a version against Σ units × gross, without what a cause
          excludes. Units are the good ones, and the rejected ones too where these are folded back; where
          nobody said which, the nearer reading counts. Found where the difference is beyond the limit for
          deviations (percent of what was expected) and the rounding of the records (0.00001 a row)
          together. A material whose every row has a cause was not used for the goods: found, but not of a
          consumable that was used as one.
          What to do: See the verdict of the version: amend it before anything leaves, add a new version for
                      what follows, or disclose what left with a wrong value.
          Source: GACC Decree 155 (海关加工贸易单耗管理办法) art. 3, in force from 2007-03-01 (read)
          Source: Regulation on Customs Administrative Penalties (海关行政处罚实施条例) art. 18(1)(5)
                  (未如实申报单耗) (read)
          Source: bonded consumption rules (limits of the policy; prudence, no law) (unverified)

          The smallest case that passes:
            P1<M1*1 loss=4
            2026-02-01 P1:960 M1:1000~40

          The smallest case that it finds, and what is said of it:
            M1 price=40.4321
            P1<M1*1.087
            version P1 left=147200 status=declared
            2026-02-01 P1:147200 M1:150880
            → product 1 version 0, material 1: declared 1.087 a unit, actual 1.025; 150880 used for 147200
              units, 160006.4 expected: 9126.4 less (-5.7038 %), worth 368999.52

          M1: material 1. P1<M1*0.96 loss=4: product 1 takes net 0.96 of it, 4 % are lost. P1:960-40: good
          and rejected units. M1:1000-5~35@sort!breakage: issued, returned, scrap, stage, cause.
        = 0
    "#]].assert_eq(&ran.transcript());
    assert_eq!(folder.run("explain declared_differs").out(), ran.out());
}

#[test]
fn every_rule_is_listed_and_can_be_explained() {
    let folder = Folder::new();
    let all = folder.run("consumption explain").out();
    assert_legible(&all);
    for rule in rules::ALL {
        assert!(
            all.contains(&format!("\n  {} ", rule.code)),
            "{}",
            rule.code
        );
        let ran = folder.run(&format!("consumption explain {}", rule.code));
        assert_legible(&ran.out());
        assert_eq!((ran.status(), ran.err().as_str()), (Some(0), ""));
        assert!(ran.out().contains("    → "), "{}", ran.out());
    }
    let closing = folder.run("explain").out();
    assert!(
        closing.contains(": bonded consumption explain\n"),
        "{closing}"
    );
}

#[test]
fn limits_and_conditions_have_their_sources() {
    let folder = Folder::new();
    let ran = folder.run("consumption explain limits");
    assert_legible(&ran.out());
    expect![[r#"
        limits (容差) from 2007-03-01
          limit            is
          deviation       1 %  of the declared consumption, over all records of a version
          scrap           5 %  of the declared loss, between it and scrap (边角料)
          outlier        20 %  of the declared consumption, for one order
          mass         0.01 %  of the product's weight, between it and the sum of the nets
          drift           2 %  of the largest month's consumption, for what adds up over months
          stage_yield       1  percentage points, between declared and observed yield of a step
          step_months       2  months in a row that make a step
          source: prudence, no law: the law names no tolerance for unit consumption

        standards (单耗标准)
          none is shipped: put the published ones that apply to you into a policy (--policy)

        eligibility (自核资格): what is asked of an enterprise that verifies itself
          - credit, from 2016-05-25: the enterprise is not dishonest (非失信)
            source: 沪府办发〔2016〕21号 part five (1) (资信良好; read as not dishonest, as later
                    announcements have it), in force from 2016-05-25 (secondary)
          - networked, from 2016-05-25: its records are networked with customs (联网、信息透明)
            source: 沪府办发〔2016〕21号 part five (1) (企业自核单耗), in force from 2016-05-25 (read)
          - internal_control, from 2018-03-05: its internal management is in order (内部管理规范)
            source: GACC 2018 No. 19 (pilot of enterprise-unit supervision: clear internal management; a
                    summary), in force from 2018-03-05 (secondary)
          - no_open_case, from 2016-05-25: no case is open against it (未被立案调查)
            source: bonded consumption rules (eligibility: who is under investigation changes no
                    consumption, Decree 155 art. 18) (unverified)
          - no_rectification, from 2016-05-25: it is in no period of rectification (未被责令整改)
            source: GACC Decree 219 (海关加工贸易货物监管办法) art. 14 (chaotic management, 整改期), in
                    force from 2014-03-12 (unverified)
          - nothing_overdue, from 2016-05-25: no handbook of it is overdue for its report (无逾期未报核)
            source: GACC Decree 219 (海关加工贸易货物监管办法) (an overdue handbook keeps from new ones,
                    逾期未报核), in force from 2014-03-12 (secondary)
          - marked, from 2016-05-25: the handbook carries the mark of self-verification (自核资格)
            source: Single Window handbook header 企业具备自核资格标志 (etpsPosesSadjaQuaFlag) (secondary)

        bonded consumption verify --policy FILE takes others in their place
        = 0
    "#]].assert_eq(&ran.transcript());
}

#[test]
fn an_unknown_code_names_the_nearest() {
    let folder = Folder::new();
    let mut text = String::new();
    for line in [
        "consumption explain declared_difers",
        "consumption explain limit",
        "consumption explain quota_exceeded",
        "explain declared_difers",
    ] {
        let ran = folder.run(line);
        assert_eq!(ran.status(), Some(2), "{line}");
        text += &ran.err();
    }
    expect![[r#"
        error: nothing is called "declared_difers" here; the nearest is `bonded consumption explain declared_differs`
        error: nothing is called "limit" here; the nearest is `bonded consumption explain limits`
        error: nothing is called "quota_exceeded" here; the nearest is `bonded explain quota_exceeded`
        error: nothing is called "declared_difers" here; the nearest is `bonded explain declared_differs`
    "#]].assert_eq(&text);
}
