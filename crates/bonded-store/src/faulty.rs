//! A disk that fails by a seed, and a store on it: for tests of everything that stands above a store.
//!
//! The disk lies in memory. What was written is seen by everybody at once, as in the page cache of an
//! operating system, but it survives [`FaultyDisk::crash`] only if it was flushed; what was not may
//! survive whole, in part, torn inside, or in another order than it was written.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::batch::Batch;
use crate::error::{StoreError, StoreErrorKind};
use crate::hash::{Hash, Head};
use crate::store::{Snapshot, Store};

/// How often what goes wrong, in a thousand.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Faults {
    /// A write fails, and a part of it may have happened.
    pub torn_write: u32,
    /// A flush fails, and nobody knows what is on the medium.
    pub failed_flush: u32,
    /// A flush answers that all is well, and nothing was flushed. No store can survive this; that
    /// something is missing has to be evident.
    pub lying_flush: u32,
    /// A read gives less than was asked for.
    pub short_read: u32,
    /// A read fails.
    pub failed_read: u32,
}

/// Small, seeded, good enough (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that always fall in the same way.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    /// So often in a thousand.
    pub fn falls(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }
}

/// A disk that fails. Clones are handles of the same file on it.
#[derive(Clone, Debug)]
pub struct FaultyDisk {
    disk: Arc<Mutex<Disk>>,
}

#[derive(Debug)]
struct Disk {
    /// Survives a crash.
    durable: Vec<u8>,
    /// As everybody sees it.
    seen: Vec<u8>,
    /// What makes the difference, in order.
    pending: Vec<Change>,
    snapshot: Option<Snapshot>,
    /// Who may write, by number.
    locked_by: Option<u64>,
    doors: u64,
    dice: Dice,
    faults: Faults,
    capacity: usize,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(at, written) => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(written);
            }
            Change::Cut(length) => bytes.truncate(*length),
        }
    }
}

enum DiskError {
    Full,
    Failed(&'static str),
}

/// What a medium writes at once.
const SECTOR: usize = 64;

impl FaultyDisk {
    /// An empty file on a disk that fails by this seed.
    pub fn new(seed: u64, faults: Faults) -> FaultyDisk {
        FaultyDisk {
            disk: Arc::new(Mutex::new(Disk {
                durable: Vec::new(),
                seen: Vec::new(),
                pending: Vec::new(),
                snapshot: None,
                locked_by: None,
                doors: 0,
                dice: Dice::new(seed),
                faults,
                capacity: usize::MAX,
            })),
        }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it fails so often.
    pub fn set_faults(&self, faults: Faults) {
        self.disk().faults = faults;
    }

    /// From now on it has room for so many bytes.
    pub fn set_capacity(&self, bytes: usize) {
        self.disk().capacity = bytes;
    }

    /// How many bytes the file has, as everybody sees it.
    pub fn length(&self) -> usize {
        self.disk().seen.len()
    }

    /// The power goes: of what was not flushed anything may be there afterwards. Stores on it must be
    /// opened again.
    pub fn crash(&self) {
        let disk = &mut *self.disk();
        let mut survivors = Vec::new();
        for change in std::mem::take(&mut disk.pending) {
            match (disk.dice.below(3), change) {
                (0, _) => {}
                (1, Change::Write(at, bytes)) => {
                    // Sector by sector, some of them.
                    for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                        if disk.dice.below(2) == 0 {
                            survivors.push(Change::Write(at + number * SECTOR, sector.to_vec()));
                        }
                    }
                }
                (_, whole) => survivors.push(whole),
            }
        }
        while !survivors.is_empty() {
            let next = disk.dice.below(survivors.len() as u64) as usize;
            survivors.swap_remove(next).apply(&mut disk.durable);
        }
        disk.seen = disk.durable.clone();
        disk.locked_by = None;
    }

    /// Changes bytes behind everybody's back, as an intruder or a failing medium does.
    pub fn tamper(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let disk = &mut *self.disk();
        change(&mut disk.seen);
        disk.durable = disk.seen.clone();
        disk.pending.clear();
    }
}

impl Disk {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.pending.push(change);
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), DiskError> {
        if at + bytes.len() > self.capacity {
            let room = self.capacity.saturating_sub(at).min(bytes.len());
            self.change(Change::Write(at, bytes[..room].to_vec()));
            return Err(DiskError::Full);
        }
        if self.dice.falls(self.faults.torn_write) {
            let part = self.dice.below(bytes.len() as u64) as usize;
            self.change(Change::Write(at, bytes[..part].to_vec()));
            return Err(DiskError::Failed("the write failed"));
        }
        self.change(Change::Write(at, bytes.to_vec()));
        Ok(())
    }

    fn cut(&mut self, length: usize) {
        self.change(Change::Cut(length));
    }

    fn flush(&mut self) -> Result<(), DiskError> {
        if self.dice.falls(self.faults.failed_flush) {
            return Err(DiskError::Failed("the flush failed"));
        }
        if !self.dice.falls(self.faults.lying_flush) {
            self.durable = self.seen.clone();
            self.pending.clear();
        }
        Ok(())
    }

    fn read(&mut self, at: usize, bytes: usize) -> Result<&[u8], DiskError> {
        if self.dice.falls(self.faults.failed_read) {
            return Err(DiskError::Failed("the read failed"));
        }
        let mut end = (at + bytes).min(self.seen.len());
        if end > at + 1 && self.dice.falls(self.faults.short_read) {
            end = at + 1 + self.dice.below((end - at - 1) as u64) as usize;
        }
        Ok(self.seen.get(at..end).unwrap_or_default())
    }

    fn read_all(&mut self, at: usize, bytes: usize) -> Result<Vec<u8>, DiskError> {
        let mut read = Vec::new();
        while read.len() < bytes {
            let more = self.read(at + read.len(), bytes - read.len())?;
            if more.is_empty() {
                break;
            }
            read.extend_from_slice(more);
        }
        Ok(read)
    }
}

/// A store on a [`FaultyDisk`]: a log of batches, each behind its length and its hash. It does what a
/// careful store does, so that what stands above it can be tested against everything that happens.
#[derive(Debug)]
pub struct FaultyStore {
    disk: FaultyDisk,
    door: u64,
    /// Where the batches that were read end, in bytes, and what they end with.
    known: Vec<(usize, Head)>,
}

/// Length and hash.
const FRAME: usize = 4 + 32;

impl FaultyStore {
    /// Opens the log on a disk.
    pub fn open(disk: &FaultyDisk) -> FaultyStore {
        let door = {
            let mut it = disk.disk();
            it.doors += 1;
            it.doors
        };
        FaultyStore {
            disk: disk.clone(),
            door,
            known: Vec::new(),
        }
    }

    fn end(&self) -> (usize, Head) {
        self.known.last().copied().unwrap_or((0, Head::EMPTY))
    }

    /// Reads what is new. What is not whole at the end was never acknowledged.
    fn look(&mut self) -> Result<(), StoreError> {
        let mut disk = self.disk.disk();
        loop {
            let (at, head) = self.end();
            let Some((batch, end)) = frame(&mut disk, at).map_err(unread)? else {
                return Ok(());
            };
            if batch.start() != head {
                return Err(StoreError::damaged(format!(
                    "the batch behind record {} does not follow it",
                    head.position
                )));
            }
            self.known.push((end, batch.end()));
        }
    }
}

/// The batch at a place and where it ends; none where none is whole.
fn frame(disk: &mut Disk, at: usize) -> Result<Option<(Batch, usize)>, DiskError> {
    let head = disk.read_all(at, FRAME)?;
    let Some((length, hash)) = head.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(*length) as usize;
    if hash.len() < 32 || at + FRAME + length > disk.seen.len() {
        return Ok(None);
    }
    let body = disk.read_all(at + FRAME, length)?;
    if Hash::of(&body).as_bytes() != hash {
        return Ok(None);
    }
    let batch = Batch::decode(&body).ok();
    Ok(batch.map(|it| (it, at + FRAME + length)))
}

fn unread(error: DiskError) -> StoreError {
    let what = match error {
        DiskError::Full => "the disk is full",
        DiskError::Failed(what) => what,
    };
    StoreError::new(StoreErrorKind::Unavailable, what)
}

impl Drop for FaultyStore {
    fn drop(&mut self) {
        self.release();
    }
}

impl Store for FaultyStore {
    fn head(&mut self) -> Result<Head, StoreError> {
        self.look()?;
        Ok(self.end().1)
    }

    fn lock(&mut self) -> Result<Head, StoreError> {
        {
            let mut disk = self.disk.disk();
            if disk.locked_by.is_some_and(|it| it != self.door) {
                let busy = "somebody else writes";
                return Err(StoreError::new(StoreErrorKind::Busy, busy));
            }
            // What somebody left unflushed may be told as duplicate: it has to be durable first.
            disk.flush().map_err(unread)?;
            disk.locked_by = Some(self.door);
        }
        match self.head() {
            Ok(head) => Ok(head),
            Err(error) => {
                self.release();
                Err(error)
            }
        }
    }

    fn release(&mut self) {
        let mut disk = self.disk.disk();
        if disk.locked_by == Some(self.door) {
            disk.locked_by = None;
        }
    }

    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if batch.is_empty() {
            self.release();
            return Ok(());
        }
        let now = self.lock()?;
        let appended = if now == batch.start() {
            let (at, _) = self.end();
            append_at(&mut self.disk.disk(), at, batch)
        } else {
            Err(StoreError::moved(batch.start(), now))
        };
        self.release();
        self.known.push((appended?, batch.end()));
        Ok(())
    }

    fn read(&mut self, position: u64, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.look()?;
        let first = self
            .known
            .partition_point(|(_, head)| head.position <= position);
        let mut at = match first {
            0 => 0,
            _ => self.known[first - 1].0,
        };
        let mut read = Vec::new();
        let mut bytes = 0;
        let mut disk = self.disk.disk();
        for &(end, _) in &self.known[first..] {
            let Some((batch, _)) = frame(&mut disk, at).map_err(unread)? else {
                return Err(StoreError::damaged(
                    "a batch that was whole is not any more",
                ));
            };
            read.push(batch);
            bytes += end - at;
            at = end;
            if bytes >= bytes_max {
                break;
            }
        }
        Ok(read)
    }

    fn snapshot(&mut self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.disk.disk().snapshot.clone())
    }

    fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let mut disk = self.disk.disk();
        // A snapshot must not be ahead of what survives.
        disk.flush().map_err(unread)?;
        disk.snapshot = Some(snapshot.clone());
        Ok(())
    }
}

/// Where the journal ends afterwards.
fn append_at(disk: &mut Disk, at: usize, batch: &Batch) -> Result<usize, StoreError> {
    if disk.seen.len() > at {
        // What a broken write left.
        disk.cut(at);
    }
    let body = batch.encode();
    let mut bytes = Vec::with_capacity(FRAME + body.len());
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(Hash::of(&body).as_bytes());
    bytes.extend(body);
    if let Err(error) = disk.write(at, &bytes) {
        disk.cut(at);
        return Err(match error {
            DiskError::Full => StoreError::new(StoreErrorKind::Full, "the disk is full"),
            DiskError::Failed(what) => StoreError::new(StoreErrorKind::Other, what),
        });
    }
    match disk.flush() {
        Ok(()) => Ok(at + bytes.len()),
        Err(_) => {
            let doubt = "the flush failed, so nobody knows whether the last batch is stored";
            Err(StoreError::new(StoreErrorKind::InDoubt, doubt))
        }
    }
}
