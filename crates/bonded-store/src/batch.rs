//! Records that are written together, and the form in which a store keeps them.

use std::borrow::Cow;

use crate::hash::{Hash, Head};

/// Records that are appended at once: all of them or none.
#[derive(Clone, Debug)]
pub struct Batch {
    start: Head,
    end: Head,
    /// Each line with a line feed behind it.
    text: String,
    /// Where each line ends, its line feed included.
    ends: Vec<u32>,
    /// The hash of each record's predecessor.
    previous: Vec<Hash>,
    /// The first blocks of the text, packed: so many as [`Batch::pack`] has seen whole.
    packed: Vec<u8>,
    blocks: usize,
}

/// How it is packed is no part of what it says.
impl PartialEq for Batch {
    fn eq(&self, other: &Batch) -> bool {
        // The hashes are of the lines; their ends follow from the text.
        self.start == other.start
            && self.end == other.end
            && self.previous == other.previous
            && self.text == other.text
    }
}

impl Eq for Batch {}

/// One record of a journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Record<'a> {
    /// From 1.
    pub position: u64,
    /// The hash of the record before it.
    pub previous: Hash,
    /// The entry as it was posted, without a line end.
    pub line: &'a str,
}

/// The bytes of a batch are not what was written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the stored batch is damaged: {what}")]
pub struct DamagedBatch {
    what: &'static str,
    /// The first record that is not what its successor says, where that can be told.
    pub position: Option<u64>,
}

const MAGIC: [u8; 4] = *b"BdB1";
/// Magic, flags, start, count, bytes of the text, end.
const HEADER: usize = 4 + 4 + 8 + 32 + 4 + 4 + 32;
const COMPRESSED: u32 = 1;
/// Text is packed in blocks of so many bytes, each by itself: while more is still being added, and
/// as far back as LZ4 looks. Before each stands the length of what it became; one that became no
/// shorter is kept as it is.
const BLOCK: usize = 64 << 10;
/// Shorter texts gain nothing.
const WORTH_COMPRESSING: usize = 1 << 10;
/// So that lengths fit into 32 bits and a row into any database.
const TEXT_BYTES_MAX: usize = 256 << 20;

impl Batch {
    /// An empty batch behind a head.
    pub fn new(start: Head) -> Batch {
        Batch {
            start,
            end: start,
            text: String::new(),
            ends: Vec::new(),
            previous: Vec::new(),
            packed: Vec::new(),
            blocks: 0,
        }
    }

    /// Adds a record. A line end within the line becomes a space: JSON has none that means anything.
    pub fn push(&mut self, line: &str) {
        let from = self.text.len();
        // Looked for as bytes: as characters it takes longer than to hash them.
        let bytes = line.as_bytes();
        match bytes.contains(&b'\n') || bytes.contains(&b'\r') {
            true => self.text.push_str(&line.replace(['\n', '\r'], " ")),
            false => self.text.push_str(line),
        }
        self.previous.push(self.end.hash);
        self.end = self.end.followed_by(&self.text[from..]);
        self.text.push('\n');
        self.ends.push(self.text.len() as u32);
    }

    /// Whether another line of so many bytes has room.
    pub fn has_room(&self, line_bytes: usize) -> bool {
        self.text.len() + line_bytes < TEXT_BYTES_MAX
    }

    /// Where the journal has to end for it to be appended.
    pub fn start(&self) -> Head {
        self.start
    }

    /// Where the journal ends with it.
    pub fn end(&self) -> Head {
        self.end
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The lines, each with a line feed behind it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its records, in order.
    pub fn records(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let lines = starts.zip(&self.ends).zip(&self.previous).enumerate();
        let first = self.start.position + 1;
        // The length of a chain is not known to the compiler; that of the ends is.
        let lines: Vec<_> = lines.collect();
        lines
            .into_iter()
            .map(move |(at, ((from, to), previous))| Record {
                position: first + at as u64,
                previous: *previous,
                line: &self.text[from as usize..*to as usize - 1],
            })
    }

    /// The same records from this position (the number of records before them) on; `None` where none
    /// is left.
    pub fn after(&self, position: u64) -> Option<Batch> {
        if position <= self.start.position {
            return Some(self.clone());
        }
        if position >= self.end.position {
            return None;
        }
        let skip = (position - self.start.position) as usize;
        let from = self.ends[skip - 1];
        Some(Batch {
            start: Head {
                position,
                hash: self.previous[skip],
            },
            end: self.end,
            text: self.text[from as usize..].to_owned(),
            ends: self.ends[skip..].iter().map(|it| it - from).collect(),
            previous: self.previous[skip..].to_vec(),
            packed: Vec::new(),
            blocks: 0,
        })
    }

    /// Adds the records of the batch that follows.
    ///
    /// # Errors
    /// Where it does not follow.
    pub fn join(&mut self, next: &Batch) -> Result<(), DamagedBatch> {
        if next.start != self.end {
            return Err(damaged("it does not follow its predecessor"));
        }
        let from = self.text.len() as u32;
        self.text.push_str(&next.text);
        self.ends.extend(next.ends.iter().map(|it| it + from));
        self.previous.extend(&next.previous);
        self.end = next.end;
        Ok(())
    }

    /// Packs what is there so far, so that [`encode`](Batch::encode) has less to do when everybody
    /// waits for it.
    pub fn pack(&mut self) {
        let (blocks, _) = self.text.as_bytes().as_chunks::<BLOCK>();
        for block in &blocks[self.blocks..] {
            put_block(block, &mut self.packed);
        }
        self.blocks = blocks.len();
    }

    /// The text packed, where that is worth it.
    fn packed(&self) -> Option<Cow<'_, [u8]>> {
        if self.text.len() < WORTH_COMPRESSING {
            return None;
        }
        let mut packed = Cow::Borrowed(self.packed.as_slice());
        let rest = &self.text.as_bytes()[self.blocks * BLOCK..];
        for block in rest.chunks(BLOCK) {
            put_block(block, packed.to_mut());
        }
        Some(packed).filter(|it| it.len() < self.text.len())
    }

    /// As bytes, for a store to keep.
    pub fn encode(&self) -> Vec<u8> {
        let packed = self.packed();
        let flags = if packed.is_some() { COMPRESSED } else { 0 };
        let body = packed.as_deref().unwrap_or(self.text.as_bytes());
        let mut bytes = Vec::with_capacity(HEADER + self.previous.len() * 32 + body.len());
        bytes.extend(MAGIC);
        bytes.extend(flags.to_le_bytes());
        bytes.extend(self.start.position.to_le_bytes());
        bytes.extend(self.start.hash.as_bytes());
        bytes.extend((self.ends.len() as u32).to_le_bytes());
        bytes.extend((self.text.len() as u32).to_le_bytes());
        bytes.extend(self.end.hash.as_bytes());
        // The first one's is the hash of the start.
        for hash in self.previous.iter().skip(1) {
            bytes.extend(hash.as_bytes());
        }
        bytes.extend(body);
        bytes
    }

    /// Reads what [`Batch::encode`] wrote. The form is checked here, the chain by
    /// [`Batch::check_chain`].
    ///
    /// # Errors
    /// Where the bytes are not a batch.
    pub fn decode(bytes: &[u8]) -> Result<Batch, DamagedBatch> {
        let mut rest = bytes;
        if take::<4>(&mut rest)? != MAGIC {
            return Err(damaged("it does not begin like one"));
        }
        let flags = u32::from_le_bytes(take(&mut rest)?);
        let position = u64::from_le_bytes(take(&mut rest)?);
        let start = Head {
            position,
            hash: Hash::from_bytes(take(&mut rest)?),
        };
        let count = u32::from_le_bytes(take(&mut rest)?) as usize;
        let text_bytes = u32::from_le_bytes(take(&mut rest)?) as usize;
        let end_hash = Hash::from_bytes(take(&mut rest)?);
        if flags & !COMPRESSED != 0 || text_bytes > TEXT_BYTES_MAX * 2 {
            return Err(damaged("its header has values that none is written with"));
        }
        let hashes = count.saturating_sub(1).checked_mul(32);
        let hashes = hashes.filter(|it| *it <= rest.len());
        let (hashes, body) = rest.split_at(hashes.ok_or_else(|| damaged("it is cut off"))?);
        let text = match flags & COMPRESSED {
            0 => body.to_vec(),
            // A byte of LZ4 stands for 255 at most: nothing larger is made room for.
            _ if text_bytes / 255 > body.len() => return Err(damaged("it is cut off")),
            _ => unpacked(body, text_bytes)?,
        };
        if text.len() != text_bytes {
            return Err(damaged("its text has another length"));
        }
        let text = String::from_utf8(text).map_err(|_| damaged("its text is no UTF-8"))?;
        let ends = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        let ends: Vec<u32> = ends.collect();
        if ends.len() != count || ends.last().copied().unwrap_or(0) as usize != text.len() {
            return Err(damaged("it has another number of records"));
        }
        let hashes = hashes.chunks_exact(32).map(|it| {
            let mut hash = [0; 32];
            hash.copy_from_slice(it);
            Hash::from_bytes(hash)
        });
        let first = (count > 0).then_some(start.hash);
        Ok(Batch {
            start,
            end: Head {
                position: position
                    .checked_add(count as u64)
                    .ok_or_else(|| damaged("its position is none"))?,
                hash: end_hash,
            },
            previous: first.into_iter().chain(hashes).collect(),
            text,
            ends,
            packed: Vec::new(),
            blocks: 0,
        })
    }

    /// Checks that each record is the one that its successor carries the hash of.
    ///
    /// # Errors
    /// Names the first record that is not.
    pub fn check_chain(&self) -> Result<(), DamagedBatch> {
        let next = self.previous.iter().skip(1).chain([&self.end.hash]);
        for (record, next) in self.records().zip(next) {
            if record.previous.followed_by(record.line) != *next {
                return Err(DamagedBatch {
                    what: "a record is not the one that its successor carries the hash of",
                    position: Some(record.position),
                });
            }
        }
        Ok(())
    }
}

fn put_block(block: &[u8], packed: &mut Vec<u8>) {
    let at = packed.len();
    let room = lz4_flex::block::get_maximum_output_size(block.len());
    packed.resize(at + 4 + room, 0);
    let length = lz4_flex::block::compress_into(block, &mut packed[at + 4..]);
    let length = length.ok().filter(|it| *it < block.len());
    if length.is_none() {
        packed[at + 4..at + 4 + block.len()].copy_from_slice(block);
    }
    let length = length.unwrap_or(block.len());
    packed[at..at + 4].copy_from_slice(&(length as u32).to_le_bytes());
    packed.truncate(at + 4 + length);
}

fn unpacked(mut body: &[u8], text_bytes: usize) -> Result<Vec<u8>, DamagedBatch> {
    let mut text = vec![0; text_bytes];
    for block in text.chunks_mut(BLOCK) {
        let length = u32::from_le_bytes(take(&mut body)?) as usize;
        let (packed, rest) = body
            .split_at_checked(length)
            .ok_or_else(|| damaged("it is cut off"))?;
        if length == block.len() {
            block.copy_from_slice(packed);
        } else if lz4_flex::block::decompress_into(packed, block).ok() != Some(block.len()) {
            return Err(damaged("its text cannot be unpacked"));
        }
        body = rest;
    }
    match body {
        [] => Ok(text),
        _ => Err(damaged("more stands behind its text")),
    }
}

fn damaged(what: &'static str) -> DamagedBatch {
    DamagedBatch {
        what,
        position: None,
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], DamagedBatch> {
    let (taken, rest) = bytes
        .split_first_chunk::<N>()
        .ok_or_else(|| damaged("it is cut off"))?;
    *bytes = rest;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn batch(lines: &[&str]) -> Batch {
        let mut batch = Batch::new(Head::EMPTY.followed_by("before"));
        lines.iter().for_each(|it| batch.push(it));
        batch
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let long = "x".repeat(5_000);
        for lines in [&[][..], &["{}"], &["{}", "", "四"], &[&*long, "b", &*long]] {
            let batch = batch(lines);
            assert_eq!(Batch::decode(&batch.encode()), Ok(batch.clone()));
            batch.check_chain().expect("a chain");
            let records: Vec<&str> = batch.records().map(|it| it.line).collect();
            assert_eq!(records, lines);
        }
        assert!(batch(&[&*long]).encode().len() < 1_000);
    }

    /// Packed by and by it is the same as packed at once.
    #[test]
    fn a_long_batch_is_packed_in_blocks() {
        let line = |nth: u64| format!("{nth} {} {}", nth.wrapping_mul(nth) * 7919, "x".repeat(60));
        let mut by_and_by = Batch::new(Head::EMPTY);
        let mut at_once = Batch::new(Head::EMPTY);
        for nth in 0..5_000 {
            by_and_by.push(&line(nth));
            at_once.push(&line(nth));
            if nth % 777 == 0 {
                by_and_by.pack();
            }
        }
        assert!(at_once.text().len() > 5 * BLOCK);
        let bytes = at_once.encode();
        assert!(by_and_by.encode() == bytes);
        assert!(bytes.len() < at_once.text().len());
        let mut read = Batch::decode(&bytes).expect("a batch");
        assert_eq!(read, by_and_by);
        by_and_by
            .join(&Batch::new(by_and_by.end()))
            .expect("nothing");
        let mut more = Batch::new(by_and_by.end());
        more.push("more");
        by_and_by.join(&more).expect("it follows");
        read.join(&more).expect("it follows");
        assert!(by_and_by.encode() == read.encode());
        let longer = [&*bytes, &[0]].concat();
        assert!(Batch::decode(&longer).is_err());
    }

    #[test]
    fn a_line_is_one_line() {
        let batch = batch(&["{\n}\r"]);
        assert_eq!(batch.text(), "{ } \n");
        assert_eq!(Batch::decode(&batch.encode()), Ok(batch));
    }

    #[test]
    fn a_batch_is_cut_and_joined() {
        let whole = batch(&["a", "bb", "ccc"]);
        for at in 0..=4 {
            let Some(rest) = whole.after(at) else {
                assert_eq!(at, 4);
                continue;
            };
            rest.check_chain().expect("a chain");
            let mut joined = Batch::new(whole.start());
            whole
                .records()
                .take_while(|it| it.position <= rest.start().position)
                .for_each(|it| joined.push(it.line));
            joined.join(&rest).expect("it follows");
            assert_eq!(joined, whole);
            assert!(joined.join(&rest).is_err());
        }
    }

    #[test]
    fn the_first_changed_record_is_named() {
        let whole = batch(&["a", "b", "c"]);
        let mut changed = whole.clone();
        changed.text = "a\nX\nc\n".to_owned();
        let error = changed.check_chain().unwrap_err();
        assert_eq!(error.position, Some(3));
        // The last one is held by the head.
        let mut changed = whole;
        changed.text = "a\nb\nX\n".to_owned();
        assert_eq!(changed.check_chain().unwrap_err().position, Some(4));
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_told_and_bring_nothing_down(
            at in 0_usize..6_000, bit in 0_u8..8, cut in 0_usize..6_000, long in 0_usize..3_000,
        ) {
            let long = "x".repeat(long);
            let batch = batch(&["{\"a\":1}", &long, "{\"b\":2}"]);
            let bytes = batch.encode();
            let cut = &bytes[..cut.min(bytes.len())];
            prop_assert!(cut.len() == bytes.len() || Batch::decode(cut).is_err());
            let mut flipped = bytes.clone();
            let at = at % bytes.len();
            flipped[at] ^= 1 << bit;
            // Packed, the same text has many forms: a copy of the same bytes from another place.
            if let Some(read) = Batch::decode(&flipped).ok().filter(|it| *it != batch) {
                // The position stands in no hash; who reads knows where he reads.
                let position = (8..16).contains(&at);
                prop_assert!(position || read.check_chain().is_err());
            }
        }
    }
}
