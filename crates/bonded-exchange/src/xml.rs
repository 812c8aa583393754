//! XML, read into records and written again.
//!
//! What is read is bounded: how long a file is, how deep its elements nest. No entity is expanded but
//! the five that XML itself has; a document type is refused.

mod read;
mod write;

pub use read::{Limits, read};
pub use write::write;

/// What XML 1.0 can hold: no control characters but tab and line ends.
pub(crate) fn is_xml(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        it => it >= ' ' && !matches!(it, '\u{fffe}' | '\u{ffff}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(xml: &str) -> Result<String, &'static str> {
        let limits = Limits::default();
        let root = read(xml.as_bytes(), &limits).map_err(|it| it.code())?;
        let written = write(&root);
        assert_eq!(
            read(written.as_bytes(), &limits).ok(),
            Some(root),
            "{written}"
        );
        Ok(written)
    }

    #[test]
    fn what_cannot_be_written_again_is_not_read() {
        for xml in [
            "<a>\u{1}</a>",
            "<a>&#1;</a>",
            "<a b='&#xFFFF;'/>",
            "<a>\u{fffe}</a>",
        ] {
            assert_eq!(again(xml), Err("xml_malformed"), "{xml:?}");
        }
        // These XML can hold.
        let held = again("<a>\u{85}\u{7f}&#13;x</a>");
        assert!(held.expect("read").contains("\u{85}\u{7f}&#13;"));
    }

    #[test]
    fn text_between_elements_stays_as_it_is_however_often_it_is_written() {
        let once = again("<a> x <b/>\n y</a>").expect("read");
        assert_eq!(again(&once).as_deref(), Ok(once.as_str()));
        again("<a> x </a>").expect("read");
    }
}
