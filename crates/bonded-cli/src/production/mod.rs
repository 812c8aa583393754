//! Production records (生产记录) from files and pipes, read as they stream by: a file of any length
//! takes the same memory.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use unit_consumption::production::{CsvReader, Record};

use crate::args::ProductionFormat;
use crate::console::Console;
use crate::error::Error;
use crate::journal::{self, Chunks};
use crate::text::grouped;

mod source; // A file is opened,
mod lines; // its lines are read,
mod problem; // or it is told why not.

use problem::Problem;
use source::Source;

/// The most bytes of one record on a line of JSON.
const LINE_BYTES_MAX: usize = 16 << 20;
/// How much of a CSV is read at once.
const PIECE_BYTES: usize = 256 << 10;
/// How many problems are told one by one; the rest is counted.
const TOLD_MAX: u64 = 100;

/// Where production records come from.
pub(crate) struct Production<'a> {
    files: &'a [PathBuf],
    /// `None`: each file says itself what it is.
    format: Option<ProductionFormat>,
    /// All of them together, where that is known.
    bytes: Option<u64>,
}

impl<'a> Production<'a> {
    /// Looks at the files before anything long is begun.
    pub(crate) fn of(
        files: &'a [PathBuf],
        format: Option<ProductionFormat>,
    ) -> Result<Production<'a>, Error> {
        let mut bytes = Some(0);
        for (at, path) in files.iter().enumerate() {
            if source::is_standard_input(path) && files[..at].contains(path) {
                let advice = "it can be read only once";
                return Err(Error::file(path, "standard input is named twice", advice));
            }
            // Every record would count twice, and what is missing would not show.
            let same = |it: &PathBuf| it.canonicalize().ok() == path.canonicalize().ok();
            if !source::is_standard_input(path) && files[..at].iter().any(same) {
                return Err(Error::file(
                    path,
                    "this file is named twice",
                    "name it once",
                ));
            }
            let size = source::check(path)?;
            bytes = bytes.zip(size).map(|(sum, it)| sum + it);
        }
        Ok(Production {
            files,
            format,
            bytes,
        })
    }

    /// Reads all of it; each record goes to the sink. Everything that is wrong is told.
    ///
    /// # Errors
    /// When something could not be read, or is no record: then what went to the sink is not all of it.
    pub(crate) fn read(
        &self,
        console: &mut Console<'_>,
        sink: &mut dyn FnMut(&Record),
    ) -> Result<(), Error> {
        let bar = match self.bytes {
            Some(_) => journal::progress(console, self.bytes, DOING),
            // Nobody knows yet whether it is long.
            None => ProgressBar::hidden(),
        };
        let mut reading = Reading {
            streams: self.bytes.is_none(),
            bar,
            console,
            sink,
            bytes: 0,
            records: 0,
            problems: 0,
        };
        for path in self.files {
            reading.source(Source::open(path, self.format)?)?;
        }
        reading.bar.finish_and_clear();
        let Reading {
            records, problems, ..
        } = reading;
        if problems > TOLD_MAX {
            let more = grouped(problems - TOLD_MAX);
            console.problem(format_args!("and {more} more"));
        }
        match (problems, records) {
            (0, 0) => {
                let names: Vec<String> = self.files.iter().map(|it| source::name(it)).collect();
                Err(Error::no_records(names.join(", ")))
            }
            (0, _) => Ok(()),
            (problems, _) => Err(Error::records(problems)),
        }
    }
}

/// What the progress bar says.
const DOING: &str = "reading production";

/// What has been read so far, and where it goes.
struct Reading<'r, 'c> {
    console: &'r mut Console<'c>,
    sink: &'r mut dyn FnMut(&Record),
    bar: ProgressBar,
    /// Its length is not known.
    streams: bool,
    bytes: u64,
    records: u64,
    problems: u64,
}

impl Reading<'_, '_> {
    fn source(&mut self, mut source: Source<'_>) -> Result<(), Error> {
        let path = source.path;
        let unread = |it| Error::io(path, "read", it);
        match source.format {
            ProductionFormat::Jsonl => {
                for chunk in Chunks::new(source.reader, LINE_BYTES_MAX) {
                    let chunk = chunk.map_err(unread)?;
                    lines::records(&chunk, &mut |read| self.take(path, read));
                    self.advance(chunk.bytes());
                }
            }
            ProductionFormat::Csv => {
                let mut reader = CsvReader::new();
                let mut piece = vec![0; PIECE_BYTES];
                loop {
                    let read = source.read(&mut piece).map_err(unread)?;
                    if read == 0 {
                        break;
                    }
                    let mut take = |read: Result<Record, _>| {
                        self.take(path, read.map_err(Problem::Record));
                    };
                    reader.feed(&piece[..read], &mut take);
                    self.advance(read as u64);
                }
                reader.finish(&mut |read| self.take(path, read.map_err(Problem::Record)));
            }
        }
        Ok(())
    }

    fn take(&mut self, path: &Path, read: Result<Record, Problem>) {
        match read {
            Ok(record) => {
                self.records += 1;
                // Nothing is reported once something is wrong: it is only looked for more.
                if self.problems == 0 {
                    (self.sink)(&record);
                }
            }
            Err(problem) => {
                self.problems += 1;
                if self.problems <= TOLD_MAX {
                    let name = source::name(path);
                    let console = &mut *self.console;
                    self.bar
                        .suspend(|| console.problem(format_args!("{name}, {problem}")));
                }
            }
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.bytes += bytes;
        let long = self.bytes >= journal::WORTH_A_BAR;
        if self.streams && long && self.console.progress && self.bar.is_hidden() {
            self.bar = journal::progress(self.console, None, DOING);
        }
        if !self.bar.is_hidden() {
            self.bar.set_position(self.bytes);
            let records = grouped(self.records);
            self.bar.set_message(format!("{DOING}, {records} records,"));
        }
    }
}
