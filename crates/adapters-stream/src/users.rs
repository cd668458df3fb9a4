use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{Doctor, Profile, StaffId};
use ports::Result;

use crate::{
    client::{Client, NewUser, User},
    failure,
};

/// The role of doctors in the app.
pub(crate) const DOCTOR: &str = "doctor";

/// The user in whose name we keep what belongs to nobody.
pub(crate) const SERVICE: &str = "hims-chat";

/// Doctors who are known to exist at Stream as they are now.
#[derive(Default)]
pub(crate) struct KnownUsers {
    written: Mutex<HashMap<StaffId, u64>>,
}

impl KnownUsers {
    /// Writes those doctors to Stream who are not there yet, or not as they are now.
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
        client
            .upsert_users(&users)
            .await
            .map_err(failure::of_setup)?;
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

    fn written(&self) -> MutexGuard<'_, HashMap<StaffId, u64>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What Stream is told of a doctor: who they are, and what stands beside their messages.
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
        name: user.name.as_deref().unwrap_or(&user.id).into(),
        specialty: text("specialty"),
        grade: text("grade"),
    })
}
