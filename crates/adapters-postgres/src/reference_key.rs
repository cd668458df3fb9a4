//! The key of the patient pseudonyms, kept in the database so that every instance has the same.

use diesel::sql_types::{Bool, Text};
use ports::{Error, PatientRefKey, Result};

use crate::{
    pool::{Connection, Pool},
    statement::{Statement, statement},
};

const NAME: &str = "patient_ref_key";

statement! {
    /// Keeps `$2` as setting `$1` where there is none; what is kept then.
    KeepFirst(Text, Text) -> Text
        = "INSERT INTO hims_settings (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = hims_settings.value RETURNING value";

    HasRooms() -> Bool = "SELECT EXISTS (SELECT FROM chat_rooms)";

    /// Keeps `$2` as setting `$1`.
    Keep(Text, Text) -> () = "UPDATE hims_settings SET value = $2 WHERE name = $1";

    ForgetReferences() -> () = "UPDATE patients SET patient_ref = NULL";
}

/// The key in use: the kept one, or `configured`, or a new one.
///
/// # Errors
/// `Conflict` when `configured` is another than the kept one and rooms exist already.
pub(crate) async fn patient_ref_key(
    pool: &Pool,
    configured: Option<PatientRefKey>,
) -> Result<PatientRefKey> {
    let mut transaction = pool.begin().await?;
    let key = agree(&mut transaction, configured).await;
    transaction.end(key).await
}

async fn agree(
    transaction: &mut Connection,
    configured: Option<PatientRefKey>,
) -> Result<PatientRefKey> {
    let first = configured.clone().unwrap_or_else(PatientRefKey::random);
    let kept: Option<String> = transaction
        .first(KeepFirst::with((NAME, first.to_hex())))
        .await?;
    let kept = PatientRefKey::from_hex(kept.as_deref().unwrap_or_default()).map_err(|_| {
        Error::internal("the patient reference key kept in the database is damaged")
    })?;
    let Some(configured) = configured.filter(|key| key.to_hex() != kept.to_hex()) else {
        return Ok(kept);
    };
    let has_rooms: Option<bool> = transaction.first(HasRooms::with(())).await?;
    if has_rooms != Some(false) {
        return Err(Error::conflict(
            "HIMS_PATIENT_REF_KEY is not the key this database was used with, and rooms exist; \
             leave it out or set the first key again",
        ));
    }
    transaction
        .run(Keep::with((NAME, configured.to_hex())))
        .await?;
    transaction.run(ForgetReferences::with(())).await?;
    Ok(configured)
}
