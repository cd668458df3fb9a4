//! Statements of fixed text.
//!
//! Every statement here is one text that never changes, with its values bound as parameters (lists
//! as arrays), so a connection prepares it once and for good. Diesel's `sql_query` and multi-row
//! inserts would be prepared anew at every call, which costs half the throughput.

use std::marker::PhantomData;

use diesel::{
    pg::{Pg, PgMetadataLookup, PgTypeMetadata},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    serialize::ToSql,
    sql_types::HasSqlType,
};

/// A statement: its text, the SQL types of its parameters and of the columns it answers.
pub(crate) trait Statement: Sized + 'static {
    const SQL: &'static str;
    type Takes;
    type Answers;

    /// The statement with values for `$1`, `$2` …
    fn with<B: Binds<Self::Takes>>(binds: B) -> Bound<Self, B> {
        Bound {
            binds,
            statement: PhantomData,
        }
    }
}

/// A statement and its values.
pub(crate) struct Bound<S, B> {
    binds: B,
    statement: PhantomData<fn() -> S>,
}

impl<S: Statement, B: Binds<S::Takes>> QueryFragment<Pg> for Bound<S, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(S::SQL);
        self.binds.push(out)
    }
}

/// The text depends on nothing but the statement, so the statement's type names what is prepared.
impl<S: Statement, B> QueryId for Bound<S, B> {
    type QueryId = S;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S: Statement, B> Query for Bound<S, B> {
    type SqlType = S::Answers;
}

/// Values for parameters of the SQL types `T`.
pub(crate) trait Binds<T> {
    /// The types of the parameters as PostgreSQL numbers them.
    fn types() -> Vec<u32>;

    fn push<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()>;
}

/// Every type here is PostgreSQL's own, so none is looked up.
struct BuiltIn;

impl PgMetadataLookup for BuiltIn {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

macro_rules! binds {
    ($($value:ident: $sql:ident),*) => {
        impl<$($value, $sql),*> Binds<($($sql,)*)> for ($($value,)*)
        where
            $($value: ToSql<$sql, Pg>, Pg: HasSqlType<$sql>,)*
        {
            fn types() -> Vec<u32> {
                vec![$(<Pg as HasSqlType<$sql>>::metadata(&mut BuiltIn).oid().unwrap_or(0)),*]
            }

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "also made for no value")]
            fn push<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                let ($($value,)*) = self;
                $(out.push_bind_param_value_only::<$sql, _>($value)?;)*
                Ok(())
            }
        }
    };
}
binds!();
binds!(A: SA);
binds!(A: SA, B: SB);
binds!(A: SA, B: SB, C: SC);
binds!(A: SA, B: SB, C: SC, D: SD);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF, G: SG);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF, G: SG, H: SH);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF, G: SG, H: SH, I: SI);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF, G: SG, H: SH, I: SI, J: SJ);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF, G: SG, H: SH, I: SI, J: SJ, K: SK);
binds!(A: SA, B: SB, C: SC, D: SD, E: SE, F: SF, G: SG, H: SH, I: SI, J: SJ, K: SK, L: SL);

/// Declares a statement: `Name(types of the parameters) -> (types of the columns) = text;`
macro_rules! statement {
    ($($(#[$doc:meta])* $name:ident($($takes:ty),* $(,)?) -> $answers:ty = $sql:expr;)*) => {
        $($(#[$doc])*
        pub(crate) struct $name;
        impl $crate::statement::Statement for $name {
            const SQL: &'static str = $sql;
            type Takes = ($($takes,)*);
            type Answers = $answers;
        })*
    };
}
pub(crate) use statement;
