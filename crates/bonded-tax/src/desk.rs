//! What is computed again and again within one answer is computed once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use bonded_ledger::{Date, HandbookNo};
use unit_consumption::Exact;
use unit_consumption::declaration::Declaration;

use crate::books::Books;
use crate::error::TaxError;
use crate::licence::Imports;
use crate::papers::Within;
use crate::value::UnitPrice;

/// Books on which one answer is worked out, with one set of inputs: prices do not change meanwhile.
pub(crate) struct Desk<'b> {
    books: &'b Books,
    declarations: Memo<HandbookNo, Rc<Declaration>>,
    prices: Memo<(HandbookNo, u16, Date, Within), UnitPrice>,
    /// Surplus sold, and all imports, in yuan: of the cycle that begins on the first day, until the second, of what settles the third.
    values: Memo<Sold, (Exact, Imports)>,
}

/// A book, the first day, the last, and the end that is settled.
type Sold = (HandbookNo, Date, Date, Option<Date>);
type Memo<K, V> = RefCell<BTreeMap<K, Result<V, TaxError>>>;

impl Deref for Desk<'_> {
    type Target = Books;
    fn deref(&self) -> &Books {
        self.books
    }
}

fn once<K: Ord + Copy, V: Clone>(
    memo: &Memo<K, V>,
    key: K,
    compute: impl FnOnce() -> Result<V, TaxError>,
) -> Result<V, TaxError> {
    if let Some(known) = memo.borrow().get(&key) {
        return known.clone();
    }
    let value = compute();
    memo.borrow_mut().insert(key, value.clone());
    value
}

impl<'b> Desk<'b> {
    pub(crate) fn of(books: &'b Books) -> Desk<'b> {
        Desk {
            books,
            declarations: Memo::default(),
            prices: Memo::default(),
            values: Memo::default(),
        }
    }

    /// What a book declares as its unit consumption.
    pub(crate) fn declaration(&self, handbook: HandbookNo) -> Result<Rc<Declaration>, TaxError> {
        let compute = || self.books.declaration(handbook).map(Rc::new);
        once(&self.declarations, handbook, compute)
    }

    pub(crate) fn price(
        &self,
        of: (HandbookNo, u16, Date, Within),
        compute: impl FnOnce() -> Result<UnitPrice, TaxError>,
    ) -> Result<UnitPrice, TaxError> {
        once(&self.prices, of, compute)
    }

    pub(crate) fn values(
        &self,
        of: Sold,
        compute: impl FnOnce() -> Result<(Exact, Imports), TaxError>,
    ) -> Result<(Exact, Imports), TaxError> {
        once(&self.values, of, compute)
    }
}
