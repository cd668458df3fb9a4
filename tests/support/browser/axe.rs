//! axe-core, the checker of accessibility rules: installed by npm when a test asks for it, never committed.

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::Browser;
use crate::support::npm;

const PACKAGE: &str = "axe-core@4.11";

static SOURCE: OnceCell<String> = OnceCell::const_new();

/// WCAG 2.0, 2.1 and 2.2 at levels A and AA, and what axe-core calls best practice.
const TAGS: [&str; 7] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22a",
    "wcag22aa",
    "best-practice",
];

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    // Two that the tags leave out or may leave out one day.
    const rules = { 'label-content-name-mismatch': { enabled: true }, 'region': { enabled: true } };
    window.axe.run(document, { runOnly: arguments[0], rules, resultTypes: ['violations'] }).then(
        ({ violations }) => done(violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))),
        (error) => done([`axe-core failed: ${error}`]));";

impl Browser {
    /// Violations of the accessibility rules on the page shown: each rule with the element and what would put it right.
    pub async fn accessibility_violations(&self) -> Vec<String> {
        let source = SOURCE.get_or_init(source).await;
        let load = format!("{source}; return typeof window.axe.run");
        let loaded = self.client.execute(&load, Vec::new()).await;
        assert_eq!(loaded.expect("axe-core loads"), json!("function"));
        let found = self.client.execute_async(RUN, vec![json!(TAGS)]).await;
        let found = found.expect("axe-core answers");
        let lines = found.as_array().expect("a list of violations").iter();
        lines.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// The text of its script.
async fn source() -> String {
    let folder = npm::installed("axe-core", &[PACKAGE]);
    let script = folder.join("node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(script).expect("axe-core is installed whole")
}
