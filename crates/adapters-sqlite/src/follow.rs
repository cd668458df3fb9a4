//! Follows what the other application changes in rows that we know. Triggers note it, whether we are
//! there or not; here it is kept and told. See the migrations `0010_other_application` and `0022_other_memberships`.

mod memberships;
mod messages;
mod reads;

use diesel::sql_types::Bool;
use ports::Result;

use crate::{statement::statement, store::Store};

/// Most notes of a kind that are followed in one transaction while doctors are waiting for the writer.
const SOME: i64 = 200;

statement!(AnyNoted {} -> Bool =
    "SELECT EXISTS (SELECT 1 FROM hims_changed_messages) OR EXISTS (SELECT 1 FROM hims_changed_reads) \
         OR EXISTS (SELECT 1 FROM hims_changed_memberships)");

/// Follows what was noted since the last look, all of it. Looking costs the writer nothing when there is
/// nothing.
pub(crate) async fn tick(store: &Store) -> Result<()> {
    loop {
        let any = store
            .readers
            .read(|connection| Ok(AnyNoted {}.row(connection)?))
            .await?;
        if any != Some(true) {
            return Ok(());
        }
        let key = store.key.clone();
        store
            .writer
            .write(move |work| {
                messages::follow(work)?;
                reads::follow(work, &key)?;
                memberships::follow(work, &key)
            })
            .await?;
    }
}
