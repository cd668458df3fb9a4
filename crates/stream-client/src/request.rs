//! The one path of every call: sign, wait for the rate limit, send, classify, repeat what is safe.

use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::{Method, header};
use serde::de::DeserializeOwned;
use tokio::time::{sleep_until, timeout_at};
use tracing::Instrument;

use super::{
    Client, Error, Kind, Operation, Result,
    call::{Body, Call, File},
    client::Access,
    connect_failure::ConnectFailure,
    observer::Attempt,
    rate_limits::{Endpoint, Limit},
    retry,
};

/// Most bytes of an answer; a page of 300 long messages is far smaller.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// How patient one call is.
#[derive(Clone, Copy)]
struct Limits {
    each: Duration,
    ends: Instant,
}

/// In whose name a request is made.
struct Name<'a> {
    token: &'a str,
    /// Of a client in the name of a user, who stands in the query.
    user_id: Option<&'a str>,
}

impl Client {
    /// Makes a call that has no function of its own yet, in the same way as all the others: signed,
    /// within the rate limit, repeated where that is safe.
    ///
    /// # Errors
    /// As any call.
    pub async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        self.send(call).await
    }

    pub(super) async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let body = self.answer(&call).await?;
        // A proxy's page with status 200 is no answer, and nothing is known of the call.
        serde_json::from_slice(&body)
            .map_err(|_| Error::unanswered(call.operation, Kind::Garbled, true))
    }

    async fn answer(&self, call: &Call) -> Result<Bytes> {
        let patience = self.shared.patience;
        let (each, whole) = match call.body {
            Body::File(_) => (patience.file, patience.file),
            Body::None | Body::Json(_) => (patience.attempt, patience.call),
        };
        let limits = Limits {
            each,
            ends: Instant::now() + whole,
        };
        let mut attempt = 1;
        let mut has_new_token = false;
        loop {
            self.wait_for_limit(self.endpoint(call), limits.ends)
                .await?;
            let error = match self.in_a_name(call, attempt, limits).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            // The token was forgotten, so another one is asked for; once, as that is as old as it can be.
            if error.kind() == Kind::TokenExpired && self.is_of_a_user(call) && !has_new_token {
                has_new_token = true;
                attempt += 1;
                continue;
            }
            let pause = retry::pause(&error, call.repeatable, attempt, patience.attempts);
            let Some(again) = pause
                .map(|pause| Instant::now() + pause)
                .filter(|at| *at < limits.ends)
            else {
                return Err(error);
            };
            sleep_until(again.into()).await;
            attempt += 1;
        }
    }

    /// Whether the client's own user makes the call.
    fn is_of_a_user(&self, call: &Call) -> bool {
        call.user.is_none() && matches!(self.shared.access, Access::User(_))
    }

    /// The endpoint that the rate limit counts a call as.
    fn endpoint(&self, call: &Call) -> Endpoint {
        let by_user = call.user.is_some() || self.is_of_a_user(call);
        (call.operation, by_user)
    }

    async fn wait_for_limit(&self, endpoint: Endpoint, ends: Instant) -> Result<()> {
        while let Err(next_window) = self.shared.limits.take(endpoint) {
            if next_window >= ends {
                let wait = next_window.saturating_duration_since(Instant::now());
                let error = Error::unanswered(endpoint.0, Kind::RateLimited, false);
                return Err(error.with_retry_after(Some(wait)));
            }
            sleep_until(next_window.into()).await;
        }
        Ok(())
    }

    async fn in_a_name(&self, call: &Call, attempt: u32, limits: Limits) -> Result<Bytes> {
        let tokens = match (&call.user, &self.shared.access) {
            (Some(token), _) | (None, Access::Server { token }) => {
                let name = Name {
                    token,
                    user_id: None,
                };
                return self.attempt(call, &name, attempt, limits).await;
            }
            (None, Access::User(tokens)) => tokens,
        };
        let token = timeout_at(limits.ends.into(), tokens.current()).await;
        let Ok(Ok(token)) = token else {
            return Err(Error::unanswered(call.operation, Kind::NoToken, false));
        };
        let name = Name {
            token: &token.token,
            user_id: Some(&token.user_id),
        };
        let outcome = self.attempt(call, &name, attempt, limits).await;
        if outcome
            .as_ref()
            .is_err_and(|error| error.kind() == Kind::TokenExpired)
        {
            tokens.forget(&token.token).await;
        }
        outcome
    }

    async fn attempt(
        &self,
        call: &Call,
        name: &Name<'_>,
        number: u32,
        limits: Limits,
    ) -> Result<Bytes> {
        let began = Instant::now();
        let mut remaining = None;
        let observer = &self.shared.observer;
        let span = observer.span(call.operation);
        let answered = timeout_at(
            (began + limits.each).min(limits.ends).into(),
            self.exchange(call, name, &mut remaining),
        );
        let outcome = answered
            .instrument(span.clone())
            .await
            .unwrap_or_else(|_| Err(Error::unanswered(call.operation, Kind::TimedOut, true)));
        observer.attempted(&Attempt {
            operation: call.operation,
            number,
            took: began.elapsed(),
            remaining,
            error: outcome.as_ref().err(),
            span: &span,
        });
        outcome
    }

    async fn exchange(
        &self,
        call: &Call,
        name: &Name<'_>,
        remaining: &mut Option<i64>,
    ) -> Result<Bytes> {
        let mut response = self
            .request(call, name)
            .send()
            .await
            .map_err(|error| broken(call.operation, &error))?;
        let status = response.status().as_u16();
        let limit = Limit::read(response.headers());
        *remaining = limit.map(|limit| limit.remaining);
        let now = Timestamp::now();
        if let Some(limit) = limit {
            self.shared.limits.note(self.endpoint(call), limit, now);
        }
        let retry_after = retry::after(response.headers(), now);
        let mut body = Vec::new();
        while let Some(part) = response
            .chunk()
            .await
            .map_err(|error| broken(call.operation, &error))?
        {
            if body.len() + part.len() > LARGEST_ANSWER {
                return Err(Error::unanswered(call.operation, Kind::Garbled, true));
            }
            body.extend_from_slice(&part);
        }
        if (200..300).contains(&status) {
            return Ok(body.into());
        }
        let error = Error::answered(call.operation, status, &body, self.shared.keeps_reasons);
        let wait = match error.kind() {
            Kind::RateLimited => retry_after.or(limit.map(|limit| limit.wait(now))),
            _ => retry_after,
        };
        Err(error.with_retry_after(wait))
    }

    fn request(&self, call: &Call, name: &Name<'_>) -> reqwest::RequestBuilder {
        let shared = &self.shared;
        let mut url = call.url(&shared.base_url, &shared.api_key);
        if let Some(user_id) = name.user_id
            && !call.query.iter().any(|(name, _)| *name == "user_id")
        {
            url.query_pairs_mut().append_pair("user_id", user_id);
        }
        // The five methods that there are.
        let method = Method::from_bytes(call.operation.method().as_bytes()).unwrap_or(Method::GET);
        let request = shared
            .http
            .request(method, url)
            .header(header::AUTHORIZATION, name.token)
            .header("stream-auth-type", "jwt")
            .header("x-stream-client", &shared.product);
        match &call.body {
            Body::None => request,
            Body::Json(json) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(json.clone()),
            Body::File(file) => request.multipart(form(file.clone())),
        }
    }
}

fn form(file: File) -> reqwest::multipart::Form {
    let length = file.bytes.len() as u64;
    let part =
        reqwest::multipart::Part::stream_with_length(file.bytes, length).file_name(file.name);
    let part = match file.media_type.parse() {
        Ok(media_type) => {
            let mut headers = header::HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, media_type);
            part.headers(headers)
        }
        Err(_) => part,
    };
    reqwest::multipart::Form::new()
        .part("file", part)
        .text("user", file.user)
}

/// A request that could not be connected was not sent; any other may have arrived.
fn broken(operation: Operation, error: &reqwest::Error) -> Error {
    let kind = if error.is_timeout() {
        Kind::TimedOut
    } else {
        Kind::Unreachable
    };
    let connect_failure = (kind == Kind::Unreachable)
        .then(|| ConnectFailure::of(error))
        .flatten();
    Error::unanswered(operation, kind, !error.is_connect()).with_connect_failure(connect_failure)
}
