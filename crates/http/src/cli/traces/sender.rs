use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends on the runtime of the service. The exporter works on a thread of its own, which has none; the library's own
/// client for that would bring a second runtime.
#[derive(Debug)]
pub(super) struct Sender {
    http: reqwest::Client,
    runtime: Handle,
    is_well: AtomicBool,
}

impl Sender {
    pub(super) fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Ok(Self {
            http: http?,
            runtime: Handle::try_current()?,
            is_well: AtomicBool::new(true),
        })
    }

    /// One line when it begins to fail and one when it works again, not one a batch.
    fn note(&self, failed: Option<String>) {
        let was_well = self.is_well.swap(failed.is_none(), Ordering::Relaxed);
        match failed {
            Some(reason) if was_well => {
                tracing::warn!(reason, "traces cannot be sent and are lost");
            }
            None if !was_well => tracing::info!("traces are sent again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let answer = http.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let sent = sent.await?;
        self.note(match &sent {
            Ok((status, _)) if status.is_success() => None,
            Ok((status, _)) => Some(format!("the collector answered {status}")),
            Err(error) if error.is_timeout() => {
                Some("the collector does not answer in time".into())
            }
            Err(_) => Some("the collector cannot be reached".into()),
        });
        let (status, body) = sent?;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}
