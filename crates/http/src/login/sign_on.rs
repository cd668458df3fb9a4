use std::{sync::Arc, time::Duration};

use domain::StaffId;
use moka::{policy::EvictionPolicy, sync::Cache};
use ports::{SignOns, Subject};
use sign_on::{Directory, OpenId, Proxy};

use super::{SignIn, openid::LONGEST};

/// The time for which a link is believed: a proxy says who is there with every request.
const BELIEVED: Duration = Duration::from_secs(2);

/// Most states of sign-ins and most subjects that are remembered at once.
const MOST: u64 = 100_000;

/// Most bytes of forms that wait for a sign-in.
const MOST_UNSENT: u64 = 16 * 1024 * 1024;

/// The ways to sign in by the hospital's own authorities, beside the passwords or in their place.
pub struct SignOn {
    pub(super) sign_ons: Arc<dyn SignOns>,
    /// Passwords of the database are taken.
    pub(super) passwords: bool,
    pub(super) directory: Option<Directory>,
    pub(super) openid: Option<OpenId>,
    pub(super) proxy: Option<Proxy>,
    /// States of sign-ins that have come back: each is good for one.
    pub(super) used: Cache<String, ()>,
    /// Forms that came too late, sealed, by the state of the sign-in that they wait for. Another instance
    /// does not have them.
    pub(super) unsent: Cache<String, Arc<str>>,
    pub(super) subjects: Cache<Subject, StaffId>,
}

impl SignOn {
    /// Passwords alone, until a way is added.
    pub fn new(sign_ons: Arc<dyn SignOns>) -> Self {
        let kept_for = |time| Cache::builder().max_capacity(MOST).time_to_live(time);
        Self {
            sign_ons,
            passwords: true,
            directory: None,
            openid: None,
            proxy: None,
            used: kept_for(LONGEST).build(),
            unsent: Cache::builder()
                .weigher(|_, form: &Arc<str>| form.len().try_into().unwrap_or(u32::MAX))
                .max_capacity(MOST_UNSENT)
                // By default a new one is refused where older ones are asked for more often.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(LONGEST)
                .build(),
            subjects: Cache::builder()
                .max_capacity(MOST)
                .time_to_live(BELIEVED)
                .build(),
        }
    }

    /// Takes no passwords of the database.
    #[must_use]
    pub fn without_passwords(mut self) -> Self {
        self.passwords = false;
        self
    }

    /// Lets people in with the names and passwords that they have in this directory.
    #[must_use]
    pub fn directory(mut self, directory: Directory) -> Self {
        self.directory = Some(directory);
        self
    }

    /// Whether somebody can be asked for something.
    pub(super) fn asks(&self) -> bool {
        self.passwords || self.directory.is_some() || self.openid.is_some()
    }

    /// Lets people in whom this provider signs in.
    #[must_use]
    pub fn openid(mut self, provider: OpenId) -> Self {
        self.openid = Some(provider);
        self
    }

    /// Lets people in of whom this proxy says that it signed them in.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }
}

impl SignIn {
    /// Adds ways to sign in. Where a proxy is the only one, pages do not lock: nobody could be asked for
    /// anything, so it is the workstation that has to.
    #[must_use]
    pub fn sign_on(mut self, ways: SignOn) -> Self {
        if !ways.asks() {
            self.lock_after = None;
        }
        self.sign_on = Some(ways);
        self
    }

    /// Whether somebody may sign in with an address or a name, and a password.
    pub(crate) fn takes_passwords(&self) -> bool {
        self.takes_stored_passwords() || self.takes_names()
    }

    /// Whether the passwords of the database are taken.
    pub(super) fn takes_stored_passwords(&self) -> bool {
        self.sign_on.as_ref().is_none_or(|ways| ways.passwords)
    }

    /// Whether somebody may sign in by a provider of OpenID Connect.
    pub(crate) fn has_openid(&self) -> bool {
        self.openid().is_some()
    }

    pub(super) fn openid(&self) -> Option<&OpenId> {
        self.sign_on.as_ref()?.openid.as_ref()
    }
}
