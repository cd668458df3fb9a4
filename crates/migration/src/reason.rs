/// The outcome of judging a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Taken over as it is.
    Adopted,
    /// Taken over, with something noted.
    Flagged,
    /// Kept aside with the reason, for a person to decide.
    Quarantined,
}

macro_rules! reasons {
    ($($name:ident $code:literal $outcome:ident $words:literal;)*) => {
        /// A fault of a row, or a fact worth knowing about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $(#[doc = $words] $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its word in tables and JSON.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The meaning, and the action that is taken.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// The outcome of a row for this reason alone.
            pub fn outcome(self) -> Outcome {
                match self { $(Self::$name => Outcome::$outcome),* }
            }
        }
    };
}

reasons! {
    NoKey "no_key" Quarantined "no id, so nothing can refer to it";
    NoEmail "no_email" Flagged "user without an e-mail: becomes a new, inactive user";
    NotHere "not_here" Flagged "nobody here has the user's e-mail: becomes a new, inactive user";
    SharedEmail "shared_email" Flagged "another user has the same e-mail: nobody is matched by it but one who alone was not deleted, the others become inactive users";
    PatientUnknown "patient_unknown" Flagged "the patient is in neither patient table, the old one and the one here: the room stays without a patient";
    NoParticipants "no_participants" Flagged "room without participants: nobody gets in until its likely members are reviewed, see likely_members in the mapping";
    SecondDirectRoom "second_direct_room" Flagged "another direct room of the same two: both are kept, as an earlier conversation";
    SoftDeleted "soft_deleted" Flagged "deleted in the old application: hidden, kept for audit";
    LeftSometime "left_sometime" Flagged "left at a time that cannot be read: not let in";
    LeavesLater "leaves_later" Flagged "leaves at a time that is still to come: let in, and to be taken out then";
    TwiceInRoom "twice_in_room" Flagged "the same person twice in a room: one participant, earliest join, latest read";
    RoomMissing "room_missing" Flagged "the room does not exist: kept in a recovered room whose members are the known authors";
    NoRoom "no_room" Quarantined "names no room";
    ParticipantOfNothing "participant_of_nothing" Quarantined "participant of a room that does not exist";
    UserMissing "user_missing" Quarantined "names a user who does not exist";
    SenderUnknown "sender_unknown" Flagged "sender empty, 0 or gone: shown as former staff, given to nobody else";
    ReceiverUnknown "receiver_unknown" Flagged "receiver gone, or a patient or another model: kept in a room with somebody who is no user here";
    OrderUnknown "order_unknown" Flagged "the same time as another message of its room, and no number that says which came first";
    SenderNotStaff "sender_not_staff" Flagged "sender is a patient or another model: kept and labelled";
    SenderOutside "sender_outside" Flagged "by a user who is not, and was not, in the room: kept under the name that the row says";
    EmptyBody "empty_body" Quarantined "no text and no file";
    Entities "html_entities" Flagged "HTML entities in the text: shown as stored unless the mapping says entities = \"decode\"";
    Markup "markup" Flagged "HTML in the text: kept as it is, always shown as text";
    Garbled "garbled" Flagged "wrongly decoded characters: kept as they are";
    TimeEstimated "time_estimated" Flagged "time missing, zero or in the future: estimated from the neighbours; where rows come in no order, when it was changed, or the year 2000";
    TimeAmbiguous "time_ambiguous" Flagged "local time in the repeated hour of autumn: read as the earlier, or as the later after a step back";
    TimeNeverWas "time_never_was" Flagged "local time that no clock showed, in the hour that spring leaves out: the zone may be wrong";
    ReadBeforeSent "read_before_sent" Flagged "read before it was sent: read when sent";
    ReadSometime "read_sometime" Flagged "read at a time that cannot be read: not certain, so it stays unread";
    ReadBySomeone "read_by_someone" Flagged "marked as read in a group without saying by whom: no name is invented";
    ReadAfterUnread "read_after_unread" Flagged "read, but an earlier message of the room was not, or has no row that says so: what is read here is read up to somewhere, so it stays unread";
    ReadTwice "read_twice" Flagged "several reads of one message by one person: the latest counts";
    MessageMissing "message_missing" Quarantined "names a message that does not exist";
    MessageAside "message_aside" Quarantined "names a message that is quarantined itself";
    NotOfMessage "not_of_message" Quarantined "belongs to something that is no message, such as the picture of a group";
    FileMissing "file_missing" Flagged "the file is not in the folder given with --files: a placeholder takes its place";
    FileUnnamed "file_unnamed" Flagged "something is said about a file, but no path of it: a placeholder takes its place";
    FileOutside "file_outside" Flagged "the file's path leads out of the folder: refused, a placeholder takes its place";
    FileElsewhere "file_elsewhere" Flagged "the file is a web address or inside the column: not fetched, a placeholder takes its place";
    FileRefused "file_refused" Flagged "the file is too large or of a kind that is not taken: a placeholder takes its place";
    Encrypted "encrypted" Flagged "encrypted by the old application: a placeholder takes its place, the original is kept aside";
    UnknownType "unknown_type" Flagged "unknown type of message: shown as text";
    InvalidJson "invalid_json" Flagged "a JSON column that is no JSON: its text is kept";
    TooLongForStream "too_long_for_stream" Flagged "over 5,000 characters: cannot be carried to Stream later";
}

impl Reason {
    /// Whether the time of a message could not be read as it stands.
    pub(crate) fn is_of_time(self) -> bool {
        matches!(
            self,
            Self::TimeEstimated | Self::TimeAmbiguous | Self::TimeNeverWas
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_different() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
