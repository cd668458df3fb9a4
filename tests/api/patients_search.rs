//! Looking for a patient by JSON: what is typed is in the body, and nothing of it in a log.

use serde_json::json;

use crate::support::{
    database::Engine, device::text, hospital::Hospital, on_both_databases, wait::until,
};

on_both_databases!(patients_are_found_without_an_address_that_names_them);

async fn patients_are_found_without_an_address_that_names_them(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let search = async |q: &str| device.post("/doctor/api/patients", &json!({"q": q})).await;
    let found = search("vint").await;
    assert_eq!(found.status, 200, "{}", found.text());
    let found = found.json();
    let patients = found["patients"].as_array().unwrap();
    assert_eq!(patients.len(), 1);
    assert_eq!(
        (
            &patients[0]["id"],
            &patients[0]["name"],
            &patients[0]["mrn"]
        ),
        (&json!("12"), &json!("Amara Vint"), &json!("LMH-900112"))
    );
    assert_eq!(search("900112").await.json()["patients"][0]["id"], "12");
    assert_eq!(search("nobody").await.json(), json!({"patients": []}));
    // As one types it, whatever the letters wear.
    let renamed = "UPDATE patients SET name = 'Zoë Ångström-Sørensen' WHERE id = 12";
    hospital.database.execute(renamed).await;
    let renamed = "UPDATE users SET name = 'Dr Renée Núñez' WHERE id = 5";
    hospital.database.execute(renamed).await;
    for typed in ["Zoe Angstrom", "sorensen", "ZOË", "ström"] {
        let found = until("the name to be known", async || {
            let found = search(typed).await.json()["patients"].clone();
            found.get(0).is_some().then_some(found)
        });
        assert_eq!(found.await[0]["id"], "12", "{typed}");
    }
    // Every word, in any order: names, record number, bed and ward.
    for typed in [
        "sorensen zoe",
        "Ångström-Sørensen, Z.",
        "LMH900112 zoe",
        "zoe lmh 900112",
        "٩٠٠١١٢",
    ] {
        assert_eq!(
            search(typed).await.json()["patients"][0]["id"],
            "12",
            "{typed}"
        );
    }
    let patient = search("900101").await.json()["patients"][0].clone();
    let all = format!(
        "{} {} {}",
        text(&patient["ward"]),
        text(&patient["bed"]),
        text(&patient["name"])
    );
    let found = search(&all).await.json();
    assert_eq!(found["patients"].as_array().unwrap().len(), 1, "{all}");
    assert_eq!(found["patients"][0]["id"], patient["id"]);
    assert_eq!(search("zoe vint").await.json(), json!({"patients": []}));
    let doctors = device.get("/doctor/chat/api/doctors?q=nunez%20renee").await;
    assert_eq!(doctors.json()["doctors"][0]["id"], "5");
    let doctors = device.get("/doctor/chat/api/doctors?q=renee%20nunez").await;
    assert_eq!(
        doctors.json()["doctors"][0]["id"],
        "5",
        "{}",
        doctors.text()
    );
    search(&"x".repeat(101)).await.is_problem(422, "invalid");
    device
        .post("/doctor/api/patients", &json!({"q": 1}))
        .await
        .is_problem(422, "invalid");
    assert!(!hospital.server.printed().to_lowercase().contains("vint"));
}
