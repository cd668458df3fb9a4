use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{Doctor, Profile, StaffId, one_line};
use ports::Result;
use serde_json::json;

use crate::{
    asked::found_by,
    client::{self, Client, Kind, NewUser, Reactivation, User},
    failure::{self, Told},
};

/// The role of doctors in the app.
pub(crate) const DOCTOR: &str = "doctor";

/// The user in whose name we keep what belongs to nobody.
pub(crate) const SERVICE: &str = "hims-chat";

/// How long it is believed who has access at Stream beside those who were written here.
const BELIEVED: Duration = Duration::from_secs(3_600);

/// Doctors who are known to exist at Stream as they are now.
#[derive(Default)]
pub(crate) struct KnownUsers {
    written: Mutex<HashMap<StaffId, u64>>,
    /// Those whom an earlier run or another instance wrote, and when Stream was asked for them.
    listed: Mutex<Option<(Instant, Vec<StaffId>)>>,
}

impl KnownUsers {
    /// Writes those doctors to Stream who are not there yet, or not as they are now. Who was out of
    /// service and is a doctor again comes back.
    pub(crate) async fn ensure(&self, client: &Client, doctors: &[&Doctor]) -> Result<()> {
        let mut missing: Vec<(&Doctor, u64)> = Vec::new();
        {
            let written = self.written();
            for doctor in doctors {
                let state = fingerprint(doctor);
                if written.get(doctor.id()) != Some(&state) {
                    missing.push((doctor, state));
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let users: Vec<NewUser> = missing.iter().map(|(doctor, _)| user(doctor)).collect();
        let users = client
            .upsert_users(&users)
            .await
            .map_err(failure::of_setup)?;
        for user in users.iter().filter(|user| user.deactivated_at.is_some()) {
            client
                .reactivate_user(&user.id, &Reactivation::new())
                .await
                .or_else(done)
                .told()?;
        }
        let mut written = self.written();
        for (doctor, state) in missing {
            written.insert(doctor.id().clone(), state);
        }
        Ok(())
    }

    /// Knows nobody any more: Stream says that somebody is not there.
    pub(crate) fn forget(&self) {
        self.written().clear();
    }

    /// Everybody whom Stream knows as a doctor in service.
    pub(crate) async fn all(&self, client: &Client) -> Result<Vec<StaffId>> {
        let is_old = self
            .listed()
            .as_ref()
            .is_none_or(|(at, _)| at.elapsed() > BELIEVED);
        if is_old {
            let doctors = doctors_at(client).await.told()?;
            *self.listed() = Some((Instant::now(), doctors));
        }
        let listed = self.listed();
        let mut all: Vec<StaffId> = listed.iter().flat_map(|(_, ids)| ids.clone()).collect();
        all.extend(self.written().keys().cloned());
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// Somebody has no access any more.
    pub(crate) fn forget_one(&self, id: &StaffId) {
        self.written().remove(id);
        if let Some((_, ids)) = self.listed().as_mut() {
            ids.retain(|listed| listed != id);
        }
    }

    fn listed(&self) -> MutexGuard<'_, Option<(Instant, Vec<StaffId>)>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, HashMap<StaffId, u64>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Users in the role of doctors who are in service, a hundred at a time.
pub(crate) async fn doctors_at(client: &Client) -> client::Result<Vec<StaffId>> {
    let mut found: Vec<StaffId> = Vec::new();
    let mut filter = json!({ "role": DOCTOR });
    loop {
        let users = client.query_users(&found_by(filter.clone())).await?;
        found.extend(
            users
                .iter()
                .filter_map(|user| StaffId::parse(&user.id).ok()),
        );
        match users.last() {
            Some(last) if users.len() == 100 => filter["id"] = json!({ "$gt": last.id }),
            _ => return Ok(found),
        }
    }
}

/// A user who is already as asked for is told as wrong input, and one who is not there has nothing.
pub(crate) fn done(error: client::Error) -> client::Result<()> {
    match error.kind() {
        Kind::Invalid | Kind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// The user that Stream keeps of a doctor: the name, and what is shown beside the doctor's
/// messages.
pub(crate) fn user(doctor: &Doctor) -> NewUser {
    let member = doctor.member();
    let mut user = NewUser::new(doctor.id().as_str())
        .named(doctor.name())
        .in_role(DOCTOR);
    for (field, value) in [("specialty", &member.specialty), ("grade", &member.grade)] {
        if let Some(value) = value {
            user = user.with(field, value.as_str());
        }
    }
    user
}

fn fingerprint(doctor: &Doctor) -> u64 {
    let member = doctor.member();
    let mut hasher = DefaultHasher::new();
    (&member.name, &member.specialty, &member.grade).hash(&mut hasher);
    hasher.finish()
}

/// A user as others see them; `None` for one who was not made by us.
pub(crate) fn profile(user: &User) -> Option<Profile> {
    let text = |field: &str| user.custom.get(field)?.as_str().map(Into::into);
    Some(Profile {
        id: StaffId::parse(&user.id).ok()?,
        name: one_line(user.name.as_deref().unwrap_or(&user.id)).into(),
        specialty: text("specialty"),
        grade: text("grade"),
    })
}
