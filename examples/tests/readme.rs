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

#[test]
fn the_second_run_finds_what_the_first_has_posted() {
    let file = std::env::temp_dir().join(format!("bonded-durable-{}.db", std::process::id()));
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_durable"));
        let output = command.arg(&file).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let (first, second) = (run(), run());
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    assert!(first.starts_with("0 entries were there"), "{first}");
    assert!(second.starts_with("4 entries were there"), "{second}");
    assert_eq!(second.matches("posted before").count(), 4);
    let head = |it: &str| {
        it.lines()
            .find(|it| it.starts_with("head "))
            .map(str::to_owned)
    };
    assert_eq!(head(&first), head(&second));
}
