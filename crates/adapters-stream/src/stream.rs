use std::sync::Arc;

use jiff::Timestamp;
use moka::sync::Cache;
use ports::{
    Backend, Capabilities, ClientTokens, Clock, Disposal, Records, RoomImporter, hub::Hub,
};
use tokio::sync::mpsc;

use crate::{
    attachments::keep_sweeping,
    client::Client,
    importer::StreamImporter,
    live::{Sessions, sweep_feeds, watch_connections},
    settings::{InvalidSettings, Settings},
    store::Store,
    users::KnownUsers,
    webhooks::Webhooks,
};

/// The doctor chat that lives at Stream. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Stream {
    store: Arc<Store>,
}

impl Stream {
    /// The chat of an app; nothing is sent yet. To be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`InvalidSettings`], naming the setting.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, InvalidSettings> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let channel_type = &settings.channel_type;
        if !(1..=64).contains(&channel_type.len()) || !channel_type.bytes().all(is_name) {
            return Err(InvalidSettings::ChannelType);
        }
        let client = settings.client()?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the hub asks for it; an entry a tab that opens or closes, read at once"
        )]
        let (connected, connections) = mpsc::unbounded_channel();
        let store = Arc::new_cyclic(|me| Store {
            me: me.clone(),
            client,
            signer: settings.signer(),
            life_of_tokens: settings.life_of_tokens(),
            channel_type: settings.channel_type.clone(),
            app_id: settings.app_id.clone(),
            api_key: settings.api_key.clone(),
            clock,
            hub: Hub::new(connected),
            users: KnownUsers::default(),
            sessions: Sessions::default(),
            standings: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(std::time::Duration::from_secs(2))
                .build(),
            max_attachment_bytes: settings.max_attachment_bytes,
        });
        tokio::spawn(keep_sweeping(Arc::downgrade(&store)));
        tokio::spawn(watch_connections(Arc::downgrade(&store), connections));
        tokio::spawn(sweep_feeds(Arc::downgrade(&store)));
        Ok(Self { store })
    }

    /// The chat, unguarded: for `ports::Chat::new`.
    pub fn backend(&self) -> Backend {
        Backend {
            rooms: self.store.clone(),
            messages: self.store.clone(),
            receipts: self.store.clone(),
            live: self.store.clone(),
            attachments: self.store.clone(),
            health: self.store.clone(),
            tokens: Some(self.store.clone()),
            capabilities: Capabilities {
                backend: "stream",
                search: true,
                attachments: true,
                max_attachment_bytes: self.store.max_attachment_bytes,
                delivered_receipts: true,
                acknowledgement: true,
                edit_history: false,
                client_tokens: true,
            },
        }
    }

    /// Tokens for client libraries.
    pub fn client_tokens(&self) -> Arc<dyn ClientTokens> {
        self.store.clone()
    }

    /// Removes the files that were uploaded a day before `now` and not sent. It happens by itself
    /// every hour.
    ///
    /// # Errors
    /// `Unavailable`; what was not removed is the next time.
    pub async fn sweep_files(&self, now: Timestamp) -> ports::Result<()> {
        self.store.sweep_files(now).await
    }

    /// Rooms as a whole.
    pub fn records(&self) -> Arc<dyn Records> {
        self.store.clone()
    }

    /// Removing what the hospital no longer keeps, unguarded: for `ports::GuardedRetention::new`.
    pub fn disposal(&self) -> Arc<dyn Disposal> {
        self.store.clone()
    }

    /// The intake of rooms that move here from the records of another backend.
    pub fn importer(&self, from: Arc<dyn Records>) -> Arc<dyn RoomImporter> {
        Arc::new(StreamImporter::new(self.store.clone(), from))
    }

    /// The receiver of Stream's webhooks.
    pub fn webhooks(&self) -> Webhooks {
        Webhooks::new(self.store.clone())
    }

    /// The client, for what the ports do not offer.
    pub fn client(&self) -> &Client {
        &self.store.client
    }
}
