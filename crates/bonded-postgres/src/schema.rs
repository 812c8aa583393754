//! The tables: made and brought up to date by their owner, checked by everybody who connects.

use bonded_store::{StoreError, StoreErrorKind};
use postgres::error::SqlState;
use postgres::{Client, Transaction};

use crate::fault::Fault;

/// The version of the tables that this version of the crate reads and writes.
pub const SCHEMA_VERSION: i32 = STEPS.len() as i32;

/// Step n leads from version n − 1 to n. A step that was published is never changed.
const STEPS: [&str; 3] = [
    include_str!("schema/0001_streams.sql"),
    include_str!("schema/0002_handbooks.sql"),
    include_str!("schema/0003_spread.sql"),
];

/// What a tenant's role may do, by the version that brought the table. Nothing of the partitions: a
/// tenant has no business there. Records are added and never changed; whole journals may be put
/// together into larger batches; with several servers an id that was reserved for an entry and never used
/// goes to another one.
const GRANTS: [(i32, &str, &str); 13] = [
    (1, "schema_version", "SELECT"),
    (1, "tenant_role", "SELECT"),
    (1, "stream", "SELECT, INSERT, UPDATE"),
    (1, "batch", "SELECT, INSERT, DELETE"),
    (1, "snapshot", "SELECT, INSERT, DELETE"),
    (2, "handbook", "SELECT, INSERT, UPDATE"),
    (2, "record_batch", "SELECT, INSERT"),
    (2, "entry_id", "SELECT, INSERT"),
    (2, "list_name", "SELECT, INSERT"),
    (2, "ledger_snapshot", "SELECT, INSERT, DELETE"),
    (3, "shard", "SELECT, INSERT"),
    (3, "entry_id", "UPDATE (handbook)"),
    (3, "list_name", "UPDATE (handbook, entry)"),
];

/// Any number: who migrates waits for whoever migrates.
const MIGRATING: i64 = 0x626f_6e64_6564;

/// Makes the tables in the schema `bonded`, or brings older ones up to date, step by step; what is in
/// them stays. Run it as the role that shall own them, with the right to create a schema. Running it
/// again does nothing.
///
/// # Errors
/// `Foreign` where the tables are of a newer version of this crate; else what the server says.
pub fn migrate(client: &mut Client) -> Result<(), StoreError> {
    migrate_to(client, SCHEMA_VERSION)
}

/// The same up to an earlier version, for the tests of the later steps.
#[doc(hidden)]
pub fn migrate_to(client: &mut Client, version: i32) -> Result<(), StoreError> {
    const PLACE: &str = "the owner's connection";
    loop {
        let step = || -> Result<bool, Fault> {
            let mut transaction = client.transaction()?;
            let found = locked_version(&mut transaction)?;
            if found > SCHEMA_VERSION {
                return Err(newer(found, PLACE).into());
            }
            let next = usize::try_from(found).ok().and_then(|it| STEPS.get(it));
            let Some(step) = next.filter(|_| found < version) else {
                return Ok(true);
            };
            transaction.batch_execute(step)?;
            let reached = found + 1;
            let insert = "INSERT INTO bonded.schema_version (version) VALUES ($1)";
            transaction.execute(insert, &[&reached])?;
            for role in transaction.query("SELECT role::text FROM bonded.tenant_role", &[])? {
                let role: String = role.try_get(0)?;
                grant(&mut transaction, &role, reached)?;
            }
            transaction.commit()?;
            Ok(false)
        };
        let mut step = step;
        if step().map_err(|it| it.told(PLACE))? {
            return Ok(());
        }
    }
}

fn locked_version(transaction: &mut Transaction<'_>) -> Result<i32, Fault> {
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
    let there = transaction.query_one(
        "SELECT to_regclass('bonded.schema_version') IS NOT NULL, \
         EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'bonded')",
        &[],
    )?;
    let (ours, tables): (bool, bool) = (there.try_get(0)?, there.try_get(1)?);
    if !ours && tables {
        let message = "the schema `bonded` has tables and no `schema_version`: it is something \
             else's; expected an empty database or one of ours";
        return Err(StoreError::new(StoreErrorKind::Foreign, message).into());
    }
    if !ours {
        return Ok(0);
    }
    let version = "SELECT coalesce(max(version), 0) FROM bonded.schema_version";
    Ok(transaction.query_one(version, &[])?.try_get(0)?)
}

/// Lets a role in as that tenant: it reads and writes the rows of this tenant and of no other. A role
/// belongs to one tenant; a tenant may have many roles. Run it as the owner of the tables; the role
/// exists already.
///
/// # Errors
/// What the server says; `Other` where the role belongs to another tenant.
pub fn grant_tenant(client: &mut Client, role: &str, tenant: &str) -> Result<(), StoreError> {
    const PLACE: &str = "the owner's connection";
    let mut let_in = || -> Result<(), Fault> {
        let mut transaction = client.transaction()?;
        let version = locked_version(&mut transaction)?;
        transaction.execute(
            "INSERT INTO bonded.tenant_role (role, tenant) VALUES ($1::text::name, $2) \
             ON CONFLICT (role) DO NOTHING",
            &[&role, &tenant],
        )?;
        let found = "SELECT tenant FROM bonded.tenant_role WHERE role = $1::text::name";
        let found: String = transaction.query_one(found, &[&role])?.try_get(0)?;
        if found != tenant {
            let message = format!(
                "role {role:?} belongs to tenant {found:?} already, expected {tenant:?}; make \
                 another role"
            );
            return Err(StoreError::new(StoreErrorKind::Other, message).into());
        }
        grant(&mut transaction, role, version)?;
        Ok(transaction.commit()?)
    };
    let_in().map_err(|it| it.told(PLACE))
}

fn grant(transaction: &mut Transaction<'_>, role: &str, version: i32) -> Result<(), Fault> {
    let role = format!("\"{}\"", role.replace('"', "\"\""));
    let mut text = format!("GRANT USAGE ON SCHEMA bonded TO {role};");
    for (_, table, rights) in GRANTS.iter().filter(|it| it.0 <= version) {
        text.push_str(&format!("GRANT {rights} ON bonded.{table} TO {role};"));
    }
    Ok(transaction.batch_execute(&text)?)
}

fn newer(found: i32, place: &str) -> StoreError {
    let message = format!(
        "the tables of bonded at {place} are of version {found}, this program knows up to \
         {SCHEMA_VERSION}; expected a newer version of this program"
    );
    StoreError::new(StoreErrorKind::Foreign, message)
}

/// Whose rows does this role see, and are the tables ours?
pub(crate) fn check(client: &mut Client, place: &str) -> Result<String, StoreError> {
    let version = "SELECT coalesce(max(version), 0) FROM bonded.schema_version";
    let asked = client
        .query_one(version, &[])
        .and_then(|it| it.try_get::<_, i32>(0));
    let found = match asked {
        Ok(found) => found,
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            return Err(stranger(place));
        }
        Err(error) => return Err(Fault::from(error).told(place)),
    };
    if found > SCHEMA_VERSION {
        return Err(newer(found, place));
    }
    if found < SCHEMA_VERSION {
        let message = format!(
            "the tables of bonded at {place} are of version {found}, expected {SCHEMA_VERSION}; \
             their owner runs `migrate`"
        );
        return Err(StoreError::new(StoreErrorKind::Foreign, message));
    }
    let tenant = "SELECT tenant FROM bonded.tenant_role WHERE role = current_user";
    let rows = client
        .query(tenant, &[])
        .map_err(|it| Fault::from(it).told(place))?;
    match rows.first().map(|it| it.try_get(0)) {
        Some(tenant) => tenant.map_err(|it| Fault::from(it).told(place)),
        None => Err(stranger(place)),
    }
}

fn stranger(place: &str) -> StoreError {
    let message = format!(
        "the role of {place} belongs to no tenant; the owner of the tables lets it in with \
         `grant_tenant`"
    );
    StoreError::new(StoreErrorKind::Unavailable, message)
}
