//! A hospital with chats in memory.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{
    AttachmentId, Decision, HeldMatter, HoldReason, MessageId, PatientRef, Period, RetentionRules,
    Role, RoomId, RoomKind, StaffId, StaffMember,
};
use hims_chat_ports::{
    usecase::{DueItem, DueList, RetentionFound, RetentionRun, RetentionStores},
    *,
};
use jiff::Timestamp;

const NOW: &str = "2026-11-30T12:00:00Z";

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(super) fn years_ago(years: u16) -> Timestamp {
    Period::years(years).before(now())
}

pub(super) fn room(id: &str) -> RoomId {
    RoomId::parse(id).unwrap()
}

/// Everything that happens, in its order.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

/// A chat in memory.
pub(super) struct Chat {
    pub(super) rooms: Vec<DisposalRoom>,
    messages: Mutex<Vec<(RoomId, DueMessage)>>,
    pub(super) log: Log,
    /// A message that cannot be removed.
    pub(super) in_the_way: Option<MessageId>,
    /// Whether the store of files is away, and only rows are removed.
    pub(super) bytes_stay: bool,
    /// Why a room cannot be dealt with.
    pub(super) stuck: Option<(RoomId, Error)>,
}

impl Chat {
    fn refusal(&self, room: &RoomId) -> Result<()> {
        match &self.stuck {
            Some((stuck, error)) if stuck == room => Err(match error.kind() {
                ErrorKind::Unavailable => Error::unavailable(error.message().to_owned()),
                _ => Error::conflict(error.message().to_owned()),
            }),
            _ => Ok(()),
        }
    }

    fn bytes_of(&self, removal: Removal) -> Removal {
        let away = || Error::unavailable("the store of files does not answer");
        removal.then_bytes(if self.bytes_stay { Err(away()) } else { Ok(()) })
    }

    pub(super) fn left(&self) -> Vec<String> {
        let messages = self.messages.lock().unwrap();
        messages
            .iter()
            .map(|(_, message)| message.id.to_string())
            .collect()
    }
}

#[async_trait]
impl Disposal for Chat {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<DisposalRoom>> {
        assert_eq!(after, None, "one page has all");
        Ok(self.rooms.clone())
    }

    async fn due<'a>(
        &self,
        room: &RoomId,
        before: Timestamp,
        _: Option<&'a DueMessage>,
    ) -> Result<Vec<DueMessage>> {
        let messages = self.messages.lock().unwrap();
        let due = messages
            .iter()
            .filter(|(of, message)| of == room && message.sent_at < before);
        Ok(due.map(|(_, message)| message.clone()).collect())
    }

    async fn remove_messages(&self, room: &RoomId, messages: &[MessageId]) -> Result<Removal> {
        self.refusal(room)?;
        if messages
            .iter()
            .any(|id| Some(id) == self.in_the_way.as_ref())
        {
            return Err(Error::conflict("in the way"));
        }
        let mut log = self.log.lock().unwrap();
        log.extend(messages.iter().map(|id| format!("removed {id}")));
        let mut kept = self.messages.lock().unwrap();
        let gone = kept.extract_if(.., |(_, message)| messages.contains(&message.id));
        let files = gone.map(|(_, message)| message.files.len()).sum();
        Ok(self.bytes_of(Removal::of(messages.len(), files)))
    }

    async fn remove_files(&self, room: &RoomId, messages: &[DueMessage]) -> Result<Removal> {
        self.refusal(room)?;
        let mut log = self.log.lock().unwrap();
        log.extend(messages.iter().map(|due| format!("emptied {}", due.id)));
        let files = messages.iter().map(|due| due.files.len()).sum();
        Ok(self.bytes_of(Removal::of(0, files)))
    }

    async fn clear_traces(&self) -> Result<()> {
        self.log.lock().unwrap().push("cleared".to_owned());
        Ok(())
    }
}

pub(super) struct List {
    pub(super) log: Log,
    /// The number of items it still takes; then the disk is full.
    pub(super) takes: usize,
    /// The number of rooms and removals until the run is asked to stop.
    pub(super) steps: usize,
}

impl DueList for List {
    fn add(&mut self, item: &DueItem) -> Result<()> {
        if self.takes == 0 {
            return Err(Error::unavailable("the disk is full"));
        }
        self.takes -= 1;
        let word = match item {
            DueItem::Message { message, .. } => format!("listed {message}"),
            DueItem::Files { message, .. } => format!("listed files of {message}"),
            DueItem::Entry { entry, .. } => format!("listed entry {entry}"),
            _ => "listed something".to_owned(),
        };
        self.log.lock().unwrap().push(word);
        Ok(())
    }

    fn keep(&mut self) -> Result<()> {
        self.log.lock().unwrap().push("kept".to_owned());
        Ok(())
    }

    fn goes_on(&mut self) -> Result<()> {
        if self.steps == 0 {
            return Err(Error::unavailable("stopped"));
        }
        self.steps -= 1;
        Ok(())
    }
}

/// A hospital of which a case changes a part.
pub(super) struct Hospital {
    pub(super) legacy: Chat,
    pub(super) stream: Option<Chat>,
    pub(super) holds: MockLegalHolds,
    pub(super) moves: MockMoves,
    pub(super) trail: MockAuditTrail,
    pub(super) log: Log,
}

pub(super) fn due(id: &str, years: u16, files: &[&str]) -> DueMessage {
    let files = files.iter().map(|id| AttachmentId::parse(id).unwrap());
    let id = MessageId::parse(id).unwrap();
    let mut due = DueMessage::new(id, years_ago(years), files.collect());
    due.author = Some(StaffId::from(1));
    due
}

pub(super) fn patient() -> PatientRef {
    PatientRef::parse("0f".repeat(20)).unwrap()
}

impl Hospital {
    /// Each room has a message of 1, 5 and 9 years ago; that of 5 has a file.
    pub(super) fn new() -> Self {
        let log = Log::default();
        let doctors = [1, 2].map(StaffId::from).to_vec();
        let rooms = vec![
            DisposalRoom::new(room("10"), RoomKind::Patient(patient()), doctors.clone()),
            DisposalRoom::new(room("20"), RoomKind::Direct, doctors.clone()),
            DisposalRoom::new(room("30"), RoomKind::Group, vec![StaffId::from(3)]),
        ];
        let of = |name: &str| {
            let message = |years: u16, files: &[&str]| {
                (room(name), due(&format!("{name}-{years}"), years, files))
            };
            let file = format!("f{name}");
            [message(1, &[]), message(5, &[&file]), message(9, &[])]
        };
        let messages = ["10", "20", "30"]
            .iter()
            .flat_map(|name| of(name))
            .collect();
        let legacy = Chat {
            rooms,
            messages: Mutex::new(messages),
            log: log.clone(),
            in_the_way: None,
            bytes_stay: false,
            stuck: None,
        };
        Self {
            legacy,
            stream: None,
            holds: MockLegalHolds::new(),
            moves: MockMoves::new(),
            trail: MockAuditTrail::new(),
            log,
        }
    }

    pub(super) fn held(mut self, matter: HeldMatter) -> Self {
        let hold = NewHold {
            matter,
            reason: HoldReason::parse("a claim").unwrap(),
            placed_by: None,
            placed_at: now(),
        };
        let hold = LegalHold::stored(1, hold, None);
        self.holds
            .expect_list()
            .returning(move |_| Ok(vec![hold.clone()]));
        self
    }

    pub(super) fn nothing_moves(&mut self) {
        self.moves.expect_by_legacy().returning(|_| Ok(None));
        self.moves.expect_by_stream().returning(|_| Ok(None));
    }

    /// The hospital behind the guard. Whatever the mocks were not told is empty.
    pub(super) fn open(mut self) -> Open {
        self.holds.expect_list().returning(|_| Ok(Vec::new()));
        let (legacy, stream) = (Arc::new(self.legacy), self.stream.map(Arc::new));
        let mut patients = MockPatientLookup::new();
        patients.expect_named().returning(|_| Ok(Vec::new()));
        let stores = RetentionStores {
            legacy: legacy.clone(),
            stream: stream.clone().map(|stream| stream as Arc<dyn Disposal>),
            moves: Arc::new(self.moves),
            holds: Arc::new(self.holds),
            patients: Arc::new(patients),
            trail: Arc::new(self.trail),
        };
        let audited = Log::default();
        let noted = audited.clone();
        let mut audit = MockAudit::new();
        audit.expect_record().returning(move |entry| {
            let is_allowed = entry.decision == Decision::Allowed;
            let word = format!("{} {is_allowed}", entry.action);
            noted.lock().unwrap().push(word);
            Ok(())
        });
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        let mut receipts = MockRetentionReceipts::new();
        receipts.expect_add().returning(|_| Ok(()));
        let key = AuditKey::new([7; 32]);
        let signed = (
            Arc::new(receipts) as Arc<dyn RetentionReceipts>,
            key.clone(),
        );
        Open {
            retention: GuardedRetention::new(stores, signed, Arc::new(audit), Arc::new(clock)),
            legacy,
            stream,
            log: self.log,
            audited,
            key,
        }
    }
}

/// A hospital that runs.
pub(super) struct Open {
    pub(super) retention: GuardedRetention,
    pub(super) legacy: Arc<Chat>,
    pub(super) stream: Option<Arc<Chat>>,
    pub(super) log: Log,
    pub(super) audited: Log,
    pub(super) key: AuditKey,
}

impl Open {
    pub(super) fn list(&self) -> List {
        List {
            log: self.log.clone(),
            takes: usize::MAX,
            steps: usize::MAX,
        }
    }

    /// Rehearses and runs as an administrator: the one lists what the other removes.
    pub(super) async fn rehearse_and_run(&self, rules: &RetentionRules) -> RetentionFound {
        let member = member(Role::Administrator);
        let by = OrderedBy::Member(&member);
        let plan = self.retention.plan(by, rules, &mut self.list()).await;
        let plan = plan.unwrap();
        let planned = std::mem::take(&mut *self.log.lock().unwrap());
        let is_quiet = |word: &String| word.starts_with("listed") || word == "kept";
        assert!(planned.iter().all(is_quiet), "{planned:?}");
        let found = self.run(rules).await;
        assert_eq!(listed(&self.log.lock().unwrap()), listed(&planned));
        assert_eq!((plan.held(), plan.files), (found.held(), found.files));
        found
    }

    /// Runs as an administrator.
    pub(super) async fn run(&self, rules: &RetentionRules) -> RetentionFound {
        let member = member(Role::Administrator);
        let by = OrderedBy::Member(&member);
        let run = self.retention.run(by, rules, &mut self.list()).await;
        let RetentionRun {
            found,
            receipt,
            broken_off,
            ..
        } = run.unwrap();
        assert!(broken_off.is_none(), "{broken_off:?}");
        let receipt = self.retention.sign(receipt).await.unwrap();
        assert!(receipt.is_genuine(&self.key));
        assert_eq!(receipt.by, Some(member.id));
        assert_eq!(receipt.legacy_messages, found.legacy_messages);
        found
    }
}

fn listed(log: &[String]) -> Vec<String> {
    let listed = log.iter().filter(|word| word.starts_with("listed"));
    listed.cloned().collect()
}
pub(super) fn member(role: Role) -> StaffMember {
    StaffMember {
        id: StaffId::from(9),
        name: "Marlow Anstey".into(),
        role,
        specialty: None,
        grade: None,
        ward: None,
        active: true,
    }
}
