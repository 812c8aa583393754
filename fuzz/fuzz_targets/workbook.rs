//! Any bytes as a workbook or CSV, by every reader: entries or errors, never a panic; and what lists give is
//! written and read as the same.
#![no_main]

use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{
    ImportOptions, Limits, ListHead, ListsOptions, Template, read_book_template, read_handbook,
    read_list_body, read_lists, read_production, template_csv,
};
use bonded_ledger::{Date, DeclareList, Direction, EntryKind, Goods};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static CODES: Codes = Codes::builtin();
}

fuzz_target!(|data: &[u8]| CODES.with(|codes| {
    let options = ImportOptions {
        particulars: true,
        ..ImportOptions::default()
    };
    let _ = read_handbook(data, codes, &options);
    let _ = read_book_template(data, codes, true, &Limits::default());
    let _ = read_production(data, &Limits::default());
    let (Ok(handbook), Ok(mode)) = ("C222626A0001".parse(), "0615".parse()) else {
        return;
    };
    let kind = (Direction::Import, Goods::Material, mode);
    let head = ListHead::new("A", Date::default(), handbook, kind);
    let _ = read_list_body(data, codes, &head);
    let Ok(read) = read_lists(data, codes, &ListsOptions::default()) else {
        return;
    };
    let lists: Vec<(Date, &DeclareList)> = (read.entries.iter())
        .filter_map(|it| match it.kind() {
            EntryKind::DeclareList { list } => Some((it.date(), list)),
            _ => None,
        })
        .collect();
    let text = template_csv(&Template::Lists(&lists)).unwrap_or_default();
    let again = read_lists(text.as_bytes(), codes, &ListsOptions::default());
    assert_eq!(again.expect("what was written").entries, read.entries);
}));
