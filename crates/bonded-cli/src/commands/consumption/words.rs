//! The words of a report, in both languages.

use unit_consumption::declaration::{Declaration, Stage, Status};
use unit_consumption::verify::{Severity, VerdictKind};

use crate::text::Tone;

/// When consumption is declared.
pub(super) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::AtFiling => "with the filing (备案时)",
        Stage::BeforeExport => "before export (出口前)",
        Stage::BeforeClosure => "before closure (报核前)",
    }
}

/// Where the declaration of a version stands.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Undeclared => "not declared yet (未申报)",
        Status::Declared => "declared (已申报)",
        Status::Determined => "determined by customs (已确定)",
    }
}

/// What a version comes to.
pub(super) fn verdict(kind: VerdictKind) -> (&'static str, Tone) {
    match kind {
        VerdictKind::Confirmed => ("confirmed 相符", Tone::Good),
        VerdictKind::Amend => ("amend 变更", Tone::Doubtful),
        VerdictKind::NewVersion => ("new_version 新版本", Tone::Doubtful),
        VerdictKind::Disclose => ("disclose 主动披露", Tone::Bad),
        VerdictKind::Explain => ("explain 说明", Tone::Doubtful),
    }
}

/// How grave a finding is, what that means, and its colour.
pub(super) fn severity(severity: Severity) -> (&'static str, &'static str, Tone) {
    match severity {
        Severity::Error => (
            "error",
            "what is declared, or recorded, is not true or not lawful as it stands",
            Tone::Bad,
        ),
        Severity::Warning => (
            "warning",
            "somebody should look and be able to explain",
            Tone::Doubtful,
        ),
        Severity::Note => ("note", "good to know", Tone::Faint),
    }
}

/// All of them, the gravest first.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// `product 1 (集成电路) version 0`.
pub(super) fn version(declaration: &Declaration, product: u16, version: &str) -> String {
    let name = declaration.product(product).map(|it| it.name.as_str());
    format!("product {product}{} version {version}", bracketed(name))
}

/// `material 3 (键合金丝)`.
pub(super) fn material(declaration: &Declaration, seq: u16) -> String {
    let name = declaration.material(seq).map(|it| it.name.as_str());
    format!("material {seq}{}", bracketed(name))
}

fn bracketed(name: Option<&str>) -> String {
    match name.filter(|it| !it.is_empty()) {
        Some(name) => format!(" ({name})"),
        None => String::new(),
    }
}
