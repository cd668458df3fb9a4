//! SQL with a fixed text: SQLite prepares it once per connection, whatever is bound to it.
//!
//! Diesel prepares `sql_query`, `eq_any` and the like anew at every call; what it keeps is a query
//! whose *type* stands for its text. [`statement!`] makes such a type. Lists travel as JSON text and
//! are unfolded by `json_each`, so that their length does not change the text either.

use diesel::{
    QueryResult,
    query_builder::AstPass,
    sql_types::{BigInt, Binary, Bool, Nullable, Text},
    sqlite::Sqlite,
};

/// A value that can be bound.
pub(crate) trait Bind {
    fn bind<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

macro_rules! bind {
    ($($rust:ty => $sql:ty,)*) => {$(
        impl Bind for $rust {
            fn bind<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_bind_param_value_only::<$sql, _>(self)
            }
        }
    )*};
}

bind! {
    i64 => BigInt,
    bool => Bool,
    String => Text,
    Vec<u8> => Binary,
    &'static str => Text,
    Option<i64> => Nullable<BigInt>,
    Option<String> => Nullable<Text>,
    Option<Vec<u8>> => Nullable<Binary>,
    Option<&'static str> => Nullable<Text>,
}

/// `statement!(Name { first: i64, second: String } -> (BigInt, Text) = "SELECT … ?1 … ?2");`
///
/// The fields are bound in their order as `?1`, `?2` and so on. After the arrow stand the SQL types
/// of the columns; a statement that answers no rows has no arrow.
macro_rules! statement {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? } $(-> $columns:ty)? = $sql:expr) => {
        $(#[$doc])*
        #[derive(diesel::query_builder::QueryId)]
        struct $name { $($field: $type),* }

        impl diesel::query_builder::QueryFragment<diesel::sqlite::Sqlite> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::sqlite::Sqlite>,
            ) -> diesel::QueryResult<()> {
                out.push_sql($sql);
                $(crate::statement::Bind::bind(&self.$field, &mut out)?;)*
                Ok(())
            }
        }

        impl diesel::RunQueryDsl<diesel::SqliteConnection> for $name {}

        #[cfg(test)]
        impl crate::statement::Planned for $name {
            const SQL: &'static str = $sql;
        }

        crate::statement::statement!(@run $name $(-> $columns)?);
    };
    (@run $name:ident) => {
        impl $name {
            /// How many rows it changed.
            fn run(self, connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<usize> {
                diesel::RunQueryDsl::execute(self, connection)
            }
        }
    };
    (@run $name:ident -> $columns:ty) => {
        impl diesel::query_builder::Query for $name {
            type SqlType = $columns;
        }

        #[allow(dead_code, reason = "a query is asked for one row or for all")]
        impl $name {
            /// Every row.
            fn rows<T>(self, connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<Vec<T>>
            where
                Self: for<'q> diesel::query_dsl::LoadQuery<'q, diesel::SqliteConnection, T>,
            {
                diesel::RunQueryDsl::load(self, connection)
            }

            /// The one row there is. Steps to the end, which is when SQLite has checked everything.
            fn row<T>(self, connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<Option<T>>
            where
                Self: for<'q> diesel::query_dsl::LoadQuery<'q, diesel::SqliteConnection, T>,
            {
                self.rows(connection).map(|mut rows| rows.pop())
            }
        }
    };
}
pub(crate) use statement;

#[cfg(test)]
mod planned;
#[cfg(test)]
pub(crate) use planned::Planned;

/// A list to bind, for `json_each`.
pub(crate) fn json_list<T: serde::Serialize>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<T> = items.into_iter().collect();
    serde_json::to_string(&items).unwrap_or_else(|_| "[]".to_owned())
}
