//! From a request to its answer: recorded, authenticated, counted, carried out; or treated badly, when ordered so.

mod bad;
mod request;

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use self::bad::instead;
use self::bad::{error, reset};
pub(crate) use self::request::{credentials, recorded};
use self::request::{header, read_call};
use crate::app::App;
use crate::auth::Credentials;
use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::faults::Misbehaviour;
use crate::limits::Standing;
use crate::listen::Cut;
use crate::world::World;

/// The function behind an endpoint.
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

/// Any other path.
pub(crate) async fn no_route(request: Request<Body>) -> Response {
    let reason = format!("there is no {} {}", request.method(), request.uri().path());
    Failure::missing(reason).response("Route")
}
