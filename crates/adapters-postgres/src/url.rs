//! The address of the database, and what is said when nobody answers there.

use std::error::Error as _;

use ports::{Error, Result};
use tokio_postgres::{Config, config::Host, config::SslMode};

/// Reads `postgres://user:password@host:port/database`.
///
/// # Errors
/// `Invalid`, without the text, which may hold a password.
pub(crate) fn parse(url: &str) -> Result<Config> {
    let mut config: Config = url.parse().map_err(|_| {
        Error::invalid(
            "DATABASE_URL",
            "must be like postgres://user:password@host:5432/database",
        )
    })?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(Error::invalid(
            "DATABASE_URL",
            "asks for TLS, which this build does not speak: leave out sslmode=require and keep the database on a private network",
        ));
    }
    if config.get_application_name().is_none() {
        config.application_name("hims-chat");
    }
    Ok(config)
}

/// Has every connection know the zone of the other application's times. UTC needs no word, and some
/// poolers let none through.
pub(crate) fn tell_zone(config: &mut Config, zone: &str) {
    if zone == "UTC" {
        return;
    }
    let before = config.get_options().unwrap_or_default();
    let options = format!("{before} -c hims.legacy_time_zone={zone}");
    config.options(options.trim());
}

/// Why the database cannot be reached, in one line for the operator.
pub(crate) fn explain(config: &Config, error: &tokio_postgres::Error) -> Error {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        _ => "the local socket".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let why = match (error.as_db_error(), error.source()) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    };
    Error::unavailable(format!("PostgreSQL at {host}:{port} cannot be used: {why}"))
}
