//! A program built without the Stream adapter.

use std::sync::Arc;

use axum::Router;
use ports::{Chat, Checks, Disposal, Records};

use super::Legacy;
use crate::{
    app::{Mount, Prefix},
    cli::{CliError, config::Settings},
};

pub(super) async fn records(
    _: &Settings,
    _: &Legacy,
) -> Result<Option<Arc<dyn Records>>, CliError> {
    Ok(None)
}

pub(super) async fn disposal(
    _: &Settings,
    _: &Legacy,
) -> Result<Option<Arc<dyn Disposal>>, CliError> {
    Ok(None)
}

/// The stand-in for Stream in a build without it.
pub(in crate::cli) struct StreamBackend;

impl StreamBackend {
    pub(in crate::cli) async fn open(_: &Settings, _: &Legacy) -> Result<Self, CliError> {
        Ok(Self)
    }

    pub(in crate::cli) fn mount(&self, prefix: Prefix) -> Mount {
        let steps = vec!["a build with the feature `stream`".to_owned()];
        Mount::not_configured(prefix, "Stream Chat", "Stream Chat", steps)
    }

    pub(in crate::cli) fn checks(
        &self,
        _: &Settings,
        _: &Legacy,
    ) -> Result<Option<Checks>, CliError> {
        Ok(None)
    }

    pub(in crate::cli) fn chat(&self) -> Option<&Chat> {
        None
    }

    pub(in crate::cli) fn records(&self) -> Option<Arc<dyn Records>> {
        None
    }

    pub(in crate::cli) fn is_sandbox(&self) -> bool {
        false
    }

    pub(in crate::cli) fn webhooks(&self) -> Router {
        Router::new()
    }

    pub(in crate::cli) async fn close(self) {}
}
