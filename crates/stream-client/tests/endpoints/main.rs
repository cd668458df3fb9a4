//! Every endpoint of Stream's open-source Go client (stream-chat-go 8.4.1), one row a call: method, path,
//! query and body as they are on the wire, and what is read of the answer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that does not get what it needs has failed"
)]

mod app;
mod channels;
mod members;
mod messages;
mod moderation;
mod permissions;
mod row;
mod stub;
mod tasks;
mod threads;
mod unread;
mod users;

use std::{collections::BTreeSet, fmt::Write};

use row::Row;
use stub::Stub;

/// The groups of the table, with the file that holds their rows.
fn groups() -> Vec<(&'static str, &'static str, Vec<Row>)> {
    vec![
        ("App, push and webhooks", "app", app::rows()),
        ("Users, devices and guests", "users", users::rows()),
        ("Channels and files", "channels", channels::rows()),
        (
            "Members, invitations and batches",
            "members",
            members::rows(),
        ),
        (
            "Messages, reactions and search",
            "messages",
            messages::rows(),
        ),
        (
            "Threads, drafts, reminders and locations",
            "threads",
            threads::rows(),
        ),
        ("Read state and events", "unread", unread::rows()),
        ("Moderation", "moderation", moderation::rows()),
        (
            "Channel types, commands, permissions and roles",
            "permissions",
            permissions::rows(),
        ),
        (
            "Tasks, exports, imports and numbers",
            "tasks",
            tasks::rows(),
        ),
    ]
}

/// The documentation's table, made of the rows.
fn table() -> String {
    let mut page = String::from(
        "# Endpoints\n\n\
         All endpoints of [stream-chat-go](https://github.com/GetStream/stream-chat-go) 8.4.1, with the functions of\n\
         `Client` that call them. The rows of `tests/endpoints/` prove method, path, query and body of each function,\n\
         and that this page names exactly what is tested.\n",
    );
    for (group, file, rows) in groups() {
        write!(
            page,
            "\n## {group}\n\nTested by `tests/endpoints/{file}.rs`.\n\n"
        )
        .unwrap();
        page.push_str("| endpoint | functions |\n|---|---|\n");
        let mut seen = BTreeSet::new();
        for row in &rows {
            if !seen.insert(row.endpoint) {
                continue;
            }
            let of = rows.iter().filter(|other| other.endpoint == row.endpoint);
            let mut functions: Vec<String> = of.map(|row| format!("`{}`", row.function)).collect();
            functions.dedup();
            writeln!(page, "| `{}` | {} |", row.endpoint, functions.join(", ")).unwrap();
        }
    }
    page
}

#[test]
fn the_documentation_names_exactly_the_122_endpoints_that_are_tested() {
    let groups = groups();
    let rows = groups.iter().flat_map(|(_, _, rows)| rows);
    let endpoints: BTreeSet<&str> = rows.map(|row| row.endpoint).collect();
    assert_eq!(endpoints.len(), 122, "{endpoints:#?}");
    let written = include_str!("../../docs/endpoints.md");
    let table = table();
    assert!(written == table, "docs/endpoints.md should be:\n{table}");
}

#[tokio::test]
async fn every_call_is_on_the_wire_as_the_go_client_makes_it() {
    let stub = Stub::start().await;
    for (_, _, rows) in groups() {
        for row in rows {
            row.check(&stub).await;
        }
    }
}
