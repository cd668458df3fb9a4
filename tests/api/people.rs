//! The directory of doctors.

use crate::support::{
    database::Engine,
    device::{CHAT, Device},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(doctors_are_listed_found_and_written_to);

/// The ids of those who are listed, sorted.
async fn listed(device: &Device, query: &str) -> Vec<String> {
    let page = device.page(&format!("/doctor/people{query}")).await;
    assert_eq!(page.status, 200, "{query}");
    let page = page.text();
    let ids = page
        .split("data-testid=\"person\" data-doctor-id=\"")
        .skip(1);
    let mut ids: Vec<String> = ids
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

async fn doctors_are_listed_found_and_written_to(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    assert_eq!(
        listed(&device, "").await,
        ["1", "2", "3", "4", "5", "6", "7", "8"],
        "doctors only"
    );
    assert_eq!(listed(&device, "?q=lisle").await, ["4"]);
    assert_eq!(listed(&device, "?q=nephro").await, ["3", "4"]);
    assert_eq!(listed(&device, "?ward=B3").await, ["3", "4"]);
    assert_eq!(listed(&device, "?q=raghel&ward=B3").await, ["3"]);
    assert_eq!(
        listed(&device, "?specialty=Cardiology&ward=B1").await,
        ["2"]
    );
    assert_eq!(
        listed(&device, "?specialty=Cardiology&ward=B3").await,
        [] as [&str; 0]
    );
    let none = device.page("/doctor/people?q=nobody").await.text();
    assert!(none.contains("data-testid=\"no-people\""));
    let long = "x".repeat(101);
    let refused = device.page(&format!("/doctor/people?q={long}")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("data-testid=\"people-error\""));
    // The button of a row opens the room of the two.
    let opened = device
        .form(&format!("{CHAT}/rooms"), &[("participant_ids", "4")])
        .await;
    assert_eq!(opened.status, 303);
    let room = device.page(opened.header("location")).await.text();
    assert!(room.contains("data-kind=\"direct\""));
}
