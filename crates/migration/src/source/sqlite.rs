use diesel::{
    Connection as _, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::{DefaultLoadingMode, SimpleConnection},
    sql_types::{BigInt, Bool, Text},
};
use ports::{Error, Result};

use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Column, Reference, Rows, Shape,
    row::Cells,
    statement::{self, Dialect, filter, quoted, select},
};
use crate::{PartMapping, mapping::Join};

const DIALECT: Dialect = Dialect {
    text: |expression, _| format!("CAST({expression} AS TEXT)"),
    bytes: |text| format!("CAST({text} AS BLOB)"),
    is_text: |kind| {
        ["char", "text", "clob"]
            .iter()
            .any(|word| kind.contains(word))
    },
    // A column's affinity brings the other value to its type.
    families: None,
};

/// An SQLite file, opened with `mode=ro`. It is read in short statements, each going on after the
/// last row, so that the other application can write in between. What has no places of rows, views and tables
/// `WITHOUT ROWID`, is read in one statement.
pub(super) struct Sqlite {
    /// Away while a statement runs on another thread.
    connection: Option<SqliteConnection>,
    reading: Reading,
}

enum Reading {
    Nothing,
    /// The statement, and the place of the last row.
    Pages(String, i64),
    /// Rows that another thread reads ahead, a batch at a time, and gives the connection back.
    Stream {
        batches: mpsc::Receiver<Result<Vec<Cells>>>,
        reader: JoinHandle<SqliteConnection>,
    },
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_placed: bool,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COLUMNS: &str = "SELECT m.name AS of, p.name AS name, p.type AS kind, m.type = 'table' AND NOT m.wr AS is_placed \
     FROM pragma_table_list m JOIN pragma_table_info(m.name) p \
     WHERE m.schema = 'main' AND m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
     ORDER BY m.name, p.cid";

const REFERENCES: &str = "SELECT m.name AS of, f.\"from\" AS name, f.\"table\" AS kind, false AS is_placed \
     FROM pragma_table_list m JOIN pragma_foreign_key_list(m.name) f WHERE m.schema = 'main' AND m.type = 'table'";

impl Sqlite {
    pub(super) async fn open(path: &str) -> Result<Self> {
        let escaped = path
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23");
        let opened = tokio::task::spawn_blocking(move || {
            let mut connection = SqliteConnection::establish(&format!("file:{escaped}?mode=ro"))?;
            let settings = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";
            connection
                .batch_execute(settings)
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok::<_, diesel::ConnectionError>(connection)
        });
        let connection = match opened.await {
            Ok(Ok(connection)) => connection,
            _ => {
                return Err(Error::unavailable(format!(
                    "the source {path} cannot be opened for reading"
                )));
            }
        };
        Ok(Self {
            connection: Some(connection),
            reading: Reading::Nothing,
        })
    }

    pub(super) async fn columns(&mut self) -> Result<Vec<(String, bool, Column)>> {
        let rows: Vec<ColumnRow> = self.load(COLUMNS.to_owned(), None).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.of, row.is_placed, Column::new(&row.name, &row.kind)))
            .collect())
    }

    pub(super) async fn references(&mut self) -> Result<Vec<Reference>> {
        let rows: Vec<ColumnRow> = self.load(REFERENCES.to_owned(), None).await?;
        let reference = |row: ColumnRow| Reference {
            table: row.of,
            column: row.name,
            to: row.kind,
        };
        Ok(rows.into_iter().map(reference).collect())
    }

    pub(super) async fn number(&mut self, text: String) -> Result<u64> {
        let rows: Vec<Count> = self.load(text, None).await?;
        Ok(rows.first().map_or(0, |row| row.count.unsigned_abs()))
    }

    pub(super) fn count(mapped: &PartMapping) -> String {
        statement::count(mapped, &DIALECT)
    }

    pub(super) fn doubled(join: &Join) -> String {
        statement::doubled(join, &DIALECT)
    }

    /// In the order of the places where rows have some, else in that of the ids.
    pub(super) async fn begin(&mut self, shape: &Shape<'_>) -> Result<()> {
        let filter = filter(shape.mapped, &DIALECT);
        if shape.table.has_places {
            let select = select(shape, &DIALECT, "CAST(t.rowid AS TEXT)");
            let and = filter.map_or_else(String::new, |filter| format!("({filter}) AND "));
            let statement = format!(
                "{select} WHERE {and}t.rowid > ?1 ORDER BY t.rowid LIMIT {}",
                Rows::BATCH
            );
            let connection = self.connection().await?;
            self.connection = Some(connection);
            self.reading = Reading::Pages(statement, i64::MIN);
            return Ok(());
        }
        let mut text = select(shape, &DIALECT, "''");
        if let Some(filter) = filter {
            text.push_str(&format!(" WHERE {filter}"));
        }
        if let Some(id) = shape.mapped.column("id") {
            text.push_str(&format!(" ORDER BY t.{}", quoted(id)));
        }
        let connection = self.connection().await?;
        let (sender, batches) = mpsc::channel(1);
        let reader = tokio::task::spawn_blocking(move || read(connection, text, &sender));
        self.reading = Reading::Stream { batches, reader };
        Ok(())
    }

    pub(super) async fn next(&mut self) -> Result<Vec<Cells>> {
        match &mut self.reading {
            Reading::Nothing => Ok(Vec::new()),
            Reading::Stream { batches, .. } => match batches.recv().await {
                Some(batch) => batch,
                None => {
                    let connection = self.connection().await?;
                    self.connection = Some(connection);
                    Ok(Vec::new())
                }
            },
            Reading::Pages(statement, mark) => {
                let (statement, mark) = (statement.clone(), *mark);
                let rows: Vec<Cells> = self.load(statement, Some(mark)).await?;
                let last = rows.last().and_then(|row| row.mark.parse().ok());
                if let (Some(last), Reading::Pages(_, mark)) = (last, &mut self.reading) {
                    *mark = last;
                }
                Ok(rows)
            }
        }
    }

    /// The connection, once the rows that were asked for before have come to their end.
    async fn connection(&mut self) -> Result<SqliteConnection> {
        if let Reading::Stream { batches, reader } =
            std::mem::replace(&mut self.reading, Reading::Nothing)
        {
            // Nobody reads them any more, so the other thread ends.
            drop(batches);
            self.connection = Some(reader.await.map_err(|_| broken_off())?);
        }
        self.connection.take().ok_or_else(broken_off)
    }

    async fn load<R>(&mut self, text: String, bound: Option<i64>) -> Result<Vec<R>>
    where
        R: QueryableByName<diesel::sqlite::Sqlite> + Send + 'static,
    {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connection().await?,
        };
        let work = tokio::task::spawn_blocking(move || {
            #[expect(
                clippy::disallowed_methods,
                reason = "the text names tables that only the mapping knows"
            )]
            let query = diesel::sql_query(text);
            let rows = match bound {
                Some(mark) => query.bind::<BigInt, _>(mark).load(&mut connection),
                None => query.load(&mut connection),
            };
            (connection, rows)
        });
        let (connection, rows) = work.await.map_err(|_| broken_off())?;
        self.connection = Some(connection);
        rows.map_err(failed)
    }
}

fn read(
    mut connection: SqliteConnection,
    text: String,
    batches: &mpsc::Sender<Result<Vec<Cells>>>,
) -> SqliteConnection {
    if let Err(error) = read_all(&mut connection, text, batches) {
        // When nobody waits for it, nobody needs it.
        let _ = batches.blocking_send(Err(failed(error)));
    }
    connection
}

fn read_all(
    connection: &mut SqliteConnection,
    text: String,
    batches: &mpsc::Sender<Result<Vec<Cells>>>,
) -> QueryResult<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the text names tables that only the mapping knows"
    )]
    let query = diesel::sql_query(text);
    let mut batch = Vec::with_capacity(Rows::BATCH);
    for row in query.load_iter::<Cells, DefaultLoadingMode>(connection)? {
        batch.push(row?);
        if batch.len() == Rows::BATCH
            && batches
                .blocking_send(Ok(std::mem::take(&mut batch)))
                .is_err()
        {
            return Ok(());
        }
    }
    if !batch.is_empty() {
        let _ = batches.blocking_send(Ok(batch));
    }
    Ok(())
}

fn broken_off() -> Error {
    Error::unavailable("reading the source was broken off")
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn failed(error: diesel::result::Error) -> Error {
    Error::unavailable(format!("the source cannot be read: {error}"))
}
