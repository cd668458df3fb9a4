//! The ports behind the guard.

use std::sync::Arc;

use bytes::Bytes;
use domain::{MessagePage, RoomPage, SearchPage, StaffId, Standing};
use futures_util::stream;
use hims_chat_ports::*;

use crate::{calls::Call, samples::*};

/// Ports without any expectation: whatever reaches them fails the test.
pub(crate) struct Behind {
    rooms: MockRooms,
    messages: MockMessages,
    receipts: MockReceipts,
    live: MockLive,
    files: MockAttachments,
    tokens: MockClientTokens,
    patients: MockPatientDirectory,
    availabilities: MockAvailabilities,
}

impl Behind {
    pub(crate) fn new() -> Self {
        Self {
            rooms: MockRooms::new(),
            messages: MockMessages::new(),
            receipts: MockReceipts::new(),
            live: MockLive::new(),
            files: MockAttachments::new(),
            tokens: MockClientTokens::new(),
            patients: MockPatientDirectory::new(),
            availabilities: MockAvailabilities::new(),
        }
    }

    pub(crate) fn into_ports(
        self,
    ) -> (Backend, Arc<dyn PatientDirectory>, Arc<dyn Availabilities>) {
        let backend = Backend {
            rooms: Arc::new(self.rooms),
            messages: Arc::new(self.messages),
            receipts: Arc::new(self.receipts),
            live: Arc::new(self.live),
            attachments: Arc::new(self.files),
            health: Arc::new(MockHealth::new()),
            tokens: Some(Arc::new(self.tokens)),
            capabilities: Capabilities {
                backend: "legacy",
                search: true,
                attachments: true,
                max_attachment_bytes: 10,
                delivered_receipts: true,
                acknowledgement: true,
                edit_history: true,
                client_tokens: true,
            },
        };
        (
            backend,
            Arc::new(self.patients),
            Arc::new(self.availabilities),
        )
    }

    /// Ports that say how the asker stands, and else only what the guard has to know before it can
    /// ask the policy: whose message it is, and in which room a file lies.
    pub(crate) fn refusing(call: Call, standing: Standing) -> Self {
        let mut behind = Self::new();
        if call.names_a_room() {
            let ask = behind.rooms.expect_standing().times(1);
            ask.returning(move |_, _| Ok(standing));
        }
        if let Call::OpenPatient = call {
            let ask = behind.rooms.expect_is_removed_from_patient().times(1);
            ask.returning(move |_, _| Ok(standing == Standing::Removed));
        }
        behind.know_what_is_asked_for(call);
        behind
    }

    /// Ports that cannot say how anybody stands.
    pub(crate) fn lost(call: Call) -> Self {
        let mut behind = Self::new();
        let ask = behind.rooms.expect_standing().times(1);
        ask.returning(|_, _| Err(Error::unavailable("the database does not answer")));
        behind.know_what_is_asked_for(call);
        behind
    }

    fn know_what_is_asked_for(&mut self, call: Call) {
        let author = match call {
            Call::EditOwn | Call::RecallOwn => StaffId::from(1),
            Call::EditOthers | Call::RecallOthers => StaffId::from(2),
            Call::Describe | Call::Fetch | Call::Thumbnail | Call::Discard => {
                self.files
                    .expect_describe()
                    .times(1)
                    .returning(|_, _| Ok(file()));
                return;
            }
            _ => return,
        };
        let get = self.messages.expect_get().times(1);
        get.returning(move |_, _, _| Ok(message(author.clone())));
    }

    /// Ports that expect this one call, once.
    pub(crate) fn allowing(call: Call, standing: Standing) -> Self {
        let mut behind = Self::refusing(call, standing);
        let (rooms, messages, live) = (&mut behind.rooms, &mut behind.messages, &mut behind.live);
        let (receipts, files) = (&mut behind.receipts, &mut behind.files);
        let patients = &mut behind.patients;
        match call {
            Call::SearchPatients => {
                patients
                    .expect_search()
                    .times(1)
                    .returning(|_, _, _| Ok(vec![]));
            }
            Call::FindPatient => {
                patients
                    .expect_find()
                    .times(1)
                    .returning(|_, _| Ok(patient()));
            }
            Call::CheckPatient => {
                patients
                    .expect_named()
                    .times(1)
                    .returning(|_, _| Ok(vec![]));
                patients
                    .expect_on_ward()
                    .times(1)
                    .returning(|_, _| Ok(vec![]));
            }
            Call::Draft
            | Call::SeeWarning
            | Call::ConfirmAfterWarning
            | Call::WithdrawAfterWarning
            | Call::WriteUnasked => {}
            Call::ListRooms => {
                rooms
                    .expect_list()
                    .times(1)
                    .returning(|_, _, _| Ok(RoomPage::default()));
            }
            Call::UnreadOfPatients => {
                rooms
                    .expect_unread_of_patients()
                    .times(1)
                    .returning(|_, _| Ok(vec![]));
            }
            Call::UnreadRooms => {
                rooms.expect_unread_rooms().times(1).returning(|_| Ok(0));
            }
            Call::HasPatientRoom => {
                let has = rooms.expect_has_patient_room();
                has.times(1).returning(|_, _| Ok(true));
            }
            Call::HasDirectRoom => {
                let has = rooms.expect_has_direct_room();
                has.times(1).returning(|_, _| Ok(true));
            }
            Call::SearchEverywhere | Call::SearchRoom => {
                messages
                    .expect_search()
                    .times(1)
                    .returning(|_, _| Ok(SearchPage::default()));
            }
            Call::ListUrgent => {
                messages.expect_waiting().times(1).returning(|_| Ok(vec![]));
            }
            Call::Several => {
                messages
                    .expect_several()
                    .times(1)
                    .returning(|_, _, _| Ok(vec![]));
            }
            Call::Versions => {
                messages
                    .expect_versions()
                    .times(1)
                    .returning(|_, _, _| Ok(vec![]));
            }
            Call::MarkUnread => {
                receipts
                    .expect_mark_unread()
                    .times(1)
                    .returning(|_, _, _| Ok(()));
            }
            Call::Events => {
                live.expect_events()
                    .times(1)
                    .returning(|_, _| Ok(EventStream::new(EventId::read("1"), stream::empty())));
            }
            Call::Presence => {
                live.expect_presence().times(1).returning(|_, _| Ok(vec![]));
            }
            Call::SeeAvailability => {
                let availabilities = &mut behind.availabilities;
                availabilities
                    .expect_of()
                    .times(1)
                    .returning(|_, _, _| Ok(vec![]));
            }
            Call::HearAvailability => {
                let availabilities = &mut behind.availabilities;
                availabilities
                    .expect_news()
                    .times(1)
                    .returning(|| Box::pin(stream::empty()));
            }
            Call::SetAvailability => {
                let availabilities = &mut behind.availabilities;
                availabilities
                    .expect_set()
                    .times(1)
                    .returning(|_, _| Ok(()));
            }
            Call::OpenPatient => {
                rooms
                    .expect_open_patient()
                    .times(1)
                    .returning(|_, _| Ok(opened()));
            }
            Call::OpenRoom => {
                rooms.expect_open().times(1).returning(|_, _| Ok(opened()));
            }
            Call::Changes => {
                rooms.expect_changes().times(1).returning(|_, _| Ok(vec![]));
            }
            Call::GetRoom => {
                rooms
                    .expect_get()
                    .times(1)
                    .returning(|_, _| Ok(opened().room));
            }
            Call::Page => {
                messages
                    .expect_page()
                    .times(1)
                    .returning(|_, _, _, _| Ok(MessagePage::default()));
            }
            Call::GetMessage => {
                messages
                    .expect_get()
                    .times(1)
                    .returning(|_, _, _| Ok(message(StaffId::from(2))));
            }
            Call::Post => {
                let posted = || Posted {
                    message: message(StaffId::from(1)),
                    repeated: false,
                };
                messages
                    .expect_post()
                    .times(1)
                    .returning(move |_, _, _| Ok(posted()));
            }
            Call::EditOwn | Call::EditOthers => {
                messages
                    .expect_edit()
                    .times(1)
                    .returning(|_, _, _, _| Ok(message(StaffId::from(1))));
            }
            Call::RecallOwn | Call::RecallOthers => {
                messages
                    .expect_recall()
                    .times(1)
                    .returning(|_, _, _| Ok(message(StaffId::from(1))));
            }
            Call::MarkDelivered => {
                receipts
                    .expect_mark_delivered()
                    .times(1)
                    .returning(|_, _, _| Ok(()));
            }
            Call::MarkRead => {
                receipts
                    .expect_mark_read()
                    .times(1)
                    .returning(|_, _, _| Ok(()));
            }
            Call::Acknowledge => {
                receipts
                    .expect_acknowledge()
                    .times(1)
                    .returning(|_, _, _| Ok(()));
            }
            Call::Typing => {
                live.expect_typing().times(1).returning(|_, _, _| Ok(()));
            }
            Call::AddParticipant => {
                rooms
                    .expect_add_participant()
                    .times(1)
                    .returning(|_, _, _| Ok(()));
            }
            Call::RemoveParticipant | Call::Leave => {
                rooms
                    .expect_remove_participant()
                    .times(1)
                    .returning(|_, _, _| Ok(()));
            }
            Call::Upload => {
                files
                    .expect_upload()
                    .times(1)
                    .returning(|_, _, _| Ok(file()));
            }
            Call::MintToken => {
                behind
                    .tokens
                    .expect_mint()
                    .times(1)
                    .returning(|_| Ok(token()));
            }
            Call::Describe => {}
            Call::Fetch => {
                files
                    .expect_fetch()
                    .times(1)
                    .returning(|_, _| Ok(fetched()));
            }
            Call::Thumbnail => {
                files
                    .expect_thumbnail()
                    .times(1)
                    .returning(|_, _| Ok(Bytes::new()));
            }
            Call::Discard => {
                files.expect_discard().times(1).returning(|_, _| Ok(()));
            }
        }
        behind
    }
}
