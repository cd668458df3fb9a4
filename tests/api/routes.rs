//! Routes and the people who may use each: the list that a new route has to be added to.

use std::sync::Arc;

use ports::{
    AuditKey, Backend, Capabilities, Chat, Checks, GuardedAuditTrail, GuardedAvailabilities,
    GuardedPatientRegister, GuardedRetention, GuardedStaffRegister, MockAttachments, MockAudit,
    MockAuditTrail, MockAvailabilities, MockChecking, MockCredentials, MockDisposal, MockHealth,
    MockLegalHolds, MockLive, MockMessages, MockMoves, MockPatientDirectory, MockPatientLookup,
    MockPatientRegister, MockReceipts, MockRelocating, MockRetentionReceipts, MockRooms,
    MockSessions, MockSignOns, MockStaffDirectory, MockStaffRegister, Patients, Relocations,
    SystemClock, usecase::RetentionStores,
};
use shell::{App, Mount, SignIn, SignOn, route_list};
use sign_on::{OpenId, OpenIdSettings, Proxy, ProxySettings};

use crate::support::device::CHAT;

/// The people who are let through a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Also who is not signed in.
    Anyone,
    /// Everybody who is signed in, doctor or not.
    SignedIn,
    /// Every doctor.
    Doctors,
    /// Administrators, who take part in no chat.
    Administrators,
    /// The doctors of the room in the address; for all others there is no such room.
    Room,
}

/// The body that goes with a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    None,
    Json(&'static str),
    Form(&'static str),
    File,
    Files,
}

/// A route, and what to ask it with. `P` is the mount; `{room}`, `{message}`, `{attachment}` and
/// the like are filled in.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) door: Door,
    pub(super) body: Body,
}

const fn route(method: &'static str, path: &'static str, door: Door, body: Body) -> Route {
    Route {
        method,
        path,
        door,
        body,
    }
}

use Body::{File, Files, Form, Json, None};
use Door::{Administrators, Anyone, Doctors, Room, SignedIn};

const POSTED: &str = r#"{"client_id":"c-1","text":"Potassium?"}"#;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/", Doctors, None),
    route("GET", "/doctor", Doctors, None),
    route("GET", "/doctor/patients", Doctors, None),
    route("POST", "/doctor/patients", Doctors, Form("q=vint")),
    route("GET", "/doctor/patients/{patient}", Doctors, None),
    route("POST", "/doctor/api/patients", Doctors, Json(r#"{"q":"vint"}"#)),
    route("POST", "/doctor/api/patients/unread", Doctors, Json(r#"{"patients":[]}"#)),
    route("GET", "/doctor/people", Doctors, None),
    route("GET", "/doctor/inbox", Doctors, None),
    route("GET", "/doctor/inbox/api/rooms", Doctors, None),
    route("GET", "/doctor/inbox/api/unread", Doctors, None),
    route("POST", "/doctor/availability", Doctors, Form("text=In+theatre&minutes=60")),
    route("PUT", "/doctor/api/availability", Doctors, Json(r#"{"text":"In theatre","until":"{soon}"}"#)),
    route("DELETE", "/doctor/api/availability", Doctors, None),
    route("GET", "/assets/{*path}", Anyone, None),
    route("GET", "/health/live", Anyone, None),
    route("GET", "/health/ready", Anyone, None),
    route("GET", "/metrics", Anyone, None),
    route("GET", "/openapi.json", Anyone, None),
    route("GET", "/openapi", Anyone, None),
    route("GET", "/login", Anyone, None),
    route("POST", "/login", Anyone, Form("email=&password=")),
    route("POST", "/logout", Anyone, Form("")),
    route("POST", "/lock", Anyone, Form("")),
    route("POST", "/unlock", Anyone, Form("password=")),
    route("GET", "/sessions", SignedIn, None),
    route("POST", "/sessions/end-others", SignedIn, Form("")),
    route("POST", "/sessions/{id}/end", SignedIn, Form("")),
    route("GET", "/doctor/api/sessions", SignedIn, None),
    route("DELETE", "/doctor/api/sessions/{id}", SignedIn, None),

    route("GET", "/admin/checks", Administrators, None),
    route("POST", "/admin/checks", Administrators, Form("")),
    route("GET", "/admin/moves", Administrators, None),
    route("POST", "/admin/moves", Administrators, Form("order=compare&scope=all")),
    route("GET", "/admin/people", Administrators, None),
    route("POST", "/admin/people", Administrators, Form("name=&email=&role=doctor")),
    route("POST", "/admin/people/import", Administrators, Files),
    route("POST", "/admin/people/{staff}/deactivate", Administrators, Form("")),
    route("POST", "/admin/people/{staff}/reactivate", Administrators, Form("")),
    route("POST", "/admin/people/{staff}/password", Administrators, Form("password=")),
    route("GET", "/admin/audit", Administrators, None),
    route("GET", "/admin/retention", Administrators, None),
    route("POST", "/admin/retention/holds", Administrators, Form("matter=room&id=&reason=")),
    route("POST", "/admin/retention/holds/{hold}/lift", Administrators, Form("")),

    route("GET", "P", Doctors, None),
    route("POST", "P/rooms", Doctors, Form("participant_ids=2")),
    route("POST", "P/patients/{patient}", Doctors, Form("")),
    route("GET", "P/search", Doctors, None),
    route("POST", "P/search", Doctors, Form("q=Come")),
    route("GET", "P/rooms/{room}", Room, None),
    route("GET", "P/rooms/{room}/print", Room, None),
    route("POST", "P/rooms/{room}/messages", Room, Form("client_id=c-1&text=Potassium%3F")),
    route("POST", "P/rooms/{room}/files", Room, Files),
    route("POST", "P/rooms/{room}/patient-warning", Room, Form("text=Potassium%3F")),
    route("POST", "P/rooms/{room}/unsent", Room, Form("text=Potassium%3F")),
    route("POST", "P/rooms/{room}/read", Room, Form("message_id={message}")),
    route("POST", "P/rooms/{room}/unread", Room, Form("message_id={message}")),
    route("POST", "P/rooms/{room}/messages/{message}/acknowledgement", Room, Form("")),
    route("POST", "P/rooms/{room}/messages/{message}/edit", Room, Form("text=Sodium%3F")),
    route("POST", "P/rooms/{room}/messages/{message}/recall", Room, Form("")),
    route("POST", "P/rooms/{room}/participants", Room, Form("doctor_id=5")),
    route("POST", "P/rooms/{room}/participants/{doctor}/remove", Room, Form("")),

    route("GET", "P/client-library.js", Doctors, None),

    route("GET", "P/api/rooms", Doctors, None),
    route("POST", "P/api/rooms", Doctors, Json(r#"{"participant_ids":["2"]}"#)),
    route("GET", "P/api/rooms/{room}", Room, None),
    route("POST", "P/api/rooms/{room}/participants", Room, Json(r#"{"doctor_id":"5"}"#)),
    route("DELETE", "P/api/rooms/{room}/participants/{doctor}", Room, None),
    route("GET", "P/api/rooms/{room}/changes", Room, None),
    route("GET", "P/api/rooms/{room}/messages", Room, None),
    route("POST", "P/api/rooms/{room}/messages", Room, Json(POSTED)),
    route("POST", "P/api/rooms/{room}/patient-warning", Room, Json(r#"{"choice":"withdrawn"}"#)),
    route("GET", "P/api/rooms/{room}/messages/{message}", Room, None),
    route("GET", "P/api/rooms/{room}/messages/{message}/versions", Room, None),
    route("PATCH", "P/api/rooms/{room}/messages/{message}", Room, Json(r#"{"text":"Sodium?"}"#)),
    route("DELETE", "P/api/rooms/{room}/messages/{message}", Room, None),
    route("POST", "P/api/rooms/{room}/messages/{message}/acknowledgement", Room, None),
    route("POST", "P/api/rooms/{room}/read", Room, Json(r#"{"message_id":"{message}"}"#)),
    route("POST", "P/api/rooms/{room}/unread", Room, Json(r#"{"message_id":"{message}"}"#)),
    route("GET", "P/api/urgent", Doctors, None),
    route("GET", "P/api/rooms/{room}/draft", Room, None),
    route("PUT", "P/api/rooms/{room}/draft", Room, Json(r#"{"text":"Begun"}"#)),
    route("DELETE", "P/api/rooms/{room}/draft", Room, None),
    route("POST", "P/api/rooms/{room}/typing", Room, Json(r#"{"typing":true}"#)),
    route("POST", "P/api/rooms/{room}/attachments", Room, File),
    route("GET", "P/api/attachments/{attachment}", Room, None),
    route("DELETE", "P/api/attachments/{attachment}", Room, None),
    route("GET", "P/api/attachments/{attachment}/thumbnail", Room, None),
    route("GET", "P/api/search", Doctors, None),
    route("POST", "P/api/search", Doctors, Json(r#"{"q":"Come"}"#)),
    route("GET", "P/api/doctors", Doctors, None),
    route("GET", "P/api/events", Doctors, None),
    route("POST", "P/api/token", Doctors, None),
    route("GET", "P/api/capabilities", Doctors, None),
];

#[test]
fn every_route_is_on_the_list_and_nothing_else() {
    let mut listed: Vec<_> = ROUTES
        .iter()
        .map(|route| format!("{} {}", route.method, route.path.replacen('P', CHAT, 1)))
        .collect();
    let mut served: Vec<_> = route_list(&app_of_mocks())
        .into_iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    listed.sort();
    served.sort();
    assert_eq!(
        served, listed,
        "a route is added together with who may use it"
    );
}

/// The shell as the program composes it, before anything is asked of it.
fn app_of_mocks() -> App {
    app_with(|sign_in| sign_in)
}

#[test]
fn ways_to_sign_in_are_open_to_anyone_where_they_are_taken() {
    let openid =
        OpenIdSettings::new("https://sso.example", "hims-chat", "https://chat.example").unwrap();
    let proxy = ProxySettings::Header("x-remote-user".parse().unwrap());
    let ways = SignOn::new(Arc::new(MockSignOns::new()))
        .openid(OpenId::new(openid).unwrap())
        .proxy(Proxy::new(proxy).unwrap());
    let usual = route_list(&app_of_mocks());
    let more = route_list(&app_with(|sign_in| sign_in.sign_on(ways)));
    let more = more.into_iter().filter(|route| !usual.contains(route));
    let more: Vec<_> = more
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert_eq!(
        more,
        [
            "GET /login/oidc",
            "POST /login/oidc",
            "GET /login/oidc/callback",
            "POST /login/oidc/back-channel",
            "POST /login/proxy"
        ]
    );
}

/// The same with other ways to sign in.
fn app_with(ways: impl FnOnce(SignIn) -> SignIn) -> App {
    let capabilities = Capabilities {
        backend: "legacy",
        search: true,
        attachments: true,
        max_attachment_bytes: 1,
        delivered_receipts: true,
        acknowledgement: true,
        edit_history: true,
        client_tokens: false,
    };
    let backend = Backend {
        rooms: Arc::new(MockRooms::new()),
        messages: Arc::new(MockMessages::new()),
        receipts: Arc::new(MockReceipts::new()),
        live: Arc::new(MockLive::new()),
        attachments: Arc::new(MockAttachments::new()),
        health: Arc::new(MockHealth::new()),
        tokens: Option::None,
        capabilities,
    };
    let audit = Arc::new(MockAudit::new());
    let chat = Chat::new(backend, audit.clone(), Arc::new(SystemClock));
    let patients = Patients::new(
        Arc::new(MockPatientDirectory::new()),
        audit.clone(),
        Arc::new(SystemClock),
    );
    let checks = Checks::new(
        Arc::new(MockChecking::new()),
        audit.clone(),
        Arc::new(SystemClock),
    );
    let relocations = Relocations::new(
        Arc::new(MockRelocating::new()),
        audit.clone(),
        Arc::new(SystemClock),
    );
    let availabilities = GuardedAvailabilities::new(
        Arc::new(MockAvailabilities::new()),
        audit.clone(),
        Arc::new(SystemClock),
    );
    let staff = Arc::new(MockStaffDirectory::new());
    let sign_in = SignIn::new(
        Arc::new(MockCredentials::new()),
        Arc::new(MockSessions::new()),
        staff.clone(),
        Arc::new(SystemClock),
        std::time::Duration::from_secs(60),
    );
    let registers = (
        GuardedStaffRegister::new(
            Arc::new(MockStaffRegister::new()),
            audit.clone(),
            Arc::new(SystemClock),
        ),
        GuardedPatientRegister::new(
            Arc::new(MockPatientRegister::new()),
            audit.clone(),
            Arc::new(SystemClock),
        ),
    );
    let stores = RetentionStores {
        legacy: Arc::new(MockDisposal::new()),
        stream: Option::None,
        moves: Arc::new(MockMoves::new()),
        holds: Arc::new(MockLegalHolds::new()),
        patients: Arc::new(MockPatientLookup::new()),
        trail: Arc::new(MockAuditTrail::new()),
    };
    let receipts = Arc::new(MockRetentionReceipts::new());
    let signed = (
        receipts as Arc<dyn ports::RetentionReceipts>,
        AuditKey::new([0; 32]),
    );
    let retention = GuardedRetention::new(stores, signed, audit.clone(), Arc::new(SystemClock));
    let trail = Arc::new(MockAuditTrail::new());
    let trail = GuardedAuditTrail::new(trail, audit, Arc::new(SystemClock));
    App::new("Hospital", patients, staff)
        .registers(registers.0, registers.1)
        .audit_trail(trail)
        .retention(
            retention,
            domain::RetentionRules::default(),
            Vec::new(),
            Arc::new(MockPatientLookup::new()),
        )
        .sign_in(ways(sign_in))
        .checks(checks)
        .relocations(relocations)
        .availabilities(availabilities)
        .mount(Mount::new(CHAT.parse().unwrap(), "Messages", "Chat", chat))
}
