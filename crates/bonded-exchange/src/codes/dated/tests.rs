use crate::codes::{CodeTable, Codes, Standing};
use bonded_ledger::Date;

fn day(text: &str) -> Date {
    bonded_ledger::parse_date(text).expect("a day")
}

fn name<'a>(codes: &'a Codes, table: CodeTable, code: &str, on: &str) -> Option<&'a str> {
    match codes.standing(table, code, day(on)) {
        Standing::InUse(row) => Some(&row.name),
        _ => None,
    }
}

#[test]
fn the_built_in_tables_are_all_there() {
    let codes = Codes::builtin();
    let rows: Vec<usize> = CodeTable::ALL
        .iter()
        .map(|&it| codes.rows(it).len())
        .collect();
    assert_eq!(rows, [123, 22, 265, 1302, 1020, 99, 18, 9, 78]);
    for table in CodeTable::ALL {
        assert_eq!(
            codes.whole_until(table),
            Some(day("2018-08-01")),
            "{}",
            table.name()
        );
        for row in codes.rows(table) {
            let found = codes.standing(table, &row.code, day("2026-01-05"));
            assert!(
                matches!(found, Standing::InUse(_)),
                "{} {}",
                table.name(),
                row.code
            );
        }
    }
    let on = "2026-01-05";
    assert_eq!(name(&codes, CodeTable::Countries, "142", on), Some("中国"));
    assert_eq!(
        name(&codes, CodeTable::CustomsDistricts, "0101", on),
        Some("京机场关")
    );
    assert_eq!(
        name(&codes, CodeTable::LevyNatures, "503", on),
        Some("进料加工")
    );
    assert_eq!(
        name(&codes, CodeTable::TransportModes, "W", on),
        Some("物流中心")
    );
    // Several have the digits of "other"; the first is what they are called.
    assert_eq!(
        name(&codes, CodeTable::Countries, "299", on),
        Some("非洲其他国家(地区)")
    );
}

#[test]
fn an_unknown_code_depends_on_how_far_the_table_goes() {
    let codes = Codes::builtin();
    let unknown = |on: &str| codes.standing(CodeTable::Units, "998", day(on));
    assert_eq!(unknown("2018-08-01"), Standing::Unknown { whole: true });
    assert_eq!(unknown("2018-08-02"), Standing::Unknown { whole: false });
    for code in ["", "35", "0355", "ABC", "０３５"] {
        let standing = codes.standing(CodeTable::Units, code, day("2026-01-05"));
        assert_eq!(standing, Standing::Malformed, "{code}");
    }
}

#[test]
fn rows_have_dates() {
    let text = "code,name,valid_from,valid_until\n035,千克,,\n990,旧名,2010-01-01,2019-12-31\n990,新名,2020-01-01,\n";
    let codes = Codes::builtin()
        .with_table(CodeTable::Units, text, Some(day("2026-06-30")))
        .expect("a table");
    assert_eq!(
        name(&codes, CodeTable::Units, "990", "2019-12-31"),
        Some("旧名")
    );
    assert_eq!(
        name(&codes, CodeTable::Units, "990", "2020-01-01"),
        Some("新名")
    );
    let before = codes.standing(CodeTable::Units, "990", day("2009-12-31"));
    assert!(matches!(before, Standing::NotInUse(_)));
    assert_eq!(
        codes.standing(CodeTable::Units, "054", day("2026-06-30")),
        Standing::Unknown { whole: true },
        "the old table is gone"
    );
    assert_eq!(
        codes.unit("新名").map(|it| it.code.as_str()),
        None,
        "the first name is found"
    );
    assert_eq!(codes.unit("990").map(|it| it.name.as_str()), Some("新名"));
    assert_eq!(codes.unit("054"), None);
}

#[test]
fn rows_are_added_without_losing_the_others() {
    let codes = Codes::builtin()
        .with_rows(
            CodeTable::Currencies,
            "code,letters,name\n136,THB,泰铢\n140,INR,印度卢比\n",
        )
        .expect("rows");
    assert_eq!(codes.rows(CodeTable::Currencies).len(), 23);
    assert_eq!(
        codes.currency("INR").map(|it| it.code.as_str()),
        Some("140")
    );
    assert_eq!(
        codes.currency("USD").map(|it| it.code.as_str()),
        Some("502")
    );
    assert_eq!(codes.currencies().len(), 23);
    assert_eq!(
        name(&codes, CodeTable::Currencies, "140", "2026-01-05"),
        Some("印度卢比")
    );
    assert_eq!(
        codes.whole_until(CodeTable::Currencies),
        Some(day("2018-08-01"))
    );
    let modes = Codes::builtin()
        .with_rows(
            CodeTable::SupervisionModes,
            "code,name\n0615,进料对口\n9710,跨境电商B2B直接出口\n",
        )
        .expect("rows");
    assert!(modes.supervision_mode("0615").is_some_and(|it| it.kept));
    assert!(modes.supervision_mode("9710").is_some_and(|it| !it.kept));
}

#[test]
fn units_of_one_measure_have_a_factor() {
    let codes = Codes::builtin();
    assert_eq!(codes.factor("070", "035"), Some(("1000000", "1000")));
    assert_eq!(codes.factor("054", "007"), Some(("1000", "1")));
    assert_eq!(codes.factor("120", "120"), Some(("1", "1")));
    assert_eq!(codes.factor("120", "035"), None, "a carton has no weight");
    assert_eq!(
        codes.factor("054", "008"),
        None,
        "个 and 只 are not counted together"
    );
}

#[test]
fn bad_rows_are_refused() {
    let error = |table, text: &str| {
        let read = Codes::builtin().with_rows(table, text);
        read.expect_err("a bad table").to_string()
    };
    let twice = "code,name\n1,a\n1,b\n";
    assert!(error(CodeTable::LevyModes, twice).contains("record 3: its code stands there already"));
    let form = "code,name\n12,a\n";
    assert!(error(CodeTable::LevyModes, form).contains("12 is not a code of 1 digit"));
    let date = "code,name,valid_from\n1,a,2020-13-01\n";
    assert!(error(CodeTable::LevyModes, date).contains("valid_from is 2020-13-01"));
    let factor = "code,name,measure,factor\n001,台,count,0\n";
    assert!(error(CodeTable::Units, factor).contains("factor 0"));
}
