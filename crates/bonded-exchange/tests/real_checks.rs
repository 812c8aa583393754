//! Real lists, checked as they were sent: what is said of them is said for a reason. They lie in the
//! folder that `BONDED_SAMPLES` names; without it the test says that it skips.

use std::collections::BTreeSet;
use std::path::Path;

use bonded_exchange::check::{self, Context, Purpose};
use bonded_exchange::codes::Codes;
use bonded_exchange::{Message, Severity};

#[test]
fn real_lists_have_few_problems() {
    let Some(folder) = std::env::var_os("BONDED_SAMPLES") else {
        println!("SKIPPED real lists: BONDED_SAMPLES names no folder");
        return;
    };
    let codes = Codes::builtin();
    for name in [
        "zylee_INV101_import_Z8.xml",
        "zylee_INV101_export_Z8_cbec.xml",
    ] {
        let bytes = std::fs::read(Path::new(&folder).join("samples/inv").join(name));
        let message = Message::read(&bytes.expect("readable")).expect("a message");
        let day = bonded_ledger::parse_date("2019-04-10").expect("a day");
        let mut context = Context::new(day, &codes);
        context.purpose = Some(Purpose::Declare);
        let problems = check::message(&message, &context);
        for it in &problems {
            println!("{name} {:?} {}: {it}", it.severity, it.code);
        }
        let errors = problems.iter().filter(|it| it.severity == Severity::Error);
        let errors: BTreeSet<&str> = errors.map(|it| it.code).collect();
        // Fields that the client came to ask for after 2019, or that a tester left out.
        let known = [
            "required_to_declare",
            "required_to_save",
            "declaration_type_missing",
            "corresponding_missing",
            "list_type_flags",
        ];
        assert!(
            errors.iter().all(|it| known.contains(it)),
            "{name}: {errors:?}"
        );
    }
}
