use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::json;

use super::Finding;
use crate::{
    asked::found_by,
    client::{App, Client, ConnectFailure, Error, Kind, RateLimitQuery, Result},
    setup,
    users::DOCTOR,
};

/// The app as the deployer expects it.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The app's number as configured.
    pub app_id: String,
    /// The channel type of rooms.
    pub channel_type: String,
    /// Most users a month that the plan holds.
    pub monthly_users: usize,
}

/// Checks the app by asking Stream. If it cannot be asked, that is the last finding.
pub async fn online(client: &Client, limits: &Limits, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![clock(client).await];
    let app = match client.app().await {
        Ok(app) => app,
        Err(error) => {
            findings.push(refusal(&error));
            return findings;
        }
    };
    findings.push(Finding::good(
        "access",
        "Stream takes the key and the secret",
    ));
    findings.push(number(&app, limits));
    findings.push(standing(&app));
    findings.push(or_failed("rate-limits", rate_limits(client).await));
    findings.push(or_failed(
        "monthly-users",
        monthly_users(client, limits, now).await,
    ));
    findings.push(or_failed("receipts", receipts(client, limits).await));
    findings.push(or_failed("grants", grants(client, limits).await));
    findings
}

fn or_failed(check: &'static str, found: Result<Finding>) -> Finding {
    found.unwrap_or_else(|error| {
        Finding::warning(
            check,
            format!("could not be asked: {error}"),
            "run the check again",
        )
    })
}

/// Why Stream refuses us, with the remedy.
fn refusal(error: &Error) -> Finding {
    let remedy = match error.kind() {
        Kind::KeyRefused => {
            "copy STREAM_API_KEY from the dashboard; a key of a deleted app is refused too"
        }
        Kind::SecretRefused => {
            "copy STREAM_API_SECRET from the dashboard; it belongs to this key and no other"
        }
        Kind::ClockSkew => "set the clock of this machine (NTP)",
        Kind::Suspended => "ask Stream why the app is suspended: the dashboard says whom",
        Kind::WrongRegion => "remove STREAM_BASE_URL: Stream's own address finds the region",
        Kind::Unreachable => match error.connect_failure() {
            Some(ConnectFailure::Name) => "look at the DNS of this machine, or at STREAM_BASE_URL",
            Some(ConnectFailure::Refused) => {
                "let this machine reach the address over HTTPS: look at the firewall, and at HTTPS_PROXY where one is set"
            }
            Some(ConnectFailure::Tls) => {
                "let this machine trust who answers: a proxy that opens TLS needs its certificate authority among \
                 those of the system"
            }
            Some(ConnectFailure::Proxy) => {
                "look at HTTPS_PROXY, and let the proxy through to Stream's address"
            }
            None => {
                "let this machine reach the address over HTTPS: look at DNS, firewall and proxy"
            }
        },
        Kind::TimedOut => {
            "let this machine reach the address over HTTPS: a firewall that drops looks like this"
        }
        Kind::Garbled => "something between here and Stream answers instead: look at the proxy",
        Kind::RateLimited | Kind::Temporary => "run the check again in a minute",
        _ => "look at Stream's status page, and run the check again",
    };
    Finding::bad("access", error.to_string(), remedy)
}

async fn clock(client: &Client) -> Finding {
    const CHECK: &str = "clock";
    match client.clock_skew().await {
        Ok(Some(skew)) if skew.abs() <= 5 => Finding::good(CHECK, "our clock and Stream's agree"),
        Ok(Some(skew)) => {
            let found = format!("our clock and Stream's are {} s apart", skew.abs());
            let remedy = "set the clock of this machine (NTP): tokens from the future are refused";
            if skew.abs() <= 30 {
                Finding::warning(CHECK, found, remedy)
            } else {
                Finding::bad(CHECK, found, remedy)
            }
        }
        Ok(None) => Finding::good(CHECK, "the server does not tell its time"),
        Err(error) => Finding::warning(CHECK, error.to_string(), "see the check named access"),
    }
}

fn number(app: &App, limits: &Limits) -> Finding {
    const CHECK: &str = "app";
    if app.id == 0 || app.id.to_string() == limits.app_id {
        return Finding::good(CHECK, format!("the key is that of app {}", limits.app_id));
    }
    let found = format!(
        "the key is that of app {}, not of {}",
        app.id, limits.app_id
    );
    Finding::bad(
        CHECK,
        found,
        "take STREAM_APP_ID and STREAM_API_KEY from the same app",
    )
}

fn standing(app: &App) -> Finding {
    const CHECK: &str = "app-settings";
    if app.suspended {
        return Finding::bad(
            CHECK,
            "the app is suspended",
            "ask Stream: nothing is sent or read",
        );
    }
    if app.disable_auth_checks || app.disable_permissions_checks {
        let remedy =
            "switch \"disable auth checks\" and \"disable permission checks\" off in the dashboard";
        return Finding::bad(CHECK, "the app lets anybody in", remedy);
    }
    Finding::good(CHECK, "the app checks tokens and permissions")
}

async fn rate_limits(client: &Client) -> Result<Finding> {
    const CHECK: &str = "rate-limits";
    let limits = client
        .rate_limits(&RateLimitQuery::new().server_side(true))
        .await?
        .server_side;
    let low = limits
        .iter()
        .filter(|(_, limit)| limit.limit > 0 && limit.remaining * 10 < limit.limit);
    let low: Vec<&str> = low.map(|(name, _)| name.as_str()).collect();
    if low.is_empty() {
        return Ok(Finding::good(CHECK, "calls are left this minute"));
    }
    let found = format!(
        "less than a tenth of this minute's calls is left: {}",
        low.join(", ")
    );
    Ok(Finding::warning(
        CHECK,
        found,
        "ask Stream for higher limits if this is so every day",
    ))
}

async fn monthly_users(client: &Client, limits: &Limits, now: Timestamp) -> Result<Finding> {
    const CHECK: &str = "monthly-users";
    let month = now.to_zoned(TimeZone::UTC).start_of_day().ok();
    let month = month.and_then(|day| day.checked_sub((i64::from(day.day()) - 1).days()).ok());
    let since = month.map_or(now, |day| day.timestamp());
    let mut filter = json!({ "last_active": { "$gte": since.to_string() } });
    let mut users = 0;
    // One more than the plan holds is too many already.
    while users <= limits.monthly_users {
        let some = client.query_users(&found_by(filter.clone())).await?;
        users += some.len();
        match some.last() {
            Some(last) if some.len() == 100 => filter["id"] = json!({ "$gt": last.id }),
            _ => break,
        }
    }
    let more = if users > limits.monthly_users {
        "at least "
    } else {
        ""
    };
    let found = format!(
        "{more}{users} of {} users were active this month",
        limits.monthly_users
    );
    if users * 10 < limits.monthly_users * 9 {
        return Ok(Finding::good(CHECK, found));
    }
    let remedy = "choose a larger plan, and set STREAM_MAU_LIMIT to what it holds";
    Ok(if users > limits.monthly_users {
        Finding::bad(CHECK, found, remedy)
    } else {
        Finding::warning(CHECK, found, remedy)
    })
}

async fn receipts(client: &Client, limits: &Limits) -> Result<Finding> {
    const CHECK: &str = "receipts";
    let found = client.channel_type(&limits.channel_type).await?;
    let is_on =
        found.is_some_and(|found| found.config.get("delivery_events") == Some(&json!(true)));
    Ok(if is_on {
        Finding::good(CHECK, "the app has delivery receipts")
    } else {
        Finding::good(
            CHECK,
            "the app has no delivery receipts of its own; ours are used",
        )
    })
}

async fn grants(client: &Client, limits: &Limits) -> Result<Finding> {
    const CHECK: &str = "grants";
    let difference = setup::difference(client, &limits.channel_type).await?;
    if difference.is_empty() {
        let found = format!(
            "role {DOCTOR}, channel type {} and its grants are set up",
            limits.channel_type
        );
        return Ok(Finding::good(CHECK, found));
    }
    let found = format!(
        "{} things are not as they should be",
        difference.lines().len()
    );
    Ok(Finding::bad(
        CHECK,
        found,
        "run hims-chat stream-setup, which shows and repairs them",
    ))
}
