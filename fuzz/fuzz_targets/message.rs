//! Any bytes as a message, as an archive, as the name of a file. What is read is written again as the
//! same, and an archive never gives more than its limit.
#![no_main]

use bonded_exchange::client::{self, MessageId};
use bonded_exchange::{Message, archive, xml};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    message(bytes);
    let limits = archive::Limits::default().message(MOST);
    if let Ok(packed) = archive::unpack(bytes, &limits) {
        assert!(packed.xml.len() <= MOST);
        assert!(!packed.name.contains(".."));
        message(&packed.xml);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        name(text);
    }
});

fn message(bytes: &[u8]) {
    let mut limits = xml::Limits::default();
    limits.bytes = MOST;
    let Ok(message) = Message::read_within(bytes, &limits) else {
        return;
    };
    let written = message.write();
    let again = Message::read(written.as_bytes()).expect("it was written");
    assert_eq!(again, message, "{written}");
    assert_eq!(again.write(), written);
    let _ = (message.code(), message.dialect(), message.notes());
    let bytes = archive::pack("message.xml", &written).expect("small");
    let limits = archive::Limits::default();
    let packed = archive::unpack(&bytes, &limits).expect("it was packed");
    assert_eq!(packed.xml, written.as_bytes());
}

fn name(text: &str) {
    let _ = (client::answer(text), client::place(text));
    if let Some(id) = MessageId::read(text) {
        assert_eq!(id.to_string(), text);
    }
    let name = client::outbox_name("INV101", text, "1");
    assert!(name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_')));
}
