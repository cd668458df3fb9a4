use diesel::{
    QueryableByName,
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use ports::{Error, Result};
use postgres_connection::Address;

use super::{
    Column, Reference, Rows, Shape,
    row::Cells,
    statement::{self, Dialect, filter, is_counted, quoted, select},
};
use crate::{PartMapping, mapping::Join};

const DIALECT: Dialect = Dialect {
    text: |expression, _| format!("{expression}::text"),
    bytes: |text| format!("convert_to({text}, 'UTF8')"),
    is_text: |kind| matches!(kind, "text" | "varchar" | "bpchar"),
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
    #[diesel(sql_type = Bool)]
    is_placed: bool,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Tables, partitioned ones as a whole, views, and tables of other servers.
const COLUMNS: &str = "SELECT c.relname::text AS of, a.attname::text AS name, \
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN b.typname::text ELSE t.typname::text END AS kind, \
        c.relkind = 'r' AS is_placed \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid \
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype \
     WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema()) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
        AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped \
        AND has_table_privilege(c.oid, 'SELECT') \
     ORDER BY c.relname, a.attnum";

const REFERENCES: &str = "SELECT f.relname::text AS of, a.attname::text AS name, t.relname::text AS kind, false AS is_placed \
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class f ON f.oid = k.conrelid \
     JOIN pg_catalog.pg_class t ON t.oid = k.confrelid \
     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] \
     WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1 AND f.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema())";

const SCHEMAS: &str = "SELECT n.nspname::text AS of, count(*)::text AS name, ''::text AS kind, \
        n.nspname = current_schema() AS is_placed \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' \
     GROUP BY n.nspname ORDER BY n.nspname";

impl Postgres {
    /// Opens the database, or one of its schemas in place of that of the role's own.
    pub(super) async fn open(url: &str, schema: Option<&str>) -> Result<Self> {
        let address = Address::parse("source", url)?;
        let (client, connection) = address
            .connect()
            .await
            .map_err(|error| address.explain(&error))?;
        let mut connection = AsyncPgConnection::try_from_client_and_connection(client, connection)
            .await
            .map_err(|_| Error::unavailable("the source does not answer"))?;
        connection.batch_execute(SETTINGS).await.map_err(failed)?;
        let mut postgres = Self { connection };
        if let Some(schema) = schema {
            let set = format!("SET search_path TO {}", quoted(schema));
            postgres
                .connection
                .batch_execute(&set)
                .await
                .map_err(failed)?;
        }
        Ok(postgres)
    }

    /// Every schema with tables in it, how many, and whether it is the one that is read.
    pub(super) async fn schemas(&mut self) -> Result<Vec<(String, String, bool)>> {
        let rows: Vec<ColumnRow> = self.load(SCHEMAS.to_owned()).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.of, row.name, row.is_placed))
            .collect())
    }

    pub(super) async fn columns(&mut self) -> Result<Vec<(String, bool, Column)>> {
        let rows: Vec<ColumnRow> = self.load(COLUMNS.to_owned()).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.of, row.is_placed, Column::new(&row.name, &row.kind)))
            .collect())
    }

    pub(super) async fn references(&mut self) -> Result<Vec<Reference>> {
        let rows: Vec<ColumnRow> = self.load(REFERENCES.to_owned()).await?;
        let reference = |row: ColumnRow| Reference {
            table: row.of,
            column: row.name,
            to: row.kind,
        };
        Ok(rows.into_iter().map(reference).collect())
    }

    pub(super) async fn number(&mut self, text: String) -> Result<u64> {
        let rows: Vec<Count> = self.load(text).await?;
        Ok(rows
            .into_iter()
            .next()
            .map_or(0, |row| row.count.unsigned_abs()))
    }

    pub(super) fn count(mapped: &PartMapping) -> String {
        statement::count(mapped, &DIALECT)
    }

    pub(super) fn doubled(join: &Join) -> String {
        statement::doubled(join, &DIALECT)
    }

    /// In the order of the ids where they count up, else as the rows lie in the table.
    pub(super) async fn begin(&mut self, shape: &Shape<'_>) -> Result<()> {
        let mut text = select(shape, &DIALECT, "''");
        if let Some(filter) = filter(shape.mapped, &DIALECT) {
            text.push_str(&format!(" WHERE {filter}"));
        }
        match shape.mapped.own("id") {
            Some(id) if is_counted(&id.kind) || !shape.table.has_places => {
                text.push_str(&format!(" ORDER BY t.{}", quoted(&id.column)));
            }
            Some(_) => text.push_str(" ORDER BY t.ctid"),
            None => {}
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

/// Turns a database error into ours without the server's text, which may hold a value of a row.
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn failed(error: diesel::result::Error) -> Error {
    match error {
        diesel::result::Error::DatabaseError(kind, _) => {
            Error::unavailable(format!("the source cannot be read: {kind:?}"))
        }
        _ => Error::unavailable("the source cannot be read"),
    }
}
