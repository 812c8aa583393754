//! Any bytes as a workbook: an entry or an error, never a panic.
#![no_main]

use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{ImportOptions, read_handbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = read_handbook(data, &Codes::builtin(), &ImportOptions::default());
});
