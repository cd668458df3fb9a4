//! The answers that every call has and no handler lists: refusals, their form, and who may ask.

use utoipa::openapi::{
    Components, Content, OpenApi, Ref, RefOr, Response,
    path::{Operation, Parameter, ParameterIn},
    security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
};

use super::methods_mut;

const JSON: &str = "application/json";
/// RFC 9457.
const PROBLEM: &str = "application/problem+json";
const SESSION: &str = "session";

/// Completes a document. Calls under `/health` need no session.
pub(super) fn describe(document: &mut OpenApi) {
    let scheme = ApiKeyValue::with_description(
        "hims_chat",
        "The session of `POST /login`. Over TLS its name is `__Host-hims_chat`.",
    );
    document
        .components
        .get_or_insert_with(Components::new)
        .add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(scheme)));
    let session = SecurityRequirement::new(SESSION, Vec::<String>::new());
    for (path, item) in &mut document.paths.paths {
        let is_open = path.starts_with("/health/");
        for operation in methods_mut(item) {
            if !is_open {
                operation.security = Some(vec![session.clone()]);
                add(operation, "401", "Not signed in.");
            }
            if operation.request_body.is_some() {
                add(operation, "400", "The body cannot be read.");
                add(operation, "415", "The body is of another media type.");
            } else if has_query(operation) {
                add(operation, "400", "The query string cannot be read.");
            }
            are_problems(operation);
        }
    }
}

fn has_query(operation: &Operation) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters.into_iter().any(|parameter: &RefOr<Parameter>| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
    })
}

fn add(operation: &mut Operation, status: &str, description: &str) {
    let responses = &mut operation.responses.responses;
    responses.entry(status.to_owned()).or_insert_with(|| {
        let mut response = Response::new(description);
        let schema = Ref::from_schema_name("Problem");
        let content = RefOr::T(Content::new(Some(schema)));
        response.content.insert(PROBLEM.to_owned(), content);
        RefOr::T(response)
    });
}

/// Refusals are problems, whatever the handler's description took them for.
fn are_problems(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let is_refusal = status.starts_with(['4', '5']);
        let RefOr::T(response) = response else {
            continue;
        };
        let is_problem = |content: &RefOr<Content>| {
            matches!(content, RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. })
                if reference.ref_location.ends_with("/Problem"))
        };
        if is_refusal
            && response.content.get(JSON).is_some_and(is_problem)
            && let Some(content) = response.content.shift_remove(JSON)
        {
            response.content.insert(PROBLEM.to_owned(), content);
        }
    }
}
