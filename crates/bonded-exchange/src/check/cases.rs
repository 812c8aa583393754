//! The language of the smallest cases, and the documents they begin with.
//!
//! A case is a document that is right in every way, and what is changed in it, a line each:
//!
//! | line | what it does |
//! | --- | --- |
//! | `INV101` | begins with the document of this type, as the client takes it where it does |
//! | `INV101 product` | a list of products in place of materials |
//! | `INV101 customs` | the same list as the customs side writes it |
//! | `InvtListType[2]/DclQty=5` | sets an element; nothing behind the `=` takes it away; `字*300` is 300 times 字 |
//! | `InvtListType[1]/?DclQt=5` | adds an element that the record does not have |
//! | `+InvtListType` | adds a record: the last of its kind again, with the next number, or an empty one |
//! | `*InvtListType 50` | adds such records until there are 50, each with another country of origin |
//! | `-InvtListType[2]` | takes a record out; without a number the last |
//! | `on 2026-03-02` | the day; it is 2026-03-02 where none is given |
//! | `save` | saved, not declared |
//! | `card 3302960001` | who holds the card |
//! | `close C520726A0003` | the book is closed before |
//! | `codes currencies` | with another table, whose lines follow until a `.` |

use bonded_ledger::{Date, Entry, HandbookNo, Ledger, parse_date};

use super::{Context, Purpose, records};
use crate::codes::{CodeTable, Codes};
use crate::fields::record_kind;
use crate::on_file::OnFile;
use crate::problem::Problem;
use crate::record::{Cell, Record};
use crate::tree::Element;

const ENTERPRISE: &str =
    r#"{"uscc":"91330200MA0000001L","customs_code":"3302960001","name":"示例企业一"}"#;

/// The books of the cases, and what was posted to the first.
const JOURNAL: &[&str] = &[
    r#""date":"2026-01-05","entry":"open_handbook","handbook":{"number":"C520726A0001","trade":"imported_materials","operator":@,"processor":@,"valid_from":"2026-01-05","valid_until":"2026-12-31","consumption_declared":"before_export","materials":[{"seq":1,"code":"W-8","hs":"3818001900","name":"硅片","spec":"8英寸","unit":"020","legal_unit":"035","quantity":"1000","price":"42.5","currency":"502"},{"seq":2,"code":"W-2","hs":"7408190090","name":"铜线","spec":"0.02mm","unit":"035","quantity":"200","price":"9","currency":"502"}],"products":[{"seq":1,"code":"IC-1","hs":"8542319090","name":"处理器","spec":"BGA","unit":"054","legal_unit":"054","legal_unit_2":"035","quantity":"500"}],"consumptions":[{"product":1,"material":1,"net":"1.5"},{"product":1,"material":2,"net":"0.1"}]}"#,
    r#""date":"2026-01-05","entry":"open_handbook","handbook":{"number":"E520726B0002","trade":"imported_materials","operator":@,"processor":@,"valid_from":"2026-01-05","valid_until":"2026-12-31","consumption_declared":"before_export","materials":[{"seq":1,"code":"W-8","hs":"3818001900","name":"硅片","spec":"8英寸","unit":"020"}],"products":[{"seq":1,"code":"IC-1","hs":"8542319090","name":"处理器","spec":"BGA","unit":"054","legal_unit":"054","legal_unit_2":"035"}],"consumptions":[{"product":1,"material":1,"version":"26010101","net":"1.5"}]}"#,
    r#""date":"2026-01-05","entry":"open_handbook","handbook":{"number":"C520726A0003","trade":"imported_materials","operator":@,"processor":@,"valid_from":"2026-01-05","valid_until":"2026-12-31","consumption_declared":"before_export","materials":[{"seq":1,"code":"W-8","hs":"3818001900","name":"硅片","spec":"8英寸","unit":"020","legal_unit":"035","quantity":"1000"},{"seq":2,"code":"W-2","hs":"7408190090","name":"铜线","spec":"0.02mm","unit":"035","quantity":"200"}],"products":[{"seq":1,"code":"IC-1","hs":"8542319090","name":"处理器","spec":"BGA","unit":"054","quantity":"500"}],"consumptions":[{"product":1,"material":1,"net":"1.5"}]}"#,
    r#""date":"2026-02-02","entry":"declare_list","list":{"number":"QD520726I000000001","handbook":"C520726A0001","direction":"import","goods":"material","mode":"0615","lines":[{"line":1,"seq":1,"quantity":"100"},{"line":2,"seq":2,"quantity":"20"}]}"#,
    r#""date":"2026-02-03","entry":"book_list","list":"QD520726I000000001""#,
    r#""date":"2026-02-12","entry":"declare_list","list":{"number":"QD520726E000000001","handbook":"C520726A0001","direction":"export","goods":"product","mode":"0615","lines":[{"line":1,"seq":1,"quantity":"10"}]}"#,
    r#""date":"2026-02-13","entry":"book_list","list":"QD520726E000000001""#,
];

const HEAD: &str = "InvtHeadType ChgTmsCnt=0 PutrecNo=C520726A0001 InvtType=0 EtpsInnerInvtNo=ERP-1 BizopEtpsno=3302960001 BizopEtpsSccd=91330200MA0000001L BizopEtpsNm=示例企业一 RcvgdEtpsno=3302960001 RvsngdEtpsSccd=91330200MA0000001L RcvgdEtpsNm=示例企业一 DclEtpsno=3302960001 DclEtpsSccd=91330200MA0000001L DclEtpsNm=示例企业一 InputCode=3302960001 InputCreditCode=91330200MA0000001L InputName=示例企业一 InputTime=20260302 CorrEntryDclEtpsNo=3302960001 CorrEntryDclEtpsSccd=91330200MA0000001L CorrEntryDclEtpsNm=示例企业一 ImpexpPortcd=5207 DclPlcCuscd=5207 SupvModecd=0615 TrspModecd=9 DclcusFlag=1 DclcusTypecd=2 StshipTrsarvNatcd=142 DclTypecd=1 GenDecFlag=1 InvtDclTime=20260302";

const MATERIALS: &str = "
    InvtListType GdsSeqno=1 PutrecSeqno=1 GdsMtno=W-8 Gdecd=3818001900 GdsNm=硅片 GdsSpcfModelDesc=8英寸 DclUnitcd=020 LawfUnitcd=035 Natcd=116 DclUprcAmt=42.5 DclTotalAmt=4250 DclCurrcd=502 LawfQty=118 DclQty=100 GrossWt=120 NetWt=118 LvyrlfModecd=3 ClyMarkcd=0 DestinationNatcd=142 ModfMarkcd=3
    InvtListType GdsSeqno=2 PutrecSeqno=2 GdsMtno=W-2 Gdecd=7408190090 GdsNm=铜线 GdsSpcfModelDesc=0.02mm DclUnitcd=035 LawfUnitcd=035 Natcd=116 DclUprcAmt=9 DclTotalAmt=450 DclCurrcd=502 LawfQty=50 DclQty=50 GrossWt=55 NetWt=50 LvyrlfModecd=3 ClyMarkcd=0 DestinationNatcd=142 ModfMarkcd=3";

const PRODUCTS: &str = "
    InvtListType GdsSeqno=1 PutrecSeqno=1 GdsMtno=IC-1 Gdecd=8542319090 GdsNm=处理器 GdsSpcfModelDesc=BGA DclUnitcd=054 LawfUnitcd=054 SecdLawfUnitcd=035 Natcd=142 DclUprcAmt=1200 DclTotalAmt=6000 DclCurrcd=502 LawfQty=5 SecdLawfQty=8.5 DclQty=5 GrossWt=10 NetWt=8.5 LvyrlfModecd=3 UcnsVerno=0 ClyMarkcd=0 DestinationNatcd=502 ModfMarkcd=3";

const HANDBOOK: &str = "
    NptsEmlHead EmlType=C EtpsPreentNo=HB-1 DclTypecd=1 MasterCuscd=5207 BizopEtpsSccd=91330200MA0000001L BizopEtpsno=3302960001 BizopEtpsNm=示例企业一 RvsngdEtpsSccd=91330200MA0000001L RcvgdEtpsno=3302960001 RcvgdEtpsNm=示例企业一 DclEtpsTypecd=1 DclEtpsSccd=91330200MA0000001L DclEtpsno=3302960001 DclEtpsNm=示例企业一 DclTime=20260302 SupvModecd=0615 ValidDate=20261231 ReduNatrcd=503 UcnsDclSegcd=1 StndbkBankcd=1 ImpCurrcd=502 ExpCurrcd=502 DclTypeMarkcd=1 InputTime=20260302
    NptsEmlImg GdsSeqno=1 MtpckEndprdTypecd=I GdsMtno=W-8 Gdecd=3818001900 GdsNm=硅片 EndprdGdsSpcfModelDesc=8英寸 DclUnitcd=020 LawfUnitcd=035 DclQty=1000 DclUprcAmt=42.5 DclTotalAmt=42500 DclCurrcd=502 Natcd=116 LvyrlfModecd=3 AdjmtrMarkcd=1 ModfMarkcd=3
    NptsEmlImg GdsSeqno=2 MtpckEndprdTypecd=I GdsMtno=W-2 Gdecd=7408190090 GdsNm=铜线 EndprdGdsSpcfModelDesc=0.02mm DclUnitcd=035 LawfUnitcd=035 DclQty=200 DclUprcAmt=9 DclTotalAmt=1800 DclCurrcd=502 Natcd=116 LvyrlfModecd=3 AdjmtrMarkcd=2 ModfMarkcd=3
    NptsEmlExg GdsSeqno=1 MtpckEndprdTypecd=E GdsMtno=IC-1 Gdecd=8542319090 GdsNm=处理器 EndprdGdsSpcfModelDesc=BGA DclUnitcd=054 LawfUnitcd=054 SecdLawfUnitcd=035 DclQty=500 DclUprcAmt=1200 DclTotalAmt=600000 DclCurrcd=502 Natcd=502 LvyrlfModecd=3 ModfMarkcd=3
    NptsEmlConsume EndprdSeqno=1 MtpckSeqno=1 UcnsVerno=0 NetUseupQty=1.5 TgblLossRate=0 IntgbLossRate=0 UcnsDclStucd=2 ModfMarkcd=3 BondMtpckPrpr=100 EtpsExeMarkcd=1
    NptsEmlConsume EndprdSeqno=1 MtpckSeqno=2 UcnsVerno=0 NetUseupQty=0.1 TgblLossRate=0 IntgbLossRate=0 UcnsDclStucd=2 ModfMarkcd=3 BondMtpckPrpr=100 EtpsExeMarkcd=1";

const CLOSURE: &str = "
    EmlChgoffBsc emlNo=C520726A0001 bizopEtpsSccd=91330200MA0000001L bizopEtpsno=3302960001 bizopEtpsNm=示例企业一 ownerEtpsSccd=91330200MA0000001L ownerEtpsno=3302960001 ownerEtpsNm=示例企业一 impInvtTotalCnt=1 expInvtTotalCnt=1 chgoffMtpckTotalCnt=1 chgoffEndprdTotalCnt=1 chgoffDclDate=2026-03-02 dclTypeMarkcd=1 masterCuscd=5207
    EmlChgoffInvt emlNo=C520726A0001 bondInvtNo=QD520726I000000001
    EmlChgoffInvt emlNo=C520726A0001 bondInvtNo=QD520726E000000001
    EmlChgoffMtpck emlNo=C520726A0001 typecd=I seqno=1 gdecd=3818001900 impTotalQty=100 dprcsCrdwImpQty=0 sdinQty=0 reexpQty=0 mtpckDstryQty=0 lfmtQty=0 remainCrdwQty=0 csmTotalQty=15 remainMtpckQty=85
    EmlChgoffEndprd emlNo=C520726A0001 typecd=E seqno=1 gdecd=8542319090 expTotalQty=10 dprcsCrdwExpQty=0 endprdRetnExchImpQty=0 endprdRetnExchExpQty=0";

const CYCLE: &str = "
    EmsChgoffBsc emsNo=E520726B0002 chgoffTmsCnt=1 chgoffTypecd=1 chgoffBeginTime=2026-01-05 chgoffDueTime=2026-02-28 bizopEtpsSccd=91330200MA0000001L bizopEtpsno=3302960001 bizopEtpsNm=示例企业一 rvsngdEtpsSccd=91330200MA0000001L rcvgdEtpsno=3302960001 rcvgdEtpsNm=示例企业一 impInvtTotalCnt=1 expInvtTotalCnt=0 chgoffMtpckTotalCnt=1 chgoffEndprdTotalCnt=0 masterCuscd=5207
    EmsChgoffInvtLt emsNo=E520726B0002 chgoffTmsCnt=1 bondInvtNo=QD520726I000000002 dclTypecd=1
    EmsChgoffDt emsNo=E520726B0002 chgoffTmsCnt=1 typecd=I seqno=1 shdRemainQty=5 actlRemainQty=5 dsmlQty=0";

const CARRY_OVER: &str = "
    RotateDclBsc chgTmsCnt=0 dclTypecd=1 rotateTypecd=1 trfoutOriactNo=C520726A0001 trfoutPlcCuscd=5207 trfoutEtpsno=3302960001 trfoutEtpsSccd=91330200MA0000001L trfoutEtpsNm=示例企业一 trfinOriactNo=C520726A0002 trfinPlcCuscd=5207 trfinEtpsno=3302960002 trfinEtpsSccd=91330200MA0000002P trfinEtpsNm=示例企业二 dclTbValidTime=2026-12-31
    RotateDclDt trfinTrfoutMarkcd=E rotateDclSeqno=1 oriactGdsSeqno=1 gdecd=8542319090 gdsNm=处理器 gdsSpcfModelDesc=BGA dclUnitcd=054 dclQty=50 lawfUnitcd=054 lawfQty=50 modfMarkcd=3
    RotateDclDt trfinTrfoutMarkcd=I rotateDclSeqno=1 oriactGdsSeqno=7 gdecd=8542319090 gdsNm=集成电路 gdsSpcfModelDesc=BGA dclUnitcd=054 dclQty=50 lawfUnitcd=054 lawfQty=50 modfMarkcd=3";

const SHEET: &str = "
    SasCmbBsc chgTmsCnt=0 dclTypecd=1 cmTypecd=1 emsNo=E520726B0002 masterCuscd=5207 cmBeginTime=2026-02-01 cmEndTime=2026-02-28 bizopEtpsSccd=91330200MA0000001L bizopEtpsno=3302960001 bizopEtpsNm=示例企业一 rvsngdEtpsSccd=91330200MA0000001L rcvgdEtpsno=3302960001 rcvgdEtpsNm=示例企业一 dclTime=2026-03-02
    SasCmbInvt chgTmsCnt=0 bondInvtNo=QD520726E000000002 modfMarkcd=3
    SasCmbImg chgTmsCnt=0 mtpckSeqno=1 ucnsNetUseupQty=7.5 modfMarkcd=3";

/// A case as it was read: the document, and what it is checked against.
#[derive(Debug)]
#[non_exhaustive]
pub struct Case {
    /// The type of message.
    pub code: String,
    /// The records of the document.
    pub records: Vec<Record>,
    /// What is on file.
    pub on_file: OnFile,
    /// The ledger.
    pub ledger: Ledger,
    /// The code tables.
    pub codes: Codes,
    /// The day.
    pub date: Date,
    /// Saved or declared.
    pub purpose: Purpose,
    /// Who holds the card.
    pub card: Option<String>,
}

impl Case {
    /// What the document is checked against.
    pub fn context(&self) -> Context<'_> {
        Context {
            on_file: Some(&self.on_file),
            ledger: Some(&self.ledger),
            purpose: Some(self.purpose),
            card: self.card.as_deref(),
            ..Context::new(self.date, &self.codes)
        }
    }

    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        records(&self.code, &self.records, &self.context())
    }
}

/// What is wrong in a case.
///
/// # Errors
/// Where the case itself cannot be read.
pub fn run(script: &str) -> Result<Vec<Problem>, String> {
    read(script).map(|it| it.check())
}

/// Reads a case.
///
/// # Errors
/// Where the case itself cannot be read.
pub fn read(script: &str) -> Result<Case, String> {
    let mut lines = script.trim().lines().map(str::trim);
    let begins = lines.next().unwrap_or_default();
    let (code, variant) = begins.split_once(' ').unwrap_or((begins, ""));
    let date = parse_date("2026-03-02").ok_or("the day of the cases")?;
    let (on_file, ledger) = world()?;
    let mut case = Case {
        code: code.into(),
        records: document(code, variant)?,
        on_file,
        ledger,
        codes: Codes::builtin(),
        date,
        purpose: Purpose::Declare,
        card: None,
    };
    while let Some(line) = lines.next() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "save" => case.purpose = Purpose::Save,
            "card" => case.card = Some(rest.into()),
            "on" => case.date = parse_date(rest).ok_or_else(|| format!("{rest} is no day"))?,
            "close" => case.close(rest)?,
            "codes" => {
                let table = CodeTable::ALL.into_iter().find(|it| it.name() == rest);
                let table = table.ok_or_else(|| format!("{rest} is no table"))?;
                let text: Vec<&str> = lines.by_ref().take_while(|it| *it != ".").collect();
                let codes = std::mem::take(&mut case.codes);
                let codes = codes.with_table(table, &text.join("\n"), None);
                case.codes = codes.map_err(|it| it.to_string())?;
            }
            _ => case.change(line)?,
        }
    }
    Ok(case)
}

fn world() -> Result<(OnFile, Ledger), String> {
    let (mut on_file, mut ledger) = (OnFile::default(), Ledger::new());
    for (number, line) in JOURNAL.iter().enumerate() {
        let line = line.replace('@', ENTERPRISE);
        post(&mut on_file, &mut ledger, number, &line)?;
    }
    Ok((on_file, ledger))
}

fn post(
    on_file: &mut OnFile,
    ledger: &mut Ledger,
    number: usize,
    body: &str,
) -> Result<(), String> {
    let line = format!(r#"{{"id":"6f0a8f5e-6f53-5c43-9a54-{number:012}",{body}}}"#);
    let entry = Entry::from_json(&line).map_err(|it| it.to_string())?;
    ledger.post(&entry).map_err(|it| it.to_string())?;
    on_file.record(&entry);
    Ok(())
}

/// The document that a case begins with.
fn document(code: &str, variant: &str) -> Result<Vec<Record>, String> {
    let both = |rest: &str, head: &str| format!("{HEAD} {head}{rest}");
    let text = match (code, variant) {
        ("INV101", "" | "customs") => {
            both(MATERIALS, "ImpexpMarkcd=I MtpckEndprdMarkcd=I DecType=1")
        }
        ("INV101", "product") => both(PRODUCTS, "ImpexpMarkcd=E MtpckEndprdMarkcd=E DecType=2"),
        ("NPTS001" | "EML111", "") => HANDBOOK.into(),
        ("EML121", "") => CLOSURE.into(),
        ("EMS121", "") => CYCLE.into(),
        ("BHL101", "") => CARRY_OVER.into(),
        ("CMB101", "") => SHEET.into(),
        _ => String::new(),
    };
    let mut records = Vec::new();
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        let mut words = line.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let mut record = new(kind)?;
        for word in words {
            let (name, value) = word.split_once('=').ok_or("an element without a value")?;
            if !record.set(name, Some(value)) {
                return Err(format!("{kind} has no {name}"));
            }
        }
        let customs = match kind {
            "InvtHeadType" if variant == "customs" => "BondInvtBsc",
            "InvtListType" if variant == "customs" => "BondInvtDt",
            "NptsEmlHead" if code == "EML111" => "EmlPutrecBsc",
            "NptsEmlImg" | "NptsEmlExg" if code == "EML111" => "EmlPutrecDt",
            "NptsEmlConsume" if code == "EML111" => "EmlPutrecUcnsDt",
            _ => kind,
        };
        records.push(match record_kind(customs) {
            Some(there) if customs != kind => record.translate(there),
            _ => record,
        });
    }
    Ok(records)
}

fn new(kind: &str) -> Result<Record, String> {
    let kind = record_kind(kind).ok_or_else(|| format!("{kind} is no record"))?;
    Ok(Record::new(kind))
}

impl Case {
    fn close(&mut self, number: &str) -> Result<(), String> {
        let number: HandbookNo = number.parse().map_err(|_| format!("{number} is no book"))?;
        for (at, kind) in ["report_closure", "accept_closure"].into_iter().enumerate() {
            let body = format!(r#""date":"2026-02-20","entry":"{kind}","handbook":"{number}""#);
            post(&mut self.on_file, &mut self.ledger, 900 + at, &body)?;
        }
        Ok(())
    }

    fn change(&mut self, line: &str) -> Result<(), String> {
        if let Some(kind) = line.strip_prefix('+') {
            return self.add(kind);
        }
        if let Some(rest) = line.strip_prefix('*') {
            let (kind, count) = rest.split_once(' ').ok_or("how many?")?;
            let count: usize = count.parse().map_err(|_| format!("{count} is no number"))?;
            let rows = self.codes.rows(CodeTable::Countries).iter();
            let mut codes: Vec<Box<str>> = rows.map(|it| it.code.clone()).collect();
            codes.dedup();
            let had = self.count(kind);
            // 116 stands in the lines that are there.
            for code in codes
                .iter()
                .filter(|it| &***it != "116")
                .take(count.saturating_sub(had))
            {
                self.add(kind)?;
                if let Some(record) = self.records.last_mut() {
                    record.set("Natcd", Some(code));
                }
            }
            return Ok(());
        }
        let (path, value) = line
            .split_once('=')
            .unwrap_or((line.trim_start_matches('-'), ""));
        let (record, name) = path.split_once('/').unwrap_or((path, ""));
        let (kind, number) = match record.split_once('[') {
            Some((kind, number)) => {
                let number = number.trim_end_matches(']').parse().ok();
                (kind, number.ok_or_else(|| format!("{line}: which?"))?)
            }
            None => (record, self.count(record)),
        };
        let same = |it: &(usize, &mut Record)| it.1.kind().name == kind;
        let mut all = self.records.iter_mut().enumerate().filter(same);
        let missing = || format!("{line}: there is no {kind}[{number}]");
        let (at, record) = all.nth(number.max(1) - 1).ok_or_else(missing)?;
        if line.starts_with('-') {
            drop(all);
            self.records.remove(at);
            return Ok(());
        }
        let value = match value.rsplit_once('*') {
            Some((text, times)) => text.repeat(times.parse().map_err(|_| "how often?")?),
            None => value.to_owned(),
        };
        match name.strip_prefix('?') {
            Some(name) => {
                let element = Element::of_text(name, &value);
                record.cells.push(Cell::Other(Box::new(element)));
            }
            None if !record.set(name, Some(&value)) => {
                return Err(format!("{kind} has no {name}"));
            }
            None => {}
        }
        Ok(())
    }

    fn count(&self, kind: &str) -> usize {
        self.records
            .iter()
            .filter(|it| it.kind().name == kind)
            .count()
    }

    fn add(&mut self, kind: &str) -> Result<(), String> {
        let last = self.records.iter().rev().find(|it| it.kind().name == kind);
        let mut record = match last {
            Some(it) => it.clone(),
            None => new(kind)?,
        };
        if record.get("GdsSeqno").is_some() {
            record.set("GdsSeqno", Some(&(self.count(kind) + 1).to_string()));
        }
        self.records.push(record);
        Ok(())
    }
}
