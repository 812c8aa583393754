//! A record as a line of JSON.

use exact_json::{Error, Fields, FromJson, Json, Path, invalid, text};

use super::error::RecordError;
use super::read::{
    NotNegative, ORDER_MAX, ROWS_MAX, STAGE_MAX, Seen, Seq, Short, VERSION_MAX, not_negative,
    repeated_row, too_many_rows, version,
};
use super::{Cause, Issue, Record};

const RECORD_FIELDS: &[&str] = &[
    "order",
    "date",
    "handbook",
    "product",
    "version",
    "good",
    "rejected",
    "materials",
    "note",
    "ext",
];
const ISSUE_FIELDS: &[&str] = &[
    "material", "issued", "returned", "scrap", "cause", "stage", "note", "ext",
];

impl Record {
    /// Reads one line of JSON.
    ///
    /// ```
    /// use unit_consumption::production::Record;
    /// let record = Record::from_json(
    ///     r#"{"order":"WO-1","date":"2026-02-01","handbook":"C222626A0001","product":1,
    ///         "good":"960","materials":[{"material":1,"issued":"1000","scrap":"40"}]}"#,
    /// )?;
    /// assert_eq!(record.version, "0");
    /// let error = Record::from_json(r#"{"ordr":"WO-1"}"#).unwrap_err();
    /// assert!(error.to_string().starts_with(r#"ordr: unknown field, did you mean "order"?"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it is not one JSON object with the fields of `docs/production.md`.
    pub fn from_json(line: &str) -> Result<Record, RecordError> {
        let expected = "a production record such as {\"order\":…,\"date\":…,\"handbook\":…}";
        let read = || {
            let json = Json::parse(line).map_err(|error| Error::syntax(&error, expected))?;
            Record::from_json_value(&json)
        };
        read().map_err(|error| RecordError::new(0, error))
    }

    fn from_json_value(json: &Json<'_>) -> Result<Record, Error> {
        let path = &Path::RootWithExt;
        let fields = Fields::of(json, path, RECORD_FIELDS)?;
        let record = Record {
            order: fields.required::<Short<ORDER_MAX>>("order")?.0,
            date: fields.required("date")?,
            handbook: fields.required::<Short<ORDER_MAX>>("handbook")?.0,
            product: fields.required::<Seq>("product")?.0,
            version: version(fields.optional::<Short<VERSION_MAX>>("version")?),
            good: fields.required::<NotNegative>("good")?.0,
            rejected: not_negative(fields.optional("rejected")?),
            materials: fields.required("materials")?,
        };
        carried_along(&fields)?;
        let at = Path::Field(path, "materials");
        if record.materials.is_empty() {
            let message = "empty, a record has at least one material; a material that was not used is issued \"0\"";
            return Err(Error::new("missing_field", &at, message));
        }
        let rows = &record.materials;
        if rows.len() > ROWS_MAX {
            return Err(too_many_rows(&at));
        }
        let mut seen = Seen::default();
        let mut repeats = |row: usize| seen.repeats(&rows[..row], &rows[row]);
        if let Some(second) = (1..rows.len()).find(|row| repeats(*row)) {
            return Err(repeated_row(&Path::Index(&at, second)));
        }
        Ok(record)
    }
}

/// `note` and `ext` are carried along: kept by whoever wrote them, never read.
fn carried_along(fields: &Fields<'_, '_, '_>) -> Result<(), Error> {
    fields.optional::<String>("note")?;
    fields.optional::<exact_json::Ext>("ext")?;
    Ok(())
}

impl FromJson for Issue {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Issue, Error> {
        let fields = Fields::of(json, path, ISSUE_FIELDS)?;
        let issue = Issue {
            material: fields.required::<Seq>("material")?.0,
            issued: fields.required::<NotNegative>("issued")?.0,
            returned: not_negative(fields.optional("returned")?),
            scrap: not_negative(fields.optional("scrap")?),
            cause: fields.optional("cause")?,
            stage: fields.optional::<Short<STAGE_MAX>>("stage")?.map(|it| it.0),
        };
        carried_along(&fields)?;
        Ok(issue)
    }
}

impl FromJson for Cause {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Cause, Error> {
        let expected = || format!("one of {}", Cause::WORDS.join(", "));
        Cause::from_word(text(json, path, &expected())?)
            .ok_or_else(|| invalid(json, path, &expected()))
    }
}
