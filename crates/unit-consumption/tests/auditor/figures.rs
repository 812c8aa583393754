//! Figures as fractions, read from decimal text and written as decimal text: nothing of the crate's
//! own arithmetic takes part.

use std::fmt::Display;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use unit_consumption::Quantity;

pub type Figure = BigRational;

pub fn zero() -> Figure {
    Figure::zero()
}

pub fn whole(number: i64) -> Figure {
    Figure::from_integer(number.into())
}

/// 1/10^digits.
pub fn digit(digits: u32) -> Figure {
    Figure::new(BigInt::one(), BigInt::from(10_u8).pow(digits))
}

/// From what a figure says of itself as decimal text.
pub fn read(figure: impl Display) -> Figure {
    let text = figure.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits: i128 = format!("{whole}{rest}").parse().expect("decimal text");
    Figure::new(digits.into(), BigInt::from(10_u8).pow(rest.len() as u32))
}

/// A sum of quantities: each is a count of 1/100,000.
pub fn sum(quantities: impl Iterator<Item = Quantity>) -> Figure {
    let count = |it: Quantity| -> i128 {
        let text = it.to_string();
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        format!("{whole}{rest:0<5}").parse().expect("decimal text")
    };
    let counted: i128 = quantities.map(count).sum();
    Figure::new(counted.into(), 100_000.into())
}

/// Rounded once, half away from zero, without trailing zeros and without a sign before 0.
pub fn written(figure: &Figure, decimals: u32) -> String {
    let scaled = figure.abs() / digit(decimals) + Figure::new(1.into(), 2.into());
    let digits = format!(
        "{:0>1$}",
        scaled.floor().to_integer(),
        decimals as usize + 1
    );
    let (whole, rest) = digits.split_at(digits.len() - decimals as usize);
    let text = format!("{whole}.{rest}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match figure.is_negative() && text != "0" {
        true => format!("-{text}"),
        false => text.to_string(),
    }
}

/// A quantity.
pub fn q(figure: &Figure) -> String {
    written(figure, 5)
}

/// So many percent of a figure.
pub fn percent(figure: &Figure, of: impl Display) -> Figure {
    figure * read(of) / whole(100)
}

pub fn nearer_to_zero(a: &Figure, b: &Figure) -> bool {
    a.abs() < b.abs()
}
