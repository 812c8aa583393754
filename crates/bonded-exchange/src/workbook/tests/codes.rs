use crate::codes::{Codes, SupervisionMode};

#[test]
fn the_built_in_tables_are_whole() {
    let codes = Codes::builtin();
    assert_eq!(codes.units().len(), 123);
    assert_eq!(codes.currencies().len(), 22);
    assert!(codes.units().iter().all(|u| !u.english.is_empty()));
    let (kept, not): (Vec<&SupervisionMode>, Vec<_>) =
        codes.supervision_modes().iter().partition(|m| m.kept);
    assert_eq!(kept.len(), 24, "the modes of the contract's table");
    assert!(kept.iter().all(|m| m.reason.is_empty()));
    assert!(not.iter().all(|m| !m.reason.is_empty()));
}

#[test]
fn codes_are_found_by_any_of_their_names() {
    let codes = Codes::builtin();
    for text in ["035", "35", "千克", "公斤", "KG", "kilogram", " 千 克 "] {
        assert_eq!(
            codes.unit(text).map(|u| u.code.as_str()),
            Some("035"),
            "{text}"
        );
    }
    for text in ["502", "USD", "usd", "美元", "美金", "US dollar"] {
        assert_eq!(
            codes.currency(text).map(|c| c.letters.as_str()),
            Some("USD"),
            "{text}"
        );
    }
    for text in ["0615", "615", "进料对口"] {
        assert_eq!(
            codes.supervision_mode(text).map(|m| m.code.as_str()),
            Some("0615"),
            "{text}"
        );
    }
    for text in ["", "165", "0", "12345678901234567890", "unit"] {
        assert_eq!(codes.unit(text), None, "{text}");
    }
    // Names that are near each other stay apart.
    for (name, code) in [
        ("支", "012"),
        ("枝", "013"),
        ("盒", "140"),
        ("合", "141"),
        ("罗", "129"),
        ("箩", "126"),
    ] {
        assert_eq!(
            codes.unit(name).map(|u| u.code.as_str()),
            Some(code),
            "{name}"
        );
    }
}

#[test]
fn every_name_and_alias_means_one_unit() {
    let codes = Codes::builtin();
    for unit in codes.units() {
        for name in [&unit.code, &unit.name, &unit.english] {
            assert_eq!(codes.unit(name), Some(unit), "{name}");
        }
    }
    for currency in codes.currencies() {
        for name in [
            &currency.code,
            &currency.letters,
            &currency.name,
            &currency.english,
        ] {
            assert_eq!(codes.currency(name), Some(currency), "{name}");
        }
    }
    for mode in codes.supervision_modes() {
        for name in [&mode.code, &mode.name, &mode.english] {
            assert_eq!(codes.supervision_mode(name), Some(mode), "{name}");
        }
    }
}

#[test]
fn the_nearest_name_shares_a_character() {
    let codes = Codes::builtin();
    let near = |text: &str| codes.nearest_unit(text).map(|u| u.code.clone());
    assert_eq!(near("仟克").as_deref(), Some("035"));
    assert_eq!(near("平方米米").as_deref(), Some("032"));
    assert_eq!(near("☃"), None);
    assert_eq!(
        codes.nearest_currency("港元币").map(|c| c.letters.as_str()),
        Some("HKD")
    );
}

#[test]
fn official_tables_can_replace_them() {
    let units = "\u{feff}中文名称,代码\r\n千克,035\r\n\"箱,大\",165\r\n";
    let currencies = "中文名称,代码,英文名称,原报关代码,原报检代码\n美元,USD,US Dollar,502,840\n";
    let modes =
        "中文名称,代码,原报关代码\n进料对口,0615,0615\n保税维修,1371,1371\n新方式,9999,9999\n";
    let codes = Codes::from_csv(units, currencies, modes).expect("tables");
    assert_eq!(codes.unit("箱,大").map(|u| u.code.as_str()), Some("165"));
    assert_eq!(codes.currency("USD").map(|c| c.code.as_str()), Some("502"));
    let kept: Vec<bool> = codes.supervision_modes().iter().map(|m| m.kept).collect();
    assert_eq!(kept, [true, false, false]);
    assert!(
        codes
            .supervision_mode("1371")
            .is_some_and(|m| m.reason.contains("repair"))
    );
}

#[test]
fn bad_tables_are_refused_with_their_record() {
    let error = |units: &str| {
        let error = Codes::from_csv(units, "code,letters,name\n", "code,name\n");
        error.expect_err("a bad table").to_string()
    };
    assert_eq!(error(""), "code table units, record 1: the table is empty");
    assert!(
        error("code,name\n035,千克\n035,克\n").contains("record 3: its code stands there already")
    );
    assert!(error("code,name\n35,千克\n").contains("35 is not a code"));
    assert!(error("code,nom\n035,千克\n").contains("column name or 中文名称 is missing"));
}
