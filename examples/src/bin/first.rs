//! The first example: a handbook, an import, an export, a refusal, a balance.

use bonded_ledger::{Entry, Ledger};

const OPEN: &str = r#"{"id":"6f0f7b56-2d0c-4f0c-8f6a-0d3a4d6a9a01","date":"2026-01-05","entry":"open_handbook","handbook":{
  "number":"C222626A0001","trade":"imported_materials","valid_from":"2026-01-01","valid_until":"2026-12-31",
  "operator":{"uscc":"91310115000000019M","customs_code":"3122200001","name":"示例晶圆制造有限公司"},
  "processor":{"uscc":"91310115000000019M","customs_code":"3122200001","name":"示例晶圆制造有限公司"},
  "consumption_declared":"before_export",
  "materials":[{"seq":1,"code":"BW-200","hs":"3818001900","name":"裸晶圆","unit":"020","quantity":"1000"}],
  "products":[{"seq":1,"code":"PW-200","hs":"8542390000","name":"集成电路晶圆","unit":"020","quantity":"950"}],
  "consumptions":[{"product":1,"material":1,"net":"1","tangible_loss":"5"}]}}"#;
const IMPORT: &str = r#"{"id":"6f0f7b56-2d0c-4f0c-8f6a-0d3a4d6a9a02","date":"2026-01-12","entry":"declare_list","list":{
  "number":"IMPORT-01","handbook":"C222626A0001","direction":"import","goods":"material","mode":"0615",
  "lines":[{"line":1,"seq":1,"quantity":"1000"}]}}"#;
const EXPORT: &str = r#"{"id":"6f0f7b56-2d0c-4f0c-8f6a-0d3a4d6a9a03","date":"2026-03-02","entry":"declare_list","list":{
  "number":"EXPORT-01","handbook":"C222626A0001","direction":"export","goods":"product","mode":"0615",
  "lines":[{"line":1,"seq":1,"quantity":"912"}]}}"#;
const MORE: &str = r#"{"id":"6f0f7b56-2d0c-4f0c-8f6a-0d3a4d6a9a04","date":"2026-03-09","entry":"declare_list","list":{
  "number":"IMPORT-02","handbook":"C222626A0001","direction":"import","goods":"material","mode":"0615",
  "lines":[{"line":1,"seq":1,"quantity":"25"}]}}"#;
const DEDUCTED: [&str; 2] = [
    r#"{"id":"6f0f7b56-2d0c-4f0c-8f6a-0d3a4d6a9a05","date":"2026-01-14","entry":"book_list","list":"IMPORT-01"}"#,
    r#"{"id":"6f0f7b56-2d0c-4f0c-8f6a-0d3a4d6a9a06","date":"2026-03-04","entry":"book_list","list":"EXPORT-01"}"#,
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut ledger = Ledger::new();
    for line in [OPEN, IMPORT, EXPORT].into_iter().chain(DEDUCTED) {
        ledger.post(&Entry::from_json(line)?)?;
    }
    if let Err(refusal) = ledger.post(&Entry::from_json(MORE)?) {
        println!("refused ({}): {refusal}", refusal.code());
        for law in refusal.law() {
            println!("  {law}");
        }
    }
    let wafers = ledger
        .material("C222626A0001".parse()?, 1)
        .ok_or("no such material")?;
    println!(
        "{} in, {} consumed, {} remain",
        wafers.imported, wafers.consumed, wafers.remaining
    );
    Ok(())
}
