use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{LineView, View};

pub(super) static RULE: Rule = Rule {
    code: "wafer_unit",
    severity: Severity::Warning,
    title: "wafers and dies are mixed up",
    text: "Wafers are counted in slices (片, 020), dies and packaged chips in pieces (个, 007). Where a wafer becomes chips, a piece takes a small part of a slice; where wafer becomes wafer or chip becomes chip, both sides carry one unit and the net is 1 (E11). Found: both sides in one unit and the net that of a wafer map; or a chip in pieces (heading 8542) that takes half a wafer in slices (headings 3818, 8542) or more. Whether 个 means the wafer or the die of an un-sawn wafer is written nowhere: ask customs.",
    way_out: "Fix unit and factor for each pair of items in the contract, and file the net in it.",
    law: &[sources::IC_MODEL],
    passes: "
        M1 unit=020 hs=8542390000
        P1 unit=007 hs=8542390000
        P1<M1*0.000115741 loss=7.9625
        map P1<M1 dies=8640
    ",
    fails: "
        M1 unit=020 hs=8542390000
        P1 unit=007 hs=8542390000
        P1<M1*1
    ",
    check,
};

const SLICE: &str = "020";
const PIECE: &str = "007";

pub(super) fn same_unit(line: &LineView<'_>) -> bool {
    line.of.product().is_some_and(|it| it.unit == line.unit())
}

fn is_chip(hs: &str) -> bool {
    hs.starts_with("8542")
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        let (Some(product), Some(material)) = (line.of.product(), line.material()) else {
            continue;
        };
        let (number, version) = (line.of.version.product, line.of.version.name.as_str());
        let map = view.declaration.wafer_maps.iter().find(|it| {
            (it.product, it.version.as_str(), it.material) == (number, version, material.seq)
        });
        let net = Exact::from(line.line.consumption.net());
        let wafer = is_chip(&material.hs) || material.hs.starts_with("3818");
        let whole = is_chip(&product.hs)
            && product.unit == PIECE
            && wafer
            && material.unit == SLICE
            && net >= Exact::whole(1) / Exact::whole(2);
        let mapped = map.is_some() && same_unit(&line) && net != Exact::whole(1);
        if !whole && !mapped {
            continue;
        }
        let message = if whole {
            format!(
                "{}: net {} slices (片) of a wafer for one piece (个)",
                line.text(),
                line.line.consumption.net()
            )
        } else {
            format!(
                "{}: a wafer map, but both sides are counted in unit {}: net {}, expected 1",
                line.text(),
                material.unit,
                line.line.consumption.net()
            )
        };
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(number, version)
                .of_material(material.seq)
                .with("net", line.line.consumption.net())
                .with("material_unit", &material.unit)
                .with("product_unit", &product.unit),
        );
    }
}
