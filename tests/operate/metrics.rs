//! The numbers for Prometheus: by its conventions, moved by what happens, about nobody.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, Device, PASSWORD, STREAM},
    hospital::Hospital,
    metrics::{Metrics, promtool},
    on_both_databases,
    wait::until,
};

/// Waits until a sample has this value.
async fn comes_to(hospital: &Hospital, sample: &str, value: f64) {
    until(&format!("{sample} to be {value}"), async || {
        (Metrics::of(&hospital.server).await.value(sample) == value).then_some(())
    })
    .await;
}

async fn numbers_move_by_one_with_what_happens(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let routine = format!("hims_messages_posted_total{{mount=\"{CHAT}\",urgency=\"routine\"}}");
    let urgent = format!("hims_messages_posted_total{{mount=\"{CHAT}\",urgency=\"urgent\"}}");
    let before = Metrics::of(&hospital.server).await;
    assert_eq!(before.value(&routine), 0.0, "it is shown before the first");

    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let said = json!({"client_id": "c-1", "text": "first"});
    assert_eq!(doctor.post(&path, &said).await.status, 201);
    assert_eq!(doctor.post(&path, &said).await.status, 200, "repeated");
    let after = Metrics::of(&hospital.server).await;
    assert_eq!(after.value(&routine), 1.0);
    assert_eq!(after.value(&urgent), 0.0);
    let loud = json!({"client_id": "c-2", "text": "come", "urgency": "urgent"});
    assert_eq!(doctor.post(&path, &loud).await.status, 201);
    let file = doctor.upload(&room, "note.txt", b"12345678").await;
    assert_eq!(file.status, 201, "{}", file.text());
    let size = file.json()["size"].as_f64().expect("a size");
    let after = Metrics::of(&hospital.server).await;
    assert_eq!((after.value(&routine), after.value(&urgent)), (1.0, 1.0));
    let mount = format!("{{mount=\"{CHAT}\"}}");
    assert_eq!(after.value(&format!("hims_uploads_total{mount}")), 1.0);
    assert_eq!(
        after.value(&format!("hims_uploaded_bytes_total{mount}")),
        size
    );

    let signed_in = "hims_sign_ins_total{way=\"password\",outcome=\"success\"}";
    let wrong = "hims_sign_ins_total{way=\"password\",outcome=\"wrong\"}";
    assert_eq!((after.value(signed_in), after.value(wrong)), (1.0, 0.0));
    let nobody = Device::new(&hospital.server);
    let email = "d03@larkmere.example";
    assert_eq!(nobody.sign_in(email, "guess").await.status, 401);
    assert_eq!(nobody.sign_in(email, PASSWORD).await.status, 303);
    let after = Metrics::of(&hospital.server).await;
    assert_eq!((after.value(signed_in), after.value(wrong)), (2.0, 1.0));

    let live = format!("hims_live_streams{mount}");
    assert_eq!(after.value(&live), 0.0);
    let stream = doctor.listen().await;
    comes_to(&hospital, &live, 1.0).await;
    drop(stream);
    comes_to(&hospital, &live, 0.0).await;
}

async fn promtool_has_nothing_to_say(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    for mount in [CHAT, STREAM] {
        let doctor = doctor.on(mount);
        let room = doctor.new_room(&["2"]).await;
        doctor.says(&room, "Gentamicin tonight").await;
        doctor.messages(&room).await;
    }
    let metrics = Metrics::of(&hospital.server).await;
    let said = promtool(&["check", "metrics"], &metrics.0).await;
    assert_eq!(said, "", "{}", metrics.0);
    for secret in ["Gentamicin", "larkmere", "d01@", "Night handover"] {
        assert!(!metrics.0.contains(secret), "{secret}");
    }
    for (sample, least) in [
        ("hims_build_info{version=\"0.1.0\"}", 1.0),
        ("process_cpu_seconds_total", 0.01),
        ("process_resident_memory_bytes", 1e6),
        ("process_open_fds", 5.0),
        ("process_max_fds", 256.0),
        ("process_start_time_seconds", 1.7e9),
    ] {
        assert!(metrics.value(sample) >= least, "{sample}");
    }
    let (queue, pool) = match engine {
        Engine::Sqlite => ("writer", "readers"),
        Engine::Postgres => ("posts", "main"),
    };
    let of_queue = format!("{{queue=\"{queue}\"}}");
    let of_pool = format!("{{pool=\"{pool}\"}}");
    let jobs = metrics.value(&format!("hims_queue_batch_jobs_sum{of_queue}"));
    assert!(jobs >= 1.0, "{jobs}");
    // Work of the background comes and goes.
    let waiting = format!("hims_queue_waiting_jobs{of_queue}");
    comes_to(&hospital, &waiting, 0.0).await;
    assert!(metrics.value(&format!("hims_database_connections_max{of_pool}")) >= 8.0);
    let statements = format!("hims_database_statement_duration_seconds_count{of_pool}");
    assert!(metrics.value(&statements) >= 1.0);
    let in_use = format!("hims_database_connections_in_use{of_pool}");
    comes_to(&hospital, &in_use, 0.0).await;
    let posted = "hims_stream_requests_total{operation=\"POST /channels/{type}/{id}/message\",status=\"2xx\"}";
    assert_eq!(metrics.value(posted), 1.0);
    assert_eq!(metrics.value("hims_outage{party=\"database\"}"), 0.0);
}

#[tokio::test]
async fn an_outage_is_shown_while_it_lasts() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let doctor = hospital.device("d01").await;
    let (away, refused) = (
        "hims_outage{party=\"database\"}",
        "hims_requests_refused_total{party=\"database\"}",
    );
    hospital.database.go_away().await;
    assert_eq!(doctor.get(&format!("{CHAT}/api/rooms")).await.status, 503);
    let during = Metrics::of(&hospital.server).await;
    assert_eq!(during.value(away), 1.0);
    assert!(during.value(refused) >= 1.0);
    hospital.database.come_back().await;
    comes_to(&hospital, away, 0.0).await;
}

on_both_databases!(
    numbers_move_by_one_with_what_happens,
    promtool_has_nothing_to_say
);
