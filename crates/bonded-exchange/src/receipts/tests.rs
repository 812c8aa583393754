//! Receipts of our own making, written from the field tables.

pub(crate) mod books;
mod lists;
mod orders;
pub(crate) mod support;

/// The seeds of the fuzz target `receipt`, and the books that it reads against. `BONDED_WRITE=1` writes
/// them anew.
#[test]
fn the_seeds_of_the_fuzz_target_are_these_messages() {
    use books::Book;
    use support::{BOOK, List, open, package};
    let list = List::default();
    let change = List {
        change: 1,
        asked: "2",
        ..list.clone()
    };
    let deleted = List {
        asked: "3",
        status: "3",
        ..list.clone().deducted()
    };
    let book = Book {
        change: 1,
        valid: "2027-06-30",
        wafers: "1200",
        pause: "6",
        ..Book::default()
    };
    let closure = format!(
        "<HdeApprResult><businessId>{BOOK}</businessId><manageResult>5</manageResult>\
         <manageDate>2026-05-03 09:00:00</manageDate></HdeApprResult>"
    );
    let files = [
        ("seeds/receipt/inv101-client.xml", list.client()),
        ("seeds/receipt/inv101.xml", list.inv101()),
        (
            "seeds/receipt/inv201-pre-deducted.xml",
            list.inv201("4", "2026-03-01"),
        ),
        (
            "seeds/receipt/inv201-deducted.xml",
            list.clone().deducted().inv201("1", "2026-03-02"),
        ),
        (
            "seeds/receipt/inv201-changed.xml",
            change.inv201("1", "2026-03-05"),
        ),
        (
            "seeds/receipt/inv201-deleted.xml",
            deleted.inv201("1", "2026-03-06"),
        ),
        (
            "seeds/receipt/inv201-returned.xml",
            list.short("3", "2026-03-03"),
        ),
        ("seeds/receipt/inv211.xml", list.clone().deducted().inv211()),
        (
            "seeds/receipt/eml211.xml",
            book.message("EML211", "1", "2026-04-02 09:00:00"),
        ),
        (
            "seeds/receipt/eml241.xml",
            book.message("EML241", "1", "2026-04-03 09:00:00"),
        ),
        ("seeds/receipt/eml301.xml", book.copy()),
        ("seeds/receipt/eml221.xml", package("EML221", &closure)),
        ("fuzz_targets/receipt.jsonl", {
            let told = support::Desk::new().told(&list.inv101());
            format!("{}\n{}\n", open(BOOK), told.entries[0].line())
        }),
    ];
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz"));
    for (name, content) in files {
        let path = folder.join(name);
        if std::env::var_os("BONDED_WRITE").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, &content).expect("written");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(written, content, "{name}: BONDED_WRITE=1 writes it anew");
    }
}
