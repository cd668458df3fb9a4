use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use ports::{Error, Result};
use postgres_connection::Address;

use super::{
    Column, Rows, Shape,
    row::Cells,
    statement::{Dialect, quoted, select},
};

const DIALECT: Dialect = Dialect {
    bytes: ("convert_to(", "::text, 'UTF8')"),
    text: ("(", ")::text"),
    families: Some(&[
        &["int2", "int4", "int8", "numeric"],
        &["text", "varchar", "bpchar"],
    ]),
};

/// From the first statement on the server refuses to write for us; times come in UTC.
const SETTINGS: &str = "SET default_transaction_read_only = on; SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'; \
     SET application_name = 'hims-chat migrate'";

/// A PostgreSQL server. A part is read through a cursor in one read-only snapshot.
pub(super) struct Postgres {
    connection: AsyncPgConnection,
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

const COLUMNS: &str = "SELECT c.table_name::text AS of, c.column_name::text AS name, c.udt_name::text AS kind \
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
     WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' \
     ORDER BY c.table_name, c.ordinal_position";

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let address = Address::parse("source", url)?;
        let (client, connection) = address
            .connect()
            .await
            .map_err(|error| address.explain(&error))?;
        let mut connection = AsyncPgConnection::try_from_client_and_connection(client, connection)
            .await
            .map_err(|_| Error::unavailable("the source does not answer"))?;
        connection.batch_execute(SETTINGS).await.map_err(failed)?;
        Ok(Self { connection })
    }

    pub(super) async fn columns(&mut self) -> Result<Vec<(String, Column)>> {
        let rows: Vec<ColumnRow> = self.load(COLUMNS.to_owned()).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.of, Column::new(&row.name, &row.kind)))
            .collect())
    }

    pub(super) async fn count(&mut self, table: &str) -> Result<u64> {
        let text = format!("SELECT count(*) AS count FROM {}", quoted(table));
        let rows: Vec<Count> = self.load(text).await?;
        Ok(rows
            .into_iter()
            .next()
            .map_or(0, |row| row.count.unsigned_abs()))
    }

    /// In the order of the ids, where there are any.
    pub(super) async fn begin(&mut self, shape: &Shape<'_>) -> Result<()> {
        let mut text = select(shape, &DIALECT, "''");
        if let Some(id) = shape.mapped.column("id") {
            text.push_str(&format!(" ORDER BY t.{}", quoted(id)));
        }
        let begin = format!(
            "ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; DECLARE part NO SCROLL CURSOR FOR {text}"
        );
        self.connection.batch_execute(&begin).await.map_err(failed)
    }

    pub(super) async fn next(&mut self) -> Result<Vec<Cells>> {
        self.load(format!("FETCH {} FROM part", Rows::BATCH)).await
    }

    async fn load<R>(&mut self, text: String) -> Result<Vec<R>>
    where
        R: QueryableByName<diesel::pg::Pg> + Send + 'static,
    {
        #[expect(
            clippy::disallowed_methods,
            reason = "the text names tables that only the mapping knows"
        )]
        let query = diesel::sql_query(text);
        query.load(&mut self.connection).await.map_err(failed)
    }
}

/// What the server says may hold a value of a row.
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn failed(error: diesel::result::Error) -> Error {
    match error {
        diesel::result::Error::DatabaseError(kind, _) => {
            Error::unavailable(format!("the source cannot be read: {kind:?}"))
        }
        _ => Error::unavailable("the source cannot be read"),
    }
}
