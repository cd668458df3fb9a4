//! An app of one's own at a sandbox, set up as `stream-setup` does, with doctors in it.

use std::sync::Arc;

use domain::{Doctor, PatientRef, Role, StaffId, StaffMember};
use hims_chat_stream::{Settings, Stream, setup};
use ports::SystemClock;
use stream_sandbox::{Config, Sandbox, SandboxHandle};

pub struct App {
    pub stream: Stream,
    pub doctors: Vec<Doctor>,
    pub patients: Vec<PatientRef>,
    pub settings: Settings,
    pub sandbox: SandboxHandle,
}

impl App {
    pub async fn with_doctors(count: usize) -> Self {
        let mut config = Config::new("4711", "thekey", "thesecret");
        config.enforce_rate_limits = false;
        config.record = true;
        let sandbox = Sandbox::start(config).await.unwrap();
        // The sandbox announces its limits, and the client keeps them: more than any test calls.
        for endpoint in ENDPOINTS {
            sandbox.faults().limit(endpoint, Some(10_000_000));
        }
        let mut settings = Settings::new("4711", "thekey", "thesecret");
        settings.base_url = sandbox.base_url().to_owned();
        let stream = Stream::new(&settings, Arc::new(SystemClock)).unwrap();
        let client = stream.client();
        let difference = setup::difference(client, &settings.channel_type).await.unwrap();
        setup::apply(client, &difference).await.unwrap();
        let doctors: Vec<Doctor> = (1..=count).map(doctor).collect();
        // Everybody has signed in once, which is when Stream learns of them.
        for doctor in &doctors {
            stream.client_tokens().mint(doctor).await.unwrap();
        }
        let patients = ["a", "b", "c"].map(|digit| PatientRef::parse(digit.repeat(40)).unwrap());
        Self { stream, doctors, patients: patients.into(), settings, sandbox }
    }
}

const ENDPOINTS: &[&str] = &[
    "GetOrCreateChannel", "QueryChannels", "SendMessage", "GetMessage", "UpdateMessagePartial",
    "DeleteMessage", "UpdateMemberPartial", "UpdateUsers", "UpdateUsersPartial", "UpdateChannel",
    "UpdateChannelPartial", "MarkRead", "SendEvent", "QueryUsers", "SendReaction", "GetReactions",
    "UploadFile", "Connect", "GetApp",
];

fn doctor(number: usize) -> Doctor {
    Doctor::admit(StaffMember {
        id: StaffId::parse(format!("d{number:03}")).unwrap(),
        name: format!("Dr Number {number}"),
        role: Role::Doctor,
        specialty: (number % 2 == 1).then(|| "Nephrology".to_owned()),
        grade: (number % 3 == 1).then(|| "registrar".to_owned()),
        ward: Some("A2".to_owned()),
        active: true,
    })
    .unwrap()
}
