//! A MySQL or MariaDB server.

mod address;

use mysql_async::{Conn, Value, prelude::Queryable};
use ports::{Error, Result};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Column, Reference, Rows, Shape,
    row::Cells,
    statement::{Dialect, quoted, select},
};
use crate::{
    PartMapping,
    mapping::{Join, Timestamps},
};

/// Types whose values it compares as they are. Texts of different collations it would not compare, and a text
/// with a number as if it were one: `7abc` equals 7.
const FAMILIES: &[&[&str]] = &[&["tinyint", "smallint", "mediumint", "int", "bigint"]];

const WRITTEN: Dialect = Dialect {
    text,
    bytes: str::to_owned,
    families: Some(FAMILIES),
    is_text,
};

const INSTANTS: Dialect = Dialect {
    text: |expression, kind| match kind {
        "timestamp" => format!("CONCAT({expression}, '+00:00')"),
        _ => text(expression, kind),
    },
    ..WRITTEN
};

fn text(expression: &str, kind: &str) -> String {
    match kind {
        "binary" | "varbinary" => format!("LOWER(HEX({expression}))"),
        // As a text: a number would be equal to every word that begins with none.
        "bit" => format!(
            "CAST(CAST({expression} AS UNSIGNED) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin"
        ),
        // Whatever it holds, byte by byte.
        "tinyblob" | "blob" | "mediumblob" | "longblob" => expression.to_owned(),
        // The collation is one for all, so that texts of different ones can be compared.
        _ => format!("CAST({expression} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin"),
    }
}

fn is_text(kind: &str) -> bool {
    ["char", "varchar", "text", "enum"].iter().any(|text| {
        kind.strip_prefix(text)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// The server refuses to write for us; names and texts are quoted as in other databases; a slow reader is
/// waited for. `SET NAMES` lets it say every text in UTF-8, whatever its column is in.
const SETTINGS: &str = "SET NAMES utf8mb4, SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', \
     SESSION net_write_timeout = 3600, SESSION wait_timeout = 28800";

/// Everything is read in one snapshot.
const SNAPSHOT: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

const COLUMNS: &str = "SELECT c.TABLE_NAME, c.COLUMN_NAME, LOWER(c.DATA_TYPE), COALESCE(c.COLLATION_NAME, '') \
     FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME) \
     WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE IN ('BASE TABLE', 'VIEW') \
     ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION";

const REFERENCES: &str = "SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME \
     FROM information_schema.KEY_COLUMN_USAGE \
     WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL";

pub(super) struct Mysql {
    /// Away while rows come.
    connection: Option<Conn>,
    coming: Option<Coming>,
    zone: String,
    is_utc: bool,
    instants: bool,
}

/// Rows that another task reads ahead, a batch at a time, and gives the connection back.
struct Coming {
    batches: mpsc::Receiver<Result<Vec<Cells>>>,
    reader: JoinHandle<Conn>,
}

impl Mysql {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let address = address::Address::parse(url)?;
        let mut connection = address.connect().await?;
        let said = "SELECT CONCAT(@@session.time_zone, ' ', @@system_time_zone), \
             TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), NOW()), \
             @@session.time_zone IN ('+00:00', 'UTC') OR (@@session.time_zone = 'SYSTEM' AND @@system_time_zone IN ('UTC', 'GMT+0', 'Etc/UTC'))";
        let zone: Option<(String, i64, bool)> =
            connection.query_first(said).await.map_err(failed)?;
        let (zone, minutes, is_utc) = zone.unwrap_or_default();
        for settings in [SETTINGS, "SET SESSION TRANSACTION READ ONLY", SNAPSHOT] {
            connection.query_drop(settings).await.map_err(failed)?;
        }
        Ok(Self {
            connection: Some(connection),
            coming: None,
            zone: format!(
                "{}, now {minutes:+} minutes from UTC",
                zone.trim_start_matches("SYSTEM ")
            ),
            is_utc,
            instants: false,
        })
    }

    /// The zone in which the server shows moments, and whether that is UTC.
    pub(super) fn zone(&self) -> (&str, bool) {
        (&self.zone, self.is_utc)
    }

    /// How columns of the type `timestamp` are read from now on.
    pub(super) async fn show(&mut self, timestamps: Timestamps) -> Result<()> {
        self.instants = timestamps == Timestamps::Instants;
        if self.instants {
            let connection = self.connection().await?;
            return connection
                .query_drop("SET SESSION time_zone = '+00:00'")
                .await
                .map_err(failed);
        }
        Ok(())
    }

    pub(super) async fn columns(&mut self) -> Result<Vec<(String, bool, Column)>> {
        let connection = self.connection().await?;
        let rows: Vec<(String, String, String, String)> =
            connection.query(COLUMNS).await.map_err(failed)?;
        let column = |(table, name, kind, collation): (String, String, String, String)| {
            let kind = format!("{kind} {collation}");
            (table, false, Column::new(&name, kind.trim_end()))
        };
        Ok(rows.into_iter().map(column).collect())
    }

    pub(super) async fn references(&mut self) -> Result<Vec<Reference>> {
        let connection = self.connection().await?;
        let rows: Vec<(String, String, String)> =
            connection.query(REFERENCES).await.map_err(failed)?;
        let reference = |(table, column, to)| Reference { table, column, to };
        Ok(rows.into_iter().map(reference).collect())
    }

    pub(super) async fn number(&mut self, text: String) -> Result<u64> {
        let connection = self.connection().await?;
        let number: Option<u64> = connection.query_first(text).await.map_err(failed)?;
        Ok(number.unwrap_or(0))
    }

    pub(super) fn count(&self, mapped: &PartMapping) -> String {
        super::statement::count(mapped, self.dialect())
    }

    pub(super) fn doubled(&self, join: &Join) -> String {
        super::statement::doubled(join, self.dialect())
    }

    fn dialect(&self) -> &'static Dialect {
        if self.instants { &INSTANTS } else { &WRITTEN }
    }

    /// In the order of the ids, where there are any.
    pub(super) async fn begin(&mut self, shape: &Shape<'_>) -> Result<()> {
        let dialect = self.dialect();
        let mut text = select(shape, dialect, "''");
        if let Some(filter) = super::statement::filter(shape.mapped, dialect) {
            text.push_str(&format!(" WHERE {filter}"));
        }
        if let Some(id) = shape.mapped.column("id") {
            text.push_str(&format!(" ORDER BY t.{}", quoted(id)));
        }
        self.connection().await?;
        let Some(connection) = self.connection.take() else {
            return Err(broken_off());
        };
        let (sender, batches) = mpsc::channel(1);
        let reader = tokio::spawn(read(connection, text, sender));
        self.coming = Some(Coming { batches, reader });
        Ok(())
    }

    pub(super) async fn next(&mut self) -> Result<Vec<Cells>> {
        let Some(coming) = &mut self.coming else {
            return Ok(Vec::new());
        };
        match coming.batches.recv().await {
            Some(batch) => batch,
            None => {
                self.connection().await?;
                Ok(Vec::new())
            }
        }
    }

    /// The connection, once the rows that were asked for before have come to their end.
    async fn connection(&mut self) -> Result<&mut Conn> {
        if let Some(coming) = self.coming.take() {
            // Nobody reads them any more, so the other task ends.
            drop(coming.batches);
            self.connection = Some(coming.reader.await.map_err(|_| broken_off())?);
        }
        self.connection.as_mut().ok_or_else(broken_off)
    }
}

async fn read(
    mut connection: Conn,
    text: String,
    batches: mpsc::Sender<Result<Vec<Cells>>>,
) -> Conn {
    if let Err(error) = read_all(&mut connection, text, &batches).await {
        // When nobody waits for it, nobody needs it.
        let _ = batches.send(Err(failed(error))).await;
    }
    connection
}

async fn read_all(
    connection: &mut Conn,
    text: String,
    batches: &mpsc::Sender<Result<Vec<Cells>>>,
) -> std::result::Result<(), mysql_async::Error> {
    let mut rows = connection.query_iter(text).await?;
    let mut batch = Vec::with_capacity(Rows::BATCH);
    while let Some(row) = rows.next().await? {
        let cells = row.unwrap_raw().into_iter().skip(1).map(|cell| match cell {
            Some(Value::Bytes(bytes)) => Some(bytes),
            // Of a statement without parameters every value comes as text.
            _ => None,
        });
        batch.push(Cells::from_list(String::new(), cells));
        if batch.len() == Rows::BATCH && batches.send(Ok(std::mem::take(&mut batch))).await.is_err()
        {
            return rows.drop_result().await;
        }
    }
    if !batch.is_empty() {
        let _ = batches.send(Ok(batch)).await;
    }
    rows.drop_result().await
}

fn broken_off() -> Error {
    Error::unavailable("reading the source was broken off")
}

/// An error of the server without its words, which may hold a value of a row.
fn failed(error: mysql_async::Error) -> Error {
    match error {
        mysql_async::Error::Server(said) => Error::unavailable(format!(
            "the source cannot be read: error {} ({})",
            said.code, said.state
        )),
        _ => Error::unavailable("the source cannot be read: the connection broke"),
    }
}
