//! The folders of the Single Window's client (单一窗口客户端), and the names of what lies in them. Names only:
//! no file is touched.
//!
//! Read in programs that talk to the client (`secondary`); what is ours is said so.

use std::fmt;

use crate::message::{MessageType, Way, message_type};

/// The folder of a business (业务) under the client's import path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Business {
    /// `Sas`: lists and the zones' documents.
    Sas,
    /// `Npts`: handbooks.
    Npts,
    /// `Nems`: account books.
    Nems,
}

impl Business {
    /// All of them.
    pub const ALL: &'static [Business] = &[Business::Sas, Business::Npts, Business::Nems];

    /// The folder's name.
    pub fn folder(self) -> &'static str {
        match self {
            Business::Sas => "Sas",
            Business::Npts => "Npts",
            Business::Nems => "Nems",
        }
    }

    /// Where messages of a type lie; `None` where the client has no folder that is known. That a
    /// handbook's lists go where those of the zones go is ours (`unverified`).
    pub fn of(kind: &MessageType) -> Option<Business> {
        let starts = |it: &str| kind.code.starts_with(it);
        if starts("INV") || starts("SAS") {
            Some(Business::Sas)
        } else if starts("NPTS") || starts("EML") {
            Some(Business::Npts)
        } else if starts("EMS") {
            Some(Business::Nems)
        } else {
            None
        }
    }
}

/// A folder of a business.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Folder {
    /// What is to be sent: put there by us, taken by the client.
    OutBox,
    /// What the client has sent.
    SentBox,
    /// What the client could not send.
    FailBox,
    /// Answers.
    InBox,
}

impl Folder {
    /// All of them.
    pub const ALL: &'static [Folder] = &[
        Folder::OutBox,
        Folder::SentBox,
        Folder::FailBox,
        Folder::InBox,
    ];

    /// The folder's name.
    pub fn name(self) -> &'static str {
        match self {
            Folder::OutBox => "OutBox",
            Folder::SentBox => "SentBox",
            Folder::FailBox => "FailBox",
            Folder::InBox => "InBox",
        }
    }

    /// Where a message of a type is put, or comes to lie: ours in the OutBox, answers in the InBox.
    pub fn of(kind: &MessageType) -> Folder {
        match kind.way {
            Way::ToCustoms => Folder::OutBox,
            Way::FromCustoms => Folder::InBox,
        }
    }
}

/// Where a file lies, below the client's import path.
///
/// ```
/// use bonded_exchange::client::{Business, Folder, path};
/// assert_eq!(path(Business::Sas, Folder::OutBox, "INV101_HF-01.zip"), "Sas/OutBox/INV101_HF-01.zip");
/// ```
pub fn path(business: Business, folder: Folder, file: &str) -> String {
    format!("{}/{}/{file}", business.folder(), folder.name())
}

/// Which folder a path below the import path lies in, and the file's name.
pub fn place(path: &str) -> Option<(Business, Folder, &str)> {
    let mut parts = path.rsplitn(3, ['/', '\\']);
    let (file, folder, business) = (parts.next()?, parts.next()?, parts.next()?);
    let business = business.rsplit(['/', '\\']).next()?;
    let same = |name: &str, it: &str| name.eq_ignore_ascii_case(it);
    let mut businesses = Business::ALL.iter().copied();
    let mut folders = Folder::ALL.iter().copied();
    Some((
        businesses.find(|it| same(it.folder(), business))?,
        folders.find(|it| same(it.name(), folder))?,
        Some(file).filter(|it| !it.is_empty())?,
    ))
}

/// What an answer in the InBox is, by its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer<'a> {
    /// `Successed_…` (the misspelling is the real name): the Single Window took the message in.
    Taken(&'a str),
    /// `Failed_…`: it did not. `CommonResponeMessage` says why.
    Failed(&'a str),
    /// `Receipt_…`: a receipt of customs.
    Receipt(&'a str),
}

/// Reads the name of an answer; what is behind the prefix, without `.zip` or `.xml`, comes with it: for
/// `Successed_` and `Failed_` mostly the name of the file that is answered.
///
/// ```
/// use bonded_exchange::client::{Answer, answer};
/// assert_eq!(answer("Successed_INV101_HF-01.xml"), Some(Answer::Taken("INV101_HF-01")));
/// assert_eq!(answer("INV101_HF-01.xml"), None);
/// ```
pub fn answer(name: &str) -> Option<Answer<'_>> {
    let stem = stem(name);
    let behind = |prefix: &str| {
        let head = stem.get(..prefix.len())?;
        let rest = stem.get(prefix.len()..)?;
        (head.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some(rest)
    };
    behind("Successed_")
        .map(Answer::Taken)
        .or_else(|| behind("Failed_").map(Answer::Failed))
        .or_else(|| behind("Receipt_").map(Answer::Receipt))
}

fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    for end in [".zip", ".xml"] {
        let at = file.len().checked_sub(end.len());
        if let Some(at) = at.filter(|&at| {
            file.get(at..)
                .is_some_and(|it| it.eq_ignore_ascii_case(end))
        }) {
            return file.get(..at).unwrap_or(file);
        }
    }
    file
}

/// The name, without its ending, of a message that is put into the OutBox: the number of its type, the
/// number of its document, and what makes it another than the last (a counter, a time). Letters, digits,
/// `-` and `_` stay; anything else becomes `-`. The pattern is ours; the client takes any.
///
/// ```
/// use bonded_exchange::client::outbox_name;
/// assert_eq!(outbox_name("INV101", "HF/BARE 01", "20260112093000"), "INV101_HF-BARE-01_20260112093000");
/// ```
pub fn outbox_name(code: &str, document: &str, once: &str) -> String {
    let clean = |text: &str| -> String {
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
        let all = text.chars().take(64);
        all.map(|it| if plain(it) { it } else { '-' }).collect()
    };
    format!("{}_{}_{}", clean(code), clean(document), clean(once))
}

/// A 报文编号 in the form that customs and the data centre give: who sends, who receives, when, which.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MessageId {
    /// Who sends: 7 characters at customs, 16 at the data centre.
    pub sender: String,
    /// Who receives, as many.
    pub receiver: String,
    /// When: `yyyyMMddHHmmss`.
    pub sent: String,
    /// Which, 11 digits.
    pub serial: u64,
}

const SENT: usize = 14;
const SERIAL: usize = 11;

impl MessageId {
    /// Reads a number of either form; `None` where it is neither. Numbers of enterprises have any form.
    ///
    /// ```
    /// use bonded_exchange::client::MessageId;
    /// let id = MessageId::read("CUS0000E0100002024073011480300878902307").expect("customs' form");
    /// assert_eq!((id.sender.as_str(), id.receiver.as_str()), ("CUS0000", "E010000"));
    /// assert_eq!((id.sent.as_str(), id.serial), ("20240730114803", 878902307));
    /// assert_eq!(id.to_string(), "CUS0000E0100002024073011480300878902307");
    /// ```
    pub fn read(text: &str) -> Option<MessageId> {
        let party = match text.len() {
            39 => 7,
            57 => 16,
            _ => return None,
        };
        let id = MessageId {
            sender: text.get(..party)?.into(),
            receiver: text.get(party..2 * party)?.into(),
            sent: text.get(2 * party..2 * party + SENT)?.into(),
            serial: text.get(2 * party + SENT..)?.parse().ok()?,
        };
        (id.to_string() == text).then_some(id)?.checked()
    }

    /// Whether its parts have the lengths of either form.
    fn checked(self) -> Option<MessageId> {
        let code = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric());
        let lengths = matches!((self.sender.len(), self.receiver.len()), (7, 7) | (16, 16));
        let day = crate::values::day(self.sent.get(..8)?);
        let time = self.sent.len() == SENT && self.sent.bytes().all(|it| it.is_ascii_digit());
        let parts = code(&self.sender) && code(&self.receiver) && time && day.is_some();
        (lengths && parts && self.serial < 100_000_000_000).then_some(self)
    }

    /// The number that the parts make; `None` where they do not fit either form.
    pub fn new(sender: &str, receiver: &str, sent: &str, serial: u64) -> Option<MessageId> {
        let id = MessageId {
            sender: sender.into(),
            receiver: receiver.into(),
            sent: sent.into(),
            serial,
        };
        id.checked()
    }

    /// The name of its file (`file_name`): customs' lists end in `.INV`, the zones' documents in `.SAS`,
    /// what the data centre says of lists in `.INVT`. Of other types the ending was not seen: their
    /// first three letters.
    pub fn file_name(&self, code: &str) -> String {
        let centre = self.sender.len() == 16;
        let ending = match message_type(code).map(|it| it.code) {
            Some("INV202") => "INVT",
            Some(code) if code.starts_with("INV") && centre => "INVT",
            _ => code.get(..3).unwrap_or(code),
        };
        format!("{self}.{ending}")
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MessageId {
            sender,
            receiver,
            sent,
            serial,
        } = self;
        write!(f, "{sender}{receiver}{sent}{serial:0SERIAL$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_where_they_belong() {
        let of = |code: &str| {
            let kind = message_type(code).expect("a type");
            (
                Business::of(kind).map(Business::folder),
                Folder::of(kind).name(),
            )
        };
        assert_eq!(of("INV101"), (Some("Sas"), "OutBox"));
        assert_eq!(of("NPTS001"), (Some("Npts"), "OutBox"));
        assert_eq!(of("EMS211"), (Some("Nems"), "InBox"));
        assert_eq!(of("BHL101"), (None, "OutBox"));
    }

    #[test]
    fn a_path_says_its_folders_whatever_lies_before_them() {
        let at = place("C:\\ImpPath\\Sas\\InBox\\Failed_a.xml").expect("known folders");
        assert_eq!(at, (Business::Sas, Folder::InBox, "Failed_a.xml"));
        assert_eq!(
            place("sas/outbox/a.zip"),
            Some((Business::Sas, Folder::OutBox, "a.zip"))
        );
        for other in ["a.zip", "InBox/a.zip", "Dec/InBox/a.zip", "Sas/InBox/", ""] {
            assert_eq!(place(other), None, "{other:?}");
        }
    }

    #[test]
    fn answers_are_known_by_their_names() {
        assert_eq!(answer("Sas/InBox/Failed_x.zip"), Some(Answer::Failed("x")));
        assert_eq!(answer("receipt_CUS1.XML"), Some(Answer::Receipt("CUS1")));
        for other in ["Successed_", "Successed_.xml", "Success_x.xml", "报文", ""] {
            assert_eq!(answer(other), None, "{other:?}");
        }
    }

    #[test]
    fn numbers_of_messages_are_taken_apart_and_put_together() {
        let centre = "DXPEDCINVT000001DXPESW20246394022024072616391700500269885";
        let id = MessageId::read(centre).expect("the data centre's form");
        assert_eq!(
            (id.sender.as_str(), id.serial),
            ("DXPEDCINVT000001", 500_269_885)
        );
        assert_eq!(id.file_name("INV202"), format!("{centre}.INVT"));
        let id = MessageId::new("CUS0000", "E010000", "20240730114803", 7).expect("fits");
        assert_eq!(
            id.file_name("INV201"),
            "CUS0000E0100002024073011480300000000007.INV"
        );
        assert_eq!(
            id.file_name("SAS221"),
            "CUS0000E0100002024073011480300000000007.SAS"
        );
        assert_eq!(
            MessageId::read("CUS0000E0100002024133011480300878902307"),
            None
        );
        assert_eq!(
            MessageId::read("CUS0000E01000020240730114803+0878902307"),
            None
        );
        assert_eq!(MessageId::read(&"报".repeat(13)), None);
        assert_eq!(
            MessageId::new("CUS0000", "E010000", "20240730114803", 100_000_000_000),
            None
        );
        assert_eq!(MessageId::new("CUS", "E010000", "20240730114803", 1), None);
    }
}
