//! The SQL functions of our connections. The other application's have none of them, so no trigger may
//! call one. What they take is bytes: a text that is none would fail the statement.

use diesel::{
    QueryResult, SqliteConnection,
    sql_types::{BigInt, Binary, Nullable, Text},
};
use legacy::NaiveZone;

use crate::{columns::text, sql::now};

#[diesel::declare_sql_function]
extern "SQL" {
    /// See [`domain::fold`].
    fn hims_fold(text: Nullable<Binary>) -> Nullable<Text>;

    /// See [`domain::holds`]; the words are folded and stand on one line.
    fn hims_holds(text: Nullable<Binary>, words: Text) -> diesel::sql_types::Bool;

    /// See [`NaiveZone::micros`].
    fn hims_micros(time: Nullable<Binary>) -> Nullable<BigInt>;

    /// See [`NaiveZone::order`].
    fn hims_order(time: Nullable<Binary>) -> Nullable<BigInt>;

    /// See [`NaiveZone::written`].
    fn hims_laravel(micros: Nullable<BigInt>) -> Nullable<Text>;
}

/// Makes them known to a connection.
pub(crate) fn register(connection: &mut SqliteConnection, zone: &NaiveZone) -> QueryResult<()> {
    hims_fold_utils::register_impl(connection, |bytes: Option<Vec<u8>>| {
        bytes.map(|bytes| domain::fold(&text(&bytes)))
    })?;
    hims_holds_utils::register_impl(connection, |bytes: Option<Vec<u8>>, words: String| {
        domain::holds(&text(&bytes.unwrap_or_default()), words.split(' '))
    })?;
    let of = zone.clone();
    hims_micros_utils::register_impl(connection, move |bytes: Option<Vec<u8>>| {
        bytes.and_then(|bytes| of.micros(&text(&bytes), now()))
    })?;
    let of = zone.clone();
    hims_order_utils::register_impl(connection, move |bytes: Option<Vec<u8>>| {
        bytes.and_then(|bytes| of.order(&text(&bytes)))
    })?;
    let of = zone.clone();
    hims_laravel_utils::register_impl(connection, move |micros: Option<i64>| {
        micros.and_then(|micros| of.written(micros))
    })
}
