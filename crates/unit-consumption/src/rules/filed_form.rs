use crate::declaration::FiledError;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "filed_form",
    severity: Severity::Error,
    title: "the form that was filed breaks its rules, or says something else than the handbook",
    text: "The form of 2011 has one column for net or gross: with a net the loss rate must be given, with a gross it must be empty, and it states the share that is not bonded. Today's message has net, tangible and intangible loss rate and the bonded share. What was filed in either form has to be the consumption on file; a gross alone is compared as a gross, rounded to 9 decimals.",
    way_out: "Correct the form; convert a gross with the rates it contains (Filed::of_gross), never by guessing.",
    law: &[sources::UC_FORM_2011, sources::UC_LOSS],
    passes: "
        P1<M1*0.0002 loss=1.9 share=80
        filed P1<M1 net=0.0002 loss=1.9 non_bonded=20
    ",
    fails: "
        P1<M1*0.0002 loss=1.9 share=80
        filed P1<M1 net=0.0002 loss=1.9 bonded=20
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for filed in &view.declaration.filed {
        let line = view
            .version(filed.product, &filed.version)
            .and_then(|it| it.line(filed.material));
        let what = format!(
            "{} version {}, {}",
            view.product_text(filed.product),
            filed.version,
            view.material_text(filed.material)
        );
        let message = match line
            .as_ref()
            .map(|it| filed.form.agrees_with(&it.line.consumption))
        {
            Some(Ok(true)) => continue,
            Some(Ok(false)) => format!("{what}: the form and the consumption on file differ"),
            Some(Err(error)) => format!("{what}: {error}"),
            None => match filed.form.consumption() {
                Err(error) if error != FiledError::GrossAlone => format!("{what}: {error}"),
                _ => format!("{what}: filed, but no consumption is on file"),
            },
        };
        let mut finding = Finding::new(&RULE, view, message)
            .of_version(filed.product, &filed.version)
            .of_material(filed.material);
        if let Some(net) = filed.form.net {
            finding = finding.with("filed_net", net);
        }
        if let Some(gross) = filed.form.gross {
            finding = finding.with("filed_gross", gross);
        }
        finding = finding.with("filed_bonded_share", filed.form.share.bonded());
        if let Some(line) = line {
            let on_file = &line.line.consumption;
            finding = finding
                .with("net", on_file.net())
                .with("gross", line.gross.rounded_text(9))
                .with("bonded_share", on_file.bonded_share());
        }
        found.push(finding);
    }
}
