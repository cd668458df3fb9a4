//! Every call that can be made through the guard.

use domain::*;
use hims_chat_ports::*;

use crate::samples::*;

macro_rules! calls {
    ($($name:ident = $action:ident,)*) => {
        /// A call through the guard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Call { $($name,)* }

        impl Call {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The action that the policy should be asked for.
            pub(crate) fn action(self) -> Action {
                match self { $(Self::$name => Action::$action,)* }
            }
        }
    };
}

calls! {
    SearchPatients = SearchPatients,
    FindPatient = ViewPatient,
    CheckPatient = CheckPatient,
    ListRooms = ListRooms,
    ListUrgent = ListUrgent,
    UnreadOfPatients = ListRooms,
    UnreadRooms = ListRooms,
    HasPatientRoom = ListRooms,
    HasDirectRoom = ListRooms,
    SearchEverywhere = SearchMessages,
    Events = ListenLive,
    Presence = SeePresence,
    SeeAvailability = SeePresence,
    HearAvailability = SeePresence,
    SetAvailability = SetAvailability,
    OpenPatient = OpenPatientRoom,
    OpenRoom = OpenRoom,
    MintToken = MintClientToken,
    GetRoom = ReadRoom,
    Changes = ReadRoom,
    Page = ReadRoom,
    GetMessage = ReadRoom,
    Several = ReadRoom,
    SearchRoom = ReadRoom,
    Versions = ReadVersions,
    Post = PostMessage,
    SeeWarning = SeePatientWarning,
    ConfirmAfterWarning = SendDespiteWarning,
    WithdrawAfterWarning = WithdrawAfterWarning,
    WriteUnasked = SkipPatientCheck,
    EditOwn = EditOwnMessage,
    EditOthers = EditOthersMessage,
    RecallOwn = RecallOwnMessage,
    RecallOthers = RecallOthersMessage,
    MarkDelivered = MarkDelivered,
    MarkRead = MarkRead,
    MarkUnread = MarkUnread,
    Acknowledge = Acknowledge,
    Typing = SignalTyping,
    Draft = KeepDraft,
    AddParticipant = AddParticipant,
    RemoveParticipant = RemoveParticipant,
    Leave = LeaveRoom,
    Upload = UploadAttachment,
    Describe = DownloadAttachment,
    Fetch = DownloadAttachment,
    Thumbnail = SeeThumbnail,
    Discard = DiscardAttachment,
}

impl Call {
    pub(crate) fn names_a_room(self) -> bool {
        !matches!(
            self,
            Self::SearchPatients
                | Self::FindPatient
                | Self::CheckPatient
                | Self::ListRooms
                | Self::ListUrgent
                | Self::UnreadOfPatients
                | Self::UnreadRooms
                | Self::HasPatientRoom
                | Self::HasDirectRoom
                | Self::SearchEverywhere
                | Self::Events
                | Self::Presence
                | Self::SeeAvailability
                | Self::HearAvailability
                | Self::SetAvailability
                | Self::OpenPatient
                | Self::OpenRoom
                | Self::MintToken
        )
    }

    /// Makes the call. Every call but those without a room names [`room`].
    pub(crate) async fn make(
        self,
        chat: &Chat,
        patients: &Patients,
        availabilities: &GuardedAvailabilities,
        ana: &Doctor,
    ) -> Result<()> {
        let (rooms, messages, receipts) = (chat.rooms(), chat.messages(), chat.receipts());
        let (live, files) = (chat.live(), chat.attachments());
        let (room, id, size) = (room(), message_id(), PageSize::DEFAULT);
        match self {
            Self::SearchPatients => patients.search(ana, "A2", size).await.map(drop),
            Self::FindPatient => patients.find(ana, &PatientId::from(9)).await.map(drop),
            Self::CheckPatient => {
                let words = PatientWords::of("K 6.9 in A2-04");
                patients.check(ana, &words, Some("A2")).await.map(drop)
            }
            Self::SeeWarning => {
                let seen = PatientWarning::Seen;
                chat.record_warning(ana, &room, seen, "9").await
            }
            Self::ConfirmAfterWarning => {
                let confirmed = PatientWarning::Confirmed;
                chat.record_warning(ana, &room, confirmed, "c1").await
            }
            Self::WithdrawAfterWarning => {
                let withdrawn = PatientWarning::Withdrawn;
                chat.record_warning(ana, &room, withdrawn, "c1").await
            }
            Self::WriteUnasked => {
                let unasked = PatientWarning::NotAsked;
                chat.record_warning(ana, &room, unasked, "laboratory").await
            }
            Self::ListRooms => rooms.list(ana, None, size).await.map(drop),
            Self::ListUrgent => messages.waiting(ana).await.map(drop),
            Self::UnreadOfPatients => rooms.unread_of_patients(ana, &[]).await.map(drop),
            Self::UnreadRooms => rooms.unread_rooms(ana).await.map(drop),
            Self::HasPatientRoom => {
                let patient = patient_ref();
                rooms.has_patient_room(ana, &patient).await.map(drop)
            }
            Self::HasDirectRoom => {
                let colleague = colleague();
                rooms.has_direct_room(ana, &colleague).await.map(drop)
            }
            Self::SearchEverywhere => messages.search(ana, &search(None)).await.map(drop),
            Self::Events => live.events(ana, None).await.map(drop),
            Self::Presence => live.presence(ana, &[]).await.map(drop),
            Self::SeeAvailability => {
                let of = [colleague().id().clone()];
                availabilities.of(ana, &of).await.map(drop)
            }
            Self::HearAvailability => availabilities.news(ana).await.map(drop),
            Self::SetAvailability => availabilities.set(ana, None).await,
            Self::OpenPatient => rooms.open_patient(ana, &patient_ref()).await.map(drop),
            Self::OpenRoom => {
                let direct = NewRoom::Direct(colleague());
                rooms.open(ana, &direct).await.map(drop)
            }
            Self::MintToken => chat.client_tokens().unwrap().mint(ana).await.map(drop),
            Self::GetRoom => rooms.get(ana, &room).await.map(drop),
            Self::Changes => rooms.changes(ana, &room).await.map(drop),
            Self::Page => {
                let latest = MessageCursor::Latest;
                messages.page(ana, &room, &latest, size).await.map(drop)
            }
            Self::GetMessage => messages.get(ana, &room, &id).await.map(drop),
            Self::Several => messages.several(ana, &room, &[id]).await.map(drop),
            Self::SearchRoom => messages.search(ana, &search(Some(room))).await.map(drop),
            Self::Versions => messages.versions(ana, &room, &id).await.map(drop),
            Self::Post => {
                let new = NewMessage {
                    client_id: ClientId::parse("c1").unwrap(),
                    content: words(),
                    reply_to: None,
                    urgency: Urgency::Routine,
                    urgent_reason: None,
                };
                messages.post(ana, &room, &new).await.map(drop)
            }
            Self::EditOwn | Self::EditOthers => {
                messages.edit(ana, &room, &id, &words()).await.map(drop)
            }
            Self::RecallOwn | Self::RecallOthers => {
                messages.recall(ana, &room, &id).await.map(drop)
            }
            Self::MarkDelivered => receipts.mark_delivered(ana, &room, &id).await,
            Self::MarkRead => receipts.mark_read(ana, &room, &id).await,
            Self::MarkUnread => receipts.mark_unread(ana, &room, &id).await,
            Self::Acknowledge => receipts.acknowledge(ana, &room, &id).await,
            Self::Typing => live.typing(ana, &room, true).await,
            Self::Draft => chat.admit_draft(ana, &room).await,
            Self::AddParticipant => rooms.add_participant(ana, &room, &colleague()).await,
            Self::RemoveParticipant => rooms.remove_participant(ana, &room, colleague().id()).await,
            Self::Leave => rooms.remove_participant(ana, &room, ana.id()).await,
            Self::Upload => files.upload(ana, &room, &new_file()).await.map(drop),
            Self::Describe => files.describe(ana, &file_id()).await.map(drop),
            Self::Fetch => files.fetch(ana, &file_id()).await.map(drop),
            Self::Thumbnail => files.thumbnail(ana, &file_id()).await.map(drop),
            Self::Discard => files.discard(ana, &file_id()).await,
        }
    }
}
