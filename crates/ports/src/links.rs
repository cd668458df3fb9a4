use async_trait::async_trait;
use domain::RoomId;

use crate::Result;

/// A room of the legacy backend and the Stream channel that it is or becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The room in the legacy backend.
    pub legacy: RoomId,
    /// The room in the Stream backend.
    pub stream: RoomId,
}

/// Which rooms of the two backends are one conversation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Links: Send + Sync {
    /// Ties two rooms. Tying the same two again changes nothing.
    ///
    /// # Errors
    /// `Conflict` when either is tied to another; `Unavailable`.
    async fn tie(&self, link: &Link) -> Result<()>;

    /// The link of a legacy room.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn by_legacy(&self, room: &RoomId) -> Result<Option<Link>>;

    /// The link of a Stream room.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn by_stream(&self, room: &RoomId) -> Result<Option<Link>>;
}
