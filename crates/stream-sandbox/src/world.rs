//! Everything the sandbox knows, behind one lock: each request sees and leaves a consistent whole.

mod app;
mod channel;
mod channel_json;
mod kind;
mod member;
mod message;
mod message_json;
mod permission;
mod unread;
mod user;

use std::collections::{BTreeMap, HashMap, HashSet};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rand::Rng as _;

pub(crate) use self::app::AppSettings;
pub(crate) use self::channel::{CHANNEL_FIELDS, Channel, cid_parts};
pub(crate) use self::kind::Kind;
pub(crate) use self::member::Member;
pub(crate) use self::message::{MESSAGE_FIELDS, Message, Reaction};
pub(crate) use self::permission::Subject;
pub(crate) use self::user::{USER_FIELDS, User};
use crate::config::Config;
use crate::failure::Failure;
use crate::files::Files;
use crate::hooks::Hooks;
use crate::imports::Imports;
use crate::json::Object;
use crate::limits::Limits;
use crate::socket::Connections;
use crate::time::Clock;

pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) app: AppSettings,
    pub(crate) users: BTreeMap<String, User>,
    /// Ids that were deleted for ever; they cannot be used again.
    pub(crate) gone_users: HashSet<String>,
    pub(crate) channels: BTreeMap<String, Channel>,
    pub(crate) messages: HashMap<String, Message>,
    /// Messages that were ever answered in a thread, so that all others are known to have no replies.
    pub(crate) parents: HashSet<String>,
    pub(crate) kinds: BTreeMap<String, Kind>,
    pub(crate) roles: BTreeMap<String, Timestamp>,
    pub(crate) connections: Connections,
    pub(crate) files: Files,
    pub(crate) imports: Imports,
    /// Finished tasks by id, with their results.
    pub(crate) tasks: HashMap<String, (Timestamp, Object)>,
    pub(crate) hooks: Hooks,
    pub(crate) limits: Limits,
    /// Drafts by user and place.
    pub(crate) drafts: HashMap<(String, String), serde_json::Value>,
    clock: Clock,
}

impl World {
    pub(crate) fn new(config: Config, hooks: Hooks) -> Self {
        let mut clock = Clock::new();
        let now = clock.now();
        Self {
            app: AppSettings::new(&config),
            users: BTreeMap::new(),
            gone_users: HashSet::new(),
            channels: BTreeMap::new(),
            messages: HashMap::new(),
            parents: HashSet::new(),
            kinds: kind::built_in(config.delivery_receipts, now),
            roles: BTreeMap::new(),
            connections: Connections::default(),
            files: Files::default(),
            imports: Imports::default(),
            tasks: HashMap::new(),
            hooks,
            limits: Limits::default(),
            drafts: HashMap::new(),
            clock,
            config,
        }
    }

    /// The next instant: later than any before.
    pub(crate) fn now(&mut self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn user(&self, id: &str) -> Result<&User, Failure> {
        self.users.get(id).ok_or_else(|| self.no_user(id))
    }

    pub(crate) fn user_mut(&mut self, id: &str) -> Result<&mut User, Failure> {
        let missing = self.no_user(id);
        self.users.get_mut(id).ok_or(missing)
    }

    fn no_user(&self, id: &str) -> Failure {
        if self.gone_users.contains(id) {
            Failure::missing(format!("the user {id} was deleted"))
        } else {
            Failure::missing(format!("user {id} does not exist"))
        }
    }

    /// A channel that exists and is not deleted.
    pub(crate) fn channel(&self, cid: &str) -> Result<&Channel, Failure> {
        self.channels
            .get(cid)
            .filter(|channel| channel.deleted_at.is_none())
            .ok_or_else(|| no_channel(cid))
    }

    pub(crate) fn channel_mut(&mut self, cid: &str) -> Result<&mut Channel, Failure> {
        self.channels
            .get_mut(cid)
            .filter(|channel| channel.deleted_at.is_none())
            .ok_or_else(|| no_channel(cid))
    }

    /// Keeps a message, whose place in its channel is another matter.
    pub(crate) fn keep_message(&mut self, message: Message) {
        self.parents.extend(message.parent_id.clone());
        self.messages.insert(message.id.clone(), message);
    }

    pub(crate) fn message(&self, id: &str) -> Result<&Message, Failure> {
        self.messages.get(id).ok_or_else(|| no_message(id))
    }

    pub(crate) fn message_mut(&mut self, id: &str) -> Result<&mut Message, Failure> {
        self.messages.get_mut(id).ok_or_else(|| no_message(id))
    }

    pub(crate) fn kind(&self, name: &str) -> Result<&Kind, Failure> {
        self.kinds
            .get(name)
            .ok_or_else(|| Failure::missing(format!("channel type {name} does not exist")))
    }

    /// Refuses ids that are no users.
    pub(crate) fn known_users<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), Failure> {
        let exists = |id: &str| {
            self.users
                .get(id)
                .is_some_and(|user| user.deleted_at.is_none())
        };
        let unknown: Vec<&str> = ids
            .into_iter()
            .map(String::as_str)
            .filter(|id| !exists(id))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(Failure::input(format!(
            "The following users are involved in the operation, but don't exist: {unknown:?}. \
             Please create the user objects before using them."
        )))
    }
}

fn no_channel(cid: &str) -> Failure {
    Failure::missing(format!("Can't find channel with id {cid}"))
}

fn no_message(id: &str) -> Failure {
    Failure::missing(format!("Message with id {id} doesn't exist"))
}

/// A random identifier in the shape of a UUID.
pub(crate) fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
