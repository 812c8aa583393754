//! `bonded chain`: the IC chains.

use std::collections::BTreeMap;

use bonded_ledger::{CarryOver, CarryOverState, Chain, Chains, Goods, HandbookNo};

use super::{nearest, role_text};
use crate::args::{self, Format};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Table, Tone, grouped};

pub(crate) fn chain(args: &args::Chain, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let mut chains = ledger.chains();
    if let Some(name) = &args.chain {
        let names = chains.chains.iter().map(|it| it.chain.as_str());
        let near = nearest(name, names);
        chains.chains.retain(|it| it.chain == *name);
        if chains.chains.is_empty() {
            return Err(Error::unknown("chain", name, near));
        }
    }
    match args.format {
        Format::Json => {
            serde_json::to_writer(&mut *console.out, &chains)?;
            writeln!(console.out)?;
        }
        Format::Table => write(&chains, console)?,
    }
    Ok(Outcome::Yes)
}

/// The chains as a page to look at.
pub(super) fn write(chains: &Chains, console: &mut Console<'_>) -> Result<(), Error> {
    if chains.chains.is_empty() {
        writeln!(
            console.out,
            "no chain: no handbook has a chain's name or a carry-over"
        )?;
    }
    for (at, chain) in chains.chains.iter().enumerate() {
        if at > 0 {
            writeln!(console.out)?;
        }
        one(chain, console)?;
    }
    Ok(())
}

fn one(chain: &Chain, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let name = paint.tone(Tone::Title, format!("chain {}", chain.chain));
    let closed = match chain.closed {
        true => paint.tone(Tone::Good, "closed (链条已闭合)"),
        false => paint.tone(Tone::Bad, "not closed (链条未闭合)"),
    };
    writeln!(console.out, "{name} · {closed}")?;
    handbooks(chain).write(console.out, paint)?;
    if !chain.carry_overs.is_empty() {
        writeln!(console.out)?;
        carry_overs(chain).write(console.out, paint)?;
        let unsettled = unsettled(chain);
        if !unsettled.is_empty() {
            writeln!(console.out)?;
            unsettled.write(console.out, paint)?;
        }
    }
    if !chain.re_export.is_empty() {
        writeln!(console.out)?;
        re_exports(chain).write(console.out, paint)?;
    }
    Ok(())
}

fn handbooks(chain: &Chain) -> Table {
    let mut table = Table::new(&[
        Column::new("handbook", "手册", Align::Code),
        Column::new("role", "角色", Align::Left),
        Column::new("status", "状态", Align::Code),
        Column::new("ready to close", "可否报核", Align::Code),
    ]);
    for it in &chain.handbooks {
        let ready = match (it.status.as_str(), it.closable) {
            ("open", true) => "yes",
            ("open", false) => "no",
            _ => "done",
        };
        let role = it.role.map(role_text).unwrap_or_default();
        table.row([&*it.handbook.to_string(), &role, it.status.as_str(), ready]);
        table.tone(0, if ready == "no" { Tone::Bad } else { Tone::Good });
    }
    table
}

/// One row for each pair of handbooks: a chain has hundreds of carry-overs that are as they should be.
fn carry_overs(chain: &Chain) -> Table {
    let mut counts: BTreeMap<(HandbookNo, HandbookNo, &str), [u64; 5]> = BTreeMap::new();
    for it in &chain.carry_overs {
        let states = counts.entry((it.from, it.to, goods(it.goods))).or_default();
        let at = match it.state {
            CarryOverState::Matched => 0,
            CarryOverState::Pending => 1,
            CarryOverState::ReceivingOnly => 2,
            CarryOverState::Differs => 3,
            CarryOverState::External => 4,
        };
        if let Some(count) = states.get_mut(at) {
            *count += 1;
        }
    }
    let mut table = Table::new(&[
        Column::new("carried over from", "转出", Align::Code),
        Column::new("to", "转入", Align::Code),
        Column::new("goods", "货物", Align::Code),
        Column::new("matched", "一致", Align::Right),
        Column::new("pending", "预核扣", Align::Right),
        Column::new("receiving only", "未转出", Align::Right),
        Column::new("differs", "不一致", Align::Right),
        Column::new("external", "对方不在本账", Align::Right),
    ]);
    for ((from, to, goods), states) in counts {
        let mut cells = vec![from.to_string(), to.to_string(), goods.to_owned()];
        cells.extend(states.map(grouped));
        table.row(cells);
    }
    for name in ["pending", "receiving only", "differs", "external"] {
        table.drop_empty(name);
    }
    table
}

/// The carry-overs that keep the chain from closing, each.
fn unsettled(chain: &Chain) -> Table {
    let mut table = Table::new(&[
        Column::new("not settled", "未闭合", Align::Code),
        Column::new("from", "转出", Align::Code),
        Column::new("list", "清单", Align::Left),
        Column::new("to", "转入", Align::Code),
        Column::new("list", "清单", Align::Left),
    ]);
    let settled =
        |it: &&CarryOver| matches!(it.state, CarryOverState::Matched | CarryOverState::External);
    for it in chain.carry_overs.iter().filter(|it| !settled(it)) {
        let list = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".into());
        table.row([
            it.state.as_str().to_owned(),
            it.from.to_string(),
            list(&it.sending_list),
            it.to.to_string(),
            list(&it.receiving_list),
        ]);
        table.tone(4, Tone::Bad);
    }
    table
}

fn re_exports(chain: &Chain) -> Table {
    let mut table = Table::new(&[
        Column::new("re-exported by", "复出口", Align::Code),
        Column::new("role", "角色", Align::Left),
        Column::new("product", "成品", Align::Right),
        Column::new("hs", "商品编码", Align::Code),
        Column::new("quantity", "数量", Align::Right),
    ]);
    for it in &chain.re_export {
        table.row([
            it.handbook.to_string(),
            it.role.map(role_text).unwrap_or_default(),
            it.product.to_string(),
            it.hs.to_string(),
            grouped(it.quantity),
        ]);
    }
    table
}

fn goods(goods: Goods) -> &'static str {
    match goods {
        Goods::Material => "material 料件",
        Goods::Product => "product 成品",
    }
}
