//! A database of somebody else, read and never written.

#[cfg(feature = "postgres")]
mod postgres;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;

pub(crate) use row::Row;

use ports::{Error, Result};

use crate::{Mapping, Part, PartMapping};

/// A table, as the catalogue of its database describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
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
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// An open source: what tables it has, and their rows.
pub struct Source {
    engine: Engine,
    tables: Vec<Table>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "there is one, and it does not move"
)]
enum Engine {
    #[cfg(feature = "postgres")]
    Postgres(postgres::Postgres),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Sqlite),
}

impl Source {
    /// Opens `postgres://user:password@host/database` or `sqlite://path`, for reading only: the
    /// database itself refuses every write of this connection.
    ///
    /// # Errors
    /// `Invalid` for another address; `Unavailable` when nobody answers there.
    pub async fn open(url: &str) -> Result<Self> {
        let mut engine = Engine::open(url).await?;
        let columns = match &mut engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres(engine) => engine.columns().await?,
            #[cfg(feature = "sqlite")]
            Engine::Sqlite(engine) => engine.columns().await?,
        };
        let mut tables: Vec<Table> = Vec::new();
        for (table, column) in columns {
            match tables.last_mut().filter(|last| last.name == table) {
                Some(last) => last.columns.push(column),
                None => tables.push(Table {
                    name: table,
                    columns: vec![column],
                }),
            }
        }
        Ok(Self { engine, tables })
    }

    /// The tables, by name.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn count(&mut self, table: &str) -> Result<u64> {
        match &mut self.engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres(engine) => engine.count(table).await,
            #[cfg(feature = "sqlite")]
            Engine::Sqlite(engine) => engine.count(table).await,
        }
    }

    /// Begins to read a part of a mapping.
    ///
    /// # Errors
    /// `Invalid` when the mapping has no such part; `Unavailable`.
    pub(crate) async fn read(&mut self, mapping: &Mapping, part: Part) -> Result<Rows<'_>> {
        let Some(mapped) = mapping.part(part) else {
            return Err(Error::invalid(
                "mapping",
                format!("has no [{}]", part.name()),
            ));
        };
        let table = self.table(&mapped.table)?;
        let other = match part {
            Part::Reads | Part::Attachments => match mapping.part(Part::Messages) {
                Some(messages) => Some((self.table(&messages.table)?, messages)),
                None => None,
            },
            _ => None,
        };
        let shape = Shape {
            part,
            mapped,
            table,
            other,
        };
        match &mut self.engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres(engine) => {
                engine.begin(&shape).await?;
            }
            #[cfg(feature = "sqlite")]
            Engine::Sqlite(engine) => engine.begin(&shape),
        }
        Ok(Rows {
            engine: &mut self.engine,
            part,
        })
    }

    fn table(&self, name: &str) -> Result<Table> {
        let found = self.tables.iter().find(|table| table.name == name);
        found
            .cloned()
            .ok_or_else(|| Error::invalid("mapping", format!("there is no table {name}")))
    }
}

/// What is read of a table: every field of the part, and of reads and attachments also the
/// message that they name.
struct Shape<'a> {
    part: Part,
    mapped: &'a PartMapping,
    table: Table,
    other: Option<(Table, &'a PartMapping)>,
}

/// The rows of a part, a batch at a time.
pub(crate) struct Rows<'a> {
    engine: &'a mut Engine,
    part: Part,
}

impl Rows<'_> {
    /// Most rows in memory at once.
    pub(crate) const BATCH: usize = 500;

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn next(&mut self) -> Result<Vec<Row>> {
        let cells = match &mut self.engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres(engine) => engine.next().await?,
            #[cfg(feature = "sqlite")]
            Engine::Sqlite(engine) => engine.next().await?,
        };
        Ok(cells
            .into_iter()
            .map(|cells| Row::new(self.part, cells))
            .collect())
    }
}

impl Engine {
    async fn open(url: &str) -> Result<Self> {
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(postgres::Postgres::open(url).await?));
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
            "must be postgres://user:password@host/database or sqlite://path",
        ))
    }
}
