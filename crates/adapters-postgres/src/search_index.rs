//! The index of words, made at start where it can be made. Without it every search is right, and
//! slower.

use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// The extension comes with PostgreSQL and is trusted: whoever may create in a database may have it.
/// It may lie in a schema of its own.
const MAKE: &str = "
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    DO $do$
    DECLARE
        place text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pg_trgm');
    BEGIN
        EXECUTE format('CREATE INDEX IF NOT EXISTS hims_messages_words ON chat_messages
            USING gin (hims_fold(message) %s.gin_trgm_ops)', place);
        EXECUTE format('CREATE INDEX IF NOT EXISTS hims_reasons_words ON chat_messages
            USING gin (hims_fold(urgent_reason) %s.gin_trgm_ops) WHERE urgent_reason IS NOT NULL', place);
        EXECUTE format('CREATE INDEX IF NOT EXISTS hims_files_words ON chat_attachments
            USING gin (hims_fold(name) %s.gin_trgm_ops)', place);
    END $do$";

#[derive(diesel::QueryableByName)]
struct Made {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    made: bool,
}

/// Makes the index unless it is there, and says what to do where that cannot be.
pub(crate) async fn make(connection: &mut AsyncPgConnection) {
    if is_made(connection).await {
        return;
    }
    if let Err(error) = connection.batch_execute(MAKE).await {
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        tracing::warn!(
            why,
            "messages are searched without an index, which is slow in a large database; as a database \
             administrator run CREATE EXTENSION pg_trgm in it, then start again"
        );
    }
}

async fn is_made(connection: &mut AsyncPgConnection) -> bool {
    #[expect(clippy::disallowed_methods, reason = "asked once at start")]
    let query = diesel::sql_query(
        "SELECT to_regclass('hims_messages_words') IS NOT NULL
            AND to_regclass('hims_reasons_words') IS NOT NULL
            AND to_regclass('hims_files_words') IS NOT NULL AS made",
    );
    query
        .get_result::<Made>(connection)
        .await
        .is_ok_and(|row| row.made)
}
