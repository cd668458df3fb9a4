//! The address of a MySQL or MariaDB server, and a connection to it, verified by the rules of PostgreSQL's.

use mysql_async::{ClientIdentity, Conn, Opts, OptsBuilder, SslOpts};
use ports::{Error, Result};
use postgres_connection::{Mode, Root, Written};

/// An address like `mysql://user:password@host:3306/database`, with `sslmode`, `sslrootcert`, `sslcert` and
/// `sslkey` as PostgreSQL has them.
pub(super) struct Address {
    options: Opts,
    place: String,
}

const FORM: &str = "must be like mysql://user:password@host:3306/database; in the user and the password @ is written \
     %40, : %3A, / %2F, ? %3F, # %23 and % %25";

impl Address {
    /// # Errors
    /// `Invalid`, which repeats nothing of the text, as that may hold a password.
    pub(super) fn parse(url: &str) -> Result<Self> {
        let wrong = |problem: String| Error::invalid("source", problem);
        // The library knows it by one name.
        let url = match url.strip_prefix("mariadb://") {
            Some(rest) => format!("mysql://{rest}"),
            None => url.to_owned(),
        };
        let written = Written::read(&url).map_err(wrong)?;
        let (place, query) = written.rest.split_once('?').unwrap_or((&written.rest, ""));
        let unknown = query
            .split('&')
            .find(|pair| !pair.is_empty() && !pair.starts_with("socket="));
        if unknown.is_some() {
            return Err(wrong(
                "has a parameter that is not known; known are sslmode, sslrootcert, sslcert, sslkey and socket".to_owned(),
            ));
        }
        let base = Opts::from_url(&written.rest).map_err(|_| wrong(FORM.to_owned()))?;
        if base.db_name().is_none_or(str::is_empty) || place.is_empty() {
            return Err(wrong(format!("names no database: it {FORM}")));
        }
        let is_local = base.socket().is_some() || is_local(base.ip_or_hostname());
        let mode = Mode::in_force(written.mode, &written.root, is_local);
        let shown = match base.socket() {
            Some(_) => "the local socket".to_owned(),
            None => format!("{}:{}", base.ip_or_hostname(), base.tcp_port()),
        };
        let ssl = ssl(mode, &written).map_err(wrong)?;
        let options = OptsBuilder::from_opts(base)
            .prefer_socket(false)
            .ssl_opts(ssl)
            .into();
        Ok(Self {
            options,
            place: shown,
        })
    }

    /// # Errors
    /// `Unavailable`, with the reason in a line.
    pub(super) async fn connect(&self) -> Result<Conn> {
        Conn::new(self.options.clone()).await.map_err(|error| {
            let why = match &error {
                mysql_async::Error::Server(said) => said.message.clone(),
                mysql_async::Error::Driver(said) => said.to_string(),
                mysql_async::Error::Io(said) => said.to_string(),
                _ => "the connection cannot be made".to_owned(),
            };
            let has_no_tls = why.contains("does not have this capability");
            let why = if has_no_tls {
                "it does not offer TLS; switch TLS on at the server (ssl_cert, ssl_key), or add sslmode=disable to the \
                 address where the network is the hospital's own"
                    .to_owned()
            } else if why.contains("UnknownIssuer") {
                "no authority that is trusted made its certificate; sslrootcert names the file of the one to trust"
                    .to_owned()
            } else {
                why
            };
            Error::unavailable(format!("MySQL at {} cannot be used: {why}", self.place))
        })
    }
}

fn is_local(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn ssl(mode: Mode, written: &Written) -> Result<Option<SslOpts>, String> {
    let options = SslOpts::default();
    let options = match mode {
        Mode::Disable => return Ok(None),
        Mode::Prefer => {
            return Err(
                "sslmode=prefer is not offered for MySQL: write require, verify-full or disable"
                    .to_owned(),
            );
        }
        Mode::Require => options.with_danger_accept_invalid_certs(true),
        Mode::VerifyCa => options.with_danger_skip_domain_validation(true),
        Mode::VerifyFull => options,
    };
    let options = match (&written.root, mode) {
        // Nothing is verified, so it does not matter which.
        (_, Mode::Require) => options,
        (Root::File(path), _) => {
            let pem = std::fs::read(path)
                .map_err(|error| format!("sslrootcert: the file cannot be used ({error})"))?;
            options
                .with_root_certs(vec![pem.into()])
                .with_disable_built_in_roots(true)
        }
        (Root::System, _) => {
            let found = rustls_native_certs::load_native_certs().certs;
            if found.is_empty() {
                return Err("the system's authorities cannot be read".to_owned());
            }
            let roots = found.into_iter().map(|root| root.to_vec().into()).collect();
            options
                .with_root_certs(roots)
                .with_disable_built_in_roots(true)
        }
    };
    Ok(Some(match &written.client {
        Some(files) => options.with_client_identity(Some(ClientIdentity::new(
            files.certificate.clone().into(),
            files.key.clone().into(),
        ))),
        None => options,
    }))
}
