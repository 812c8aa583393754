//! The program that computes what the IC chain costs.

use std::process::Command;

#[test]
fn it_prints_the_refund_of_the_worked_example() {
    let output = Command::new(env!("CARGO_BIN_EXE_tax")).output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("= 0.693346, to 6 decimals"), "{printed}");
    assert!(
        printed.contains("335121.30 − at plan 327849.60 = 7271.70"),
        "{printed}"
    );
}
