use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::{Error, Kind};

/// How long to wait before attempt number `attempt + 1`; `None` when it is not to be tried again.
///
/// A call that was refused before it was looked at (the rate limit, no connection) may always be sent
/// again; what may have happened only when repeating it changes nothing.
pub(super) fn pause(error: &Error, repeatable: bool, attempt: u32, most: u32) -> Option<Duration> {
    if attempt >= most {
        return None;
    }
    match error.kind() {
        Kind::RateLimited => Some(error.retry_after().unwrap_or_else(|| backoff(attempt))),
        Kind::Temporary | Kind::Unreachable | Kind::TimedOut
            if repeatable || !error.may_have_happened() =>
        {
            Some(backoff(attempt))
        }
        _ => None,
    }
}

/// Exponential with full jitter: up to 0.2 s after the first attempt, doubling to 5 s.
pub(super) fn backoff(attempt: u32) -> Duration {
    let longest = 200_u64
        .saturating_mul(1 << attempt.saturating_sub(1).min(10))
        .min(5_000);
    Duration::from_millis(rand::random_range(longest / 4..=longest))
}

/// The pause that an answer asks for: seconds, or a date (RFC 9110, section 10.2.3).
pub(super) fn after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let told = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = rfc2822::parse(told).ok()?.timestamp();
    // A date of the past means now.
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operation;

    const X: Operation = Operation::new("POST", "/x");

    fn unanswered(may_have_happened: bool) -> Error {
        Error::unanswered(X, Kind::Unreachable, may_have_happened)
    }

    #[test]
    fn what_may_have_happened_is_repeated_only_when_that_changes_nothing() {
        assert!(pause(&unanswered(true), true, 1, 3).is_some());
        assert!(pause(&unanswered(true), false, 1, 3).is_none());
        assert!(pause(&unanswered(false), false, 1, 3).is_some());
        assert!(pause(&unanswered(false), true, 3, 3).is_none());
    }

    #[test]
    fn the_rate_limit_is_waited_for_as_long_as_it_says() {
        let error =
            Error::answered(X, 429, b"", false).with_retry_after(Some(Duration::from_secs(7)));
        assert_eq!(pause(&error, false, 1, 3), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_refusal_is_not_repeated() {
        for status in [400, 401, 403, 404] {
            let body = format!(r#"{{"code":4,"message":"","StatusCode":{status}}}"#);
            let error = Error::answered(X, status, body.as_bytes(), false);
            assert_eq!(pause(&error, true, 1, 3), None);
        }
    }

    #[test]
    fn waiting_grows_and_stays_bounded() {
        for attempt in 1..20 {
            assert!(backoff(attempt) <= Duration::from_secs(5));
        }
    }

    #[test]
    fn a_pause_is_told_in_seconds_or_as_a_date() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let told = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            after(&headers, now)
        };
        assert_eq!(told("7"), Some(Duration::from_secs(7)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(told(date), Some(Duration::from_secs(37)));
        let past = "Sun, 06 Nov 1994 08:48:00 GMT";
        assert_eq!(told(past), Some(Duration::ZERO));
        assert_eq!(told("soon"), None);
    }
}
