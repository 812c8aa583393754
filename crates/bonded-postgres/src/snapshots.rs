//! Large values in parts.

use bonded_store::{Hash, StoreError};
use postgres::fallible_iterator::FallibleIterator;
use postgres::{Row, RowIter};

use crate::fault::Fault;

/// Bytes of one part.
pub(crate) const PART: usize = 8 << 20;

/// The parts of a value; an empty value has one, too.
pub(crate) fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    match bytes.is_empty() {
        true => vec![bytes],
        false => bytes.chunks(PART).collect(),
    }
}

/// Puts together what is streamed: rows of (key, part, whole, body), the latest key first, parts in
/// order. Answers the first that is whole, with its first row.
pub(crate) fn latest_whole(mut rows: RowIter<'_>) -> Result<Option<(Row, Vec<u8>)>, Fault> {
    let mut found: Option<(Row, i64, Vec<u8>)> = None;
    loop {
        let row = rows.next()?;
        let key: Option<i64> = row.as_ref().map(|it| it.try_get(0)).transpose()?;
        let ended = found.as_ref().is_some_and(|(_, of, _)| key != Some(*of));
        if ended && let Some((first, _, bytes)) = found.take() {
            let whole: Vec<u8> = first.try_get(2)?;
            if whole == Hash::of(&bytes).as_bytes() {
                return Ok(Some((first, bytes)));
            }
        }
        let (Some(row), Some(key)) = (row, key) else {
            return Ok(None);
        };
        let body: &[u8] = row.try_get(3)?;
        match &mut found {
            Some((_, _, bytes)) => bytes.extend_from_slice(body),
            None => {
                let body = body.to_vec();
                found = Some((row, key, body));
            }
        }
    }
}

/// A hash as the tables keep it.
pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, Fault> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| {
        let message = format!("a hash of {} bytes is kept, expected 32", bytes.len());
        StoreError::damaged(message)
    })?;
    Ok(Hash::from_bytes(bytes))
}

/// A position as the tables keep it.
pub(crate) fn position(kept: i64) -> Result<u64, Fault> {
    let wrong = |_| StoreError::damaged(format!("the position {kept} is kept, expected 0 or more"));
    Ok(u64::try_from(kept).map_err(wrong)?)
}

/// A position as the tables take it: none that exists is larger than what they hold.
pub(crate) fn kept(position: u64) -> i64 {
    i64::try_from(position).map_or(i64::MAX - 1, |it| it.min(i64::MAX - 1))
}
