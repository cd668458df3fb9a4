//! The OpenAPI document, made from the handlers, and a page to browse it.

mod errors;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use utoipa::{
    OpenApi,
    openapi::{Content, OpenApi as Document, PathItem, RefOr, path::Operation as PathOperation},
};

use crate::{
    api,
    app::{Mounted, Shell},
    failure::Failure,
    identity::SignedIn,
    live, operations,
    pages::{OpenApiPage, Operation},
    web::{frame, show},
};

/// The calls under `P/api` of every mount.
#[derive(OpenApi)]
#[openapi(paths(
    api::rooms::list,
    api::rooms::open,
    api::rooms::get,
    api::participants::add,
    api::participants::remove,
    api::participants::changes,
    api::messages::page,
    api::messages::post,
    api::patient_warning::choose,
    api::messages::get,
    api::messages::versions,
    api::messages::edit,
    api::messages::recall,
    api::receipts::read,
    api::receipts::unread,
    api::urgent::waiting,
    api::receipts::acknowledge,
    api::drafts::get,
    api::drafts::put,
    api::drafts::forget,
    api::live::typing,
    api::attachments::upload,
    api::attachments::fetch,
    api::attachments::thumbnail,
    api::attachments::discard,
    api::search::search,
    api::search::search_by_body,
    api::doctors::search,
    live::events,
    api::token::mint,
    api::capabilities::show,
))]
struct MountDocument;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "HIMS doctor chat",
        description = "Chat between doctors. Every mount has the same calls. \
        State-changing calls from another origin are refused; errors are RFC 9457 problems."
    ),
    paths(
        operations::live,
        operations::ready,
        api::patients::search,
        api::patients::unread,
        api::inbox::rooms,
        api::inbox::unread
    )
)]
struct ShellDocument;

#[derive(OpenApi)]
#[openapi(paths(api::availability::set, api::availability::clear))]
struct AvailabilityDocument;

#[derive(OpenApi)]
#[openapi(paths(api::sessions::list, api::sessions::end))]
struct SessionsDocument;

/// The document of an app: every mount with a backend, under its prefix.
pub(crate) fn of(shell: &Shell) -> Document {
    let with_backend =
        |mount: &&std::sync::Arc<crate::app::Mount>| matches!(mount.chat, Mounted::Chat(_));
    let mut document = ShellDocument::openapi();
    if shell.availabilities.is_some() {
        document.merge(AvailabilityDocument::openapi());
    }
    if shell.sign_in.is_some() {
        document.merge(SessionsDocument::openapi());
    }
    let mounts = shell.mounts.iter().filter(with_backend);
    let mut document = mounts.fold(document, |document, mount| {
        document.nest(format!("{}/api", mount.prefix), MountDocument::openapi())
    });
    errors::describe(&mut document);
    document
}

/// `GET /openapi.json`.
pub(crate) async fn document(State(shell): State<Shell>) -> Json<Document> {
    Json(of(&shell))
}

/// `GET /openapi`.
pub(crate) async fn browse(
    State(shell): State<Shell>,
    signed_in: Option<axum::Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let document = of(&shell);
    let doctor = signed_in.and_then(|axum::Extension(signed_in)| signed_in.doctor());
    let page = OpenApiPage {
        frame: doctor.map_or_else(
            || frame::alone(&shell),
            |doctor| frame::without_rooms(&shell, &doctor),
        ),
        title: document.info.title.clone(),
        version: document.info.version.clone(),
        document: "/openapi.json".to_owned(),
        operations: document
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| operations_of(path, item))
            .collect(),
    };
    show(axum::http::StatusCode::OK, &page).map(IntoResponse::into_response)
}

fn operations_of(path: &str, item: &PathItem) -> Vec<Operation> {
    methods(item)
        .into_iter()
        .map(|(method, operation)| Operation {
            method: method.to_owned(),
            path: path.to_owned(),
            summary: operation.summary.clone().unwrap_or_default(),
            request: match &operation.request_body {
                Some(RefOr::T(body)) => schema_names(&body.content),
                _ => String::new(),
            },
            responses: operation
                .responses
                .responses
                .iter()
                .map(|(status, response)| match response {
                    RefOr::T(response) => format!("{status} {}", schema_names(&response.content))
                        .trim()
                        .to_owned(),
                    RefOr::Ref(_) => status.clone(),
                })
                .collect(),
        })
        .collect()
}

/// The methods of a path, in the order of the document.
pub(crate) fn methods(item: &PathItem) -> Vec<(&'static str, &PathOperation)> {
    [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
    .collect()
}

/// The same, to be completed.
fn methods_mut(item: &mut PathItem) -> impl Iterator<Item = &mut PathOperation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

fn schema_names<'a>(
    contents: impl IntoIterator<Item = (&'a String, &'a RefOr<Content>)>,
) -> String {
    let name = |(_, content): (&String, &'a RefOr<Content>)| match content {
        RefOr::T(Content {
            schema: Some(RefOr::Ref(reference)),
            ..
        }) => reference.ref_location.rsplit('/').next(),
        _ => None,
    };
    contents
        .into_iter()
        .filter_map(name)
        .collect::<Vec<_>>()
        .join(", ")
}
