//! Messages as customs would write them, and a desk that posts what they say.

use std::fmt::Write as _;

use bonded_ledger::{Entry, Ledger};

use crate::message::Message;
use crate::on_file::OnFile;
use crate::receipts::{Books, Names, Outcome, Told, read};

pub(crate) const BOOK: &str = "C520726A0001";
pub(crate) const BOND: &str = "QD520726I000000001";
pub(crate) const SEQ: &str = "202600000000000001";
pub(crate) const OWN: &str = "ERP-1";
const PARTY: &str =
    r#"{"uscc":"91330200MA0000001L","customs_code":"3302960001","name":"示例企业"}"#;

/// A ledger with one book, and what has been delivered to it.
pub(crate) struct Desk {
    pub(crate) ledger: Ledger,
    pub(crate) on_file: OnFile,
    pub(crate) names: Names,
    pub(crate) nothing_else: bool,
}

impl Desk {
    pub(crate) fn empty() -> Desk {
        Desk {
            ledger: Ledger::new(),
            on_file: OnFile::default(),
            names: Names::default(),
            nothing_else: false,
        }
    }

    pub(crate) fn new() -> Desk {
        let mut desk = Desk::empty();
        desk.post(&open(BOOK));
        desk
    }

    pub(crate) fn post(&mut self, line: &str) {
        let entry = Entry::from_json(line).unwrap_or_else(|it| panic!("{it}: {line}"));
        self.take(&entry);
    }

    fn take(&mut self, entry: &Entry) {
        let posted = self.ledger.post(entry);
        posted.unwrap_or_else(|it| panic!("{it}: {}", entry.line()));
        self.on_file.record(entry);
    }

    pub(crate) fn told(&self, message: &str) -> Told {
        let message = Message::read(message.as_bytes()).unwrap_or_else(|it| panic!("{it}"));
        let mut books = Books::new(&self.ledger, &self.on_file, &self.names);
        books.nothing_else_comes = self.nothing_else;
        read(&message, &books)
    }

    /// Reads a message and posts what it says.
    pub(crate) fn deliver(&mut self, message: &str) -> Told {
        let told = self.told(message);
        assert_eq!(
            told.outcome == Outcome::New,
            !told.entries.is_empty(),
            "{told:#?}"
        );
        for entry in &told.entries {
            // As a file of entries would have it.
            let line = entry.line().into_owned();
            self.post(&line);
        }
        self.names.learn(&told);
        told
    }

    /// Delivers them again and again until nothing is new; what each was told last. A refused entry
    /// is tried again with its receipt.
    pub(crate) fn deliver_all(&mut self, messages: &[String]) -> Vec<Told> {
        loop {
            let mut last = Vec::new();
            let mut new = false;
            for message in messages {
                let told = self.told(message);
                new |= self.names.learn(&told);
                for entry in &told.entries {
                    if self.ledger.post(entry).is_err() {
                        break;
                    }
                    self.on_file.record(entry);
                    new = true;
                }
                last.push(told);
            }
            if !new {
                return last;
            }
        }
    }

    /// All that the ledger says now.
    pub(crate) fn state(&self) -> String {
        let mut lists = self.ledger.lists(&Default::default());
        lists.sort_by(|a, b| a.number.cmp(&b.number));
        let lines: Vec<_> = lists
            .iter()
            .map(|it| self.ledger.list_lines(&it.number))
            .collect();
        let mut statement = serde_json::to_value(self.ledger.statement()).expect("a statement");
        // How many entries said it may differ.
        statement["entries"] = 0.into();
        format!("{statement:#}\n{lists:#?}\n{lines:#?}")
    }

    pub(crate) fn kinds(told: &Told) -> Vec<String> {
        let kind = |it: &Entry| {
            let value = serde_json::to_value(it.kind()).expect("an entry");
            value["entry"].as_str().expect("a kind").to_owned()
        };
        told.entries.iter().map(kind).collect()
    }
}

pub(crate) fn codes(told: &Told) -> Vec<&'static str> {
    told.problems.iter().map(|it| it.code).collect()
}

pub(crate) fn open(number: &str) -> String {
    let id = crate::receipts::id(&["a test opens", number]);
    format!(
        r#"{{"id":"{id}","date":"2026-01-05","entry":"open_handbook","handbook":{{"number":"{number}","trade":"imported_materials","operator":{PARTY},"processor":{PARTY},"valid_from":"2026-01-05","valid_until":"2026-12-31","consumption_declared":"before_export","role":"ic_design","materials":[{{"seq":1,"code":"W-8","hs":"3818001900","name":"硅片","unit":"020","legal_unit":"035","quantity":"1000","price":"42.5","currency":"USD"}},{{"seq":2,"code":"AU","hs":"7108130000","name":"金线","unit":"036","quantity":"500"}}],"products":[{{"seq":1,"code":"IC-1","hs":"8542319090","name":"处理器","unit":"054","quantity":"500"}}],"consumptions":[{{"product":1,"material":1,"net":"1.5","tangible_loss":"3"}}]}}}}"#
    )
}

/// A list at customs. Fields that are `""` are left empty.
#[derive(Clone)]
pub(crate) struct List {
    pub(crate) book: &'static str,
    pub(crate) bond: &'static str,
    pub(crate) seq: &'static str,
    pub(crate) own: &'static str,
    pub(crate) change: u32,
    pub(crate) asked: &'static str,
    pub(crate) way: &'static str,
    pub(crate) goods: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) other: (&'static str, &'static str),
    pub(crate) prevd: &'static str,
    pub(crate) formal: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) status: &'static str,
    pub(crate) entry_no: &'static str,
    /// Line, item, quantity, unit, name, code.
    pub(crate) lines: Vec<(
        u32,
        u16,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    )>,
}

impl Default for List {
    fn default() -> List {
        List {
            book: BOOK,
            bond: BOND,
            seq: SEQ,
            own: OWN,
            change: 0,
            asked: "1",
            way: "I",
            goods: "I",
            mode: "0615",
            other: ("", ""),
            prevd: "2026-03-01 10:00:00",
            formal: "",
            mark: "1",
            status: "0",
            entry_no: "",
            lines: vec![
                (1, 1, "100", "020", "硅片", "3818001900"),
                (2, 2, "20.50000", "036", "金线", "7108130000"),
            ],
        }
    }
}

impl List {
    pub(crate) fn deducted(self) -> List {
        List {
            formal: "2026-03-02 09:30:00",
            mark: "2",
            entry_no: "520720261520000001",
            ..self
        }
    }

    pub(crate) fn quantity(mut self, line: usize, quantity: &'static str) -> List {
        self.lines[line - 1].2 = quantity;
        self
    }

    fn head(&self) -> String {
        let List {
            book,
            bond,
            seq,
            own,
            change,
            asked,
            way,
            goods,
            mode,
            other,
            prevd,
            formal,
            mark,
            status,
            entry_no,
            ..
        } = self;
        format!(
            "<BondInvtBsc><bondInvtNo>{bond}</bondInvtNo><chgTmsCnt>{change}</chgTmsCnt><invtPreentNo>{seq}</invtPreentNo>\
             <putrecNo>{book}</putrecNo><etpsInnerInvtNo>{own}</etpsInnerInvtNo><bizopEtpsSccd/>\
             <invtDclTime>2026-03-01 00:00:00</invtDclTime><entryNo>{entry_no}</entryNo><rltInvtNo>{}</rltInvtNo>\
             <rltPutrecNo>{}</rltPutrecNo><impexpPortcd>5207</impexpPortcd><impexpMarkcd>{way}</impexpMarkcd>\
             <mtpckEndprdMarkcd>{goods}</mtpckEndprdMarkcd><supvModecd>{mode}</supvModecd><trspModecd>5</trspModecd>\
             <prevdTime>{prevd}</prevdTime><formalVrfdedTime>{formal}</formalVrfdedTime>\
             <vrfdedMarkcd>{mark}</vrfdedMarkcd><invtStucd>{status}</invtStucd><dclTypecd>{asked}</dclTypecd></BondInvtBsc>",
            other.1, other.0
        )
    }

    fn body(&self) -> String {
        let mut text = String::new();
        for (line, item, quantity, unit, name, code) in &self.lines {
            write!(
                text,
                "<BondInvtDt><bondInvtNo>{}</bondInvtNo><gdsSeqno>{line}</gdsSeqno><putrecSeqno>{item}</putrecSeqno>\
                 <gdsMtno>M</gdsMtno><gdecd>{code}</gdecd><gdsNm>{name}</gdsNm><dclUnitcd>{unit}</dclUnitcd>\
                 <natcd>116</natcd><dclTotalAmt>1000.00000</dclTotalAmt><dclCurrcd>502</dclCurrcd><lawfQty>{quantity}</lawfQty>\
                 <dclQty>{quantity}</dclQty><netWt>12.5</netWt><ucnsVerno></ucnsVerno></BondInvtDt>",
                self.bond
            )
            .expect("text");
        }
        text
    }

    /// INV201, whole.
    pub(crate) fn inv201(&self, result: &str, day: &str) -> String {
        package(
            "INV201",
            &format!("{}{}{}", self.result(result, day), self.head(), self.body()),
        )
    }

    /// INV201 with nothing but the decision.
    pub(crate) fn short(&self, result: &str, day: &str) -> String {
        package("INV201", &self.result(result, day))
    }

    /// INV211: head alone, as for account books.
    pub(crate) fn inv211(&self) -> String {
        package("INV211", &self.head())
    }

    /// INV101 on the customs' side.
    pub(crate) fn inv101(&self) -> String {
        package("INV101", &format!("{}{}", self.head(), self.body()))
    }

    fn result(&self, result: &str, day: &str) -> String {
        format!(
            "<HdeApprResult><etpsPreentNo>{}</etpsPreentNo><businessId>{}</businessId><tmsCnt>{}</tmsCnt>\
             <typecd>{}</typecd><manageResult>{result}</manageResult><manageDate>{day} 11:00:00</manageDate><rmk/></HdeApprResult>",
            self.seq, self.bond, self.change, self.asked
        )
    }

    /// INV101 as the client takes it.
    pub(crate) fn client(&self) -> String {
        let mut lines = String::new();
        for (line, item, quantity, unit, name, code) in &self.lines {
            write!(
                lines,
                "<InvtListType><GdsSeqno>{line}</GdsSeqno><PutrecSeqno>{item}</PutrecSeqno><GdsMtno>M</GdsMtno>\
                 <Gdecd>{code}</Gdecd><GdsNm>{name}</GdsNm><DclUnitcd>{unit}</DclUnitcd><Natcd>116</Natcd>\
                 <DclTotalAmt>1000</DclTotalAmt><DclCurrcd>502</DclCurrcd><LawfQty>{quantity}</LawfQty>\
                 <DclQty>{quantity}</DclQty><DestinationNatcd>142</DestinationNatcd></InvtListType>"
            )
            .expect("text");
        }
        format!(
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignatureValue/><Object Id=\"String\"><Package>\
             <EnvelopInfo><message_type>INV101</message_type></EnvelopInfo><DataInfo><BussinessData><InvtMessage>\
             <InvtHeadType><PutrecNo>{}</PutrecNo><InvtType>0</InvtType><EtpsInnerInvtNo>{}</EtpsInnerInvtNo>\
             <InputName>示例</InputName><ImpexpMarkcd>{}</ImpexpMarkcd><MtpckEndprdMarkcd>{}</MtpckEndprdMarkcd>\
             <SupvModecd>{}</SupvModecd><DclTypecd>{}</DclTypecd><GenDecFlag>1</GenDecFlag><InvtDclTime>20260301</InvtDclTime>\
             <RltPutrecNo>{}</RltPutrecNo><RltInvtNo>{}</RltInvtNo></InvtHeadType>{lines}</InvtMessage>\
             <DelcareFlag>1</DelcareFlag></BussinessData></DataInfo></Package></Object></Signature>",
            self.book,
            self.own,
            self.way,
            self.goods,
            self.mode,
            self.asked,
            self.other.0,
            self.other.1
        )
    }
}

pub(crate) fn package(code: &str, records: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Package xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\
         <EnvelopInfo><message_type>{code}</message_type></EnvelopInfo><DataInfo><PocketInfo>\
         <total_pocket_qty>1</total_pocket_qty><cur_pocket_no>1</cur_pocket_no></PocketInfo>\
         <BussinessData><{code}>{records}</{code}></BussinessData></DataInfo></Package>"
    )
}
