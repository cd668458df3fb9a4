use std::collections::HashMap;

use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{Role, Sex};
use ports::{Error, Result, Seed, SeedMessage, SeedPatient, SeedRoom, SeedRoomKind, SeedStaff};

use super::SEEDED;
use crate::{
    availabilities,
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    NewStaff(Text, Text, Text, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>) -> BigInt
        = "INSERT INTO users (name, email, password, role, specialty, grade, ward, is_active, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, true, hims_laravel(now()), hims_laravel(now())) RETURNING id";

    NewPatient(Text, Text, Text, Text, Text, Text, Nullable<Text>) -> BigInt
        = "INSERT INTO patients (name, mrn, date_of_birth, sex, bed, ward, allergies, created_at, updated_at)
            VALUES ($1, $2, $3::date, $4, $5, $6, $7, hims_laravel(now()), hims_laravel(now())) RETURNING id";

    /// A room: its name, type, patient, who made it, direct key, and when.
    NewRoom(Nullable<Text>, Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<Text>, BigInt) -> BigInt
        = "INSERT INTO chat_rooms (name, type, patient_id, created_by, direct_key, active_at, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, hims_time($6), hims_laravel(hims_time($6)), hims_laravel(hims_time($6)))
            RETURNING id";

    NewPatientRoom(BigInt, BigInt) -> ()
        = "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES ($1, $2)";

    NewParticipant(BigInt, BigInt, BigInt) -> ()
        = "INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at, read_position,
                delivered_position)
            VALUES ($1, $2, hims_laravel(hims_time($3)), hims_laravel(hims_time($3)), hims_laravel(hims_time($3)),
                0, 0)";

    /// A message: its room, author, text, time, position, urgency, time of its edit and recall, why it
    /// is urgent, whether it mentions anybody.
    NewMessage(BigInt, BigInt, Text, BigInt, BigInt, Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<Text>, Bool)
        -> BigInt
        = "INSERT INTO chat_messages (room_id, user_id, message, type, sent_at, position, changed_position,
                urgency, edited_at, recalled_at, urgent_reason, has_mentions, created_at, updated_at, deleted_at)
            VALUES ($1, $2, $3, 'text', hims_time($4), $5, $5, $6, hims_time($7), hims_time($8), $9, $10,
                hims_laravel(hims_time($4)), hims_laravel(hims_time($4)), hims_laravel(hims_time($8)))
            RETURNING id";

    NewVersion(BigInt, Text, BigInt) -> ()
        = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at)
            VALUES ($1, 1, $2, hims_time($3))";

    NewMention(BigInt, BigInt, BigInt, BigInt) -> ()
        = "INSERT INTO chat_mentions (message_id, user_id, room_id, position) VALUES ($1, $2, $3, $4)";

    NewAcknowledgement(BigInt, BigInt, BigInt) -> ()
        = "INSERT INTO chat_acknowledgements (message_id, user_id, at) VALUES ($1, $2, hims_time($3))";

    /// `$2` has had and read everything in room `$1` up to `$3`, since `$4`.
    ReadUpTo(BigInt, BigInt, BigInt, BigInt) -> ()
        = "WITH steps AS (
                INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
                SELECT $1, $2, kind, $3, hims_time($4) FROM (VALUES ('delivered'), ('read')) k (kind)
                ON CONFLICT DO NOTHING
            )
            UPDATE chat_participants SET read_position = greatest(read_position, $3),
                delivered_position = greatest(delivered_position, $3), last_read_at = hims_laravel(hims_time($4))
            WHERE room_id = $1 AND user_id = $2";

    Advance(BigInt, BigInt, BigInt) -> ()
        = "UPDATE chat_rooms SET last_position = $2, active_at = greatest(active_at, hims_time($3))
            WHERE id = $1";

    KeepSetting(Text, Text) -> () = "INSERT INTO hims_settings (name, value) VALUES ($1, $2)";
}

/// Writes a seed into an empty store.
pub(super) async fn fill(transaction: &mut Connection, seed: &Seed) -> Result<()> {
    let mut filler = Filler {
        transaction,
        staff: HashMap::new(),
        patients: HashMap::new(),
    };
    for staff in &seed.staff {
        filler.staff(staff).await?;
    }
    for patient in &seed.patients {
        filler.patient(patient).await?;
    }
    for room in &seed.rooms {
        filler.room(room).await?;
    }
    let last = |ids: &HashMap<_, i64>| ids.values().copied().max().unwrap_or(0);
    let value = format!("{} {}", last(&filler.staff), last(&filler.patients));
    let keep = KeepSetting::with((SEEDED, value));
    filler.transaction.run(keep).await.map(drop)
}

struct Filler<'a> {
    transaction: &'a mut Connection,
    /// The ids that the entries were given.
    staff: HashMap<&'static str, i64>,
    patients: HashMap<&'static str, i64>,
}

impl Filler<'_> {
    async fn staff(&mut self, seed: &SeedStaff) -> Result<()> {
        let new = NewStaff::with((
            seed.name.as_str(),
            seed.email.as_str(),
            seed.password.expose(),
            Role::as_str(seed.role),
            seed.specialty.as_deref(),
            seed.grade.as_deref(),
            seed.ward.as_deref(),
        ));
        let id = made(self.transaction.first(new).await?)?;
        if let Some(availability) = &seed.availability {
            availabilities::say(self.transaction, id, availability).await?;
        }
        self.staff.insert(seed.key, id);
        Ok(())
    }

    async fn patient(&mut self, seed: &SeedPatient) -> Result<()> {
        let sex = match seed.sex {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Other => "other",
        };
        let new = NewPatient::with((
            seed.name.as_str(),
            seed.mrn,
            seed.born.to_string(),
            sex,
            seed.bed.as_str(),
            seed.ward.as_str(),
            seed.allergies.as_deref(),
        ));
        let id = made(self.transaction.first(new).await?)?;
        self.patients.insert(seed.mrn, id);
        Ok(())
    }

    async fn room(&mut self, seed: &SeedRoom) -> Result<()> {
        let at = seed.opened_at.as_microsecond();
        let doctors = seed.participants.iter().map(|key| known(&self.staff, key));
        let doctors: Vec<i64> = doctors.collect::<Result<_>>()?;
        let (kind, name, patient) = match &seed.kind {
            SeedRoomKind::Patient(mrn) => ("patient", None, Some(known(&self.patients, mrn)?)),
            SeedRoomKind::Direct => ("private", None, None),
            SeedRoomKind::Group(name) => ("group", Some(name.as_str()), None),
        };
        let direct_key = match (&seed.kind, doctors.as_slice()) {
            (SeedRoomKind::Direct, [one, other]) => {
                Some(format!("{}:{}", one.min(other), one.max(other)))
            }
            _ => None,
        };
        let opener = doctors.first().copied();
        let new = NewRoom::with((name, kind, patient, opener, direct_key, at));
        let room = made(self.transaction.first(new).await?)?;
        if let Some(patient) = patient {
            let new = NewPatientRoom::with((patient, room));
            self.transaction.run(new).await?;
        }
        for doctor in doctors {
            let new = NewParticipant::with((room, doctor, at));
            self.transaction.run(new).await?;
        }
        for (position, message) in (1..).zip(&seed.messages) {
            self.message(room, position, message).await?;
        }
        Ok(())
    }

    async fn message(&mut self, room: i64, position: i64, seed: &SeedMessage) -> Result<()> {
        let at = seed.at.as_microsecond();
        let edited = seed.edited.as_ref();
        let new = NewMessage::with((
            room,
            known(&self.staff, seed.author)?,
            edited.map_or(seed.text.as_str(), |(text, _)| text.as_str()),
            at,
            position,
            seed.urgency.as_str(),
            edited.map(|(_, at)| at.as_microsecond()),
            seed.recalled_at.map(|at| at.as_microsecond()),
            seed.urgent_reason.as_ref().map(|reason| reason.as_str()),
            !seed.mentions.is_empty(),
        ));
        let message = made(self.transaction.first(new).await?)?;
        let advance = Advance::with((room, position, at));
        self.transaction.run(advance).await?;
        if let Some((_, at)) = edited {
            let version = NewVersion::with((message, seed.text.as_str(), at.as_microsecond()));
            self.transaction.run(version).await?;
        }
        for doctor in &seed.mentions {
            let doctor = known(&self.staff, doctor)?;
            let new = NewMention::with((message, doctor, room, position));
            self.transaction.run(new).await?;
        }
        for (doctor, at) in &seed.acknowledged {
            let doctor = known(&self.staff, doctor)?;
            let new = NewAcknowledgement::with((message, doctor, at.as_microsecond()));
            self.transaction.run(new).await?;
        }
        for (doctor, at) in &seed.read {
            let doctor = known(&self.staff, doctor)?;
            let read = ReadUpTo::with((room, doctor, position, at.as_microsecond()));
            self.transaction.run(read).await?;
        }
        Ok(())
    }
}

fn known(ids: &HashMap<&'static str, i64>, key: &str) -> Result<i64> {
    let id = ids.get(key).copied();
    id.ok_or_else(|| Error::internal(format!("the seed names {key}, which is not in it")))
}

fn made(id: Option<i64>) -> Result<i64> {
    id.ok_or_else(|| Error::internal("a new row has no id"))
}
