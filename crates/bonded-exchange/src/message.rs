//! A message: the envelope, the document in it, and what it is.

use crate::error::ExchangeError;
use crate::fields::{self, Dialect};
use crate::record::Record;
use crate::tree::{Element, Node};
use crate::xml::{self, Limits};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// From the enterprise.
    ToCustoms,
    /// From customs, or from the Single Window: a receipt (回执).
    FromCustoms,
}

/// A type of message (报文类型).
#[derive(Debug)]
#[non_exhaustive]
pub struct MessageType {
    /// Its number: `INV101`.
    pub code: &'static str,
    /// Its Chinese name.
    pub chinese: &'static str,
    /// Which way it goes.
    pub way: Way,
    /// Its root where the client takes it; empty where it does not, or where the name is not known.
    pub client_root: &'static str,
}

const fn kind(
    code: &'static str,
    chinese: &'static str,
    way: Way,
    client_root: &'static str,
) -> MessageType {
    MessageType {
        code,
        chinese,
        way,
        client_root,
    }
}

use Way::{FromCustoms, ToCustoms};

/// The types that are known here. Read in the interface's schemas and receipts (`secondary`).
pub static MESSAGE_TYPES: &[MessageType] = &[
    kind(
        "NPTS001",
        "手册设立、变更 (客户端)",
        ToCustoms,
        "EmlMessage",
    ),
    kind("EML111", "手册设立、变更", ToCustoms, ""),
    kind("EML121", "手册报核", ToCustoms, ""),
    kind("EMS111", "账册设立、变更", ToCustoms, ""),
    kind("EMS121", "账册报核", ToCustoms, ""),
    kind("INV101", "保税核注清单", ToCustoms, "InvtMessage"),
    kind("BHL101", "流转申报表", ToCustoms, ""),
    kind("CMB101", "耗料单", ToCustoms, ""),
    kind("SAS101", "业务申报表", ToCustoms, "AppMessage"),
    kind("SAS111", "出入库单", ToCustoms, "StockMessage"),
    kind("SAS121", "核放单", ToCustoms, "PassPortMessage"),
    kind("EML200", "手册入库回执", FromCustoms, ""),
    kind("EML211", "手册设立、变更审核回执", FromCustoms, ""),
    kind("EML221", "手册核销审批回执", FromCustoms, ""),
    kind("EML241", "手册部分修改、暂停、恢复", FromCustoms, ""),
    kind("EML301", "手册同步", FromCustoms, ""),
    kind("EMS200", "账册入库回执", FromCustoms, ""),
    kind("EMS211", "账册审核回执", FromCustoms, ""),
    kind("EMS221", "账册核销审批回执", FromCustoms, ""),
    kind("EMS241", "账册部分修改、暂停、恢复", FromCustoms, ""),
    kind("EMS301", "账册同步", FromCustoms, ""),
    kind("INV200", "清单入库回执", FromCustoms, ""),
    kind("INV201", "清单审批回执", FromCustoms, ""),
    kind("INV202", "清单生成报关单回执", FromCustoms, ""),
    kind("INV211", "清单记账回执", FromCustoms, ""),
    kind("BHL201", "流转申报表审批回执", FromCustoms, ""),
    kind("CMB201", "耗料单审批回执", FromCustoms, ""),
    kind("SAS201", "业务申报表审批回执", FromCustoms, ""),
    kind("SAS211", "出入库单审批回执", FromCustoms, ""),
    kind("SAS221", "核放单审批回执", FromCustoms, ""),
    kind("SAS223", "核放单过卡回执", FromCustoms, ""),
    kind("SAS224", "核放单查验处置回执", FromCustoms, ""),
];

/// A type by its number.
pub fn message_type(code: &str) -> Option<&'static MessageType> {
    let same = |it: &&MessageType| it.code.eq_ignore_ascii_case(code);
    MESSAGE_TYPES.iter().find(same)
}

/// A message as it was read or is to be written. Everything that stood in it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    root: Element,
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// See [`xml::read`].
    pub fn read(bytes: &[u8]) -> Result<Message, ExchangeError> {
        Message::read_within(bytes, &Limits::default())
    }

    /// The same, within limits of one's own.
    ///
    /// # Errors
    /// See [`xml::read`].
    pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Message, ExchangeError> {
        xml::read(bytes, limits).map(|root| Message { root })
    }

    /// The message as XML.
    pub fn write(&self) -> String {
        xml::write(&self.root)
    }

    /// The whole tree. Where the root is itself a record it stands in an element without a name.
    pub fn root(&self) -> &Element {
        &self.root
    }

    /// The whole tree, to change it.
    pub fn root_mut(&mut self) -> &mut Element {
        &mut self.root
    }

    /// What the message is: the envelope's `message_type`, else what its root says.
    /// `CommonResponeMessage` has no number: it is answered by that name.
    pub fn code(&self) -> Option<&str> {
        if let Some(code) = self.envelope().and_then(|it| it.get("message_type")) {
            return Some(code);
        }
        if self.record("CommonResponeMessage").is_some() {
            return Some("CommonResponeMessage");
        }
        let document = self.document()?;
        let by_root = |it: &&MessageType| {
            document.is(it.code) || (!it.client_root.is_empty() && document.is(it.client_root))
        };
        MESSAGE_TYPES.iter().find(by_root).map(|it| it.code)
    }

    /// The type, where it is one that is known here.
    pub fn kind(&self) -> Option<&'static MessageType> {
        message_type(self.code()?)
    }

    /// Who wrote it.
    pub fn dialect(&self) -> Dialect {
        let client = self.document().is_some_and(|document| {
            let root = |it: &MessageType| !it.client_root.is_empty() && document.is(it.client_root);
            MESSAGE_TYPES.iter().any(root)
        });
        match client {
            true => Dialect::Client,
            false => Dialect::Customs,
        }
    }

    /// The envelope (信封).
    pub fn envelope(&self) -> Option<&Record> {
        self.record("EnvelopInfo")
    }

    /// The document within the envelope: `InvtMessage`, `INV201` …
    pub fn document(&self) -> Option<&Element> {
        let within = match self.root.descendant("BussinessData") {
            Some(business) => business,
            None if self.root.name.is_empty() => return None,
            None => return Some(&self.root),
        };
        within.children.iter().find_map(|it| match it {
            Node::Element(element) if !element.is("DelcareFlag") => Some(element),
            _ => None,
        })
    }

    /// `DelcareFlag` (the misspelling is the real name): whether the client is to declare (`1`) or only
    /// to save (`0`, 暂存).
    pub fn declare_flag(&self) -> Option<&str> {
        self.root.descendant("DelcareFlag").and_then(Element::text)
    }

    /// All records of a kind, by its element.
    pub fn records<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Record> {
        self.root
            .records()
            .filter(move |it| it.kind().name.eq_ignore_ascii_case(name))
    }

    /// The first record of a kind.
    pub fn record(&self, name: &str) -> Option<&Record> {
        self.root
            .records()
            .find(|it| it.kind().name.eq_ignore_ascii_case(name))
    }

    /// The reasons that came with a decision (`CheckInfo/note`).
    pub fn notes(&self) -> Vec<&str> {
        let all = self.records("CheckInfo");
        all.flat_map(|it| it.values().filter(|it| it.0.eq_ignore_ascii_case("note")))
            .map(|it| it.1)
            .collect()
    }
}

/// What stands on an envelope that is written.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Envelope {
    /// 报文编号: one's own, never used twice.
    pub message_id: String,
    /// 文件名.
    pub file_name: String,
    /// 发送方.
    pub sender: String,
    /// 接收方.
    pub receiver: String,
    /// 发送时间, `yyyy-MM-ddTHH:mm:ss`.
    pub sent: String,
    /// The card that signs (`Ic_Card`); the client's dialect only.
    pub card: Option<String>,
}

impl Message {
    /// A message of the customs' side: `Package`, the envelope, and the records in an element of the
    /// type's number.
    pub fn for_customs(kind: &MessageType, envelope: &Envelope, records: Vec<Record>) -> Message {
        let document = Element::of(kind.code, nodes(records));
        let package = package(
            kind.code,
            envelope,
            vec![Node::Element(document)],
            Dialect::Customs,
        );
        let root = package.attribute("xmlns", "http://www.w3.org/2000/09/xmldsig#");
        Message { root }
    }

    /// A message for the client's OutBox: the same within an empty signature, which the client fills in
    /// with the card. `beside` is what the document carries beside its records.
    pub fn for_client(
        kind: &MessageType,
        envelope: &Envelope,
        records: Vec<Record>,
        beside: Vec<Node>,
        declare: bool,
    ) -> Message {
        let mut children = nodes(records);
        children.extend(beside);
        let flag = Element::of_text("DelcareFlag", if declare { "1" } else { "0" });
        let business = vec![
            Node::Element(Element::of(kind.client_root, children)),
            Node::Element(flag),
        ];
        let package = package(kind.code, envelope, business, Dialect::Client);
        let object = Element::of("Object", vec![Node::Element(package)]).attribute("Id", "String");
        let root = Element::of(
            "Signature",
            vec![
                signed_info(),
                empty("SignatureValue"),
                key(),
                Node::Element(object),
            ],
        );
        Message { root }
    }
}

fn nodes(records: Vec<Record>) -> Vec<Node> {
    records.into_iter().map(Node::Record).collect()
}

fn empty(name: &str) -> Node {
    Node::Element(Element::new(name))
}

fn key() -> Node {
    let name = Node::Element(Element::of_text("KeyName", "String"));
    Node::Element(Element::of("KeyInfo", vec![name]))
}

fn signed_info() -> Node {
    let algorithm =
        |name: &str, value: &str| Node::Element(Element::new(name).attribute("Algorithm", value));
    let digest = algorithm("DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1");
    let reference =
        Element::of("Reference", vec![digest, empty("DigestValue")]).attribute("URI", "String");
    Node::Element(Element::of(
        "SignedInfo",
        vec![
            algorithm(
                "CanonicalizationMethod",
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            ),
            algorithm(
                "SignatureMethod",
                "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            ),
            Node::Element(reference),
        ],
    ))
}

fn package(code: &str, envelope: &Envelope, business: Vec<Node>, dialect: Dialect) -> Element {
    let mut head = Record::new(&fields::ENVELOP_INFO);
    let card = envelope
        .card
        .as_deref()
        .filter(|_| dialect == Dialect::Client);
    let values = [
        ("version", Some("1.0")),
        ("message_id", Some(envelope.message_id.as_str())),
        ("file_name", Some(envelope.file_name.as_str())),
        ("message_type", Some(code)),
        ("sender_id", Some(envelope.sender.as_str())),
        ("receiver_id", Some(envelope.receiver.as_str())),
        ("send_time", Some(envelope.sent.as_str())),
        ("Ic_Card", card),
    ];
    for (name, value) in values {
        head.set(name, value);
    }
    let mut data = Vec::new();
    if dialect == Dialect::Customs {
        let pocket = Record::new(&fields::POCKET_INFO)
            .with("pocket_id", &envelope.message_id)
            .with("total_pocket_qty", "1")
            .with("cur_pocket_no", "1");
        data.push(Node::Record(pocket));
    }
    data.push(Node::Element(Element::of("BussinessData", business)));
    let data = Element::of("DataInfo", data);
    Element::of("Package", vec![Node::Record(head), Node::Element(data)])
}
