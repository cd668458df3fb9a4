use std::{sync::Arc, time::Duration};

use ports::{Chat, StaffDirectory, usecase};
use tokio_util::sync::CancellationToken;

/// How often it is looked who has left: a leaver's tokens are good for no longer.
const LOOK: Duration = Duration::from_secs(5);

/// Takes the access at a hosted backend from whoever is no doctor any more, until `closing` is
/// cancelled. A host service spawns it once for each backend that gives tokens to client libraries.
pub async fn watch_leavers(chat: Chat, staff: Arc<dyn StaffDirectory>, closing: CancellationToken) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_failing = false;
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            _ = look.tick() => {}
        }
        let looked = usecase::withdraw_from_leavers(&chat, staff.as_ref()).await;
        // Said once an outage, not at every look.
        match &looked {
            Err(error) if !is_failing => {
                tracing::warn!(kind = ?error.kind(), "leavers keep their access to the hosted chat for now; trying again");
            }
            Ok(()) if is_failing => {
                tracing::info!("leavers' access to the hosted chat is withdrawn again")
            }
            _ => {}
        }
        is_failing = looked.is_err();
    }
}
