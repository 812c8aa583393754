//! The README shows the first example as it is, and what it prints.

use std::process::Command;

fn read(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap()
}

#[test]
fn the_readme_shows_the_first_example() {
    let (readme, example) = (read("README.md"), read("examples/src/bin/first.rs"));
    let block = readme
        .split("```rust\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    for line in block.lines().map(str::trim).filter(|it| !it.is_empty()) {
        assert!(
            example.lines().any(|it| it.trim() == line),
            "not in the example: {line}"
        );
    }
    let (from, to) = ("    let fab", "    Ok(())");
    let body = &example[example.find(from).unwrap()..example.find(to).unwrap()];
    for line in body.lines().map(str::trim).filter(|it| !it.is_empty()) {
        assert!(
            block.lines().any(|it| it.trim() == line),
            "not in the README: {line}"
        );
    }
}

#[test]
fn the_readme_shows_what_it_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_first")).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(read("README.md").contains(&printed), "{printed}");
}
