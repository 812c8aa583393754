//! The servers that a tenant's ledger is spread over: one mostly. Which of them keeps what follows
//! from its hash, and each server knows which one it is.

use bonded_ledger::{HandbookNo, Uuid};
use bonded_store::{Hash, StoreError, StoreErrorKind};

use crate::connection::Connection;
use crate::fault::Fault;

const SHARD: &str = "SELECT ledger, number, count, \
     EXISTS (SELECT FROM bonded.handbook WHERE tenant = $1) \
     FROM (SELECT) AS one LEFT JOIN bonded.shard ON tenant = $1";
const NEW_LEDGER: &str = "SELECT gen_random_uuid()";
const NEW_SHARD: &str = "INSERT INTO bonded.shard (tenant, ledger, number, count) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (tenant) DO NOTHING";

pub(crate) struct Servers {
    pub(crate) first: Connection,
    more: Vec<Connection>,
    /// Whose, where there are several.
    pub(crate) tenant: String,
}

/// What a server says of itself.
struct Shard {
    /// Ledger, number (from 1), count.
    is: Option<(Uuid, i32, i32)>,
    used: bool,
}

/// The addresses of a list `postgres://…,postgres://…`. What has commas in another way is one address:
/// `postgres://user@one,two/books` are two hosts of one server, as libpq has it.
pub(crate) fn addresses(list: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (comma, _) in list.match_indices(',') {
        let rest = &list[comma + 1..];
        if rest.starts_with("postgres://") || rest.starts_with("postgresql://") {
            found.push(&list[start..comma]);
            start = comma + 1;
        }
    }
    found.push(&list[start..]);
    found
}

impl Servers {
    pub(crate) fn one(address: &str) -> Result<Servers, StoreError> {
        let mut servers = Servers {
            first: Connection::new(address)?,
            more: Vec::new(),
            tenant: String::new(),
        };
        let tenant = servers.first.tenant()?;
        let shard = shard(&mut servers.first, &tenant)?;
        if let Some((_, number, count)) = shard.is {
            return Err(servers.first.foreign(format!(
                "it is server {number} of the {count} that tenant {tenant:?} is spread over; expected \
                 the addresses of all of them, in order"
            )));
        }
        Ok(servers)
    }

    /// Each server is the one that it says it is; those that nobody has used are told.
    pub(crate) fn all<A: AsRef<str>>(addresses: &[A]) -> Result<Servers, StoreError> {
        let (first, more) = match addresses {
            [] => {
                let message = "no address was given, expected one for each server";
                return Err(StoreError::new(StoreErrorKind::Unavailable, message));
            }
            [one] => return Servers::one(one.as_ref()),
            [first, more @ ..] => (first, more),
        };
        let more = more.iter().map(|it| Connection::new(it.as_ref()));
        let mut servers = Servers {
            first: Connection::new(first.as_ref())?,
            more: more.collect::<Result<_, _>>()?,
            tenant: String::new(),
        };
        let count = servers.count();
        for at in 0..count {
            let database = |at| {
                servers
                    .place_of(at)
                    .rsplit_once('@')
                    .map(|it| it.1.to_owned())
            };
            let twice = (0..at).find(|it| database(*it) == database(at));
            if let Some(before) = twice {
                let (one, other) = (before + 1, at + 1);
                return Err(servers.at(at).foreign(format!(
                    "it is given as server {one} and as server {other}, expected another one"
                )));
            }
        }
        servers.tenant = servers.first.tenant()?;
        let tenant = servers.tenant.clone();
        let mut shards = Vec::with_capacity(count);
        for at in 0..count {
            let connection = servers.at(at);
            let found = connection.tenant()?;
            if found != tenant {
                return Err(connection.foreign(format!(
                    "its role is of tenant {found:?}, that of the first server of {tenant:?}; \
                     expected one tenant"
                )));
            }
            shards.push(shard(connection, &tenant)?);
        }
        // Before anything is written, so that a mistaken list leaves no trace.
        let ledger = shards.iter().find_map(|it| it.is).map(|it| it.0);
        for (at, shard) in shards.iter().enumerate() {
            servers.check(at, shard, ledger)?;
        }
        let ledger = match ledger {
            Some(ledger) => ledger,
            None => servers.first.ask(|sql| {
                let rows = sql.query(NEW_LEDGER, &[])?;
                let id = rows.first().map(|it| it.try_get(0)).transpose()?;
                Ok(id.unwrap_or(Uuid::from_u128(0)))
            })?,
        };
        // The first one first: of two who begin at once it decides whose ledger it is.
        let mut ledger = ledger;
        for (at, shard) in shards.iter().enumerate().filter(|it| it.1.is.is_none()) {
            let (number, of) = (number(at), number(count - 1));
            let connection = servers.at(at);
            connection.ask(|sql| {
                sql.execute(NEW_SHARD, &[&tenant, &ledger, &number, &of])?;
                Ok(())
            })?;
            let told = self::shard(connection, &tenant)?;
            if at == 0 && shard.is.is_none() {
                ledger = told.is.map_or(ledger, |it| it.0);
            }
            servers.check(at, &told, Some(ledger))?;
        }
        Ok(servers)
    }

    fn check(&mut self, at: usize, shard: &Shard, ledger: Option<Uuid>) -> Result<(), StoreError> {
        let (expected, of) = (number(at), number(self.count() - 1));
        let what = match shard.is {
            None if shard.used => format!(
                "it has handbooks of a ledger that has one server, expected server {expected} of {of}; \
                 post its entries to a new ledger"
            ),
            Some((_, number, count)) if (number, count) != (expected, of) => format!(
                "it is server {number} of {count}, expected server {expected} of {of}; give all \
                 addresses, always in the same order"
            ),
            Some((found, ..)) if ledger.is_some_and(|it| it != found) => {
                "it is of another ledger than the servers before it; give the addresses of one ledger"
                    .to_owned()
            }
            _ => return Ok(()),
        };
        Err(self.at(at).foreign(what))
    }

    pub(crate) fn count(&self) -> usize {
        1 + self.more.len()
    }

    pub(crate) fn at(&mut self, at: usize) -> &mut Connection {
        let more = at.checked_sub(1).and_then(|it| self.more.get_mut(it));
        more.unwrap_or(&mut self.first)
    }

    pub(crate) fn place_of(&self, at: usize) -> &str {
        let more = at.checked_sub(1).and_then(|it| self.more.get(it));
        more.unwrap_or(&self.first).place()
    }

    /// All places, for messages.
    pub(crate) fn places(&self) -> String {
        let places: Vec<&str> = (0..self.count()).map(|it| self.place_of(it)).collect();
        places.join(", ")
    }

    pub(crate) fn each(&mut self) -> impl Iterator<Item = &mut Connection> {
        std::iter::once(&mut self.first).chain(&mut self.more)
    }

    pub(crate) fn rollback(&mut self) {
        self.each().for_each(Connection::rollback);
    }

    pub(crate) fn of_book(&self, handbook: HandbookNo) -> usize {
        self.of_name(&Hash::of(handbook.as_str().as_bytes()))
    }

    pub(crate) fn of_id(&self, id: Uuid) -> usize {
        self.of_name(&Hash::of(id.as_bytes()))
    }

    /// Where what has this hash is kept. It never changes: what is there is found by it.
    pub(crate) fn of_name(&self, hash: &Hash) -> usize {
        let last = hash.as_bytes().last_chunk().copied().unwrap_or_default();
        let at = u64::from_le_bytes(last) % self.count() as u64;
        usize::try_from(at).unwrap_or(0)
    }
}

/// Servers are counted from 1 where people read it.
fn number(at: usize) -> i32 {
    i32::try_from(at + 1).unwrap_or(i32::MAX)
}

fn shard(connection: &mut Connection, tenant: &str) -> Result<Shard, StoreError> {
    connection.ask(|sql| {
        let rows = sql.query(SHARD, &[&tenant])?;
        let row = rows.first().ok_or_else(|| {
            Fault::from(StoreError::damaged(
                "a row was asked for and none was found",
            ))
        })?;
        let (ledger, number, count): (Option<Uuid>, Option<i32>, Option<i32>) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        Ok(Shard {
            is: ledger.zip(number).zip(count).map(|((a, b), c)| (a, b, c)),
            used: row.try_get(3)?,
        })
    })
}

impl Connection {
    fn foreign(&self, what: String) -> StoreError {
        let message = format!("PostgreSQL at {}: {what}", self.place());
        StoreError::new(StoreErrorKind::Foreign, message)
    }
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn a_list_of_addresses_is_not_a_list_of_hosts() {
        for (list, expected) in [
            ("postgres://a:1@one/b", vec!["postgres://a:1@one/b"]),
            ("host=one,two user=a", vec!["host=one,two user=a"]),
            (
                "postgres://a@one,two:5433/b",
                vec!["postgres://a@one,two:5433/b"],
            ),
            (
                "postgres://a@one/b,postgresql://a@two,three/b,postgres://a@four/b",
                vec![
                    "postgres://a@one/b",
                    "postgresql://a@two,three/b",
                    "postgres://a@four/b",
                ],
            ),
        ] {
            assert_eq!(addresses(list), expected);
        }
    }
}
