//! Origins of a field.

use jiff::tz::TimeZone;

use crate::Table;

use super::join::Join;

/// A column of the part's own table, or of one that is joined to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnRef {
    /// The name of the join; none for the part's own table.
    pub(crate) join: Option<String>,
    pub(crate) column: String,
    /// Its type, as the catalogue says.
    pub(crate) kind: String,
}

impl ColumnRef {
    /// The same where the part's table is joined to another one under a name, and its joins under that name and theirs.
    pub(crate) fn within(&self, name: &str) -> Self {
        let join = match &self.join {
            None => name.to_owned(),
            Some(join) => format!("{name} {join}"),
        };
        Self {
            join: Some(join),
            ..self.clone()
        }
    }
}

/// The origin of the value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    One(ColumnRef),
    /// All of them with a space between, such as first and last name.
    Words(Vec<ColumnRef>),
    /// The first that holds something.
    First(Vec<ColumnRef>),
    /// The same for every row.
    Constant(String),
}

/// A field of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) origin: Origin,
    /// The way to the value in the JSON that the column holds, name by name.
    pub(crate) json: Vec<String>,
    /// The zone of a time without one, where it is not that of the mapping.
    pub(crate) zone: Option<TimeZone>,
}

impl Value {
    pub(crate) fn of(origin: Origin) -> Self {
        Self {
            origin,
            json: Vec::new(),
            zone: None,
        }
    }

    /// The same where the part's table is joined to another one under a name.
    pub(crate) fn within(&self, name: &str) -> Self {
        let all =
            |columns: &[ColumnRef]| columns.iter().map(|column| column.within(name)).collect();
        let origin = match &self.origin {
            Origin::One(column) => Origin::One(column.within(name)),
            Origin::Words(columns) => Origin::Words(all(columns)),
            Origin::First(columns) => Origin::First(all(columns)),
            Origin::Constant(text) => Origin::Constant(text.clone()),
        };
        Self {
            origin,
            ..self.clone()
        }
    }

    /// The columns that it is read from.
    pub(crate) fn columns(&self) -> &[ColumnRef] {
        match &self.origin {
            Origin::One(column) => std::slice::from_ref(column),
            Origin::Words(columns) | Origin::First(columns) => columns,
            Origin::Constant(_) => &[],
        }
    }
}

/// The table of a part and those joined to it, to find columns by name.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) table: &'a Table,
    pub(super) joins: &'a [Join],
    pub(super) tables: &'a [Table],
}

impl Scope<'_> {
    /// The column of a name, `column` or `join.column`.
    ///
    /// # Errors
    /// The error, with the names that are right.
    pub(super) fn column(&self, name: &str) -> Result<ColumnRef, String> {
        if let Some(found) = self.table.find(name) {
            return Ok(ColumnRef {
                join: None,
                column: found.name.clone(),
                kind: found.kind.clone(),
            });
        }
        let Some((join, column)) = name.split_once('.') else {
            return Err(no_column(self.table, name));
        };
        let Some(join) = self.joins.iter().find(|known| known.name == join) else {
            let known: Vec<&str> = self.joins.iter().map(|join| join.name.as_str()).collect();
            let known = if known.is_empty() {
                "there is none".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            return Err(format!("there is no join {join}; {known}"));
        };
        of_join(join, column, self.tables)
    }
}

fn of_join(join: &Join, column: &str, tables: &[Table]) -> Result<ColumnRef, String> {
    let Some(table) = tables.iter().find(|table| table.name == join.table) else {
        return Err(no_table(tables, &join.table));
    };
    let Some(found) = table.find(column) else {
        return Err(no_column(table, column));
    };
    Ok(ColumnRef {
        join: Some(join.name.clone()),
        column: found.name.clone(),
        kind: found.kind.clone(),
    })
}

/// Most names that a message lists.
const LISTED: usize = 40;

/// Names for a message, the first of them where there are very many.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len() - more].join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

pub(super) fn no_table(tables: &[Table], name: &str) -> String {
    let known = listed(tables.iter().map(|table| table.name.as_str()));
    format!("there is no table {name}; there are {known}")
}

fn no_column(table: &Table, name: &str) -> String {
    let known = listed(table.columns.iter().map(|column| column.name.as_str()));
    format!("{} has no column {name}; it has {known}", table.name)
}
