//! Units by their names (计量单位).

use bonded_ledger::Unit;

use bonded_exchange::codes::Codes;

/// Short signs where there are any; else the English name, up to its explanation.
const SIGNS: &[(&str, &str)] = &[
    ("030", "m"),
    ("032", "m²"),
    ("033", "m³"),
    ("035", "kg"),
    ("036", "g"),
    ("070", "t"),
    ("095", "l"),
    ("096", "ml"),
];

/// The names of units, and of the currencies in which they are paid.
pub(super) struct Units(Codes);

impl Units {
    pub(super) fn new() -> Units {
        Units(Codes::builtin())
    }

    /// `千克 kg`; the code where it has no name.
    pub(super) fn name(&self, unit: Unit) -> String {
        let Some(named) = self.0.unit(unit.as_str()) else {
            return unit.to_string();
        };
        let sign = SIGNS.iter().find(|(code, _)| *code == unit.as_str());
        let english = match sign {
            Some((_, sign)) => sign,
            None => named
                .english
                .split(['(', ','])
                .next()
                .unwrap_or_default()
                .trim(),
        };
        format!("{} {english}", named.name)
    }

    /// `kg`, `片`: as short as a table of figures wants it; the code where it has no name.
    pub(super) fn short(&self, code: &str) -> String {
        if let Some((_, sign)) = SIGNS.iter().find(|(it, _)| *it == code) {
            return (*sign).to_owned();
        }
        let named = self.0.unit(code).map(|it| it.name.clone());
        named.unwrap_or_else(|| code.to_owned())
    }

    /// The letters of a currency, whether it is written by them or by customs' digits.
    pub(super) fn currency(&self, code: &str) -> String {
        let known = self.0.currency(code).map(|it| it.letters.clone());
        known.unwrap_or_else(|| code.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Units;

    #[test]
    fn signs_stand_for_the_units_they_are_for() {
        let units = Units::new();
        let name = |code: &str| units.name(code.parse().expect("a code"));
        let names = [
            "035", "036", "070", "030", "032", "033", "095", "096", "020", "999",
        ]
        .map(name);
        let short = ["035", "020", "999"].map(|it| units.short(it));
        assert_eq!(short, ["kg", "片", "999"]);
        let currencies = ["502", "USD", "XXX"].map(|it| units.currency(it));
        assert_eq!(currencies, ["USD", "USD", "XXX"]);
        assert_eq!(
            names,
            [
                "千克 kg",
                "克 g",
                "吨 t",
                "米 m",
                "平方米 m²",
                "立方米 m³",
                "升 l",
                "毫升 ml",
                "片 slice",
                "999"
            ]
        );
    }
}
