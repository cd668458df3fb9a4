//! Moving that is killed.

use std::process::Child;

use super::{
    moving::{migrate, set_up, verified},
    new::New,
};
use crate::support::{
    database::Engine, on_both_databases, server::Server, stream::StreamServer, wait::until,
};

on_both_databases!(killed_anywhere_and_run_again_every_room_moves,);

const KILLS: u32 = 20;

/// Sixty rooms with 2,400 messages beside the demonstration's.
const BUSY: &str = "
    INSERT INTO chat_rooms (id, name, type) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60)
        SELECT 1000 + n, 'Team ' || n, 'group' FROM n;
    INSERT INTO chat_participants (room_id, user_id) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60)
        SELECT 1000 + n, 1 + n % 4 FROM n UNION ALL SELECT 1000 + n, 5 FROM n;
    INSERT INTO chat_messages (room_id, user_id, message, created_at) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2400)
        SELECT 1001 + n % 60, 5, 'said ' || n, '2025-04-01 10:00:00' FROM n;
";

/// Something that any progress of moving moves on.
const PROGRESS: &str =
    "SELECT (SELECT count(*) FROM hims_links) + (SELECT count(*) FROM hims_links WHERE carried > 0)
    + (SELECT count(*) FROM hims_links WHERE state = 'moved')";

async fn killed_anywhere_and_run_again_every_room_moves(engine: Engine) {
    let new = New::fresh(engine).await;
    new.database.execute(BUSY).await;
    let stream = StreamServer::start();
    set_up(&new.database, &stream).await;
    let rooms = new
        .number("SELECT count(*) FROM chat_rooms WHERE deleted_at IS NULL")
        .await;
    let (mut kills, mut goal) = (0, 0);
    while kills < KILLS {
        // Until nearly everything is done, and then at the beginning of each run.
        goal = (goal + 1 + rand::random_range(0..rooms / 5)).min(rooms * 3 - 5);
        let arguments = ["migrate", "run", "--as", "12"];
        let mut child: Child = Server::begin_with(&new.database, &arguments, &stream.environment());
        until("so much to be done", async || {
            let is_over = child.try_wait().unwrap().is_some();
            (is_over || new.number(PROGRESS).await >= goal).then_some(())
        })
        .await;
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    let (done, said) = migrate(&new.database, &stream, &["run"]).await;
    assert!(done, "{said}");
    assert_eq!(new.number(PROGRESS).await, rooms * 3);
    for receipt in verified(&new.database, &stream).await {
        assert_eq!(receipt["written_since"], 0, "nothing came twice: {receipt}");
    }
}
