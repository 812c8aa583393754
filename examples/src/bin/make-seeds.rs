//! Writes the journals of `seeds/`; with `--check` compares them and fails when one is stale.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use examples::seeds::{self, SeedFile};

fn main() -> ExitCode {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("unknown argument {other:?}; usage: make-seeds [--check]");
            return ExitCode::from(2);
        }
    };
    let mut failed = false;
    for file in seeds::all() {
        let path = root().join(&file.path);
        let done = if check {
            compare(&path, &file)
        } else {
            write(&path, &file)
        };
        match done {
            Ok(()) => println!("{}", file.path),
            Err(error) => {
                eprintln!("{}: {error}", file.path);
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn write(path: &Path, file: &SeedFile) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, &file.content))
        .map_err(|error| error.to_string())
}

fn compare(path: &Path, file: &SeedFile) -> Result<(), String> {
    match std::fs::read_to_string(path) {
        Ok(found) if found == file.content => Ok(()),
        Ok(_) => Err("stale; run cargo run -p examples --bin make-seeds".into()),
        Err(error) => Err(error.to_string()),
    }
}
