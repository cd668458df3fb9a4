use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{
    EmailAddress, Identifier, PageSize, RecordText, Role, StaffId, StaffRecord, sought_words,
};
use legacy::{NO_PASSWORD, RegisteredRow, key, nobody, registered, taken};
use ports::{
    DeactivatedBy, Error, PasswordHash, RegisteredStaff, Result, StaffPage, StaffRegister,
    usecase::only_administrator,
};

use crate::{
    pool::Connection,
    sql::{self, StaffColumns, staff_columns},
    statement::{Statement, statement},
    store::Store,
};

/// The SQL types of a [`RegisteredRow`].
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

/// The columns of a [`RegisteredRow`].
macro_rules! registered {
    ($rest:expr) => {
        concat!(
            "SELECT ",
            staff_columns!(),
            ", u.email::text, s.identifier, s.phone, s.bleep, s.deactivated_by,
                coalesce(u.password LIKE '$%', false)
            FROM users u LEFT JOIN hims_staff s ON s.user_id = u.id ",
            $rest
        )
    };
}

statement! {
    /// Those with one of the identifiers `$1` or of the addresses `$2`.
    KnownStaff(Array<Text>, Array<Text>) -> RegisteredColumns
        = registered!("WHERE s.identifier = ANY ($1)
                OR lower(u.email) = ANY (SELECT lower(address) FROM unnest($2) address) ORDER BY u.id");

    ListedStaff() -> RegisteredColumns
        = registered!("WHERE s.identifier IS NOT NULL AND u.is_active AND u.deleted_at IS NULL ORDER BY u.id");

    OneOfStaff(BigInt) -> RegisteredColumns = registered!("WHERE u.id = $1");

    /// At most `$3` with all of the folded `$1`, by name after user `$2`.
    ListStaff(Array<Text>, Nullable<BigInt>, BigInt) -> RegisteredColumns
        = registered!("WHERE lower(btrim(u.role)) <> 'patient' AND hims_fold(concat_ws(E'\\n', u.name, u.email, u.role, s.identifier, u.specialty, u.grade, u.ward))
                LIKE ALL ($1)
            AND ($2 IS NULL OR (hims_fold(u.name) COLLATE \"C\", u.id) >
                (SELECT hims_fold(last.name) COLLATE \"C\", last.id FROM users last WHERE last.id = $2))
            ORDER BY hims_fold(u.name) COLLATE \"C\", u.id LIMIT $3");

    CountAdministrators() -> BigInt
        = "SELECT count(*) FROM users u WHERE lower(btrim(u.role)) IN ('administrator', 'admin')
            AND u.is_active AND u.deleted_at IS NULL";

    /// Makes those who change accounts wait for each other: the table of a HIMS may let in two addresses that
    /// differ in case, and the last administrator stays.
    LockAccounts() -> () = "SELECT pg_advisory_xact_lock(hashtextextended('hims accounts', 0))";

    /// Whether somebody other than `$3` has the address `$1` or the identifier `$2`.
    IsTaken(Nullable<Text>, Nullable<Text>, Nullable<BigInt>) -> Bool
        = "SELECT EXISTS (SELECT FROM users u WHERE lower(u.email) = lower($1) AND u.id IS DISTINCT FROM $3)
            OR EXISTS (SELECT FROM hims_staff s WHERE s.identifier = $2 AND s.user_id IS DISTINCT FROM $3)";

    /// Name, address, password, role, specialty, grade, ward, identifier, telephone, bleep.
    AddStaff(Text, Text, Text, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>,
            Nullable<Text>) -> BigInt
        = "WITH added AS (
                INSERT INTO users (name, email, password, role, specialty, grade, ward, is_active, created_at, updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, true, hims_laravel(now()), hims_laravel(now())) RETURNING id
            ), beside AS (
                INSERT INTO hims_staff (user_id, identifier, phone, bleep) SELECT id, $8, $9, $10 FROM added
            )
            SELECT id FROM added";

    /// The same but the password of user `$1`. Without a role it stays as the HIMS writes it.
    ChangeStaff(BigInt, Text, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>,
            Nullable<Text>) -> ()
        = "WITH changed AS (
                UPDATE users SET name = $2, email = $3, role = coalesce($4, role), specialty = $5, grade = $6, ward = $7,
                    updated_at = hims_laravel(now()) WHERE id = $1 RETURNING id
            )
            INSERT INTO hims_staff (user_id, identifier, phone, bleep) SELECT id, $8, $9, $10 FROM changed
            ON CONFLICT (user_id) DO UPDATE SET identifier = excluded.identifier, phone = excluded.phone,
                bleep = excluded.bleep";

    CloseAccount(BigInt) -> ()
        = "UPDATE users SET is_active = false, updated_at = hims_laravel(now())
            WHERE id = $1 AND is_active AND deleted_at IS NULL";

    OpenAccount(BigInt) -> ()
        = "UPDATE users SET is_active = true, deleted_at = NULL, updated_at = hims_laravel(now())
            WHERE id = $1 AND (NOT is_active OR deleted_at IS NOT NULL)";

    NoteClosed(BigInt, Nullable<Text>) -> ()
        = "INSERT INTO hims_staff (user_id, deactivated_by) VALUES ($1, $2)
            ON CONFLICT (user_id) DO UPDATE SET deactivated_by = excluded.deactivated_by";

    SetPassword(BigInt, Text) -> ()
        = "UPDATE users SET password = $2, remember_token = NULL, updated_at = hims_laravel(now()) WHERE id = $1";
}

#[async_trait]
impl StaffRegister for Store {
    async fn known(
        &self,
        identifiers: &[Identifier],
        emails: &[EmailAddress],
    ) -> Result<Vec<RegisteredStaff>> {
        let identifiers: Vec<&str> = identifiers.iter().map(Identifier::as_str).collect();
        let emails: Vec<String> = emails
            .iter()
            .map(|email| email.as_str().to_owned())
            .collect();
        let mut connection = self.pool.get().await?;
        let known = KnownStaff::with((identifiers, emails));
        let rows: Vec<RegisteredRow> = connection.all(known).await?;
        Ok(rows.into_iter().map(registered).collect())
    }

    async fn find(&self, id: &StaffId) -> Result<Option<RegisteredStaff>> {
        let Some(id) = id.as_i64() else {
            return Ok(None);
        };
        found(&mut self.pool.get().await?, id).await
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
        let words = sql::each_anywhere(sought_words(text));
        let most = i64::try_from(size.get() + 1).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let list = ListStaff::with((words, after, most));
        let rows: Vec<RegisteredRow> = connection.all(list).await?;
        let found = rows.into_iter().map(registered).collect();
        Ok(StaffPage::of(found, size))
    }

    async fn listed(&self) -> Result<Vec<RegisteredStaff>> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<RegisteredRow> = connection.all(ListedStaff::with(())).await?;
        Ok(rows.into_iter().map(registered).collect())
    }

    async fn administrators(&self) -> Result<u64> {
        let mut connection = self.pool.get().await?;
        administrators(&mut connection).await
    }

    async fn add(&self, record: &StaffRecord) -> Result<StaffId> {
        let mut transaction = self.pool.begin().await?;
        let added = add(&mut transaction, record).await;
        transaction.end(added).await
    }

    async fn change(&self, id: &StaffId, record: &StaffRecord) -> Result<()> {
        let id = key(id.as_i64(), "staff member")?;
        let mut transaction = self.pool.begin().await?;
        let changed = change(&mut transaction, id, record).await;
        transaction.end(changed).await
    }

    async fn deactivate(&self, id: &StaffId, by: DeactivatedBy) -> Result<bool> {
        self.switched(id, Switch::Close(by)).await
    }

    async fn reactivate(&self, id: &StaffId, by: DeactivatedBy) -> Result<bool> {
        self.switched(id, Switch::Open(by)).await
    }

    async fn set_password(&self, id: &StaffId, password: &PasswordHash) -> Result<()> {
        let id = key(id.as_i64(), "staff member")?;
        let set = SetPassword::with((id, password.expose()));
        match self.pool.get().await?.run(set).await? {
            0 => Err(Error::not_found("staff member")),
            _ => Ok(()),
        }
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
        let mut transaction = self.pool.begin().await?;
        let switched = switched(&mut transaction, id, switch).await;
        transaction.end(switched).await
    }
}

async fn administrators(connection: &mut Connection) -> Result<u64> {
    let count: Option<i64> = connection.first(CountAdministrators::with(())).await?;
    Ok(count.unwrap_or(0).unsigned_abs())
}

/// # Errors
/// `Conflict` when this is the only active administrator.
async fn leaves_an_administrator(
    transaction: &mut Connection,
    held: &RegisteredStaff,
) -> Result<()> {
    let is_administrator = held.member.active && held.member.role == Role::Administrator;
    if is_administrator && administrators(transaction).await? <= 1 {
        return Err(Error::conflict(only_administrator(&held.member.id)));
    }
    Ok(())
}

async fn found(connection: &mut Connection, id: i64) -> Result<Option<RegisteredStaff>> {
    let row: Option<RegisteredRow> = connection.first(OneOfStaff::with((id,))).await?;
    Ok(row.map(registered))
}

/// Whether address and identifier are nobody else's. Who has a double of their address that differs in case
/// keeps it.
async fn is_free(
    transaction: &mut Connection,
    record: &StaffRecord,
    held: Option<&RegisteredStaff>,
) -> Result<()> {
    let email = record.email.as_str();
    let is_kept = held.is_some_and(|held| held.email.eq_ignore_ascii_case(email));
    let is_taken = IsTaken::with((
        (!is_kept).then_some(email),
        record.identifier.as_ref().map(Identifier::as_str),
        held.and_then(|held| held.member.id.as_i64()),
    ));
    match transaction.first(is_taken).await? {
        Some(true) => Err(taken()),
        _ => Ok(()),
    }
}

async fn add(transaction: &mut Connection, record: &StaffRecord) -> Result<StaffId> {
    transaction.run(LockAccounts::with(())).await?;
    is_free(transaction, record, None).await?;
    let text = |text: &domain::Given<RecordText>| {
        let text = text.clone().over(None);
        text.map(|text| text.as_str().to_owned())
    };
    let add = AddStaff::with((
        record.name.as_str(),
        record.email.as_str(),
        NO_PASSWORD,
        record.role.as_str(),
        text(&record.specialty),
        text(&record.grade),
        text(&record.ward),
        record.identifier.as_ref().map(Identifier::as_str),
        text(&record.phone),
        text(&record.bleep),
    ));
    let id: Option<i64> = transaction.first(add).await?;
    id.map(StaffId::from)
        .ok_or_else(|| Error::internal("the database gave no id"))
}

async fn change(transaction: &mut Connection, id: i64, record: &StaffRecord) -> Result<()> {
    transaction.run(LockAccounts::with(())).await?;
    let held = found(transaction, id).await?;
    let held = held.ok_or_else(|| Error::not_found("staff member"))?;
    is_free(transaction, record, Some(&held)).await?;
    if record.role != Role::Administrator {
        leaves_an_administrator(transaction, &held).await?;
    }
    let text = |given: &domain::Given<RecordText>, held: Option<String>| {
        let text = given.clone().over(held.map(RecordText::stored));
        text.map(|text| text.as_str().to_owned())
    };
    let identifier = record.identifier.as_ref();
    let identifier = identifier.map(|identifier| identifier.as_str().to_owned());
    let change = ChangeStaff::with((
        id,
        record.name.as_str(),
        record.email.as_str(),
        (record.role != held.member.role).then(|| record.role.as_str()),
        text(&record.specialty, held.member.specialty),
        text(&record.grade, held.member.grade),
        text(&record.ward, held.member.ward),
        identifier.or(held.identifier),
        text(&record.phone, held.phone),
        text(&record.bleep, held.bleep),
    ));
    transaction.run(change).await.map(drop)
}

async fn switched(transaction: &mut Connection, id: i64, switch: Switch) -> Result<bool> {
    transaction.run(LockAccounts::with(())).await?;
    let held = found(transaction, id).await?;
    let held = held.ok_or_else(|| Error::not_found("staff member"))?;
    let (changed, by) = match switch {
        Switch::Close(by) => {
            leaves_an_administrator(transaction, &held).await?;
            let changed = transaction.run(CloseAccount::with((id,))).await?;
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
        Switch::Open(_) => (transaction.run(OpenAccount::with((id,))).await?, None),
    };
    let note = NoteClosed::with((id, by.map(DeactivatedBy::as_str)));
    transaction.run(note).await?;
    Ok(changed > 0)
}
