use std::process::Child;

use super::{bad_rows::laravel, new::New, old::Old};
use crate::support::{database::Engine, on_both_databases, server::Server, wait::until};

on_both_databases!(killed_anywhere_and_run_again_it_ends_in_the_same_state,);

/// Forty rooms in which 2,000 messages were said and 1,000 times something was read, beside the bad rows.
fn busy() -> String {
    let series = |to: u32, insert: &str| {
        format!(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {to}) {insert};\n"
        )
        .replace("WITH RECURSIVE", "INSERT INTO TARGET WITH RECURSIVE")
    };
    let fill = |table: &str, to: u32, select: &str| {
        series(to, &format!("SELECT {select} FROM n")).replace("TARGET", table)
    };
    [
        laravel(),
        fill("chat_rooms (id, name, type)", 40, "1000 + n, 'Team ' || n, 'group'"),
        fill(
            "chat_participants (id, room_id, user_id)",
            80,
            "1000 + n, 1001 + n % 40, 1 + n / 41",
        ),
        fill(
            "chat_messages (id, room_id, user_id, message, reply_to_id, created_at)",
            2_000,
            "1000 + n, 1001 + n % 40, 1 + n % 2, 'said ' || n, CASE WHEN n % 9 = 0 THEN 960 + n END, \
             CASE WHEN n % 50 = 0 THEN NULL ELSE '2025-04-01 10:00:00' END"
                .replace("'2025-04-01 10:00:00'", "TIME")
                .as_str(),
        ),
        fill(
            "chat_message_reads (id, message_id, user_id, read_at)",
            1_000,
            "1000 + n, 1000 + n * 2, 1 + n % 2, TIME",
        ),
    ]
    .concat()
}

/// Something that any progress moves on.
const PROGRESS: &str = "SELECT (SELECT count(*) FROM hims_adopted_ids) + (SELECT count(*) FROM hims_adoption_notes)
    + (SELECT count(*) FROM chat_messages WHERE position > 0) + (SELECT count(*) FROM chat_receipts)
    + (SELECT count(*) FROM chat_messages WHERE reply_to_id IS NOT NULL) + (SELECT count(*) FROM chat_participants)";

const KILLS: u32 = 20;

async fn killed_anywhere_and_run_again_it_ends_in_the_same_state(engine: Engine) {
    let time = match engine {
        Engine::Sqlite => "datetime('2025-04-01 10:00:00', '+' || (n / 3) || ' seconds')",
        Engine::Postgres => "timestamp '2025-04-01 10:00:00' + (n / 3) * interval '1 second'",
    };
    let old = Old::with(engine, &busy().replace("TIME", time)).await;
    old.survey(&[]).await;
    let undisturbed = New::fresh(engine).await;
    let begun = undisturbed.number(PROGRESS).await;
    undisturbed.adopt(&old, &[]).await;
    let (expected, whole) = (
        undisturbed.state().await,
        undisturbed.number(PROGRESS).await,
    );

    let mut kills = 0;
    while kills < KILLS {
        let new = New::fresh(engine).await;
        let mut goal = begun;
        while goal < whole && kills < KILLS {
            goal += 1 + rand::random_range(0..(whole - begun) / 10);
            kills += u32::from(killed_at(&old, &new, goal).await);
        }
        let last = new.adopt(&old, &[]).await;
        assert_eq!(last["parts"]["messages"]["rows"], 2_029);
        assert_eq!(new.state().await, expected);
    }
}

/// Runs until so much is done and kills it; whether it was still running.
async fn killed_at(old: &Old, new: &New, goal: i64) -> bool {
    let arguments = old.arguments("adopt", &[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut child: Child = Server::begin(&new.database, &arguments);
    let killed = until("so much to be done", async || {
        if child.try_wait().unwrap().is_some() {
            return Some(false);
        }
        (new.number(PROGRESS).await >= goal).then_some(true)
    })
    .await;
    child.kill().unwrap();
    child.wait().unwrap();
    killed
}
