use async_trait::async_trait;
use ports::{Error, Health, Result};

use crate::{client::Kind, failure::told, store::Store};

#[async_trait]
impl Health for Store {
    async fn check(&self) -> Result<()> {
        let app = self
            .client
            .app()
            .await
            .map_err(|error| match error.kind() {
                Kind::NotFound => {
                    Error::unavailable("what answers at Stream's address is not Stream")
                }
                _ => told(error),
            })?;
        if app.suspended {
            return Err(Error::unavailable("Stream has suspended the app"));
        }
        Ok(())
    }
}
