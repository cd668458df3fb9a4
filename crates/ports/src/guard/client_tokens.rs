use async_trait::async_trait;
use domain::{Action, Decision, Denied, Doctor, StaffId};

use super::{Guarded, gate::Ask};
use crate::{ClientToken, ClientTokens, Result};

#[async_trait]
impl ClientTokens for Guarded<dyn ClientTokens> {
    /// Reading with a token passes no guard, so its entry says what it allows, and how long.
    async fn mint(&self, doctor: &Doctor) -> Result<ClientToken> {
        let until = self.gate.now() + ClientToken::LIFETIME;
        let allows = format!("every room of this doctor, until {until}");
        let ask = Ask::new(doctor, Action::MintClientToken).subject(allows);
        self.gate.pass(ask, || self.inner.mint(doctor)).await
    }

    /// Asks nobody: taking access away is never refused.
    async fn revoke(&self, doctor: &Doctor) -> Result<()> {
        self.inner.revoke(doctor).await
    }

    /// Told to whoever runs the hospital's side, of whom no doctor asks.
    async fn holders(&self) -> Result<Vec<StaffId>> {
        self.inner.holders().await
    }

    /// Asks nobody either: the policy has spoken. Written down when it is done, so that one
    /// departure is one entry however often it had to be tried.
    async fn withdraw(&self, staff: &StaffId, why: Denied) -> Result<()> {
        self.inner.withdraw(staff, why).await?;
        let (action, denied) = (Action::KeepClientAccess, Decision::Denied(why));
        self.gate.record(staff, action, None, None, denied).await
    }
}
