//! The ports of signing in.

use std::sync::Arc;

use ports::{Credentials, FailedSignIns, Sessions, SignOns};

use super::Postgres;

impl Postgres {
    /// Accounts and their password hashes.
    pub fn credentials(&self) -> Arc<dyn Credentials> {
        self.store.clone()
    }

    /// Links between the hospital's sign-on and members of staff.
    pub fn sign_ons(&self) -> Arc<dyn SignOns> {
        self.store.clone()
    }

    /// Failed sign-ins.
    pub fn failed_sign_ins(&self) -> Arc<dyn FailedSignIns> {
        self.store.clone()
    }

    /// The sessions of those who are signed in.
    pub fn sessions(&self) -> Arc<dyn Sessions> {
        self.store.clone()
    }
}
