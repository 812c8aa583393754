//! How a value becomes bytes and is read again: fixed width, low byte first, nothing that could be
//! written in two ways.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use rust_decimal::Decimal;
use unit_consumption::{Consumption, Net, Percent, Quantity, Total};

use super::SnapshotError;
use crate::book::Status;
use crate::entry::{
    Amount, ConsumptionDeclared, Credit, Direction, Ground, GuaranteeKind, Role, Trade,
};
use crate::ids::{
    Currency, CustomsCode, Date, HandbookNo, HsCode, MaterialSeq, Mode, ProductSeq, Unit, Uscc,
};
use crate::list::{ChangeKind, ListState};
use crate::modes::Movement;

/// Bytes, and how far they were read.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Reader<'b> {
        Reader { bytes, at }
    }

    pub(super) fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    pub(super) fn damaged(&self, what: &'static str) -> SnapshotError {
        SnapshotError::Damaged { at: self.at, what }
    }

    #[inline]
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'b [u8], SnapshotError> {
        let end = self.at.saturating_add(count);
        let Some(found) = self.bytes.get(self.at..end) else {
            return Err(self.damaged("it ends too early"));
        };
        self.at = end;
        Ok(found)
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let found = self.bytes(N)?;
        found
            .try_into()
            .map_err(|_| self.damaged("it ends too early"))
    }

    /// How many follow: each of them takes a byte at least.
    pub(super) fn count(&mut self) -> Result<usize, SnapshotError> {
        let count = u32::read(self)? as usize;
        if count > self.left() {
            return Err(self.damaged("more is announced than follows"));
        }
        Ok(count)
    }

    /// Room for so many, but not for more bytes than there are to read: a count may lie.
    pub(super) fn room_for<T>(&self, count: usize) -> Vec<T> {
        Vec::with_capacity(count.min(self.left() / size_of::<T>().max(1)))
    }

    pub(super) fn text(&mut self) -> Result<&'b str, SnapshotError> {
        let count = self.count()?;
        let bytes = self.bytes(count)?;
        std::str::from_utf8(bytes).map_err(|_| self.damaged("a text is not UTF-8"))
    }
}

/// A part of a row whose places are known when it is compiled.
#[inline(always)]
pub(super) fn part<const ROW: usize, const N: usize>(row: &[u8; ROW], at: usize) -> [u8; N] {
    std::array::from_fn(|it| row[at + it])
}

/// All that is counted has indices of 32 bits.
pub(super) fn put_count(count: usize, out: &mut Vec<u8>) {
    (count as u32).put(out);
}

pub(super) trait Codec: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn read(from: &mut Reader<'_>) -> Result<Self, SnapshotError>;
}

macro_rules! numbers {
    ($($name:ty),*) => {$(
        impl Codec for $name {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn read(from: &mut Reader<'_>) -> Result<$name, SnapshotError> {
                from.array().map(<$name>::from_le_bytes)
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, u128, i32, i64, i128);

/// A value that is written as another, and read from it where that is lawful.
macro_rules! through {
    ($($name:ty as $raw:ty: |$it:ident| $put:expr, |$read:ident| $lawful:expr, $what:literal;)*) => {$(
        impl Codec for $name {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                let $it = self;
                let raw: $raw = $put;
                raw.put(out);
            }
            #[inline]
            fn read(from: &mut Reader<'_>) -> Result<$name, SnapshotError> {
                let $read = <$raw>::read(from)?;
                $lawful.ok_or_else(|| from.damaged($what))
            }
        }
    )*};
}
through! {
    bool as u8: |it| u8::from(*it), |raw| [false, true].get(usize::from(raw)).copied(),
        "neither true nor false";
    Quantity as i64: |it| it.raw(), |raw| Quantity::from_raw(raw), "a quantity of too many digits";
    // Sums of a few quantities.
    Total as i128: |it| it.raw(),
        |raw| (raw.unsigned_abs() < 1 << 64).then_some(Total::from_raw(raw)),
        "a total of too many digits";
    Net as u64: |it| it.raw(), |raw| Net::from_raw(raw), "not a net consumption";
    Percent as u64: |it| it.raw(), |raw| Percent::from_raw(raw), "not a percentage";
    // As far as a date can be written.
    Date as i32: |it| it.num_days_from_ce(),
        |raw| Date::from_num_days_from_ce_opt(raw).filter(|it| (0..=9999).contains(&it.year())),
        "not a date";
    MaterialSeq as u16: |it| it.get(), |raw| MaterialSeq::new(raw.into()), "not an item number";
    ProductSeq as u16: |it| it.get(), |raw| ProductSeq::new(raw.into()), "not an item number";
    Movement as u8: |it| it.index() as u8, |raw| Movement::ALL.get(usize::from(raw)).copied(),
        "not a movement";
}

/// Words are written as their place in this list.
macro_rules! words {
    ($($name:ident { $($variant:ident),* })*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                const ALL: &[$name] = &[$($name::$variant),*];
                // A variant that is missing above does not compile here.
                let known = match self { $($name::$variant => $name::$variant),* };
                let place = ALL.iter().position(|it| *it == known).unwrap_or_default();
                (place as u8).put(out);
            }
            fn read(from: &mut Reader<'_>) -> Result<$name, SnapshotError> {
                const ALL: &[$name] = &[$($name::$variant),*];
                let place = u8::read(from)?;
                let found = ALL.get(usize::from(place)).copied();
                found.ok_or_else(|| from.damaged(concat!("not a ", stringify!($name))))
            }
        }
    )*};
}
words! {
    Status { Open, Reported, Closed }
    ListState { Pending, Booked, Withdrawn }
    ChangeKind { Declared, Booked, Amended, Withdrawn }
    Trade { SuppliedMaterials, ImportedMaterials }
    Role { IcDesign, WaferFabrication, PackagingTest }
    Credit { AdvancedCertified, Certified, Regular, Dishonest, SeriouslyDishonest }
    ConsumptionDeclared { BeforeExport, BeforeClosure }
    GuaranteeKind { Deposit, Letter }
    Direction { Import, Export }
    Ground { CycleOver, Disaster, CustomsDecision, Residue }
}

/// Numbers of the trade: as many characters as they always have.
macro_rules! codes {
    ($($name:ident $length:literal),*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(self.as_str().as_bytes());
            }
            fn read(from: &mut Reader<'_>) -> Result<$name, SnapshotError> {
                let text = std::str::from_utf8(from.bytes($length)?).unwrap_or_default();
                let error = concat!("not a ", stringify!($name));
                text.parse().map_err(|_| from.damaged(error))
            }
        }
    )*};
}
codes!(HandbookNo 12, HsCode 10, Unit 3, Currency 3, Mode 4, CustomsCode 10, Uscc 18);

impl Codec for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }
    fn read(from: &mut Reader<'_>) -> Result<String, SnapshotError> {
        from.text().map(Into::into)
    }
}

impl Codec for Box<str> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }
    fn read(from: &mut Reader<'_>) -> Result<Box<str>, SnapshotError> {
        from.text().map(Into::into)
    }
}

impl<T: Codec> Codec for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(it) = self {
            it.put(out);
        }
    }
    fn read(from: &mut Reader<'_>) -> Result<Option<T>, SnapshotError> {
        bool::read(from)?.then(|| T::read(from)).transpose()
    }
}

impl<T: Codec> Codec for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_ref().put(out);
    }
    fn read(from: &mut Reader<'_>) -> Result<Box<T>, SnapshotError> {
        T::read(from).map(Box::new)
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        self.iter().for_each(|it| it.put(out));
    }
    fn read(from: &mut Reader<'_>) -> Result<Vec<T>, SnapshotError> {
        let count = from.count()?;
        let mut all = from.room_for(count);
        for _ in 0..count {
            all.push(T::read(from)?);
        }
        Ok(all)
    }
}

impl Codec for BTreeSet<u32> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        self.iter().for_each(|it| it.put(out));
    }
    fn read(from: &mut Reader<'_>) -> Result<BTreeSet<u32>, SnapshotError> {
        let all = Vec::<u32>::read(from)?;
        if !all.is_sorted_by(|one, next| one < next) {
            return Err(from.damaged("a set is not in order"));
        }
        Ok(all.into_iter().collect())
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn read(from: &mut Reader<'_>) -> Result<(A, B), SnapshotError> {
        Ok((A::read(from)?, B::read(from)?))
    }
}

impl<A: Codec, B: Codec, C: Codec> Codec for (A, B, C) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
        self.2.put(out);
    }
    fn read(from: &mut Reader<'_>) -> Result<(A, B, C), SnapshotError> {
        Ok((A::read(from)?, B::read(from)?, C::read(from)?))
    }
}

impl Codec for Amount {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.decimal().serialize());
    }
    fn read(from: &mut Reader<'_>) -> Result<Amount, SnapshotError> {
        let bytes = from.array()?;
        let decimal = Decimal::deserialize(bytes);
        if decimal.serialize() != bytes {
            return Err(from.damaged("not an amount"));
        }
        Ok(Amount::from_decimal(decimal))
    }
}

impl Codec for Consumption {
    fn put(&self, out: &mut Vec<u8>) {
        self.net().put(out);
        self.tangible_loss().put(out);
        self.intangible_loss().put(out);
        self.bonded_share().put(out);
    }
    fn read(from: &mut Reader<'_>) -> Result<Consumption, SnapshotError> {
        let net = Net::read(from)?;
        let [tangible, intangible, share] = [
            Percent::read(from)?,
            Percent::read(from)?,
            Percent::read(from)?,
        ];
        Consumption::new(net, tangible, intangible, share)
            .map_err(|_| from.damaged("not a unit consumption"))
    }
}

/// A record is its fields in their order; after the `;` those that are not written, with the value
/// that they begin with. A field that is added and not named here does not compile.
macro_rules! records {
    ($($name:ty { $($field:ident),* $(; $($other:ident = $begin:expr),*)? })*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field,)* $($($other: _,)*)? } = self;
                $($field.put(out);)*
            }
            fn read(from: &mut Reader<'_>) -> Result<Self, SnapshotError> {
                Ok(Self { $($field: Codec::read(from)?,)* $($($other: $begin,)*)? })
            }
        }
    )*};
}
pub(super) use records;
