//! Rows of another table beside those of a part.

use super::{
    column::{ColumnRef, Scope, no_table},
    condition::{Condition, Operand, Test},
};
use crate::Table;

/// A table whose row stands beside each row of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Join {
    /// Its name in the mapping.
    pub(crate) name: String,
    pub(crate) table: String,
    /// The condition for the row: columns of the joined table on the left side.
    pub(crate) on: Condition,
}

impl Join {
    /// A join of the table of `scope`, or of joins before it.
    ///
    /// # Errors
    /// The error, with the names that are right.
    pub(super) fn read(
        name: &str,
        table: &str,
        on: &str,
        scope: Scope<'_>,
    ) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > 30 || !name.chars().all(fits) {
            return Err(format!(
                "{name}: the name of a join is letters, digits and _"
            ));
        }
        let Some(found) = Table::named(scope.tables, table) else {
            return Err(no_table(scope.tables, table));
        };
        let joined = Self {
            name: name.to_owned(),
            table: found.name.clone(),
            on: Condition::default(),
        };
        let own = Scope {
            table: found,
            joins: &[],
            tables: scope.tables,
        };
        let left = |column: &str| {
            let found = own.column(column)?;
            Ok(ColumnRef {
                join: Some(name.to_owned()),
                ..found
            })
        };
        let on = Condition::read(on, &left, &|column| scope.column(column))?;
        if !on
            .terms()
            .iter()
            .any(|term| matches!(&term.test, Test::Is(Operand::Column(_))))
        {
            return Err("on: must say which column of the joined table equals which of this one, such as \"id = author_id\"".to_owned());
        }
        Ok(Self { on, ..joined })
    }
}
