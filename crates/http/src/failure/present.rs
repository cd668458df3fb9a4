use askama::Template;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Failure, FieldError};
use crate::{
    app::Shell,
    identity::SignedIn,
    json::WrongPatientJson,
    login::is_kept,
    outages,
    pages::{NextStep, NoticePage},
    web::{checks, frame, staff},
};

/// RFC 9457 problem details.
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Stable: `urn:hims-chat:` and what went wrong.
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    /// Of a 422: every wrong field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Of a room that was moved: its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(flatten)]
    wrong_patient: Option<WrongPatientJson>,
}

/// How a failure looks to this asker.
enum Look {
    Json,
    Page,
    /// To the login page: a person opened a page without being signed in.
    Login,
}

/// Turns the failures of all routes into answers, and logs those that are ours.
pub(crate) async fn present(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let wants_html = accepts_html(request.headers());
    let is_api = request.uri().path().split('/').any(|part| part == "api");
    let is_get = request.method() == axum::http::Method::GET;
    let path = kept_address(request.uri());
    let response = next.run(request).await;
    let Some(failure) = response.extensions().get::<Failure>().cloned() else {
        return response;
    };
    log(Some(&shell), &failure);
    let look = match failure.status {
        _ if is_api => Look::Json,
        StatusCode::UNAUTHORIZED if shell.sign_in.is_some() && (is_get || wants_html) => {
            Look::Login
        }
        _ if wants_html => Look::Page,
        _ => Look::Json,
    };
    let signed_in = response.extensions().get::<SignedIn>().cloned();
    let retry_after = failure
        .retry_after
        .or((failure.status == StatusCode::SERVICE_UNAVAILABLE).then(default_wait));
    let mut answer = match look {
        Look::Json => problem(&failure),
        Look::Page => page(&shell, signed_in.as_ref(), &failure),
        Look::Login => {
            Redirect::to(&login_address(is_get.then_some(path.as_str()))).into_response()
        }
    };
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        answer
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    if failure.status == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest of the body is not read, so the connection is good for nothing more; a client
        // that is told so does not send its next request into it.
        answer
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(seconds) = retry_after.map(|wait| wait.as_secs().max(1)) {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn default_wait() -> std::time::Duration {
    std::time::Duration::from_secs(5)
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accept.contains("text/html")
}

/// The address to go on to after the login. A query may hold a search for a patient: only the message that
/// a link leads to is kept of it.
fn kept_address(uri: &Uri) -> String {
    let whole = uri.path_and_query().map(PathAndQuery::as_str);
    whole
        .filter(|whole| is_kept(whole))
        .unwrap_or(uri.path())
        .to_owned()
}

fn login_address(path: Option<&str>) -> String {
    match path {
        Some(path) if path != "/" => format!("/login?next={path}"),
        _ => "/login".to_owned(),
    }
}

fn problem(failure: &Failure) -> Response {
    let body = Problem {
        r#type: format!("urn:hims-chat:{}", failure.slug),
        title: failure.title,
        status: failure.status.as_u16(),
        detail: failure.detail.to_string(),
        errors: failure.fields.to_vec(),
        location: failure.location.as_deref().cloned(),
        wrong_patient: failure.wrong_patient.as_deref().map(WrongPatientJson::from),
    };
    let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
    (
        failure.status,
        media_type,
        Json(body).into_response().into_body(),
    )
        .into_response()
}

fn page(shell: &Shell, signed_in: Option<&SignedIn>, failure: &Failure) -> Response {
    let is_no_doctor = failure.slug == "not-a-doctor"
        || signed_in.is_some_and(|signed_in| signed_in.doctor().is_none());
    let next = if let Some(page) = &failure.location {
        Some(NextStep {
            href: page.to_string(),
            label: "Go to the room".to_owned(),
        })
    } else if signed_in.is_some_and(|signed_in| checks::are_for(shell, signed_in)) {
        Some(NextStep {
            href: checks::PAGE.to_owned(),
            label: "Go to the checks".to_owned(),
        })
    } else if signed_in.is_some_and(|signed_in| staff::is_for(shell, signed_in)) {
        Some(NextStep {
            href: staff::PAGE.to_owned(),
            label: "Go to the staff".to_owned(),
        })
    } else {
        (!is_no_doctor).then(|| NextStep {
            href: "/doctor/patients".to_owned(),
            label: "Go to the patients".to_owned(),
        })
    };
    let page = NoticePage {
        frame: match signed_in.and_then(SignedIn::doctor) {
            Some(doctor) => frame::without_rooms(shell, &doctor),
            None => frame::alone(shell),
        },
        status: failure.status.as_u16(),
        title: failure.title.to_owned(),
        text: failure.detail.to_string(),
        steps: failure.steps.to_vec(),
        next,
        sign_out: is_no_doctor && shell.sign_in.is_some(),
    };
    match page.render() {
        Ok(html) => (failure.status, Html(html)).into_response(),
        Err(_) => problem(failure),
    }
}

impl Failure {
    /// Says in the log that something was left out of an answer because of this.
    pub(crate) fn log_as_left_out(&self, shell: &Shell, what: &'static str) {
        match &self.source {
            Some(error) if outages::is_outage(error) => outages::noticed(shell, error),
            _ => tracing::warn!(status = %self.status, "{what}"),
        }
    }

    /// Writes a fault of ours to the log where the failure is not presented, because what failed is
    /// left out of a page.
    pub(crate) fn log_fault(&self) {
        if self.status == StatusCode::INTERNAL_SERVER_ERROR {
            log(None, self);
        }
    }
}

/// Faults of ours have a line each; what is away has one in all. The source of an error names no body, URL, secret or text (a law of `ports::Error`).
fn log(shell: Option<&Shell>, failure: &Failure) {
    // What a chat cannot do is no fault: its capabilities say so beforehand.
    let is_ours = failure.status.is_server_error() && failure.status != StatusCode::NOT_IMPLEMENTED;
    match &failure.source {
        Some(error) if outages::is_outage(error) => {
            if let Some(shell) = shell {
                outages::refused(shell, error);
            }
        }
        Some(error) if is_ours => {
            let source = std::error::Error::source(&**error).map(ToString::to_string);
            tracing::error!(kind = ?error.kind(), error = %error, source, "request failed");
        }
        None if failure.slug == "internal" => tracing::error!("request failed"),
        _ => {}
    }
}
