//! The directory of doctors.

use crate::support::{
    database::Engine,
    device::{CHAT, Device},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    doctors_are_listed_found_and_written_to,
    filters_and_pages_see_every_doctor,
);

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

/// The addresses of links of the page, by their test id.
fn link(page: &str, id: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!("data-testid=\"{id}\""))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    let address = href.split('"').next().unwrap();
    Some(address.replace("&#38;", "&").replace("&amp;", "&"))
}

/// All that are listed, page by page, as links lead on.
async fn read(device: &Device, query: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut query = query.to_owned();
    loop {
        pages.push(listed(device, &query).await);
        assert!(pages.len() < 10, "it comes to an end");
        let page = device.page(&format!("/doctor/people{query}")).await.text();
        let first = link(&page, "people-first");
        assert_eq!(first.is_some(), pages.len() > 1);
        match link(&page, "people-more") {
            Some(next) => query = next.strip_prefix("/doctor/people").unwrap().to_owned(),
            None => return pages,
        }
    }
}

async fn filters_and_pages_see_every_doctor(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    // 230 of them stand before and between those of the demonstration; three are the last of all.
    let values: Vec<String> = (0..233)
        .map(|number| {
            let (name, ward, specialty) = match number {
                0..230 => ("Aabel", "Q1 & Q2", "Geriatrics"),
                _ => ("Zzyzx", "Z9", "Aviation medicine"),
            };
            format!(
                "('Dr {name} {number}', 'n{number}@larkmere.example', 'x', 'doctor', '{specialty}', '{ward}', \
                 true, '2024-02-01 08:00:00', '2024-02-01 08:00:00')"
            )
        })
        .collect();
    let add = format!(
        "INSERT INTO users (name, email, password, role, specialty, ward, is_active, created_at, updated_at) \
         VALUES {}",
        values.join(", ")
    );
    hospital.database.execute(&add).await;
    let everyone = read(&device, "").await;
    let sizes: Vec<usize> = everyone.iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 100, 41]);
    let mut ids = everyone.concat();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 241, "each once");

    assert_eq!(read(&device, "?ward=Z9").await.concat().len(), 3);
    assert_eq!(read(&device, "?q=zzyzx").await.concat().len(), 3);
    let geriatrics = read(&device, "?specialty=Geriatrics&ward=Q1+%26+Q2&q=aabel").await;
    let sizes: Vec<usize> = geriatrics.iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 100, 30], "the links keep what was asked for");
    let page = device.page("/doctor/people").await.text();
    for word in ["Z9", "Q1 &#38; Q2", "Aviation medicine", "Nephrology"] {
        assert!(page.contains(&format!("{word}</option>")), "{word}");
    }
    for nobody in ["999999", "x%20y", "nobody"] {
        let wrong = device.page(&format!("/doctor/people?after={nobody}")).await;
        assert_eq!(wrong.status, 422, "{nobody}");
    }
    // An empty one is none, as a form sends it.
    assert_eq!(listed(&device, "?after=").await.len(), 100);
}
