//! The index of words. Triggers note which messages have changed, whoever changed them; here the
//! noted ones are indexed anew. See the migrations `0005_search` and `0014_fold`.

use diesel::sql_types::{BigInt, Bool};
use ports::Result;

use crate::{
    error::Fault,
    statement::{json_list, statement},
    store::Store,
    writer::Work,
};

/// Most messages indexed in one transaction while doctors are waiting for the writer.
const SOME: i64 = 200;

statement!(AnyNoted {} -> Bool = "SELECT EXISTS (SELECT 1 FROM hims_search_queue)");

// The newest first: a first start may have years to catch up with.
statement!(Noted { most: i64 } -> BigInt =
    "SELECT message_id FROM hims_search_queue ORDER BY message_id DESC LIMIT ?1");

statement!(
    Forget { messages: String } =
        "DELETE FROM hims_search WHERE rowid IN (SELECT value FROM json_each(?1))"
);

statement!(
    Index { messages: String } = "INSERT INTO hims_search (rowid, words) \
         SELECT m.id, coalesce(hims_fold(m.message), '') || coalesce(char(10) || hims_fold(m.urgent_reason), '') \
             || coalesce((SELECT \
             group_concat(char(10) || hims_fold(a.name), '') FROM chat_attachments a WHERE a.message_id = m.id), '') \
         FROM json_each(?1) k JOIN chat_messages m ON m.id = k.value \
         WHERE m.recalled_at IS NULL AND m.deleted_at IS NULL"
);

statement!(
    Done { messages: String } =
        "DELETE FROM hims_search_queue WHERE message_id IN (SELECT value FROM json_each(?1))"
);

/// Indexes what was noted since the last look, all of it. Looking costs the writer nothing when
/// there is nothing.
pub(crate) async fn tick(store: &Store) -> Result<()> {
    loop {
        let any = store
            .readers
            .read(|connection| Ok(AnyNoted {}.row(connection)?))
            .await?;
        if any != Some(true) {
            return Ok(());
        }
        store.writer.write(some).await?;
    }
}

fn some(work: &mut Work<'_>) -> Result<(), Fault> {
    let noted: Vec<i64> = Noted { most: SOME }.rows(work.connection)?;
    let messages = json_list(noted);
    let forget = Forget {
        messages: messages.clone(),
    };
    forget.run(work.connection)?;
    let index = Index {
        messages: messages.clone(),
    };
    index.run(work.connection)?;
    Done { messages }.run(work.connection)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn indexing_costs_the_same_however_long_the_history_is() {
        for plan in [Forget::plan(), Index::plan(), Done::plan()] {
            assert!(!plan.contains("SCAN m"), "{plan}");
            assert!(!plan.contains("SCAN hims_search_queue"), "{plan}");
        }
    }
}
