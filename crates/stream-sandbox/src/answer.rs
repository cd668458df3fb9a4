//! From a request to its answer: recorded, authenticated, counted, carried out; or treated badly, when ordered so.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts as _, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::App;
use crate::auth::Credentials;
use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::faults::{Misbehaviour, refusal};
use crate::json::Object;
use crate::limits::Standing;
use crate::listen::Cut;
use crate::recorded::RecordedRequest;
use crate::world::World;

/// What an endpoint does.
pub(crate) type Action = fn(&mut World, &Call) -> Result<Value, Failure>;

/// The largest body of an upload, and a little for its wrapping.
const LARGEST: usize = 101 * 1024 * 1024;

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The handler of an endpoint. `name` is what refusals and limits call it.
pub(crate) fn act(
    name: &'static str,
    action: Action,
) -> impl Fn(State<Arc<App>>, Request) -> Answering + Clone + Send + Sync + 'static {
    move |State(app), request| Box::pin(async move { answer(&app, name, action, request).await })
}

async fn answer(app: &Arc<App>, name: &'static str, action: Action, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let cut = parts
        .extensions
        .get::<ConnectInfo<Cut>>()
        .map(|info| info.0.clone());
    let Ok(raw) = to_bytes(body, LARGEST).await else {
        return Failure::too_large().response(name);
    };
    app.record(|| recorded(name, &parts, &raw));
    let fault = app.strike(name);
    if let Some(bad) = fault
        .as_ref()
        .and_then(|fault| instead(name, fault, cut.as_ref()))
    {
        return bad;
    }
    let response = carry_out(app, name, action, &mut parts, raw).await;
    match fault {
        Some(Misbehaviour::Slow { by_ms }) => {
            tokio::time::sleep_until(tokio::time::Instant::now() + Duration::from_millis(by_ms))
                .await;
            response
        }
        Some(Misbehaviour::ResetAfter) => {
            reset(cut.as_ref());
            response
        }
        Some(Misbehaviour::Error {
            status, plain_text, ..
        }) => error(name, status, plain_text),
        _ => response,
    }
}

/// The answer given instead of carrying the request out, when the fault is of that kind.
pub(crate) fn instead(name: &str, fault: &Misbehaviour, cut: Option<&Cut>) -> Option<Response> {
    match *fault {
        Misbehaviour::RateLimited {
            reset_in_ms,
            plain_text,
        } => Some(limited(name, reset_in_ms, plain_text)),
        Misbehaviour::Error {
            status,
            plain_text,
            carried_out: false,
        } => Some(error(name, status, plain_text)),
        Misbehaviour::Refuse { code, status } => Some(refusal(code, status).response(name)),
        Misbehaviour::ResetBefore => {
            reset(cut);
            Some(StatusCode::BAD_GATEWAY.into_response())
        }
        Misbehaviour::Error { .. } | Misbehaviour::Slow { .. } | Misbehaviour::ResetAfter => None,
    }
}

fn reset(cut: Option<&Cut>) {
    if let Some(cut) = cut {
        cut.reset();
    }
}

fn limited(name: &str, reset_in_ms: u64, plain_text: bool) -> Response {
    let failure = Failure::new(
        9,
        StatusCode::TOO_MANY_REQUESTS,
        "Too many requests, check response headers for more information.",
    );
    let mut response = if plain_text {
        (StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n").into_response()
    } else {
        failure.response(name)
    };
    let wait = i64::try_from(reset_in_ms.div_ceil(1000)).unwrap_or(60);
    let standing = Standing {
        limit: 60,
        remaining: 0,
        reset: Timestamp::now().as_second() + wait,
    };
    standing.headers(response.headers_mut());
    response
}

fn error(name: &str, status: u16, plain_text: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if plain_text {
        return (
            status,
            "upstream connect error or disconnect/reset before headers\n",
        )
            .into_response();
    }
    Failure::new(-1, status, "internal error").response(name)
}

async fn carry_out(
    app: &App,
    name: &'static str,
    action: Action,
    parts: &mut Parts,
    raw: Bytes,
) -> Response {
    let started = Instant::now();
    let shown = credentials(parts);
    let caller = match authenticate(app, &shown) {
        Ok(caller) => caller,
        Err(failure) => return failure.response(name),
    };
    let (standing, counted) = count(app, name, &caller, parts);
    let done = match counted {
        Ok(()) => match read_call(app, parts, caller, raw).await {
            Ok(call) => perform(app, action, &call),
            Err(failure) => Err(failure),
        },
        Err(failure) => Err(failure),
    };
    let mut response = match done {
        Ok(value) => success(&parts.method, value, started),
        Err(failure) => failure.response(name),
    };
    standing.headers(response.headers_mut());
    response
}

/// The caller; the fault of expired tokens is seen here.
pub(crate) fn authenticate(app: &App, shown: &Credentials) -> Result<Caller, Failure> {
    let caller = app.world().authenticate(shown)?;
    if let (Caller::User(_), Some(token)) = (&caller, &shown.token)
        && !app.still_good(token)
    {
        return Err(Failure::unauthorized(40, "token is expired"));
    }
    Ok(caller)
}

fn perform(app: &App, action: Action, call: &Call) -> Result<Value, Failure> {
    let mut world = app.world();
    world.may_act(&call.caller)?;
    action(&mut world, call)
}

fn count(
    app: &App,
    name: &'static str,
    caller: &Caller,
    parts: &Parts,
) -> (Standing, Result<(), Failure>) {
    let platform = platform(caller, header(parts, "x-stream-client").unwrap_or_default());
    let mut world = app.world();
    let (standing, counted) =
        world
            .limits
            .count(caller, platform, name, Timestamp::now().as_second());
    let forced = app.config.enforce_rate_limits || world.limits.is_set(name);
    (standing, if forced { counted } else { Ok(()) })
}

/// Limits are counted apart for each platform.
pub(crate) fn platform(caller: &Caller, client: &str) -> &'static str {
    let client = client.to_ascii_lowercase();
    match caller {
        Caller::Server => "server_side",
        _ if client.contains("android") => "android",
        _ if client.contains("ios") || client.contains("swift") => "ios",
        _ => "web",
    }
}

fn success(method: &Method, value: Value, started: Instant) -> Response {
    let status = if method == Method::POST || method == Method::PUT {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut value = value;
    if let Value::Object(body) = &mut value {
        let took = started.elapsed();
        body.insert(
            "duration".into(),
            json!(format!("{:.2}ms", took.as_secs_f64() * 1000.0)),
        );
    }
    (status, axum::Json(value)).into_response()
}

async fn read_call(
    app: &App,
    parts: &mut Parts,
    caller: Caller,
    raw: Bytes,
) -> Result<Call, Failure> {
    let content_type = header(parts, "content-type").unwrap_or_default().to_owned();
    let multipart = content_type.starts_with("multipart/");
    let body = if multipart || raw.iter().all(u8::is_ascii_whitespace) || raw.as_ref() == b"null" {
        Object::new()
    } else {
        match serde_json::from_slice(&raw) {
            Ok(Value::Object(body)) => body,
            _ => return Err(Failure::input("the body must be a JSON object")),
        }
    };
    let path = RawPathParams::from_request_parts(parts, &()).await;
    let path = path.map_err(|_| Failure::input("the path must be UTF-8"))?;
    Ok(Call {
        path: path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: query(parts),
        body,
        raw,
        content_type,
        base_url: app.base_url().to_owned(),
        user_agent: header(parts, "user-agent").unwrap_or_default().to_owned(),
        sdk: header(parts, "x-stream-client")
            .unwrap_or_default()
            .to_owned(),
        caller,
    })
}

fn query(parts: &Parts) -> std::collections::HashMap<String, String> {
    axum::extract::Query::try_from_uri(&parts.uri)
        .map(|query| query.0)
        .unwrap_or_default()
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
}

/// Key and token, from the header or, as a browser's WebSocket needs it, from the query.
pub(crate) fn credentials(parts: &Parts) -> Credentials {
    let query = query(parts);
    let either = |header_name: &str, query_name: &str| {
        header(parts, header_name)
            .map(str::to_owned)
            .or_else(|| query.get(query_name).cloned())
    };
    Credentials {
        api_key: query.get("api_key").cloned(),
        token: either("authorization", "authorization"),
        auth_type: either("stream-auth-type", "stream-auth-type"),
    }
}

pub(crate) fn recorded(endpoint: &'static str, parts: &Parts, body: &Bytes) -> RecordedRequest {
    let headers = parts
        .headers
        .iter()
        .filter(|(name, _)| *name != "authorization");
    let headers = headers.map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    RecordedRequest {
        endpoint,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.clone(),
    }
}

/// Any other path.
pub(crate) async fn no_route(request: Request<Body>) -> Response {
    let reason = format!("there is no {} {}", request.method(), request.uri().path());
    Failure::missing(reason).response("Route")
}
