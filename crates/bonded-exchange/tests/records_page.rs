//! The page of all records is written from the tables: `BONDED_WRITE=1 cargo test -p bonded-exchange
//! --test records_page`.

use std::fmt::Write as _;
use std::path::Path;

use bonded_exchange::{Dialect, MESSAGE_TYPES, Type, Way, record_kinds};

fn holds(holds: Type) -> String {
    match holds {
        Type::Exactly(1) | Type::UpTo(1) => "1 character".to_owned(),
        Type::Exactly(of) => format!("{of} characters"),
        Type::UpTo(of) => format!("at most {of} characters"),
        Type::Whole(of) => format!("whole number, {of} digits"),
        Type::Decimal(of, behind) => format!("decimal ({of},{behind})"),
        Type::Date => "`yyyy-MM-dd`".to_owned(),
        Type::Time => "`yyyy-MM-dd HH:mm:ss`".to_owned(),
        Type::Day => "`yyyyMMdd`".to_owned(),
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Messages and their records\n\n\
         Written from the tables of `bonded-exchange`; do not edit. What each element is called, how long \
         it may be, and the codes that are known. Read in the interface's schemas of 2017, in receipts of \
         2019 to 2024 and in the client's own page (`secondary`: read where others published them). An \
         element that is not here is kept and written again.\n\n\
         ## Types of message\n\n| number | 中文 | way | root in the client's dialect |\n| --- | --- | --- | --- |\n",
    );
    for it in MESSAGE_TYPES {
        let way = match it.way {
            Way::ToCustoms => "to customs",
            Way::FromCustoms => "from customs",
        };
        let root = match it.client_root {
            "" => String::new(),
            root => format!("`{root}`"),
        };
        writeln!(page, "| `{}` | {} | {way} | {root} |", it.code, it.chinese).expect("a text");
    }
    for kind in record_kinds() {
        let dialect = match kind.dialect {
            Dialect::Customs => "customs' side",
            Dialect::Client => "client",
        };
        write!(
            page,
            "\n## `{}` {}\n\nDialect: {dialect}.\n\n| element | 中文 | holds | required | codes |\n| --- | --- | --- | --- | --- |\n",
            kind.name, kind.chinese
        )
        .expect("a text");
        for field in kind.fields {
            let codes: Vec<String> = field
                .codes
                .iter()
                .map(|(code, name)| format!("{code} {name}"))
                .collect();
            writeln!(
                page,
                "| `{}` | {} | {} | {} | {} |",
                field.name,
                field.chinese,
                holds(field.holds),
                if field.required { "yes" } else { "" },
                codes.join(" · ")
            )
            .expect("a text");
        }
    }
    page
}

#[test]
fn the_page_is_that_of_the_tables() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/exchange/records.md");
    if std::env::var_os("BONDED_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, page()).expect("written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page(),
        "docs/reference/exchange/records.md is stale: BONDED_WRITE=1 cargo test -p bonded-exchange --test records_page"
    );
}

/// What a table says must be something that can be held.
#[test]
fn the_tables_are_sound() {
    for kind in record_kinds() {
        for (at, field) in kind.fields.iter().enumerate() {
            let place = format!("{}/{}", kind.name, field.name);
            assert_eq!(kind.position(field.name), Some(at), "{place} stands twice");
            assert!(!field.chinese.is_empty(), "{place}");
            let longest = match field.holds {
                Type::Exactly(of) | Type::UpTo(of) => usize::from(of),
                Type::Whole(of) => usize::from(of),
                Type::Decimal(of, behind) => {
                    assert!(behind < of, "{place}");
                    usize::from(of)
                }
                Type::Date | Type::Time | Type::Day => 0,
            };
            for (code, _) in field.codes {
                assert!(code.len() <= longest, "{place}: {code}");
            }
        }
    }
}
