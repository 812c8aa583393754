//! Everything that an owner does, by an address: for programs that have no client of their own.

use bonded_store::StoreError;
use postgres::{Config, NoTls};

use crate::connection::{Connection, place};
use crate::fault::Fault;
use crate::schema::{grant_tenant, migrate};

/// Makes the tables in a database or brings them up to date ([`migrate`]), and lets roles in, each as a
/// tenant ([`grant_tenant`]). The address is the owner's. Running it again does nothing.
///
/// # Errors
/// `Unavailable` where nobody answers or the password is wrong; as [`migrate`] and [`grant_tenant`].
pub fn setup(address: &str, roles_and_tenants: &[(&str, &str)]) -> Result<(), StoreError> {
    // Looked at before, for the message of an address that is none.
    Connection::new(address)?;
    let wrong = |it: postgres::Error, place: &str| Fault::from(it).told(place);
    let config: Config = address.parse().map_err(|it| wrong(it, "the address"))?;
    let place = place(&config);
    let mut client = config.connect(NoTls).map_err(|it| wrong(it, &place))?;
    migrate(&mut client)?;
    for (role, tenant) in roles_and_tenants {
        grant_tenant(&mut client, role, tenant)?;
    }
    Ok(())
}
