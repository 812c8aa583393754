//! The archive in which a message travels: a zip with exactly one XML in it.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::error::ExchangeError;

/// How much is read of an archive.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the archive.
    pub bytes: usize,
    /// Bytes of the message once it is inflated: counted while inflating, as what the directory
    /// declares may be a lie.
    pub message: usize,
    /// Entries of the archive.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 64 << 20,
            message: 512 << 20,
            entries: 64,
        }
    }
}

impl Limits {
    /// The same with another limit on the inflated message.
    #[must_use]
    pub fn message(mut self, bytes: usize) -> Limits {
        self.message = bytes;
        self
    }
}

/// What stood in an archive.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Packed {
    /// The name of the XML.
    pub name: String,
    /// Its bytes.
    pub xml: Vec<u8>,
    /// The names of other files, which were not read.
    pub others: Vec<String>,
}

/// Puts one XML into a zip. The same XML gives the same bytes, whenever and wherever.
///
/// ```
/// use bonded_exchange::archive;
/// let bytes = archive::pack("INV101-0001.xml", "<InvtMessage/>")?;
/// let packed = archive::unpack(&bytes, &archive::Limits::default())?;
/// assert_eq!((packed.name.as_str(), packed.xml.as_slice()), ("INV101-0001.xml", &b"<InvtMessage/>"[..]));
/// # Ok::<(), bonded_exchange::ExchangeError>(())
/// ```
///
/// # Errors
/// `zip_name_refused` for a name that is no plain file name ending in `.xml`; `zip_too_large`.
pub fn pack(name: &str, xml: &str) -> Result<Vec<u8>, ExchangeError> {
    if !plain(name) || !is_xml(name) {
        return Err(refused(name, "a plain file name that ends in .xml"));
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let write = || -> Result<Vec<u8>, std::io::Error> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, options)?;
        writer.write_all(xml.as_bytes())?;
        Ok(writer.finish()?.into_inner())
    };
    write().map_err(|error| {
        let advice = "split the message";
        ExchangeError::new(
            "zip_too_large",
            error.to_string(),
            "a zip that can be written",
            advice,
        )
    })
}

/// Takes the one XML out of a zip.
///
/// # Errors
/// `zip_damaged`, `zip_too_large`, `zip_name_refused` (a name that leads out of its folder),
/// `zip_no_message`, `zip_many_messages`.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<Packed, ExchangeError> {
    if bytes.len() > limits.bytes {
        return Err(too_large(bytes.len(), limits.bytes));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > limits.entries {
        return Err(too_large(archive.len(), limits.entries));
    }
    let mut found = None;
    let mut others = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        if entry.is_dir() && inside(&name) {
            continue;
        }
        if !inside(&name) {
            return Err(refused(&name, "a name within the archive"));
        }
        match (is_xml(&name), &found) {
            (true, None) => found = Some((at, name)),
            (true, Some((_, first))) => {
                return Err(ExchangeError::new(
                    "zip_many_messages",
                    format!("{first:?} and {name:?}"),
                    "exactly one XML",
                    "unpack it and hand in each message by itself",
                ));
            }
            (false, _) => others.push(name),
        }
    }
    let Some((at, name)) = found else {
        return Err(ExchangeError::new(
            "zip_no_message",
            format!("{} other files", others.len()),
            "exactly one XML",
            "look whether it is the right archive",
        ));
    };
    let entry = archive.by_index(at).map_err(damaged)?;
    let mut xml = Vec::new();
    let most = u64::try_from(limits.message).unwrap_or(u64::MAX);
    let read = entry.take(most.saturating_add(1)).read_to_end(&mut xml);
    if xml.len() > limits.message {
        return Err(too_large(xml.len(), limits.message));
    }
    read.map_err(damaged)?;
    Ok(Packed { name, xml, others })
}

/// Whether bytes are a zip, and not an XML.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

fn is_xml(name: &str) -> bool {
    let end = name.len().checked_sub(4).and_then(|at| name.get(at..));
    end.is_some_and(|it| it.eq_ignore_ascii_case(".xml"))
}

fn plain(name: &str) -> bool {
    inside(name) && !name.contains(['/', '\\']) && name.len() <= 255
}

/// No absolute path, no drive, no way up, nothing that a terminal would obey.
fn inside(name: &str) -> bool {
    let path = name.replace('\\', "/");
    !path.is_empty()
        && !path.starts_with('/')
        && !path.contains(':')
        && !path.chars().any(char::is_control)
        && path.split('/').all(|it| it != "..")
}

fn refused(name: &str, expected: &str) -> ExchangeError {
    let advice = "do not unpack it; ask where it came from";
    let short: String = name.chars().take(80).collect();
    ExchangeError::new("zip_name_refused", format!("{short:?}"), expected, advice)
}

fn damaged(error: impl std::fmt::Display) -> ExchangeError {
    let advice = "fetch it again";
    ExchangeError::new("zip_damaged", error.to_string(), "a whole zip", advice)
}

fn too_large(found: usize, most: usize) -> ExchangeError {
    let advice = "no customs message is so large; look where it came from";
    let expected = format!("at most {most}");
    ExchangeError::new(
        "zip_too_large",
        format!("{found} or more"),
        expected,
        advice,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .expect("a file");
            writer.write_all(bytes).expect("memory");
        }
        writer.finish().expect("memory").into_inner()
    }

    fn code(bytes: &[u8], limits: &Limits) -> &'static str {
        unpack(bytes, limits).expect_err("refused").code()
    }

    #[test]
    fn the_same_message_gives_the_same_bytes() {
        let one = pack("a.xml", "<a>报文</a>").expect("packed");
        assert_eq!(one, pack("a.xml", "<a>报文</a>").expect("packed"));
        // What the format has for "no time": 1980-01-01 00:00.
        assert_eq!(one.get(10..14), Some(&[0, 0, 0x21, 0][..]));
        assert!(is_archive(&one) && !is_archive(b"<a/>"));
    }

    #[test]
    fn exactly_one_xml_is_taken_and_other_files_are_told() {
        let limits = Limits::default();
        let bytes = zip(&[("readme.txt", b"x"), ("in/a.XML", b"<a/>")]);
        let packed = unpack(&bytes, &limits).expect("one XML");
        assert_eq!(
            (packed.name.as_str(), packed.others),
            ("in/a.XML", vec!["readme.txt".to_owned()])
        );
        assert_eq!(
            code(&zip(&[("readme.txt", b"x")]), &limits),
            "zip_no_message"
        );
        let two = zip(&[("a.xml", b"<a/>"), ("b.xml", b"<b/>")]);
        assert_eq!(code(&two, &limits), "zip_many_messages");
        assert_eq!(code(b"PK", &limits), "zip_damaged");
    }

    #[test]
    fn a_bomb_is_counted_while_it_is_inflated() {
        let bomb = zip(&[("a.xml", &vec![b' '; 1 << 20])]);
        assert!(bomb.len() < 10_000);
        assert_eq!(
            code(&bomb, &Limits::default().message(1000)),
            "zip_too_large"
        );
        let exact = Limits::default().message(1 << 20);
        assert_eq!(unpack(&bomb, &exact).expect("just fits").xml.len(), 1 << 20);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "../a.xml",
            "/a.xml",
            "C:\\a.xml",
            "in\\..\\..\\a.xml",
            "a\u{7}.xml",
        ] {
            let bytes = zip(&[(name, b"<a/>")]);
            assert_eq!(
                code(&bytes, &Limits::default()),
                "zip_name_refused",
                "{name:?}"
            );
        }
        // Also of a file that is not read.
        let bytes = zip(&[("../x.txt", b""), ("a.xml", b"<a/>")]);
        assert_eq!(code(&bytes, &Limits::default()), "zip_name_refused");
        for name in ["../a.xml", "in/a.xml", "a.txt", "xml", ""] {
            assert_eq!(
                pack(name, "").expect_err("refused").code(),
                "zip_name_refused"
            );
        }
    }

    #[test]
    fn a_byte_that_was_changed_is_noticed() {
        let bytes = pack("a.xml", &"<a/>".repeat(100)).expect("packed");
        let mut changed = bytes.clone();
        // In the compressed data, behind the local header.
        changed[30 + 5 + 3] ^= 0x55;
        assert_eq!(code(&changed, &Limits::default()), "zip_damaged");
    }
}
