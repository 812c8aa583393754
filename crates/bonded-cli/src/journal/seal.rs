//! The hashes beside a journal: `<journal>.chain` has one line for each record that was posted, the
//! BLAKE3 hash of the record and all before it. With it `bonded verify` names the first record that
//! was changed, removed, inserted or moved.
//!
//! A hash is written once its record is on the disk, so the file may lack the last ones, and never has
//! one of a record that was not acknowledged. Records without a hash (written by hand, or before a
//! machine stopped) are taken as they are, and get theirs by the next `bonded post`.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bonded_store::{Hash, Head};

/// 64 digits and the line end.
const LINE: usize = 65;

/// `<journal>.chain`.
pub(crate) fn path_of(journal: &Path) -> PathBuf {
    with(journal, ".chain")
}

/// `<journal>.chain.lost`: hashes of records that were acknowledged and are not there any more.
pub(crate) fn lost_path_of(journal: &Path) -> PathBuf {
    with(journal, ".chain.lost")
}

fn with(journal: &Path, suffix: &str) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Compares records with the hashes that were kept.
#[derive(Debug, Default)]
pub(crate) struct Seal {
    kept: Vec<Hash>,
    /// Of the records that were read.
    head: Head,
    /// The number of the first record that is not the one that was posted, and its line.
    changed: Option<(u64, u64)>,
    /// Hashes of records that have none yet.
    unsealed: Vec<Hash>,
    damaged: Option<u64>,
    lost: u64,
    /// There is such a file.
    began: bool,
    /// A head that was kept elsewhere is looked for,
    wanted: Option<Head>,
    /// and this stands in its place.
    seen: Option<Head>,
}

impl Seal {
    /// What is kept beside a journal; nothing where there is no such file.
    pub(crate) fn read(journal: &Path) -> io::Result<Seal> {
        let text = read_or_nothing(&path_of(journal))?;
        let hashes: Vec<Option<Hash>> = text
            .as_deref()
            .unwrap_or_default()
            .chunks(LINE)
            .map(hash)
            .collect();
        // What a machine left that stopped in the middle of a write is no hash: cut off, with none
        // behind it, or zeros where a page did not reach the disk before a later one. Anything else
        // in front of a hash is damage.
        let whole = hashes.iter().position(Option::is_none);
        let whole = whole.unwrap_or(hashes.len());
        let zeros = text
            .iter()
            .flat_map(|it| it.chunks(LINE).nth(whole))
            .any(|it| it.contains(&0));
        let damaged = !zeros && hashes[whole..].iter().any(Option::is_some);
        let kept: Vec<Hash> = hashes.into_iter().map_while(|it| it).collect();
        let lost = read_or_nothing(&lost_path_of(journal))?.unwrap_or_default();
        let lost = lost.chunks(LINE).filter_map(hash);
        let there: HashSet<Hash> = kept.iter().copied().collect();
        Ok(Seal {
            damaged: damaged.then_some(whole as u64 + 1),
            lost: lost.filter(|it| !there.contains(it)).count() as u64,
            began: text.is_some(),
            kept,
            ..Seal::default()
        })
    }

    /// The first line of the file that is no hash though hashes are behind it.
    pub(crate) fn damaged(&self) -> Option<u64> {
        self.damaged
    }

    /// Records that were acknowledged once, were missing later, and are not there again.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// Records that have no hash, though others have.
    pub(crate) fn unsealed(&self) -> u64 {
        match self.began {
            true => self.unsealed.len() as u64,
            false => 0,
        }
    }

    /// Looks for a head that was kept elsewhere.
    pub(crate) fn wanting(mut self, head: Option<Head>) -> Seal {
        self.wanted = head;
        self.seen = head.filter(|it| it.position == 0).map(|_| self.head);
        self
    }

    /// What stands where the wanted head should, where it does not.
    pub(crate) fn not_wanted(&self) -> Option<(Head, Option<Head>)> {
        let wanted = self.wanted?;
        (self.seen != Some(wanted)).then_some((wanted, self.seen))
    }

    /// The next record, and the line it stands in.
    pub(crate) fn record(&mut self, record: &[u8], line: u64) {
        self.head = self.head.followed_by(record.trim_ascii());
        if self
            .wanted
            .is_some_and(|it| it.position == self.head.position)
        {
            self.seen = Some(self.head);
        }
        match self.kept.get(self.head.position as usize - 1) {
            Some(kept) if *kept != self.head.hash => {
                self.changed.get_or_insert((self.head.position, line));
            }
            Some(_) => {}
            None => self.unsealed.push(self.head.hash),
        }
    }

    /// The head of what was read.
    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// How many hashes were kept.
    pub(crate) fn kept(&self) -> u64 {
        self.kept.len() as u64
    }

    /// The number of the first record that is not the one that was posted, and its line.
    pub(crate) fn changed(&self) -> Option<(u64, u64)> {
        self.changed
    }

    /// How many records were posted and do not stand at the end any more.
    pub(crate) fn missing(&self) -> u64 {
        self.kept().saturating_sub(self.head.position)
    }

    /// Opens the file to add to it, with a hash for each record that was read. Hashes of records that
    /// are missing at the end go into a file of their own, so that the loss stays evident.
    pub(crate) fn open(self, journal: &Path) -> io::Result<SealFile> {
        let read = (self.head.position as usize).min(self.kept.len());
        if let lost @ [_, ..] = &self.kept[read..] {
            let options = OpenOptions::new().append(true).create(true).clone();
            let mut file = options.open(lost_path_of(journal))?;
            file.write_all(&lines(lost.iter().copied()))?;
            file.sync_all()?;
        }
        let options = OpenOptions::new().append(true).create(true).clone();
        let file = options.open(path_of(journal))?;
        file.set_len((read * LINE) as u64)?;
        let mut opened = SealFile {
            file,
            head: self.head,
        };
        opened.file.write_all(&lines(self.unsealed.into_iter()))?;
        opened.file.sync_all()?;
        super::undo::sync_folder(journal)?;
        Ok(opened)
    }
}

fn read_or_nothing(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn hash(line: &[u8]) -> Option<Hash> {
    let digits = line.strip_suffix(b"\n")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn lines(hashes: impl Iterator<Item = Hash>) -> Vec<u8> {
    hashes
        .flat_map(|it| format!("{it}\n").into_bytes())
        .collect()
}

/// The file of hashes, to be added to.
#[derive(Debug)]
pub(crate) struct SealFile {
    file: File,
    head: Head,
}

impl SealFile {
    /// Adds the hashes of records that are on the disk: lines, each with its end. Not waited for: what
    /// the disk loses of them is made again.
    pub(crate) fn add(&mut self, records: &[u8]) -> io::Result<()> {
        let mut hashes = Vec::new();
        for record in records.split(|it| *it == b'\n') {
            let record = record.trim_ascii();
            if !record.is_empty() {
                self.head = self.head.followed_by(record);
                hashes.push(self.head.hash);
            }
        }
        self.file.write_all(&lines(hashes.into_iter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &Path, records: &[&str]) -> Seal {
        let mut seal = Seal::read(&folder.join("b.jsonl")).expect("read");
        for (at, record) in records.iter().enumerate() {
            seal.record(record.as_bytes(), at as u64 + 1);
        }
        seal
    }

    #[test]
    fn the_first_changed_record_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = folder.path().join("b.jsonl");
        let mut file = read(folder.path(), &[]).open(&journal).expect("opened");
        file.add(b"a\nb\n").expect("added");
        file.add(b"c\nd\n").expect("added");
        let of = |records: &[&str]| {
            let seal = read(folder.path(), records);
            (
                seal.changed().map(|it| it.0),
                seal.missing(),
                seal.unsealed.len(),
            )
        };
        assert_eq!(of(&["a", "b", "c", "d"]), (None, 0, 0));
        assert_eq!(of(&["a", "b", "c", "d", "e"]), (None, 0, 1));
        assert_eq!(of(&["a", "b"]), (None, 2, 0));
        assert_eq!(of(&["a", "X", "c", "d"]).0, Some(2));
        assert_eq!(of(&["a", "c", "d"]).0, Some(2), "removed");
        assert_eq!(of(&["a", "b", "X", "c", "d"]).0, Some(3), "inserted");
        assert_eq!(of(&["a", "c", "b", "d"]).0, Some(2), "moved");
        assert_eq!(of(&["a", "b", "c", "X"]).0, Some(4));
    }

    #[test]
    fn what_a_broken_write_left_is_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = folder.path().join("b.jsonl");
        let mut file = read(folder.path(), &[]).open(&journal).expect("opened");
        file.add(b"a\nb\nc\n").expect("added");
        let whole = fs::read(path_of(&journal)).expect("read");
        for cut in 0..=whole.len() {
            for tail in [&b""[..], &[0; 70]] {
                let text = [&whole[..cut], tail].concat();
                fs::write(path_of(&journal), text).expect("written");
                let seal = read(folder.path(), &["a", "b", "c"]);
                assert_eq!((seal.changed(), seal.missing()), (None, 0), "cut at {cut}");
                seal.open(&journal).expect("opened");
                assert_eq!(fs::read(path_of(&journal)).expect("read"), whole);
            }
        }
    }

    #[test]
    fn a_page_that_did_not_reach_the_disk_is_no_damage_and_a_letter_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = folder.path().join("b.jsonl");
        let mut file = read(folder.path(), &[]).open(&journal).expect("opened");
        file.add(b"a\nb\nc\nd\n").expect("added");
        let whole = fs::read(path_of(&journal)).expect("read");
        let with = |byte: u8| {
            let mut text = whole.clone();
            text[70..150].fill(byte);
            fs::write(path_of(&journal), text).expect("written");
            read(folder.path(), &["a", "b", "c", "d"])
        };
        assert_eq!(with(b'g').damaged(), Some(2));
        let seal = with(0);
        assert_eq!((seal.damaged(), seal.kept(), seal.unsealed()), (None, 1, 3));
        seal.open(&journal).expect("opened");
        assert_eq!(fs::read(path_of(&journal)).expect("read"), whole);
    }

    #[test]
    fn a_loss_stays_evident() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = folder.path().join("b.jsonl");
        let mut file = read(folder.path(), &[]).open(&journal).expect("opened");
        file.add(b"a\nb\nc\n").expect("added");
        let lost = Head::EMPTY.followed_by("a").followed_by("b").hash;
        let mut file = read(folder.path(), &["a"]).open(&journal).expect("opened");
        file.add(b"X\n").expect("added");
        let kept = fs::read_to_string(lost_path_of(&journal)).expect("kept");
        assert!(kept.starts_with(&lost.to_string()) && kept.lines().count() == 2);
        assert_eq!(read(folder.path(), &["a", "X"]).changed(), None);
    }
}
