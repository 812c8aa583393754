//! How messages are read: in any case, with or without namespace, and never beyond measure.

use bonded_exchange::xml::Limits;
use bonded_exchange::{Dialect, Message, Record, record_kinds};
use proptest::prelude::*;

fn read(xml: &str) -> Message {
    Message::read(xml.as_bytes()).unwrap_or_else(|it| panic!("{it}\n{xml}"))
}

fn refused(xml: &str) -> (&'static str, Option<u64>, String) {
    let error = Message::read(xml.as_bytes()).expect_err("it is refused");
    (error.code(), error.line(), error.place().to_owned())
}

#[test]
fn both_cases_and_any_namespace_say_the_same() {
    let forms = [
        "<Package xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><DataInfo><BussinessData><INV201>\
         <HdeApprResult><etpsPreentNo>1</etpsPreentNo><manageResult>4</manageResult></HdeApprResult>\
         </INV201></BussinessData></DataInfo></Package>",
        "<Package><DataInfo><BussinessData><INV201><HdeApprResult><EtpsPreentNo>1</EtpsPreentNo>\
         <ManageResult> 4 </ManageResult></HdeApprResult></INV201></BussinessData></DataInfo></Package>",
        "<ns2:Package xmlns:ns2=\"x\"><ns2:DataInfo><ns2:BussinessData><ns2:INV201><ns2:HdeApprResult>\
         <ns2:etpsPreentNo>1</ns2:etpsPreentNo><ns2:manageResult>4</ns2:manageResult>\
         </ns2:HdeApprResult></ns2:INV201></ns2:BussinessData></ns2:DataInfo></ns2:Package>",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Signature><Object><Package><DataInfo><BussinessData>\
         <INV201><HdeApprResult><etpsPreentNo>1</etpsPreentNo><!-- 预核扣 --><manageResult><![CDATA[4]]>\
         </manageResult></HdeApprResult></INV201></BussinessData></DataInfo></Package></Object></Signature>",
        "\u{feff}<INV201><HdeApprResult><manageResult>&#52;</manageResult><etpsPreentNo>1</etpsPreentNo>\
         </HdeApprResult></INV201>",
    ];
    for form in forms {
        let message = read(form);
        assert_eq!(message.code(), Some("INV201"), "{form}");
        assert_eq!(message.dialect(), Dialect::Customs);
        let head = message.record("HdeApprResult").expect("the head");
        assert_eq!(head.get("etpsPreentNo"), Some("1"), "{form}");
        assert_eq!(head.get("manageResult"), Some("4"), "{form}");
        assert_eq!(read(&message.write()), message, "{form}");
    }
}

#[test]
fn absent_empty_and_nil_are_alike() {
    let of = |inner: &str| {
        read(&format!(
            "<INV201><BondInvtBsc><bondInvtNo>1</bondInvtNo>{inner}</BondInvtBsc></INV201>"
        ))
    };
    let absent = of("");
    let forms = [
        "<rmk></rmk>",
        "<rmk/>",
        "<rmk xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>",
        "<rmk>   </rmk>",
    ];
    for form in forms {
        let message = of(form);
        let head = message.record("BondInvtBsc").expect("the head");
        assert_eq!(head.get("rmk"), None, "{form}");
    }
    assert_eq!(of("<rmk/>"), absent);
    // And written as it was.
    assert!(of(forms[2]).write().contains("xsi:nil=\"true\""));
}

#[test]
fn what_no_table_knows_is_kept_in_its_place() {
    let xml = "<INV201><BondInvtBsc><bondInvtNo>1</bondInvtNo><newField a=\"b\">x &lt; y</newField>\
               <nested><deep>z</deep></nested><rmk>r</rmk></BondInvtBsc><Later><one>1</one></Later></INV201>";
    let message = read(xml);
    let head = message.record("BondInvtBsc").expect("the head");
    assert_eq!(head.unknown().collect::<Vec<_>>(), ["newField", "nested"]);
    assert_eq!(head.get("newField"), Some("x < y"));
    let written: String = message.write().lines().skip(1).map(str::trim).collect();
    assert_eq!(written, xml);
}

#[test]
fn the_last_of_a_repeated_note_is_not_all() {
    let xml = "<INV201><CheckInfo><note>a</note><note>b</note></CheckInfo>\
               <CheckInfo><note>c</note></CheckInfo></INV201>";
    assert_eq!(read(xml).notes(), ["a", "b", "c"]);
}

#[test]
fn what_is_no_message_says_where_and_why() {
    assert_eq!(
        refused("<a>\n<b>\n</a>"),
        ("xml_malformed", Some(3), "a/b".into())
    );
    assert_eq!(refused("<a>\n<b>").0, "xml_malformed");
    assert_eq!(refused("").0, "xml_malformed");
    assert_eq!(refused("<a/><b/>").0, "xml_malformed");
    assert_eq!(refused("<a/>text").0, "xml_malformed");
    assert_eq!(
        refused("<INV201><BondInvtBsc><rmk>a<b/></rmk></BondInvtBsc></INV201>"),
        ("xml_malformed", Some(1), "INV201/BondInvtBsc/rmk".into())
    );
    assert_eq!(
        refused("<a>\u{1}</a>"),
        ("xml_malformed", Some(1), "".into())
    );
    assert_eq!(refused("<a>&#1;</a>").0, "xml_malformed");
    assert_eq!(
        refused("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").0,
        "xml_document_type"
    );
    assert_eq!(
        refused("<INV201><BondInvtBsc>\n<rmk>&b;</rmk></BondInvtBsc></INV201>"),
        ("xml_entity", Some(2), "INV201/BondInvtBsc/rmk".into())
    );
    assert_eq!(refused("<a b=\"&c;\"/>").0, "xml_entity");
    assert_eq!(
        refused("<?xml version=\"1.0\" encoding=\"GBK\"?><a/>").0,
        "xml_encoding"
    );
    let error = Message::read(b"<a>\n\xff</a>").expect_err("no UTF-8");
    assert_eq!((error.code(), error.line()), ("xml_encoding", Some(2)));
    assert_eq!(refused(&"<a>".repeat(40)).0, "xml_too_deep");
    let mut limits = Limits::default();
    limits.bytes = 10;
    let error = Message::read_within(b"<a>12345678</a>", &limits).expect_err("too long");
    assert_eq!(error.code(), "xml_too_large");
    limits = Limits::default();
    limits.text = 3;
    let error = Message::read_within(b"<a>1234</a>", &limits).expect_err("too long");
    assert_eq!(error.code(), "xml_too_large");
    let long = "<INV201><BondInvtBsc><rmk>1234</rmk></BondInvtBsc></INV201>";
    let error = Message::read_within(long.as_bytes(), &limits).expect_err("too long");
    assert_eq!(error.code(), "xml_too_large");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9A-Z.]{1,20}",
        "[ -~\u{4e00}-\u{4eff}\n\t]{1,40}",
        Just("a\r\nb & <c> \"d\" ]]>".to_owned()),
    ]
}

prop_compose! {
    fn records()(
        of in proptest::collection::vec(
            (any::<prop::sample::Index>(), proptest::collection::vec((any::<prop::sample::Index>(), text()), 0..12)),
            0..8,
        )
    ) -> Vec<Record> {
        let kinds: Vec<_> = record_kinds().collect();
        of.into_iter()
            .map(|(kind, values)| {
                let kind = *kind.get(&kinds);
                let mut record = Record::new(kind);
                for (field, value) in values {
                    record.set(field.get(kind.fields).name, Some(&value));
                }
                record
            })
            .collect()
    }
}

fn message(records: Vec<Record>) -> Message {
    let kind = bonded_exchange::message_type("INV201").expect("known");
    Message::for_customs(kind, &bonded_exchange::Envelope::default(), records)
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(records in records()) {
        let message = message(records);
        prop_assert_eq!(&read(&message.write()), &message);
    }

    /// Elements of the plain shape do not pass through the parser; all others do.
    #[test]
    fn the_short_way_and_the_parser_read_the_same(records in records()) {
        let message = message(records);
        let xml = message.write();
        let through_the_parser = xml.replace(">\n", " >\n<!-- -->").replace("/ >", " />");
        let through_the_parser = through_the_parser.replace("? >", "?>");
        prop_assert_eq!(read(&through_the_parser), message);
    }

    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Message::read(&bytes);
    }

    #[test]
    fn no_damage_breaks_it(records in records(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = message(records).write().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = Message::read(&bytes);
        let _ = Message::read(&bytes[..at]);
    }
}
