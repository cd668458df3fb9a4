//! Every page, filled from the demonstration hospital: rendered by the tests, looked at by people.

mod busy;
mod data;
mod tests;

use super::{
    Abilities, AdminLinks, ChecksPage, Composer, ConversationPage, DemoLogin, DemoLogins, Frame,
    InboxPage, LoginPage, MountLink, NextStep, NoticePage, OpenApiPage, OpenChat, Operation,
    OwnAvailability, PaperPage, PatientPage, PatientRow, PatientsPage, Quote, RoomHead, RoomsPage,
    Sidebar, UnreadMark,
};
use askama::Template;
use ports::Finding;

/// Name and markup of every specimen.
fn all() -> Vec<(&'static str, String)> {
    fn page(page: &impl Template) -> String {
        page.render().unwrap()
    }
    vec![
        ("login", page(&login(None))),
        (
            "login-refused",
            page(&login(Some(
                "E-mail or password is wrong. After five tries, wait a minute.",
            ))),
        ),
        ("patients", page(&patients(""))),
        ("patients-none", page(&patients("Zz"))),
        ("patient", page(&patient())),
        ("rooms", page(&rooms())),
        ("inbox", page(&inbox())),
        ("conversation", page(&conversation())),
        ("paper", page(&paper())),
        ("conversation-empty", page(&empty_conversation())),
        ("conversation-refused", page(&refused())),
        ("notice-unconfigured", page(&unconfigured())),
        ("notice-forbidden", page(&forbidden())),
        ("openapi", page(&openapi())),
        ("checks", page(&checks())),
    ]
}

fn alone() -> Frame {
    Frame {
        hospital: data::HOSPITAL.into(),
        demonstration: true,
        ..Frame::default()
    }
}

fn frame(current: &str, room: &str) -> Frame {
    let mount = |prefix: &str, label: &str| MountLink {
        prefix: prefix.into(),
        label: label.into(),
        current: current == prefix,
    };
    let prefix = "/doctor/chat";
    Frame {
        sidebar: Some(Sidebar {
            doctor: data::person("d01"),
            availability: Some(OwnAvailability {
                said: data::availability("d01"),
            }),
            sign_out: true,
            lock_after: 600,
            unlock_by_password: true,
            unlock_by_sign_on: false,
            draft_key: "0b".repeat(32),
            mounts: vec![
                mount(prefix, "Messages (Legacy)"),
                mount("/doctor/stream-chat", "Stream Chat"),
            ],
            patients_current: current == "patients",
            inbox: Some(super::InboxLink {
                current: current == "inbox",
                unread: 3,
            }),
            people_current: false,
            prefix: prefix.into(),
            chats: vec![prefix.into(), "/doctor/stream-chat".into()],
            urgent: data::urgent(),
            urgent_missing: vec!["Stream Chat".into()],
            library: String::new(),
            search: true,
            rooms: data::rooms(room),
            rooms_missing: None,
        }),
        ..alone()
    }
}

fn inbox() -> InboxPage {
    InboxPage {
        frame: frame("inbox", ""),
        rooms: data::rooms(""),
        unread: 3,
        missing: vec!["Stream Chat".into()],
        next: Some("start~end".into()),
        is_first: false,
    }
}

fn login(error: Option<&str>) -> LoginPage {
    LoginPage {
        frame: alone(),
        by_name: false,
        email: error
            .map(|_| "d01@larkmere.example".into())
            .unwrap_or_default(),
        error: error.map(Into::into),
        reason: None,
        action: "/login".into(),
        password: true,
        sign_on: None,
        proxy: false,
        unsent: None,
        demo: Some(DemoLogins {
            password: "larkmere-demo".into(),
            logins: data::DOCTORS
                .iter()
                .map(|(id, name, specialty, grade, _)| DemoLogin {
                    email: format!("{id}@larkmere.example"),
                    who: format!("{name}, {specialty}, {grade}"),
                })
                .collect(),
        }),
    }
}

fn patients(query: &str) -> PatientsPage {
    let row = |(mrn, name, age_sex, bed, ward): &(&str, &str, &str, &str, &str)| PatientRow {
        id: (*mrn).into(),
        references: (*mrn).into(),
        former: String::new(),
        href: format!("/doctor/patients/{mrn}"),
        name: (*name).into(),
        age_sex: (*age_sex).into(),
        mrn: (*mrn).into(),
        bed: (*bed).into(),
        ward: (*ward).into(),
        unread: if bed.starts_with("B3") {
            vec![UnreadMark {
                place: "Legacy".into(),
                count: 2,
            }]
        } else {
            Vec::new()
        },
    };
    PatientsPage {
        frame: frame("patients", ""),
        query: query.into(),
        patients: if query.is_empty() {
            data::PATIENTS.iter().map(row).collect()
        } else {
            Vec::new()
        },
        ..PatientsPage::default()
    }
}

fn patient() -> PatientPage {
    let open = |prefix: &str, label: &str, backend: &str, last| OpenChat {
        action: format!("{prefix}/patients/p106"),
        label: label.into(),
        backend: backend.into(),
        reference: "r106".into(),
        unread: Some(2),
        last,
    };
    PatientPage {
        frame: frame("patients", ""),
        patient: data::casimir(),
        references: "r106".into(),
        earlier: Vec::new(),
        chats: vec![
            open(
                "/doctor/chat",
                "Legacy Chat",
                "legacy",
                Some(data::clock().label(data::at("22T09:40"))),
            ),
            open("/doctor/stream-chat", "Stream Chat", "stream", None),
        ],
        missing: Vec::new(),
    }
}

fn rooms() -> RoomsPage {
    RoomsPage {
        frame: frame("/doctor/chat", ""),
        prefix: "/doctor/chat".into(),
        doctors: data::choices(),
        ..RoomsPage::default()
    }
}

fn paper() -> PaperPage {
    PaperPage {
        frame: frame("/doctor/chat", "r103"),
        prefix: "/doctor/chat".into(),
        room: conversation().room,
        patient: Some(data::yusra()),
        keeps_versions: true,
        count: 13,
        is_whole: true,
        entries: busy::messages(),
        participants: data::participants(),
        printed_by: data::person("d01"),
        printed_at: data::clock().label(data::at("22T13:30")),
        ..PaperPage::default()
    }
}

fn conversation() -> ConversationPage {
    ConversationPage {
        in_use: None,
        frame: frame("/doctor/chat", "r103"),
        prefix: "/doctor/chat".into(),
        room: RoomHead {
            id: "r103".into(),
            title: "Yusra Calloway".into(),
            kind: "patient".into(),
            backend: "Legacy".into(),
        },
        opened_at: data::clock().label(data::at("22T13:30")),
        patient: Some(data::yusra()),
        entries: busy::messages(),
        before: Some("m00".into()),
        older_page: false,
        shown: String::new(),
        notice: None,
        unread_through: Some("m13".into()),
        composer: Composer {
            client_id: "c-1".into(),
            ..Composer::default()
        },
        participants: data::participants(),
        candidates: data::choices(),
        participants_error: None,
        can: Abilities {
            send: true,
            acknowledge: true,
            reply: true,
            edit: true,
            recall: true,
            versions: true,
            delivered: true,
            search: true,
            add_participants: true,
            remove_participants: true,
            leave: true,
            attach: Some(26_214_400),
        },
    }
}

fn empty_conversation() -> ConversationPage {
    ConversationPage {
        frame: frame("/doctor/chat", "r200"),
        room: RoomHead {
            id: "r200".into(),
            title: "Thursday list".into(),
            kind: "group".into(),
            backend: "Legacy".into(),
        },
        patient: None,
        entries: Vec::new(),
        before: None,
        unread_through: None,
        ..conversation()
    }
}

fn refused() -> ConversationPage {
    let draft = "Slot 19:00 is confirmed.\nBring the last gas and the ECG.";
    ConversationPage {
        composer: Composer {
            client_id: "c-1".into(),
            text: draft.into(),
            urgent: true,
            reason: "Needs a decision now".into(),
            reply: Some(Quote {
                message_id: "m05".into(),
                author: "Dr Wintersong".into(),
                text: "Repeat 5.8, T waves settling.".into(),
                on_page: false,
            }),
            keeps_draft: true,
            shows_draft: false,
            draft_saved_at: String::new(),
            editing: None,
            error: Some("Not sent: the chat database did not answer. Your text is kept below; send it again.".into()),
            warning: None,
        },
        ..conversation()
    }
}

fn unconfigured() -> NoticePage {
    NoticePage {
        frame: frame("/doctor/stream-chat", ""),
        status: 503,
        title: "Stream Chat is not configured".into(),
        text: "This hospital has not connected Stream yet. Messages (Legacy) works as usual. Whoever runs the service sets:".into(),
        steps: vec!["STREAM_APP_ID".into(), "STREAM_API_KEY".into(), "STREAM_API_SECRET".into()],
        next: Some(NextStep { href: "/doctor/chat".into(), label: "Go to Messages (Legacy)".into() }),
        sign_out: false,
    }
}

fn forbidden() -> NoticePage {
    NoticePage {
        frame: alone(),
        status: 403,
        title: "Only doctors take part in this chat".into(),
        text: "You are signed in as Nurse Ottoline Marsh. Nothing was opened and this visit was recorded.".into(),
        steps: Vec::new(),
        next: None,
        sign_out: true,
    }
}

fn checks() -> ChecksPage {
    let findings = [
        Finding::good("api-key", "STREAM_API_KEY is set"),
        Finding::warning(
            "region",
            "STREAM_REGION is not set",
            "set STREAM_REGION to the region the dashboard shows; it is told to people and chooses no host",
        ),
        Finding::bad(
            "access",
            "Stream, GET /app: the signature is wrong: the API secret is another (HTTP 401, code 43)",
            "copy STREAM_API_SECRET from the dashboard; it belongs to this key and no other",
        ),
    ];
    ChecksPage {
        asked_at: Some(data::clock().label(data::at("22T09:40"))),
        ..ChecksPage::new(alone(), &findings, AdminLinks::default())
    }
}

fn openapi() -> OpenApiPage {
    let operation =
        |method: &str, path: &str, summary: &str, request: &str, responses: &[&str]| Operation {
            method: method.into(),
            path: format!("/doctor/chat/api{path}"),
            summary: summary.into(),
            request: request.into(),
            responses: responses.iter().map(|r| (*r).into()).collect(),
        };
    OpenApiPage {
        frame: frame("", ""),
        title: "Doctor chat".into(),
        version: "0.1.0".into(),
        document: "/openapi.json".into(),
        operations: vec![
            operation(
                "GET",
                "/rooms",
                "The rooms of the doctor.",
                "",
                &["200 Rooms", "401 Problem"],
            ),
            operation(
                "POST",
                "/rooms/{room}/messages",
                "Sends a message.",
                "NewMessage",
                &["201 Message", "422 Problem"],
            ),
            operation(
                "DELETE",
                "/rooms/{room}/messages/{message}",
                "Recalls a message.",
                "",
                &["200 Message"],
            ),
        ],
    }
}
