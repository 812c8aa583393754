//! A journal that is appended to.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::seal::{self, Seal, SealFile};
use super::tail::{self, Tail};
use super::undo::{self, Undo};
use crate::console::Console;
use crate::error::Error;
use crate::text::counted;

/// How often a lock that somebody else holds is asked for.
const LOCK_ASKED_EVERY: Duration = Duration::from_millis(20);
/// After how long we say that we wait.
const LOCK_SILENCE: Duration = Duration::from_millis(500);

/// A journal file that is locked for appending, at the length up to which it counts.
#[derive(Debug)]
pub(crate) struct Journal {
    /// As the user calls it.
    path: PathBuf,
    /// As everybody calls it: the file beside it must be found by whatever name it is called.
    canonical: PathBuf,
    file: File,
    /// Everything before it was acknowledged, or was here when we came.
    good: u64,
    /// What stands behind it and is left of a write that broke off.
    torn: u64,
    /// The last line wants its line end first.
    unended: bool,
    /// The hashes beside it, once its records are known.
    seal: Option<SealFile>,
}

/// Why entries could not be appended.
#[derive(Debug)]
pub(crate) struct AppendError {
    /// What the system says.
    pub(crate) source: io::Error,
    /// The journal is as long as before. Else what was written may still stand in it.
    pub(crate) undone: bool,
}

impl Journal {
    /// Opens a journal, or creates it, and waits for its lock.
    pub(crate) fn open(
        path: &Path,
        wait: Duration,
        console: &mut Console<'_>,
    ) -> Result<Journal, Error> {
        let (file, existed) = loop {
            let existed = check_is_file(path)?;
            let options = OpenOptions::new()
                .read(true)
                .append(true)
                .create(true)
                .clone();
            let file = options
                .open(path)
                .map_err(|it| Error::io(path, "opened for appending", it))?;
            lock(path, &file, wait, console)?;
            // While we waited, somebody may have put another file in its place.
            if is_still(path, &file) {
                break (file, existed);
            }
        };
        let canonical = path
            .canonicalize()
            .map_err(|it| Error::io(path, "found", it))?;
        if !existed {
            undo::sync_folder(&canonical).map_err(|it| Error::io(path, "made durable", it))?;
        }
        let mut journal = Journal {
            path: path.to_owned(),
            canonical,
            file,
            good: 0,
            torn: 0,
            unended: false,
            seal: None,
        };
        journal.undo_broken_run(console)?;
        journal.look_at_tail()?;
        Ok(journal)
    }

    /// Goes back to where an atomic run began that did not come to its end. As we hold the lock,
    /// nobody is in the middle of it.
    fn undo_broken_run(&mut self, console: &mut Console<'_>) -> Result<(), Error> {
        let undo = undo::read(&self.canonical);
        let undo = undo.map_err(|it| Error::io(&undo::path_of(&self.path), "read", it))?;
        let length = self.length()?;
        match undo {
            Undo::None => return Ok(()),
            Undo::To(to) if to < length => {
                let failed = |it| Error::io(&self.path, "cut", it);
                self.file.set_len(to).map_err(failed)?;
                self.file.sync_all().map_err(failed)?;
                console.warn(format_args!(
                    "{}: an --atomic run broke off in the middle; its {} bytes were taken back, post \
                     the same files again",
                    self.path.display(),
                    length - to
                ));
            }
            Undo::To(_) | Undo::Unfinished => {}
        }
        let failed = |it| Error::io(&undo::path_of(&self.path), "removed", it);
        undo::remove(&self.canonical).map_err(failed)
    }

    fn look_at_tail(&mut self) -> Result<(), Error> {
        let length = self.length()?;
        let tail = tail::look(&mut self.file, length);
        (self.good, self.torn, self.unended) =
            match tail.map_err(|it| Error::io(&self.path, "read", it))? {
                Tail::Ended => (length, 0, false),
                Tail::Whole => (length, 0, true),
                Tail::Torn {
                    like_an_entry: false,
                    ..
                } => return Err(not_a_journal(&self.path)),
                Tail::Torn { at, .. } => (at, length - at, false),
            };
        Ok(())
    }

    fn length(&self) -> Result<u64, Error> {
        let metadata = self.file.metadata();
        Ok(metadata
            .map_err(|it| Error::io(&self.path, "read", it))?
            .len())
    }

    /// As the user calls it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// As everybody calls it.
    pub(crate) fn canonical(&self) -> &Path {
        &self.canonical
    }

    /// From here on each record that is appended gets its hash beside the journal. An error where a
    /// record is not the one that was posted: nothing is appended behind it.
    pub(crate) fn seal(&mut self, seal: Seal, console: &mut Console<'_>) -> Result<(), Error> {
        if let Some(line) = seal.damaged() {
            let found = format!("line {line} is no hash, and hashes stand behind it");
            let advice = "nothing is appended to the journal; restore the file from a copy, or, if \
                          you know why, remove it";
            return Err(Error::file(&seal::path_of(&self.path), found, advice));
        }
        if let Some((position, line)) = seal.changed() {
            let found = format!(
                "record {position} (line {line}) is not the one that was posted: it, or one before \
                 it, was changed, removed, inserted or moved"
            );
            let advice = format!(
                "nothing is appended to it; restore it from a copy, or, if the change is meant, \
                 remove {}",
                seal::path_of(&self.path).display()
            );
            return Err(Error::file(&self.path, found, advice));
        }
        if seal.missing() > 0 {
            console.warn(format_args!(
                "{}: {} at the end, acknowledged before, {} not there any more (the file was cut, or \
                 an older copy put in its place); post them again; their hashes are kept in {}",
                self.path.display(),
                counted(seal.missing(), "record", "records"),
                if seal.missing() == 1 { "is" } else { "are" },
                seal::lost_path_of(&self.path).display()
            ));
        }
        if seal.unsealed() > 0 {
            console.warn(format_args!(
                "{}: {} at the end had no hash beside the journal and {} taken as found (written by \
                 hand, or the machine stopped)",
                self.path.display(),
                counted(seal.unsealed(), "record", "records"),
                if seal.unsealed() == 1 { "is" } else { "are" },
            ));
        }
        let unsealed = |it| Error::io(&seal::path_of(&self.path), "written", it);
        self.seal = Some(seal.open(&self.canonical).map_err(unsealed)?);
        Ok(())
    }

    /// Up to where it counts.
    pub(crate) fn good(&self) -> u64 {
        self.good
    }

    /// Cuts what a broken write left. Done only once everything before it has been read: a file that
    /// is no journal must not lose a byte.
    pub(crate) fn cut_torn(
        &mut self,
        acknowledged: bool,
        console: &mut Console<'_>,
    ) -> Result<(), Error> {
        if self.torn == 0 {
            return Ok(());
        }
        let failed = |it| Error::io(&self.path, "cut", it);
        self.file.set_len(self.good).map_err(failed)?;
        self.file.sync_all().map_err(failed)?;
        // What the hashes beside it know of is told with them.
        let told = match acknowledged {
            true => "",
            false => " (the entry had not been acknowledged, post it again)",
        };
        console.warn(format_args!(
            "{}: the last line was cut off in the middle of a write; its {} bytes were removed{told}",
            self.path.display(),
            self.torn
        ));
        self.torn = 0;
        Ok(())
    }

    /// Appends whole lines and waits until they are on the disk.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<(), AppendError> {
        if lines.is_empty() {
            return Ok(());
        }
        self.append_unsealed(lines)?;
        self.add_hashes(lines);
        Ok(())
    }

    fn append_unsealed(&mut self, lines: &[u8]) -> Result<(), AppendError> {
        let written = self.write(lines).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.good += lines.len() as u64 + u64::from(self.unended);
                self.unended = false;
                Ok(())
            }
            Err(source) => Err(self.taken_back(source)),
        }
    }

    /// The records are there and acknowledged. Hashes that cannot be written are made by the next run.
    fn add_hashes(&mut self, lines: &[u8]) {
        if self.seal.as_mut().is_some_and(|it| it.add(lines).is_err()) {
            self.seal = None;
        }
    }

    /// Appends whole lines so that they are there all or none, even if the machine stops.
    pub(crate) fn append_atomically(&mut self, lines: &[u8]) -> Result<(), AppendError> {
        if lines.is_empty() {
            return Ok(());
        }
        if let Err(source) = undo::write(&self.canonical, self.good) {
            // Nothing was appended; what is left of the file says nothing, or the present length.
            let _ = undo::remove(&self.canonical);
            return Err(AppendError {
                source,
                undone: true,
            });
        }
        let (good, unended) = (self.good, self.unended);
        let mut appended = self.append_unsealed(lines);
        if let Err(AppendError { undone: false, .. }) = appended {
            // The file beside stays: who comes next goes back to the old length.
            return appended;
        }
        if let Err(source) = undo::remove(&self.canonical) {
            // As long as the file may be there, the lines are not.
            (self.good, self.unended) = (good, unended);
            appended = Err(self.taken_back(source));
        }
        if appended.is_ok() {
            self.add_hashes(lines);
        }
        appended
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.unended {
            self.file.write_all(b"\n")?;
        }
        self.file.write_all(lines)
    }

    fn taken_back(&mut self, source: io::Error) -> AppendError {
        let cut = self
            .file
            .set_len(self.good)
            .and_then(|()| self.file.sync_all());
        let undone = cut.is_ok();
        AppendError { source, undone }
    }
}

/// Whether there is such a file; an error for what can never be a journal.
pub(super) fn check_is_file(path: &Path) -> Result<bool, Error> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(metadata) => {
            let found = if metadata.is_dir() {
                "this is a directory"
            } else {
                "this is a device"
            };
            let advice = "expected a journal file, such as books.jsonl";
            Err(Error::file(path, found, advice))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io(path, "opened", error)),
    }
}

pub(super) fn not_a_journal(path: &Path) -> Error {
    let found = "its last line is neither an entry nor the beginning of one";
    let advice = "check that it is a journal; nothing was changed";
    Error::file(path, found, advice)
}

/// Whether a name still means the file that was opened by it.
#[cfg(unix)]
fn is_still(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |it: std::fs::Metadata| (it.dev(), it.ino());
    match (std::fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(opened)) => identity(named) == identity(opened),
        _ => false,
    }
}

/// Elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn is_still(_: &Path, _: &File) -> bool {
    true
}

fn lock(path: &Path, file: &File, wait: Duration, console: &mut Console<'_>) -> Result<(), Error> {
    let began = Instant::now();
    let mut said = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(Error::io(path, "locked", error)),
            Err(TryLockError::WouldBlock) => {}
        }
        let waited = began.elapsed();
        if waited >= wait {
            let found = format!(
                "another process has been posting to it for {} s",
                wait.as_secs()
            );
            let advice = "wait until it is done and post again, or wait longer with --wait SECONDS; \
                          nothing was posted";
            return Err(Error::file(path, found, advice));
        }
        if !said && waited >= LOCK_SILENCE {
            let seconds = wait.as_secs();
            console.note(format_args!(
                "waiting for {}: another process is posting to it (at most {seconds} s)",
                path.display()
            ));
            said = true;
        }
        std::thread::sleep(LOCK_ASKED_EVERY);
    }
}
