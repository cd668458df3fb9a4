use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::failure::Failure;
use crate::routes;

/// A failure to produce, at which endpoint, and how often.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// The endpoint it strikes, such as `SendMessage` or `Connect`; every endpoint when absent.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// How many requests it strikes; every one until it is cleared when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// The failure itself.
    pub misbehaviour: Misbehaviour,
}

/// How a request is treated badly. Times are in milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misbehaviour {
    /// 429, not carried out; the headers say the limit starts anew after this long.
    RateLimited {
        /// When the limit starts anew, rounded up to a whole second.
        reset_in_ms: u64,
        /// Answers plain text, as the edge in front of the API does.
        #[serde(default)]
        plain_text: bool,
    },
    /// An error of the server.
    Error {
        /// The HTTP status.
        status: u16,
        /// Answers plain text, as a proxy does.
        #[serde(default)]
        plain_text: bool,
        /// Whether the request was carried out all the same.
        #[serde(default)]
        carried_out: bool,
    },
    /// A refusal with an error code of the API, not carried out. Code 40 is an expired token.
    Refuse {
        /// The code.
        code: i64,
        /// The HTTP status.
        status: u16,
    },
    /// Carried out at once, answered late.
    Slow {
        /// How late.
        by_ms: u64,
    },
    /// The connection is reset before the request is carried out.
    ResetBefore,
    /// The connection is reset after the request was carried out, before it is answered.
    ResetAfter,
}

/// The switches that make the sandbox misbehave. Clones work on the same sandbox.
#[derive(Clone)]
pub struct Faults {
    pub(crate) app: Arc<App>,
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Faults").field(&self.list()).finish()
    }
}

impl Faults {
    /// Adds a fault. Of several that fit a request, the oldest strikes.
    pub fn add(&self, fault: Fault) {
        if let Some(name) = fault.endpoint.as_ref().filter(|name| !routes::known(name)) {
            tracing::warn!(
                endpoint = name,
                "this fault never strikes: no endpoint has that name"
            );
        }
        self.app.faults().push(fault);
    }

    /// Lets the next `times` requests to an endpoint misbehave.
    pub fn next(&self, endpoint: &str, times: u32, misbehaviour: Misbehaviour) {
        self.add(Fault {
            endpoint: Some(endpoint.to_owned()),
            times: Some(times),
            misbehaviour,
        });
    }

    /// Takes all faults away. Limits and the suspension stay.
    pub fn clear(&self) {
        self.app.faults().clear();
    }

    /// The faults that still wait for a request.
    pub fn list(&self) -> Vec<Fault> {
        self.app.faults().clone()
    }

    /// Sets the rate limit of an endpoint for a minute, or gives it back its usual one.
    pub fn limit(&self, endpoint: &str, limit: Option<u64>) {
        self.app.world().limits.set(endpoint, limit);
    }

    /// Suspends the app, or ends its suspension.
    pub fn suspend(&self, suspended: bool) {
        self.app
            .world()
            .app
            .fields
            .insert("suspended".into(), suspended.into());
    }

    /// Breaks live WebSockets off without a closing frame: those of one user, or all. Says how many.
    pub fn drop_sockets(&self, user: Option<&str>) -> usize {
        self.app.world().connections.cut(user)
    }

    /// Leaves live WebSockets half open: the connection stands, and nothing goes over it any more.
    pub fn silence_sockets(&self, user: Option<&str>) -> usize {
        self.app.world().connections.silence(user)
    }

    /// Lets every user token seen so far be expired, and closes the WebSockets that came with them.
    /// A new token is accepted.
    pub fn expire_tokens(&self) {
        self.app.expire_tokens();
        self.app.world().connections.close(4_001, "token expired");
    }

    /// Stops listening and resets every connection; what is stored stays. Returns when the port is closed.
    pub async fn go_down(&self) {
        self.app.switch(false).await;
    }

    /// Listens again on the same port. Returns when the port is open.
    pub async fn come_back(&self) {
        self.app.switch(true).await;
    }

    /// A restart that keeps what is stored.
    pub async fn restart(&self) {
        self.go_down().await;
        self.come_back().await;
    }
}

impl App {
    /// The fault that strikes this request, if any; it is used up by that.
    pub(crate) fn strike(&self, endpoint: &str) -> Option<Misbehaviour> {
        let mut faults = self.faults();
        let fits = |fault: &Fault| {
            fault
                .endpoint
                .as_deref()
                .is_none_or(|name| name == endpoint)
        };
        let at = faults.iter().position(fits)?;
        let misbehaviour = faults[at].misbehaviour.clone();
        match &mut faults[at].times {
            Some(times) if *times > 1 => *times -= 1,
            Some(_) => {
                faults.remove(at);
            }
            None => {}
        }
        Some(misbehaviour)
    }
}

/// The refusal with a given code.
pub(crate) fn refusal(code: i64, status: u16) -> Failure {
    let status =
        axum::http::StatusCode::from_u16(status).unwrap_or(axum::http::StatusCode::BAD_REQUEST);
    let reason = if code == 40 {
        "token is expired"
    } else {
        "a fault was ordered from the sandbox"
    };
    Failure::new(code, status, reason)
}
