//! The hospital of the bench: the demonstration, and beside it doctors and rooms in numbers.

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::{Extent, Options, Result, program};

/// Rooms with ten doctors that messages are sent to; doctors 1 to 10 are in each.
pub(crate) const BUSY: usize = 8;
pub(crate) const MEMBERS: usize = 10;
/// The first of their ids. Whatever the demonstration holds is below.
const FIRST: usize = 100_000;

/// A room of the doctors 1 to 10.
pub(crate) fn busy_room(number: usize) -> usize {
    FIRST + number % BUSY
}

/// The room that everybody of `receivers[which]` is in.
pub(crate) fn notice_room(which: usize) -> usize {
    FIRST + 100 + which
}

/// The room with ten thousand messages, of the doctors 1 to 10.
pub(crate) fn long_room() -> usize {
    FIRST + 200
}

/// The doctor who is in all of the many rooms, and the one who is in twenty of them.
pub(crate) fn doctors_of_many(extent: &Extent) -> [usize; 2] {
    let last = extent.listeners.max(extent.receivers[1]);
    [last + 1, last + 2]
}

/// A database on the PostgreSQL server, with the hospital in it.
pub(crate) async fn postgres(options: &Options, extent: &Extent) -> Result<String> {
    let url = create(options).await?;
    program::command(options, &url, &["demo"]).await?;
    let client = connect(&url).await?;
    execute(&client, &sql(extent, include_str!("sql/postgres.sql"))).await?;
    Ok(url)
}

/// An empty database on the PostgreSQL server.
pub(crate) async fn create(options: &Options) -> Result<String> {
    let client = connect(&options.postgres).await?;
    let number: i64 = client
        .query_one("SELECT (random() * 1e15)::bigint", &[])
        .await?
        .get(0);
    execute(&client, &format!("CREATE DATABASE bench_{number}")).await?;
    let (server, _) = options
        .postgres
        .rsplit_once('/')
        .ok_or("an address without a database")?;
    Ok(format!("{server}/bench_{number}"))
}

pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Runs statements; what PostgreSQL says of a wrong one is told.
pub(crate) async fn execute(client: &Client, sql: &str) -> Result<()> {
    let done = client.batch_execute(sql).await;
    done.map_err(|error| match error.as_db_error() {
        Some(said) => said.message().into(),
        None => error.into(),
    })
}

/// A database in a file, with the hospital in it.
pub(crate) async fn sqlite(options: &Options, extent: &Extent) -> Result<(TempDir, String)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("chat.db");
    let url = format!("sqlite://{}", file.display());
    program::command(options, &url, &["demo"]).await?;
    let mut connection = SqliteConnection::establish(&file.display().to_string())?;
    connection.batch_execute(&sql(extent, include_str!("sql/sqlite.sql")))?;
    Ok((folder, url))
}

fn sql(extent: &Extent, text: &str) -> String {
    let [all, some] = doctors_of_many(extent);
    let values = [
        (":doctors", some),
        (":members", MEMBERS),
        (":first", FIRST),
        (":busy", BUSY),
        (":few_receivers", extent.receivers[0]),
        (":receivers", extent.receivers[1]),
        (":long_messages", extent.messages * 100),
        (":rooms", extent.rooms),
        (":messages", extent.messages),
        (":all", all),
        (":some", some),
    ];
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(name, &value.to_string());
    }
    text
}
