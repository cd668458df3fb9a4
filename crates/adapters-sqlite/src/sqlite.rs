use std::{path::Path, sync::Arc, time::Duration};

use diesel::SqliteConnection;
use jiff::Timestamp;
use legacy::{Files, NaiveZone, capabilities};
use moka::sync::Cache;
use ports::{
    Adoption, Audit, AuditKey, AuditTrail, Availabilities, Backend, Credentials, Disposal, Drafts,
    Error, FailedSignIns, LegalHolds, Moves, PatientDirectory, PatientLookup, PatientRefKey,
    PatientRegister, Records, Result, RetentionReceipts, RoomRestore, Seeding, Sessions, SignOns,
    SignedAudit, StaffDirectory, StaffRegister, hub::Hub,
};
use tokio::sync::mpsc;

use crate::{
    adopt, attachments, background::Background, database::Database, error::Fault, live::Online,
    migrations, patient_refs, readers::Readers, store::Store, writer::Writer,
};

/// Settings of a [`Sqlite`].
pub struct Options {
    /// Storage for the bytes of attachments.
    pub files: Files,
    /// The key of the patient pseudonyms; without one the database's own is used, or made.
    pub patient_ref_key: Option<PatientRefKey>,
    /// The key that signs audit entries, the same for all instances; without one it is derived from that of the
    /// pseudonyms, which whoever may read the database has.
    pub audit_key: Option<AuditKey>,
    /// The zone of the times that the other application writes without one.
    pub legacy_zone: NaiveZone,
    /// The treatment of a schema that is behind.
    pub schema: Schema,
}

/// The treatment of a schema that is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Bring it up to date.
    Migrate,
    /// Refuse to start.
    Check,
}

/// The legacy chat in an SQLite file. Cloning is cheap and shares everything.
///
/// One process of ours may use a file at a time. Another application may write rows straight into
/// the tables meanwhile. The file is let go of by [`Sqlite::close`]; dropping everything does so
/// too, a moment later.
#[derive(Clone)]
pub struct Sqlite {
    store: Arc<Store>,
    background: Arc<Background>,
}

impl Sqlite {
    /// Opens the database at `path`, making it where there is none.
    ///
    /// # Errors
    /// One line that says what to do: `Conflict` when another process holds the file, the schema
    /// is behind and may not be changed, or the key of the pseudonyms is another; `Unavailable`
    /// when the file cannot be opened.
    pub async fn connect(path: impl AsRef<Path>, options: Options) -> Result<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the hub asks for it; an entry a tab that opens or closes, read at once"
        )]
        let (connected, connections) = mpsc::unbounded_channel();
        legacy::measurements::describe();
        let hub = Hub::new(connected);
        let path = path.as_ref().to_owned();
        let opened = tokio::task::spawn_blocking(move || open(&path, options, hub));
        let store = opened
            .await
            .unwrap_or_else(|_| Err(Error::internal("opening the database was broken off")))?;
        let store = Arc::new(store);
        let background = Background::start(&store, connections);
        Ok(Self {
            store,
            background: Arc::new(background),
        })
    }

    /// The chat, unguarded: for `ports::Chat::new`.
    pub fn backend(&self) -> Backend {
        Backend {
            rooms: self.store.clone(),
            messages: self.store.clone(),
            receipts: self.store.clone(),
            live: self.store.clone(),
            attachments: self.store.clone(),
            health: self.store.clone(),
            tokens: None,
            capabilities: capabilities(&self.store.files),
        }
    }

    /// The directory of the staff.
    pub fn staff(&self) -> Arc<dyn StaffDirectory> {
        self.store.clone()
    }

    /// Statements of doctors about being available.
    pub fn availabilities(&self) -> Arc<dyn Availabilities> {
        self.store.clone()
    }

    /// The directory of the patients.
    pub fn patients(&self) -> Arc<dyn PatientDirectory> {
        self.store.clone()
    }

    /// Writing down who works here, unguarded: for `ports::GuardedStaffRegister::new`.
    pub fn staff_register(&self) -> Arc<dyn StaffRegister> {
        self.store.clone()
    }

    /// Writing down who is treated here, unguarded: for `ports::GuardedPatientRegister::new`.
    pub fn patient_register(&self) -> Arc<dyn PatientRegister> {
        self.store.clone()
    }

    /// The patients, looked up by commands on the server.
    pub fn patient_lookup(&self) -> Arc<dyn PatientLookup> {
        self.store.clone()
    }

    /// Accounts and their password hashes.
    pub fn credentials(&self) -> Arc<dyn Credentials> {
        self.store.clone()
    }

    /// Links between the hospital's sign-on and members of staff.
    pub fn sign_ons(&self) -> Arc<dyn SignOns> {
        self.store.clone()
    }

    /// Messages that were begun and not sent.
    pub fn drafts(&self) -> Arc<dyn Drafts> {
        self.store.clone()
    }

    /// Failed sign-ins.
    pub fn failed_sign_ins(&self) -> Arc<dyn FailedSignIns> {
        self.store.clone()
    }

    /// The sessions of those who are signed in.
    pub fn sessions(&self) -> Arc<dyn Sessions> {
        self.store.clone()
    }

    /// The record of decisions. Its entries are signed.
    pub fn audit(&self) -> Arc<dyn Audit> {
        Arc::new(SignedAudit::new(self.store.clone(), self.audit_key()))
    }

    /// The same record, to be read and sealed.
    pub fn audit_trail(&self) -> Arc<dyn AuditTrail> {
        self.store.clone()
    }

    /// Rooms that are also on Stream, and the side on which each conversation lives.
    pub fn moves(&self) -> Arc<dyn Moves> {
        self.store.clone()
    }

    /// Rooms as a whole.
    pub fn records(&self) -> Arc<dyn Records> {
        self.store.clone()
    }

    /// Rooms that come back from Stream.
    pub fn returns(&self) -> Arc<dyn RoomRestore> {
        self.store.clone()
    }

    /// Filling an empty store, and emptying it again.
    pub fn seeding(&self) -> Arc<dyn Seeding> {
        self.store.clone()
    }

    /// Removing what the hospital no longer keeps, unguarded: for `ports::GuardedRetention::new`.
    pub fn disposal(&self) -> Arc<dyn Disposal> {
        self.store.clone()
    }

    /// The legal holds, unguarded: for `ports::GuardedRetention::new`.
    pub fn legal_holds(&self) -> Arc<dyn LegalHolds> {
        self.store.clone()
    }

    /// The receipts of earlier runs, unguarded: for `ports::GuardedRetention::new`.
    pub fn retention_receipts(&self) -> Arc<dyn RetentionReceipts> {
        self.store.clone()
    }

    /// Bringing another application's chat in.
    pub fn adoption(&self) -> Arc<dyn Adoption> {
        self.store.clone()
    }

    /// The key that signs audit entries.
    pub fn audit_key(&self) -> AuditKey {
        self.store.audit_key.clone()
    }

    /// The key of the patient pseudonyms in use.
    pub fn patient_ref_key(&self) -> PatientRefKey {
        self.store.key.clone()
    }

    /// Removes the files that were uploaded a day before `now` and not sent. It happens by itself
    /// every ten minutes.
    ///
    /// # Errors
    /// `Unavailable`; what was not removed is the next time.
    pub async fn sweep_files(&self, now: Timestamp) -> Result<()> {
        attachments::sweep(&self.store, now).await
    }

    /// Holds a name that one process on the database holds at a time; whether nobody else has it. The file is
    /// this process's alone, and so is any name.
    ///
    /// # Errors
    /// None; as on the other engine.
    #[expect(clippy::unused_async, reason = "the other engine asks its server")]
    pub async fn hold(&self, _name: &str) -> Result<bool> {
        Ok(true)
    }

    /// Finishes what is being written, ends the background work and lets go of the file. Whatever
    /// is asked afterwards is answered `Unavailable`.
    pub async fn close(&self) {
        self.background.close().await;
        self.store.writer.close().await;
        self.store.readers.close().await;
    }
}

fn open(path: &Path, options: Options, hub: Arc<Hub>) -> Result<Store> {
    let (database, claim) = Database::claim(path, options.legacy_zone.clone())?;
    let mut connection = database.writer()?;
    match options.schema {
        Schema::Migrate => drop(migrations::run(&mut connection)?),
        Schema::Check => migrations::check(&mut connection)?,
    }
    let key = connection.immediate_transaction(|connection| {
        prepare(connection, options.patient_ref_key.as_ref())
    })?;
    let audit_key = options.audit_key.unwrap_or_else(|| key.audit_key());
    adopt::warn_of_future(&mut connection, &options.legacy_zone)?;
    drop(connection);
    let database = Arc::new(database);
    Ok(Store {
        readers: Readers::new(database.clone()),
        writer: Writer::start(database, claim, hub.clone())?,
        hub,
        online: Online::default(),
        files: options.files,
        key,
        audit_key,
        standings: Cache::builder()
            .max_capacity(100_000)
            .time_to_live(Duration::from_secs(2))
            .build(),
    })
}

/// Puts in place what the ports rely on, before anybody asks them.
fn prepare(
    connection: &mut SqliteConnection,
    configured: Option<&PatientRefKey>,
) -> Result<PatientRefKey, Fault> {
    let key = patient_refs::key(connection, configured)?;
    patient_refs::fill(connection, &key)?;
    adopt::all(connection)?;
    Ok(key)
}
