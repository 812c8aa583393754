//! A PostgreSQL server for the tests: the one whose address is in `BONDED_POSTGRES` (a role that may
//! create databases and roles), else a private cluster, made in a temporary directory, stopped and
//! removed when the process of the tests ends, however it ends.
//!
//! Where no server can be had a test says `skipped NAME: no PostgreSQL server` and passes; with
//! `BONDED_REQUIRE_POSTGRES=1` it fails.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use postgres::{Client, NoTls};

/// A server and a role that may do everything.
pub(crate) struct Server {
    /// `host=… port=…` and so on, without a database.
    admin: String,
}

/// A server of our own, which may be stopped and started.
pub(crate) struct Cluster {
    data: PathBuf,
    bin: PathBuf,
    pub(crate) server: Server,
    /// While it is open the watchman lets the cluster live.
    _watched: ChildStdin,
}

/// A fresh database on a server, with the tables in it and a tenant.
pub(crate) struct Database {
    pub(crate) name: String,
    server: String,
    /// The owner of the tables.
    pub(crate) owner: String,
}

/// The server that all tests share; `None` where none can be had and none is required.
pub(crate) fn server() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<(Server, Option<Mutex<Cluster>>)>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| {
        if let Ok(address) = std::env::var("BONDED_POSTGRES") {
            let config: postgres::Config = address.parse().expect("BONDED_POSTGRES is an address");
            let server = Server {
                admin: plain(&config),
            };
            return Some((server, None));
        }
        let cluster = Cluster::start()?;
        let admin = cluster.server.admin.clone();
        Some((Server { admin }, Some(Mutex::new(cluster))))
    });
    told(shared.as_ref().map(|it| &it.0))
}

/// A cluster for a test that stops it.
pub(crate) fn own_cluster() -> Option<Cluster> {
    told(Cluster::start())
}

fn told<T>(found: Option<T>) -> Option<T> {
    if found.is_none() {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("?");
        let required = std::env::var("BONDED_REQUIRE_POSTGRES").is_ok_and(|it| it == "1");
        assert!(
            !required,
            "{name}: no PostgreSQL server, and BONDED_REQUIRE_POSTGRES is set"
        );
        // Past the capture of the test harness: nobody shall believe that it ran.
        let line = format!("skipped {name}: no PostgreSQL server\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    found
}

fn plain(config: &postgres::Config) -> String {
    use postgres::config::Host;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or("postgres");
    let password = config
        .get_password()
        .map(|it| String::from_utf8_lossy(it).into_owned());
    let password = password.map(|it| format!(" password='{}'", it.replace('\'', "\\'")));
    format!(
        "host={host} port={port} user={user}{}",
        password.unwrap_or_default()
    )
}

/// The newest binaries of the system.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|it| {
            Some((
                it.file_name().to_str()?.parse().ok()?,
                it.path().join("bin"),
            ))
        })
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|it| it.1)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}

/// PostgreSQL refuses to run as root.
fn command(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output().expect("it runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {said}");
}

impl Cluster {
    fn start() -> Option<Cluster> {
        let bin = binaries()?;
        // Short, as the path of a socket is.
        let home = tempfile::Builder::new()
            .prefix("bpg")
            .tempdir()
            .expect("a directory")
            .keep();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&home));
        }
        let data = home.join("data");
        let initdb = [
            "-U",
            "postgres",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale",
            "C",
        ];
        run(command(&bin.join("initdb"))
            .current_dir(&home)
            .arg("-D")
            .arg(&data)
            .args(initdb));
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
        let port = port.expect("a free port").port();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
             fsync = on\nmax_connections = 200\nshared_buffers = 64MB\nlog_min_messages = fatal\n",
            home.display()
        );
        let file = data.join("postgresql.auto.conf");
        std::fs::write(&file, settings).expect("written");
        let watched = watchman(&bin, &data, &home);
        let admin = format!("host={} port={port} user=postgres", home.display());
        let server = Server { admin };
        let cluster = Cluster {
            data,
            bin,
            server,
            _watched: watched,
        };
        cluster.begin();
        Some(cluster)
    }

    /// Starts it (again).
    pub(crate) fn begin(&self) {
        let log = self.data.join("log");
        run(self
            .control("start")
            .args(["-t", "60", "-l"])
            .arg(log)
            .stdout(Stdio::null()));
    }

    /// From now on nobody gets in without a password.
    pub(crate) fn ask_for_passwords(&self) {
        let rules = "local all postgres trust\nlocal all all scram-sha-256\n";
        std::fs::write(self.data.join("pg_hba.conf"), rules).expect("written");
        run(&mut self.control("reload"));
    }

    /// As when the power fails.
    pub(crate) fn stop_immediately(&self) {
        run(self.control("stop").args(["-m", "immediate"]));
    }

    fn control(&self, what: &str) -> Command {
        let mut command = command(&self.bin.join("pg_ctl"));
        command
            .current_dir(&self.data)
            .args(["-w", "-s", "-D"])
            .arg(&self.data)
            .arg(what);
        command
    }
}

/// Stops and removes the cluster once nobody holds the other end of its input any more.
fn watchman(bin: &Path, data: &Path, home: &Path) -> ChildStdin {
    let script = "cat > /dev/null; cd /; \"$@\" stop -m immediate; rm -rf \"$HOME_OF_CLUSTER\"";
    let pg_ctl = bin.join("pg_ctl");
    let mut watchman: Child = {
        let mut shell = Command::new("setsid");
        shell.args(["sh", "-c", script, "watchman"]);
        if is_root() {
            shell.args(["runuser", "-u", "postgres", "--"]);
        }
        shell.arg(pg_ctl).arg("-w").arg("-s").arg("-D").arg(data);
        shell.env("HOME_OF_CLUSTER", home);
        shell
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        shell.spawn().expect("a watchman")
    };
    watchman.stdin.take().expect("his input")
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Server {
    /// As the role that may do everything.
    pub(crate) fn client(&self, database: &str) -> Client {
        let address = format!("{} dbname={database}", self.admin);
        Client::connect(&address, NoTls).expect("connected")
    }

    /// A new database without tables.
    pub(crate) fn empty_database(&self) -> Database {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bonded_test_{}_{number}", std::process::id());
        let mut client = self.client("postgres");
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .expect("a database");
        let owner = format!("{} dbname={name}", self.admin);
        Database {
            name,
            server: self.admin.clone(),
            owner,
        }
    }

    /// A new database with the tables, and a role of the tenant `factory`; its address.
    pub(crate) fn database(&self) -> Database {
        let database = self.empty_database();
        bonded_postgres::migrate(&mut database.client()).expect("migrated");
        database
    }
}

impl Database {
    /// As the owner of the tables.
    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.owner, NoTls).expect("connected")
    }

    /// Makes a role of a tenant and answers its address.
    pub(crate) fn role(&self, tenant: &str) -> String {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let role = format!("{}_{number}", self.name);
        let mut client = self.client();
        client
            .batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'"))
            .expect("a role");
        bonded_postgres::grant_tenant(&mut client, &role, tenant).expect("let in");
        self.address_of(&role)
    }

    /// The address of this database for a role.
    pub(crate) fn address_of(&self, role: &str) -> String {
        let parts = self
            .server
            .split(' ')
            .filter(|it| !it.starts_with("user=") && !it.starts_with("password="));
        let parts: Vec<&str> = parts.collect();
        format!(
            "{} user={role} password=secret dbname={}",
            parts.join(" "),
            self.name
        )
    }
}
