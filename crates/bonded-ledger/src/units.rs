//! Names of the units that messages mention. The full table is a data file of the program; here
//! stand the ones that processing trade counts in most.

use std::fmt;

use crate::ids::Unit;

static NAMES: &[(&str, &str)] = &[
    ("001", "sets (台)"),
    ("006", "sets (套)"),
    ("007", "pieces (个)"),
    ("008", "pieces (只)"),
    ("011", "pieces (件)"),
    ("012", "pieces (支)"),
    ("014", "pieces (根)"),
    ("015", "strips (条)"),
    ("017", "blocks (块)"),
    ("018", "rolls (卷)"),
    ("020", "slices (片)"),
    ("025", "pairs (双)"),
    ("030", "m (米)"),
    ("032", "m² (平方米)"),
    ("033", "m³ (立方米)"),
    ("035", "kg (千克)"),
    ("036", "g (克)"),
    ("054", "thousand pieces (千个)"),
    ("070", "t (吨)"),
    ("095", "l (升)"),
    ("096", "ml (毫升)"),
];

/// `kg (千克)`, or `of unit 123`.
pub(crate) struct Named(pub(crate) Unit);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(code, _)| *code == self.0.as_str()) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "of unit {}", self.0),
        }
    }
}
