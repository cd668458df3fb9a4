//! An app of one's own at a sandbox, set up as `stream-setup` does, with doctors in it.
//!
//! With `STREAM_CONFORMANCE=real`, and `STREAM_API_KEY` and `STREAM_API_SECRET` of an app that is
//! for tests alone, that app at Stream itself is used instead.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::sync::Arc;

use domain::{Doctor, PatientRef, Role, StaffId, StaffMember};
use hims_chat_stream::{Settings, Stream, setup};
use ports::SystemClock;
use stream_sandbox::{Config, Faults, Sandbox, SandboxHandle};

pub const KEY: &str = "thekey";
pub const SECRET: &str = "thesecret";

pub struct App {
    pub stream: Stream,
    pub doctors: Vec<Doctor>,
    pub patients: Vec<PatientRef>,
    pub settings: Settings,
    sandbox: Option<SandboxHandle>,
}

impl App {
    /// A sandbox, or Stream itself where that is asked for.
    pub async fn with_doctors(count: usize) -> Self {
        match real() {
            Some(settings) => Self::at(settings, None, count).await,
            None => Self::sandboxed(count).await,
        }
    }

    /// A sandbox, whose switches the test needs.
    pub async fn sandboxed(count: usize) -> Self {
        let mut config = Config::new("4711", KEY, SECRET);
        config.enforce_rate_limits = false;
        config.record = true;
        let sandbox = Sandbox::start(config).await.unwrap();
        // The sandbox announces its limits, and the client keeps them: more than any test calls.
        for endpoint in ENDPOINTS {
            sandbox.faults().limit(endpoint, Some(10_000_000));
        }
        let mut settings = Settings::new("4711", KEY, SECRET);
        settings.base_url = sandbox.base_url().to_owned();
        Self::at(settings, Some(sandbox), count).await
    }

    async fn at(settings: Settings, sandbox: Option<SandboxHandle>, count: usize) -> Self {
        let stream = Stream::new(&settings, Arc::new(SystemClock)).unwrap();
        let client = stream.client();
        let difference = setup::difference(client, &settings.channel_type)
            .await
            .unwrap();
        setup::apply(client, &difference).await.unwrap();
        // Nobody of another test, nor of an earlier run.
        let run: u32 = rand::random();
        let doctors: Vec<Doctor> = (1..=count).map(|number| doctor(run, number)).collect();
        // Everybody has signed in once, which is when Stream learns of them.
        for doctor in &doctors {
            stream.client_tokens().mint(doctor).await.unwrap();
        }
        let patients = ["a", "b", "c"]
            .map(|digit| PatientRef::parse(format!("{run:08x}{}", digit.repeat(32))).unwrap());
        Self {
            stream,
            doctors,
            patients: patients.into(),
            settings,
            sandbox,
        }
    }

    pub fn sandbox(&self) -> &SandboxHandle {
        self.sandbox.as_ref().unwrap()
    }

    pub fn faults(&self) -> &Faults {
        self.sandbox().faults()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration but this"
)]
fn real() -> Option<Settings> {
    if std::env::var("STREAM_CONFORMANCE").ok()? != "real" {
        return None;
    }
    let key = std::env::var("STREAM_API_KEY").expect("STREAM_API_KEY of a test app");
    let secret = std::env::var("STREAM_API_SECRET").expect("STREAM_API_SECRET of a test app");
    let mut settings = Settings::new("0", key, secret);
    // Windows of a minute are waited for.
    settings.patience.call = std::time::Duration::from_secs(120);
    Some(settings)
}

const ENDPOINTS: &[&str] = &[
    "GetOrCreateChannel",
    "QueryChannels",
    "SendMessage",
    "GetMessage",
    "UpdateMessagePartial",
    "DeleteMessage",
    "UpdateMemberPartial",
    "UpdateUsers",
    "UpdateUsersPartial",
    "UpdateChannel",
    "UpdateChannelPartial",
    "MarkRead",
    "SendEvent",
    "QueryUsers",
    "SendReaction",
    "GetReactions",
    "UploadFile",
    "Connect",
    "GetApp",
];

fn doctor(run: u32, number: usize) -> Doctor {
    Doctor::admit(StaffMember {
        id: StaffId::parse(format!("t{run:08x}-{number:03}")).unwrap(),
        name: format!("Dr Number {number}"),
        role: Role::Doctor,
        specialty: (number % 2 == 1).then(|| "Nephrology".to_owned()),
        grade: (number % 3 == 1).then(|| "registrar".to_owned()),
        ward: Some("A2".to_owned()),
        active: true,
    })
    .unwrap()
}
