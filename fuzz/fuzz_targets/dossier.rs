//! Any bytes as a dossier and as a policy: read or refused. What is read completes a declaration, or
//! leaves it as it was, and a report comes of it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use unit_consumption::declaration::Declaration;
use unit_consumption::dossier::Dossier;
use unit_consumption::production::Record;
use unit_consumption::verify::Verifier;
use unit_consumption::{Policy, cases};

const SCRIPT: &str = "
    P1<M1*0.96 loss=4 intangible=1
    P1<M2*0.5 share=80
    P1<M1*1.087 v=2
    P2<M1*99999999 loss=99
    version P1 left=900 destroyed=2
    2026-02-01 P1:960-3 M1:1000~40@sort M2:480-1
    2026-03-01 P1:960 M1:1100~4 M2:480!breakage
    2026-03-02 P1:96 v=2 M1:110
    2026-03-03 P2:1 M1:1
";

static CASE: LazyLock<(Declaration, Vec<Record>)> =
    LazyLock::new(|| cases::read(SCRIPT).expect("it is a case"));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (mut declaration, records) = CASE.clone();
    let policy = Policy::from_json(text);
    let dossier = Dossier::from_json(text);
    if policy.is_err() && dossier.is_err() {
        return;
    }
    if let Ok(dossier) = dossier {
        let before = declaration.clone();
        if declaration.complete(dossier).is_err() {
            assert_eq!(declaration, before);
        }
    }
    let policy = policy.unwrap_or_else(|_| Policy::builtin());
    let mut verifier = Verifier::new(vec![declaration], policy);
    for record in &records {
        verifier.add(record);
    }
    serde_json::to_string(&verifier.report(None)).expect("a report is JSON");
});
