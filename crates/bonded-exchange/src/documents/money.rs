//! Amounts and prices, and the ways in which the interface rounds them. Nothing here goes into a
//! balance.

use bonded_ledger::{Amount, Quantity, Total};
use unit_consumption::Place;

use crate::values::plain_decimal;

/// Which of two equally near numbers is taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ties {
    /// The even one (HALF_EVEN).
    Even,
    /// The one away from 0 (四舍五入).
    Away,
}

/// A decimal as a whole number of units of 10^-scale; `None` beyond 128 bits.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    units: i128,
    scale: u32,
}

fn scaled(text: &str) -> Option<Scaled> {
    let plain = plain_decimal(text)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    Some(Scaled {
        units: format!("{whole}{fraction}").parse().ok()?,
        scale: u32::try_from(fraction.len()).ok()?,
    })
}

/// `over ÷ under`, rounded to a whole number.
fn divided(over: i128, under: i128, ties: Ties) -> Option<i128> {
    let (over, under) = match under.signum() {
        0 => return None,
        -1 => (over.checked_neg()?, under.checked_neg()?),
        _ => (over, under),
    };
    let down = over.div_euclid(under);
    let twice = over.rem_euclid(under).checked_mul(2)?;
    let up = match twice.cmp(&under) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => match ties {
            Ties::Even => down % 2 != 0,
            Ties::Away => over >= 0,
        },
    };
    down.checked_add(i128::from(up))
}

fn text(units: i128, decimals: u32) -> Option<String> {
    let sign = if units < 0 { "-" } else { "" };
    let width = decimals as usize + 1;
    let digits = format!("{:0>width$}", units.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    plain_decimal(&format!("{sign}{whole}.{fraction}"))
}

/// Unit price: total ÷ quantity, HALF_EVEN to 5 decimals, and then to `decimals` where these are fewer
/// (so the Single Window's page does it).
pub(crate) fn price(total: &str, quantity: &str, decimals: u32) -> Option<String> {
    let (total, quantity) = (scaled(total)?, scaled(quantity)?);
    let over = total
        .units
        .checked_mul(10_i128.checked_pow(quantity.scale + 5)?)?;
    let under = quantity
        .units
        .checked_mul(10_i128.checked_pow(total.scale)?)?;
    let five = divided(over, under, Ties::Even)?;
    match decimals < 5 {
        true => text(
            divided(five, 10_i128.pow(5 - decimals), Ties::Even)?,
            decimals,
        ),
        false => text(five, 5),
    }
}

/// Total: price × quantity, rounded to so many decimals.
pub(crate) fn total(price: &str, quantity: &str, decimals: u32, ties: Ties) -> Option<String> {
    let (price, quantity) = (scaled(price)?, scaled(quantity)?);
    let over = price
        .units
        .checked_mul(quantity.units)?
        .checked_mul(10_i128.checked_pow(decimals)?)?;
    let under = 10_i128.checked_pow(price.scale + quantity.scale)?;
    text(divided(over, under, ties)?, decimals)
}

/// Gross unit consumption: net ÷ (1 − (tangible + intangible)/100), half away from 0, to 9 decimals: as
/// an account book's form shows it. The ledger never computes with it.
pub(crate) fn gross9(net: &str, tangible: &str, intangible: &str) -> Option<String> {
    const NINE: u32 = 9;
    let nine = |it: &str| {
        let it = scaled(it)?;
        it.units
            .checked_mul(10_i128.checked_pow(NINE.checked_sub(it.scale)?)?)
    };
    let hundred = 100 * 10_i128.pow(NINE);
    let left = hundred - nine(tangible)? - nine(intangible)?;
    let gross = divided(nine(net)?.checked_mul(hundred)?, left, Ties::Away)?;
    text(gross, NINE)
}

/// A statutory quantity: quantity × factor (比例因子), rounded once to 5 decimals.
pub(crate) fn by_factor(quantity: Quantity, factor: &str) -> Option<Total> {
    let one: Total = "1".parse::<Quantity>().ok()?.into();
    let factor: Total = plain_decimal(factor)?.parse::<Quantity>().ok()?.into();
    let place = Place {
        offset: Total::ZERO,
        part: factor,
        of: one,
        whole: one,
    };
    Some(place.on(quantity.into(), one))
}

/// An amount as the interface writes it.
pub(crate) fn amount(amount: &Amount) -> String {
    let text = amount.to_string();
    plain_decimal(&text).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_rounded_to_the_even_digit() {
        assert_eq!(price("1050.00", "25", 4).as_deref(), Some("42"));
        assert_eq!(price("1", "3", 5).as_deref(), Some("0.33333"));
        assert_eq!(price("0.00125", "1", 4).as_deref(), Some("0.0012"));
        assert_eq!(price("0.00135", "1", 4).as_deref(), Some("0.0014"));
        // To five decimals first: 0.123449999 becomes 0.12345, and that 0.1234.
        assert_eq!(price("0.123449999", "1", 4).as_deref(), Some("0.1234"));
        assert_eq!(price("-5", "2", 4).as_deref(), Some("-2.5"));
        assert_eq!(price("1", "0", 4), None);
        let huge = "9".repeat(37);
        assert_eq!(price(&huge, "0.00001", 4), None);
    }

    #[test]
    fn a_total_is_rounded_as_it_is_asked() {
        // A line of a real approved handbook: 0.0047175 becomes 0.00472.
        assert_eq!(
            total("0.00001", "471.75", 5, Ties::Away).as_deref(),
            Some("0.00472")
        );
        assert_eq!(total("0.25", "0.1", 2, Ties::Even).as_deref(), Some("0.02"));
        assert_eq!(total("0.25", "0.1", 2, Ties::Away).as_deref(), Some("0.03"));
        assert_eq!(
            total("-0.25", "0.1", 2, Ties::Away).as_deref(),
            Some("-0.03")
        );
        assert_eq!(
            total("-0.15", "0.1", 2, Ties::Even).as_deref(),
            Some("-0.02")
        );
    }

    #[test]
    fn a_gross_consumption_has_nine_decimals() {
        assert_eq!(gross9("1", "4", "0").as_deref(), Some("1.041666667"));
        assert_eq!(gross9("0.0025", "0", "0").as_deref(), Some("0.0025"));
        assert_eq!(gross9("1", "60", "40"), None);
    }

    #[test]
    fn a_statutory_quantity_follows_its_factor() {
        let by = |quantity: &str, factor| {
            by_factor(quantity.parse().expect("a quantity"), factor).map(|it| it.to_string())
        };
        assert_eq!(by("25", "0.053").as_deref(), Some("1.325"));
        assert_eq!(by("0.00001", "0.5").as_deref(), Some("0.00001"));
        assert_eq!(by("1", "x"), None);
    }
}
