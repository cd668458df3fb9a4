//! The OpenAPI document says what there is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::routes::ROUTES;
use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[tokio::test]
async fn every_json_route_is_described() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nobody = Device::new(&hospital.server);
    let answer = nobody.get("/openapi.json").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    let document = answer.json();
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3."))
    );
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| METHODS.contains(&key.as_str()));
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .filter(|call| call.contains("/api/"))
        .collect();
    let served: BTreeSet<String> = ROUTES
        .iter()
        .filter(|route| route.path.contains("/api/"))
        .flat_map(|route| {
            [CHAT, STREAM]
                .map(|mount| format!("{} {}", route.method, route.path.replacen('P', mount, 1)))
        })
        .collect();
    assert_eq!(described, served);
    references_lead_somewhere(&document, &document);
    refusals_are_described(&document);

    let page = nobody.page("/openapi").await;
    assert_eq!(page.status, 200);
    let page = page.text();
    assert!(page.matches("data-testid=\"operation\"").count() >= served.len());
}

fn references_lead_somewhere(value: &Value, document: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let pointer = reference.trim_start_matches('#');
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            fields
                .values()
                .for_each(|field| references_lead_somewhere(field, document));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| references_lead_somewhere(item, document)),
        _ => {}
    }
}

/// Checks the demands of the standards on a description: how one signs in, and every refusal in the form it has.
fn refusals_are_described(document: &Value) {
    let scheme = &document["components"]["securitySchemes"]["session"];
    assert_eq!(scheme["in"], "cookie", "{scheme}");
    for (path, item) in document["paths"].as_object().unwrap() {
        let operations = item.as_object().unwrap().iter();
        for (method, operation) in operations.filter(|(key, _)| METHODS.contains(&key.as_str())) {
            let call = format!("{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            let has = |status: &str| responses.contains_key(status);
            let is_open = path.starts_with("/health/");
            assert_eq!(has("401"), !is_open, "{call}");
            assert_eq!(operation["security"].is_array(), !is_open, "{call}");
            if operation["requestBody"].is_object() {
                assert!(has("400") && has("415"), "{call}");
            }
            let refusals = responses
                .iter()
                .filter(|(status, _)| status.starts_with('4'));
            for (status, response) in refusals {
                let forms = response["content"].as_object().unwrap();
                let forms: Vec<&String> = forms.keys().collect();
                assert_eq!(forms, ["application/problem+json"], "{call} {status}");
            }
        }
    }
}
