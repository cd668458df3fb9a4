//! Loads the frame around a page: hospital, doctor, mounts, rooms.

mod urgent;

use domain::{Doctor, Message, PageSize, Room, RoomId, StaffId};

use ports::DraftPlace;

use super::availability;
use crate::{
    app::{MountContext, Mounted, Shell},
    chats::{self, FOR_THE_PAGE, with_timeout},
    drafts,
    failure::Failure,
    json::RoomContext,
    login::SignIn,
    pages::{
        AdminLinks, Frame, InboxLink, LocalTime, MountLink, PersonLabel, RoomRow, Sidebar,
        order_rooms, preview, short_name,
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

/// The ways between the pages of administrators that are there.
pub(crate) fn admin_links(shell: &Shell) -> AdminLinks {
    AdminLinks {
        checks: shell.checks.is_some(),
        moves: shell.relocations.is_some(),
        staff: shell.registers.is_some(),
        audit: shell.audit_trail.is_some(),
        retention: shell.retained.is_some(),
        sign_out: shell.sign_in.is_some(),
    }
}

/// For a page that must not ask a backend, because it says that one does not answer. Once it is there it
/// asks each by itself for what is urgent.
pub(crate) fn without_rooms(shell: &Shell, doctor: &Doctor) -> Frame {
    let chats = chats::all(shell);
    Frame {
        sidebar: Some(Sidebar {
            inbox: (chats.len() > 1).then(InboxLink::default),
            chats: prefixes(&chats),
            ..sidebar(shell, doctor, "", false)
        }),
        ..alone(shell)
    }
}

/// For a page of the patients, beside the rooms of the first mount that has a backend. They are left out
/// where it does not answer: the page is not its business.
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
    let listed = async {
        match with_timeout(&at, FOR_THE_PAGE, rows(&at, doctor, None)).await {
            Ok(rows) => Ok(Some(rows)),
            Err(failure) if failure.is_of_the_chat() => Ok(None),
            Err(failure) => Err(failure),
        }
    };
    let (availability, rooms, above) =
        futures_util::future::try_join3(availability::own(shell, doctor), listed, async {
            Ok(urgent::above(&at, doctor).await)
        })
        .await?;
    Ok(Frame {
        sidebar: Some(Sidebar {
            availability,
            urgent: above.urgent,
            urgent_missing: above.missing,
            rooms_missing: rooms.is_none().then(|| at.mount.label.clone()),
            rooms: rooms.unwrap_or_default(),
            ..beside(&at, doctor, "", true)
        }),
        ..alone(shell)
    })
}

/// For the page of the rooms of all mounts.
pub(crate) async fn of_inbox(
    shell: &Shell,
    doctor: &Doctor,
    unread: u32,
) -> Result<Frame, Failure> {
    let Some(at) = first_chat(shell) else {
        return Ok(without_rooms(shell, doctor));
    };
    let (availability, above) =
        futures_util::future::try_join(availability::own(shell, doctor), async {
            Ok(urgent::above(&at, doctor).await)
        })
        .await?;
    let inbox = InboxLink {
        current: true,
        unread,
    };
    Ok(Frame {
        sidebar: Some(Sidebar {
            availability,
            urgent: above.urgent,
            urgent_missing: above.missing,
            inbox: Some(inbox),
            ..beside(&at, doctor, "", false)
        }),
        ..alone(shell)
    })
}

/// For a page of a mount.
pub(crate) async fn of_mount(
    at: &MountContext,
    doctor: &Doctor,
    current: Option<&RoomId>,
) -> Result<Frame, Failure> {
    let (availability, rooms, above) = futures_util::future::try_join3(
        availability::own(&at.shell, doctor),
        rows(at, doctor, current),
        async { Ok(urgent::above(at, doctor).await) },
    )
    .await?;
    Ok(Frame {
        sidebar: Some(Sidebar {
            availability,
            urgent: above.urgent,
            urgent_missing: above.missing,
            rooms,
            ..beside(at, doctor, at.prefix(), false)
        }),
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

pub(crate) fn first_chat(shell: &Shell) -> Option<MountContext> {
    shell.mounts.iter().find_map(|mount| match &mount.chat {
        Mounted::Chat(chat) => Some(MountContext {
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
    let sign_in = shell.sign_in.as_ref();
    Sidebar {
        doctor: person(doctor),
        availability: None,
        sign_out: sign_in.is_some(),
        lock_after: sign_in
            .and_then(|sign_in| sign_in.lock_after())
            .map_or(0, |idle| idle.as_secs()),
        unlock_by_password: sign_in.is_some_and(SignIn::takes_passwords),
        unlock_by_sign_on: sign_in.is_some_and(SignIn::has_openid),
        draft_key: sign_in
            .and_then(|sign_in| sign_in.draft_key(doctor))
            .unwrap_or_default(),
        mounts: mounts.collect(),
        patients_current,
        ..Sidebar::default()
    }
}

/// The sidebar of a page that follows a mount, without what has to be asked for.
fn beside(at: &MountContext, doctor: &Doctor, current: &str, patients_current: bool) -> Sidebar {
    let chats = chats::from(at);
    Sidebar {
        prefix: at.prefix().to_owned(),
        inbox: (chats.len() > 1).then(InboxLink::default),
        chats: prefixes(&chats),
        library: at.library(),
        search: at.chat.capabilities().search,
        ..sidebar(&at.shell, doctor, current, patients_current)
    }
}

fn prefixes(chats: &[MountContext]) -> Vec<String> {
    chats.iter().map(|at| at.prefix().to_owned()).collect()
}

async fn rows(
    at: &MountContext,
    doctor: &Doctor,
    current: Option<&RoomId>,
) -> Result<Vec<RoomRow>, Failure> {
    let page = at
        .chat
        .rooms()
        .list(doctor, None, PageSize::DEFAULT)
        .await?;
    let context = RoomContext::of(at, doctor, &page.rooms).await?;
    let clock = clock(&at.shell);
    let drafted = drafts::places(&at.shell, doctor).await;
    let row = |room: &Room| RoomRow {
        current: current == Some(&room.id),
        draft: current != Some(&room.id) && is_drafted(at, room, &drafted),
        ..row(at, doctor.id(), room, &context, &clock)
    };
    let mut rows: Vec<RoomRow> = page.rooms.iter().map(row).collect();
    order_rooms(&mut rows);
    Ok(rows)
}

/// The doctor has begun a message in the room.
pub(super) fn is_drafted(at: &MountContext, room: &Room, drafted: &[DraftPlace]) -> bool {
    drafted
        .iter()
        .any(|place| place.room == room.id && place.mount == at.prefix())
}

/// A room as lists show it.
pub(super) fn row(
    at: &MountContext,
    me: &StaffId,
    room: &Room,
    context: &RoomContext,
    clock: &LocalTime,
) -> RoomRow {
    let last = room.last_message.as_ref();
    RoomRow {
        id: room.id.to_string(),
        mount: at.prefix().to_owned(),
        place: String::new(),
        active_at: room.active_at.to_string(),
        href: format!("{}/rooms/{}", at.prefix(), room.id),
        title: context.title(room),
        patient: context
            .patient(room)
            .map(|patient| patient.id.to_string())
            .unwrap_or_default(),
        bed: context
            .patient(room)
            .and_then(|patient| patient.bed.clone())
            .unwrap_or_default(),
        ward: context
            .patient(room)
            .and_then(|patient| patient.ward.clone())
            .unwrap_or_default(),
        preview_author: last.map(|last| author(last, me)).unwrap_or_default(),
        preview_text: last.map(words).unwrap_or_default(),
        time: last.map(|last| clock.sent(last)),
        unread: room.unread.into(),
        urgent: room.urgent,
        mentioned: room.mentioned,
        draft: false,
        current: false,
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
