use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Action, Decision, RoomId, StaffId};

use super::{AuditEntry, Origin, SignedAudit};
use crate::Result;

tokio::task_local! {
    static CURRENT: Visit;
}

/// One request of somebody, such as the view of a page.
///
/// Its entries say where it came from, and it looks at a thing once, however many times it asks for it. Every page
/// shows its doctor's rooms and urgent messages beside its own matter: these are an entry only where they are all.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

struct Inner {
    origin: Mutex<Origin>,
    acts: bool,
    looks: Mutex<Looks>,
}

#[derive(Default)]
struct Looks {
    looks: Vec<Look>,
    /// Something that stands for the whole visit has been stored.
    has_matter: bool,
    /// Rooms in which something was done.
    acted_in: Vec<RoomId>,
}

struct Look {
    audit: SignedAudit,
    entry: AuditEntry,
    is_stored: bool,
}

impl Visit {
    /// A visit from there.
    pub fn new(origin: Origin) -> Self {
        Self::made(origin, false)
    }

    /// A visit from there of somebody who comes to do something: of a room in which it is done, the deed is the entry,
    /// and not the look that it takes.
    pub fn to_act(origin: Origin) -> Self {
        Self::made(origin, true)
    }

    fn made(origin: Origin, acts: bool) -> Self {
        Self(Arc::new(Inner {
            origin: Mutex::new(origin),
            acts,
            looks: Mutex::default(),
        }))
    }

    /// The one that the current task works for.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The session is known now: a sign-in began it.
    pub fn in_session(&self, session: &str) {
        lock(&self.0.origin).session = Some(session.to_owned());
    }

    /// Does the work of a visit. Its answer may be given only if the result is `Ok`: then every entry is stored.
    ///
    /// # Errors
    /// `Unavailable`: something could not be written down.
    pub async fn run<T>(self, work: impl Future<Output = T>) -> Result<T> {
        let answer = CURRENT.scope(self.clone(), work).await;
        self.close().await?;
        Ok(answer)
    }

    /// Does a part of the work that goes on by itself, such as on a task of its own.
    pub async fn within<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    pub(super) async fn record(&self, audit: &SignedAudit, mut entry: AuditEntry) -> Result<()> {
        entry.origin = lock(&self.0.origin).clone();
        if !is_look(&entry) {
            // A denial, or a sign-in on the way, says nothing of what is shown then.
            let is_matter =
                entry.decision == Decision::Allowed && !entry.action.is_of_the_account();
            let room = entry.room.clone();
            audit.store(entry).await?;
            let mut looks = self.looks();
            looks.has_matter |= is_matter;
            looks.acted_in.extend(room.filter(|_| is_matter));
            return Ok(());
        }
        if !self.is_first(audit, &entry) {
            return Ok(());
        }
        // Stored beside the rest of the work. Where somebody stops waiting, or it fails, it is stored at the end.
        let is_later = self.0.acts || is_on_every_page(&entry);
        if is_later || audit.store(entry.clone()).await.is_err() {
            return Ok(());
        }
        let mut looks = self.looks();
        looks.has_matter = true;
        let stored = looks
            .looks
            .iter_mut()
            .find(|look| is_same(&look.entry, &entry));
        if let Some(look) = stored {
            look.is_stored = true;
        }
        Ok(())
    }

    fn is_first(&self, audit: &SignedAudit, entry: &AuditEntry) -> bool {
        let looks = &mut self.looks().looks;
        let is_first = !looks.iter().any(|look| is_same(&look.entry, entry));
        if is_first {
            looks.push(Look {
                audit: audit.clone(),
                entry: entry.clone(),
                is_stored: false,
            });
        }
        is_first
    }

    async fn close(&self) -> Result<()> {
        let mut looks = std::mem::take(&mut *self.looks());
        looks.looks.retain(|look| !look.is_stored);
        // The matter of the page first: then it stands for the rest.
        looks
            .looks
            .sort_by_key(|look| is_on_every_page(&look.entry));
        for look in looks.looks {
            let room = look.entry.room.as_ref();
            let is_of_deed = self.0.acts && room.is_some_and(|room| looks.acted_in.contains(room));
            if is_of_deed || (looks.has_matter && is_on_every_page(&look.entry)) {
                continue;
            }
            look.audit.store(look.entry).await?;
            looks.has_matter = true;
        }
        Ok(())
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        lock(&self.0.looks)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether something was looked at and nothing else happened.
fn is_look(entry: &AuditEntry) -> bool {
    let looks = matches!(
        entry.action,
        Action::ListRooms
            | Action::ListUrgent
            | Action::ReadRoom
            | Action::SearchPatients
            | Action::ViewPatient
    );
    looks && entry.decision == Decision::Allowed
}

fn is_on_every_page(entry: &AuditEntry) -> bool {
    matches!(entry.action, Action::ListRooms | Action::ListUrgent)
}

/// A room is one matter, whichever part of it is looked at, and so are the patients.
fn is_same(one: &AuditEntry, other: &AuditEntry) -> bool {
    fn matter(entry: &AuditEntry) -> (Option<&StaffId>, Action, Option<&RoomId>, Option<&str>) {
        let subject = entry.subject.as_deref();
        let subject = subject.filter(|_| entry.action == Action::ViewPatient);
        (
            entry.actor.as_ref(),
            entry.action,
            entry.room.as_ref(),
            subject,
        )
    }
    matter(one) == matter(other)
}
