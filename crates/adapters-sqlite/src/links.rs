use async_trait::async_trait;
use diesel::sql_types::Text;
use domain::RoomId;
use ports::{Error, Link, Links, Result};

use crate::{fixed::fixed, store::Store};

fixed!(
    Tie {
        legacy: String,
        stream: String
    } = "INSERT INTO hims_links (legacy_room, stream_room) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
);
fixed!(ByLegacy { room: String } -> (Text, Text) =
    "SELECT legacy_room, stream_room FROM hims_links WHERE legacy_room = ?1");
fixed!(ByStream { room: String } -> (Text, Text) =
    "SELECT legacy_room, stream_room FROM hims_links WHERE stream_room = ?1");

type Row = (String, String);

#[async_trait]
impl Links for Store {
    async fn tie(&self, link: &Link) -> Result<()> {
        let (legacy, stream) = (link.legacy.to_string(), link.stream.to_string());
        let tied = self
            .writer
            .write(move |work| {
                let tie = Tie {
                    legacy: legacy.clone(),
                    stream,
                };
                tie.run(work.connection)?;
                Ok(ByLegacy { room: legacy }.row::<Row>(work.connection)?)
            })
            .await?;
        match read(tied)? {
            Some(tied) if tied == *link => Ok(()),
            _ => Err(Error::conflict("one of the two rooms is tied to another")),
        }
    }

    async fn by_legacy(&self, room: &RoomId) -> Result<Option<Link>> {
        let room = room.to_string();
        let found = self
            .readers
            .read(move |connection| Ok(ByLegacy { room }.row::<Row>(connection)?))
            .await?;
        read(found)
    }

    async fn by_stream(&self, room: &RoomId) -> Result<Option<Link>> {
        let room = room.to_string();
        let found = self
            .readers
            .read(move |connection| Ok(ByStream { room }.row::<Row>(connection)?))
            .await?;
        read(found)
    }
}

fn read(row: Option<Row>) -> Result<Option<Link>> {
    let id = |text: String| {
        RoomId::parse(text).map_err(|_| Error::internal("a stored link cannot be read"))
    };
    row.map(|(legacy, stream)| {
        Ok(Link {
            legacy: id(legacy)?,
            stream: id(stream)?,
        })
    })
    .transpose()
}
