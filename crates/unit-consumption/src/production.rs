//! What production says (生产记录): per order what was made, and of each material what was issued,
//! returned and scrapped. An input of its own; it moves no bonded balance. The format is written down
//! in `docs/production.md`.

use crate::{Date, Quantity};

mod rows; // As rows of cells,
mod csv; // the rows of an order together,
pub(crate) mod read; // of values,
mod json; // as lines of JSON,
pub(crate) mod error; // or why not.

pub use csv::{CSV_HEADER, CsvReader};
pub use error::RecordError;

/// One production record: an order (工单), or a part of one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Record {
    /// 工单号.
    pub order: String,
    /// When it was finished.
    pub date: Date,
    /// 手册编号.
    pub handbook: String,
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号; `"0"` where there is only one.
    pub version: String,
    /// Good units made.
    pub good: Quantity,
    /// Rejected units (残次品).
    pub rejected: Quantity,
    /// At least one.
    pub materials: Vec<Issue>,
}

/// What an order took of a material. A material may stand in several rows: one for each stage and
/// each cause.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Issue {
    /// 料件序号.
    pub material: u16,
    /// 领料.
    pub issued: Quantity,
    /// 退料: unused, back to the store.
    pub returned: Quantity,
    /// 边角料 of it, in the material's own unit.
    pub scrap: Quantity,
    /// Why it is not process consumption, where it is not.
    pub cause: Option<Cause>,
    /// At which step of the process.
    pub stage: Option<String>,
}

/// Why a quantity is no process consumption: the six things that are no process loss (Decree 155
/// art. 16; six items read on a secondary page), and substitution.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Cause {
    /// 突发停电、停水、停气或者其他人为原因.
    PowerCut,
    /// 丢失、破损.
    Breakage,
    /// 不可抗力.
    ForceMajeure,
    /// 料件或成品品质、规格不符合合同要求.
    OffContract,
    /// 工艺性配料所用的非保税料件.
    NonBondedIngredient,
    /// 消耗性材料.
    Consumable,
    /// 串料: other goods of the same kind, specification and quantity stood in for it. It counts as
    /// consumption.
    Substitution,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 7] = [
        Cause::PowerCut,
        Cause::Breakage,
        Cause::ForceMajeure,
        Cause::OffContract,
        Cause::NonBondedIngredient,
        Cause::Consumable,
        Cause::Substitution,
    ];

    /// The words, in the same order.
    pub const WORDS: [&str; 7] = [
        "power_cut",
        "breakage",
        "force_majeure",
        "off_contract",
        "non_bonded_ingredient",
        "consumable",
        "substitution",
    ];

    /// The word, as it stands in a record.
    pub fn as_str(self) -> &'static str {
        Cause::WORDS[self as usize]
    }

    /// The field's term.
    pub fn chinese(self) -> &'static str {
        match self {
            Cause::PowerCut => "停电、停水、停气或者其他人为原因",
            Cause::Breakage => "丢失、破损",
            Cause::ForceMajeure => "不可抗力",
            Cause::OffContract => "品质、规格不符合合同",
            Cause::NonBondedIngredient => "工艺性配料所用非保税料件",
            Cause::Consumable => "消耗性材料",
            Cause::Substitution => "串料",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Option<Cause> {
        let at = Cause::WORDS.iter().position(|it| *it == word)?;
        Some(Cause::ALL[at])
    }

    /// One of the six: excluded from what counts as consumption.
    pub fn is_no_process_loss(self) -> bool {
        self != Cause::Substitution
    }
}
