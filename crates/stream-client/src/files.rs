use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use super::{
    Client, Error, Kind, Operation, Result,
    call::{Call, File},
};

const FETCH: Operation = Operation::new("GET", "file");

#[derive(Deserialize)]
struct Uploaded {
    file: String,
}

fn file(user: &str, name: &str, media_type: &str, bytes: Bytes) -> File {
    File {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        bytes,
        user: json!({ "id": user }).to_string(),
    }
}

impl Client {
    /// Stores a file for a channel; where it can be fetched until the link ends. `name` ends up in
    /// that link.
    ///
    /// # Errors
    /// `TooLarge`; `Invalid` for a kind the app does not take; `NotFound`.
    pub async fn upload_file(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        name: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<String> {
        let call = Call::post("/channels/{type}/{id}/file")
            .id(channel_type)
            .id(id);
        let call = call.file(file(user, name, media_type, bytes));
        Ok(self.send::<Uploaded>(call).await?.file)
    }

    /// Stores a picture for a channel, in the formats that the app takes as pictures; where it can be
    /// fetched until the link ends.
    ///
    /// # Errors
    /// As [`Client::upload_file`].
    pub async fn upload_image(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        name: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<String> {
        let call = Call::post("/channels/{type}/{id}/image")
            .id(channel_type)
            .id(id);
        let call = call.file(file(user, name, media_type, bytes));
        Ok(self.send::<Uploaded>(call).await?.file)
    }

    /// Deletes a picture by its link.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_image(&self, channel_type: &str, id: &str, url: &str) -> Result<()> {
        let call = Call::delete("/channels/{type}/{id}/image")
            .id(channel_type)
            .id(id);
        self.send::<Value>(call.query("url", url)).await.map(drop)
    }

    /// Deletes a file by its link.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_file(&self, channel_type: &str, id: &str, url: &str) -> Result<()> {
        let call = Call::delete("/channels/{type}/{id}/file")
            .id(channel_type)
            .id(id);
        self.send::<Value>(call.query("url", url)).await.map(drop)
    }

    /// The bytes behind a link of Stream's, at most `most`. Only the API's own host and Stream's
    /// network are asked, so that no link can lead us anywhere else.
    ///
    /// # Errors
    /// `NotAllowed` for a link to elsewhere; `NotFound` when it is over; `TooLarge`; `Unreachable`.
    pub async fn fetch_file(&self, url: &str, most: u64) -> Result<Bytes> {
        let fetching = async {
            let pieces = self.open_file(url, most).await?;
            let whole = pieces.try_fold(BytesMut::new(), |mut whole, piece| async move {
                whole.extend_from_slice(&piece);
                Ok(whole)
            });
            whole.await.map(BytesMut::freeze)
        };
        timeout(self.shared.patience.file, fetching)
            .await
            .unwrap_or_else(|_| Err(Error::unanswered(FETCH, Kind::TimedOut, false)))
    }

    /// The same piece by piece, for a file that need not be in memory: it may take as long as its reader
    /// does, but no piece longer than a call.
    ///
    /// # Errors
    /// As [`Client::fetch_file`], for the pieces `TooLarge`, `TimedOut` and `Unreachable`.
    pub async fn open_file(
        &self,
        url: &str,
        most: u64,
    ) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
        let refused = |kind| Error::unanswered(FETCH, kind, false);
        let url = Url::parse(url).map_err(|_| refused(Kind::NotAllowed))?;
        if !self.is_of_stream(&url) {
            return Err(refused(Kind::NotAllowed));
        }
        let patience = self.shared.patience.call;
        let answer = timeout(patience, self.shared.http.get(url).send()).await;
        let response = answer
            .map_err(|_| refused(Kind::TimedOut))?
            .map_err(|_| refused(Kind::Unreachable))?;
        match response.status().as_u16() {
            200..=299 => {}
            403 | 404 | 410 => return Err(refused(Kind::NotFound)),
            status => return Err(Error::answered(FETCH, status, b"", false)),
        }
        Ok(stream::try_unfold(
            (response, most),
            move |(mut response, left)| async move {
                let piece = timeout(patience, response.chunk()).await;
                let piece = piece
                    .map_err(|_| refused(Kind::TimedOut))?
                    .map_err(|_| refused(Kind::Unreachable))?;
                let Some(piece) = piece else {
                    return Ok(None);
                };
                let left = left.checked_sub(piece.len() as u64);
                let left = left.ok_or_else(|| refused(Kind::TooLarge))?;
                Ok(Some((piece, (response, left))))
            },
        ))
    }

    fn is_of_stream(&self, url: &Url) -> bool {
        let base = &self.shared.base_url;
        if url.origin() == base.origin() {
            return true;
        }
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https"
            && [".stream-io-cdn.com", ".stream-io-api.com"]
                .iter()
                .any(|domain| host.ends_with(domain))
    }
}
