//! The page to browse the OpenAPI document.

use super::Frame;
use askama::Template;

/// The operations of the JSON interface.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "openapi.html")]
pub(crate) struct OpenApiPage {
    /// With or without a sidebar.
    pub(crate) frame: Frame,
    /// Title of the document.
    pub(crate) title: String,
    /// Version of the document.
    pub(crate) version: String,
    /// Address of the document itself.
    pub(crate) document: String,
    /// In the order shown.
    pub(crate) operations: Vec<Operation>,
}

/// One method of one path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operation {
    /// HTTP method, such as `GET`.
    pub(crate) method: String,
    /// Path as in the document, such as `/doctor/chat/api/rooms/{room}`.
    pub(crate) path: String,
    /// One sentence.
    pub(crate) summary: String,
    /// Name of the request body's schema; empty without one.
    pub(crate) request: String,
    /// Status and schema name of each answer: `200 Room`.
    pub(crate) responses: Vec<String>,
}
