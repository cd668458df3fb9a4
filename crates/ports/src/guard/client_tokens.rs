use async_trait::async_trait;
use domain::{Action, Doctor};

use super::{Guarded, gate::Ask};
use crate::{ClientToken, ClientTokens, Result};

#[async_trait]
impl ClientTokens for Guarded<dyn ClientTokens> {
    async fn mint(&self, doctor: &Doctor) -> Result<ClientToken> {
        let ask = Ask::new(doctor, Action::MintClientToken);
        self.gate.pass(ask, || self.inner.mint(doctor)).await
    }

    /// Asks nobody: taking access away is never refused.
    async fn revoke(&self, doctor: &Doctor) -> Result<()> {
        self.inner.revoke(doctor).await
    }
}
