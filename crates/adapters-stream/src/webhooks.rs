use std::sync::Arc;

use crate::{
    client::webhook::{Refused, Taken, verify},
    store::Store,
};

/// Takes Stream's webhooks, which tell doctors what happens while their socket is broken.
#[derive(Clone)]
pub struct Webhooks {
    store: Arc<Store>,
    taken: Arc<Taken>,
}

impl Webhooks {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            taken: Arc::default(),
        }
    }

    /// Takes a delivery: the headers `X-Signature` and `X-Webhook-Id`, and the body exactly as it
    /// came. A repeated one changes nothing. Quick: nothing is waited for.
    ///
    /// # Errors
    /// [`Refused`]; nothing of an unsigned body is used.
    pub fn take(&self, signature: &str, id: Option<&str>, body: &[u8]) -> Result<(), Refused> {
        let event = verify(&self.store.signer, signature, body)?;
        if id.is_none_or(|id| self.taken.is_first(id)) {
            self.store.sessions.hook(event);
        }
        Ok(())
    }
}
