//! A fresh database for every test, on the server that TEST_DATABASE_URL names.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use domain::{Doctor, Event, MessageText, NewMessage, PageSize};
use futures_util::StreamExt;
use hims_chat_postgres::{NaiveZone, Options, Postgres, Schema};
use legacy::Files;
use object_store::memory::InMemory;
use ports::{EventStream, Signal};
use tokio_postgres::{Client, NoTls};

/// How long anything may take before a test has failed.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A database that is dropped with this.
pub(crate) struct Database {
    server: String,
    name: String,
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn fresh() -> Self {
        #[expect(clippy::disallowed_methods, reason = "where the tests are told their server")]
        let server = std::env::var("TEST_DATABASE_URL").expect(
            "TEST_DATABASE_URL is not set: run these tests through scripts/test or scripts/postgres",
        );
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hims_test_{}_{number}", std::process::id());
        client(&server)
            .await
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name}; "))
            .await
            .unwrap();
        let create = format!("CREATE DATABASE {name} TEMPLATE template0");
        client(&server).await.batch_execute(&create).await.unwrap();
        let (base, _) = server.rsplit_once('/').expect("a URL ends with /database");
        Self {
            url: format!("{base}/{name}"),
            server,
            name,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its address for another role.
    pub(crate) fn url_of(&self, role: &str, password: &str) -> String {
        let (scheme, rest) = self.url.split_once("://").expect("a URL has a scheme");
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        format!("{scheme}://{role}:{password}@{place}")
    }

    /// A plain connection, as another application has one.
    pub(crate) async fn client(&self) -> Client {
        client(&self.url).await
    }

    /// An instance of the chat.
    pub(crate) async fn instance(&self) -> Postgres {
        Postgres::connect(&self.url, options()).await.unwrap()
    }

    /// Adds doctors "Doctor 1" to `count`.
    pub(crate) async fn add_doctors(&self, count: usize) {
        let add = format!(
            "INSERT INTO users (name, email, password, role, specialty)
             SELECT 'Doctor ' || n, 'd' || n || '@example.org', 'x', 'doctor', 'Cardiology'
             FROM generate_series(1, {count}) n"
        );
        self.client().await.batch_execute(&add).await.unwrap();
    }

    /// Adds two patients.
    pub(crate) async fn add_patients(&self) {
        let add = "INSERT INTO patients (name, mrn) VALUES ('A', 'M1'), ('B', 'M2')";
        self.client().await.batch_execute(add).await.unwrap();
    }

    /// Ends every other connection to the database, as a restart of the server would.
    pub(crate) async fn cut_all(&self) {
        let client = client(&self.server).await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        client.query(cut, &[&self.name]).await.unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A thread of its own, as a runtime cannot wait inside another.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let text = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = client(&server).await.batch_execute(&text).await;
            });
        });
        let _ = dropped.join();
    }
}

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}

pub(crate) fn options() -> Options {
    Options {
        files: Files::new(Arc::new(InMemory::new())),
        patient_ref_key: None,
        audit_key: None,
        legacy_zone: NaiveZone::default(),
        schema: Schema::Migrate,
    }
}

/// The doctors of an instance, by number.
pub(crate) async fn doctors(instance: &Postgres, count: usize) -> Vec<Doctor> {
    let ids: Vec<_> = (1..=i64::try_from(count).unwrap())
        .map(Into::into)
        .collect();
    let mut members = instance.staff().find_many(&ids).await.unwrap();
    members.sort_by_key(|member| member.id.as_i64());
    members
        .into_iter()
        .map(|member| Doctor::admit(member).unwrap())
        .collect()
}

pub(crate) fn note(client_id: &str, text: &str) -> NewMessage {
    NewMessage {
        client_id: domain::ClientId::parse(client_id).unwrap(),
        content: MessageText::parse(text).unwrap().into(),
        reply_to: None,
        urgency: domain::Urgency::Routine,
        urgent_reason: None,
    }
}

pub(crate) fn size(size: u32) -> PageSize {
    PageSize::new(size).unwrap()
}

/// The next event; to be told to load afresh is a failure.
pub(crate) async fn next(stream: &mut EventStream) -> Event {
    match next_signal(stream).await {
        Signal::Event(event) => event.event().clone(),
        Signal::Resync => panic!("told to load afresh for no reason"),
    }
}

pub(crate) async fn next_signal(stream: &mut EventStream) -> Signal {
    let next = tokio::time::timeout(DEADLINE, stream.next()).await;
    next.expect("something comes in time")
        .expect("a stream does not end")
        .signal
}

/// The next event that `pick` takes something out of; the others are dropped.
pub(crate) async fn until<T>(stream: &mut EventStream, pick: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        if let Some(found) = pick(&next(stream).await) {
            return found;
        }
    }
}
