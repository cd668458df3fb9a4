//! The shipped alerts and dashboard, with the real Prometheus and a real service.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    metrics::{Metrics, promtool},
    prometheus::Prometheus,
};

fn shipped(file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/monitoring");
    folder.join(file)
}

fn read(file: &str) -> String {
    fs::read_to_string(shipped(file)).expect(file)
}

/// The values of a key, each on a line of its own.
fn values<'a>(yaml: &'a str, key: &str) -> Vec<&'a str> {
    let lines = yaml.lines().map(str::trim);
    lines
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
        .map(|value| value.trim_matches('\''))
        .collect()
}

/// The queries of the dashboard, as Grafana sends them for one instance.
fn queries() -> Vec<String> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(query)) = fields.get("expr") {
                    found.push(query.clone());
                }
                fields.values().for_each(|value| collect(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let dashboard: Value = serde_json::from_str(&read("dashboard.json")).expect("JSON");
    let mut found = Vec::new();
    collect(&dashboard, &mut found);
    assert!(found.len() > 30, "{} queries", found.len());
    let sent = |query: String| {
        query
            .replace("$__rate_interval", "1m")
            .replace("$job", "hims-chat")
            .replace("$instance", ".*")
    };
    found.into_iter().map(sent).collect()
}

/// The names of metrics in a query: words that are followed by labels, a range or the end of an expression, and are
/// no label, function or word of the language.
fn names(query: &str) -> BTreeSet<String> {
    let mut outside = String::new();
    let mut depth = 0;
    for (number, part) in query.split('"').enumerate() {
        if number % 2 == 0 {
            for character in part.chars() {
                depth += i32::from(character == '{') - i32::from(character == '}');
                if depth == 0 && character != '}' {
                    outside.push(character);
                }
                if character == '}' {
                    outside.push(' ');
                }
            }
        }
    }
    let is_of_a_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words = outside.split(|character| !is_of_a_name(character));
    let prefixes = ["hims_", "http_", "process_"];
    let is_ours = |word: &&str| prefixes.iter().any(|prefix| word.starts_with(prefix));
    words.filter(is_ours).map(str::to_owned).collect()
}

/// The family that a name belongs to; histograms have three names.
fn family(name: &str) -> &str {
    let parts = ["_bucket", "_sum", "_count"];
    parts
        .iter()
        .find_map(|part| name.strip_suffix(part))
        .unwrap_or(name)
}

/// A heading as its link is written.
fn link(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading
        .chars()
        .filter(|character| character.is_alphanumeric() || [' ', '-'].contains(character));
    kept.collect::<String>().replace(' ', "-")
}

#[tokio::test]
async fn the_alerts_are_right_and_fire_when_they_should() {
    promtool(
        &["check", "rules", shipped("alerts.yml").to_str().unwrap()],
        "",
    )
    .await;
    let tests = shipped("alerts_test.yml");
    promtool(&["test", "rules", tests.to_str().unwrap()], "").await;
    let (alerts, tests) = (read("alerts.yml"), read("alerts_test.yml"));
    for alert in values(&alerts, "- alert") {
        let fires = format!("  - name: {alert}\n");
        assert!(tests.contains(&fires), "no test has {alert} fire");
    }
}

#[test]
fn every_alert_says_what_to_do() {
    let alerts = read("alerts.yml");
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let guide = fs::read_to_string(guide).unwrap();
    let headings = guide.lines().filter(|line| line.starts_with("### "));
    let headings: BTreeSet<String> = headings.map(link).collect();
    let links = values(&alerts, "runbook_url");
    assert_eq!(links.len(), values(&alerts, "- alert").len());
    for address in links {
        let heading = address.strip_prefix("docs/operations.md#").expect(address);
        assert!(headings.contains(heading), "{heading} is no heading");
    }
}

#[test]
fn names_are_found_in_queries() {
    let query = "sum by (http_label) (rate(hims_a_total{x=\"hims_no\", hims_y=~\".*\"}[1m])) / process_b > 0";
    // A label that is called like a metric would be taken for one; there are none.
    let found: Vec<_> = names(query).into_iter().collect();
    assert_eq!(found, ["hims_a_total", "http_label", "process_b"]);
    assert_eq!(family("hims_a_seconds_bucket"), "hims_a_seconds");
}

#[tokio::test]
async fn dashboard_and_alerts_ask_for_what_the_service_shows() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let prometheus = Prometheus::of(&hospital.server);
    let doctor = hospital.device("d01").await;
    for mount in [CHAT, STREAM] {
        let doctor = doctor.on(mount);
        let room = doctor.new_room(&["2"]).await;
        doctor.says(&room, "first").await;
    }
    let shown = Metrics::of(&hospital.server).await.families();
    let alerts = read("alerts.yml");
    let asked = values(&alerts, "expr").into_iter().map(str::to_owned);
    for query in asked.chain(queries()) {
        for name in names(&query) {
            assert!(shown.contains(family(&name)), "{name} of {query}");
        }
    }
    // Two looks at the service are the least that a rate is made of.
    prometheus.answers("rate(http_requests_total[1m])").await;
    for query in queries() {
        prometheus.answers(&query).await;
    }
    let rules = prometheus.asked("/api/v1/rules", &[]).await;
    let rules = rules.expect("it answers");
    let rules = rules["groups"][0]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), values(&alerts, "- alert").len());
    for rule in rules {
        assert_ne!(rule["health"], "err", "{rule}");
        assert_ne!(rule["state"], "firing", "{rule}");
    }
}
