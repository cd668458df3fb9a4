use std::collections::HashMap;

use diesel::{SqliteConnection, sql_types::BigInt};
use domain::{Role, Sex};
use ports::{Error, PatientRefKey, Seed, SeedMessage, SeedRoom, SeedRoomKind};

use super::SEEDED;
use crate::{availabilities, error::Fault, patient_refs, sql::now, statement::statement};

statement!(
    Staff { name: String, email: String, password: String, role: &'static str, specialty: Option<String>,
            grade: Option<String>, ward: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO users (name, email, password, role, specialty, grade, ward, is_active, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, hims_laravel(?8), hims_laravel(?8)) \
     RETURNING id"
);
statement!(
    Patient { name: String, mrn: &'static str, born: String, sex: &'static str, bed: String, ward: String,
              allergies: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO patients (name, mrn, date_of_birth, sex, bed, ward, allergies, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, hims_laravel(?8), hims_laravel(?8)) \
     RETURNING id"
);
statement!(
    Room { name: Option<String>, kind: &'static str, patient: Option<i64>, opener: Option<i64>,
           direct_key: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO chat_rooms (name, type, patient_id, created_by, direct_key, active_at, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, hims_laravel(?6), hims_laravel(?6)) \
     RETURNING id"
);
statement!(
    PatientRoom {
        patient: i64,
        room: i64
    } = "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES (?1, ?2)"
);
statement!(
    Participant {
        room: i64,
        doctor: i64,
        at: i64
    } = "INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at, read_position, delivered_position) \
     VALUES (?1, ?2, hims_laravel(?3), hims_laravel(?3), \
         hims_laravel(?3), 0, 0)"
);
statement!(
    Message { room: i64, author: i64, text: String, at: i64, position: i64, urgency: &'static str,
              edited_at: Option<i64>, recalled_at: Option<i64>, reason: Option<String>, has_mentions: bool } -> BigInt =
    "INSERT INTO chat_messages (room_id, user_id, message, type, sent_at, position, changed_position, urgency, \
         edited_at, recalled_at, urgent_reason, has_mentions, created_at, updated_at, deleted_at) \
     VALUES (?1, ?2, ?3, 'text', ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, hims_laravel(?4), \
         hims_laravel(?4), hims_laravel(?8)) \
     RETURNING id"
);
statement!(
    Version {
        message: i64,
        text: String,
        at: i64
    } = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at) VALUES (?1, 1, ?2, ?3)"
);
statement!(
    Mention {
        message: i64,
        doctor: i64,
        room: i64,
        position: i64
    } = "INSERT INTO chat_mentions (message_id, user_id, room_id, position) VALUES (?1, ?2, ?3, ?4)"
);
statement!(
    Acknowledgement {
        message: i64,
        doctor: i64,
        at: i64
    } = "INSERT INTO chat_acknowledgements (message_id, user_id, at) VALUES (?1, ?2, ?3)"
);
statement!(Step { room: i64, doctor: i64, position: i64, at: i64, kind: &'static str } =
    "INSERT INTO chat_receipts (room_id, user_id, kind, position, at) VALUES (?1, ?2, ?5, ?3, ?4) \
     ON CONFLICT DO NOTHING");
statement!(
    ReadUpTo {
        room: i64,
        doctor: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_participants SET read_position = max(read_position, ?3), \
         delivered_position = max(delivered_position, ?3), last_read_at = hims_laravel(?4) \
     WHERE room_id = ?1 AND user_id = ?2"
);
statement!(
    Advance {
        room: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_rooms SET last_position = ?2, active_at = max(active_at, ?3) WHERE id = ?1"
);
statement!(Keep { name: &'static str, value: String } =
    "INSERT INTO hims_settings (name, value) VALUES (?1, ?2)");

/// The ids that the entries of a seed were given.
#[derive(Default)]
struct Ids {
    staff: HashMap<&'static str, i64>,
    patients: HashMap<&'static str, i64>,
}

/// Writes a seed into an empty store.
pub(super) fn fill(
    connection: &mut SqliteConnection,
    seed: &Seed,
    key: &PatientRefKey,
) -> Result<(), Fault> {
    let mut ids = Ids::default();
    let at = now();
    for staff in &seed.staff {
        let row = Staff {
            name: staff.name.clone(),
            email: staff.email.clone(),
            password: staff.password.expose().to_owned(),
            role: Role::as_str(staff.role),
            specialty: staff.specialty.clone(),
            grade: staff.grade.clone(),
            ward: staff.ward.clone(),
            at,
        };
        let id = id(row.row(connection)?)?;
        if let Some(availability) = &staff.availability {
            availabilities::say(connection, id, availability)?;
        }
        ids.staff.insert(staff.key, id);
    }
    for patient in &seed.patients {
        let row = Patient {
            name: patient.name.clone(),
            mrn: patient.mrn,
            born: patient.born.to_string(),
            sex: match patient.sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Other => "other",
            },
            bed: patient.bed.clone(),
            ward: patient.ward.clone(),
            allergies: patient.allergies.clone(),
            at,
        };
        ids.patients.insert(patient.mrn, id(row.row(connection)?)?);
    }
    patient_refs::fill(connection, key)?;
    for room in &seed.rooms {
        fill_room(connection, &ids, room)?;
    }
    let last = |ids: &HashMap<_, i64>| ids.values().copied().max().unwrap_or(0);
    let value = format!("{} {}", last(&ids.staff), last(&ids.patients));
    let name = SEEDED;
    Keep { name, value }.run(connection)?;
    Ok(())
}

fn fill_room(connection: &mut SqliteConnection, ids: &Ids, seed: &SeedRoom) -> Result<(), Fault> {
    let at = seed.opened_at.as_microsecond();
    let doctors = seed.participants.iter().map(|key| ids.staff(key));
    let doctors = doctors.collect::<Result<Vec<i64>, Fault>>()?;
    let (kind, name, patient) = match &seed.kind {
        SeedRoomKind::Patient(mrn) => ("patient", None, Some(ids.patient(mrn)?)),
        SeedRoomKind::Direct => ("private", None, None),
        SeedRoomKind::Group(name) => ("group", Some(name.clone()), None),
    };
    let direct_key = match (&seed.kind, doctors.as_slice()) {
        (SeedRoomKind::Direct, [one, other]) => {
            Some(format!("{}:{}", one.min(other), one.max(other)))
        }
        _ => None,
    };
    let row = Room {
        name,
        kind,
        patient,
        opener: doctors.first().copied(),
        direct_key,
        at,
    };
    let room = id(row.row(connection)?)?;
    if let Some(patient) = patient {
        PatientRoom { patient, room }.run(connection)?;
    }
    for doctor in doctors {
        Participant { room, doctor, at }.run(connection)?;
    }
    for (position, message) in (1..).zip(&seed.messages) {
        fill_message(connection, ids, room, position, message)?;
    }
    Ok(())
}

fn fill_message(
    connection: &mut SqliteConnection,
    ids: &Ids,
    room: i64,
    position: i64,
    seed: &SeedMessage,
) -> Result<(), Fault> {
    let at = seed.at.as_microsecond();
    let edited = seed.edited.as_ref();
    let row = Message {
        room,
        author: ids.staff(seed.author)?,
        text: edited.map_or(&seed.text, |(text, _)| text).clone(),
        at,
        position,
        urgency: seed.urgency.as_str(),
        edited_at: edited.map(|(_, at)| at.as_microsecond()),
        recalled_at: seed.recalled_at.map(|at| at.as_microsecond()),
        reason: seed
            .urgent_reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned()),
        has_mentions: !seed.mentions.is_empty(),
    };
    let message = id(row.row(connection)?)?;
    Advance { room, position, at }.run(connection)?;
    if let Some((_, at)) = edited {
        let version = Version {
            message,
            text: seed.text.clone(),
            at: at.as_microsecond(),
        };
        version.run(connection)?;
    }
    for doctor in &seed.mentions {
        let mention = Mention {
            message,
            doctor: ids.staff(doctor)?,
            room,
            position,
        };
        mention.run(connection)?;
    }
    for (doctor, at) in &seed.acknowledged {
        let acknowledgement = Acknowledgement {
            message,
            doctor: ids.staff(doctor)?,
            at: at.as_microsecond(),
        };
        acknowledgement.run(connection)?;
    }
    for (doctor, at) in &seed.read {
        let (doctor, at) = (ids.staff(doctor)?, at.as_microsecond());
        for kind in ["delivered", "read"] {
            let step = Step {
                room,
                doctor,
                position,
                at,
                kind,
            };
            step.run(connection)?;
        }
        let read = ReadUpTo {
            room,
            doctor,
            position,
            at,
        };
        read.run(connection)?;
    }
    Ok(())
}

impl Ids {
    fn staff(&self, key: &str) -> Result<i64, Fault> {
        let found = self.staff.get(key).copied();
        found.ok_or_else(|| {
            Error::internal(format!(
                "the seed names staff member {key}, who is not in it"
            ))
            .into()
        })
    }

    fn patient(&self, mrn: &str) -> Result<i64, Fault> {
        let found = self.patients.get(mrn).copied();
        found.ok_or_else(|| Error::internal("the seed names a patient who is not in it").into())
    }
}

fn id(row: Option<i64>) -> Result<i64, Fault> {
    row.ok_or_else(|| Error::internal("a new row has no id").into())
}
