//! The JSON of `statement` and `chain`.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;
use serde_json::{Map, Value, json};

use super::books::{
    BOOKED, Book, Exact, Goods, PENDING, PRODUCT_LEAVES, Period, books, carry_overs, closable,
    counted, exact, lists, must, number, print, rows, takes_effect, total, zero,
};

/// The contract's `statement --format json` without `reasons`. A handbook opened after the day is
/// left out; items, consumptions, `status` and `closable` are those of the whole journal.
///
/// Of account books the cycle that holds the day, or the one that is asked for, from 1.
pub fn statement(entries: &[Value], as_of: Option<&str>, cycle: Option<usize>) -> Value {
    let books = books(entries);
    let opened = books
        .values()
        .filter(|book| as_of.is_none_or(|day| book.opened.as_str() <= day));
    let handbooks: Vec<Value> = opened
        .filter_map(|book| {
            let current = as_of.map_or(book.ends.len(), |day| book.cycle_of(day));
            let asked = cycle.map_or(current, |it| it - 1);
            if asked > current || cycle.is_some() && !book.is_account_book() {
                return None;
            }
            // A cycle that is asked for and reported ends with its last day, though lists go on.
            let own_end = book.reported.as_deref();
            let own_end = own_end.filter(|_| cycle.is_some() && asked == book.ends.len());
            let last = [as_of, own_end].into_iter().flatten().min();
            let mut period = Period::of(book, entries, asked, last);
            if last != as_of {
                period.pend(book, entries, as_of);
            }
            let of_the_day = &period.lists;
            let until = period.until.as_deref();
            let materials: Vec<Value> = book
                .materials
                .iter()
                .map(|(seq, item)| {
                    let columns = period.columns(book, entries, *seq);
                    let mut columns = columns;
                    let by_list = columns.remove("by_list").unwrap_or_else(zero);
                    let by_unit = columns.remove("by_unit").unwrap_or_else(zero);
                    let mut row = head(*seq, item);
                    let any = entries.iter().any(|it| {
                        must(it, "entry") == "declare_consumption"
                            && must(it, "handbook") == book.number
                    });
                    if any {
                        let by = json!({"unit_consumption": print(&by_unit),
                            "consumption_list": print(&by_list)});
                        row.insert("consumed_by".to_owned(), by);
                    }
                    row.extend(
                        columns
                            .iter()
                            .map(|(name, sum)| ((*name).to_owned(), json!(print(sum)))),
                    );
                    let count = counted(book, entries, *seq, until);
                    row.insert("counted".to_owned(), json!(count.as_ref().map(print)));
                    Value::Object(row)
                })
                .collect();
            let products: Vec<Value> = book
                .products
                .iter()
                .map(|(seq, item)| {
                    let sum = |columns: &[&str], states| {
                        let sum = total(
                            of_the_day,
                            &book.number,
                            Goods::Product,
                            *seq,
                            columns,
                            states,
                        );
                        json!(print(&sum))
                    };
                    let mut row = head(*seq, item);
                    for column in PRODUCT_LEAVES.iter().chain(&["returned_in"]) {
                        row.insert((*column).to_owned(), sum(&[column], &BOOKED));
                    }
                    row.insert("pending_out".to_owned(), sum(&PRODUCT_LEAVES, &PENDING));
                    Value::Object(row)
                })
                .collect();
            let (to, state) = match (book.ends.get(asked), &book.reported) {
                (Some(end), _) => (json!(end), "accepted"),
                (None, Some(end)) => (json!(end), "reported"),
                (None, None) => (Value::Null, "current"),
            };
            let cycle = json!({"from": book.cycle_from(asked), "to": to, "state": state});
            Some(json!({
                "handbook": book.number,
                "status": book.status,
                "valid_until": book.valid_until,
                "suspended": book.suspended,
                "cycle": if book.is_account_book() { cycle } else { Value::Null },
                "closable": closable(&books, entries, &book.number).is_ok(),
                "outside": outside(entries, &book.number, until),
                "materials": materials,
                "products": products,
            }))
        })
        .collect();
    json!({"as_of": as_of, "entries": entries.len(), "handbooks": handbooks})
}

fn head(seq: u64, item: &super::books::Item) -> Map<String, Value> {
    let row = json!({
        "seq": seq,
        "code": item.code,
        "hs": item.hs,
        "name": item.name,
        "unit": item.unit,
        "approved": item.approved.as_ref().map(print),
    });
    row.as_object().cloned().unwrap_or_default()
}

/// Dispatched − returned, by contractor, then materials before products, then number.
fn outside(entries: &[Value], handbook: &str, as_of: Option<&str>) -> Vec<Value> {
    let mut sums: BTreeMap<(&str, &str, u64), Exact> = BTreeMap::new();
    for entry in entries {
        let counts = must(entry, "entry") == "outsource" && must(entry, "handbook") == handbook;
        if !counts || !takes_effect(entry, as_of) {
            continue;
        }
        for (field, dispatched) in [("dispatched", true), ("returned", false)] {
            for row in rows(entry, field) {
                // "material" sorts before "product", as the contract wants it.
                let kind = if row.get("material").is_some_and(Value::is_u64) {
                    "material"
                } else {
                    "product"
                };
                let key = (must(&entry["contractor"], "uscc"), kind, number(row, kind));
                let quantity = exact(&row["quantity"]);
                *sums.entry(key).or_insert_with(zero) +=
                    if dispatched { quantity } else { -quantity };
            }
        }
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums.iter()
        .map(|((contractor, kind, seq), sum)| {
            json!({"contractor": contractor, *kind: seq, "quantity": print(sum)})
        })
        .collect()
}

/// The contract's `chain --format json`; of the whole journal.
pub fn chain(entries: &[Value]) -> Value {
    let books = books(entries);
    let lists = lists(entries, None);
    let carry_overs = carry_overs(&books, &lists);
    let chains: Vec<Value> = chains(&books, &carry_overs)
        .iter()
        .map(|(name, members)| {
            let of_chain: Vec<_> = carry_overs
                .iter()
                .filter(|it| it.kept_ends().iter().any(|end| members.contains(end)))
                .collect();
            let closable = |number: &str| closable(&books, entries, number).is_ok();
            let closed = of_chain
                .iter()
                .all(|it| ["matched", "external"].contains(&it.state))
                && members
                    .iter()
                    .all(|number| closable(number) || books[number].status != "open");
            let handbooks: Vec<Value> = members
                .iter()
                .map(|number| {
                    let book = &books[number];
                    json!({"handbook": number, "role": book.role, "status": book.status,
                           "closable": closable(number)})
                })
                .collect();
            let shown: Vec<Value> = of_chain.iter().map(|it| shown(it)).collect();
            let re_export: Vec<Value> = members
                .iter()
                .flat_map(|number| re_export(&books[number], &lists))
                .collect();
            json!({"chain": name, "closed": closed, "handbooks": handbooks, "carry_overs": shown,
                   "re_export": re_export})
        })
        .collect();
    json!({"chains": chains})
}

/// Names form chains; carry-overs form chains only among handbooks without a name; one whose
/// carry-overs all lead elsewhere is a chain of its own (readings, 15).
fn chains(
    books: &BTreeMap<String, Book>,
    carry_overs: &[super::books::CarryOver<'_>],
) -> BTreeMap<String, BTreeSet<String>> {
    let mut chains: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for book in books.values() {
        if let Some(name) = &book.chain {
            chains
                .entry(name.clone())
                .or_default()
                .insert(book.number.clone());
        }
    }
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    for carry_over in carry_overs {
        let ends = carry_over.kept_ends();
        let mut group: BTreeSet<String> = ends
            .into_iter()
            .filter(|end| books[end].chain.is_none())
            .collect();
        if group.is_empty() {
            continue;
        }
        groups.retain(|other| {
            let apart = other.is_disjoint(&group);
            if !apart {
                group.extend(other.iter().cloned());
            }
            apart
        });
        groups.push(group);
    }
    for group in groups {
        let smallest = group.first().cloned().unwrap_or_default();
        chains.entry(smallest).or_default().extend(group);
    }
    chains
}

fn shown(carry_over: &super::books::CarryOver<'_>) -> Value {
    let (from, to) = carry_over.ends();
    let mut receiving_list = carry_over.receiving.map(|it| it.number.clone());
    let mut sending_list = carry_over.sending.map(|it| it.number.clone());
    if carry_over.state == "external" {
        // The other side's list, where it is known (readings, 17).
        let theirs = |list: &super::books::List| {
            let declared = list.counterpart.as_ref().and_then(|it| it.1.clone());
            list.confirmed.clone().or(declared)
        };
        sending_list = sending_list.or(carry_over.receiving.and_then(theirs));
        receiving_list = receiving_list.or(carry_over.sending.and_then(theirs));
    }
    let goods = match (carry_over.sending, carry_over.receiving) {
        (Some(sending), _) if sending.goods == Goods::Product => "product",
        (None, Some(receiving)) if !receiving.is_leftover() => "product",
        _ => "material",
    };
    json!({"from": from, "to": to, "goods": goods, "receiving_list": receiving_list,
           "sending_list": sending_list, "state": carry_over.state})
}

/// exported − returned_in + returned_out, where not 0.
fn re_export(book: &Book, lists: &[super::books::List]) -> Vec<Value> {
    let mut rows = Vec::new();
    for (seq, item) in &book.products {
        let sum = |column| {
            total(
                lists,
                &book.number,
                Goods::Product,
                *seq,
                &[column],
                &BOOKED,
            )
        };
        let quantity = sum("exported") - sum("returned_in") + sum("returned_out");
        if !quantity.is_zero() {
            rows.push(
                json!({"handbook": book.number, "role": book.role, "product": seq,
                             "hs": item.hs, "quantity": print(&quantity)}),
            );
        }
    }
    rows
}
