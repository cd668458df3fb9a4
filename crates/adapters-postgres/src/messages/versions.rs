use diesel::sql_types::{BigInt, Nullable, Text};
use domain::{Message, Version};
use ports::Result;

use crate::{
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The earlier texts of message `$1`, oldest first, and when each was replaced.
    VersionsOf(BigInt) -> (Nullable<Text>, BigInt)
        = "SELECT text, hims_micros(replaced_at) FROM chat_message_versions
            WHERE message_id = $1 ORDER BY version";
}

/// Earlier versions of a message; `now` is the message as its reader sees it.
pub(super) async fn of(store: &Store, now: &Message) -> Result<Vec<Version>> {
    let (Some(message), false) = (now.id.as_i64(), now.is_recalled()) else {
        return Ok(Vec::new());
    };
    let mut connection = store.pool.get().await?;
    let rows = connection.all(VersionsOf::with((message,))).await?;
    legacy::versions(now, rows)
}
