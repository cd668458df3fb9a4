//! Stream's failures as the ports say them. What Stream answers is sorted into kinds in one place,
//! `client::Error`; here the kinds get words for doctors and operators.

use std::time::Duration;

use ports::Error;

use crate::client::{self, Kind};

/// An answer of Stream's, with its failure as the ports say it.
pub(crate) trait Told<T> {
    fn told(self) -> ports::Result<T>;
}

impl<T> Told<T> for client::Result<T> {
    fn told(self) -> ports::Result<T> {
        self.map_err(told)
    }
}

/// A failure as the ports say it.
pub(crate) fn told(error: client::Error) -> Error {
    let told = match error.kind() {
        Kind::NotFound => Error::not_found("room"),
        Kind::RateLimited | Kind::Cooldown => {
            Error::rate_limited(error.retry_after().unwrap_or(Duration::from_secs(5)))
        }
        Kind::TooLarge | Kind::TextTooLong => Error::too_large("this is more than Stream takes"),
        Kind::Moderated => Error::conflict("Stream's moderation refused this"),
        Kind::KeyRefused => refused("the API key is unknown"),
        Kind::SecretRefused => refused("the API secret is wrong"),
        Kind::ClockSkew => refused("the clock of this machine or theirs is wrong"),
        Kind::Suspended => refused("the app is suspended"),
        Kind::WrongRegion => refused("the app lives in another region"),
        Kind::NotAllowed | Kind::SwitchedOff => refused(NOT_SET_UP),
        Kind::TokenExpired
        | Kind::ConnectionGone
        | Kind::Temporary
        | Kind::Unreachable
        | Kind::TimedOut
        | Kind::Garbled => Error::unavailable("Stream cannot be reached now"),
        _ => Error::internal("Stream did not understand this"),
    };
    match error.retry_after() {
        Some(after) if told.is_temporary() => told.with_retry_after(after),
        _ => told,
    }
    .with_source(error)
}

const NOT_SET_UP: &str = "the app is not set up; run hims-chat stream-setup";

/// The same, for calls whose input is ours alone: when Stream does not take it, the app lacks the
/// role or the channel type.
pub(crate) fn of_setup(error: client::Error) -> Error {
    match error.kind() {
        Kind::Invalid | Kind::NotFound => refused(NOT_SET_UP).with_source(error),
        _ => told(error),
    }
}

fn refused(why: &str) -> Error {
    Error::unavailable(format!("Stream refuses us: {why}"))
}

/// The same, where what was asked for is a `what` and there is none.
pub(crate) fn of(what: &'static str) -> impl Fn(client::Error) -> Error {
    move |error| match error.kind() {
        Kind::NotFound => Error::not_found(what),
        _ => told(error),
    }
}
