//! Supervision modes (监管方式) and what they move.

use crate::entry::{Direction, Goods, Trade};
use crate::ids::Mode;

/// What a list moves: the column of the statement it counts in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Movement {
    /// 料件进口: direct import of materials.
    Imported,
    /// 深加工结转转入.
    CarriedIn,
    /// 余料结转转入.
    LeftoverIn,
    /// 料件退换进口.
    ExchangedIn,
    /// 料件退换出口.
    ExchangedOut,
    /// Chain carry-over of materials out (料件保税结转).
    ChainOut,
    /// 余料结转转出.
    LeftoverOut,
    /// 料件复出.
    ReExported,
    /// 料件内销, and 后续补税.
    DomesticSale,
    /// 料件销毁.
    Destroyed,
    /// 边角料内销.
    ScrapSold,
    /// 边角料复出.
    ScrapReExported,
    /// 边角料销毁.
    ScrapDestroyed,
    /// 成品出口.
    Exported,
    /// 深加工结转转出.
    CarriedOut,
    /// 成品减免.
    Exempted,
    /// 成品退换进口.
    ReturnedIn,
    /// 成品退换出口.
    ReturnedOut,
    /// Products sold at home, folded to materials (成品内销折料).
    ProductSale,
    /// Products and defectives destroyed, folded to materials (成品、残次品销毁折料).
    ProductDestroyed,
}

use Movement::*;

impl Movement {
    /// How many there are.
    pub(crate) const COUNT: usize = 20;

    /// All, in the order of the contract's table.
    pub const ALL: [Movement; Movement::COUNT] = [
        Imported,
        CarriedIn,
        LeftoverIn,
        ExchangedIn,
        ExchangedOut,
        ChainOut,
        LeftoverOut,
        ReExported,
        DomesticSale,
        Destroyed,
        ScrapSold,
        ScrapReExported,
        ScrapDestroyed,
        Exported,
        CarriedOut,
        Exempted,
        ReturnedIn,
        ReturnedOut,
        ProductSale,
        ProductDestroyed,
    ];

    /// The column of the statement.
    pub fn column(self) -> &'static str {
        match self {
            Imported => "imported",
            CarriedIn => "carried_in",
            LeftoverIn => "leftover_in",
            ExchangedIn => "exchanged_in",
            ExchangedOut => "exchanged_out",
            ChainOut => "chain_out",
            LeftoverOut => "leftover_out",
            ReExported => "re_exported",
            DomesticSale | ProductSale => "domestic_sale",
            Destroyed | ProductDestroyed => "destroyed",
            ScrapSold => "scrap_sold",
            ScrapReExported => "scrap_re_exported",
            ScrapDestroyed => "scrap_destroyed",
            Exported => "exported",
            CarriedOut => "carried_out",
            Exempted => "exempted",
            ReturnedIn => "returned_in",
            ReturnedOut => "returned_out",
        }
    }

    /// In words, with the Chinese term.
    pub fn describe(self) -> &'static str {
        match self {
            Imported => "direct import of materials (料件进口)",
            CarriedIn => "deep-processing carry-over in (深加工结转转入)",
            LeftoverIn => "leftover carry-over in (余料结转转入)",
            ExchangedIn => "materials exchanged, in (料件退换进口)",
            ExchangedOut => "materials exchanged, out (料件退换出口)",
            ChainOut => "chain carry-over of materials out (料件保税结转)",
            LeftoverOut => "leftover carry-over out (余料结转转出)",
            ReExported => "materials re-exported (料件复出)",
            DomesticSale => "domestic sale of materials (料件内销)",
            Destroyed => "materials destroyed (料件销毁)",
            ScrapSold => "scrap sold (边角料内销)",
            ScrapReExported => "scrap re-exported (边角料复出)",
            ScrapDestroyed => "scrap destroyed (边角料销毁)",
            Exported => "export of products (成品出口)",
            CarriedOut => "deep-processing carry-over out (深加工结转转出)",
            Exempted => "products to duty-exempt use (成品减免)",
            ReturnedIn => "products exchanged, in (成品退换进口)",
            ReturnedOut => "products exchanged, out (成品退换出口)",
            ProductSale => "domestic sale of products folded to materials (成品内销折料)",
            ProductDestroyed => "products destroyed, folded to materials (成品销毁折料)",
        }
    }

    /// True for lists whose lines name products.
    pub fn is_product(self) -> bool {
        matches!(
            self,
            Exported
                | CarriedOut
                | Exempted
                | ReturnedIn
                | ReturnedOut
                | ProductSale
                | ProductDestroyed
        )
    }

    /// True for scrap and by-products: they move no material balance.
    pub fn is_scrap(self) -> bool {
        matches!(self, ScrapSold | ScrapReExported | ScrapDestroyed)
    }

    /// Materials that come in: `remaining` rises.
    pub fn is_material_in(self) -> bool {
        matches!(self, Imported | CarriedIn | LeftoverIn | ExchangedIn)
    }

    /// Materials that leave as they are: `remaining` falls, rule 5.
    pub fn is_material_out(self) -> bool {
        matches!(
            self,
            ExchangedOut | ChainOut | LeftoverOut | ReExported | DomesticSale | Destroyed
        )
    }

    /// Counts against a product's approved quantity.
    pub(crate) fn is_product_out(self) -> bool {
        matches!(self, Exported | CarriedOut | Exempted | ReturnedOut)
    }

    /// Has another side in another handbook.
    pub fn is_carry_over(self) -> bool {
        matches!(
            self,
            CarriedIn | CarriedOut | ChainOut | LeftoverIn | LeftoverOut
        )
    }

    /// The receiving side of a carry-over.
    pub fn is_receiving(self) -> bool {
        matches!(self, CarriedIn | LeftoverIn)
    }

    /// Winds a book up: accepted after its validity, with a warning.
    pub(crate) fn winds_up(self) -> bool {
        self.is_scrap()
            || matches!(
                self,
                ReExported
                    | DomesticSale
                    | LeftoverOut
                    | Destroyed
                    | ProductSale
                    | ProductDestroyed
            )
    }

    /// The index of its column in a table of sums.
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// A row of the table: code, trade, direction, goods, what it moves.
struct Row {
    code: &'static str,
    trade: Option<Trade>,
    direction: Direction,
    goods: Goods,
    movement: Movement,
}

const SUPPLIED: Option<Trade> = Some(Trade::SuppliedMaterials);
const BOUGHT: Option<Trade> = Some(Trade::ImportedMaterials);

const fn row(
    code: &'static str,
    trade: Option<Trade>,
    direction: Direction,
    goods: Goods,
    movement: Movement,
) -> Row {
    Row {
        code,
        trade,
        direction,
        goods,
        movement,
    }
}

use Direction::{Export, Import};
use Goods::{Material, Product};

/// The contract's table, one row for each code and use. Checked against the names of the official
/// code table of about 2019; 0200 and 0400 have meant destruction since 2014-05-01.
static TABLE: &[Row] = &[
    row("0214", SUPPLIED, Import, Material, Imported),
    row("0615", BOUGHT, Import, Material, Imported),
    row("0715", BOUGHT, Import, Material, Imported),
    row("0214", SUPPLIED, Export, Product, Exported),
    row("0615", BOUGHT, Export, Product, Exported),
    row("0715", BOUGHT, Export, Product, Exported),
    row("0255", SUPPLIED, Import, Material, CarriedIn),
    row("0654", BOUGHT, Import, Material, CarriedIn),
    row("0255", SUPPLIED, Export, Product, CarriedOut),
    row("0654", BOUGHT, Export, Product, CarriedOut),
    row("0255", SUPPLIED, Export, Material, ChainOut),
    row("0654", BOUGHT, Export, Material, ChainOut),
    row("0258", SUPPLIED, Import, Material, LeftoverIn),
    row("0657", BOUGHT, Import, Material, LeftoverIn),
    row("0258", SUPPLIED, Export, Material, LeftoverOut),
    row("0657", BOUGHT, Export, Material, LeftoverOut),
    row("0265", SUPPLIED, Export, Material, ReExported),
    row("0664", BOUGHT, Export, Material, ReExported),
    row("0300", SUPPLIED, Export, Material, ExchangedOut),
    row("0700", BOUGHT, Export, Material, ExchangedOut),
    row("0300", SUPPLIED, Import, Material, ExchangedIn),
    row("0700", BOUGHT, Import, Material, ExchangedIn),
    row("0245", SUPPLIED, Import, Material, DomesticSale),
    row("0644", BOUGHT, Import, Material, DomesticSale),
    row("0245", SUPPLIED, Import, Product, ProductSale),
    row("0644", BOUGHT, Import, Product, ProductSale),
    row("9700", None, Import, Material, DomesticSale),
    row("0200", None, Import, Material, Destroyed),
    row("0200", None, Export, Material, Destroyed),
    row("0200", None, Import, Product, ProductDestroyed),
    row("0200", None, Export, Product, ProductDestroyed),
    row("0845", SUPPLIED, Import, Material, ScrapSold),
    row("0844", BOUGHT, Import, Material, ScrapSold),
    row("0865", SUPPLIED, Export, Material, ScrapReExported),
    row("0864", BOUGHT, Export, Material, ScrapReExported),
    row("0400", None, Import, Material, ScrapDestroyed),
    row("0400", None, Export, Material, ScrapDestroyed),
    row("4400", SUPPLIED, Import, Product, ReturnedIn),
    row("4600", BOUGHT, Import, Product, ReturnedIn),
    row("4400", SUPPLIED, Export, Product, ReturnedOut),
    row("4600", BOUGHT, Export, Product, ReturnedOut),
    row("0345", SUPPLIED, Export, Product, Exempted),
    row("0744", BOUGHT, Export, Product, Exempted),
];

/// Modes of processing trade and its neighbours that a processing handbook does not keep.
static NOT_KEPT: &[(&str, &str)] = &[
    ("0110", "general trade (一般贸易)"),
    ("0314", "diesel for processing (加工专用油)"),
    (
        "0320",
        "free equipment (不作价设备), kept in an equipment handbook",
    ),
    (
        "0420",
        "processing-trade equipment (加工贸易设备), kept in an equipment handbook",
    ),
    ("0446", "sale of processing equipment (加工设备内销)"),
    ("0456", "carry-over of processing equipment (加工设备结转)"),
    ("0466", "return of processing equipment (加工设备退运)"),
    (
        "0500",
        "carry-over of duty-reduced equipment (减免设备结转)",
    ),
    (
        "0642",
        "products for the home market in place of imports (进料以产顶进)",
    ),
    (
        "0815",
        "low-value auxiliaries (低值辅料), ordinary materials since 2020",
    ),
    ("1300", "goods for repair (修理物品)"),
    ("1371", "bonded repair (保税维修), kept in a repair book"),
    ("1427", "outward processing (出料加工)"),
    ("4500", "direct return before release (直接退运)"),
    (
        "4561",
        "returned goods (退运货物): exchange is 0300/0700, 4400/4600",
    ),
    ("5000", "materials in and out of a zone (料件进出区)"),
    ("5100", "products in and out of a zone (成品进出区)"),
    (
        "5014",
        "supplied-materials processing in a zone (区内来料加工)",
    ),
    ("5015", "processing in a zone (区内进料加工货物)"),
    ("AAAA", "adjusting list (调整类清单) of a zone"),
];

/// Why a mode does not fit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Unfit {
    /// Not a mode that a handbook could have.
    Unknown { nearest: Option<&'static str> },
    /// A mode, but not of a processing handbook.
    NotKept { what: &'static str },
    /// The other trade's code.
    Trade { would_fit: Option<&'static str> },
    /// The trade's code, with another direction or goods.
    Use {
        would_fit: Vec<(Direction, Goods, Movement)>,
        instead: Vec<&'static str>,
    },
}

/// What a list of this mode, direction and goods moves in a book of this trade.
pub(crate) fn movement(
    mode: Mode,
    trade: Trade,
    direction: Direction,
    goods: Goods,
) -> Result<Movement, Unfit> {
    let rows = || TABLE.iter().filter(|row| row.code == mode.as_str());
    if rows().next().is_none() {
        if let Some((_, what)) = NOT_KEPT.iter().find(|(code, _)| *code == mode.as_str()) {
            return Err(Unfit::NotKept { what });
        }
        let distance = |row: &&Row| strsim::damerau_levenshtein(row.code, mode.as_str());
        let nearest = TABLE
            .iter()
            .filter(|row| row.trade.is_none_or(|it| it == trade));
        let nearest = nearest.filter(|row| row.direction == direction && row.goods == goods);
        return Err(Unfit::Unknown {
            nearest: nearest
                .min_by_key(distance)
                .filter(|it| distance(it) <= 1)
                .map(|it| it.code),
        });
    }
    let of_trade = |row: &&Row| row.trade.is_none_or(|it| it == trade);
    if !rows().any(|row| of_trade(&row)) {
        let moved = rows().find(|row| row.direction == direction && row.goods == goods);
        let moved = moved.or_else(|| rows().next()).map(|row| row.movement);
        let same = TABLE
            .iter()
            .find(|row| Some(row.movement) == moved && row.trade == Some(trade));
        return Err(Unfit::Trade {
            would_fit: same.map(|row| row.code),
        });
    }
    rows()
        .filter(of_trade)
        .find(|row| row.direction == direction && row.goods == goods)
        .map(|row| row.movement)
        .ok_or_else(|| {
            let uses = rows()
                .filter(of_trade)
                .map(|it| (it.direction, it.goods, it.movement));
            let mut instead: Vec<&'static str> = TABLE
                .iter()
                .filter(of_trade)
                .filter(|row| row.direction == direction && row.goods == goods)
                .map(|row| row.code)
                .collect();
            instead.dedup();
            Unfit::Use {
                would_fit: uses.collect(),
                instead,
            }
        })
}

/// The code of a movement in a book of a trade: the first of the table.
pub fn mode_of(movement: Movement, trade: Trade) -> Option<(&'static str, Direction, Goods)> {
    TABLE
        .iter()
        .find(|row| row.movement == movement && row.trade.is_none_or(|it| it == trade))
        .map(|row| (row.code, row.direction, row.goods))
}

/// All rows of the table, for the manual: movement, code, trade, direction, goods.
pub fn table() -> impl Iterator<Item = (Movement, &'static str, Option<Trade>, Direction, Goods)> {
    TABLE
        .iter()
        .map(|row| (row.movement, row.code, row.trade, row.direction, row.goods))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(
        mode: &str,
        trade: Trade,
        direction: Direction,
        goods: Goods,
    ) -> Result<Movement, Unfit> {
        movement(mode.parse().unwrap(), trade, direction, goods)
    }

    #[test]
    fn every_movement_has_a_mode_in_both_trades() {
        for movement in Movement::ALL {
            for trade in [Trade::SuppliedMaterials, Trade::ImportedMaterials] {
                let (mode, direction, goods) = mode_of(movement, trade).unwrap();
                assert_eq!(fits(mode, trade, direction, goods), Ok(movement));
                assert_eq!(movement.is_product(), goods == Product);
            }
        }
    }

    #[test]
    fn an_unfit_mode_says_what_would_fit() {
        use Trade::{ImportedMaterials, SuppliedMaterials};
        let wrong_trade = fits("0214", ImportedMaterials, Import, Material);
        assert_eq!(
            wrong_trade,
            Err(Unfit::Trade {
                would_fit: Some("0615")
            })
        );
        assert!(matches!(
            fits("1371", SuppliedMaterials, Import, Material),
            Err(Unfit::NotKept { .. })
        ));
        assert!(matches!(
            fits("0999", SuppliedMaterials, Import, Material),
            Err(Unfit::Unknown { .. })
        ));
        let wrong_use = fits("0664", ImportedMaterials, Import, Material).unwrap_err();
        let Unfit::Use { would_fit, instead } = wrong_use else {
            panic!("{wrong_use:?}")
        };
        assert_eq!(would_fit, [(Export, Material, ReExported)]);
        assert!(instead.contains(&"0615"));
    }

    #[test]
    fn indices_are_dense() {
        for (at, movement) in Movement::ALL.into_iter().enumerate() {
            assert_eq!(movement.index(), at);
        }
    }
}
