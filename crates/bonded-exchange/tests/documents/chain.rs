//! The seeds' IC chain goes out whole: every list, every handbook, every closure, without a problem.

use bonded_exchange::documents;
use bonded_exchange::values::plain_decimal;
use bonded_exchange::{FiledList, Severity};

use super::*;

fn only_warnings(document: &Document, known: &[&str]) {
    for warning in &document.warnings {
        assert_eq!(warning.severity, Severity::Warning);
        assert!(known.contains(&warning.code), "{}: {warning}", warning.code);
    }
}

#[test]
fn every_list_goes_out() {
    let world = world(CHAIN.lines());
    let mut written = 0;
    for list in world.on_file.lists() {
        let number = list.declared.number.as_str();
        let given = particulars(&[list.declared.mode.as_str(), number]);
        for options in [client(number), customs(number)] {
            let document = sound(documents::list(&world.on_file, number, &given, &options));
            only_warnings(&document, &["price_as_filed"]);
            agrees(list, &document);
            written += 1;
        }
    }
    assert_eq!(written, 2 * 199);
}

/// What the ledger knows stands in it as the journal has it.
fn agrees(list: &FiledList, document: &Document) {
    let (head, line) = match document.message.dialect() {
        bonded_exchange::Dialect::Client => ("InvtHeadType", "InvtListType"),
        bonded_exchange::Dialect::Customs => ("BondInvtBsc", "BondInvtDt"),
    };
    let head = first(document, head);
    assert_eq!(head.get("PutrecNo"), Some(list.declared.handbook.as_str()));
    assert_eq!(head.get("SupvModecd"), Some(list.declared.mode.as_str()));
    assert_eq!(head.get("BondInvtNo"), list.customs_number.as_deref());
    let other = list.declared.counterpart.as_ref();
    let other = other.map(|it| it.handbook.to_string());
    assert_eq!(head.get("RltPutrecNo").map(str::to_owned), other);
    let lines: Vec<&Record> = document.message.records(line).collect();
    assert_eq!(lines.len(), list.declared.lines.len());
    for (record, line) in lines.iter().zip(&list.declared.lines) {
        let quantity = line.presented().map_or(line.quantity, |it| it.quantity);
        assert_eq!(record.get("DclQty"), Some(quantity.to_string().as_str()));
        assert_eq!(
            record.get("PutrecSeqno"),
            Some(line.seq.to_string().as_str())
        );
        if let Some(amount) = line.details.as_ref().and_then(|it| it.amount.as_ref()) {
            let amount = plain_decimal(&amount.to_string());
            assert_eq!(record.get("DclTotalAmt").map(str::to_owned), amount);
        }
    }
}

#[test]
fn every_handbook_and_every_closure_goes_out() {
    let world = world(CHAIN.lines());
    for book in world.on_file.handbooks() {
        let number = book.opened.number;
        let given = particulars(&[number.as_str()]);
        for options in [client(number.as_str()), customs(number.as_str())] {
            only_warnings(&sound(documents::handbook(book, &given, &options)), &[]);
        }
        let report = world.ledger.closure_report(number).expect("a handbook");
        let closure = documents::closure(&report, &given, &customs(number.as_str()));
        let document = sound(closure);
        only_warnings(&document, &[]);
        let zero = |it: &Record| it.get("remainMtpckQty") == Some("0");
        assert!(document.message.records("EmlChgoffMtpck").all(zero));
    }
}

#[test]
fn every_carry_over_goes_out_with_both_sides() {
    let world = world(CHAIN.lines());
    let mut written = 0;
    for list in world.on_file.lists() {
        if list.declared.counterpart.is_none() {
            continue;
        }
        let number = list.declared.number.as_str();
        let given = Particulars::default();
        let document = documents::carry_over(&world.on_file, number, &given, &customs(number));
        let document = sound(document);
        only_warnings(&document, &[]);
        let sum = |mark: &str| {
            let lines = document.message.records("RotateDclDt");
            lines
                .filter(|it| it.get("trfinTrfoutMarkcd") == Some(mark))
                .count()
        };
        assert_eq!(sum("I"), sum("E"));
        written += 1;
    }
    assert_eq!(written, 2 * (20 + 20 + 31));
}
