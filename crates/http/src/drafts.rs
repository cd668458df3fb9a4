//! Messages that doctors have begun and not sent follow their account: sealed in the hospital's store, shown
//! only on their own pages.

use std::sync::Arc;

use domain::{Doctor, MessageId, RoomId};
use jiff::Timestamp;
use ports::{DraftPlace, Drafts, Error, ErrorKind, KeptDraft, PatientRefKey, Replaces};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, MountContext, Shell},
    failure::Failure,
    moved,
    seal::Seal,
};

/// A message that is not finished.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) urgent: bool,
    pub(crate) reason: String,
    pub(crate) reply_to: Option<String>,
}

impl Draft {
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.urgent && self.reply_to.is_none()
    }

    pub(crate) fn reply_to(&self) -> Option<MessageId> {
        MessageId::parse(self.reply_to.as_ref()?).ok()
    }
}

/// The store of drafts, and the key from which each doctor's seal is made.
pub(crate) struct KeptDrafts {
    store: Arc<dyn Drafts>,
    keys: PatientRefKey,
}

impl App {
    /// Keeps what doctors have begun to write in `store`, so that it follows their account to every tab and
    /// device. It is sealed with keys made from `keys`, which all instances need to share. Without a store
    /// drafts stay in the tab they were written in.
    #[must_use]
    pub fn drafts(mut self, store: Arc<dyn Drafts>, keys: PatientRefKey) -> Self {
        self.drafts = Some(KeptDrafts { store, keys });
        self
    }
}

fn place(at: &MountContext, room: &RoomId) -> DraftPlace {
    DraftPlace {
        mount: at.prefix().to_owned(),
        room: room.clone(),
    }
}

/// The name of a place under which its draft is sealed.
fn sealed_for(place: &DraftPlace) -> String {
    format!("{} {}", place.mount, place.room)
}

/// The rooms that this doctor has a draft for, on every mount. A list of rooms is shown without marks rather
/// than not at all.
pub(crate) async fn places(shell: &Shell, doctor: &Doctor) -> Vec<DraftPlace> {
    let Some(kept) = &shell.drafts else {
        return Vec::new();
    };
    let places = kept.store.places(doctor, shell.clock.now()).await;
    places.unwrap_or_else(|error| {
        Failure::from(error).log_as_left_out(shell, "drafts could not be read");
        Vec::new()
    })
}

/// The draft of this doctor for the room, and the time at which it was saved.
pub(crate) async fn find(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
) -> Result<Option<(Draft, Timestamp)>, Failure> {
    let Some(kept) = &at.shell.drafts else {
        return Ok(None);
    };
    let places = kept.store.places(doctor, at.shell.clock.now()).await?;
    let here = place(at, room);
    let is_elsewhere = |place: &DraftPlace| place.mount != here.mount;
    if places.iter().any(is_elsewhere)
        && let Some((mount, room)) = moved::origin(at, room).await?
    {
        // The room has moved since: its draft comes along.
        let there = DraftPlace { mount, room };
        kept.bring_along(at, doctor, &there, &here).await?;
    }
    kept.open(at, doctor, &here).await
}

/// Saves what this doctor has begun to write in the room; an empty draft is none. Answers when that was.
///
/// # Errors
/// 409 where another draft is there than may be replaced.
pub(crate) async fn save(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    draft: &Draft,
    replaces: Replaces,
) -> Result<Option<Timestamp>, Failure> {
    let kept = at.shell.drafts.as_ref().ok_or_else(Failure::not_found)?;
    let place = place(at, room);
    match kept.put(at, doctor, &place, draft, replaces).await {
        Err(error) if error.kind() == ErrorKind::Conflict => {
            match kept.open(at, doctor, &place).await? {
                // Nobody can read it any more, so nothing is lost.
                None => Ok(kept
                    .put(at, doctor, &place, draft, Replaces::Anything)
                    .await?),
                // Saved by a request whose answer was lost, it is there already.
                Some((there, saved_at)) if there == *draft => Ok(Some(saved_at)),
                Some(_) => Err(error.into()),
            }
        }
        saved => Ok(saved?),
    }
}

/// Forgets what this doctor had begun to write in the room: it was sent.
pub(crate) async fn forget(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
) -> Result<(), Failure> {
    match &at.shell.drafts {
        Some(kept) => Ok(kept
            .store
            .forget(doctor, &place(at, room), Replaces::Anything)
            .await?),
        None => Ok(()),
    }
}

impl KeptDrafts {
    /// One that was sealed with a key that is no more is none.
    async fn open(
        &self,
        at: &MountContext,
        doctor: &Doctor,
        place: &DraftPlace,
    ) -> Result<Option<(Draft, Timestamp)>, Failure> {
        let kept = self.store.find(doctor, place, at.shell.clock.now()).await?;
        let opened = kept.and_then(|kept| {
            let seal = Seal::of(&self.keys, doctor.id())?;
            let words = seal.open(&kept.sealed, &sealed_for(place))?;
            Some((serde_json::from_slice(&words).ok()?, kept.saved_at))
        });
        Ok(opened)
    }

    /// Brings a draft along with its room. Of two drafts the one saved later stays.
    ///
    /// Requests may do this beside each other: each writes only over the draft that it has seen, and forgets
    /// the one there only once a draft is here, so that whoever reads `here` afterwards finds it.
    async fn bring_along(
        &self,
        at: &MountContext,
        doctor: &Doctor,
        there: &DraftPlace,
        here: &DraftPlace,
    ) -> Result<(), Failure> {
        let Some((draft, written_at)) = self.open(at, doctor, there).await? else {
            return Ok(());
        };
        let replaces = match self.store.find(doctor, here, at.shell.clock.now()).await? {
            Some(kept) if kept.saved_at >= written_at => None,
            Some(kept) => Some(Replaces::SavedAt(kept.saved_at)),
            None => Some(Replaces::Nothing),
        };
        if let Some(replaces) = replaces {
            match self.save(at, doctor, here, &draft, replaces).await {
                Err(error) if error.kind() == ErrorKind::Conflict => {
                    let now = at.shell.clock.now();
                    if self.store.find(doctor, here, now).await?.is_some() {
                        // Another request was faster: the next one compares again.
                        return Ok(());
                    }
                    // One that is too old to be shown is in the way.
                    self.save(at, doctor, here, &draft, Replaces::Anything)
                        .await?
                }
                saved => saved?,
            };
        }
        let forgotten = self
            .store
            .forget(doctor, there, Replaces::SavedAt(written_at))
            .await;
        match forgotten {
            // Gone already, or written since: the next one compares again.
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
            forgotten => Ok(forgotten?),
        }
    }

    /// Saves it, or forgets the one before where it is empty.
    async fn put(
        &self,
        at: &MountContext,
        doctor: &Doctor,
        place: &DraftPlace,
        draft: &Draft,
        replaces: Replaces,
    ) -> ports::Result<Option<Timestamp>> {
        if draft.is_empty() {
            self.store.forget(doctor, place, replaces).await?;
            return Ok(None);
        }
        let saved_at = self.save(at, doctor, place, draft, replaces).await?;
        Ok(Some(saved_at))
    }

    async fn save(
        &self,
        at: &MountContext,
        doctor: &Doctor,
        place: &DraftPlace,
        draft: &Draft,
        replaces: Replaces,
    ) -> ports::Result<Timestamp> {
        let sealed = serde_json::to_vec(draft)
            .ok()
            .and_then(|words| Seal::of(&self.keys, doctor.id())?.seal(&words, &sealed_for(place)));
        let sealed = sealed.ok_or_else(|| Error::unavailable("the draft cannot be sealed"))?;
        // Stores keep microseconds.
        let now = at.shell.clock.now();
        let saved_at = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let kept = KeptDraft { sealed, saved_at };
        self.store.save(doctor, place, &kept, replaces).await?;
        Ok(saved_at)
    }
}
