//! The chain that makes tampering evident.

use std::fmt;
use std::str::FromStr;

/// A BLAKE3 hash of 256 bits, written as 64 hexadecimal digits.
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash([u8; 32]);

/// Where a journal ends: how many records it has, and the hash of the last one.
///
/// The hash of a record is BLAKE3(hash of its predecessor ‖ line), 32 bytes and then the bytes of the
/// line without its end; the predecessor of the first is 32 zero bytes. So the head of a journal is a
/// proof of all of it: keep it elsewhere (print it, sign it, send it to the auditor), and nothing
/// before it can be changed, removed, inserted or moved without being found.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Head {
    /// How many records there are. Records are numbered from 1.
    pub position: u64,
    /// The hash of the last of them; zero where there is none.
    pub hash: Hash,
}

impl Hash {
    /// What stands before the first record.
    pub const ZERO: Hash = Hash([0; 32]);

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of any bytes, as of a snapshot.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(*blake3::hash(bytes).as_bytes())
    }

    /// The hash of a record that follows one with this hash.
    pub fn followed_by(&self, line: impl AsRef<[u8]>) -> Hash {
        let line = line.as_ref();
        // What stands together is hashed several pieces at a time; a copy of it is cheap.
        if (1 << 10..1 << 16).contains(&line.len()) {
            return Hash::of(&[&self.0, line].concat());
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(line);
        Hash(*hasher.finalize().as_bytes())
    }
}

impl Head {
    /// The head of a journal without a record.
    pub const EMPTY: Head = Head {
        position: 0,
        hash: Hash::ZERO,
    };

    /// The head after one more record.
    #[must_use]
    pub fn followed_by(&self, line: impl AsRef<[u8]>) -> Head {
        Head {
            position: self.position + 1,
            hash: self.hash.followed_by(line),
        }
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| write!(f, "{it:02x}"))
    }
}

/// `327:1f0c…`: the position and the hash.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.position, self.hash)
    }
}

/// Why a text is no hash or head.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{found:?} is no {expected}")]
pub struct ParseHashError {
    found: String,
    expected: &'static str,
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Hash, ParseHashError> {
        let wrong = || ParseHashError {
            found: text.chars().take(80).collect(),
            expected: "hash of 64 hexadecimal digits",
        };
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Hash(bytes))
    }
}

impl FromStr for Head {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Head, ParseHashError> {
        let wrong = || ParseHashError {
            found: text.chars().take(120).collect(),
            expected: "head, expected POSITION:HASH as `bonded verify` prints it",
        };
        let (position, hash) = text.split_once(':').ok_or_else(wrong)?;
        Ok(Head {
            position: position.parse().map_err(|_| wrong())?,
            hash: hash.parse().map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = Head::EMPTY.followed_by("{}").followed_by("[]");
        assert_eq!(head.to_string().parse(), Ok(head));
        assert_eq!(head.position, 2);
        assert!("2".parse::<Head>().is_err());
        assert!(format!("x:{}", head.hash).parse::<Head>().is_err());
        assert!("+f".repeat(32).parse::<Hash>().is_err());
        assert!("é".repeat(32).parse::<Hash>().is_err());
    }

    /// Whoever writes a checker of his own has this to hold on to: `printf` of 32 zero bytes and `{}`
    /// through `b3sum`.
    #[test]
    fn the_chain_is_what_its_text_says() {
        let mut bytes = vec![0; 32];
        bytes.extend(b"{}");
        assert_eq!(Head::EMPTY.followed_by("{}").hash, Hash::of(&bytes));
        for length in [991, 992, 993, 1_023, 1_024, 5_000, 65_535, 65_536, 200_000] {
            let line = "x".repeat(length);
            let mut hasher = blake3::Hasher::new();
            hasher.update(&[0; 32]).update(line.as_bytes());
            let expected = Hash(*hasher.finalize().as_bytes());
            assert_eq!(Head::EMPTY.followed_by(&line).hash, expected);
        }
    }
}
