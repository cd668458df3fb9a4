//! The only place that names adapters.

pub(super) mod backup;
#[cfg(feature = "stream")]
pub(super) mod stream;
#[cfg(feature = "stream")]
mod stream_checks;
#[cfg(feature = "stream")]
pub(super) mod stream_commands;

use std::{pin::Pin, sync::Arc};

use legacy::Files;
use ports::{
    Adoption, Audit, AuditKey, AuditTrail, Backend, Chat, Clock, Credentials, Disposal, Drafts,
    ErrorKind, FailedSignIns, GuardedAuditTrail, GuardedAvailabilities, GuardedPatientRegister,
    GuardedRetention, GuardedStaffRegister, Health, LegalHolds, Moves, PatientLookup,
    PatientRefKey, Patients, Records, RetentionReceipts, RoomRestore, Seeding, Sessions, SignOns,
    StaffDirectory, SystemClock, usecase::RetentionStores,
};

use super::{
    CliError, attachments,
    config::{SchemaSetting, Settings},
    database::DatabaseUrl,
};

#[cfg(not(feature = "stream"))]
mod no_stream;

#[cfg(not(feature = "stream"))]
pub(super) use no_stream::StreamBackend;
#[cfg(feature = "stream")]
pub(super) use stream::StreamBackend;

/// Holds a name alone.
type Hold = Box<
    dyn Fn(&'static str) -> Pin<Box<dyn Future<Output = ports::Result<bool>> + Send>> + Send + Sync,
>;

/// Ends the background work of an adapter.
type Close = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// The legacy chat and the directories beside it, whatever the engine.
pub(super) struct Legacy {
    pub(super) chat: Chat,
    pub(super) patients: Patients,
    pub(super) staff_register: GuardedStaffRegister,
    pub(super) patient_register: GuardedPatientRegister,
    pub(super) staff: Arc<dyn StaffDirectory>,
    pub(super) availabilities: GuardedAvailabilities,
    pub(super) drafts: Arc<dyn Drafts>,
    pub(super) credentials: Arc<dyn Credentials>,
    pub(super) sessions: Arc<dyn Sessions>,
    pub(super) failed_sign_ins: Arc<dyn FailedSignIns>,
    pub(super) sign_ons: Arc<dyn SignOns>,
    pub(super) seeding: Arc<dyn Seeding>,
    pub(super) adoption: Arc<dyn Adoption>,
    pub(super) records: Arc<dyn Records>,
    pub(super) patient_lookup: Arc<dyn PatientLookup>,
    pub(super) moves: Arc<dyn Moves>,
    pub(super) returns: Arc<dyn RoomRestore>,
    disposal: Arc<dyn Disposal>,
    legal_holds: Arc<dyn LegalHolds>,
    retention_receipts: Arc<dyn RetentionReceipts>,
    pub(super) audit: Arc<dyn Audit>,
    /// The same record unguarded, for the task that seals it.
    pub(super) audit_seals: Arc<dyn AuditTrail>,
    pub(super) audit_trail: GuardedAuditTrail,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) patient_ref_key: PatientRefKey,
    pub(super) audit_key: AuditKey,
    pub(super) health: Arc<dyn Health>,
    hold: Hold,
    close: Close,
}

impl Legacy {
    /// Holds a name that one process on the database holds at a time, until it is closed; whether nobody else
    /// has it.
    pub(super) async fn hold(&self, name: &'static str) -> Result<bool, CliError> {
        let held = (self.hold)(name).await;
        held.map_err(|error| CliError::Start(error.to_string()))
    }

    /// Retention over this chat and Stream, where an app is set up.
    pub(super) fn retention(&self, stream: Option<Arc<dyn Disposal>>) -> GuardedRetention {
        let stores = RetentionStores {
            legacy: self.disposal.clone(),
            stream,
            moves: self.moves.clone(),
            holds: self.legal_holds.clone(),
            patients: self.patient_lookup.clone(),
            trail: self.audit_seals.clone(),
        };
        let receipts = (self.retention_receipts.clone(), self.audit_key.clone());
        GuardedRetention::new(stores, receipts, self.audit.clone(), self.clock.clone())
    }

    /// Finishes what is being written and lets go of the database.
    pub(super) async fn close(self) {
        (self.close)().await;
    }
}

/// Opens the database that the settings name.
pub(super) async fn legacy(settings: &Settings) -> Result<Legacy, CliError> {
    legacy_with(settings, settings.schema()?).await
}

/// The same, of a database that is there, as it is: nothing is made or changed.
pub(super) async fn legacy_as_it_is(settings: &Settings) -> Result<Legacy, CliError> {
    if let (DatabaseUrl::Sqlite(path), _) = settings.database()?
        && !path.exists()
    {
        return Err(CliError::Start("there is no database yet".to_owned()));
    }
    legacy_with(settings, SchemaSetting::Check).await
}

/// The rooms of the app at Stream that the settings name, if they name one.
pub(super) async fn stream_records(
    settings: &Settings,
    legacy: &Legacy,
) -> Result<Option<Arc<dyn Records>>, CliError> {
    #[cfg(feature = "stream")]
    return stream::records(&settings.stream, legacy).await;
    #[cfg(not(feature = "stream"))]
    no_stream::records(settings, legacy).await
}

/// The way to remove from the app at Stream that the settings name, if they name one.
pub(super) async fn stream_disposal(
    settings: &Settings,
    legacy: &Legacy,
) -> Result<Option<Arc<dyn Disposal>>, CliError> {
    #[cfg(feature = "stream")]
    return stream::disposal(&settings.stream, legacy).await;
    #[cfg(not(feature = "stream"))]
    no_stream::disposal(settings, legacy).await
}

async fn legacy_with(settings: &Settings, schema: SchemaSetting) -> Result<Legacy, CliError> {
    let (database, _) = settings.database()?;
    let files = attachments::files(settings.files.attachments_url()).await?;
    let files = files.at_most(settings.files.max_file()?);
    match database {
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(path) => sqlite(settings, schema, &path, files).await,
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => postgres(settings, schema, &url, files).await,
        #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
        _ => Err(CliError::setting(
            "DATABASE_URL",
            "names an engine that this program was built without",
        )),
    }
}

/// Puts the guard before the ports of either adapter, which offer the same under the same names.
macro_rules! guarded {
    ($adapter:expr) => {{
        let adapter = $adapter;
        let backend: Backend = adapter.backend();
        let audit: Arc<dyn Audit> = adapter.audit();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let health = backend.health.clone();
        Legacy {
            chat: Chat::new(backend, audit.clone(), clock.clone()),
            patients: Patients::new(adapter.patients(), audit.clone(), clock.clone()),
            health,
            staff_register: GuardedStaffRegister::new(
                adapter.staff_register(),
                audit.clone(),
                clock.clone(),
            ),
            patient_register: GuardedPatientRegister::new(
                adapter.patient_register(),
                audit.clone(),
                clock.clone(),
            ),
            availabilities: GuardedAvailabilities::new(
                adapter.availabilities(),
                audit.clone(),
                clock.clone(),
            ),
            staff: adapter.staff(),
            drafts: adapter.drafts(),
            credentials: adapter.credentials(),
            sessions: adapter.sessions(),
            failed_sign_ins: adapter.failed_sign_ins(),
            sign_ons: adapter.sign_ons(),
            seeding: adapter.seeding(),
            adoption: adapter.adoption(),
            records: adapter.records(),
            patient_lookup: adapter.patient_lookup(),
            moves: adapter.moves(),
            returns: adapter.returns(),
            disposal: adapter.disposal(),
            legal_holds: adapter.legal_holds(),
            retention_receipts: adapter.retention_receipts(),
            audit_seals: adapter.audit_trail(),
            audit_trail: GuardedAuditTrail::new(
                adapter.audit_trail(),
                audit.clone(),
                clock.clone(),
            ),
            audit,
            clock,
            patient_ref_key: adapter.patient_ref_key(),
            audit_key: adapter.audit_key(),
            hold: {
                let adapter = adapter.clone();
                Box::new(move |name| {
                    let adapter = adapter.clone();
                    Box::pin(async move { adapter.hold(name).await })
                })
            },
            close: Box::new(move || Box::pin(async move { adapter.close().await })),
        }
    }};
}

#[cfg(feature = "sqlite")]
async fn sqlite(
    settings: &Settings,
    schema: SchemaSetting,
    path: &std::path::Path,
    files: Files,
) -> Result<Legacy, CliError> {
    use adapters_sqlite::{Options, Schema, Sqlite};
    let schema = match schema {
        SchemaSetting::Migrate => Schema::Migrate,
        SchemaSetting::Check => Schema::Check,
    };
    let options = Options {
        files,
        patient_ref_key: settings.patient_ref_key()?,
        audit_key: settings.audit.key()?,
        legacy_zone: settings.legacy_time_zone()?,
        schema,
    };
    let adapter = Sqlite::connect(path, options)
        .await
        .map_err(|error| CliError::Start(error.to_string()))?;
    Ok(guarded!(adapter))
}

#[cfg(feature = "postgres")]
async fn postgres(
    settings: &Settings,
    schema: SchemaSetting,
    url: &str,
    files: Files,
) -> Result<Legacy, CliError> {
    use adapters_postgres::{Options, Postgres, Schema};
    let schema = match schema {
        SchemaSetting::Migrate => Schema::Migrate,
        SchemaSetting::Check => Schema::Check,
    };
    let options = Options {
        files,
        patient_ref_key: settings.patient_ref_key()?,
        audit_key: settings.audit.key()?,
        legacy_zone: settings.legacy_time_zone()?,
        schema,
    };
    let adapter = Postgres::connect(url, options)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::Invalid { field } => CliError::setting(field, error.message()),
            _ => CliError::Start(error.to_string()),
        })?;
    Ok(guarded!(adapter))
}
