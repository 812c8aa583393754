//! What the tests of the command line share: a folder, the real program, and small journals.
#![allow(dead_code, reason = "every test file takes what it needs")]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

pub(crate) mod crash;
pub(crate) mod production;

/// The handbook of most tests.
pub(crate) const BOOK: &str = "C222626A0001";

/// A folder of its own, where the program runs.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path(name)).expect("read")).expect("UTF-8")
    }

    /// A folder with a journal in it.
    pub(crate) fn with_journal(lines: &[Value]) -> Folder {
        let folder = Folder::new();
        folder.write("books.jsonl", jsonl(lines));
        folder
    }

    /// The program, to be run here.
    pub(crate) fn bonded<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bonded"));
        command
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .args(args);
        command
    }

    /// Runs a command line, split at blanks.
    pub(crate) fn run(&self, line: &str) -> Ran {
        Ran(self
            .bonded(line.split_whitespace())
            .output()
            .expect("it runs"))
    }

    /// The same, with standard input.
    pub(crate) fn run_with(&self, line: &str, input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.bonded(line.split_whitespace());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.as_ref().to_vec();
        let writer = std::thread::spawn(move || {
            // Who does not read to the end closes the pipe.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("written");
        Ran(output)
    }
}

/// What came of it.
pub(crate) struct Ran(pub(crate) Output);

impl Ran {
    pub(crate) fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("UTF-8")
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("UTF-8")
    }

    pub(crate) fn status(&self) -> Option<i32> {
        self.0.status.code()
    }

    /// Answers, one a line.
    pub(crate) fn answers(&self) -> Vec<Value> {
        let parse = |it: &str| serde_json::from_str(it).expect("JSON");
        self.out().lines().map(parse).collect()
    }

    /// `accepted`, `refused quota_exceeded`, …
    pub(crate) fn fates(&self) -> Vec<String> {
        let answers = self.answers();
        let fates = answers.iter().map(|it| {
            let code = it["error"]["code"].as_str().unwrap_or_default();
            format!("{} {code}", it["status"].as_str().expect("a status"))
                .trim()
                .to_owned()
        });
        fates.collect()
    }

    /// All of it, for a snapshot.
    pub(crate) fn transcript(&self) -> String {
        let mut text = self.out();
        for line in self.err().lines() {
            let _ = writeln!(text, "! {line}");
        }
        let _ = writeln!(
            text,
            "= {}",
            self.status().map_or("killed".into(), |it| it.to_string())
        );
        text
    }
}

pub(crate) fn jsonl(lines: &[Value]) -> String {
    lines.iter().map(|it| format!("{it}\n")).collect()
}

/// The nth id.
pub(crate) fn id(n: u64) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

pub(crate) fn entry(n: u64, date: &str, kind: &str, payload: Value) -> Value {
    let mut entry = json!({"id": id(n), "date": date, "entry": kind});
    let fields = entry.as_object_mut().expect("an object");
    fields.extend(payload.as_object().expect("an object").clone());
    entry
}

/// A handbook of one material (1,000 slices approved) and one product; 4 % are lost.
pub(crate) fn opening(n: u64, number: &str) -> Value {
    let party =
        json!({"uscc": "91350100M000100Y43", "customs_code": "3501900001", "name": "示例公司"});
    entry(
        n,
        "2026-01-05",
        "open_handbook",
        json!({"handbook": {
            "number": number, "trade": "imported_materials", "role": "wafer_fabrication",
            "operator": party, "processor": party,
            "valid_from": "2026-01-01", "valid_until": "2026-12-31",
            "consumption_declared": "before_export",
            "materials": [{"seq": 1, "code": "BW-200", "hs": "3818001900", "name": "裸晶圆", "unit": "020",
                           "quantity": "1000"}],
            "products": [{"seq": 1, "code": "PW-200", "hs": "8542390000", "name": "加工晶圆", "unit": "020"}],
            "consumptions": [{"product": 1, "material": 1, "net": "1", "tangible_loss": "4"}],
        }}),
    )
}

/// A list of one line; the direction and goods are those of the mode 0615.
pub(crate) fn list(n: u64, number: &str, direction: &str, quantity: &str) -> Value {
    let goods = if direction == "import" {
        "material"
    } else {
        "product"
    };
    entry(
        n,
        "2026-02-01",
        "declare_list",
        json!({"list": {
            "number": number, "handbook": BOOK, "direction": direction, "goods": goods, "mode": "0615",
            "lines": [{"line": 1, "seq": 1, "quantity": quantity}],
        }}),
    )
}

pub(crate) fn booked(n: u64, number: &str) -> Value {
    entry(n, "2026-02-03", "book_list", json!({"list": number}))
}

/// Opened, 1,000 in, 960 out: everything is consumed.
pub(crate) fn closable() -> Vec<Value> {
    vec![
        opening(1, BOOK),
        list(2, "L1", "import", "1000"),
        booked(3, "L1"),
        list(4, "L2", "export", "960"),
        booked(5, "L2"),
    ]
}

/// The same, but a list is pending and 100 remain.
pub(crate) fn not_closable() -> Vec<Value> {
    vec![
        opening(1, BOOK),
        list(2, "L1", "import", "1000"),
        booked(3, "L1"),
        list(4, "L2", "export", "864"),
        booked(5, "L2"),
        list(6, "L3", "export", "12.5"),
    ]
}

/// Many lists of one handbook, as entries that are accepted in any order.
pub(crate) fn lists(first: u64, count: u64) -> String {
    let lines = (first..first + count)
        .map(|n| format!("{}\n", list(n, &format!("L{n}"), "import", "0.00001")));
    lines.collect()
}

/// A page stays within 100 columns; 汉字 are two wide.
pub(crate) fn assert_legible(page: &str) {
    for line in page.lines() {
        let columns: usize = line
            .chars()
            .map(|it| if it >= '\u{2e80}' { 2 } else { 1 })
            .sum();
        assert!(columns <= 100, "{columns} columns: {line}");
    }
}
