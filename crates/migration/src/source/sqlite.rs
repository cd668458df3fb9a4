use diesel::{
    Connection as _, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};
use ports::{Error, Result};

use super::{
    Column, Rows, Shape,
    row::Cells,
    statement::{Dialect, quoted, select},
};

const DIALECT: Dialect = Dialect {
    bytes: ("CAST(", " AS BLOB)"),
    text: ("CAST(", " AS TEXT)"),
    // A column's affinity brings the other value to its type.
    families: None,
};

/// An SQLite file, opened with `mode=ro`. It is read in short statements, each going on after the
/// last row, so that the other application can write in between.
pub(super) struct Sqlite {
    /// Away while a statement runs on another thread.
    connection: Option<SqliteConnection>,
    statement: String,
    mark: i64,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COLUMNS: &str = "SELECT m.name AS of, p.name AS name, p.type AS kind \
     FROM sqlite_master m JOIN pragma_table_info(m.name) p \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, p.cid";

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
            statement: String::new(),
            mark: 0,
        })
    }

    pub(super) async fn columns(&mut self) -> Result<Vec<(String, Column)>> {
        let rows: Vec<ColumnRow> = self.load(COLUMNS.to_owned(), None).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.of, Column::new(&row.name, &row.kind)))
            .collect())
    }

    pub(super) async fn count(&mut self, table: &str) -> Result<u64> {
        let text = format!("SELECT count(*) AS count FROM {}", quoted(table));
        let rows: Vec<Count> = self.load(text, None).await?;
        Ok(rows.first().map_or(0, |row| row.count.unsigned_abs()))
    }

    pub(super) fn begin(&mut self, shape: &Shape<'_>) {
        self.mark = i64::MIN;
        let select = select(shape, &DIALECT, "CAST(t.rowid AS TEXT)");
        self.statement = format!(
            "{select} WHERE t.rowid > ?1 ORDER BY t.rowid LIMIT {}",
            Rows::BATCH
        );
    }

    pub(super) async fn next(&mut self) -> Result<Vec<Cells>> {
        let rows: Vec<Cells> = self.load(self.statement.clone(), Some(self.mark)).await?;
        if let Some(mark) = rows.last().and_then(|row| row.mark.parse().ok()) {
            self.mark = mark;
        }
        Ok(rows)
    }

    async fn load<R>(&mut self, text: String, bound: Option<i64>) -> Result<Vec<R>>
    where
        R: QueryableByName<diesel::sqlite::Sqlite> + Send + 'static,
    {
        let Some(mut connection) = self.connection.take() else {
            return Err(Error::unavailable("reading the source was broken off"));
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
        let (connection, rows) = work
            .await
            .map_err(|_| Error::unavailable("reading the source was broken off"))?;
        self.connection = Some(connection);
        rows.map_err(|error| Error::unavailable(format!("the source cannot be read: {error}")))
    }
}
