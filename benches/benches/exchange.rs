//! Messages of the Single Window read and written, beside what an integrator would reach for: the bare
//! parser, a document tree, and structures filled by serde: `cargo bench -p benches --bench exchange`.

use std::hint::black_box;

use bonded_exchange::{Envelope, Message, Record, fields, message_type};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quick_xml::events::Event;
use serde::Deserialize;

const LINES: u32 = 20_000;

/// A list of so many lines, as customs sends it.
fn list() -> Message {
    let head = Record::new(&fields::BOND_INVT_BSC)
        .with("bondInvtNo", "QD520726I000000001")
        .with("putrecNo", "C520726A0001")
        .with("bizopEtpsNm", "示例集成电路有限公司")
        .with("supvModecd", "0615");
    let mut records = vec![head];
    for at in 1..=LINES {
        let line = Record::new(&fields::BOND_INVT_DT)
            .with("bondInvtNo", "QD520726I000000001")
            .with("chgTmsCnt", "0")
            .with("gdsSeqno", at.to_string())
            .with("putrecSeqno", (at % 9_999 + 1).to_string())
            .with("gdsMtno", format!("MAT-{at:06}"))
            .with("gdecd", "8542319090")
            .with("gdsNm", "处理器及控制器")
            .with("gdsSpcfModelDesc", "4|3|未封装|已蚀刻|已切割|无型号")
            .with("dclUnitcd", "054")
            .with("lawfUnitcd", "054")
            .with("secdLawfUnitcd", "035")
            .with("natcd", "143")
            .with("dclUprcAmt", "12.34500")
            .with("dclTotalAmt", format!("{at}.67000"))
            .with("dclCurrcd", "502")
            .with("lawfQty", format!("{at}.12345"))
            .with("secdLawfQty", "0.00125")
            .with("dclQty", format!("{at}.12345"))
            .with("lvyrlfModecd", "3")
            .with("modfMarkcd", "3");
        records.push(line);
    }
    let kind = message_type("INV101").expect("known");
    Message::for_customs(kind, &Envelope::default(), records)
}

/// Every event of the parser and nothing done with it: what no reader on top of it can beat.
fn bare(xml: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut events = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return events,
            _ => events += 1,
        }
    }
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "DataInfo")]
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "BussinessData")]
    business: Business,
}

#[derive(Deserialize)]
struct Business {
    #[serde(rename = "INV101")]
    list: List,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "BondInvtDt")]
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "filled, as a program would that reads them")]
struct Line {
    bond_invt_no: String,
    chg_tms_cnt: String,
    gds_seqno: String,
    putrec_seqno: String,
    gds_mtno: String,
    gdecd: String,
    gds_nm: String,
    gds_spcf_model_desc: String,
    dcl_unitcd: String,
    lawf_unitcd: String,
    secd_lawf_unitcd: String,
    natcd: String,
    dcl_uprc_amt: String,
    dcl_total_amt: String,
    usd_stat_total_amt: String,
    dcl_currcd: String,
    lawf_qty: String,
    secd_lawf_qty: String,
    wt_sf_val: String,
    fst_sf_val: String,
    secd_sf_val: String,
    dcl_qty: String,
    gross_wt: String,
    net_wt: String,
    use_cd: String,
    lvyrlf_modecd: String,
    ucns_verno: String,
    entry_gds_seqno: String,
    apply_tb_seqno: String,
    cly_markcd: String,
    rmk: String,
    actl_pass_qty: String,
    passport_used_qty: String,
    param1: String,
    param2: String,
    param3: String,
    param4: String,
}

fn exchange(c: &mut Criterion) {
    let message = list();
    let xml = message.write();
    println!("a list of {LINES} lines: {} bytes", xml.len());
    assert_eq!(Message::read(xml.as_bytes()).expect("ours"), message);

    let mut group = c.benchmark_group("a list read");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(xml.len() as u64));
    group.bench_function("bonded-exchange", |b| {
        b.iter(|| black_box(Message::read(xml.as_bytes()).expect("ours")));
    });
    group.bench_function("quick-xml, events only", |b| {
        b.iter(|| black_box(bare(&xml)))
    });
    group.bench_function("quick-xml, serde into structures", |b| {
        b.iter(|| {
            let read: Package = quick_xml::de::from_str(&xml).expect("read");
            black_box(read.data.business.list.lines.len())
        });
    });
    group.bench_function("roxmltree", |b| {
        b.iter(|| black_box(roxmltree::Document::parse(&xml).expect("read").root().id()));
    });
    group.finish();

    let mut group = c.benchmark_group("a list written");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(xml.len() as u64));
    group.bench_function("bonded-exchange", |b| b.iter(|| black_box(message.write())));
    group.finish();
}

criterion_group!(benches, exchange);
criterion_main!(benches);
