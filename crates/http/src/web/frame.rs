//! What stands around a page: hospital, doctor, mounts, rooms.

mod urgent;

use domain::{Doctor, Message, PageSize, Room, RoomId, StaffId};

use super::availability;
use crate::{
    app::{At, Mounted, Shell},
    failure::Failure,
    json::Dressing,
    pages::{
        Frame, LocalTime, MountLink, PersonLabel, RoomRow, Sidebar, order_rooms, preview,
        short_name,
    },
};

/// Characters of the last message in the sidebar.
const PREVIEW_CHARS: usize = 80;

/// For a page before the login, or for someone who is no doctor.
pub(crate) fn alone(shell: &Shell) -> Frame {
    Frame {
        hospital: shell.hospital.clone(),
        demonstration: shell.demo_logins.is_some(),
        sandbox: shell.sandbox,
        time_zone: shell.zone.iana_name().unwrap_or("UTC").to_owned(),
        sidebar: None,
    }
}

/// For a page that must not ask a backend, because it says that one does not answer.
pub(crate) fn without_rooms(shell: &Shell, doctor: &Doctor) -> Frame {
    Frame {
        sidebar: Some(sidebar(shell, doctor, "", false)),
        ..alone(shell)
    }
}

/// For a page of the patients, beside the rooms of the first mount that has a backend.
pub(crate) async fn of_patients(shell: &Shell, doctor: &Doctor) -> Result<Frame, Failure> {
    let Some(at) = first_chat(shell) else {
        return Ok(Frame {
            sidebar: Some(Sidebar {
                availability: availability::own(shell, doctor).await?,
                ..sidebar(shell, doctor, "", true)
            }),
            ..alone(shell)
        });
    };
    let (availability, rooms, urgent) = futures_util::future::try_join3(
        availability::own(shell, doctor),
        rows(&at, doctor, None),
        urgent::waiting(&at, doctor),
    )
    .await?;
    let around = sidebar(shell, doctor, "", true);
    let around = Sidebar {
        availability,
        prefix: at.prefix().to_owned(),
        urgent,
        library: at.library(),
        search: at.chat.capabilities().search,
        rooms,
        ..around
    };
    Ok(Frame {
        sidebar: Some(around),
        ..alone(shell)
    })
}

/// For a page of a mount.
pub(crate) async fn of_mount(
    at: &At,
    doctor: &Doctor,
    current: Option<&RoomId>,
) -> Result<Frame, Failure> {
    let (availability, rooms, urgent) = futures_util::future::try_join3(
        availability::own(&at.shell, doctor),
        rows(at, doctor, current),
        urgent::waiting(at, doctor),
    )
    .await?;
    let around = sidebar(&at.shell, doctor, at.prefix(), false);
    let around = Sidebar {
        availability,
        prefix: at.prefix().to_owned(),
        urgent,
        library: at.library(),
        search: at.chat.capabilities().search,
        rooms,
        ..around
    };
    Ok(Frame {
        sidebar: Some(around),
        ..alone(&at.shell)
    })
}

/// The present moment in the hospital's zone.
pub(crate) fn clock(shell: &Shell) -> LocalTime {
    LocalTime::new(shell.zone.clone(), shell.clock.now())
}

/// A doctor as pages name them.
pub(crate) fn person(doctor: &Doctor) -> PersonLabel {
    let member = doctor.member();
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    PersonLabel::new(
        doctor.id().as_str(),
        doctor.name(),
        &text(&member.specialty),
        &text(&member.grade),
    )
}

pub(crate) fn first_chat(shell: &Shell) -> Option<At> {
    shell.mounts.iter().find_map(|mount| match &mount.chat {
        Mounted::Chat(chat) => Some(At {
            shell: shell.clone(),
            mount: mount.clone(),
            chat: chat.clone(),
        }),
        Mounted::NotConfigured(_) => None,
    })
}

fn sidebar(shell: &Shell, doctor: &Doctor, current: &str, patients_current: bool) -> Sidebar {
    let mounts = shell.mounts.iter().map(|mount| MountLink {
        prefix: mount.prefix.to_string(),
        label: mount.label.clone(),
        current: mount.prefix.as_str() == current,
    });
    Sidebar {
        doctor: person(doctor),
        availability: None,
        sign_out: shell.sign_in.is_some(),
        lock_after: shell
            .sign_in
            .as_ref()
            .and_then(|sign_in| sign_in.lock_after())
            .map_or(0, |idle| idle.as_secs()),
        mounts: mounts.collect(),
        patients_current,
        people_current: false,
        prefix: String::new(),
        urgent: Vec::new(),
        library: String::new(),
        search: false,
        rooms: Vec::new(),
    }
}

async fn rows(at: &At, doctor: &Doctor, current: Option<&RoomId>) -> Result<Vec<RoomRow>, Failure> {
    let page = at
        .chat
        .rooms()
        .list(doctor, None, PageSize::DEFAULT)
        .await?;
    let dressing = Dressing::of(at, doctor, &page.rooms).await?;
    let clock = clock(&at.shell);
    let row = |room: &Room| {
        row(
            at,
            doctor.id(),
            room,
            &dressing,
            &clock,
            current == Some(&room.id),
        )
    };
    let mut rows: Vec<RoomRow> = page.rooms.iter().map(row).collect();
    order_rooms(&mut rows);
    Ok(rows)
}

fn row(
    at: &At,
    me: &StaffId,
    room: &Room,
    dressing: &Dressing,
    clock: &LocalTime,
    current: bool,
) -> RoomRow {
    let last = room.last_message.as_ref();
    RoomRow {
        id: room.id.to_string(),
        href: format!("{}/rooms/{}", at.prefix(), room.id),
        title: dressing.title(room),
        patient: dressing
            .patient(room)
            .map(|patient| patient.id.to_string())
            .unwrap_or_default(),
        bed: dressing
            .patient(room)
            .and_then(|patient| patient.bed.clone())
            .unwrap_or_default(),
        ward: dressing
            .patient(room)
            .and_then(|patient| patient.ward.clone())
            .unwrap_or_default(),
        preview_author: last.map(|last| author(last, me)).unwrap_or_default(),
        preview_text: last.map(words).unwrap_or_default(),
        time: last.map(|last| clock.label(last.sent_at)),
        unread: room.unread.into(),
        urgent: room.urgent,
        mentioned: room.mentioned,
        current,
    }
}

fn author(message: &Message, me: &StaffId) -> String {
    if message.author.id == *me {
        "You".to_owned()
    } else {
        short_name(&message.author.name)
    }
}

/// The start of a message, or what became of it.
fn words(message: &Message) -> String {
    if message.is_recalled() {
        return "Recalled".to_owned();
    }
    match (message.text(), message.attachments()) {
        (Some(text), _) => preview(text.as_str(), PREVIEW_CHARS),
        (None, [file, ..]) => preview(file.name.as_str(), PREVIEW_CHARS),
        (None, []) => String::new(),
    }
}
