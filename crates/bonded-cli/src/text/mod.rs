//! Text for people: aligned tables that know how wide 汉字 are, numbers with separators, colours.

mod csv;
mod number;
mod paint;
mod table;
mod wrap;

pub(crate) use csv::Csv;
pub(crate) use number::{counted, grouped};
pub use paint::Paint;
pub(crate) use paint::Tone;
pub(crate) use table::{Align, Column, Table};
pub(crate) use wrap::{WIDTH, dotted, wrapped};
