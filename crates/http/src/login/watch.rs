use std::{sync::Arc, time::Duration};

use domain::{Doctor, StaffId, StaffMember};
use moka::sync::Cache;
use ports::{Result, SessionKey, StaffDirectory};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::live_sessions::LiveSessions;

/// How long a staff member is believed to be what they were. A leaver is out within it.
const BELIEVED: Duration = Duration::from_secs(2);

/// How often a live stream's session is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Sees to it that live streams end with their session.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) sessions: LiveSessions,
    staff: Arc<dyn StaffDirectory>,
    members: Cache<StaffId, StaffMember>,
    endings: broadcast::Sender<SessionKey>,
}

impl Watch {
    pub(super) fn new(sessions: LiveSessions, staff: Arc<dyn StaffDirectory>) -> Self {
        let members = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(BELIEVED)
            .build();
        Self {
            sessions,
            staff,
            members,
            endings: broadcast::Sender::new(64),
        }
    }

    /// A staff member as they are now, or were two seconds ago.
    pub(super) async fn member(&self, id: &StaffId) -> Result<Option<StaffMember>> {
        if let Some(member) = self.members.get(id) {
            return Ok(Some(member));
        }
        let member = self.staff.find(id).await?;
        if let Some(member) = &member {
            self.members.insert(id.clone(), member.clone());
        }
        Ok(member)
    }

    /// Somebody signed out here: their streams end at once.
    pub(super) fn ended(&self, key: &SessionKey) {
        let _ = self.endings.send(key.clone());
    }

    /// Cancelled when the session ends: by sign-out here or on another instance, by idleness, or
    /// because its doctor is none any more. Whoever cancels it ends the watching.
    pub(super) fn over(&self, key: SessionKey, staff: StaffId) -> CancellationToken {
        let over = CancellationToken::new();
        let (watch, told) = (self.clone(), over.clone());
        let mut endings = self.endings.subscribe();
        tokio::spawn(async move {
            let _cancels_when_done = told.clone().drop_guard();
            // Streams that opened together do not all ask in the same moment.
            let first = tokio::time::Instant::now() + LOOK.mul_f64(0.5 + rand::random::<f64>());
            let mut look = tokio::time::interval_at(first, LOOK);
            loop {
                tokio::select! {
                    () = told.cancelled() => return,
                    ending = endings.recv() => match ending {
                        Ok(ended) if ended != key => {}
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        _ => return,
                    },
                    _ = look.tick() => {
                        if watch.is_over(&key, &staff).await {
                            return;
                        }
                    }
                }
            }
        });
        over
    }

    /// A store that does not answer ends nothing: what it would say is not known.
    async fn is_over(&self, key: &SessionKey, staff: &StaffId) -> bool {
        if matches!(self.sessions.find(key).await, Ok(None)) {
            return true;
        }
        match self.member(staff).await {
            Ok(member) => member.is_none_or(|member| Doctor::admit(member).is_err()),
            Err(_) => false,
        }
    }
}
