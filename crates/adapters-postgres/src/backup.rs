//! Copies of the database, for backups, by PostgreSQL's own programs.

mod program;

use std::path::Path;

use legacy::{Copied, NamedFile, schema_to_copy};
use ports::{Error, Result};
use postgres_connection::Address;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use self::program::{Program, run};
use crate::{migrations, sql::removed_file};

/// One moment for the copy and the list of files; it lasts as long as the transaction.
const BEGIN: &str = "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; \
     BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

const SERVER_VERSION: &str = "SHOW server_version_num";

const HAS_MIGRATIONS: &str = "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL";

const NAMED_FILES: &str = concat!(
    "SELECT id, message_id IS NOT NULL FROM chat_attachments WHERE media_type <> '",
    removed_file!(),
    "' ORDER BY id"
);

/// The first table of anybody but an extension, which brings its own into every database.
const ANY_TABLE: &str = "SELECT format('%I.%I', n.nspname, c.relname) \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') \
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
     AND NOT EXISTS (SELECT FROM pg_depend d \
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
     ORDER BY 1 LIMIT 1";

/// Copies the database at `url` into the file `to` (`pg_dump --format=custom`), as it is at one moment. Instances
/// that use it go on.
///
/// # Errors
/// `Conflict` when there is no chat in it, or one of a newer version, and when `pg_dump` is missing or too old;
/// `Invalid` for the address; `Unavailable`.
pub async fn copy(url: &str, to: &Path) -> Result<Copied> {
    let address = crate::url::parse(url)?;
    let session = Session::open(&address).await?;
    let server: String = session.one(SERVER_VERSION).await?;
    let program = program::dump(&server).await?;
    session.run(BEGIN).await?;
    let there = match session.one(HAS_MIGRATIONS).await? {
        true => session.one(migrations::NEWEST_APPLIED).await?,
        false => None,
    };
    let schema = schema_to_copy(there, migrations::newest()?)?;
    let files = session.named_files().await?;
    let snapshot: String = session.one("SELECT pg_export_snapshot()").await?;
    let mut dump = address.command(&program.path);
    dump.args(["--format=custom", "--no-password"]);
    dump.arg(format!("--snapshot={snapshot}"));
    dump.arg("--file").arg(to);
    run("pg_dump", dump).await?;
    session.close().await;
    Ok(Copied {
        schema,
        files,
        warning: program.warning(),
    })
}

/// The files that the database names now.
///
/// # Errors
/// `Invalid` for the address; `Unavailable`.
pub async fn files(url: &str) -> Result<Vec<NamedFile>> {
    let address = crate::url::parse(url)?;
    let session = Session::open(&address).await?;
    let files = session.named_files().await?;
    session.close().await;
    Ok(files)
}

/// The database at `url`, into which a copy is to be put, may hold no table, and a program has to be there that reads
/// the copy and can fill the server.
///
/// # Errors
/// `Conflict` when there is a table, or no such `pg_restore`; `Invalid` for the address; `Unavailable`.
pub async fn can_put_back(copy: &Path, url: &str) -> Result<()> {
    restorer(copy, &crate::url::parse(url)?).await?;
    is_empty(url).await
}

/// The database at `url` may hold no table.
///
/// # Errors
/// `Conflict` when there is one; `Invalid` for the address; `Unavailable`.
pub async fn is_empty(url: &str) -> Result<()> {
    let address = crate::url::parse(url)?;
    let session = Session::open(&address).await?;
    let rows = session.client.query(ANY_TABLE, &[]).await;
    let rows = rows.map_err(|error| address.explain(&error))?;
    session.close().await;
    match rows.first() {
        None => Ok(()),
        Some(row) => {
            let table: String = row.try_get(0).map_err(|error| address.explain(&error))?;
            Err(Error::conflict(format!(
                "the database is not empty, it has {table}, and nothing is written over; name an empty database"
            )))
        }
    }
}

/// The program that puts this copy into the server at an address.
async fn restorer(copy: &Path, address: &Address) -> Result<Program> {
    let session = Session::open(address).await?;
    let server: String = session.one(SERVER_VERSION).await?;
    session.close().await;
    let program = program::restore(&server).await?;
    // It lists no copy of a later version than its own.
    let mut list = address.command(&program.path);
    list.arg("--list").arg(copy);
    run("pg_restore", list).await.map_err(|error| {
        Error::conflict(format!(
            "the copy of the database cannot be read: {error}; install PostgreSQL's client programs of the version that \
             made it, or later ones"
        ))
    })?;
    Ok(program)
}

/// Puts a copy into the database at `url`, which is empty. It is there whole or not at all. What it held of owners,
/// rights, comments, labels, tablespaces and replication stays away: they speak of roles, extensions and machines that
/// may be others here.
///
/// # Errors
/// `Conflict` with the words of `pg_restore`; `Invalid` for the address; `Unavailable`.
pub async fn put_back(copy: &Path, url: &str) -> Result<()> {
    let address = crate::url::parse(url)?;
    let program = restorer(copy, &address).await?;
    is_empty(url).await?;
    let mut restore = address.command(&program.path);
    restore.args([
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--no-security-labels",
        "--no-tablespaces",
        "--no-publications",
        "--no-subscriptions",
        "--no-password",
    ]);
    restore.arg(format!("--dbname={}", address.dbname()));
    restore.arg(copy);
    run("pg_restore", restore).await?;
    // Plans are made once a connection, and without statistics they would read whole tables. It is restored already:
    // where this fails, the server does so by itself a while later.
    if let Ok(session) = Session::open(&address).await {
        let _ = session.run("ANALYZE").await;
        session.close().await;
    }
    Ok(())
}

/// Whether this version knows a schema.
///
/// # Errors
/// `Conflict` for that of a newer version.
pub fn knows(schema: &str) -> Result<()> {
    legacy::is_not_newer(Some(schema.to_owned()), migrations::newest()?)
}

/// A connection without the limits of time that the chat's own have.
struct Session {
    client: Client,
    connection: JoinHandle<()>,
    address: Address,
}

impl Session {
    async fn open(address: &Address) -> Result<Self> {
        let connected = address.connect().await;
        let (client, connection) = connected.map_err(|error| address.explain(&error))?;
        Ok(Self {
            client,
            connection: tokio::spawn(async move {
                // A failure of it is one of the next statement.
                let _ = connection.await;
            }),
            address: address.clone(),
        })
    }

    async fn one<T>(&self, sql: &str) -> Result<T>
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        let row = self.client.query_one(sql, &[]).await;
        let value = row.and_then(|row| row.try_get(0));
        value.map_err(|error| self.address.explain(&error))
    }

    async fn named_files(&self) -> Result<Vec<NamedFile>> {
        let rows = self.client.query(NAMED_FILES, &[]).await;
        let rows = rows.map_err(|error| self.address.explain(&error))?;
        let named = rows.iter().map(|row| {
            Ok(NamedFile {
                attachment: row.try_get(0)?,
                is_sent: row.try_get(1)?,
            })
        });
        let named: Result<_, tokio_postgres::Error> = named.collect();
        named.map_err(|error| self.address.explain(&error))
    }

    async fn run(&self, sql: &str) -> Result<()> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.address.explain(&error))
    }

    async fn close(self) {
        drop(self.client);
        let _ = self.connection.await;
    }
}
