//! Every rule at its edge: what lies exactly on a limit (and the last digit of each row beside it)
//! passes, one of the last digit more is found.

use unit_consumption::cases;
use unit_consumption::verify::Finding;

fn found(script: &str) -> Vec<Finding> {
    let report = cases::run(script).unwrap_or_else(|it| panic!("{script}: {it}"));
    report.findings().cloned().collect()
}

/// A code, what passes, what is found, and a part of what is said.
#[track_caller]
fn edge(code: &str, passes: &str, fails: &str, says: &str) {
    let of = |script: &str| -> Vec<Finding> {
        found(script)
            .into_iter()
            .filter(|it| it.code() == code)
            .collect()
    };
    let passing = of(passes);
    assert!(
        passing.is_empty(),
        "{code} finds {:?} in {passes}",
        passing[0].message
    );
    let failing = of(fails);
    assert!(!failing.is_empty(), "{code} finds nothing in {fails}");
    assert!(
        failing.iter().any(|it| it.message.contains(says)),
        "{:?} does not say {says:?}",
        failing[0].message
    );
}

#[test]
fn deviations() {
    let case = |used: &str| format!("P1<M1*1\n2026-02-01 P1:100 M1:{used}");
    edge(
        "declared_differs",
        &case("101.00001"),
        &case("101.00002"),
        "1.00002 more",
    );
    edge(
        "declared_differs",
        &case("98.99999"),
        &case("98.99998"),
        "1.00002 less",
    );
    // A row is known to one of the last digit, whatever the percentage.
    let small = |used: &str| format!("P1<M1*0.00001\n2026-02-01 P1:1 M1:{used}");
    edge(
        "declared_differs",
        &small("0.00002"),
        &small("0.00003"),
        "0.00002 more",
    );
    // Rejects count where they are folded, and by the reading that fits where nobody said.
    let all = |facts: &str, used: &str| {
        format!("P1<M1*1\nversion P1 {facts}\n2026-02-01 P1:90-10 M1:{used}")
    };
    edge(
        "declared_differs",
        &all("defects=folded", "100"),
        &all("defects=folded", "90"),
        "10 less",
    );
    edge(
        "declared_differs",
        &all("defects=in_loss", "90"),
        &all("defects=in_loss", "100"),
        "10 more",
    );
    edge("declared_differs", &all("", "100"), &all("", "95"), "5 ");
    edge(
        "declared_differs",
        &all("", "90"),
        &all("", "106"),
        "6 more",
    );
    // Returns and excluded losses are not used.
    let case = |rows: &str| format!("P1<M1*1\n2026-02-01 P1:100 {rows}");
    edge(
        "declared_differs",
        &case("M1:120-20"),
        &case("M1:120-10"),
        "10 more",
    );
    edge(
        "declared_differs",
        &case("M1:100 M1:9!force_majeure"),
        &case("M1:100 M1:9!substitution"),
        "9 more",
    );
    let worth = "M1 price=3\nP1<M1*1 share=50\n2026-02-01 P1:100 M1:";
    edge(
        "declared_differs",
        &format!("{worth}100"),
        &format!("{worth}110"),
        "(10 %), worth 15",
    );
}

#[test]
fn scrap() {
    let case = |scrap: &str| format!("P1<M1*1 loss=4\n2026-02-01 P1:960 M1:1000~{scrap}");
    edge(
        "scrap_short",
        &case("37.99999"),
        &case("37.99998"),
        "2.00002 missing",
    );
    edge(
        "scrap_excess",
        &case("50.00001"),
        &case("50.00002"),
        "but 50.00002 scrap",
    );
    // Intangible loss leaves no scrap.
    let gone = |scrap: &str| format!("P1<M1*1 intangible=4\n2026-02-01 P1:960 M1:1000~{scrap}");
    edge("scrap_excess", &gone("0"), &gone("51"), "but 51 scrap");
    assert!(
        !found(&gone("0"))
            .iter()
            .any(|it| it.code() == "scrap_short")
    );
    // A loss that did not happen leaves no scrap either.
    let less = |used: &str| format!("P1<M1*1 loss=4\n2026-02-01 P1:960 M1:{used}~10");
    edge(
        "scrap_short",
        &less("972.00001"),
        &less("972.00002"),
        "12.00002 lost",
    );
    // Where nobody said where rejects are, less scrap is asked for.
    let rejects =
        |facts: &str| format!("P1<M1*1 loss=50\nversion P1 {facts}\n2026-02-01 P1:50-50 M1:200~52");
    edge(
        "scrap_short",
        &rejects(""),
        &rejects("defects=folded"),
        "100 lost",
    );
    // The larger loss gives the limit: 10 % of what is expected is 20, 5 % of 400 is 20.
    let large = |scrap: &str| format!("P1<M1*1 loss=80\n2026-02-01 P1:100 M1:500~{scrap}");
    edge(
        "scrap_excess",
        &large("420.00001"),
        &large("420.00002"),
        "so 400 lost",
    );
}

#[test]
fn masses() {
    let case = |second: &str| format!("P1 unit=035\nP1<M1*0.6\nP1<M2*{second}");
    edge(
        "mass_balance",
        &case("0.4001"),
        &case("0.400100001"),
        "0.000100001 kg too much",
    );
    edge(
        "mass_balance",
        &case("0.3999"),
        &case("0.399899999"),
        "0.000100001 kg too little",
    );
    // Weights of other units, and a consumable that is not in the product.
    let pieces = |weight: &str| {
        format!("M1 unit=036 weight=0.001\nM2 consumable\nP1 weight={weight}\nP1<M1*20\nP1<M2*5")
    };
    edge(
        "mass_balance",
        &pieces("0.02"),
        &pieces("0.03"),
        "the nets weigh 0.02 kg",
    );
    // Without a weight nothing is said.
    assert!(found("P1<M1*0.6").is_empty());
    let flow = |scrap: &str| {
        format!("P1 unit=035\nP1<M1*1 loss=9 intangible=1\n2026-02-01 P1:90 M1:100~{scrap}")
    };
    edge(
        "observed_mass",
        &flow("10.00001"),
        &flow("10.00002"),
        "1.00002 kg too many",
    );
    edge(
        "observed_mass",
        &flow("7.99999"),
        &flow("7.99998"),
        "1.00002 kg missing",
    );
}

#[test]
fn wafers() {
    let case = |net: &str| format!("M1 unit=020\nP1<M1*{net}\nmap P1<M1 dies=8640");
    // 1/8640 = 0.00011574074…: half of the last digit is allowed.
    edge(
        "wafer_map",
        &case("0.000115741"),
        &case("0.00011574"),
        "1/8640 = 0.000115741",
    );
    edge(
        "wafer_map",
        &case("0.000115741"),
        &case("0.000115742"),
        "1/8640",
    );
    let whole = |net: &str| format!("M1 unit=020\nP1<M1*{net}");
    edge(
        "wafer_unit",
        &whole("0.499999999"),
        &whole("0.5"),
        "slices (片)",
    );
    let other = "M1 unit=020 hs=7108130000\nP1<M1*1";
    edge(
        "wafer_unit",
        other,
        "M1 unit=020 hs=3818001900\nP1<M1*1",
        "one piece (个)",
    );
    edge(
        "wafer_unit",
        "M1 unit=020\nP1 hs=8541100000\nP1<M1*1",
        &whole("1"),
        "slices",
    );
    let same = |net: &str| format!("M1 unit=020\nP1 unit=020\nP1<M1*{net}\nmap P1<M1 dies=100");
    edge(
        "wafer_unit",
        &same("1"),
        &same("0.01"),
        "both sides are counted in unit 020",
    );
    assert!(!found(&same("1")).iter().any(|it| it.code() == "wafer_map"));
    let shared = |third: &str| {
        format!(
            "P1<M1*0.000083333\nP2<M1*0.000166667\nP3<M1*{third}\nshare M1 P1:6000 P2:2000 P3:4000"
        )
    };
    // 12,000 pieces: the nets may be off by 0.000006 in all.
    edge(
        "shared_input",
        &shared("0.000041668"),
        &shared("0.000041669"),
        "1.000008",
    );
    edge(
        "shared_input",
        &shared("0.000041666"),
        &shared("0.000041665"),
        "0.999992",
    );
    let missing = "P1<M1*0.5\nP2<M2*1\nshare M1 P1:1 P2:1";
    edge(
        "shared_input",
        "P1<M1*0.5\nP2<M1*0.5\nshare M1 P1:1 P2:1",
        missing,
        "product 2 version 0",
    );
}

#[test]
fn yields() {
    let case = |loss: &str| format!("P1<M1*1 loss={loss}\nyields P1<M1 sort=90 assembly=90");
    edge(
        "yield_chain",
        &case("20"),
        &case("20.000000001"),
        "give 19 %",
    );
    edge(
        "yield_chain",
        &case("18"),
        &case("17.999999999"),
        "sort 90 %, assembly 90 %",
    );
    let both = "P1<M1*1 loss=9 intangible=10\nyields P1<M1 sort=90 assembly=90";
    edge("yield_chain", both, &case("1"), "declared loss 1 %");
    let stage = |sort: &str, assembly: &str| {
        format!(
            "P1<M1*1 loss=19\nyields P1<M1 sort=90 assembly=90\n2026-02-01 P1:810 M1:1000~{sort}@sort M1:0~{assembly}@assembly"
        )
    };
    edge(
        "stage_yield",
        &stage("110.00001", "89"),
        &stage("110.00002", "89"),
        "sort: 1000 in, 110.00002 scrapped",
    );
    edge(
        "stage_yield",
        &stage("100", "80.99998"),
        &stage("100", "80.99997"),
        "assembly: 900 in",
    );
    // What names no stage of the chain went in at the first.
    let unnamed =
        "P1<M1*1 loss=19\nyields P1<M1 sort=90 assembly=90\n2026-02-01 P1:810 M1:1000~190";
    edge(
        "stage_yield",
        &stage("100", "90"),
        unnamed,
        "sort: 1000 in, 190 scrapped, yield 81 %",
    );
}

#[test]
fn months() {
    let case = |may: &str| {
        format!(
            "P1<M1*1\n2026-03-01 P1:300 M1:300\n2026-04-01 P1:100 M1:102\n2026-05-01 P1:100 M1:{may}"
        )
    };
    edge(
        "consumption_step",
        &case("101.00001"),
        &case("101.00002"),
        "since 2026-04, off in each of 2 months; 1 before",
    );
    edge(
        "consumption_step",
        &case("98"),
        &case("102"),
        "1.02 since 2026-04",
    );
    let one = "P1<M1*1\n2026-03-01 P1:300 M1:300\n2026-04-01 P1:100 M1:102";
    edge("consumption_step", one, &case("103"), "2 months");
    // A month in which it was made and nothing issued is a month.
    let idle = "P1<M1*1\n2026-03-01 P1:300 M1:300\n2026-04-01 P1:100 M2:1\n2026-05-01 P1:100 M1:98";
    edge("consumption_step", one, idle, "since 2026-04");
    // Drift: each month 0.9 % more than 1,000, half the limit is 5: 4 a month, alarm above 20.
    let drift = |months: std::ops::RangeInclusive<u32>, used: &str| {
        let months = months.map(|it| format!("2026-{it:02}-01 P1:1000 M1:{used}\n"));
        format!("P1<M1*1\n{}", months.collect::<String>())
    };
    edge(
        "consumption_drift",
        &drift(1..=5, "1009"),
        &drift(1..=6, "1009"),
        "from 2026-01 to 2026-06 more",
    );
    edge(
        "consumption_drift",
        &drift(1..=5, "991"),
        &drift(1..=6, "991"),
        "to 2026-06 less",
    );
    edge(
        "consumption_drift",
        &drift(1..=12, "1005"),
        &drift(1..=12, "1007"),
        "alarm above 20",
    );
    // A month that is well in between takes the sum back to 0.
    let broken = format!(
        "{}2026-07-01 P1:1000 M1:980\n2026-08-01 P1:1000 M1:1009",
        drift(1..=5, "1009")
    );
    edge(
        "consumption_drift",
        &broken,
        &drift(1..=8, "1009"),
        "24 beyond",
    );
}

#[test]
fn orders() {
    let case = |used: &str| {
        format!("P1<M1*1\n2026-02-01 P1:1000 M1:1000\n2026-02-02 P1:10 M1:{used} order=X")
    };
    edge(
        "outlier",
        &case("12.00001"),
        &case("12.00002"),
        "X of 2026-02-02 (12.00002 for 10 units)",
    );
    edge(
        "outlier",
        &case("7.99999"),
        &case("7.99998"),
        "1 order beyond 20 %",
    );
    let none = |good: &str| format!("P1<M1*1\n2026-02-01 P1:{good} M1:5");
    edge("nothing_made", &none("5"), &none("0"), "5 used by 1 record");
    edge("nothing_made", &none("0-5"), &none("0"), "WO-1");
    edge(
        "nothing_made",
        "P1<M1*1\n2026-02-01 P1:0 M1:5-5",
        &none("0"),
        "made nothing",
    );
    let many: String = (1..=7)
        .map(|it| format!("2026-02-0{it} P1:10 M1:{}\n", 12 + it))
        .collect();
    let many = format!("P1<M1*1\n{many}");
    edge(
        "outlier",
        &case("10"),
        &many,
        "7 orders beyond 20 % of 1 a unit: WO-7 of 2026-02-07 (19 for 10 units), WO-6",
    );
    edge("outlier", &case("10"), &many, "and 2 more");
    // An order is judged by all its rows.
    let rows = |second: &str| format!("P1<M1*1\n2026-02-01 P1:10 M1:5@a M1:{second}@b");
    edge("outlier", &rows("5"), &rows("8"), "13 for 10 units");
}

#[test]
fn declarations_in_time() {
    let case = |facts: &str| format!("P1<M1*1\nversion P1 left=1 first=2026-02-01 {facts}");
    edge(
        "declaration_missing",
        &case("on_file=2026-02-01"),
        &case("on_file=2026-02-02"),
        "came on file on 2026-02-02",
    );
    edge(
        "declaration_missing",
        &case("status=declared"),
        &case("status=undeclared"),
        "still undeclared",
    );
    edge(
        "declaration_missing",
        "P1<M1*1\nversion P1 status=undeclared",
        "P1<M1*1\nversion P1 left=1 status=undeclared",
        "goods left, it is still undeclared",
    );
    let closing = |book: &str, status: &str| {
        format!(
            "book before_closure {book}\nP1<M1*1\nversion P1 left=1 first=2026-02-01 on_file=2026-09-01 {status}"
        )
    };
    edge(
        "declaration_missing",
        &closing("", "status=undeclared"),
        &closing("reported", "status=undeclared"),
        "was reported",
    );
    edge(
        "declaration_missing",
        &closing("reported", ""),
        &closing("reported", "status=undeclared"),
        "was reported",
    );
    let order = |day: &str, facts: &str| format!("P1<M1*1\nversion P1 {facts}\n{day} P1:10 M1:10");
    let valid = "from=2026-02-01 until=2026-02-28";
    edge(
        "version_not_valid",
        &order("2026-02-01", valid),
        &order("2026-01-31", valid),
        "before the version was on file",
    );
    edge(
        "version_not_valid",
        &order("2026-02-28", valid),
        &order("2026-03-01", valid),
        "after the version was replaced",
    );
    edge(
        "version_not_valid",
        &order("2026-02-01", "on_file=2026-02-01"),
        &order("2026-01-31", "on_file=2026-02-01"),
        "10 made before",
    );
    let late =
        "book before_closure\nP1<M1*1\nversion P1 on_file=2026-09-01\n2026-02-01 P1:10 M1:10";
    edge(
        "version_not_valid",
        late,
        &order("2026-01-01", "on_file=2026-09-01"),
        "1 record in all",
    );
}

#[test]
fn what_left() {
    let case = |facts: &str| format!("P1<M1*1\nversion P1 {facts}\n2026-02-01 P1:8-2 M1:10");
    edge(
        "output_short",
        &case("left=8"),
        &case("left=8.00001"),
        "0.00001 without a record",
    );
    edge(
        "output_short",
        &case("left=7 sold=2 destroyed=1"),
        &case("left=7 sold=2 destroyed=2"),
        "11 left, the records made 10",
    );
    edge(
        "output_short",
        &case("left=7 sold=1 defects=in_loss"),
        &case("left=7 sold=2 defects=in_loss"),
        "9 left, the records made 8",
    );
    let twice = |facts: &str, used: &str| {
        format!("P1<M1*1\nversion P1 left=98 {facts}\n2026-02-01 P1:98-2 M1:{used}")
    };
    edge(
        "defect_counted_twice",
        &twice("destroyed=2", "98.99999"),
        &twice("destroyed=2", "98.99998"),
        "2 taken from the handbook twice",
    );
    edge(
        "defect_counted_twice",
        &twice("", "98"),
        &twice("sold=2", "98"),
        "2 rejects folded back",
    );
    edge(
        "defect_counted_twice",
        &twice("sold=2 defects=folded", "98"),
        &twice("sold=2 defects=in_loss", "100"),
        "gross 1",
    );
    let none = "P1<M1*1\nversion P1 left=98 destroyed=2\n2026-02-01 P1:98 M1:90";
    edge(
        "defect_counted_twice",
        none,
        &twice("destroyed=2", "90"),
        "taken from the handbook twice",
    );
    // Good products may be sold at home as well.
    let sold = |left: &str| {
        format!("P1<M1*1\nversion P1 left={left} sold=6 defects=in_loss\n2026-02-01 P1:100 M1:100")
    };
    edge(
        "defect_counted_twice",
        &sold("94"),
        &sold("95.5"),
        "1.5 rejects folded back",
    );
}

#[test]
fn names_and_rows() {
    edge(
        "unknown_item",
        "P1<M1*1\n2026-02-01 P1:1 M1:1",
        "P1<M1*1\n2026-02-01 P2:1 M1:1",
        "product 2 is not on file",
    );
    edge(
        "unknown_item",
        "P1<M1*1\nM2\n2026-02-01 P1:1 M1:1 M2:1",
        "P1<M1*1\n2026-02-01 P1:1 M1:1 M7:1",
        "material 7",
    );
    edge(
        "not_declared",
        "P1<M1*1\nM2 consumable\n2026-02-01 P1:1 M1:1 M2:1",
        "P1<M1*1\nM2\n2026-02-01 P1:1 M1:1 M2:1",
        "1 used in 1 row",
    );
    edge(
        "not_declared",
        "P1<M1*1\nM2\n2026-02-01 P1:1 M1:1 M2:2-2",
        "P1<M1*1\nM2\n2026-02-01 P1:1 M1:1 M2:2-1",
        "not declared",
    );
    edge(
        "never_issued",
        "P1<M1*1\n2026-02-01 P1:1 M1:0",
        "P1<M1*1\n2026-02-01 P1:1 M2:1",
        "never issued",
    );
    edge(
        "never_issued",
        "P1<M1*1\n2026-02-01 P1:0 M2:1",
        "P1<M1*1\n2026-02-01 P1:0-1 M2:1",
        "never issued",
    );
    edge(
        "line_missing",
        "version P1\nversion P1 left=0",
        "version P1 left=5",
        "5 left, but no consumption",
    );
    edge(
        "used_negative",
        "P1<M1*1\n2026-02-01 P1:1 M1:2-2",
        "P1<M1*1\n2026-02-01 P1:1 M1:2-2.00001",
        "is -0.00001",
    );
    edge(
        "substitution",
        "P1<M1*1\nsubstituted M1:5 document=S\n2026-02-01 P1:5 M1:5!substitution",
        "P1<M1*1\nsubstituted M1:5 document=S\n2026-02-01 P1:5 M1:5.00001!substitution",
        "0.00001 not",
    );
    edge(
        "substitution",
        "P1<M1*1\nsubstituted M1:5 document=S\n2026-02-01 P1:5 M1:5!substitution",
        "P1<M1*1\nsubstituted M1:5\n2026-02-01 P1:5 M1:5!substitution",
        "0 covered",
    );
    edge(
        "substitution",
        "P1<M1*1\nsubstituted M1:5 document=S\n2026-02-01 P1:5 M1:5!substitution",
        "book supplied\nP1<M1*1\nsubstituted M1:5 document=S\n2026-02-01 P1:5 M1:5!substitution",
        "来料",
    );
    edge(
        "record_repeated",
        "P1<M1*1\n2026-02-01 P1:1 M1:1 order=A\n2026-02-02 P1:1 M1:1 order=A",
        "P1<M1*1\n2026-02-01 P1:1 M1:1 order=A\n2026-02-01 P1:1 M1:1 order=A\n2026-02-01 P1:1 M1:1 order=A",
        "2 records are equal",
    );
    edge(
        "not_process_loss",
        "P1<M1*1\n2026-02-01 P1:1 M1:1!substitution",
        "P1<M1*1\nM2\n2026-02-01 P1:1 M1:1 M2:3~1!consumable",
        "消耗性材料",
    );
    edge(
        "filed_form",
        "P1<M1*1 loss=4\nfiled P1<M1 net=1 loss=4",
        "P1<M1*1 loss=4\nfiled P1<M1 net=1 gross=1.04 loss=4",
        "both given",
    );
    edge(
        "filed_form",
        "P1<M1*1 loss=20\nfiled P1<M1 gross=1.25",
        "P1<M1*1 loss=20\nfiled P1<M1 gross=1.25 loss=20",
        "a loss rate stands beside a gross",
    );
    edge(
        "filed_form",
        "P1<M1*1\nfiled P1<M1 net=1 loss=0",
        "P1<M1*1\nfiled P1<M2 net=1 loss=0",
        "no consumption is on file",
    );
    edge(
        "filed_form",
        "P1<M1*1\nfiled P1<M1 net=1 loss=0",
        "P1<M1*1\nfiled P1<M2 net=1",
        "without a loss rate",
    );
    edge(
        "evidence_incomplete",
        "P1<M1*1\nversion P1 left=1",
        "P1<M1*1\nversion P1 left=1 approver=L",
        "lacks basis and evidence",
    );
    edge(
        "evidence_incomplete",
        "P1<M1*1\nversion P1 approver=L",
        "P1<M1*1\nversion P1 destroyed=1 evidence=e",
        "lacks basis and approver",
    );
}

#[test]
fn one_finding_gives_way_to_another() {
    let codes = |script: &str| -> Vec<&str> { found(script).iter().map(Finding::code).collect() };
    // Never issued: nothing else is said of the material.
    assert_eq!(
        codes("P1<M1*1\nP1<M2*1 loss=9\n2026-02-01 P1:1 M1:1"),
        ["never_issued"]
    );
    let never = "P1<M1*1\nP1<M2*1\nversion P1 destroyed=1\n2026-02-01 P1:9-1 M1:10";
    assert_eq!(codes(never), ["never_issued"]);
    // Nothing made: nothing is compared.
    assert_eq!(
        codes("P1<M1*1 loss=9\n2026-02-01 P1:0 M1:5"),
        ["nothing_made"]
    );
    assert_eq!(
        codes("P1 unit=035\nP1<M1*1\n2026-02-01 P1:0 M1:5"),
        ["nothing_made"]
    );
}

#[test]
fn amounts() {
    let twice =
        "P1<M1*2\nversion P1 left=96 sold=3 destroyed=1 defects=in_loss\n2026-02-01 P1:96-4 M1:192";
    edge(
        "defect_counted_twice",
        "P1<M1*2",
        twice,
        "4 rejects folded back to materials, and their loss is inside the gross 2: 8 taken",
    );
    let even =
        "P1<M1*2\nversion P1 left=96 sold=2 destroyed=2 defects=in_loss\n2026-02-01 P1:96-4 M1:192";
    edge(
        "defect_counted_twice",
        "P1<M1*2",
        even,
        "4 rejects folded back",
    );
    let half =
        "P1<M1*2 share=50\nversion P1 left=96 sold=4 defects=in_loss\n2026-02-01 P1:96-4 M1:192";
    edge(
        "defect_counted_twice",
        "P1<M1*2",
        half,
        "4 taken from the handbook twice",
    );
    edge(
        "evidence_incomplete",
        "P1<M1*1",
        "P1<M1*1\nversion P1 left=1 sold=1 destroyed=1 approver=L",
        "lacks",
    );
    edge(
        "evidence_incomplete",
        "P1<M1*1",
        "P1<M1*1\nversion P1 left=2 sold=1 destroyed=1 approver=L",
        "lacks",
    );
    edge(
        "output_short",
        "P1<M1*1",
        "P1<M1*1\nversion P1 left=1\n2026-02-01 P1:0-0.5 M1:0.5",
        "1 without a record",
    );
    edge(
        "filed_form",
        "P1<M1*1\nfiled P1<M1 gross=1",
        "P1<M1*1\nfiled P1<M2 gross=1",
        "filed, but no consumption",
    );
}

#[test]
fn masses_by_weight() {
    // 40 g of product, of which 4 % of 50 g intangible: 2 g; grams and pieces of 5 g.
    let flow = |scrap: &str| {
        format!(
            "M1 unit=036 weight=0.001
             M2 weight=0.005
             M3 consumable weight=9
             P1 unit=007 weight=0.04
             P1<M1*30 loss=10 intangible=50
             P1<M2*2
             P1<M3*1
             2026-02-01 P1:10 M1:750~{scrap} M2:20 M3:10"
        )
    };
    // In 0.75 + 0.1 kg; products 0.4, intangible 0.375, scrap 0.075.
    edge(
        "observed_mass",
        &flow("75"),
        &flow("60"),
        "0.85 kg in; 0.4 kg in products, 0.06 kg scrap, 0.375 kg intangible loss: 0.015 kg missing",
    );
    // A material that was never issued, or never made anything, says nothing of masses.
    let never = "M1 weight=1\nM2 weight=1\nP1 weight=2\nP1<M1*1\nP1<M2*1\n2026-02-01 P1:1 M1:1";
    assert!(!found(never).iter().any(|it| it.code() == "observed_mass"));
}

#[test]
fn differences_have_their_sign() {
    let difference = |code: &str, script: &str| {
        let all = found(script);
        let found = all.iter().find(|it| it.code() == code).unwrap();
        found.difference.clone().unwrap_or_default()
    };
    let scrap = |scrap: &str| format!("P1<M1*1 loss=4\n2026-02-01 P1:960 M1:1000~{scrap}");
    assert_eq!(difference("scrap_short", &scrap("30")), "-10");
    assert_eq!(difference("scrap_excess", &scrap("60")), "20");
    let substituted = "P1<M1*1\nsubstituted M1:2 document=S\n2026-02-01 P1:5 M1:5!substitution";
    assert_eq!(difference("substitution", substituted), "3");
    let twice = "P1<M1*1\nversion P1 left=96 sold=4 defects=in_loss\n2026-02-01 P1:96-4 M1:96";
    assert_eq!(difference("defect_counted_twice", twice), "4");
    assert_eq!(
        difference("never_issued", "P1<M1*1\nP1<M2*3\n2026-02-01 P1:2 M1:2"),
        "-6"
    );
    assert_eq!(
        difference(
            "output_short",
            "P1<M1*1\nversion P1 left=3\n2026-02-01 P1:2 M1:2"
        ),
        "1"
    );
    let undercut =
        "P1 hs=7202110000\nM1 hs=2602000000\nP1<M1*1.5\nstandard 7202<2602 upper=2.6 lower=2";
    assert_eq!(difference("standard_undercut", undercut), "-0.5");
    let one = found("P1<M1*1\n2026-02-01 P1:1000 M1:1000\n2026-02-02 P1:10 M1:15 order=X");
    assert!(
        one[0]
            .message
            .ends_with("X of 2026-02-02 (15 for 10 units)"),
        "{}",
        one[0]
    );
    // Nothing was substituted: nothing is said, whatever is on file.
    assert!(found("book supplied\nP1<M1*1\n2026-02-01 P1:5 M1:5").is_empty());
}

#[test]
fn findings_name_what_they_speak_of() {
    let one = |script: &str| found(script)[0].to_string();
    let named = "M1 name=金线\nP1 name=芯片\nP1<M1*1\n";
    let text = one(&format!("{named}2026-02-01 P1:100 M1:110"));
    assert!(text.starts_with("product 1 (芯片) version 0, material 1 (金线): declared 1 a unit, actual 1.1; 110 used for 100 units, 100 expected: 10 more (10 %)"), "{text}");
    let text = one(&format!(
        "{named}substituted M1:1 document=S\n2026-02-01 P1:5 M1:5!substitution"
    ));
    assert!(
        text.starts_with("material 1 (金线): 5 substituted"),
        "{text}"
    );
    let text = one(&format!("{named}2026-02-01 P1:5 v=9 M1:5"));
    assert!(text.starts_with("product 1 (芯片) version \"9\" is not on file, but in 1 record, first in order WO-1 of 2026-02-01"), "{text}");
    let text = one("P1<M1*1\n2026-02-01 P1:100 M1:110");
    assert!(
        text.starts_with("product 1 version 0, material 1: "),
        "{text}"
    );
}

#[test]
fn figures_stand_beside_the_message() {
    let finding = &found("M1 price=2\nP1<M1*1 share=50\n2026-02-01 P1:100 M1:90~0")[0];
    let figures: Vec<String> = finding
        .figures
        .iter()
        .map(|(name, it)| format!("{name}={it}"))
        .collect();
    assert_eq!(
        figures,
        [
            "declared=1",
            "units=100",
            "used=90",
            "expected=100",
            "limit=1",
            "actual=0.9",
            "percent=-10",
            "money=-10"
        ]
    );
    assert_eq!(finding.difference.as_deref(), Some("-10"));
    assert_eq!(finding.figure("units"), Some("100"));
    assert_eq!(finding.figure("nothing"), None);
}

#[test]
fn standards() {
    let case = |net: &str, standard: &str| {
        format!(
            "P1 hs=6203429000\nM1 hs=5208110000\nP1<M1*{net}\nversion P1 left=100\nstandard 6203<5208 {standard}"
        )
    };
    edge(
        "standard_exceeded",
        &case("1.2", "upper=1.2"),
        &case("1.200000001", "upper=1.2"),
        "0.000000001 a unit not bonded, 0 on 100",
    );
    edge(
        "standard_exceeded",
        &case("1.3", "upper=1.2 from=2026-01-02"),
        &case("1.3", "upper=1.2 from=2026-01-01"),
        "10 on 100 that left",
    );
    edge(
        "standard_exceeded",
        &case("1.3", "upper=1.2 until=2025-12-31"),
        &case("1.3", "upper=1.2 until=2026-01-01"),
        "at most 1.2",
    );
    edge(
        "standard_undercut",
        &case("1", "upper=1.2 lower=1"),
        &case("0.999999999", "upper=1.2 lower=1"),
        "at least 1",
    );
}
