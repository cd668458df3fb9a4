//! The page of administrators about who works here, without scripts, on both databases.

use reqwest::Method;

use crate::support::{
    database::Engine,
    device::{Answer, Device, send},
    hospital::Hospital,
    on_both_databases,
};

const PAGE: &str = "/admin/people";
const PASSWORD: &str = "sluice lantern 40";

on_both_databases!(
    somebody_is_added_closed_and_opened_again,
    bad_entries_are_named_and_nothing_is_done,
    the_only_administrator_stays,
    a_list_of_patients_goes_in_but_for_its_bad_rows,
    a_list_that_cannot_be_read_does_nothing,
);

async fn id_of(hospital: &Hospital, email: &str) -> String {
    let sql = format!("SELECT CAST(id AS TEXT) FROM users WHERE email = '{email}'");
    hospital.database.text(&sql).await
}

async fn somebody_is_added_closed_and_opened_again(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let administrator = hospital.device("a01").await;
    let fields = [
        ("name", "Dr Ada Quillfeather"),
        ("email", "Ada@larkmere.example"),
        ("role", "doctor"),
        ("specialty", ""),
        ("identifier", "S-4410"),
        ("password", PASSWORD),
    ];
    let added = administrator.form(PAGE, &fields).await;
    assert_eq!(added.status, 303);
    let id = id_of(&hospital, "Ada@larkmere.example").await;
    assert_eq!(
        added.header("location"),
        format!("{PAGE}?done=added&who={id}")
    );
    let ada = Device::new(&hospital.server);
    ada.sign_in("ada@larkmere.example", PASSWORD).await;
    assert_eq!(ada.get("/doctor/patients").await.status, 200);

    let order = async |what: &str| {
        let path = format!("{PAGE}/{id}/{what}");
        let answer = administrator.form(&path, &[("password", "another lantern")]);
        assert_eq!(answer.await.status, 303, "{what}");
    };
    order("deactivate").await;
    let sessions = format!("SELECT count(*) FROM hims_sessions WHERE user_id = {id}");
    assert_eq!(hospital.database.number(&sessions).await, 0);
    order("reactivate").await;
    order("password").await;
    assert_eq!(
        ada.sign_in("ada@larkmere.example", PASSWORD).await.status,
        401
    );
    let signed_in = ada.sign_in("ada@larkmere.example", "another lantern");
    assert_eq!(signed_in.await.status, 303);
    let audit = format!(
        "SELECT count(*) FROM hims_audit WHERE action = 'manage-staff' AND decision = 'allowed' \
         AND subject IN ('added {id} as doctor', 'deactivate {id}', 'reactivate {id}', 'set password of {id}')"
    );
    assert_eq!(hospital.database.number(&audit).await, 4);
    let words = format!("{audit} AND subject LIKE '%lantern%'");
    assert_eq!(hospital.database.number(&words).await, 0);
}

async fn bad_entries_are_named_and_nothing_is_done(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let administrator = hospital.device("a01").await;
    let before = hospital.database.number("SELECT count(*) FROM users").await;
    let good = [
        ("name", "Dr Ada Quillfeather"),
        ("email", "ada@larkmere.example"),
        ("role", "doctor"),
        ("password", PASSWORD),
    ];
    for (field, value, told) in [
        ("name", " \u{200b} ", "The name must not be empty"),
        (
            "email",
            "ada",
            "The e-mail address must be an e-mail address",
        ),
        ("email", "D01@larkmere.example", "Somebody else has this"),
        ("role", "patient", "The role must be one of those"),
        ("role", "boss", "The role must be one of those"),
        ("password", "short", "at least 8 characters"),
    ] {
        let fields = good.map(|(name, right)| (name, if name == field { value } else { right }));
        let refused = administrator.form(PAGE, &fields).await;
        assert_eq!(refused.status, 422, "{field} {value}");
        let page = refused.text();
        assert!(page.contains(told), "{told}: {page}");
        assert!(page.contains("Dr Ada Quillfeather") || field == "name");
        assert!(!page.contains(PASSWORD), "a password is never shown");
    }
    for path in ["999999/deactivate", "999999/reactivate"] {
        let answer = administrator.form(&format!("{PAGE}/{path}"), &[]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let after = hospital.database.number("SELECT count(*) FROM users").await;
    assert_eq!(after, before);
}

async fn the_only_administrator_stays(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let administrator = hospital.device("a01").await;
    let id = id_of(&hospital, "a01@larkmere.example").await;
    let path = format!("{PAGE}/{id}/deactivate");
    let refused = administrator.form(&path, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("the only active administrator"));
    assert_eq!(
        administrator.get(PAGE).await.status,
        200,
        "and is signed in"
    );
}

async fn import(device: &Device, list: &'static str, what: &'static str, file: Vec<u8>) -> Answer {
    let mut body = Vec::new();
    for (name, value) in [
        ("list", list),
        ("missing", "left"),
        ("leavers", ""),
        ("do", what),
    ] {
        let part =
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(
        b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n",
    );
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    let request = device
        .request(Method::POST, &format!("{PAGE}/import"))
        .header("content-type", "multipart/form-data; boundary=b");
    send(request.body(body)).await
}

async fn a_list_of_patients_goes_in_but_for_its_bad_rows(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let administrator = hospital.device("a01").await;
    let list = "identifier;name;date_of_birth;sex;ward;bed\n\
        LMH-700001;Zacharias Newcome;1961-02-03;m;Q9;Q9-01\n\
        LMH-700002;Nobody Bad;1961-02-30;m;Q9;Q9-02\n\
        ;No Number;1961-02-03;f;Q9;Q9-03\n";
    let planned = import(&administrator, "patients", "rehearse", list.into()).await;
    assert!(planned.text().contains("Nothing was done. It would be:"));
    let listed = "SELECT count(*) FROM patients WHERE ward = 'Q9'";
    assert_eq!(hospital.database.number(listed).await, 0);
    let page = import(&administrator, "patients", "take", list.into())
        .await
        .text();
    assert!(page.contains("1 added, 0 changed"), "{page}");
    assert!(page.contains("line 3: LMH-700002"), "{page}");
    assert!(
        page.contains("line 4: identifier: must not be empty"),
        "{page}"
    );
    assert!(!page.contains("Nobody Bad") && !page.contains("No Number"));
    assert_eq!(hospital.database.number(listed).await, 1);
    // A doctor finds them and talks about them at once.
    let doctor = hospital.device("d01").await;
    let found = doctor.form("/doctor/patients", &[("q", "newcome")]).await;
    assert!(found.text().contains("Zacharias Newcome"));
    let id = "SELECT CAST(id AS TEXT) FROM patients WHERE mrn = 'LMH-700001'";
    let id = hospital.database.text(id).await;
    let opened = doctor
        .form(&format!("/doctor/chat/patients/{id}"), &[])
        .await;
    assert_eq!(opened.status, 303);
}

async fn a_list_that_cannot_be_read_does_nothing(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let administrator = hospital.device("a01").await;
    let before = hospital.database.number("SELECT count(*) FROM users").await;
    for (file, told) in [
        (Vec::new(), "the file is empty"),
        (b"name,role\nDr A,doctor\n".to_vec(), "there is no column"),
        (b"\xff\xd8\xff\xe0photo".to_vec(), "list.csv: "),
        (b"{\"resourceType\":\"Bundle\"".to_vec(), "is not JSON"),
    ] {
        let refused = import(&administrator, "staff", "take", file).await;
        assert_eq!(refused.status, 422, "{told}");
        let page = refused.text();
        assert!(page.contains(told), "{told}: {page}");
        assert!(page.contains("Nothing was done"), "{page}");
    }
    let doctor = hospital.device("d01").await;
    let refused = import(&doctor, "staff", "take", Vec::new()).await;
    refused.is_problem(403, "not-an-administrator");
    let after = hospital.database.number("SELECT count(*) FROM users").await;
    assert_eq!(after, before);
}
