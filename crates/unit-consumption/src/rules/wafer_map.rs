use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "wafer_map",
    severity: Severity::Error,
    title: "the net is not one over the dies of the wafer map",
    text: "A die (个) takes 1/N of a wafer (片), N being the gross dies of the enterprise's wafer map (晶圆图), and the yields belong into the loss rate. The net on file, of at most 9 decimals, has to be 1/N to half of its last digit; where wafer and product are counted in the same unit it has to be 1 (see wafer_unit).",
    way_out: "Declare net = 1/N; a good-die count in the net counts the loss twice.",
    law: &[sources::IC_MODEL, sources::UC_LOSS],
    passes: "
        M1 unit=020
        P1<M1*0.000115741 loss=7.9625
        map P1<M1 dies=8640
    ",
    fails: "
        M1 unit=020
        P1<M1*0.000125754
        map P1<M1 dies=8640
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for map in &view.declaration.wafer_maps {
        let line = view
            .version(map.product, &map.version)
            .and_then(|it| it.line(map.material));
        let Some(line) = line else { continue };
        if super::wafer_unit::same_unit(&line) || map.dies == 0 {
            continue;
        }
        let net = Exact::from(line.line.consumption.net());
        let dies = Exact::whole(map.dies.into());
        let expected = Exact::whole(1) / dies.clone();
        let difference = &net - &expected;
        if difference.abs() <= Exact::whole(5) / Exact::whole(10_000_000_000) {
            continue;
        }
        let message = format!(
            "{}: net {}, the wafer map has {} dies, so 1/{} = {} expected",
            line.text(),
            line.line.consumption.net(),
            map.dies,
            map.dies,
            expected.rounded_text(9)
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(map.product, &map.version)
                .of_material(map.material)
                .with("net", line.line.consumption.net())
                .with("dies", map.dies)
                .with("expected", expected.rounded_text(9))
                .differing(difference.rounded_text(9)),
        );
    }
}
