use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Nullable},
};
use domain::{Event, Presence, StaffId};
use legacy::time;
use ports::{Result, hub::Connection};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    error::Fault,
    sql::{is_participant, now},
    statement::{json_list, statement},
    store::Store,
    writer::Work,
};

/// How long a doctor stays online after the last connection closed: a page that is being loaded
/// anew, or a train in a tunnel, is not worth telling.
const GRACE: Duration = Duration::from_secs(5);

statement!(LastSeen { doctors: String } -> (BigInt, Nullable<BigInt>) =
    "SELECT u.id, (SELECT max(s.seen_at) FROM hims_presence s WHERE s.user_id = u.id) \
     FROM users u WHERE u.id IN (SELECT value FROM json_each(?1))");

statement!(
    Seen {
        doctors: String,
        at: i64
    } = "INSERT INTO hims_presence (user_id, instance, seen_at) SELECT value, 'sqlite', ?2 FROM json_each(?1) WHERE true \
     ON CONFLICT (user_id, instance) DO UPDATE SET seen_at = excluded.seen_at"
);

statement!(Colleagues { doctor: i64 } -> BigInt = concat!(
    "SELECT DISTINCT p.user_id FROM chat_participants mine \
     JOIN chat_rooms r ON r.id = mine.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL \
     JOIN chat_participants p ON p.room_id = mine.room_id JOIN users u ON u.id = p.user_id \
     WHERE mine.user_id = ?1 AND mine.left_at IS NULL AND p.user_id <> ?1 AND ", is_participant!(),
));

/// The doctors who are online, as far as their colleagues were told.
#[derive(Default)]
pub(crate) struct Online {
    doctors: Mutex<HashSet<StaffId>>,
}

impl Online {
    fn doctors(&self) -> MutexGuard<'_, HashSet<StaffId>> {
        self.doctors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    pub(super) fn presence_of(&self, (doctor, seen): (i64, Option<i64>)) -> Result<Presence> {
        let doctor = StaffId::from(doctor);
        Ok(Presence {
            online: self.hub.is_connected(&doctor) || self.online.doctors().contains(&doctor),
            last_seen: seen.map(time).transpose()?,
            doctor,
        })
    }
}

pub(super) fn last_seen(
    connection: &mut SqliteConnection,
    doctors: &[i64],
) -> Result<Vec<(i64, Option<i64>)>, Fault> {
    let doctors = json_list(doctors);
    Ok(LastSeen { doctors }.rows(connection)?)
}

/// Tells colleagues who comes and who stays away, until the hub is gone. One after the other, so
/// that the last thing told is the truth.
pub(crate) async fn watch(
    store: Weak<Store>,
    mut connections: mpsc::UnboundedReceiver<Connection>,
) {
    let mut leaving: VecDeque<(Instant, StaffId)> = VecDeque::new();
    loop {
        let doctor = match leaving.front().cloned() {
            None => connections.recv().await,
            Some((due, doctor)) => tokio::select! {
                () = tokio::time::sleep_until(due) => {
                    leaving.pop_front();
                    tell_if_gone(&store, &doctor).await;
                    continue;
                }
                connection = connections.recv() => connection,
            },
        };
        let Some(Connection { doctor, .. }) = doctor else {
            return;
        };
        let Some(store) = store.upgrade() else {
            return;
        };
        if !store.hub.is_connected(&doctor) {
            leaving.push_back((Instant::now() + GRACE, doctor));
        } else if store.online.doctors().insert(doctor.clone()) {
            tell(&store, doctor, true).await;
        }
    }
}

async fn tell_if_gone(store: &Weak<Store>, doctor: &StaffId) {
    let Some(store) = store.upgrade() else {
        return;
    };
    if !store.hub.is_connected(doctor) && store.online.doctors().remove(doctor) {
        tell(&store, doctor.clone(), false).await;
    }
}

async fn tell(store: &Arc<Store>, doctor: StaffId, online: bool) {
    let told = store
        .writer
        .write(move |work| changed(work, &doctor, online))
        .await;
    if let Err(error) = told {
        // A database that is away has its line already, from whoever serves requests.
        tracing::debug!(error = %format_args!("{error:#}"), "a change of presence was not told");
    }
}

fn changed(work: &mut Work<'_>, doctor: &StaffId, online: bool) -> Result<(), Fault> {
    let Some(key) = doctor.as_i64() else {
        return Ok(());
    };
    let at = now();
    let seen = Seen {
        doctors: json_list([key]),
        at,
    };
    seen.run(work.connection)?;
    let colleagues: Vec<i64> = Colleagues { doctor: key }.rows(work.connection)?;
    let presence = Presence {
        doctor: doctor.clone(),
        online,
        last_seen: Some(time(at)?),
    };
    let colleagues = colleagues.into_iter().map(StaffId::from).collect();
    work.tell_to(colleagues, Event::Presence(presence));
    Ok(())
}

/// Notes that everyone connected is still there, so that a crash does not make them long unseen.
pub(crate) async fn touch(store: &Store) -> Result<()> {
    let doctors = json_list(store.hub.connected().iter().filter_map(StaffId::as_i64));
    if doctors == "[]" {
        return Ok(());
    }
    store
        .writer
        .write(move |work| {
            Seen { doctors, at: now() }.run(work.connection)?;
            Ok(())
        })
        .await
}
