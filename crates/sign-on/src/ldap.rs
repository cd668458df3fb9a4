//! A directory of the hospital (LDAP, Active Directory) as an authority: whoever signs in to it with a name
//! and a password is who their entry says.

mod address;
mod bind_name;
mod entry;

use std::{sync::Arc, time::Duration};

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry, SearchOptions};
use rustls::{ClientConfig, crypto::aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt;
use thiserror::Error;
use tokio::{sync::Semaphore, time::timeout};

pub use self::{
    address::{InvalidLdapAddress, LdapAddress, LdapTransport},
    bind_name::{BindName, InvalidBindName},
    entry::{AttributeName, InvalidAttributeName},
};
use self::{bind_name::Bound, entry::Entry};
use crate::{Assertion, RoleMap, client::NoTls};

/// How long the directory has for a connection, for each answer, and for all of a sign-in. Somebody waits
/// for it.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(5);
const SIGN_IN: Duration = Duration::from_secs(8);

/// Most connections to it at once; others wait within the time of their sign-in.
const AT_ONCE: usize = 16;

/// Result codes of RFC 4511, appendix A, that say that this name and this password open nothing:
/// constraintViolation (19, a lock in 389 Directory Server), noSuchObject (32), invalidDNSyntax (34),
/// inappropriateAuthentication (48), invalidCredentials (49), unwillingToPerform (53, an account that is
/// switched off).
const WRONG: [u32; 6] = [19, 32, 34, 48, 49, 53];

/// The directory did not say who somebody is. The words are for the log: they name nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoDirectory {
    /// There is no connection.
    #[error("the directory cannot be reached")]
    Unreachable,
    /// Its certificate is not trusted, or it offers no TLS.
    #[error("there is no TLS with the directory that this machine trusts")]
    NoTls,
    /// It takes too long.
    #[error("the directory did not answer in time")]
    TooLate,
    /// It refuses for a reason that is not the person.
    #[error("the directory refuses with the result code {0} (RFC 4511, appendix A)")]
    Refuses(u32),
    /// The person may sign in to it, and their entry cannot be read.
    #[error(
        "the directory has no entry that the person who signed in may read, or several; look at HIMS_LDAP_BIND and HIMS_LDAP_BASE"
    )]
    NoEntry,
    /// The entry has no name that stays.
    #[error("entries of the directory have neither entryUUID, objectGUID nor nsUniqueId")]
    NoSubject,
}

/// How a directory is asked.
#[derive(Clone, Debug)]
pub struct LdapSettings {
    /// The address of the directory.
    pub address: LdapAddress,
    /// The name that people sign in to it with.
    pub bind: BindName,
    /// The entry below which people are searched for if their names do not say where they are.
    pub base: Option<String>,
    /// The attribute with the identifier of the staff register.
    pub identifier: AttributeName,
    /// The roles by groups (`memberOf`); without it the directory is not asked for roles.
    pub roles: Option<RoleMap>,
}

/// See the module.
pub struct Directory {
    settings: LdapSettings,
    tls: Arc<ClientConfig>,
    connections: Semaphore,
}

impl Directory {
    /// Asks nobody yet.
    ///
    /// # Errors
    /// [`NoTls`] when the machine's trusted certificates cannot be read.
    pub fn new(settings: LdapSettings) -> Result<Self, NoTls> {
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|_| NoTls)?
            .with_no_client_auth();
        Ok(Self {
            settings,
            tls: Arc::new(tls),
            connections: Semaphore::new(AT_ONCE),
        })
    }

    /// Signs in to the directory with this name and this password; `None` when they are wrong. Names that are not of
    /// printable ASCII signs, and empty passwords, are wrong without asking: an empty one would be no sign-in at all,
    /// which directories grant (RFC 4513, section 5.1.2).
    ///
    /// # Errors
    /// [`NoDirectory`].
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
    ) -> Result<Option<Assertion>, NoDirectory> {
        let Some(bound) = self
            .settings
            .bind
            .of(login)
            .filter(|_| !password.is_empty())
        else {
            return Ok(None);
        };
        let asked = async {
            let _connection = self.connections.acquire().await;
            self.ask(&bound, password).await
        };
        timeout(SIGN_IN, asked)
            .await
            .unwrap_or(Err(NoDirectory::TooLate))
    }

    async fn ask(&self, bound: &Bound, password: &str) -> Result<Option<Assertion>, NoDirectory> {
        let mut ldap = self.connect().await?;
        let answer = ldap
            .with_timeout(ANSWER)
            .simple_bind(&bound.name, password)
            .await
            .map_err(|error| trouble(&error))?;
        match answer.rc {
            0 => {}
            code if WRONG.contains(&code) => return Ok(None),
            code => return Err(NoDirectory::Refuses(code)),
        }
        let entry = self.entry(&mut ldap, bound).await;
        // The answer is there; a farewell that is not heard changes nothing.
        let _ = ldap.with_timeout(ANSWER).unbind().await;
        entry?.assertion(&self.settings).map(Some)
    }

    async fn connect(&self) -> Result<Ldap, NoDirectory> {
        let address = &self.settings.address;
        let settings = LdapConnSettings::new()
            .set_conn_timeout(CONNECT)
            .set_config(self.tls.clone())
            .set_starttls(address.transport() == LdapTransport::StartTls);
        let connected = LdapConnAsync::from_url_with_settings(settings, address.url());
        let (connection, ldap) = timeout(ANSWER, connected)
            .await
            .map_err(|_| NoDirectory::TooLate)?
            .map_err(|error| trouble(&error))?;
        // Ends with the last handle; a connection that breaks is told to whoever waits on it.
        tokio::spawn(async move { connection.drive().await.ok() });
        Ok(ldap)
    }

    /// The entry of whoever is signed in, read with their own rights.
    async fn entry(&self, ldap: &mut Ldap, bound: &Bound) -> Result<Entry, NoDirectory> {
        let (base, scope, filter) = match &self.settings.base {
            Some(base) if !bound.is_entry => (base.as_str(), Scope::Subtree, bound.filter()),
            _ => (
                bound.name.as_str(),
                Scope::Base,
                "(objectClass=*)".to_owned(),
            ),
        };
        let found = ldap
            .with_search_options(SearchOptions::new().sizelimit(2))
            .with_timeout(ANSWER)
            .search(base, scope, &filter, Entry::attributes(&self.settings))
            .await
            .map_err(|error| trouble(&error))?;
        let entries = found.0.into_iter().filter(|found| !found.is_ref());
        let mut entries = entries.map(SearchEntry::construct);
        match (entries.next(), entries.next()) {
            (Some(entry), None) => Ok(Entry::from(entry)),
            _ => Err(NoDirectory::NoEntry),
        }
    }
}

fn trouble(error: &LdapError) -> NoDirectory {
    match error {
        LdapError::Timeout { .. } => NoDirectory::TooLate,
        LdapError::Rustls { .. } | LdapError::DNSName { .. } => NoDirectory::NoTls,
        // A StartTLS that is refused.
        LdapError::LdapResult { .. } => NoDirectory::NoTls,
        LdapError::Io { source } if is_tls(source) => NoDirectory::NoTls,
        _ => NoDirectory::Unreachable,
    }
}

fn is_tls(error: &std::io::Error) -> bool {
    let inner = error.get_ref();
    inner.is_some_and(|inner| inner.is::<rustls::Error>())
}
