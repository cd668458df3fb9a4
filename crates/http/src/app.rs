//! Parts that the shell is composed of, as the host program gives them.

mod prefix;

use std::sync::Arc;

use axum::{Router, extract::FromRef};
use domain::RetentionRules;
use jiff::tz::TimeZone;
use metrics_exporter_prometheus::PrometheusHandle;
use ports::{
    AttachmentScanner, Chat, Checks, Clock, GuardedAuditTrail, GuardedAvailabilities,
    GuardedPatientRegister, GuardedRetention, GuardedStaffRegister, Health, Moves, PatientLookup,
    Patients, Records, Relocations, StaffDirectory, SystemClock, usecase::CheckedMessages,
};
use tokio_util::sync::CancellationToken;

pub use self::prefix::{InvalidPrefix, Prefix};
use crate::{
    client_library::ClientLibrary,
    drafts::KeptDrafts,
    login::SignIn,
    measurements,
    outages::{self, Outages},
    pages::{DemoLogin, DemoLogins},
    readiness::LastReadiness,
    routes,
    upload::Uploads,
    web::{retention::Retained, staff::Registers},
};

/// A backend on a prefix.
pub struct Mount {
    pub(crate) prefix: Prefix,
    /// In the sidebar: `Messages (Legacy)`.
    pub(crate) label: String,
    /// On a patient: `Legacy Chat`.
    pub(crate) button: String,
    pub(crate) chat: Mounted,
    pub(crate) library: Option<ClientLibrary>,
    /// Mount on which rooms that do not exist yet are opened; this one, when none is named.
    pub(crate) new_rooms: Option<Prefix>,
}

/// The chat of a mount, or the settings that it still needs.
pub(crate) enum Mounted {
    Chat(Chat),
    /// Nothing yet: what to configure.
    NotConfigured(Vec<String>),
}

impl Mount {
    /// A guarded backend on a prefix, under the names of the sidebar entry and of the button on a
    /// patient.
    pub fn new(
        prefix: Prefix,
        label: impl Into<String>,
        button: impl Into<String>,
        chat: Chat,
    ) -> Self {
        Self {
            prefix,
            label: label.into(),
            button: button.into(),
            chat: Mounted::Chat(chat),
            library: None,
            new_rooms: None,
        }
    }

    /// The same, but that rooms which do not exist yet, opened here, open on another mount of the app.
    #[must_use]
    pub fn new_rooms(mut self, there: Option<Prefix>) -> Self {
        self.new_rooms = there;
        self
    }

    /// The same with pages that listen to the backend themselves, where it gives tokens for that.
    #[must_use]
    pub fn client_library(mut self, library: Option<ClientLibrary>) -> Self {
        self.library = library;
        self
    }

    /// A prefix whose backend has no settings: every route answers 503 with `steps`, the settings
    /// that put it right.
    pub fn not_configured(
        prefix: Prefix,
        label: impl Into<String>,
        button: impl Into<String>,
        steps: Vec<String>,
    ) -> Self {
        let chat = Mounted::NotConfigured(steps);
        Self {
            prefix,
            label: label.into(),
            button: button.into(),
            chat,
            library: None,
            new_rooms: None,
        }
    }
}

/// The shell, before it serves.
pub struct App {
    pub(crate) hospital: String,
    pub(crate) mounts: Vec<Arc<Mount>>,
    pub(crate) patients: Patients,
    pub(crate) staff: Arc<dyn StaffDirectory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) zone: TimeZone,
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) demo_logins: Option<DemoLogins>,
    /// A mount speaks to the sandbox.
    pub(crate) sandbox: bool,
    pub(crate) availabilities: Option<GuardedAvailabilities>,
    pub(crate) drafts: Option<KeptDrafts>,
    // Each is for a page of administrators.
    pub(crate) checks: Option<Checks>,
    pub(crate) relocations: Option<Relocations>,
    pub(crate) registers: Option<Registers>,
    pub(crate) audit_trail: Option<GuardedAuditTrail>,
    pub(crate) retained: Option<Retained>,
    /// Tells in which of the two backends a room lives.
    pub(crate) moves: Option<Arc<dyn Moves>>,
    pub(crate) metrics: Option<PrometheusHandle>,
    /// The hospital's own store, for health.
    pub(crate) store: Option<Arc<dyn Health>>,
    pub(crate) ready: LastReadiness,
    pub(crate) outages: Outages,
    pub(crate) also: Router,
    pub(crate) uploads: Uploads,
    pub(crate) closing: CancellationToken,
    /// Whether every request is logged.
    pub(crate) access_log: bool,
    /// Messages as doctors write them, behind the wrong-patient check.
    pub(crate) messages: CheckedMessages,
}

/// The shell as handlers hold it.
pub(crate) type Shell = Arc<App>;

impl App {
    /// A shell for a hospital, without mounts and without a login of its own.
    pub fn new(
        hospital: impl Into<String>,
        patients: Patients,
        staff: Arc<dyn StaffDirectory>,
    ) -> Self {
        Self {
            hospital: hospital.into(),
            mounts: Vec::new(),
            messages: CheckedMessages::new(patients.clone(), staff.clone()),
            patients,
            staff,
            clock: Arc::new(SystemClock),
            zone: TimeZone::UTC,
            sign_in: None,
            demo_logins: None,
            sandbox: false,
            availabilities: None,
            drafts: None,
            checks: None,
            relocations: None,
            registers: None,
            audit_trail: None,
            retained: None,
            moves: None,
            metrics: None,
            store: None,
            ready: LastReadiness::default(),
            outages: Outages::default(),
            also: Router::new(),
            uploads: Uploads::default(),
            closing: CancellationToken::new(),
            access_log: false,
        }
    }

    /// Adds a mount. The first is where a doctor starts.
    #[must_use]
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mounts.push(Arc::new(mount));
        self
    }

    /// Reads the time of day here instead of from the machine.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Shows times in the hospital's zone instead of UTC.
    #[must_use]
    pub fn time_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// Adds the login pages and sessions. Without them the host service says who is
    /// [signed in](crate::SignedIn).
    #[must_use]
    pub fn sign_in(mut self, sign_in: SignIn) -> Self {
        self.sign_in = Some(sign_in);
        self
    }

    /// Says on every page that the data is made up, and on the login page how to sign in.
    #[must_use]
    pub fn demonstration(mut self, password: &str, logins: &[(String, String)]) -> Self {
        let logins = logins.iter().map(|(email, who)| DemoLogin {
            email: email.clone(),
            who: who.clone(),
        });
        self.demo_logins = Some(DemoLogins {
            password: password.to_owned(),
            logins: logins.collect(),
        });
        self
    }

    /// Says on every page that the Stream mounts speak to a stand-in that forgets at exit.
    #[must_use]
    pub fn sandbox(mut self) -> Self {
        self.sandbox = true;
        self
    }

    /// Lets doctors say how they can be reached or that they are away, and shows it with them.
    #[must_use]
    pub fn availabilities(mut self, availabilities: GuardedAvailabilities) -> Self {
        self.availabilities = Some(availabilities);
        self
    }

    /// Adds the page on which administrators see whether everything is set up.
    #[must_use]
    pub fn checks(mut self, checks: Checks) -> Self {
        self.checks = Some(checks);
        self
    }

    /// Adds the page on which administrators have rooms move between the two backends.
    #[must_use]
    pub fn relocations(mut self, relocations: Relocations) -> Self {
        self.relocations = Some(relocations);
        self
    }

    /// Adds the page on which administrators look after the staff and take lists over.
    #[must_use]
    pub fn registers(
        mut self,
        staff: GuardedStaffRegister,
        patients: GuardedPatientRegister,
    ) -> Self {
        self.registers = Some(Registers { staff, patients });
        self
    }

    /// Adds the page on which administrators read the audit.
    #[must_use]
    pub fn audit_trail(mut self, trail: GuardedAuditTrail) -> Self {
        self.audit_trail = Some(trail);
        self
    }

    /// Adds the page of administrators about rules of retention, legal holds, which name rooms and patients, and what went.
    #[must_use]
    pub fn retention(
        mut self,
        retention: GuardedRetention,
        rules: RetentionRules,
        rooms: Vec<Arc<dyn Records>>,
        patients: Arc<dyn PatientLookup>,
    ) -> Self {
        self.retained = Some(Retained {
            retention,
            rules,
            rooms,
            patients,
        });
        self
    }

    /// Leads on from rooms that were moved to the other backend, or back.
    #[must_use]
    pub fn moves(mut self, moves: Arc<dyn Moves>) -> Self {
        self.moves = Some(moves);
        self
    }

    /// Serves these routes too, behind what every answer goes through.
    #[must_use]
    pub fn also(mut self, routes: Router) -> Self {
        self.also = self.also.merge(routes);
        self
    }

    /// Has every upload scanned for malware before anything else is done with it. What is refused,
    /// or cannot be scanned, is not stored.
    #[must_use]
    pub fn scanner(mut self, scanner: Arc<dyn AttachmentScanner>) -> Self {
        self.uploads.scanned_by(scanner);
        self
    }

    /// Asks the hospital's own store whether it takes writes, before `/health/ready` says that all is well.
    #[must_use]
    pub fn store_health(mut self, store: Arc<dyn Health>) -> Self {
        self.store = Some(store);
        self
    }

    /// Takes programs and scripts too, which are refused otherwise.
    #[must_use]
    pub fn allow_programs(mut self) -> Self {
        self.uploads.take_programs();
        self
    }

    /// Serves metrics at `/metrics`, with those of the process. The recorder of `metrics` has to be the global one.
    #[must_use]
    pub fn metrics(mut self, metrics: PrometheusHandle) -> Self {
        measurements::describe();
        self.metrics = Some(metrics);
        self
    }

    /// Logs a line for every answer, at level `INFO` under the target `hims_chat::access`: the route and how it
    /// went, never an address.
    #[must_use]
    pub fn access_log(mut self) -> Self {
        self.access_log = true;
        self
    }

    /// Closes live streams politely when `closing` is cancelled; needed for a graceful stop, as
    /// they never end by themselves.
    #[must_use]
    pub fn closing(mut self, closing: CancellationToken) -> Self {
        self.closing = closing;
        self
    }

    /// The mounts, the patients' pages and what they need, to merge into the router of a host
    /// service: no fallback, no `/`, no health or metrics, as a host has its own.
    pub fn router(self) -> Router {
        routes::router(self.watched())
    }

    /// A whole site, to serve by itself: also a start page, health, metrics, OpenAPI, and a page
    /// for addresses that are none.
    pub fn site(self) -> Router {
        routes::site(self.watched())
    }

    /// A whole site without metrics and OpenAPI, and a second one with them and health, for an address that
    /// only operators reach.
    pub fn sites(self) -> (Router, Router) {
        routes::apart(self.watched())
    }

    fn watched(self) -> Shell {
        let shell = Arc::new(self);
        measurements::begin(&shell);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(outages::watch(Arc::downgrade(&shell)));
        }
        shell
    }
}

/// A mount as its handlers hold it.
#[derive(Clone)]
pub(crate) struct MountContext {
    pub(crate) shell: Shell,
    pub(crate) mount: Arc<Mount>,
    pub(crate) chat: Chat,
}

impl FromRef<MountContext> for Shell {
    fn from_ref(at: &MountContext) -> Self {
        at.shell.clone()
    }
}

impl MountContext {
    pub(crate) fn prefix(&self) -> &str {
        self.mount.prefix.as_str()
    }

    /// The address from which pages load the backend's client library; empty where they load none.
    pub(crate) fn library(&self) -> String {
        let library = self.mount.library.as_ref();
        library.map_or_else(String::new, |library| library.address(self.prefix()))
    }
}
