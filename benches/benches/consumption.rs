//! Production records verified against declarations, on one core, beside what only reads them and
//! beside the same sums in SQLite: `cargo bench -p benches --bench consumption`.

use std::hint::black_box;

use benches::production::{Format, MATERIALS, declaration, order, verify, write};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use unit_consumption::Policy;
use unit_consumption::production::Record;
use unit_consumption::verify::Verifier;

const ORDERS: u64 = 250_000;

/// What an integrator writes first: orders and their rows, summed beside the declared consumption.
/// The values are read already.
fn in_sqlite(records: &[Record]) -> rusqlite::Result<usize> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(
        "create table declared (product integer, version text, material integer, net integer,
             loss integer, primary key (product, version, material)) without rowid;
         create table made (id integer primary key, number text, date text, product integer,
             version text, good integer, rejected integer);
         create table issue (id integer, material integer, issued integer, returned integer,
             scrap integer, cause text, stage text);",
    )?;
    let transaction = connection.transaction()?;
    {
        let mut declare =
            transaction.prepare("insert into declared values (?1, ?2, ?3, ?4, ?5)")?;
        for version in declaration().versions {
            for line in version.lines {
                let consumption = line.consumption;
                let net = consumption.net().raw() as i64;
                let loss = consumption.tangible_loss().raw() as i64;
                let key = (version.product, &version.name, line.material);
                declare.execute(params![key.0, key.1, key.2, net, loss])?;
            }
        }
        let mut make =
            transaction.prepare("insert into made values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let mut issue =
            transaction.prepare("insert into issue values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for (id, record) in records.iter().enumerate() {
            make.execute(params![
                id as i64,
                record.order,
                record.date.to_string(),
                record.product,
                record.version,
                record.good.raw(),
                record.rejected.raw()
            ])?;
            for row in &record.materials {
                issue.execute(params![
                    id as i64,
                    row.material,
                    row.issued.raw(),
                    row.returned.raw(),
                    row.scrap.raw(),
                    row.cause.map(|it| it.as_str()),
                    row.stage
                ])?;
            }
        }
    }
    transaction.commit()?;
    // By month too, as a drift needs it. What is expected goes beyond the integers of SQLite.
    let mut sums = connection.prepare(
        "select net, loss, sum(good), sum(issued - returned), sum(scrap), substr(date, 1, 7) as month
         from issue join made using (id) join declared using (product, version, material)
         where cause is null or cause = 'substitution'
         group by product, version, material, month",
    )?;
    let mut rows = sums.query([])?;
    let mut differing = 0;
    while let Some(row) = rows.next()? {
        let figure = |at: usize| row.get::<_, i64>(at).map(i128::from);
        let (net, loss, good, used) = (figure(0)?, figure(1)?, figure(2)?, figure(3)?);
        let kept = 100_000_000_000 - loss;
        let expected = good * net * 100 / kept;
        differing += usize::from((used - expected).abs() * 100 > expected);
    }
    Ok(differing)
}

fn consumption(criterion: &mut Criterion) {
    let text = |format| {
        let mut text = Vec::new();
        write(ORDERS, format, &mut text).expect("a Vec takes everything");
        text
    };
    let (json, csv) = (text(Format::Json), text(Format::Csv));
    let records: Vec<Record> = (0..ORDERS).map(order).collect();

    let mut group = criterion.benchmark_group("production");
    group
        .throughput(Throughput::Elements(ORDERS * MATERIALS))
        .sample_size(10);
    group.bench_function("JSON Lines, read and verified", |bencher| {
        bencher.iter(|| {
            let verifier = verify(Format::Json, json.as_slice()).expect("it is in memory");
            black_box(verifier.report(None))
        });
    });
    group.bench_function("JSON Lines, read by serde_json to values", |bencher| {
        let lines = || json.split(|it| *it == b'\n').filter(|it| !it.is_empty());
        let read = |it: &&[u8]| serde_json::from_slice::<serde_json::Value>(it).is_ok();
        bencher.iter(|| lines().filter(read).count());
    });
    group.bench_function("CSV, read and verified", |bencher| {
        bencher.iter(|| {
            let verifier = verify(Format::Csv, csv.as_slice()).expect("it is in memory");
            black_box(verifier.report(None))
        });
    });
    group.bench_function("CSV, read by the crate csv", |bencher| {
        bencher.iter(|| {
            let mut reader = csv::Reader::from_reader(csv.as_slice());
            let mut row = csv::StringRecord::new();
            let mut cells = 0;
            while reader.read_record(&mut row).expect("it is a CSV") {
                cells += row.len();
            }
            cells
        });
    });
    group.bench_function("records, verified", |bencher| {
        bencher.iter(|| {
            let mut verifier = Verifier::new(vec![declaration()], Policy::builtin());
            for record in &records {
                verifier.add(record);
            }
            black_box(verifier.report(None))
        });
    });
    group.bench_function("records, in SQLite", |bencher| {
        bencher.iter(|| in_sqlite(&records).expect("the tables take the records"));
    });
    group.finish();
}

criterion_group!(all, consumption);
criterion_main!(all);
