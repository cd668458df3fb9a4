mod auditing;
mod retaining;
mod signing_in;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use legacy::{Files, capabilities};
use ports::{
    Adoption, AuditKey, Availabilities, Backend, Drafts, Moves, PatientDirectory, PatientLookup,
    PatientRefKey, PatientRegister, Records, Result, RoomRestore, Seeding, StaffDirectory,
    StaffRegister, hub::Hub,
};
use postgres_connection::Address;
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    attachments,
    audit::{Entries, sends::Sends},
    hold,
    live::{
        Announcer, adopt,
        listen::Listener,
        notify::Hints,
        presence::Presences,
        sweep,
        tail::{Publisher, Tail},
    },
    messages::post::{self, Posts},
    migrations,
    options::{Options, Schema},
    patient_directory,
    pool::{HINT_SETTINGS, Pool, SEARCH_SETTINGS, SETTINGS},
    queue::{Queue, Work},
    receipts::marks::{Marks, none_marked},
    reference_key,
    standings::{Standings, Stands},
    store::Store,
    url,
};

/// Connections for everything but the writers, which have their own.
const CONNECTIONS: usize = 8;

/// Connections for searches.
const SEARCHES: usize = 2;

/// Writers of messages. A room always has the same.
const WRITERS: usize = 2;

/// Notes that wait for the tail.
const NOTES: usize = 16_384;

/// The legacy chat in a PostgreSQL database. Cloning is cheap and shares everything.
///
/// Several instances may share a database and behave as one. Another application may write rows
/// straight into the tables meanwhile.
#[derive(Clone)]
pub struct Postgres {
    address: Address,
    store: Arc<Store>,
    background: Arc<Background>,
}

struct Background {
    stop_work: CancellationToken,
    stop_telling: CancellationToken,
    workers: Mutex<Vec<JoinHandle<()>>>,
    tellers: Mutex<Vec<JoinHandle<()>>>,
    pools: Vec<Pool>,
}

impl Postgres {
    /// Connects to the database at `url`, `postgres://user:password@host:port/database`.
    ///
    /// # Errors
    /// One line that says what to do: `Invalid` for an address that is none; `Unavailable` when
    /// nobody answers there; `Conflict` when the schema is behind and may not be changed, or the
    /// key of the pseudonyms is another.
    pub async fn connect(url: &str, options: Options) -> Result<Self> {
        legacy::measurements::describe();
        let mut address = url::parse(url)?;
        if let Some(warning) = address.warning() {
            tracing::warn!("DATABASE_URL: {warning}");
        }
        url::tell_zone(&mut address, options.legacy_zone.name());
        match options.schema {
            Schema::Migrate => migrations::up(url).await?,
            Schema::Check => migrations::check(url).await?,
        }
        let pool = Pool::new("main", &address, CONNECTIONS, SETTINGS)?;
        adopt::check_zone(&pool, &options.legacy_zone).await?;
        let key = reference_key::patient_ref_key(&pool, options.patient_ref_key).await?;
        let audit_key = options.audit_key.unwrap_or_else(|| key.audit_key());
        patient_directory::fill_references(&mut pool.get().await?, &key).await?;
        post::check_sequence(&pool).await?;
        adopt::take_over(&pool).await?;
        adopt::warn_of_future(&pool, &options.legacy_zone).await?;
        Start {
            address,
            pool,
            key,
            audit_key,
            files: options.files,
            stop_work: CancellationToken::new(),
            stop_telling: CancellationToken::new(),
            workers: Vec::new(),
            tellers: Vec::new(),
            pools: Vec::new(),
        }
        .run()
        .await
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

    /// Messages that were begun and not sent.
    pub fn drafts(&self) -> Arc<dyn Drafts> {
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

    /// Bringing another application's chat in.
    pub fn adoption(&self) -> Arc<dyn Adoption> {
        self.store.clone()
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
        attachments::sweep(&self.store.pool, &self.store.files, now).await
    }

    /// Holds `name`, which one instance on the database holds at a time, until this one is closed or its connection
    /// is lost; whether nobody else had it for five seconds, in which one that was killed is noticed.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn hold(&self, name: &str) -> Result<bool> {
        hold::hold(&self.address, name, self.background.stop_work.clone()).await
    }

    /// Finishes what is being written, tells it, and lets go of the database. Whatever is asked
    /// afterwards is answered `Unavailable`.
    pub async fn close(&self) {
        self.background.stop_work.cancel();
        finish(&self.background.workers).await;
        self.background.stop_telling.cancel();
        finish(&self.background.tellers).await;
        for pool in &self.background.pools {
            pool.close();
        }
    }
}

/// Whoever forgets to close leaves nothing running.
impl Drop for Background {
    fn drop(&mut self) {
        self.stop_work.cancel();
        self.stop_telling.cancel();
    }
}

async fn finish(tasks: &Mutex<Vec<JoinHandle<()>>>) {
    let tasks = std::mem::take(&mut *tasks.lock().unwrap_or_else(PoisonError::into_inner));
    for task in tasks {
        // One that panicked has ended too.
        let _ = task.await;
    }
}

/// The parts that exist while an instance starts.
struct Start {
    address: Address,
    pool: Pool,
    key: PatientRefKey,
    audit_key: AuditKey,
    files: Files,
    stop_work: CancellationToken,
    stop_telling: CancellationToken,
    workers: Vec<JoinHandle<()>>,
    tellers: Vec<JoinHandle<()>>,
    pools: Vec<Pool>,
}

impl Start {
    async fn run(mut self) -> Result<Postgres> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the hub asks for it; an entry a tab that opens or closes, read at once"
        )]
        let (connected, connections) = mpsc::unbounded_channel();
        let hub = Hub::new(connected);
        // A name that no other instance has.
        let mut instance = PatientRefKey::random().to_hex();
        instance.truncate(16);
        let (notes, noted) = mpsc::channel(NOTES);
        let announcer = Announcer {
            tail: notes.clone(),
            hints: Hints::new(instance.clone()),
        };
        let standings = Arc::new(Standings::default());

        // The ear first, then where the rooms stand: nothing falls between.
        let ready = Arc::new(tokio::sync::Notify::new());
        let listener = Listener {
            address: self.address.clone(),
            instance: instance.clone(),
            tail: notes.clone(),
        };
        let ear = listener.run(ready.clone(), self.stop_telling.clone());
        self.tell(ear);
        ready.notified().await;
        let marked = none_marked();
        // Live events never wait for somebody's page.
        let publisher = Publisher::new(
            self.own_pool("events", SETTINGS)?,
            hub.clone(),
            standings.clone(),
            self.key.clone(),
            marked.clone(),
        );
        let tail = Tail::new(publisher).await?;
        self.tell(tail.run(noted, self.stop_telling.clone()));
        let hints = self.own_pool("hints", HINT_SETTINGS)?;
        self.tell(
            announcer
                .hints
                .clone()
                .send(hints, self.stop_telling.clone()),
        );

        let mut posts = Vec::new();
        for _ in 0..WRITERS {
            let pool = self.own_pool("posts", SETTINGS)?;
            let announcer = announcer.clone();
            posts.push(self.queue("posts", Posts { pool, announcer }));
        }
        let pool = self.own_pool("marks", SETTINGS)?;
        let marked_at = announcer.clone();
        let marks = self.queue(
            "marks",
            Marks {
                pool,
                announcer: marked_at,
            },
        );
        let pool = self.own_pool("audit", SETTINGS)?;
        let audit = self.queue("audit", Entries { pool });
        let pool = self.own_pool("standings", SETTINGS)?;
        let stands = self.queue("standings", Stands { pool });
        let sweep = sweep::sweep(self.pool.clone(), notes, self.stop_work.clone());
        self.work(sweep);
        let files = attachments::keep_sweeping(
            self.pool.clone(),
            self.files.clone(),
            self.stop_work.clone(),
        );
        self.work(files);
        let adopt =
            adopt::keep_adopting(self.pool.clone(), announcer.clone(), self.stop_work.clone());
        self.work(adopt);
        let presences = Presences {
            pool: self.pool.clone(),
            hub: hub.clone(),
            announcer: announcer.clone(),
            instance,
        };
        let presences = presences.run(connections, self.stop_work.clone());
        self.work(presences);

        let searches = Pool::new("searches", &self.address, SEARCHES, SEARCH_SETTINGS)?;
        self.pools.push(searches.clone());
        let store = Store {
            pool: self.pool.clone(),
            searches,
            key: self.key,
            audit_key: self.audit_key,
            files: self.files,
            hub,
            announcer,
            standings,
            stands,
            posts,
            marks,
            marked,
            audit,
            sends: Sends::default(),
        };
        self.pools.push(self.pool);
        Ok(Postgres {
            address: self.address,
            store: Arc::new(store),
            background: Arc::new(Background {
                stop_work: self.stop_work,
                stop_telling: self.stop_telling,
                workers: Mutex::new(self.workers),
                tellers: Mutex::new(self.tellers),
                pools: self.pools,
            }),
        })
    }

    /// A pool of one connection, for a task that never waits for another's.
    fn own_pool(&mut self, name: &'static str, settings: &'static str) -> Result<Pool> {
        let pool = Pool::new(name, &self.address, 1, settings)?;
        self.pools.push(pool.clone());
        Ok(pool)
    }

    fn queue<W: Work>(&mut self, name: &'static str, work: W) -> Queue<W> {
        let (queue, task) = Queue::new(name, work, self.stop_work.clone());
        self.work(task);
        queue
    }

    fn work(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.workers.push(tokio::spawn(task));
    }

    fn tell(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tellers.push(tokio::spawn(task));
    }
}
