//! The items and the unit consumption of a book, as a message has them.

use bonded_ledger::{
    ConsumptionKey, ConsumptionLine, Currency, Item, MaterialItem, MaterialSeq, Percent,
    ProductItem, ProductSeq, Unit, Version,
};

use super::book::BookCopy;
use super::get::{amount, carried_along, get, quantity, whole};
use super::told::{Answer, SOURCE};
use crate::fields::{EML_PUTREC_DT, EMS_PUTREC_DT};
use crate::problem::{Place, Problem};
use crate::record::Record;
use crate::values::Unreadable;

/// The elements of an item that the journal has a field for.
const ITEM: [&str; 13] = [
    "emlNo",
    "emsNo",
    "gdsSeqno",
    "mtpckEndprdTypecd",
    "gdsMtno",
    "gdecd",
    "gdsNm",
    "endprdGdsSpcfModelDesc",
    "dclUnitcd",
    "lawfUnitcd",
    "secdLawfUnitcd",
    "dclUprcAmt",
    "dclQty",
];

impl BookCopy<'_> {
    pub(super) fn item(
        &mut self,
        at: usize,
        record: &Record,
        answer: &mut Answer<'_, '_>,
    ) -> Option<()> {
        let place = format!("{}[{}]", record.name(), at + 1);
        let seq = read(whole(record, "gdsSeqno"), &place, answer)?;
        let Some(seq) = seq else {
            answer.missing(&place, "gdsSeqno", "the item's number (商品序号)");
            return None;
        };
        let material = match get(record, "mtpckEndprdTypecd") {
            Some("I") => true,
            Some("E") => false,
            found => {
                code(
                    &place,
                    "mtpckEndprdTypecd",
                    found,
                    "I (料件) or E (成品)",
                    answer,
                );
                return None;
            }
        };
        let seqs = (MaterialSeq::new(seq.into()), ProductSeq::new(seq.into()));
        let (Some(material_seq), Some(product_seq)) = seqs else {
            code(
                &place,
                "gdsSeqno",
                Some(&seq.to_string()),
                "1 to 9999",
                answer,
            );
            return None;
        };
        if get(record, "modfMarkcd") == Some("2") {
            match material {
                true => self.removed.materials.push(material_seq),
                false => self.removed.products.push(product_seq),
            }
            return None;
        }
        if get(record, "etpsExeMarkcd") == Some("2") {
            answer.note(format!("{place}: out of use (企业执行标志 停用), left out"));
            return None;
        }
        let (item, consumable) = self.goods(&place, record, answer)?;
        match material {
            true => self.materials.push(MaterialItem {
                seq: material_seq,
                item,
                carry_over_eligible: None,
                consumable,
                opening: None,
                used: None,
            }),
            false => self.products.push(ProductItem {
                seq: product_seq,
                item,
                used: None,
            }),
        }
        Some(())
    }

    fn goods(
        &self,
        place: &str,
        record: &Record,
        answer: &mut Answer<'_, '_>,
    ) -> Option<(Item, Option<bool>)> {
        let mut text = |name: &str, expected: &str| {
            let found = get(record, name);
            if found.is_none() {
                answer.missing(place, name, expected);
            }
            found
        };
        let names = (text("gdsMtno", "料号"), text("gdsNm", "商品名称"));
        let hs = text("gdecd", "10 digits (商品编码)").map(|it| (it, it.parse()));
        let unit = text("dclUnitcd", "3 digits (申报计量单位)").map(|it| (it, it.parse::<Unit>()));
        let hs = coded(place, "gdecd", hs, "10 digits", answer);
        let unit = coded(place, "dclUnitcd", unit, "3 digits", answer);
        let (code, name) = (names.0?, names.1?);
        let legal = |name: &str, answer: &mut Answer<'_, '_>| {
            let found = get(record, name).map(|it| (it, it.parse::<Unit>()));
            coded(place, name, found, "3 digits", answer)
        };
        let (legal_unit, legal_unit_2) =
            (legal("lawfUnitcd", answer), legal("secdLawfUnitcd", answer));
        let approved = read(quantity(record, "dclQty"), place, answer)?;
        let free = get(record, "qtyCntrMarkcd") == Some("2");
        let zero = approved.is_some_and(|it| it == bonded_ledger::Quantity::ZERO);
        let unlimited =
            self.is_account_book() && (free || (zero && get(record, "qtyCntrMarkcd") != Some("1")));
        let currency = get(record, "dclCurrcd").and_then(|it| it.parse::<Currency>().ok());
        let mut taken = ITEM.to_vec();
        if currency.is_some() {
            taken.push("dclCurrcd");
        }
        if unlimited {
            taken.retain(|it| *it != "dclQty");
        }
        let kind = match self.is_account_book() {
            true => &EMS_PUTREC_DT,
            false => &EML_PUTREC_DT,
        };
        let item = Item {
            code: code.into(),
            hs: hs?,
            name: name.into(),
            spec: get(record, "endprdGdsSpcfModelDesc").map(Into::into),
            unit: unit?,
            legal_unit,
            legal_unit_2,
            quantity: approved.filter(|_| !unlimited),
            price: read(amount(record, "dclUprcAmt"), place, answer)?,
            currency,
            ext: carried_along(record, kind, &taken),
        };
        Some((item, get(record, "gdsAtrcd").map(|it| it == "1")))
    }

    pub(super) fn consumption(
        &mut self,
        at: usize,
        record: &Record,
        answer: &mut Answer<'_, '_>,
    ) -> Option<()> {
        let place = format!("{}[{}]", record.name(), at + 1);
        let mut seq = |name: &str| {
            let read = read(whole(record, name), &place, answer)?;
            if read.is_none() {
                answer.missing(&place, name, "an item's number");
            }
            read
        };
        let (product, material) = (seq("endprdSeqno"), seq("mtpckSeqno"));
        let (product, material) = (product?, material?);
        let seqs = (
            ProductSeq::new(product.into()),
            MaterialSeq::new(material.into()),
        );
        let (Some(product), Some(material)) = seqs else {
            code(
                &place,
                "mtpckSeqno",
                Some("another number"),
                "1 to 9999",
                answer,
            );
            return None;
        };
        let version = match get(record, "ucnsVerno") {
            None => None,
            Some(text) => match Version::new(text) {
                None => {
                    code(
                        &place,
                        "ucnsVerno",
                        Some(text),
                        "at most 8 characters",
                        answer,
                    );
                    return None;
                }
                version => version,
            },
        };
        if get(record, "modfMarkcd") == Some("2") {
            self.removed.consumptions.push(ConsumptionKey {
                product,
                material,
                version,
            });
            return None;
        }
        if get(record, "etpsExeMarkcd") == Some("2") {
            answer.note(format!("{place}: out of use (企业执行标志 停用), left out"));
            return None;
        }
        let plain = |name: &str| get(record, name).map(crate::values::plain_decimal);
        let net = plain("netUseupQty")
            .flatten()
            .and_then(|it| it.parse().ok());
        let Some(net) = net else {
            let found = get(record, "netUseupQty");
            code(
                &place,
                "netUseupQty",
                found,
                "a net consumption above 0, at most 9 decimals",
                answer,
            );
            return None;
        };
        let percent = |name: &str, answer: &mut Answer<'_, '_>| match plain(name) {
            None => Some(None),
            Some(text) => match text.and_then(|it| it.parse::<Percent>().ok()) {
                Some(percent) => Some(Some(percent)),
                None => {
                    let expected = "a percentage from 0 to 100, at most 9 decimals";
                    code(&place, name, get(record, name), expected, answer);
                    None
                }
            },
        };
        self.consumptions.push(ConsumptionLine {
            product,
            material,
            version,
            net,
            tangible_loss: percent("tgblLossRate", answer)?,
            intangible_loss: percent("intgbLossRate", answer)?,
            bonded_share: percent("bondMtpckPrpr", answer)?,
        });
        Some(())
    }
}

fn read<T>(value: Result<T, Unreadable>, place: &str, answer: &mut Answer<'_, '_>) -> Option<T> {
    value.map_err(|found| answer.unreadable(place, found)).ok()
}

fn coded<T, E>(
    place: &str,
    element: &str,
    found: Option<(&str, Result<T, E>)>,
    expected: &str,
    answer: &mut Answer<'_, '_>,
) -> Option<T> {
    let (text, parsed) = found?;
    if parsed.is_err() {
        code(place, element, Some(text), expected, answer);
    }
    parsed.ok()
}

fn code(
    place: &str,
    element: &str,
    found: Option<&str>,
    expected: &str,
    answer: &mut Answer<'_, '_>,
) {
    let Some(found) = found else {
        return answer.missing(place, element, expected);
    };
    answer.faulty(Problem::error(
        "value_unreadable",
        Place::Element(format!("{place}/{element}")),
        format!("{found:?}"),
        expected,
        "ask for the receipt again, or correct the message",
        SOURCE,
    ));
}
