use async_trait::async_trait;
use ports::{Health, Result};

use crate::store::Store;

#[async_trait]
impl Health for Store {
    async fn check(&self) -> Result<()> {
        let app = self.client.app().await?;
        if app.suspended {
            return Err(ports::Error::unavailable("Stream has suspended the app"));
        }
        Ok(())
    }
}
