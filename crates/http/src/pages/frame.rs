//! View model of the frame around every page: hospital, ribbons, sidebar.

use super::{OwnAvailability, PersonLabel, TimeLabel};

/// Around every page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// The hospital's name.
    pub(crate) hospital: String,
    /// Shows the "Demonstration data" ribbon.
    pub(crate) demonstration: bool,
    /// Shows the ribbon that says the Stream mount speaks to the built-in sandbox.
    pub(crate) sandbox: bool,
    /// The hospital's time zone as browsers know it, such as `Europe/London`; empty means `UTC`.
    pub(crate) time_zone: String,
    /// Present for a signed-in doctor, absent on the login page and for anyone else.
    pub(crate) sidebar: Option<Sidebar>,
}

/// The left pane: who is signed in, where one can go, and the rooms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sidebar {
    /// The doctor who is signed in.
    pub(crate) doctor: PersonLabel,
    /// Their own statement of being available; `None` where nothing keeps it, or the page asks nobody.
    pub(crate) availability: Option<OwnAvailability>,
    /// Offers to sign out; a host service with a login of its own has its own place for that.
    pub(crate) sign_out: bool,
    /// Seconds without input after which the page locks; 0 where it does not.
    pub(crate) lock_after: u64,
    /// A locked page asks for the password.
    pub(crate) unlock_by_password: bool,
    /// A locked page leads to the hospital's own sign-in.
    pub(crate) unlock_by_sign_on: bool,
    /// With what the page seals what is written and not sent, once it locks; empty where it does not.
    pub(crate) draft_key: String,
    /// The mounts, in the order of the configuration.
    pub(crate) mounts: Vec<MountLink>,
    /// The patients page is the one shown.
    pub(crate) patients_current: bool,
    /// The way to the rooms of all mounts; `None` where there is one chat only.
    pub(crate) inbox: Option<InboxLink>,
    /// The page is the directory of doctors.
    pub(crate) people_current: bool,
    /// Prefix of the mount whose rooms are listed and whose events the page follows, such as
    /// `/doctor/chat`; empty where none is (no rooms are listed then).
    pub(crate) prefix: String,
    /// Prefixes of the mounts whose events the page follows, that one first: each chat once.
    pub(crate) chats: Vec<String>,
    /// Urgent messages that wait for this doctor: those that nobody acknowledged first, then the oldest.
    pub(crate) urgent: Vec<UrgentItem>,
    /// Labels of mounts whose urgent messages are not known, because they do not answer.
    pub(crate) urgent_missing: Vec<String>,
    /// Address from which the page loads the client library of that mount's backend; empty where the
    /// page listens to us.
    pub(crate) library: String,
    /// Messages of that mount can be searched.
    pub(crate) search: bool,
    /// The rooms in the order shown: see [`order_rooms`].
    pub(crate) rooms: Vec<RoomRow>,
    /// Label of the mount whose rooms would be listed, where it does not answer; the page says so.
    pub(crate) rooms_missing: Option<String>,
}

impl Sidebar {
    /// The rooms of the mount are listed beside the page, unless the page itself lists all rooms.
    pub(crate) fn lists_rooms(&self) -> bool {
        !self.prefix.is_empty() && !self.inbox.as_ref().is_some_and(|inbox| inbox.current)
    }

    /// `Stream Chat does not answer: urgent messages there are not shown.`
    pub(crate) fn urgent_missing_words(&self) -> String {
        match self.urgent_missing.as_slice() {
            [] => String::new(),
            [one] => format!("{one} does not answer: urgent messages there are not shown."),
            several => {
                let names = several.join(" and ");
                format!("{names} do not answer: urgent messages there are not shown.")
            }
        }
    }
}

/// The way to the rooms of all mounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct InboxLink {
    /// It is the page shown.
    pub(crate) current: bool,
    /// Rooms with something unread; 0 where the page does not know.
    pub(crate) unread: u32,
}

/// A link to a mount's start page.
#[derive(Clone, Debug, Default)]
pub(crate) struct MountLink {
    /// The mount's prefix, which is also its start page.
    pub(crate) prefix: String,
    /// `Messages (Legacy)` or `Stream Chat`.
    pub(crate) label: String,
    /// The page shown belongs to this mount.
    pub(crate) current: bool,
}

/// An urgent message that waits, below every page: it stands above no patient's banner.
#[derive(Clone, Debug, Default)]
pub(crate) struct UrgentItem {
    /// The prefix of its mount.
    pub(crate) mount: String,
    /// The message's id.
    pub(crate) message_id: String,
    /// Its room's id.
    pub(crate) room_id: String,
    /// Title of the message's room.
    pub(crate) room_title: String,
    /// The bed of the room's patient; empty where there is none.
    pub(crate) bed: String,
    /// `Dr Wintersong`.
    pub(crate) author: String,
    /// The reason, else the start of the message.
    pub(crate) why: String,
    /// `12 min ago`.
    pub(crate) age: String,
    /// When it was sent; `None` only in the blank.
    pub(crate) sent: Option<TimeLabel>,
    /// `Dr Lisle acknowledged 11:41`; empty as long as nobody did.
    pub(crate) acknowledged: String,
}

/// One room in the sidebar.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoomRow {
    /// The room's id.
    pub(crate) id: String,
    /// The prefix of its mount.
    pub(crate) mount: String,
    /// Name of the backend it lives in, such as `Stream`; empty where all rooms of the list share one.
    pub(crate) place: String,
    /// When it was last active, for machines; empty only in the blank.
    pub(crate) active_at: String,
    /// Address of the conversation.
    pub(crate) href: String,
    /// Patient or room name.
    pub(crate) title: String,
    /// The patient's id; empty without a patient.
    pub(crate) patient: String,
    /// The patient's bed; empty without a patient.
    pub(crate) bed: String,
    /// The patient's ward; empty without a patient.
    pub(crate) ward: String,
    /// Last author as a short name (`Dr Lisle`) or `You`; empty in a room without messages.
    pub(crate) preview_author: String,
    /// Start of the last message, or `Recalled`.
    pub(crate) preview_text: String,
    /// The doctor has begun a message there.
    pub(crate) draft: bool,
    /// When the last message was sent.
    pub(crate) time: Option<TimeLabel>,
    /// Messages of others that this doctor has not read.
    pub(crate) unread: u64,
    /// An urgent message waits for this doctor.
    pub(crate) urgent: bool,
    /// An unread message mentions this doctor.
    pub(crate) mentioned: bool,
    /// The room is the one shown.
    pub(crate) current: bool,
}

/// Puts rooms in the order of the sidebar: urgent, then unread, then most recent.
///
/// Rooms without messages come last and keep their order.
pub(crate) fn order_rooms(rooms: &mut [RoomRow]) {
    rooms.sort_by(|a, b| {
        let rank = |room: &RoomRow| (room.urgent, room.unread > 0);
        let sent = |room: &RoomRow| room.time.as_ref().map(|time| time.at);
        rank(b).cmp(&rank(a)).then(sent(b).cmp(&sent(a)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::LocalTime;
    use jiff::{Timestamp, tz::TimeZone};

    fn room(id: &str, second: Option<i64>, unread: u64, urgent: bool) -> RoomRow {
        let at = |s| Timestamp::from_second(s).unwrap();
        let clock = LocalTime::new(TimeZone::UTC, at(1_000));
        RoomRow {
            id: id.into(),
            time: second.map(|s| clock.label(at(s))),
            unread,
            urgent,
            ..RoomRow::default()
        }
    }

    #[test]
    fn urgent_comes_before_unread_before_recent() {
        let mut rooms = vec![
            room("empty", None, 0, false),
            room("recent", Some(900), 0, false),
            room("old unread", Some(100), 2, false),
            room("new unread", Some(500), 1, false),
            room("urgent", Some(50), 1, true),
        ];
        order_rooms(&mut rooms);
        let order: Vec<_> = rooms.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(
            order,
            ["urgent", "new unread", "old unread", "recent", "empty"]
        );
    }
}
