//! Traces, as a collector of OpenTelemetry receives them.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    collector::Collector,
    database::Engine,
    device::{CHAT, Device, STREAM, send},
    hospital::Hospital,
    on_both_databases,
    wait::until,
};

/// Sent soon, not after the usual five seconds.
const SOON: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "100");

fn spans(requests: &[ExportTraceServiceRequest]) -> Vec<Span> {
    let scopes = requests
        .iter()
        .flat_map(|request| &request.resource_spans)
        .flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| scope.spans.clone()).collect()
}

fn attribute(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|found| found.key == key);
    let value = found.and_then(|found| found.value.clone()?.value);
    match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{key} of {}: {other:?}", span.name),
    }
}

/// The span of a request, once it has arrived.
async fn span_of(collector: &Collector, request_id: &str) -> Span {
    until(&format!("the span of {request_id}"), async || {
        let mut spans = spans(&collector.requests()).into_iter();
        spans.find(|span| {
            let ids = span
                .attributes
                .iter()
                .filter(|found| found.key == "request_id");
            ids.count() == 1 && attribute(span, "request_id") == request_id
        })
    })
    .await
}

async fn a_request_and_its_parts_arrive_and_nothing_of_anybody(engine: Engine) {
    let collector = Collector::start().await;
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address()),
        ("HIMS_TRUSTED_PROXIES", "127.0.0.1"),
        SOON,
    ];
    let hospital = Hospital::open_with(engine, &environment).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let said = json!({"client_id": "c-secret", "text": "Gentamicin tonight"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let request = doctor
        .request(Method::POST, &path)
        .header("traceparent", format!("00-{trace}-{parent}-01"))
        .json(&said);
    let answer = send(request).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let span = span_of(&collector, answer.header("x-request-id")).await;
    let route = "/doctor/chat/api/rooms/{room}/messages";
    assert_eq!(span.name, format!("POST {route}"));
    assert_eq!(attribute(&span, "http.route"), route);
    assert_eq!(attribute(&span, "http.request.method"), "POST");
    assert_eq!(attribute(&span, "http.response.status_code"), "201");
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    assert_eq!(hex(&span.trace_id), trace, "the proxy's trace goes on");
    assert_eq!(hex(&span.parent_span_id), parent);
    let part = match engine {
        Engine::Sqlite => "database writer",
        Engine::Postgres => "database posts",
    };
    until(&format!("the part {part}"), async || {
        let parts = spans(&collector.requests());
        let mut parts = parts
            .iter()
            .filter(|part| part.parent_span_id == span.span_id);
        parts.find(|found| found.name == part).map(drop)
    })
    .await;

    let stream = doctor.on(STREAM);
    let room = stream.new_room(&["2"]).await;
    stream.says(&room, "Gentamicin again").await;
    until("a call to Stream", async || {
        let spans = spans(&collector.requests());
        let call = "Stream POST /channels/{type}/{id}/message";
        let found = spans.iter().find(|span| span.name == call)?;
        assert_eq!(attribute(found, "http.response.status_code"), "200");
        assert!(!found.parent_span_id.is_empty(), "it is part of a request");
        Some(())
    })
    .await;
    let bytes = collector.bytes();
    let cookie = doctor.cookies();
    let secret = cookie.split_once('=').expect("a cookie").1;
    for word in [
        "Gentamicin",
        "c-secret",
        "larkmere",
        "Night handover",
        "127.0.0.1",
        &room,
        secret,
    ] {
        let found = bytes
            .windows(word.len())
            .any(|bytes| bytes == word.as_bytes());
        assert!(!found, "{word} was sent");
    }
}

#[tokio::test]
async fn a_collector_that_is_away_costs_one_line() {
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), SOON];
    let hospital = Hospital::open_with(Engine::Sqlite, &environment).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let lost = "traces cannot be sent and are lost";
    hospital.server.prints(lost).await;
    for number in 0..5 {
        doctor.says(&room, &number.to_string()).await;
    }
    let mut server = hospital.server;
    assert!(server.stop().await.success());
    let printed = server.printed();
    assert_eq!(printed.matches(lost).count(), 1, "{printed}");
    let warnings = printed.lines().filter(|line| line.contains("WARN"));
    let others: Vec<_> = warnings.filter(|line| !line.contains(lost)).collect();
    assert!(
        others.iter().all(|line| line.contains("HIMS_CLAMD")),
        "{others:?}"
    );
}

#[tokio::test]
async fn nothing_is_sent_unless_a_collector_is_named() {
    let collector = Collector::start().await;
    let hospital = Hospital::open_with(Engine::Sqlite, &[SOON]).await;
    let answer = Device::new(&hospital.server).get("/health/live").await;
    assert_eq!(answer.status, 200);
    let mut server = hospital.server;
    assert!(server.stop().await.success());
    assert!(collector.requests().is_empty());
}

on_both_databases!(a_request_and_its_parts_arrive_and_nothing_of_anybody);
