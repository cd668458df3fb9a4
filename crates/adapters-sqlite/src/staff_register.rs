use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::{
    EmailAddress, Identifier, PageSize, RecordText, Role, StaffId, StaffRecord, sought_words,
};
use legacy::{NO_PASSWORD, RegisteredRow, key, nobody, registered, taken};
use ports::{
    DeactivatedBy, Error, ErrorKind, PasswordHash, RegisteredStaff, Result, StaffPage,
    StaffRegister, usecase::only_administrator,
};

use crate::{
    columns::Text,
    error::Fault,
    sql::now,
    staff_directory::{StaffColumns, staff_columns},
    statement::{json_list, statement},
    store::Store,
};

/// The SQL types of a `legacy::RegisteredRow`.
type RegisteredColumns = (
    StaffColumns,
    (
        Text,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Text>,
        Bool,
    ),
);

/// The columns of a `legacy::RegisteredRow`.
macro_rules! registered {
    ($rest:expr) => {
        concat!(
            "SELECT ",
            staff_columns!(),
            ", u.email, s.identifier, s.phone, s.bleep, s.deactivated_by, coalesce(u.password LIKE '$%', false) \
             FROM users u LEFT JOIN hims_staff s ON s.user_id = u.id ",
            $rest
        )
    };
}

statement!(Known { identifiers: String, emails: String } -> RegisteredColumns = registered!(
    "WHERE s.identifier IN (SELECT value FROM json_each(?1)) OR lower(u.email) IN (SELECT value FROM json_each(?2)) ORDER BY u.id"));
statement!(Listed {} -> RegisteredColumns = registered!(
    "WHERE s.identifier IS NOT NULL AND u.is_active AND u.deleted_at IS NULL ORDER BY u.id"));
statement!(One { id: i64 } -> RegisteredColumns = registered!("WHERE u.id = ?1"));
statement!(List { words: String, after: Option<i64>, most: i64 } -> RegisteredColumns = registered!(
    "WHERE lower(trim(u.role)) <> 'patient' AND (?1 = '' OR hims_holds(u.name || char(10) || u.email || char(10) || u.role || char(10) \
         || coalesce(s.identifier, '') || char(10) || coalesce(u.specialty, '') || char(10) \
         || coalesce(u.grade, '') || char(10) || coalesce(u.ward, ''), ?1)) \
     AND (?2 IS NULL OR (hims_fold(u.name), u.id) > \
         (SELECT hims_fold(last.name), last.id FROM users last WHERE last.id = ?2)) \
     ORDER BY hims_fold(u.name), u.id LIMIT ?3"));
statement!(Administrators {} -> BigInt = "SELECT count(*) FROM users u \
     WHERE lower(trim(u.role)) IN ('administrator', 'admin') AND u.is_active AND u.deleted_at IS NULL");

statement!(Add { name: String, email: String, password: &'static str, role: &'static str, specialty: Option<String>,
             grade: Option<String>, ward: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO users (name, email, password, role, specialty, grade, ward, is_active, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, hims_laravel(?8), hims_laravel(?8)) RETURNING id");
// A role stays as the HIMS writes it while it means the same.
statement!(Change { id: i64, name: String, email: String, role: Option<&'static str>, specialty: Option<String>,
                grade: Option<String>, ward: Option<String>, at: i64 } =
    "UPDATE users SET name = ?2, email = ?3, role = coalesce(?4, role), specialty = ?5, grade = ?6, ward = ?7, \
         updated_at = hims_laravel(?8) WHERE id = ?1");
statement!(Beside { id: i64, identifier: Option<String>, phone: Option<String>, bleep: Option<String> } =
    "INSERT INTO hims_staff (user_id, identifier, phone, bleep) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (user_id) DO UPDATE SET identifier = excluded.identifier, phone = excluded.phone, \
         bleep = excluded.bleep");
statement!(IsTaken { email: Option<String>, identifier: Option<String>, id: Option<i64> } -> Bool =
    "SELECT EXISTS (SELECT 1 FROM users u WHERE lower(u.email) = lower(?1) AND u.id IS NOT ?3) \
         OR EXISTS (SELECT 1 FROM hims_staff s WHERE s.identifier = ?2 AND s.user_id IS NOT ?3)");
statement!(
    Close { id: i64, at: i64 } = "UPDATE users SET is_active = 0, updated_at = hims_laravel(?2) \
     WHERE id = ?1 AND is_active AND deleted_at IS NULL"
);
statement!(
    Open { id: i64, at: i64 } = "UPDATE users SET is_active = 1, deleted_at = NULL, updated_at = hims_laravel(?2) \
     WHERE id = ?1 AND (NOT is_active OR deleted_at IS NOT NULL)"
);
statement!(Note { id: i64, by: Option<&'static str> } =
    "INSERT INTO hims_staff (user_id, deactivated_by) VALUES (?1, ?2) \
     ON CONFLICT (user_id) DO UPDATE SET deactivated_by = excluded.deactivated_by");
statement!(
    SetPassword {
        id: i64,
        password: String,
        at: i64
    } = "UPDATE users SET password = ?2, remember_token = NULL, updated_at = hims_laravel(?3) WHERE id = ?1"
);

#[async_trait]
impl StaffRegister for Store {
    async fn known(
        &self,
        identifiers: &[Identifier],
        emails: &[EmailAddress],
    ) -> Result<Vec<RegisteredStaff>> {
        let known = Known {
            identifiers: json_list(identifiers.iter().map(Identifier::as_str)),
            emails: json_list(
                emails
                    .iter()
                    .map(|email| email.as_str().to_ascii_lowercase()),
            ),
        };
        let rows: Vec<RegisteredRow> = self
            .readers
            .read(move |connection| Ok(known.rows(connection)?))
            .await?;
        Ok(rows.into_iter().map(registered).collect())
    }

    async fn find(&self, id: &StaffId) -> Result<Option<RegisteredStaff>> {
        let Some(id) = id.as_i64() else {
            return Ok(None);
        };
        self.readers
            .read(move |connection| found(connection, id))
            .await
    }

    async fn list(&self, text: &str, after: Option<StaffId>, size: PageSize) -> Result<StaffPage> {
        let after = match after {
            Some(after) => Some(
                StaffRegister::find(self, &after)
                    .await?
                    .and(after.as_i64())
                    .ok_or_else(nobody)?,
            ),
            None => None,
        };
        let list = List {
            words: sought_words(text).join(" "),
            after,
            most: i64::try_from(size.get() + 1).unwrap_or(i64::MAX),
        };
        let rows: Vec<RegisteredRow> = self
            .readers
            .read(move |connection| Ok(list.rows(connection)?))
            .await?;
        let found = rows.into_iter().map(registered).collect();
        Ok(StaffPage::of(found, size))
    }

    async fn listed(&self) -> Result<Vec<RegisteredStaff>> {
        let rows: Vec<RegisteredRow> = self
            .readers
            .read(|connection| Ok(Listed {}.rows(connection)?))
            .await?;
        Ok(rows.into_iter().map(registered).collect())
    }

    async fn administrators(&self) -> Result<u64> {
        let count: Option<i64> = self
            .readers
            .read(|connection| Ok(Administrators {}.row(connection)?))
            .await?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    async fn add(&self, record: &StaffRecord) -> Result<StaffId> {
        let record = record.clone();
        self.writer
            .write(move |work| {
                let connection = &mut *work.connection;
                is_free(connection, &record, None)?;
                let text = |text: Option<RecordText>| text.map(|text| text.as_str().to_owned());
                let add = Add {
                    name: record.name.as_str().to_owned(),
                    email: record.email.as_str().to_owned(),
                    password: NO_PASSWORD,
                    role: record.role.as_str(),
                    specialty: text(record.specialty.over(None)),
                    grade: text(record.grade.over(None)),
                    ward: text(record.ward.over(None)),
                    at: now(),
                };
                let id: Option<i64> = add.row(connection)?;
                let id = id.ok_or_else(|| Error::internal("the database gave no id"))?;
                let beside = Beside {
                    id,
                    identifier: record.identifier.map(|known| known.as_str().to_owned()),
                    phone: text(record.phone.over(None)),
                    bleep: text(record.bleep.over(None)),
                };
                beside.run(connection)?;
                Ok(StaffId::from(id))
            })
            .await
            .map_err(or_refused)
    }

    async fn change(&self, id: &StaffId, record: &StaffRecord) -> Result<()> {
        let (id, record) = (key(id.as_i64(), "staff member")?, record.clone());
        self.writer
            .write(move |work| {
                let connection = &mut *work.connection;
                let held =
                    found(connection, id)?.ok_or_else(|| Error::not_found("staff member"))?;
                is_free(connection, &record, Some(&held))?;
                if record.role != Role::Administrator {
                    leaves_an_administrator(connection, &held)?;
                }
                let kept = |held: Option<String>| held.map(RecordText::stored);
                let text = |text: Option<RecordText>| text.map(|text| text.as_str().to_owned());
                let change = Change {
                    id,
                    name: record.name.as_str().to_owned(),
                    email: record.email.as_str().to_owned(),
                    role: (record.role != held.member.role).then(|| record.role.as_str()),
                    specialty: text(record.specialty.over(kept(held.member.specialty))),
                    grade: text(record.grade.over(kept(held.member.grade))),
                    ward: text(record.ward.over(kept(held.member.ward))),
                    at: now(),
                };
                change.run(connection)?;
                let identifier = record.identifier.map(|known| known.as_str().to_owned());
                let beside = Beside {
                    id,
                    identifier: identifier.or(held.identifier),
                    phone: text(record.phone.over(kept(held.phone))),
                    bleep: text(record.bleep.over(kept(held.bleep))),
                };
                beside.run(connection)?;
                Ok(())
            })
            .await
            .map_err(or_refused)
    }

    async fn deactivate(&self, id: &StaffId, by: DeactivatedBy) -> Result<bool> {
        self.switched(id, Switch::Close(by)).await
    }

    async fn reactivate(&self, id: &StaffId, by: DeactivatedBy) -> Result<bool> {
        self.switched(id, Switch::Open(by)).await
    }

    async fn set_password(&self, id: &StaffId, password: &PasswordHash) -> Result<()> {
        let id = key(id.as_i64(), "staff member")?;
        let password = password.expose().to_owned();
        self.writer
            .write(move |work| {
                let at = now();
                match (SetPassword { id, password, at }).run(work.connection)? {
                    0 => Err(Error::not_found("staff member").into()),
                    _ => Ok(()),
                }
            })
            .await
    }
}

/// Closing or opening an account, and on whose word.
#[derive(Clone, Copy)]
enum Switch {
    Close(DeactivatedBy),
    Open(DeactivatedBy),
}

impl Store {
    /// Switches an account; whether it was the other way.
    async fn switched(&self, id: &StaffId, switch: Switch) -> Result<bool> {
        let id = key(id.as_i64(), "staff member")?;
        let switched = self
            .writer
            .write(move |work| switched(work.connection, id, switch))
            .await;
        self.standings.invalidate_all();
        switched
    }
}

fn switched(connection: &mut SqliteConnection, id: i64, switch: Switch) -> Result<bool, Fault> {
    let held = found(connection, id)?.ok_or_else(|| Error::not_found("staff member"))?;
    let at = now();
    let (changed, by) = match switch {
        Switch::Close(by) => {
            leaves_an_administrator(connection, &held)?;
            let changed = Close { id, at }.run(connection)?;
            // Who was closed by a list and is closed by hand stays closed.
            if changed == 0 && by == DeactivatedBy::Import {
                return Ok(false);
            }
            (changed, Some(by))
        }
        Switch::Open(DeactivatedBy::Import)
            if held.deactivated_by != Some(DeactivatedBy::Import) =>
        {
            return Ok(false);
        }
        Switch::Open(_) => (Open { id, at }.run(connection)?, None),
    };
    let by = by.map(DeactivatedBy::as_str);
    Note { id, by }.run(connection)?;
    Ok(changed > 0)
}

/// # Errors
/// `Conflict` when this is the only active administrator.
fn leaves_an_administrator(
    connection: &mut SqliteConnection,
    held: &RegisteredStaff,
) -> Result<(), Fault> {
    if !held.member.active || held.member.role != Role::Administrator {
        return Ok(());
    }
    let count: Option<i64> = Administrators {}.row(connection)?;
    match count {
        Some(0 | 1) => Err(Error::conflict(only_administrator(&held.member.id)).into()),
        _ => Ok(()),
    }
}

fn found(connection: &mut SqliteConnection, id: i64) -> Result<Option<RegisteredStaff>, Fault> {
    let row: Option<RegisteredRow> = One { id }.row(connection)?;
    Ok(row.map(registered))
}

/// Whether address and identifier are nobody else's. The table of a HIMS may let in two addresses that differ
/// in case; who has such a double keeps it.
fn is_free(
    connection: &mut SqliteConnection,
    record: &StaffRecord,
    held: Option<&RegisteredStaff>,
) -> Result<(), Fault> {
    let email = record.email.as_str();
    let is_kept = held.is_some_and(|held| held.email.eq_ignore_ascii_case(email));
    let identifier = record.identifier.as_ref();
    let is_taken = IsTaken {
        email: (!is_kept).then(|| email.to_owned()),
        identifier: identifier.map(|identifier| identifier.as_str().to_owned()),
        id: held.and_then(|held| held.member.id.as_i64()),
    };
    match is_taken.row(connection)? {
        Some(true) => Err(taken().into()),
        _ => Ok(()),
    }
}

/// A constraint of the HIMS's own table, as the address and the identifier are free.
fn or_refused(error: Error) -> Error {
    match (error.kind(), std::error::Error::source(&error)) {
        (ErrorKind::Conflict, Some(_)) => Error::conflict(
            "the HIMS's table of users does not take it: a value is not allowed there, or a column is missing",
        ),
        _ => error,
    }
}
