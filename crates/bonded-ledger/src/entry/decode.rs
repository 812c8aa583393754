//! From a JSON object to an entry.

use exact_json::{Error, Fields, FromJson, Path, invalid, unknown, whole, wrong_type};
use unit_consumption::Quantity;
use uuid::Uuid;

use super::*;
use crate::limits;

/// Fields that every entry may have.
const ENVELOPE: [&str; 7] = [
    "id",
    "date",
    "entry",
    "note",
    "author",
    "recorded_at",
    "ext",
];

impl Entry {
    pub(crate) fn from_value(json: &Json<'_>) -> Result<Entry, InputError> {
        let id = match json {
            Json::Object(fields) => fields.iter().find(|(name, _)| name == "id"),
            _ => None,
        };
        let id = id.and_then(|(_, json)| match json {
            Json::String(text) => Uuid::try_parse(text).ok(),
            _ => None,
        });
        decode(json).map_err(|error| InputError::new(error, id))
    }
}

fn decode(json: &Json<'_>) -> Result<Entry, Error> {
    let path = Path::RootWithExt;
    let Json::Object(pairs) = json else {
        return Err(wrong_type(json, &path, "an object with id, date, entry"));
    };
    let at = Path::Field(&path, "entry");
    let kind = match pairs.iter().find(|(name, _)| name == "entry") {
        Some((_, Json::String(kind))) => &**kind,
        Some((_, other)) => return Err(wrong_type(other, &at, "the kind of entry, a text")),
        None => {
            let message = format!("missing, expected one of {}", ENTRY_KINDS.join(", "));
            return Err(Error::new("missing_field", &at, message));
        }
    };
    let Some(payload) = payload_of(kind) else {
        let message = unknown(kind, &ENTRY_KINDS).replace("unknown field", "unknown kind of entry");
        return Err(Error::new("invalid_value", &at, message));
    };
    let known: Vec<&str> = ENVELOPE.iter().chain(payload).copied().collect();
    let fields = Fields::of(json, &path, &known)?;
    let envelope = Envelope {
        id: fields.required("id")?,
        date: fields.required("date")?,
        note: fields.optional("note")?,
        author: fields.optional("author")?,
        recorded_at: fields.optional::<Timestamp>("recorded_at")?.map(|it| it.0),
        ext: fields.optional("ext")?,
    };
    let kind = decode_kind(kind, &fields)?;
    check_sizes(&kind)?;
    Ok(Entry::sealed(
        envelope,
        kind,
        digest_fields(pairs, Some("id")),
    ))
}

/// No array is longer than what it goes into may hold.
fn check_sizes(kind: &EntryKind) -> Result<(), Error> {
    let (items, lines) = (limits::ITEMS_MAX, limits::LINES_MAX);
    let sizes = match kind {
        EntryKind::BookList(it) => vec![("lines", it.lines.len(), lines)],
        EntryKind::AmendList(it) => vec![("lines", it.lines.len(), lines)],
        EntryKind::AmendHandbook(it) => vec![
            ("materials", it.materials.len(), items),
            ("products", it.products.len(), items),
            (
                "consumptions",
                it.consumptions.len(),
                limits::CONSUMPTIONS_MAX,
            ),
        ],
        EntryKind::CountStock(it) => vec![
            ("materials", it.materials.len(), items),
            ("products", it.products.len(), limits::CONSUMPTIONS_MAX),
        ],
        EntryKind::DeclareConsumption(it) => vec![
            ("lists", it.lists.len(), lines),
            ("materials", it.materials.len(), items),
        ],
        EntryKind::Outsource(it) => {
            vec![
                ("dispatched", it.dispatched.len(), lines),
                ("returned", it.returned.len(), lines),
            ]
        }
        _ => Vec::new(),
    };
    for (field, found, most) in sizes {
        at_most(&Path::Field(&Path::Root, field), found, most)?;
    }
    Ok(())
}

/// The payload fields of a kind of entry.
fn payload_of(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "open_handbook" => &["handbook"],
        "amend_handbook" => &[
            "handbook",
            "materials",
            "products",
            "consumptions",
            "removed",
            "valid_until",
            "credit",
            "guarantee",
            "self_verification",
            "role",
            "chain",
            "by",
            "document",
        ],
        "declare_list" => &["list"],
        "book_list" => &["list", "customs_number", "customs_declaration", "lines"],
        "amend_list" => &["list", "lines", "document"],
        "withdraw_list" => &["list"],
        "confirm_counterpart" => &["list", "counterpart_list"],
        "suspend_handbook" => &["handbook", "scope", "reason"],
        "resume_handbook" => &["handbook", "reason"],
        "adjust_book" => &["handbook", "material", "quantity", "ground", "document"],
        "count_stock" => &["handbook", "materials", "products"],
        "outsource" => &[
            "handbook",
            "contractor",
            "dispatched",
            "returned",
            "all_processes",
        ],
        "substitute" => &["handbook", "material", "quantity", "document"],
        "report_cycle" => &["handbook", "cycle_end"],
        "declare_consumption" => &[
            "handbook",
            "number",
            "way",
            "from",
            "until",
            "lists",
            "materials",
            "document",
        ],
        "withdraw_consumption" => &["handbook", "number"],
        "report_closure" | "accept_closure" | "return_closure" | "accept_cycle"
        | "return_cycle" => &["handbook"],
        _ => return None,
    })
}

fn decode_kind(kind: &str, fields: &Fields<'_, '_, '_>) -> Result<EntryKind, Error> {
    let book = || fields.required("handbook");
    Ok(match kind {
        "open_handbook" => EntryKind::OpenHandbook {
            handbook: fields.required("handbook")?,
        },
        "amend_handbook" => EntryKind::AmendHandbook(Box::new(AmendHandbook {
            handbook: book()?,
            materials: fields.list("materials")?,
            products: fields.list("products")?,
            consumptions: fields.list("consumptions")?,
            removed: fields.optional("removed")?,
            valid_until: fields.optional("valid_until")?,
            credit: fields.optional("credit")?,
            guarantee: fields.optional("guarantee")?,
            self_verification: fields.optional("self_verification")?,
            role: fields.optional("role")?,
            chain: fields.optional("chain")?,
            by: fields.optional("by")?,
            document: fields.optional("document")?,
        })),
        "declare_list" => EntryKind::DeclareList {
            list: fields.required("list")?,
        },
        "book_list" => EntryKind::BookList(BookList {
            list: name(fields, "list")?,
            customs_number: fields
                .optional::<ListName>("customs_number")?
                .map(|it| it.0),
            customs_declaration: customs_declaration(fields)?,
            lines: fields.list("lines")?,
        }),
        "amend_list" => EntryKind::AmendList(AmendList {
            list: name(fields, "list")?,
            lines: fields.required("lines")?,
            document: fields.optional("document")?,
        }),
        "withdraw_list" => EntryKind::WithdrawList {
            list: name(fields, "list")?,
        },
        "confirm_counterpart" => EntryKind::ConfirmCounterpart {
            list: name(fields, "list")?,
            counterpart_list: name(fields, "counterpart_list")?,
        },
        "suspend_handbook" => EntryKind::SuspendHandbook {
            handbook: book()?,
            scope: fields.required("scope")?,
            reason: fields.optional("reason")?,
        },
        "resume_handbook" => EntryKind::ResumeHandbook {
            handbook: book()?,
            reason: fields.optional("reason")?,
        },
        "adjust_book" => EntryKind::AdjustBook(AdjustBook {
            handbook: book()?,
            material: fields.required("material")?,
            quantity: fields.required("quantity")?,
            ground: fields.required("ground")?,
            document: fields.required("document")?,
        }),
        "count_stock" => EntryKind::CountStock(CountStock {
            handbook: book()?,
            materials: fields.list("materials")?,
            products: fields.list("products")?,
        }),
        "outsource" => EntryKind::Outsource(Box::new(Outsource {
            handbook: book()?,
            contractor: fields.required("contractor")?,
            dispatched: fields.list("dispatched")?,
            returned: fields.list("returned")?,
            all_processes: fields.optional("all_processes")?,
        })),
        "substitute" => EntryKind::Substitute {
            handbook: book()?,
            material: fields.required("material")?,
            quantity: fields.required::<NotNegative>("quantity")?.0,
            document: fields.required("document")?,
        },
        "report_closure" => EntryKind::ReportClosure { handbook: book()? },
        "accept_closure" => EntryKind::AcceptClosure { handbook: book()? },
        "return_closure" => EntryKind::ReturnClosure { handbook: book()? },
        "report_cycle" => EntryKind::ReportCycle {
            handbook: book()?,
            cycle_end: fields.required("cycle_end")?,
        },
        "accept_cycle" => EntryKind::AcceptCycle { handbook: book()? },
        "declare_consumption" => EntryKind::DeclareConsumption(Box::new(DeclareConsumption {
            handbook: book()?,
            number: name(fields, "number")?,
            way: fields.optional("way")?,
            from: fields.optional("from")?,
            until: fields.optional("until")?,
            lists: fields
                .list::<ListName>("lists")?
                .into_iter()
                .map(|it| it.0)
                .collect(),
            materials: fields.list("materials")?,
            document: fields.optional("document")?,
        })),
        "withdraw_consumption" => EntryKind::WithdrawConsumption {
            handbook: book()?,
            number: name(fields, "number")?,
        },
        _ => EntryKind::ReturnCycle { handbook: book()? },
    })
}

/// RFC 3339.
struct Timestamp(String);

impl FromJson for Timestamp {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Timestamp, Error> {
        let text = String::from_json(json, path)?;
        match chrono::DateTime::parse_from_rfc3339(&text) {
            Ok(_) => Ok(Timestamp(text)),
            Err(_) => Err(invalid(
                json,
                path,
                "a moment such as \"2026-03-31T08:00:00+08:00\"",
            )),
        }
    }
}

/// A list's name: any text but the empty one.
struct ListName(String);

impl FromJson for ListName {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ListName, Error> {
        let text = String::from_json(json, path)?;
        if text.is_empty() {
            return Err(invalid(json, path, "the number of a list"));
        }
        Ok(ListName(text))
    }
}

fn name(fields: &Fields<'_, '_, '_>, field: &str) -> Result<String, Error> {
    fields.required::<ListName>(field).map(|it| it.0)
}

/// 报关单号: 18 digits.
struct CustomsDeclaration(String);

impl FromJson for CustomsDeclaration {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<CustomsDeclaration, Error> {
        let text = String::from_json(json, path)?;
        if text.len() == 18 && text.bytes().all(|it| it.is_ascii_digit()) {
            return Ok(CustomsDeclaration(text));
        }
        Err(invalid(
            json,
            path,
            "a customs declaration number of 18 digits",
        ))
    }
}

fn customs_declaration(fields: &Fields<'_, '_, '_>) -> Result<Option<String>, Error> {
    Ok(fields
        .optional::<CustomsDeclaration>("customs_declaration")?
        .map(|it| it.0))
}

/// A quantity that is not below 0.
struct NotNegative(Quantity);

impl FromJson for NotNegative {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<NotNegative, Error> {
        let quantity = Quantity::from_json(json, path)?;
        if quantity < Quantity::ZERO {
            return Err(invalid(json, path, "a quantity of 0 or more"));
        }
        Ok(NotNegative(quantity))
    }
}

fn not_negative(fields: &Fields<'_, '_, '_>, name: &str) -> Result<Option<Quantity>, Error> {
    Ok(fields.optional::<NotNegative>(name)?.map(|it| it.0))
}

impl FromJson for OpenHandbook {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<OpenHandbook, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "number",
                "trade",
                "role",
                "chain",
                "operator",
                "processor",
                "credit",
                "guarantee",
                "valid_from",
                "valid_until",
                "consumption_declared",
                "self_verification",
                "materials",
                "products",
                "consumptions",
                "ext",
            ],
        )?;
        let number: HandbookNo = fields.required("number")?;
        if !number.is_processing() {
            let message = format!(
                "found \"{number}\", expected B, C or E, 4 digits of the customs district and 7 of 0-9 and A-Z"
            );
            return Err(Error::new(
                "invalid_value",
                &Path::Field(path, "number"),
                message,
            ));
        }
        let book = OpenHandbook {
            number,
            trade: fields.required("trade")?,
            role: fields.optional("role")?,
            chain: fields.optional("chain")?,
            operator: fields.required("operator")?,
            processor: fields.required("processor")?,
            credit: fields.optional("credit")?,
            guarantee: fields.optional("guarantee")?,
            valid_from: fields.required("valid_from")?,
            valid_until: fields.required("valid_until")?,
            consumption_declared: fields.required("consumption_declared")?,
            self_verification: fields.optional("self_verification")?,
            materials: fields.required("materials")?,
            products: fields.required("products")?,
            consumptions: fields.list("consumptions")?,
            ext: fields.optional("ext")?,
        };
        let too_many = [
            ("materials", book.materials.len(), limits::ITEMS_MAX),
            ("products", book.products.len(), limits::ITEMS_MAX),
            (
                "consumptions",
                book.consumptions.len(),
                limits::CONSUMPTIONS_MAX,
            ),
        ];
        for (field, found, most) in too_many {
            at_most(&Path::Field(path, field), found, most)?;
        }
        Ok(book)
    }
}

fn at_most(path: &Path<'_>, found: usize, most: usize) -> Result<(), Error> {
    if found <= most {
        return Ok(());
    }
    let message = format!(
        "{found} rows, expected at most {most}, {} too many",
        found - most
    );
    Err(Error::new("limit_exceeded", path, message))
}

impl FromJson for Party {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Party, Error> {
        let fields = Fields::of(json, path, &["uscc", "customs_code", "name"])?;
        Ok(Party {
            uscc: fields.required("uscc")?,
            customs_code: fields.required("customs_code")?,
            name: fields.required("name")?,
        })
    }
}

impl FromJson for Guarantee {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Guarantee, Error> {
        let fields = Fields::of(json, path, &["kind", "amount", "currency", "valid_until"])?;
        Ok(Guarantee {
            kind: fields.required("kind")?,
            amount: fields.required("amount")?,
            currency: fields.required("currency")?,
            valid_until: fields.required("valid_until")?,
        })
    }
}

const ITEM: [&str; 11] = [
    "seq",
    "code",
    "hs",
    "name",
    "spec",
    "unit",
    "legal_unit",
    "legal_unit_2",
    "quantity",
    "price",
    "currency",
];

fn item(fields: &Fields<'_, '_, '_>) -> Result<Item, Error> {
    Ok(Item {
        code: fields.required("code")?,
        hs: fields.required("hs")?,
        name: fields.required("name")?,
        spec: fields.optional("spec")?,
        unit: fields.required("unit")?,
        legal_unit: fields.optional("legal_unit")?,
        legal_unit_2: fields.optional("legal_unit_2")?,
        quantity: not_negative(fields, "quantity")?,
        price: fields.optional("price")?,
        currency: fields.optional("currency")?,
        ext: fields.optional("ext")?,
    })
}

impl FromJson for MaterialItem {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<MaterialItem, Error> {
        let own = [
            "carry_over_eligible",
            "consumable",
            "opening",
            "used",
            "ext",
        ];
        let known: Vec<&str> = ITEM.iter().chain(&own).copied().collect();
        let fields = Fields::of(json, path, &known)?;
        Ok(MaterialItem {
            seq: fields.required("seq")?,
            item: item(&fields)?,
            carry_over_eligible: fields.optional("carry_over_eligible")?,
            consumable: fields.optional("consumable")?,
            opening: fields.optional("opening")?,
            used: not_negative(&fields, "used")?,
        })
    }
}

impl FromJson for ProductItem {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ProductItem, Error> {
        let known: Vec<&str> = ITEM.iter().chain(&["used", "ext"]).copied().collect();
        let fields = Fields::of(json, path, &known)?;
        Ok(ProductItem {
            seq: fields.required("seq")?,
            item: item(&fields)?,
            used: not_negative(&fields, "used")?,
        })
    }
}

impl FromJson for ConsumptionLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ConsumptionLine, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "product",
                "material",
                "version",
                "net",
                "tangible_loss",
                "intangible_loss",
                "bonded_share",
            ],
        )?;
        Ok(ConsumptionLine {
            product: fields.required("product")?,
            material: fields.required("material")?,
            version: fields.optional("version")?,
            net: fields.required("net")?,
            tangible_loss: fields.optional("tangible_loss")?,
            intangible_loss: fields.optional("intangible_loss")?,
            bonded_share: fields.optional("bonded_share")?,
        })
    }
}

impl FromJson for ConsumptionKey {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ConsumptionKey, Error> {
        let fields = Fields::of(json, path, &["product", "material", "version"])?;
        Ok(ConsumptionKey {
            product: fields.required("product")?,
            material: fields.required("material")?,
            version: fields.optional("version")?,
        })
    }
}

impl FromJson for Removed {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Removed, Error> {
        let fields = Fields::of(json, path, &["materials", "products", "consumptions"])?;
        Ok(Removed {
            materials: fields.list("materials")?,
            products: fields.list("products")?,
            consumptions: fields.list("consumptions")?,
        })
    }
}

impl FromJson for DeclareList {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<DeclareList, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "number",
                "handbook",
                "direction",
                "goods",
                "mode",
                "counterpart",
                "delivered",
                "reference",
                "settles",
                "customs_declaration",
                "lines",
                "ext",
            ],
        )?;
        let list = DeclareList {
            number: name(&fields, "number")?,
            handbook: fields.required("handbook")?,
            direction: fields.required("direction")?,
            goods: fields.required("goods")?,
            mode: fields.required("mode")?,
            counterpart: fields.optional("counterpart")?,
            delivered: fields.optional("delivered")?,
            reference: fields.optional("reference")?,
            settles: fields.optional("settles")?,
            customs_declaration: customs_declaration(&fields)?,
            lines: fields.required("lines")?,
            ext: fields.optional("ext")?,
        };
        at_most(
            &Path::Field(path, "lines"),
            list.lines.len(),
            limits::LINES_MAX,
        )?;
        Ok(list)
    }
}

impl FromJson for Counterpart {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Counterpart, Error> {
        let fields = Fields::of(json, path, &["handbook", "list"])?;
        let list = fields.optional::<ListName>("list")?.map(|it| it.0);
        Ok(Counterpart {
            handbook: fields.required("handbook")?,
            list,
        })
    }
}

fn line_no(fields: &Fields<'_, '_, '_>) -> Result<u32, Error> {
    fields.required::<LineNo>("line").map(|it| it.0)
}

struct LineNo(u32);

impl FromJson for LineNo {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<LineNo, Error> {
        const EXPECTED: &str = "a line number from 1 to 999999999";
        let number = u32::try_from(whole(json, path, EXPECTED)?).ok();
        number
            .filter(|it| (1..=limits::LINE_NO_MAX).contains(it))
            .map(LineNo)
            .ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

impl FromJson for ListLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ListLine, Error> {
        const DETAILS: [&str; 7] = [
            "legal_quantity_2",
            "amount",
            "currency",
            "usd_amount",
            "origin",
            "presented",
            "ext",
        ];
        const KNOWN: [&str; 13] = [
            "line",
            "seq",
            "quantity",
            "legal_quantity",
            "legal_quantity_2",
            "amount",
            "currency",
            "usd_amount",
            "version",
            "origin",
            "presented",
            "by_product",
            "ext",
        ];
        let fields = Fields::of(json, path, &KNOWN)?;
        let plain = match json {
            Json::Object(pairs) => !pairs.iter().any(|(name, _)| DETAILS.contains(&&**name)),
            _ => true,
        };
        let details = || -> Result<Box<LineDetails>, Error> {
            Ok(Box::new(LineDetails {
                legal_quantity_2: not_negative(&fields, "legal_quantity_2")?,
                amount: fields.optional("amount")?,
                currency: fields.optional("currency")?,
                usd_amount: fields.optional("usd_amount")?,
                origin: fields.optional("origin")?,
                presented: fields.optional("presented")?,
                ext: fields.optional("ext")?,
            }))
        };
        Ok(ListLine {
            line: line_no(&fields)?,
            // The number alone; that the item exists is the ledger's question.
            seq: fields.required::<MaterialSeq>("seq")?.get(),
            quantity: fields.required("quantity")?,
            legal_quantity: not_negative(&fields, "legal_quantity")?,
            version: fields.optional("version")?,
            by_product: fields.optional("by_product")?,
            details: if plain { None } else { Some(details()?) },
        })
    }
}

impl FromJson for Presented {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Presented, Error> {
        let fields = Fields::of(json, path, &["hs", "name", "unit", "quantity"])?;
        Ok(Presented {
            hs: fields.required("hs")?,
            name: fields.required("name")?,
            unit: fields.required("unit")?,
            quantity: fields.required::<NotNegative>("quantity")?.0,
        })
    }
}

impl FromJson for PassedLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<PassedLine, Error> {
        let fields = Fields::of(json, path, &["line", "quantity", "legal_quantity"])?;
        Ok(PassedLine {
            line: line_no(&fields)?,
            quantity: fields.required::<NotNegative>("quantity")?.0,
            legal_quantity: not_negative(&fields, "legal_quantity")?,
        })
    }
}

impl FromJson for TakenMaterial {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<TakenMaterial, Error> {
        let fields = Fields::of(json, path, &["seq", "net", "scrap"])?;
        Ok(TakenMaterial {
            seq: fields.required("seq")?,
            net: fields.required::<NotNegative>("net")?.0,
            scrap: not_negative(&fields, "scrap")?,
        })
    }
}

impl FromJson for CountedMaterial {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<CountedMaterial, Error> {
        let known = ["seq", "quantity", "undeclared_in", "undeclared_out"];
        let fields = Fields::of(json, path, &known)?;
        Ok(CountedMaterial {
            seq: fields.required("seq")?,
            quantity: fields.required::<NotNegative>("quantity")?.0,
            undeclared_in: not_negative(&fields, "undeclared_in")?,
            undeclared_out: not_negative(&fields, "undeclared_out")?,
        })
    }
}

impl FromJson for CountedProduct {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<CountedProduct, Error> {
        let fields = Fields::of(json, path, &["seq", "version", "quantity"])?;
        Ok(CountedProduct {
            seq: fields.required("seq")?,
            version: fields.optional("version")?,
            quantity: fields.required::<NotNegative>("quantity")?.0,
        })
    }
}

impl FromJson for OutsourcedGoods {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<OutsourcedGoods, Error> {
        let fields = Fields::of(json, path, &["material", "product", "quantity"])?;
        let item = match (fields.has("material"), fields.has("product")) {
            (true, false) => ItemRef::Material(fields.required("material")?),
            (false, true) => ItemRef::Product(fields.required("product")?),
            _ => {
                let message = "expected either \"material\" or \"product\", the item's number";
                return Err(Error::new("missing_field", path, message));
            }
        };
        Ok(OutsourcedGoods {
            item,
            quantity: fields.required::<NotNegative>("quantity")?.0,
        })
    }
}
