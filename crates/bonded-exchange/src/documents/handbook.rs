//! 手册备案、变更 (NPTS001, EML111) and 账册备案、变更 (EMS111).

use std::collections::BTreeMap;

use bonded_ledger::{
    ConsumptionDeclared, ConsumptionLine, Currency, Goods, HandbookNo, Item, OpenHandbook, Trade,
    Version,
};
use serde::Serialize;

use super::form::{Form, Layer, OURS, unknown_particulars};
use super::{
    ADDED, Action, CHANGED, Document, KEPT, Kind, Options, Paper, REMOVED, district, money, party,
};
use crate::fields::{self, Dialect, RecordKind};
use crate::on_file::FiledHandbook;
use crate::particulars::Particulars;
use crate::problem::Problem;
use crate::record::Record;
use crate::tree::{Element, Node};

/// A handbook (手册), or an account book (账册), as it stands: filed for the first time, every line marked
/// 增加. With the action [`Action::Delete`] it is taken back.
///
/// Of what the ledger keeps, the opening balance of a handbook has no element.
///
/// # Errors
/// Everything that is wrong with it. A change is written by [`handbook_change`].
pub fn handbook(
    book: &FiledHandbook,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let mark = match options.action {
        Action::Delete => KEPT,
        Action::File | Action::Change => ADDED,
    };
    let mut paper = Paper::new(kind(book.opened.number), options);
    if options.action == Action::Change {
        paper.problem(
            "nothing_amended",
            "a change of one state of the handbook",
            "the handbook before the change and after it",
            "call handbook_change with both, or file it for the first time",
            OURS,
        );
    }
    let rows = Rows {
        materials: all(&book.opened.materials, mark),
        products: all(&book.opened.products, mark),
        consumptions: all(&book.opened.consumptions, mark),
    };
    write(book, &rows, particulars, paper)
}

/// The change (变更) that leads from a handbook as it was to what it is now: all its lines, each marked
/// 未修改, 修改, 删除 or 增加. Whether unchanged lines have to be sent was not found; marked 0 they say
/// nothing (`unverified`).
///
/// ```
/// use bonded_exchange::documents::{self, Action, Options};
/// use bonded_exchange::{Envelope, OnFile, Particulars};
/// use bonded_ledger::{AmendHandbook, Entry, EntryKind};
/// # let mut on_file = OnFile::default();
/// # on_file.record(&Entry::from_json(include_str!("../../tests/data/open.json"))?);
/// let before = on_file.handbook("C520719A9901".parse()?).expect("opened");
/// let entry = Entry::from_json(r#"{"id":"6f1c2d3e-0000-4000-8000-000000000001",
///     "date":"2026-05-18","entry":"amend_handbook","handbook":"C520719A9901",
///     "valid_until":"2027-12-31"}"#)?;
/// let EntryKind::AmendHandbook(change) = entry.kind() else { unreachable!() };
/// let envelope = Envelope { message_id: "EML-2026-0002".into(), ..Envelope::default() };
/// let options = Options::client(envelope, "2026-05-18".parse()?).action(Action::Change);
/// let after = before.amended_by(change);
/// let document = documents::handbook_change(before, &after, &Particulars::default(), &options)
///     .map_err(|problems| format!("{problems:?}"))?;
/// let head = document.message.record("NptsEmlHead").expect("a head");
/// assert_eq!((head.get("DclTypecd"), head.get("ValidDate")), (Some("2"), Some("20271231")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Everything that is wrong with it.
pub fn handbook_change(
    before: &FiledHandbook,
    after: &FiledHandbook,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let options = options.clone().action(Action::Change);
    let mut paper = Paper::new(kind(after.opened.number), &options);
    if before.opened.number != after.opened.number {
        let found = format!("{} and {}", before.opened.number, after.opened.number);
        let advice = "compare a handbook with itself";
        paper.problem("handbooks_differ", found, "one handbook", advice, OURS);
    }
    let (was, is) = (&before.opened, &after.opened);
    let consumption = |it: &ConsumptionLine| {
        let version = Version::or_default(it.version.as_ref()).to_owned();
        (it.product.get(), it.material.get(), version)
    };
    let rows = Rows {
        materials: changes(&was.materials, &is.materials, |it| it.seq),
        products: changes(&was.products, &is.products, |it| it.seq),
        consumptions: changes(&was.consumptions, &is.consumptions, consumption),
    };
    write(after, &rows, particulars, paper)
}

fn kind(number: HandbookNo) -> Kind {
    match number.is_account_book() {
        true => Kind::AccountBook,
        false => Kind::Handbook,
    }
}

/// A line of the document: what it says, and what the change does to it.
type Row<'a, T> = (&'a T, &'static str);

struct Rows<'a> {
    materials: Vec<Row<'a, bonded_ledger::MaterialItem>>,
    products: Vec<Row<'a, bonded_ledger::ProductItem>>,
    consumptions: Vec<Row<'a, ConsumptionLine>>,
}

fn all<'a, T>(items: &'a [T], mark: &'static str) -> Vec<Row<'a, T>> {
    items.iter().map(|it| (it, mark)).collect()
}

/// Both states side by side, by key: what is gone keeps its line, marked.
fn changes<'a, T: Serialize, K: Ord>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&T) -> K,
) -> Vec<Row<'a, T>> {
    let mut rows: BTreeMap<K, Row<'a, T>> = BTreeMap::new();
    for item in before {
        rows.insert(key(item), (item, REMOVED));
    }
    let json = |it: &T| serde_json::to_value(it).ok();
    for item in after {
        let mark = match rows.get(&key(item)) {
            None => ADDED,
            Some((was, _)) if json(was) == json(item) => KEPT,
            Some(_) => CHANGED,
        };
        rows.insert(key(item), (item, mark));
    }
    rows.into_values().collect()
}

fn write(
    book: &FiledHandbook,
    rows: &Rows<'_>,
    particulars: &Particulars,
    mut paper: Paper<'_>,
) -> Result<Document, Vec<Problem>> {
    let options = paper.options;
    unknown_particulars(particulars, |_| false, &mut paper.problems);
    let shape = Shape::of(options.dialect, book.opened.number);
    let declarant = head(book, &shape, particulars, &mut paper);
    let changes = changed(book, options);
    let number = number(book, options);
    for (material, mark) in &rows.materials {
        let mut form = Filed {
            shape: &shape,
            kind: shape.material,
            seq: material.seq.get(),
            goods: Goods::Material,
            item: &material.item,
            mark,
        };
        form.fill(number, changes, particulars, &mut paper, |form| {
            let consumable = material.consumable == Some(true);
            form.own_if("gdsAtrcd", consumable.then_some("1"));
            form.or("adjmtrMarkcd", "1");
            form.own_if("vclrPridInitQty", material.opening);
        });
    }
    for (product, mark) in &rows.products {
        let mut form = Filed {
            shape: &shape,
            kind: shape.product,
            seq: product.seq.get(),
            goods: Goods::Product,
            item: &product.item,
            mark,
        };
        form.fill(number, changes, particulars, &mut paper, |_| {});
    }
    for (at, (line, mark)) in rows.consumptions.iter().enumerate() {
        consumption(
            line,
            mark,
            at,
            rows,
            &shape,
            number,
            changes,
            particulars,
            &mut paper,
        );
    }
    if options.dialect == Dialect::Client {
        paper.beside.push(Node::Element(Element::new("NptsSign")));
        paper.operator(particulars, declarant.as_deref());
        let info = Record::new(&fields::IMPORT_INFO)
            .with("MessageType", "NPTS001")
            .with("OpType", "S")
            .with("FileSize", "0");
        paper.beside.push(Node::Record(info));
    }
    paper.close()
}

/// The records of a filing.
struct Shape {
    head: &'static RecordKind,
    material: &'static RecordKind,
    product: &'static RecordKind,
    consumption: &'static RecordKind,
    /// The element of the book's number.
    number: &'static str,
    account_book: bool,
}

impl Shape {
    fn of(dialect: Dialect, number: HandbookNo) -> Shape {
        if number.is_account_book() {
            return Shape {
                head: &fields::EMS_PUTREC_BSC,
                material: &fields::EMS_PUTREC_DT,
                product: &fields::EMS_PUTREC_DT,
                consumption: &fields::EMS_PUTREC_UCNS_DT,
                number: "emsNo",
                account_book: true,
            };
        }
        let (head, material, product, consumption) = match dialect {
            Dialect::Client => (
                &fields::NPTS_EML_HEAD,
                &fields::NPTS_EML_IMG,
                &fields::NPTS_EML_EXG,
                &fields::NPTS_EML_CONSUME,
            ),
            Dialect::Customs => (
                &fields::EML_PUTREC_BSC,
                &fields::EML_PUTREC_DT,
                &fields::EML_PUTREC_DT,
                &fields::EML_PUTREC_UCNS_DT,
            ),
        };
        Shape {
            head,
            material,
            product,
            consumption,
            number: "emlNo",
            account_book: false,
        }
    }
}

fn number<'a>(book: &'a FiledHandbook, options: &Options) -> Option<&'a str> {
    options.numbered.then_some(book.opened.number.as_str())
}

/// 变更次数: of a change not yet in the journal, the next one.
fn changed(book: &FiledHandbook, options: &Options) -> u32 {
    match options.action {
        Action::File => 0,
        Action::Change => book.amended.max(1),
        Action::Delete => book.amended,
    }
}

fn head(
    filed: &FiledHandbook,
    shape: &Shape,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) -> Option<String> {
    let options = paper.options;
    let book = &filed.opened;
    let kind = shape.head;
    let layers = [
        Layer::carried(kind, book.ext.as_ref()),
        Layer::particulars(kind, Some(&particulars.head)),
    ];
    let mut form = Form::new(kind, kind.name, &layers);
    form.own_if(shape.number, number(filed, options));
    form.own("chgTmsCnt", changed(filed, options));
    if !shape.account_book {
        form.own("emlType", book.number.letter());
    }
    // Answers name it, whoever gave it; the client's own element of that name has the same letters.
    let own_number = match options.dialect {
        Dialect::Client => "EtpsPreentNo",
        Dialect::Customs => "etpsPreentNo",
    };
    form.or(own_number, book.number);
    form.own("dclTypecd", options.action.code());
    form.or_if("masterCuscd", district(book.number.as_str()));
    let [code, credit, name] = party(&book.operator);
    form.own("bizopEtpsno", code);
    form.own("bizopEtpsSccd", credit);
    form.own("bizopEtpsNm", name);
    let [code, credit, name] = party(&book.processor);
    form.own("rcvgdEtpsno", code);
    form.own("rvsngdEtpsSccd", credit);
    form.own("rcvgdEtpsNm", name);
    let declarants = ["dclEtpsno", "dclEtpsSccd", "dclEtpsNm"];
    form.party_or(declarants, Some(party(&book.operator)));
    let [code, credit, name] = declarants.map(|it| form.value(it).unwrap_or_default().to_owned());
    let inputs = ["InputEtpsTypecd", "InputEtpsSccd", "InputEtpsNm"];
    form.party_or(inputs, Some([&code, &credit, &name]));
    form.or("dclTime", options.day);
    form.or("InputTime", options.day);
    let supplied = book.trade == Trade::SuppliedMaterials;
    if shape.account_book {
        form.own("finishValidDate", book.valid_until);
        form.or("emsTypecd", "1");
        form.or("dclMarkcd", "1");
    } else {
        form.own("validDate", book.valid_until);
        form.or("supvModecd", if supplied { "0214" } else { "0615" });
        form.or("reduNatrcd", if supplied { "502" } else { "503" });
        form.or("dclTypeMarkcd", "1");
        let imported = one(book.materials.iter().map(|it| it.item.currency));
        let exported = one(book.products.iter().map(|it| it.item.currency));
        let digits = |it: Currency| options.currency(it.as_str());
        form.or_if("impCurrcd", imported.map(digits));
        form.or_if("expCurrcd", exported.map(digits));
    }
    form.own(
        "ucnsDclSegcd",
        match book.consumption_declared {
            ConsumptionDeclared::BeforeExport => "1",
            ConsumptionDeclared::BeforeClosure => "2",
        },
    );
    let verifies = book.self_verification.unwrap_or_default();
    form.own("etpsPosesSadjaQuaFlag", u8::from(verifies));
    let declarant = form.value("dclEtpsno").map(str::to_owned);
    paper.add(form);
    declarant
}

/// The one value that all have.
fn one<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|it| it.as_ref() == Some(&first)).then_some(first)
}

/// A material or product of the filing.
struct Filed<'a> {
    shape: &'a Shape,
    kind: &'static RecordKind,
    seq: u16,
    goods: Goods,
    item: &'a Item,
    mark: &'static str,
}

impl Filed<'_> {
    fn fill(
        &mut self,
        number: Option<&str>,
        changes: u32,
        particulars: &Particulars,
        paper: &mut Paper<'_>,
        more: impl FnOnce(&mut Form<'_, '_>),
    ) {
        let (kind, item, options) = (self.kind, self.item, paper.options);
        let layers = [
            Layer::particulars(kind, particulars.items.get(&item.code)),
            Layer::carried(kind, item.ext.as_ref()),
            Layer::particulars(kind, Some(&particulars.line)),
        ];
        let nth = paper
            .records
            .iter()
            .filter(|it| it.kind().name == kind.name)
            .count();
        let mut form = Form::new(kind, format!("{}[{}]", kind.name, nth + 1), &layers);
        form.own_if(self.shape.number, number);
        form.own("gdsSeqno", self.seq);
        form.own(
            "mtpckEndprdTypecd",
            match self.goods {
                Goods::Material => "I",
                Goods::Product => "E",
            },
        );
        form.own("chgTmsCnt", changes);
        form.own("gdsMtno", &item.code);
        form.own("gdecd", item.hs);
        form.own("gdsNm", &item.name);
        form.own_if("endprdGdsSpcfModelDesc", item.spec.as_deref());
        form.own("dclUnitcd", item.unit);
        form.own_if("lawfUnitcd", item.legal_unit);
        form.own_if("secdLawfUnitcd", item.legal_unit_2);
        form.own_if("dclQty", item.quantity);
        let price = item.price.as_ref().map(money::amount);
        form.own_if("dclUprcAmt", price.as_deref());
        let currency = item.currency.map(|it| options.currency(it.as_str()));
        form.own_if("dclCurrcd", currency);
        if let (Some(price), Some(quantity)) = (price, item.quantity) {
            let quantity = quantity.to_string();
            let total = money::total(&price, &quantity, 5, money::Ties::Away);
            form.or_if("dclTotalAmt", total);
        }
        form.or("lvyrlfModecd", "3");
        let limited = item.quantity.is_some();
        form.or("qtyCntrMarkcd", if limited { "1" } else { "2" });
        form.or("etpsExeMarkcd", "1");
        form.own("modfMarkcd", self.mark);
        more(&mut form);
        paper.add(form);
    }
}

#[allow(
    clippy::too_many_arguments,
    reason = "a line stands in a table of a book"
)]
fn consumption(
    line: &ConsumptionLine,
    mark: &'static str,
    at: usize,
    rows: &Rows<'_>,
    shape: &Shape,
    number: Option<&str>,
    changes: u32,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let kind = shape.consumption;
    let layers = [Layer::particulars(kind, Some(&particulars.line))];
    let mut form = Form::new(kind, format!("{}[{}]", kind.name, at + 1), &layers);
    let product = rows.products.iter().find(|it| it.0.seq == line.product);
    let material = rows.materials.iter().find(|it| it.0.seq == line.material);
    let percent = |it: Option<bonded_ledger::Percent>, default: &str| {
        it.map_or_else(|| default.to_owned(), |it| it.to_string())
    };
    let net = line.net.to_string();
    let tangible = percent(line.tangible_loss, "0");
    let intangible = percent(line.intangible_loss, "0");
    form.own_if(shape.number, number);
    form.own("endprdSeqno", line.product);
    form.own_if("EndprdGdsMtno", product.map(|it| &it.0.item.code));
    form.own("mtpckSeqno", line.material);
    form.own_if("MtpckGdsMtno", material.map(|it| &it.0.item.code));
    form.own("ucnsVerno", Version::or_default(line.version.as_ref()));
    form.own("chgTmsCnt", changes);
    match shape.account_book {
        true => form.or_if("ucnsQty", money::gross9(&net, &tangible, &intangible)),
        // Not in use for handbooks.
        false => form.shut("ucnsQty"),
    }
    form.own("netUseupQty", net);
    form.own("tgblLossRate", tangible);
    form.own("intgbLossRate", intangible);
    form.or("ucnsDclStucd", "2");
    form.own("modfMarkcd", mark);
    form.own("bondMtpckPrpr", percent(line.bonded_share, "100"));
    form.or("etpsExeMarkcd", "1");
    form.own("GseqNo", at + 1);
    form.own_if("EndprdGdecd", product.map(|it| it.0.item.hs));
    form.own_if("EndprdGdsNm", product.map(|it| &it.0.item.name));
    form.own_if("MtpckGdecd", material.map(|it| it.0.item.hs));
    form.own_if("MtpckGdsNm", material.map(|it| &it.0.item.name));
    paper.add(form);
}

/// The parties of a book, as a closure names them.
pub(super) fn parties(book: &OpenHandbook) -> ([&str; 3], [&str; 3]) {
    (party(&book.operator), party(&book.processor))
}
