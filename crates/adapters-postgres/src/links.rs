use async_trait::async_trait;
use diesel::sql_types::Text;
use domain::RoomId;
use ports::{Error, Link, Links, Result};

use crate::{
    statement::{Bound, Statement, statement},
    store::Store,
};

statement! {
    /// Ties rooms `$1` and `$2`, where neither is tied.
    Tie(Text, Text) -> ()
        = "INSERT INTO hims_links (legacy_room, stream_room) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    ByLegacy(Text) -> (Text, Text)
        = "SELECT legacy_room, stream_room FROM hims_links WHERE legacy_room = $1";

    ByStream(Text) -> (Text, Text)
        = "SELECT legacy_room, stream_room FROM hims_links WHERE stream_room = $1";
}

#[async_trait]
impl Links for Store {
    async fn tie(&self, link: &Link) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let tie = Tie::with((link.legacy.as_str(), link.stream.as_str()));
        connection.run(tie).await?;
        drop(connection);
        match self.by_legacy(&link.legacy).await? {
            Some(tied) if tied == *link => Ok(()),
            _ => Err(Error::conflict("one of the two rooms is tied to another")),
        }
    }

    async fn by_legacy(&self, room: &RoomId) -> Result<Option<Link>> {
        self.link(ByLegacy::with((room.as_str(),))).await
    }

    async fn by_stream(&self, room: &RoomId) -> Result<Option<Link>> {
        self.link(ByStream::with((room.as_str(),))).await
    }
}

impl Store {
    async fn link<S>(&self, query: Bound<S, (&str,)>) -> Result<Option<Link>>
    where
        S: Statement<Takes = (Text,), Answers = (Text, Text)>,
    {
        let mut connection = self.pool.get().await?;
        let row: Option<(String, String)> = connection.first(query).await?;
        let id = |text: String| {
            RoomId::parse(text).map_err(|_| Error::internal("a stored link cannot be read"))
        };
        let link = |(legacy, stream)| {
            Ok(Link {
                legacy: id(legacy)?,
                stream: id(stream)?,
            })
        };
        row.map(link).transpose()
    }
}
