//! Entries written in Rust: the few calls that an embedding program needs most. Values are given as
//! text, as the journal has them, and refused with the same errors.

use exact_json::{Error, FromJson, Json, Path};
use uuid::Uuid;

use crate::entry::{
    AmendList, BookList, ConsumptionDeclared, ConsumptionLine, Counterpart, DeclareList, Entry,
    EntryKind, InputError, Item, ListLine, MaterialItem, OpenHandbook, Party, ProductItem, Trade,
    Version,
};
use crate::ids::Date;
use crate::modes::{Movement, mode_of};

/// The space in which ids of entries are derived from their content.
const NAMESPACE: Uuid = Uuid::from_u128(0x8a6f_0d0c_51c5_5c0e_9d0a_6a1b_3c5e_7f01);

fn read<T: FromJson>(field: &str, text: &str) -> Result<T, InputError> {
    value(field, &Json::String(text.into()))
}

fn seq<T: FromJson>(field: &str, seq: u16) -> Result<T, InputError> {
    value(field, &Json::Integer(seq.into()))
}

fn value<T: FromJson>(field: &str, json: &Json<'_>) -> Result<T, InputError> {
    T::from_json(json, &Path::Field(&Path::RootWithExt, field))
        .map_err(|error| InputError::new(error, None))
}

impl Entry {
    /// An entry whose id is derived from its content (UUID version 5): the same content posted
    /// twice is a duplicate, which is what a program that may be restarted wants. Two entries that
    /// are meant to be two need something that tells them apart (a list's number does).
    ///
    /// # Errors
    /// When the date is not `YYYY-MM-DD`.
    pub fn of(date: &str, kind: impl Into<EntryKind>) -> Result<Entry, InputError> {
        let date: Date = read("date", date)?;
        let kind = kind.into();
        let content = serde_json::to_vec(&(date, &kind)).unwrap_or_default();
        Ok(Entry::new(Uuid::new_v5(&NAMESPACE, &content), date, kind))
    }
}

impl Party {
    /// An enterprise by its unified social credit code, customs code and name.
    ///
    /// # Errors
    /// When a code is not well formed.
    pub fn new(uscc: &str, customs_code: &str, name: &str) -> Result<Party, InputError> {
        Ok(Party {
            uscc: read("uscc", uscc)?,
            customs_code: read("customs_code", customs_code)?,
            name: read("name", name)?,
        })
    }
}

impl Item {
    /// An item by its 料号, commodity code, name and unit; not limited until [`Item::approved`].
    ///
    /// # Errors
    /// When a code is not well formed.
    pub fn new(code: &str, hs: &str, name: &str, unit: &str) -> Result<Item, InputError> {
        Ok(Item {
            code: read("code", code)?,
            hs: read("hs", hs)?,
            name: read("name", name)?,
            spec: None,
            unit: read("unit", unit)?,
            legal_unit: None,
            legal_unit_2: None,
            quantity: None,
            price: None,
            currency: None,
            ext: None,
        })
    }

    /// The approved quantity (备案数量).
    ///
    /// # Errors
    /// When the text is not a quantity.
    pub fn approved(mut self, quantity: &str) -> Result<Item, InputError> {
        self.quantity = Some(read("quantity", quantity)?);
        Ok(self)
    }
}

impl OpenHandbook {
    /// A book of one enterprise that is operator and processor, declaring unit consumption before
    /// export. The trade follows from the letter (an `E` book is taken as imported materials).
    ///
    /// # Errors
    /// When the number or a date is not well formed.
    pub fn new(number: &str, party: Party, from: &str, until: &str) -> Result<Self, InputError> {
        let trade = match number.as_bytes().first() {
            Some(b'B') => Trade::SuppliedMaterials,
            _ => Trade::ImportedMaterials,
        };
        Ok(OpenHandbook {
            number: read("number", number)?,
            trade,
            role: None,
            chain: None,
            operator: party.clone(),
            processor: party,
            credit: None,
            guarantee: None,
            valid_from: read("valid_from", from)?,
            valid_until: read("valid_until", until)?,
            consumption_declared: ConsumptionDeclared::BeforeExport,
            self_verification: None,
            materials: Vec::new(),
            products: Vec::new(),
            consumptions: Vec::new(),
            ext: None,
        })
    }

    /// Adds a material.
    ///
    /// # Errors
    /// When the number is not from 1 to 9999.
    pub fn material(mut self, number: u16, item: Item) -> Result<Self, InputError> {
        self.materials.push(MaterialItem {
            seq: seq("seq", number)?,
            item,
            carry_over_eligible: None,
            consumable: None,
            opening: None,
            used: None,
        });
        Ok(self)
    }

    /// Adds a product.
    ///
    /// # Errors
    /// When the number is not from 1 to 9999.
    pub fn product(mut self, number: u16, item: Item) -> Result<Self, InputError> {
        self.products.push(ProductItem {
            seq: seq("seq", number)?,
            item,
            used: None,
        });
        Ok(self)
    }

    /// Adds a consumption: net, and the tangible loss in percent of what is consumed.
    ///
    /// # Errors
    /// When a number or a figure is not well formed.
    pub fn consumption(
        mut self,
        product: u16,
        material: u16,
        net: &str,
        tangible_loss: &str,
    ) -> Result<Self, InputError> {
        self.consumptions.push(ConsumptionLine {
            product: seq("product", product)?,
            material: seq("material", material)?,
            version: None,
            net: read("net", net)?,
            tangible_loss: Some(read("tangible_loss", tangible_loss)?),
            intangible_loss: None,
            bonded_share: None,
        });
        Ok(self)
    }
}

impl DeclareList {
    /// A list that makes this movement in a handbook; the supervision mode follows from the
    /// movement and the letter of the handbook.
    ///
    /// # Errors
    /// When the handbook's number is not well formed.
    pub fn new(number: &str, handbook: &str, movement: Movement) -> Result<Self, InputError> {
        let trade = match handbook.as_bytes().first() {
            Some(b'B') => Trade::SuppliedMaterials,
            _ => Trade::ImportedMaterials,
        };
        let at = Path::Field(&Path::Root, "mode");
        let none = || {
            let error = Error::new("invalid_value", &at, "no mode makes this movement");
            InputError::new(error, None)
        };
        let (mode, direction, goods) = mode_of(movement, trade).ok_or_else(none)?;
        Ok(DeclareList {
            number: read("number", number)?,
            handbook: read("handbook", handbook)?,
            direction,
            goods,
            mode: read("mode", mode)?,
            counterpart: None,
            delivered: None,
            reference: None,
            settles: None,
            customs_declaration: None,
            lines: Vec::new(),
            ext: None,
        })
    }

    /// Adds a line of an item; lines are numbered as they come.
    ///
    /// # Errors
    /// When the quantity is not well formed.
    pub fn line(mut self, item: u16, quantity: &str) -> Result<Self, InputError> {
        let number = self.lines.len() as u32 + 1;
        self.lines
            .push(ListLine::new(number, item, read("quantity", quantity)?));
        Ok(self)
    }

    /// Sets the version of the last line's product.
    ///
    /// # Errors
    /// When it is not 1 to 8 characters.
    pub fn version(mut self, version: &str) -> Result<Self, InputError> {
        let version: Version = read("version", version)?;
        if let Some(line) = self.lines.last_mut() {
            line.version = Some(version);
        }
        Ok(self)
    }

    /// Names the other side of a carry-over: its handbook, and of a sending list the receiving one.
    ///
    /// # Errors
    /// When the handbook's number is not well formed.
    pub fn counterpart(mut self, handbook: &str, list: Option<&str>) -> Result<Self, InputError> {
        let handbook = read("counterpart.handbook", handbook)?;
        self.counterpart = Some(Counterpart {
            handbook,
            list: list.map(Into::into),
        });
        Ok(self)
    }

    /// Keeps the ERP's document number, by which the list can be found.
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }
}

impl BookList {
    /// A list deducted by customs as it was declared.
    pub fn new(list: impl Into<String>) -> BookList {
        BookList {
            list: list.into(),
            customs_number: None,
            customs_declaration: None,
            lines: Vec::new(),
        }
    }
}

impl From<OpenHandbook> for EntryKind {
    fn from(handbook: OpenHandbook) -> EntryKind {
        EntryKind::OpenHandbook {
            handbook: Box::new(handbook),
        }
    }
}

impl From<DeclareList> for EntryKind {
    fn from(list: DeclareList) -> EntryKind {
        EntryKind::DeclareList { list }
    }
}

impl From<BookList> for EntryKind {
    fn from(list: BookList) -> EntryKind {
        EntryKind::BookList(list)
    }
}

impl From<AmendList> for EntryKind {
    fn from(list: AmendList) -> EntryKind {
        EntryKind::AmendList(list)
    }
}
