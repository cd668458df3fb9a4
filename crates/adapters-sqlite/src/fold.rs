use diesel::{
    QueryResult, SqliteConnection,
    sql_types::{Nullable, Text},
};

#[diesel::declare_sql_function]
extern "SQL" {
    /// See [`domain::fold`].
    fn hims_fold(text: Nullable<Text>) -> Nullable<Text>;
}

/// Makes `hims_fold` known to a connection.
pub(crate) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    hims_fold_utils::register_impl(connection, |text: Option<String>| {
        text.map(|text| domain::fold(&text))
    })
}
