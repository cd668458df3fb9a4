//! The whole policy as a table for people to read and review. `HIMS_BLESS=1` writes it anew.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use std::{fmt::Write, path::Path};

use domain::{Action, Decision, Role, Standing, policy::decide};

const WIDTH: usize = 20;

const HEADER: &str = "\
Who may do what in chat: a block a role, a line an action, a column a standing to the room.
Of what has no room in it, the standing is of no matter. A doctor who has left the hospital
is admitted to nothing. This file is written by tests/policy_table.rs from the policy itself;
after a change that is wanted: HIMS_BLESS=1 cargo test --test policy_table

  outsider     not in the room, or there is no such room
  former       was in the room and is not any more
  removed      was taken out of the room by somebody else, and somebody is still in it
  participant  takes part in a patient or group room
  partner      one of the two in a direct room

  allowed             goes on
  not-a-doctor        \"forbidden\"
  not-the-author      \"forbidden\"
  direct-room         \"forbidden\"
  taken-out           \"forbidden\"; a participant can add them again
  administrators-only \"forbidden\"
  not-a-participant   \"not found\", as if there were no room
  left-the-room       \"not found\", as if there were no room
";

fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Outsider => "outsider",
        Standing::Former => "former",
        Standing::Removed => "removed",
        Standing::Participant => "participant",
        Standing::Partner => "partner",
    }
}

fn line(table: &mut String, first: &str, cells: [&str; 5]) {
    let [one, two, three, four, five] = cells;
    let row = format!("{first:<26}{one:<WIDTH$}{two:<WIDTH$}{three:<WIDTH$}{four:<WIDTH$}{five}");
    let _ = writeln!(table, "{}", row.trim_end());
}

fn table() -> String {
    let mut table = HEADER.to_owned();
    for role in Role::ALL {
        table.push('\n');
        line(&mut table, role.as_str(), Standing::ALL.map(standing_word));
        for action in Action::ALL {
            let cells = Standing::ALL.map(|standing| match decide(role, standing, *action) {
                Decision::Allowed => "allowed",
                Decision::Denied(denied) => denied.reason().as_str(),
            });
            line(&mut table, &format!("  {action}"), cells);
        }
    }
    table
}

#[test]
fn the_reviewed_table_is_the_policy() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy-table.txt");
    let table = table();
    if std::env::var_os("HIMS_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&file, &table).unwrap();
    }
    let reviewed = std::fs::read_to_string(&file).unwrap_or_default();
    for (number, (now, then)) in table.lines().zip(reviewed.lines()).enumerate() {
        assert_eq!(now, then, "line {} of tests/policy-table.txt", number + 1);
    }
    assert_eq!(table.lines().count(), reviewed.lines().count());
    let lines = Role::ALL.len() * (Action::ALL.len() + 2);
    assert_eq!(table.lines().count(), HEADER.lines().count() + lines);
}
