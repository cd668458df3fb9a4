//! A database of somebody else, read and never written.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;

pub(crate) use row::Row;
pub(crate) use statement::is_counted;

use ports::{Error, Result};

use crate::{Mapping, Part, PartMapping, mapping::Join};

/// A table, as the catalogue of its database describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// Whether the database knows a place of each row, which says in what order they came.
    pub has_places: bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as the catalogue writes it, in lower case.
    pub kind: String,
}

impl Column {
    /// A column.
    pub fn new(name: &str, kind: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: kind.to_lowercase(),
        }
    }
}

impl Table {
    /// The column of that name; where there is none, the only one that differs in case alone.
    pub(crate) fn find(&self, name: &str) -> Option<&Column> {
        one_of(&self.columns, name, |column| &column.name)
    }

    /// The table of that name; where there is none, the only one that differs in case alone.
    pub(crate) fn named<'a>(tables: &'a [Self], name: &str) -> Option<&'a Self> {
        one_of(tables, name, |table| &table.name)
    }
}

fn one_of<'a, T>(all: &'a [T], name: &str, of: impl Fn(&T) -> &String) -> Option<&'a T> {
    if let Some(found) = all.iter().find(|one| of(one) == name) {
        return Some(found);
    }
    let mut alike = all.iter().filter(|one| of(one).eq_ignore_ascii_case(name));
    let first = alike.next()?;
    alike.next().is_none().then_some(first)
}

/// A column that the database itself says holds the ids of another table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) to: String,
}

/// An open source: what tables it has, and their rows.
pub struct Source {
    engine: Engine,
    /// The schema that is read, where the engine has schemas.
    schema: Option<String>,
    tables: Vec<Table>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and it does not move"
)]
enum Engine {
    #[cfg(feature = "mysql")]
    Mysql(mysql::Mysql),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Postgres),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Sqlite),
}

/// Does the same with whichever engine it is.
macro_rules! with {
    ($engine:expr, $name:ident => $does:expr) => {
        match $engine {
            #[cfg(feature = "mysql")]
            Engine::Mysql($name) => $does,
            #[cfg(feature = "postgres")]
            Engine::Postgres($name) => $does,
            #[cfg(feature = "sqlite")]
            Engine::Sqlite($name) => $does,
        }
    };
}

impl Source {
    /// Opens `postgres://user:password@host/database`, `mysql://user:password@host/database` or
    /// `sqlite://path`, for reading only: the database itself refuses every write of this connection. A
    /// schema is one of PostgreSQL's, in place of the first of the role's search path.
    ///
    /// # Errors
    /// `Invalid` for another address or schema; `Unavailable` when nobody answers there.
    pub async fn open(url: &str, schema: Option<&str>) -> Result<Self> {
        let mut engine = Engine::open(url, schema).await?;
        let columns = with!(&mut engine, engine => engine.columns().await?);
        let mut tables: Vec<Table> = Vec::new();
        for (table, has_places, column) in columns {
            match tables.last_mut().filter(|last| last.name == table) {
                Some(last) => last.columns.push(column),
                None => tables.push(Table {
                    name: table,
                    columns: vec![column],
                    has_places,
                }),
            }
        }
        let schema = match &mut engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres(engine) => {
                let mut schemas = engine.schemas().await?.into_iter();
                schemas.find_map(|(name, _, is_this)| is_this.then_some(name))
            }
            #[allow(unreachable_patterns, reason = "where PostgreSQL is the only engine")]
            _ => None,
        };
        let mut source = Self {
            engine,
            schema,
            tables,
        };
        if source.tables.is_empty() {
            let schemas = source.other_schemas().await?;
            let mut problem = "there are no tables".to_owned();
            if schemas.is_empty() {
                problem.push_str(" that this user may read");
            } else {
                problem.push_str(&format!(
                    " in this schema; --source-schema names another: {}",
                    schemas.join(", ")
                ));
            }
            return Err(Error::invalid("source", problem));
        }
        Ok(source)
    }

    /// The tables and views, by name.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The name of a part's table, with its schema where there is one.
    pub(crate) fn table_of(&self, mapped: &PartMapping) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", mapped.table),
            None => mapped.table.clone(),
        }
    }

    /// Schemas beside the one that is read in which there are tables, with how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn other_schemas(&mut self) -> Result<Vec<String>> {
        match &mut self.engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres(engine) => {
                let schemas = engine.schemas().await?.into_iter();
                let others = schemas.filter(|(.., is_this)| !is_this);
                Ok(others
                    .map(|(name, tables, _)| format!("{name} ({tables} tables)"))
                    .collect())
            }
            #[allow(unreachable_patterns, reason = "where PostgreSQL is the only engine")]
            _ => Ok(Vec::new()),
        }
    }

    /// The zone in which the server shows moments to the old application, and whether that is UTC, where it matters:
    /// MySQL's columns of the type `timestamp`.
    pub(crate) fn zone_of_timestamps(&self) -> Option<(&str, bool)> {
        match &self.engine {
            #[cfg(feature = "mysql")]
            Engine::Mysql(engine) => Some(engine.zone()),
            #[allow(unreachable_patterns, reason = "where MySQL is the only engine")]
            _ => None,
        }
    }

    /// Reads times as the mapping says from now on.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn prepare(&mut self, mapping: &Mapping) -> Result<()> {
        #[cfg(feature = "mysql")]
        if let (Engine::Mysql(engine), Some(timestamps)) = (&mut self.engine, mapping.timestamps) {
            engine.show(timestamps).await?;
        }
        #[cfg(not(feature = "mysql"))]
        let _ = mapping;
        Ok(())
    }

    /// Columns that hold the ids of another table, as the database itself says.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn references(&mut self) -> Result<Vec<Reference>> {
        with!(&mut self.engine, engine => engine.references().await)
    }

    /// How many rows of its table are of a part.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn count(&mut self, mapped: &PartMapping) -> Result<u64> {
        let text = match &self.engine {
            #[cfg(feature = "mysql")]
            Engine::Mysql(engine) => engine.count(mapped),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => postgres::Postgres::count(mapped),
            #[cfg(feature = "sqlite")]
            Engine::Sqlite(_) => sqlite::Sqlite::count(mapped),
        };
        self.number(text).await
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn rows_of(&mut self, table: &Table) -> Result<u64> {
        self.number(statement::all_of(table)).await
    }

    /// How many values of a join's key stand on several rows of its table.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn doubled(&mut self, join: &Join) -> Result<u64> {
        let text = match &self.engine {
            #[cfg(feature = "mysql")]
            Engine::Mysql(engine) => engine.doubled(join),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => postgres::Postgres::doubled(join),
            #[cfg(feature = "sqlite")]
            Engine::Sqlite(_) => sqlite::Sqlite::doubled(join),
        };
        self.number(text).await
    }

    async fn number(&mut self, text: String) -> Result<u64> {
        with!(&mut self.engine, engine => engine.number(text).await)
    }

    /// Begins to read a part of a mapping.
    ///
    /// # Errors
    /// `Invalid` when the mapping has no such part; `Unavailable`.
    pub(crate) async fn read<'a>(
        &'a mut self,
        mapping: &'a Mapping,
        part: Part,
    ) -> Result<Rows<'a>> {
        let Some(mapped) = mapping.part(part) else {
            return Err(Error::invalid(
                "mapping",
                format!("has no [{}]", part.name()),
            ));
        };
        let table = Table::named(&self.tables, &mapped.table);
        let table = table.ok_or_else(|| {
            Error::invalid("mapping", format!("there is no table {}", mapped.table))
        })?;
        let other = match part {
            Part::Reads | Part::Attachments => mapping.part(Part::Messages),
            _ => None,
        };
        let shape = Shape {
            part,
            mapped,
            table: table.clone(),
            other,
        };
        with!(&mut self.engine, engine => engine.begin(&shape).await?);
        Ok(Rows {
            engine: &mut self.engine,
            part,
            mapped,
        })
    }
}

/// The columns that are read of a table: every field of the part, and for reads and attachments also the
/// message that they name.
struct Shape<'a> {
    part: Part,
    mapped: &'a PartMapping,
    table: Table,
    other: Option<&'a PartMapping>,
}

/// The rows of a part, a batch at a time.
pub(crate) struct Rows<'a> {
    engine: &'a mut Engine,
    part: Part,
    mapped: &'a PartMapping,
}

impl Rows<'_> {
    /// Most rows in memory at once.
    pub(crate) const BATCH: usize = 500;

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn next(&mut self) -> Result<Vec<Row>> {
        let cells = with!(&mut *self.engine, engine => engine.next().await?);
        Ok(cells
            .into_iter()
            .map(|cells| Row::new(self.part, self.mapped, cells))
            .collect())
    }
}

impl Engine {
    async fn open(url: &str, schema: Option<&str>) -> Result<Self> {
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(postgres::Postgres::open(url, schema).await?));
        }
        if schema.is_some() {
            let problem = "is for PostgreSQL; a database of MySQL is named in the address";
            return Err(Error::invalid("--source-schema", problem));
        }
        #[cfg(feature = "mysql")]
        if url.starts_with("mysql://") || url.starts_with("mariadb://") {
            return Ok(Self::Mysql(mysql::Mysql::open(url).await?));
        }
        #[cfg(feature = "sqlite")]
        if let Some(path) = url
            .strip_prefix("sqlite://")
            .filter(|path| !path.is_empty())
        {
            return Ok(Self::Sqlite(sqlite::Sqlite::open(path).await?));
        }
        Err(Error::invalid(
            "source",
            "must be postgres://user:password@host/database, mysql://user:password@host/database or sqlite://path",
        ))
    }
}
