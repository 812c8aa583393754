//! Rows of a file that name what is not in the ledger: told, as what they say is not counted with.

use bonded_ledger::HandbookNo;
use serde::Serialize;

use super::Inputs;
use crate::books::Books;
use crate::papers::ListPapers;

/// So many rows are compared with all names of the ledger for one that is close.
const COMPARED: usize = 20;

/// A row that names a book, a material, a list or a line that is not in the ledger.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Unmatched {
    /// Which object it stands in: the first that was added is 0.
    pub object: usize,
    /// The table.
    pub table: &'static str,
    /// Which row of it, from 0, as errors of reading count them.
    pub row: usize,
    /// What it names that is not there.
    pub message: String,
    /// What is close, or what to do.
    pub to_do: String,
}

/// What a row names, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) object: usize,
    pub(crate) table: &'static str,
    pub(crate) row: usize,
    pub(crate) names: Names,
}

/// What a row names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Names {
    pub(crate) handbook: Option<HandbookNo>,
    pub(crate) material: Option<u16>,
    pub(crate) list: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) lot: Option<(String, u32)>,
}

/// What is not there, and what may be meant.
struct Absent {
    message: String,
    /// What was named, where another name may be meant.
    named: Option<String>,
    to_do: &'static str,
}

impl Absent {
    fn new(message: String, to_do: &'static str) -> Option<Absent> {
        let named = None;
        Some(Absent {
            message,
            named,
            to_do,
        })
    }
}

impl Inputs {
    /// Every row that names a book, material, list or line that is not in the ledger, in the order of the
    /// files. Nothing of what it says is counted with; it may be of another ledger.
    ///
    /// ```
    /// use bonded_tax::{Books, Inputs};
    /// let inputs = Inputs::from_json(r#"{"sales":[{"list":"SALE-1","on":"2026-06-01"}]}"#)?;
    /// let unmatched = inputs.unmatched(&Books::default());
    /// assert_eq!(unmatched[0].message, "list SALE-1 is not in this ledger");
    /// # Ok::<(), exact_json::Error>(())
    /// ```
    pub fn unmatched(&self, books: &Books) -> Vec<Unmatched> {
        let mut found: Vec<Unmatched> = Vec::new();
        for it in &self.named {
            let Some(absent) = absent(books, &it.names) else {
                continue;
            };
            let compared = absent.named.filter(|_| found.len() < COMPARED);
            let close = compared.and_then(|name| close(books, &name, &it.names));
            found.push(Unmatched {
                object: it.object,
                table: it.table,
                row: it.row,
                message: absent.message,
                to_do: match close {
                    Some(close) => format!("did you mean {close}?"),
                    None => absent.to_do.to_owned(),
                },
            });
        }
        found
    }
}

/// The name of a list, or else of a book, that is close to one.
fn close(books: &Books, name: &str, names: &Names) -> Option<String> {
    let papers = books.papers();
    if names.handbook.is_some_and(|it| it.as_str() == name) {
        let known = papers.books.keys().map(HandbookNo::as_str);
        return exact_json::nearest(name, known).map(str::to_owned);
    }
    let known = papers.lists.iter().flat_map(ListPapers::names);
    exact_json::nearest(name, known).map(str::to_owned)
}

fn absent(books: &Books, names: &Names) -> Option<Absent> {
    let mut of_book = None;
    if let Some(handbook) = names.handbook {
        let Ok(book) = books.book(handbook) else {
            return Some(Absent {
                message: format!("handbook {handbook} is not in this ledger"),
                named: Some(handbook.to_string()),
                to_do: "check the number; what it says is not counted with",
            });
        };
        of_book = Some(book);
        if let (Some(material), Some(handbook)) = (names.material, names.handbook)
            && !book.materials.contains_key(&material)
        {
            let message = format!("handbook {handbook} has no material {material}");
            return Absent::new(message, "check the item number (项号)");
        }
    }
    if let Some(name) = &names.list {
        let list = match of_list(books, name, names.line) {
            Ok(list) => list,
            Err(absent) => return Some(absent),
        };
        if of_book.is_some() && names.handbook != Some(list.handbook) {
            let message = format!("list {name} is of handbook {}", list.handbook);
            return Absent::new(message, "name the handbook of the list, or another list");
        }
        let of_material = |it: u16| list.lines.iter().any(|line| line.material() == Some(it));
        if let Some(material) = names.material.filter(|it| !of_material(*it)) {
            let message = format!("list {name} has no line of material {material}");
            return Absent::new(message, "name a material of the list");
        }
    }
    let (lot, line) = names.lot.as_ref()?;
    of_list(books, lot, Some(*line)).err()
}

fn of_list<'b>(books: &'b Books, name: &str, line: Option<u32>) -> Result<&'b ListPapers, Absent> {
    let Ok(list) = books.list(name) else {
        return Err(Absent {
            message: format!("list {name} is not in this ledger"),
            named: Some(name.to_owned()),
            to_do: "check the number, the enterprise's own or customs' (清单编号); what it says is not counted with",
        });
    };
    match line.filter(|line| list.lines.iter().all(|it| it.line != *line)) {
        Some(line) => Err(Absent {
            message: format!("list {name} has no line {line}"),
            named: None,
            to_do: "check the number of the line",
        }),
        None => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::Case;

    #[test]
    fn every_row_that_names_nothing_is_told_where_it_stands() {
        let case = Case::read(
            r#"book C222626A0001 2026-01-05..2026-12-31
               M1 3907300090 compound
               book C222626A0002 2026-01-05..2026-12-31
               M1 3907300090 compound
               2026-02-02 in IMPORT-01 0615 M1:750=6900USD
               2026-06-01 sell SALE-01 M1:20"#,
        )
        .unwrap();
        let mut inputs = Inputs::builtin();
        let row = r#""from":"2026-01-01","source":"s""#;
        for file in [
            r#"{"sales":[{"list":"SALE-01","kind":"surplus"},
                         {"list":"SALE-1","kind":"surplus"},
                         {"list":"SALE-01","line":2,"kind":"surplus"},
                         {"list":"SALE-01","line":1,"lot":{"list":"IMPORT-01","line":9}}],
                "claims":[{"list":"X-9900001","line":1,"quantity":"1","usd":"1"}]}"#,
            r#"{"zones":[{"handbook":"C222626A0001",ROW},{"handbook":"C222626A0003",ROW}],
                "collective":[{"handbook":"C999926A0003","period":"none",ROW}],
                "standing":[{"handbook":"C222626A0003","fact":"elsewhere",ROW}],
                "refund":[{"handbook":"C222626A0003","planned_rate":"0.5",ROW}],
                "interest_begins":[{"handbook":"C222626A0001","material":2,"day":"2026-01-01","source":"s"}],
                "prices":[{"handbook":"C222626A0001","material":1,"price":"1","currency":"USD",ROW},
                          {"handbook":"C222626A0001","material":7,"price":"1","currency":"USD",ROW},
                          {"handbook":"C222626A0001","material":1,"list":"NONE","price":"1","currency":"USD",ROW},
                          {"handbook":"C222626A0002","material":1,"list":"IMPORT-01","price":"1","currency":"USD",ROW}]}"#,
        ] {
            inputs.add_json(&file.replace("ROW", row)).unwrap();
        }
        let told: Vec<String> = inputs
            .unmatched(&case.books)
            .into_iter()
            .map(|it| {
                let to_do = it.to_do.split(';').next().unwrap_or_default();
                format!(
                    "{} {}[{}] {}; {to_do}",
                    it.object, it.table, it.row, it.message
                )
            })
            .collect();
        let number = "check the number, the enterprise's own or customs' (清单编号)";
        let mut expected = vec![
            "0 sales[1] list SALE-1 is not in this ledger; did you mean SALE-01?".to_owned(),
            "0 sales[2] list SALE-01 has no line 2; check the number of the line".to_owned(),
            "0 sales[3] list IMPORT-01 has no line 9; check the number of the line".to_owned(),
            format!("0 claims[0] list X-9900001 is not in this ledger; {number}"),
            "1 prices[1] handbook C222626A0001 has no material 7; check the item number (项号)".to_owned(),
            format!("1 prices[2] list NONE is not in this ledger; {number}"),
            "1 prices[3] list IMPORT-01 is of handbook C222626A0001; name the handbook of the list, or another list".to_owned(),
            "1 interest_begins[0] handbook C222626A0001 has no material 2; check the item number (项号)".to_owned(),
        ];
        let near = |table: &str, number: &str| {
            format!(
                "1 {table}[{}] handbook {number} is not in this ledger; did you mean C222626A0001?",
                usize::from(table == "zones")
            )
        };
        expected.push(near("zones", "C222626A0003"));
        expected.push(near("collective", "C999926A0003"));
        expected.push(near("standing", "C222626A0003"));
        expected.push(near("refund", "C222626A0003"));
        assert_eq!(told, expected);
    }
}
