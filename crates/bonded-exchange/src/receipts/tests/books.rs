use bonded_ledger::{Credit, EntryKind};

use super::support::{BOOK, Desk, codes, open, package};
use crate::receipts::Outcome;

/// A handbook as customs has it.
#[derive(Clone)]
pub(crate) struct Book {
    pub(crate) number: &'static str,
    pub(crate) change: u32,
    pub(crate) valid: &'static str,
    pub(crate) pause: &'static str,
    pub(crate) wafers: &'static str,
    pub(crate) net: &'static str,
    /// What stands behind the items.
    pub(crate) more: &'static str,
}

impl Default for Book {
    /// As [`open`] has it.
    fn default() -> Book {
        Book {
            number: BOOK,
            change: 0,
            valid: "2026-12-31",
            pause: "1",
            wafers: "1000.00000",
            net: "1.500000000",
            more: "",
        }
    }
}

impl Book {
    fn records(&self) -> String {
        let Book {
            number,
            change,
            valid,
            pause,
            wafers,
            net,
            more,
        } = self;
        let item = |seq, kind, code, hs, name, unit, rest: &str| {
            format!(
                "<EmlPutrecDt><emlNo>{number}</emlNo><gdsSeqno>{seq}</gdsSeqno><mtpckEndprdTypecd>{kind}</mtpckEndprdTypecd>\
                 <gdsMtno>{code}</gdsMtno><gdecd>{hs}</gdecd><gdsNm>{name}</gdsNm><dclUnitcd>{unit}</dclUnitcd>{rest}</EmlPutrecDt>"
            )
        };
        let wafers = format!(
            "<lawfUnitcd>035</lawfUnitcd><dclUprcAmt>42.50000</dclUprcAmt><dclCurrcd>502</dclCurrcd><dclQty>{wafers}</dclQty><natcd>116</natcd>"
        );
        format!(
            "<EmlPutrecBsc><emlNo>{number}</emlNo><chgTmsCnt>{change}</chgTmsCnt><emlType>C</emlType>\
             <bizopEtpsSccd>91330200MA0000001L</bizopEtpsSccd><bizopEtpsno>3302960001</bizopEtpsno><bizopEtpsNm>示例企业</bizopEtpsNm>\
             <rvsngdEtpsSccd>91330200MA0000001L</rvsngdEtpsSccd><rcvgdEtpsno>3302960001</rcvgdEtpsno><rcvgdEtpsNm>示例企业</rcvgdEtpsNm>\
             <putrecApprTime>2026-01-05 09:00:00</putrecApprTime><chgApprTime>2026-04-01 09:00:00</chgApprTime><supvModecd>0615</supvModecd>\
             <impCtrtNo>HT-1</impCtrtNo><validDate>{valid}</validDate><ucnsDclSegcd>1</ucnsDclSegcd>\
             <pauseImpexpMarkcd>{pause}</pauseImpexpMarkcd></EmlPutrecBsc>{}{}{}{more}\
             <EmlPutrecUcnsDt><endprdSeqno>1</endprdSeqno><mtpckSeqno>1</mtpckSeqno><ucnsVerno>0</ucnsVerno><netUseupQty>{net}</netUseupQty>\
             <tgblLossRate>3.000000000</tgblLossRate><intgbLossRate>0</intgbLossRate><bondMtpckPrpr>100</bondMtpckPrpr></EmlPutrecUcnsDt>",
            item(1, "I", "W-8", "3818001900", "硅片", "020", &wafers),
            item(
                2,
                "I",
                "AU",
                "7108130000",
                "金线",
                "036",
                "<dclQty>500</dclQty>"
            ),
            item(
                1,
                "E",
                "IC-1",
                "8542319090",
                "处理器",
                "054",
                "<dclQty>500</dclQty>"
            ),
        )
    }

    pub(crate) fn message(&self, code: &str, result: &str, day: &str) -> String {
        let asked = if self.change > 0 { "2" } else { "1" };
        package(
            code,
            &format!(
                "<HdeApprResult><businessId>{}</businessId><tmsCnt>{}</tmsCnt><typecd>{asked}</typecd>\
                 <manageResult>{result}</manageResult><manageDate>{day}</manageDate></HdeApprResult>{}",
                self.number,
                self.change,
                self.records()
            ),
        )
    }

    pub(crate) fn copy(&self) -> String {
        package("EML301", &self.records())
    }
}

#[test]
fn an_approved_filing_opens_the_book() {
    let mut desk = Desk::empty();
    for undecided in ["2", "Y", "Z", "3"] {
        let told =
            desk.deliver(&Book::default().message("EML211", undecided, "2026-01-05 09:00:00"));
        assert_eq!(told.outcome, Outcome::Informs);
    }
    let told = desk.deliver(&Book::default().message("EML211", "1", "2026-01-06 09:00:00"));
    let EntryKind::OpenHandbook { handbook } = told.entries[0].kind() else {
        panic!("{told:?}");
    };
    assert_eq!(handbook.valid_from.to_string(), "2026-01-05");
    assert_eq!(
        handbook.materials[0]
            .item
            .price
            .map(|it| it.to_string())
            .as_deref(),
        Some("42.5")
    );
    let customs = |ext: &Option<bonded_ledger::Ext>| ext.as_ref().expect("ext")["customs"].clone();
    assert_eq!(customs(&handbook.ext)["impCtrtNo"], "HT-1");
    assert_eq!(customs(&handbook.ext)["supvModecd"], "0615");
    assert_eq!(customs(&handbook.materials[0].item.ext)["natcd"], "116");
    let again = desk.deliver(&Book::default().message("EML211", "1", "2026-01-06 09:00:00"));
    assert_eq!(again.outcome, Outcome::Known);
    assert_eq!(
        desk.deliver(&Book::default().copy()).outcome,
        Outcome::Known
    );
    let told = desk.deliver(&Book::default().message("EML211", "3", "2026-01-07 09:00:00"));
    assert_eq!(codes(&told), ["returned_although_open"]);
    // The copy opens it as well, as the same entry.
    let copy = Desk::empty().told(&Book::default().copy());
    let filing = Desk::empty().told(&Book::default().message("EML211", "1", "2026-01-06 09:00:00"));
    assert_eq!(copy.entries, filing.entries);
}

#[test]
fn a_change_amends_what_differs_and_keeps_what_customs_does_not_say() {
    let mut desk = Desk::new();
    let change = Book {
        change: 1,
        valid: "2027-06-30",
        wafers: "1200",
        net: "1.6",
        ..Book::default()
    };
    let told = desk.deliver(&change.message("EML211", "1", "2026-04-02 09:00:00"));
    let EntryKind::AmendHandbook(amended) = told.entries[0].kind() else {
        panic!("{told:?}");
    };
    assert_eq!(told.entries[0].date().to_string(), "2026-04-01");
    assert_eq!(amended.by.map(|it| it.as_str()), Some("customs"));
    assert_eq!(
        (
            amended.materials.len(),
            amended.products.len(),
            amended.consumptions.len()
        ),
        (1, 0, 1)
    );
    assert!(amended.removed.is_none());
    // 502 is USD: the currency on file stays.
    assert_eq!(
        amended.materials[0]
            .item
            .currency
            .map(|it| it.to_string())
            .as_deref(),
        Some("USD")
    );
    let book = desk
        .on_file
        .handbook(BOOK.parse().expect("a number"))
        .expect("open");
    assert_eq!(
        (book.change, book.opened.valid_until.to_string().as_str()),
        (1, "2027-06-30")
    );
    assert_eq!(
        desk.deliver(&change.message("EML211", "1", "2026-04-02 09:00:00"))
            .outcome,
        Outcome::Known
    );
    // The filing, late.
    assert_eq!(
        desk.deliver(&Book::default().message("EML211", "1", "2026-01-06 09:00:00"))
            .outcome,
        Outcome::Known
    );
    let third = Book {
        change: 3,
        wafers: "1300",
        ..change.clone()
    };
    assert_eq!(
        codes(&desk.deliver(&third.message("EML211", "1", "2026-05-02 09:00:00"))),
        ["change_missing"]
    );
    let other = Book {
        wafers: "1",
        ..change
    };
    assert_eq!(
        codes(&desk.deliver(&other.message("EML211", "1", "2026-04-02 09:00:00"))),
        ["book_differs"]
    );
}

#[test]
fn one_marked_as_deleted_is_removed() {
    let mut desk = Desk::new();
    let deleted = "<EmlPutrecDt><gdsSeqno>2</gdsSeqno><mtpckEndprdTypecd>I</mtpckEndprdTypecd><modfMarkcd>2</modfMarkcd></EmlPutrecDt>";
    let message = Book {
        change: 1,
        ..Book::default()
    }
    .message("EML211", "1", "2026-04-02 09:00:00");
    let row = message
        .split("<EmlPutrecDt>")
        .nth(2)
        .expect("the second item");
    let row = format!("<EmlPutrecDt>{row}");
    let told = desk.deliver(&message.replace(&row, deleted));
    assert_eq!(Desk::kinds(&told), ["amend_handbook"]);
    let book = desk
        .on_file
        .handbook(BOOK.parse().expect("a number"))
        .expect("open");
    assert_eq!(book.opened.materials.len(), 1);
}

#[test]
fn a_book_of_ones_own_amendments_is_not_told_from_by_their_count() {
    let mut desk = Desk::new();
    desk.post(r#"{"id":"6f0a8f5e-6f53-5c43-9a54-5d0e8c2a1b09","date":"2026-02-01","entry":"amend_handbook","handbook":"C520726A0001","credit":"certified"}"#);
    let change = Book {
        change: 1,
        wafers: "1200",
        ..Book::default()
    };
    assert_eq!(
        Desk::kinds(&desk.deliver(&change.message("EML211", "1", "2026-04-02 09:00:00"))),
        ["amend_handbook"]
    );
    let book = desk
        .on_file
        .handbook(BOOK.parse().expect("a number"))
        .expect("open");
    assert_eq!(book.opened.credit, Some(Credit::Certified));
}

#[test]
fn suspended_and_resumed_in_whichever_order_they_come() {
    let pause = |mark, time| {
        Book {
            pause: mark,
            ..Book::default()
        }
        .message("EML241", "1", time)
    };
    let messages = [
        pause("6", "2026-03-01 09:00:00"),
        pause("2", "2026-03-01 10:00:00"),
        pause("7", "2026-03-02 09:00:00"),
    ];
    let number = BOOK.parse().expect("a number");
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut desk = Desk::new();
        for at in order.into_iter().chain(order) {
            desk.deliver(&messages[at]);
        }
        let statement = desk.ledger.statement_of(Some(number), None);
        assert_eq!(statement.handbooks[0].suspended, ["import"], "{order:?}");
    }
}

#[test]
fn a_closure_is_accepted_or_returned_once_it_was_reported() {
    let decided = |result: &str, time: &str| {
        package(
            "EML221",
            &format!(
                "<HdeApprResult><businessId>{BOOK}</businessId><manageResult>{result}</manageResult><manageDate>{time}</manageDate></HdeApprResult><EmlChgoffBsc><emlNo>{BOOK}</emlNo></EmlChgoffBsc>"
            ),
        )
    };
    let report = |id: u32| {
        format!(
            r#"{{"id":"6f0a8f5e-6f53-5c43-9a54-5d0e8c2a{id:04}","date":"2026-05-01","entry":"report_closure","handbook":"{BOOK}"}}"#
        )
    };
    let mut desk = Desk::new();
    let told = desk.deliver(&decided("3", "2026-05-02 09:00:00"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["closure_not_reported"])
    );
    desk.post(&report(1));
    assert_eq!(
        desk.deliver(&decided("A", "2026-05-02 08:00:00")).outcome,
        Outcome::Informs
    );
    assert_eq!(
        Desk::kinds(&desk.deliver(&decided("3", "2026-05-02 09:00:00"))),
        ["return_closure"]
    );
    desk.post(&report(2));
    // The return again: it was of the first report.
    assert_eq!(
        desk.deliver(&decided("3", "2026-05-02 09:00:00")).outcome,
        Outcome::Known
    );
    assert_eq!(
        Desk::kinds(&desk.deliver(&decided("5", "2026-05-03 09:00:00"))),
        ["accept_closure"]
    );
    assert_eq!(
        desk.deliver(&decided("5", "2026-05-03 09:00:00")).outcome,
        Outcome::Known
    );
    assert_eq!(
        codes(&desk.deliver(&decided("6", "2026-05-04 09:00:00"))),
        ["returned_although_closed"]
    );
}

#[test]
fn a_change_of_what_the_journal_does_not_keep_counts() {
    let mut desk = Desk::new();
    let change = |change| {
        Book {
            change,
            ..Book::default()
        }
        .message("EML211", "1", "2026-04-02 09:00:00")
    };
    let told = desk.deliver(&change(1));
    assert_eq!(Desk::kinds(&told), ["amend_handbook"]);
    assert_eq!(desk.deliver(&change(1)).outcome, Outcome::Known);
    assert_eq!(desk.deliver(&change(2)).outcome, Outcome::New);
}

#[test]
fn an_application_counts_when_it_is_approved() {
    let mut desk = Desk::empty();
    assert_eq!(
        desk.deliver(&Book::default().message("EML111", "", ""))
            .outcome,
        Outcome::Informs
    );
    let client = "<EmlMessage><NptsEmlHead><EtpsPreentNo>OWN-1</EtpsPreentNo><DclTypecd>1</DclTypecd></NptsEmlHead></EmlMessage>";
    let told = desk.deliver(client);
    assert!(told.notes[0].contains("OWN-1"), "{told:?}");
    let short = package(
        "EML211",
        &format!(
            "<HdeApprResult><businessId>{BOOK}</businessId><typecd>1</typecd><manageResult>1</manageResult><manageDate>2026-01-05</manageDate></HdeApprResult>"
        ),
    );
    assert_eq!(codes(&desk.deliver(&short)), ["book_without_head"]);
    let account = Book {
        number: "E520726B0001",
        ..Book::default()
    };
    assert_eq!(
        codes(&desk.deliver(&account.message("EML211", "1", "2026-01-05 09:00:00"))),
        ["trade_unknown"]
    );
    desk.post(&open(BOOK));
    assert_eq!(desk.deliver(&short).outcome, Outcome::Known);
}
