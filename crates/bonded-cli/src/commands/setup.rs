//! `bonded setup`: the tables of a PostgreSQL ledger.

use crate::args::Setup;
use crate::console::Console;
use crate::database::Address;
use crate::error::Error;
use crate::outcome::Outcome;

pub(crate) fn setup(args: &Setup, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let Some(address @ Address::Postgres(_)) = Address::of(&args.address) else {
        let found = "it is not the address of a PostgreSQL server";
        let advice = "expected postgres://OWNER@HOST/DATABASE; a journal or a database file needs no \
                      setup";
        return Err(Error::file(&args.address, found, advice));
    };
    let text = args.address.to_string_lossy();
    let role = args.role.as_deref().zip(args.tenant.as_deref());
    let roles: Vec<(&str, &str)> = role.into_iter().collect();
    bonded_postgres::setup(&text, &roles).map_err(|it| address.failed(it))?;
    writeln!(console.out, "{}: the tables are there", address.name())?;
    for (role, tenant) in roles {
        writeln!(
            console.out,
            "role {role} posts for tenant {tenant}, and sees nothing else"
        )?;
    }
    Ok(Outcome::Yes)
}
