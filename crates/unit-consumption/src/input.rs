//! Figures as they stand in JSON: decimal text, or whole numbers.

use exact_json::{Error, FromJson, Json, Path, decimal};

use crate::decimal::DecimalError;
use crate::quantity::{Net, Percent, Quantity};

macro_rules! from_decimal {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
                decimal(json, path, DecimalError::is_digits)
            }
        }
    )*};
}
from_decimal!(Quantity, Net, Percent);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_read_exactly_or_refused_by_name() {
        let read = |text| {
            let json = Json::parse(text).unwrap();
            Quantity::from_json(&json, &Path::Field(&Path::Root, "quantity"))
                .map(|it| it.to_string())
                .map_err(|it| (it.code(), it.to_string()))
        };
        assert_eq!(read(r#""12.50""#), Ok("12.5".into()));
        assert_eq!(read("12"), Ok("12".into()));
        for (text, code, says) in [
            (
                r#""0.000001""#,
                "digits_exceeded",
                "quantity: found \"0.000001\": more than 5 decimals",
            ),
            (
                r#""1e3""#,
                "invalid_value",
                "quantity: found \"1e3\": not a plain decimal, expected digits such as \"1000\" or \"0.00125\"",
            ),
            (
                "12.5",
                "wrong_type",
                "quantity: found the number 12.5, expected a decimal in quotes, such as \"12.5\" (a JSON number with \".\" or \"e\" is not exact)",
            ),
        ] {
            assert_eq!(read(text), Err((code, says.into())));
        }
    }
}
