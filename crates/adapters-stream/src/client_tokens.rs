use async_trait::async_trait;
use domain::{Denied, Doctor, StaffId};
use jiff::Timestamp;
use ports::{ClientToken, ClientTokens, Result};

use crate::{
    client::{BACKDATED, Deactivation},
    failure::Told,
    store::Store,
    users::done,
};

#[async_trait]
impl ClientTokens for Store {
    async fn mint(&self, doctor: &Doctor) -> Result<ClientToken> {
        self.users.ensure(&self.client, &[doctor]).await?;
        let token = self.token(doctor.id().as_str());
        Ok(ClientToken {
            app_id: self.app_id.clone(),
            api_key: self.api_key.clone(),
            user_id: token.user_id,
            token: token.token,
            // One without an end lives until it is revoked.
            expires_at: token.expires_at.unwrap_or(Timestamp::MAX),
            base_url: self
                .client
                .base_url()
                .as_str()
                .trim_end_matches('/')
                .to_owned(),
        })
    }

    /// Tokens are backdated, so what makes those of until now worthless lies in the past as well;
    /// a token made a second later is good.
    async fn revoke(&self, doctor: &Doctor) -> Result<()> {
        let (id, before) = (doctor.id().as_str(), self.until_now());
        // Who is not at Stream has no tokens there.
        self.client
            .revoke_tokens(id, before)
            .await
            .or_else(done)
            .told()
    }

    async fn holders(&self) -> Result<Vec<StaffId>> {
        self.users.all(&self.client).await
    }

    async fn withdraw(&self, staff: &StaffId, _why: Denied) -> Result<()> {
        let (client, id) = (&self.client, staff.as_str());
        client
            .revoke_tokens(id, self.until_now())
            .await
            .or_else(done)
            .told()?;
        client
            .deactivate_user(id, &Deactivation::new())
            .await
            .or_else(done)
            .told()?;
        self.users.forget_one(staff);
        Ok(())
    }
}

impl Store {
    fn until_now(&self) -> Option<Timestamp> {
        let back = i64::try_from(BACKDATED.as_secs()).ok()?;
        Timestamp::from_second(self.clock.now().as_second() - back + 1).ok()
    }
}
