use std::{error::Error as _, time::Duration};

use ports::{Error, Result};
use tokio_postgres::{
    Client, Config, Socket,
    config::{Host, SslMode},
    tls::MakeTlsConnect,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    ssl::{ClientFiles, Mode, Root, Ssl},
    written::Written,
};

/// The driver of a connection: a future that has to be polled and ends with the connection.
pub type Connection =
    tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// The time that each host of an address has to take a connection. Short, so that the next one gets its turn.
const CONNECT: Duration = Duration::from_secs(2);

/// The time after which what was sent and is not acknowledged by the other machine ends a connection.
const UNANSWERED: Duration = Duration::from_secs(15);

/// The time after which an idle connection is looked after, and between two looks that get no answer.
const IDLE: Duration = Duration::from_secs(15);
const AGAIN: Duration = Duration::from_secs(5);

/// The address of a server and the way it is reached. Its `Debug` form holds no password.
#[derive(Clone)]
pub struct Address {
    pub(crate) config: Config,
    tls: MakeRustlsConnect,
    pub(crate) mode: Mode,
    pub(crate) root: Root,
    pub(crate) client: Option<ClientFiles>,
    /// `connect_timeout`, where it was written.
    pub(crate) patience: Option<Duration>,
}

impl Address {
    /// Reads an address that the setting `setting` gives.
    ///
    /// # Errors
    /// `Invalid`, which says what is wrong and repeats nothing of the text, as that may hold a password.
    pub fn parse(setting: &'static str, url: &str) -> Result<Self> {
        let written = Written::read(url).map_err(|problem| Error::invalid(setting, problem))?;
        let mut config: Config = written.rest.parse().map_err(|_| {
            let problem = "must be like postgres://user:password@host:5432/database; in the user and the password @ is \
                           written %40, : %3A, / %2F, ? %3F, # %23 and % %25";
            Error::invalid(setting, problem)
        })?;
        if config.get_application_name().is_none() {
            config.application_name("hims-chat");
        }
        let patience = config.get_connect_timeout().copied();
        notice_silence(&mut config, &written.rest);
        let ssl = Ssl {
            mode: written.mode,
            is_local: is_local(&config),
            root: written.root.clone(),
            client: written.client.clone(),
        };
        let (mode, tls) = ssl
            .connector()
            .map_err(|problem| Error::invalid(setting, problem))?;
        config.ssl_mode(match mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
        Ok(Self {
            config,
            tls,
            mode,
            root: written.root,
            client: written.client,
            patience,
        })
    }

    /// The settings of every connection, to add to them.
    pub fn config_mut(&mut self) -> &mut Config {
        &mut self.config
    }

    /// Makes a connection.
    ///
    /// # Errors
    /// The library's; [`Address::explain`] says it to an operator.
    pub async fn connect(&self) -> Result<(Client, Connection), tokio_postgres::Error> {
        self.config.connect(self.tls.clone()).await
    }

    /// A warning for the operator about connections that others could read or answer.
    pub fn warning(&self) -> Option<String> {
        if is_local(&self.config) {
            return None;
        }
        let place = self.place();
        match self.mode {
            Mode::Disable => Some(format!(
                "sslmode=disable: passwords and clinical words cross the network to {place} in the clear"
            )),
            Mode::Prefer => Some(format!(
                "sslmode=prefer: passwords and clinical words go to {place} in the clear where it asks for that, and \
                 nobody checks who answers there"
            )),
            Mode::Require => Some(format!(
                "sslmode=require: nobody checks who answers at {place}; sslmode=verify-full does"
            )),
            Mode::VerifyCa | Mode::VerifyFull => None,
        }
    }

    /// Why the server cannot be used, in one line for the operator.
    pub fn explain(&self, error: &tokio_postgres::Error) -> Error {
        let place = self.place();
        let why = match (error.as_db_error(), error.source()) {
            (Some(said), _) => said.message().to_owned(),
            (None, Some(source)) => source.to_string(),
            (None, None) => error.to_string(),
        };
        let hint = match (self.mode, error.as_db_error()) {
            // PostgreSQL names the rule that did not match, and the missing encryption in it.
            (Mode::Disable, Some(said)) if said.message().contains("no encryption") => {
                "; add sslmode=verify-full to the address"
            }
            (Mode::Require | Mode::VerifyCa | Mode::VerifyFull, None)
                if why.contains("server does not support TLS") =>
            {
                "; switch TLS on at the server (ssl = on), or add sslmode=disable to the address where the network is \
                 the hospital's own"
            }
            _ => "",
        };
        Error::unavailable(format!("PostgreSQL at {place} cannot be used: {why}{hint}"))
    }

    fn place(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            _ => return "the local socket".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        format!("{host}:{port}")
    }
}

/// Whether the server is on this machine, so that nobody can read the connection on its way.
fn is_local(config: &Config) -> bool {
    let here = |host: &Host| match host {
        Host::Tcp(name) => {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    config.get_hosts().iter().all(here)
        && config
            .get_hostaddrs()
            .iter()
            .all(std::net::IpAddr::is_loopback)
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({}, {:?})", self.place(), self.mode)
    }
}

/// Sets the times after which a silent server counts as gone, as far as the address sets none: by itself the library
/// would wait for its answers for as long as the system does, which is a quarter of an hour, and look after an idle
/// connection after two hours.
fn notice_silence(config: &mut Config, written: &str) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNANSWERED);
    }
    if !written.contains("keepalives_idle=") {
        config.keepalives_idle(IDLE);
    }
    if !written.contains("keepalives_interval=") {
        config.keepalives_interval(AGAIN);
    }
    if !written.contains("keepalives_retries=") {
        config.keepalives_retries(3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        let error = Address::parse("DATABASE_URL", url).unwrap_err();
        error.to_string()
    }

    #[test]
    fn nothing_of_a_password_is_repeated() {
        for url in [
            "postgres://hims:hun@ter2@db.example/hims",
            "postgres://hims:hun/ter2@db.example/hims",
            "postgres://hims:12/ter2@db.example/hims",
            "postgres://hims:hun?ter2@db.example/hims",
            "postgres://hims:hun#ter2@db.example/hims",
            "postgres://hims:hun%ter2@db.example/hims",
            "postgres://hims:hun ter2@db.example/hims",
            "postgres://hims:hunter2@db.example:port/hims",
            "postgres://hims:hunter2@db.example/hims?sslmode=full",
            "postgres://hims:hunter2@db.example/hims?sslrootcert=/nowhere/hunter2.pem",
            "postgres://hims:hunter2@db.example/hims?nonsense=hunter2",
        ] {
            let said = refused(url);
            for part in ["hun", "ter2", "12"] {
                assert!(!said.contains(part), "{url}: {said}");
            }
            assert!(said.contains("DATABASE_URL"), "{said}");
        }
        for url in [
            "postgres://hims:hun@ter2@db.example/hims",
            "postgres://hims:hun%ter2@db.example/hims",
            "postgres://hims:hun/ter2@db.example/hims",
        ] {
            assert!(refused(url).contains("%40"), "{}", refused(url));
        }
        let address = Address::parse("DATABASE_URL", "postgres://hims:hun%40ter2@[::1]:5433/hims");
        let address = address.unwrap();
        assert_eq!(address.config.get_password(), Some(&b"hun@ter2"[..]));
        assert!(!format!("{address:?}").contains("ter2"));
    }

    #[test]
    fn who_is_not_on_this_machine_is_verified() {
        let mode = |url: &str| Address::parse("DATABASE_URL", url).unwrap().mode;
        for url in [
            "postgres://u@localhost/d",
            "postgres://u@127.0.0.1/d",
            "postgres://u@[::1]/d",
            "postgres://u@%2Fvar%2Frun%2Fpostgresql/d",
        ] {
            assert_eq!(mode(url), Mode::Disable, "{url}");
        }
        for url in [
            "postgres://u@db/d",
            "postgres://u@10.0.0.5/d",
            "postgres://u@localhost,db/d",
            "postgres://u@localhost/d?hostaddr=10.0.0.5",
            "postgres://u@localhost/d?sslmode=verify-full",
        ] {
            assert_eq!(mode(url), Mode::VerifyFull, "{url}");
        }
        let open = Address::parse("DATABASE_URL", "postgres://u@db/d?sslmode=disable").unwrap();
        assert!(open.warning().unwrap().contains("in the clear"));
        let checked = Address::parse("DATABASE_URL", "postgres://u@db/d").unwrap();
        assert_eq!(checked.warning(), None);
    }

    #[test]
    fn other_parameters_stay() {
        let url = "postgres://u@db/d?connect_timeout=3&sslmode=require&application_name=a%26b";
        let address = Address::parse("DATABASE_URL", url).unwrap();
        assert_eq!(address.config.get_application_name(), Some("a&b"));
        assert_eq!(
            address
                .config
                .get_connect_timeout()
                .map(std::time::Duration::as_secs),
            Some(3)
        );
        assert_eq!(address.mode, Mode::Require);
        let idle = |url: &str| {
            Address::parse("DATABASE_URL", url)
                .unwrap()
                .config
                .get_keepalives_idle()
        };
        assert_eq!(idle("postgres://u@db/d"), IDLE);
        assert_eq!(idle("postgres://u@db/d?keepalives_idle=60").as_secs(), 60);
    }
}
