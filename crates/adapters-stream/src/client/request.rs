//! The one path of every call: sign, wait for the rate limit, send, classify, repeat what is safe.

use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use ports::part_of_request;
use reqwest::{Method, Url, header};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::{sleep_until, timeout_at};
use tracing::Instrument;

use super::{
    Client, UserToken,
    error::{Error, Kind, Result},
    measurements,
    rate_limits::{Endpoint, Limit},
    retry,
    trouble::Trouble,
};

/// Most bytes of an answer; a page of 300 long messages is far smaller.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// A call to be.
pub(super) struct Call {
    method: Method,
    /// Method and path, with names in braces where ids go: what logs and errors show.
    name: &'static str,
    ids: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Body,
    repeatable: bool,
    user: Option<String>,
}

enum Body {
    None,
    Json(Bytes),
    File(File),
}

/// A file on its way, as a form.
#[derive(Clone)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) bytes: Bytes,
    /// JSON of the user who sends it.
    pub(super) user: String,
}

/// A call by name, such as `GET /channels/{type}/{id}`. A GET may be repeated.
pub(super) fn call(name: &'static str) -> Call {
    let method = name.split(' ').next().unwrap_or_default();
    let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
    Call {
        repeatable: method == Method::GET,
        method,
        name,
        ids: Vec::new(),
        query: Vec::new(),
        body: Body::None,
        user: None,
    }
}

impl Call {
    /// The next id of the path.
    pub(super) fn id(mut self, id: &str) -> Self {
        self.ids.push(id.to_owned());
        self
    }

    pub(super) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// The structured input of a GET.
    pub(super) fn payload(self, payload: &serde_json::Value) -> Self {
        self.query("payload", payload)
    }

    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        // Maps with text keys, numbers and texts: writing them cannot fail.
        self.body = Body::Json(serde_json::to_vec(body).unwrap_or_default().into());
        self
    }

    pub(super) fn file(mut self, file: File) -> Self {
        self.body = Body::File(file);
        self
    }

    /// Doing it twice is doing it once.
    pub(super) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// In the name of a user, with that user's rights only.
    pub(super) fn by(mut self, token: &UserToken) -> Self {
        self.user = Some(token.token.clone());
        self.query("user_id", &token.user_id)
    }

    /// What the rate limit counts this call as.
    fn endpoint(&self) -> Endpoint {
        (self.name, self.user.is_some())
    }

    fn url(&self, base: &Url, key: &str) -> Url {
        let mut url = base.clone();
        let path = self.name.split_once(' ').map_or("", |(_, path)| path);
        if let Ok(mut segments) = url.path_segments_mut() {
            let mut ids = self.ids.iter();
            segments.pop_if_empty();
            for part in path.split('/').skip(1) {
                let id = part.starts_with('{').then(|| ids.next()).flatten();
                segments.push(id.map_or(part, String::as_str));
            }
        }
        let mut query = url.query_pairs_mut();
        query.append_pair("api_key", key);
        for (name, value) in &self.query {
            query.append_pair(name, value);
        }
        drop(query);
        url
    }
}

impl Client {
    /// Makes a call and reads its answer.
    pub(super) async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let body = self.answer(&call).await?;
        // A proxy's page with status 200 is no answer, and nothing is known of the call.
        serde_json::from_slice(&body).map_err(|_| Error::unanswered(call.name, Kind::Garbled, true))
    }

    async fn answer(&self, call: &Call) -> Result<Bytes> {
        let patience = self.shared.patience;
        let (each, whole) = match call.body {
            Body::File(_) => (patience.file, patience.file),
            Body::None | Body::Json(_) => (patience.attempt, patience.call),
        };
        let ends = Instant::now() + whole;
        let mut attempt = 1;
        loop {
            self.wait_for_limit(call.endpoint(), ends).await?;
            let error = match self.attempt(call, attempt, each, ends).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            let pause = retry::pause(&error, call.repeatable, attempt, patience.attempts);
            let Some(again) = pause
                .map(|pause| Instant::now() + pause)
                .filter(|at| *at < ends)
            else {
                return Err(error);
            };
            sleep_until(again.into()).await;
            attempt += 1;
        }
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

    async fn attempt(
        &self,
        call: &Call,
        attempt: u32,
        each: Duration,
        ends: Instant,
    ) -> Result<Bytes> {
        let began = Instant::now();
        let mut left = None;
        let answered = timeout_at(
            (began + each).min(ends).into(),
            self.exchange(call, &mut left),
        );
        let span = part_of_request("Stream", call.name);
        let outcome = answered
            .instrument(span.clone())
            .await
            .unwrap_or_else(|_| Err(Error::unanswered(call.name, Kind::TimedOut, true)));
        match &outcome {
            Ok(_) => span.record("http.response.status_code", 200),
            Err(error) => span
                .record("http.response.status_code", error.status())
                .record("otel.status_code", "ERROR"),
        };
        let took = began.elapsed();
        measurements::requested(call.name, attempt, took, left, outcome.as_ref().err());
        self.trace(call, attempt, took, left, &outcome);
        outcome
    }

    async fn exchange(&self, call: &Call, left: &mut Option<i64>) -> Result<Bytes> {
        let mut response = self
            .request(call)
            .send()
            .await
            .map_err(|error| broken(call.name, &error))?;
        let status = response.status().as_u16();
        let limit = Limit::read(response.headers());
        *left = limit.map(|limit| limit.remaining);
        let now = Timestamp::now();
        if let Some(limit) = limit {
            self.shared.limits.note(call.endpoint(), limit, now);
        }
        let retry_after = retry_after(response.headers());
        let mut body = Vec::new();
        while let Some(part) = response
            .chunk()
            .await
            .map_err(|error| broken(call.name, &error))?
        {
            if body.len() + part.len() > LARGEST_ANSWER {
                return Err(Error::unanswered(call.name, Kind::Garbled, true));
            }
            body.extend_from_slice(&part);
        }
        if (200..300).contains(&status) {
            return Ok(body.into());
        }
        let error = Error::answered(call.name, status, &body);
        let wait = match error.kind() {
            Kind::RateLimited => retry_after.or(limit.map(|limit| limit.wait(now))),
            _ => retry_after,
        };
        Err(error.with_retry_after(wait))
    }

    fn request(&self, call: &Call) -> reqwest::RequestBuilder {
        let shared = &self.shared;
        let token = call.user.as_ref().unwrap_or(&shared.server_token);
        let request = shared
            .http
            .request(
                call.method.clone(),
                call.url(&shared.base_url, &shared.api_key),
            )
            .header(header::AUTHORIZATION, token)
            .header("stream-auth-type", "jwt")
            .header("x-stream-client", "hims-chat");
        match &call.body {
            Body::None => request,
            Body::Json(json) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(json.clone()),
            Body::File(file) => request.multipart(form(file.clone())),
        }
    }

    /// `STREAM_DEBUG`: what was called and how it went. Ids, queries, texts and tokens stay out.
    fn trace(
        &self,
        call: &Call,
        attempt: u32,
        took: Duration,
        left: Option<i64>,
        outcome: &Result<Bytes>,
    ) {
        if !self.shared.debug {
            return;
        }
        let (status, code) = match outcome {
            Ok(_) => (Some(200), None),
            Err(error) => (error.status(), error.code()),
        };
        let kind = outcome.as_ref().err().map(Error::kind);
        let path = call.name.split_once(' ').map_or("", |(_, path)| path);
        tracing::info!(
            target: "hims_chat_stream::calls",
            method = %call.method,
            path,
            status,
            code,
            error = kind.map(tracing::field::debug),
            milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            attempt,
            left,
            "Stream was called"
        );
    }
}

impl Client {
    /// The same for the WebSocket.
    pub(super) fn trace_connect(&self, attempt: u32, error: Option<&Error>) {
        if self.shared.debug {
            let code = error.and_then(Error::code);
            let kind = error.map(Error::kind).map(tracing::field::debug);
            let path = "/connect";
            tracing::info!(target: "hims_chat_stream::calls", path, code, error = kind, attempt, "Stream was called");
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
fn broken(name: &'static str, error: &reqwest::Error) -> Error {
    let kind = if error.is_timeout() {
        Kind::TimedOut
    } else {
        Kind::Unreachable
    };
    let trouble = (kind == Kind::Unreachable)
        .then(|| Trouble::of(error))
        .flatten();
    Error::unanswered(name, kind, !error.is_connect()).with_trouble(trouble)
}

fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}
