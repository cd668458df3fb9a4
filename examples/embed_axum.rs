//! The legacy chat inside another axum service, which has a login of its own.
//!
//! ```sh
//! cargo run --example embed_axum
//! ```
//!
//! Then open <http://127.0.0.1:8090/sign-in/1> (a stand-in for the host's single sign-on), and
//! <http://127.0.0.1:8090/sign-in/2> in another browser.

#![expect(clippy::print_stdout, reason = "an example says what it showed")]

use std::{error::Error, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::header,
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use hims_chat::{
    domain::{Role, StaffId},
    http::{App, Mount, SignedIn, hash_password},
    ports::{Chat, Patients, Seed, SeedStaff, StaffDirectory, SystemClock},
    sqlite::{Files, NaiveZone, Options, Schema, Sqlite},
};
use tokio::net::TcpListener;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let files = Files::folder(folder.path().join("attachments"))?;
    let options = Options {
        files,
        patient_ref_key: None,
        audit_key: None,
        legacy_zone: NaiveZone::default(),
        schema: Schema::Migrate,
    };
    let sqlite = Sqlite::connect(folder.path().join("chat.db"), options).await?;
    sqlite.seeding().fill(&two_doctors_and_a_nurse()?).await?;

    let is_check = std::env::var_os("HIMS_EXAMPLE_CHECK").is_some();
    let listener = TcpListener::bind(if is_check {
        "127.0.0.1:0"
    } else {
        "127.0.0.1:8090"
    })
    .await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, host_service(&sqlite)?);
    if is_check {
        tokio::select! {
            served = server => served?,
            checked = check(address) => checked?,
        }
    } else {
        println!("sign in at http://{address}/sign-in/1");
        server.await?;
    }
    sqlite.close().await;
    Ok(())
}

/// The host's own routes, and the chat beside them behind the host's own login.
fn host_service(sqlite: &Sqlite) -> Result<Router> {
    let clock = Arc::new(SystemClock);
    let chat = Chat::new(sqlite.backend(), sqlite.audit(), clock.clone());
    let patients = Patients::new(sqlite.patients(), sqlite.audit(), clock);
    let chat = App::new("Host Hospital", patients, sqlite.staff())
        .mount(Mount::new(
            "/doctor/chat".parse()?,
            "Messages",
            "Chat",
            chat,
        ))
        .router()
        .layer(middleware::from_fn_with_state(
            sqlite.staff(),
            who_is_signed_in,
        ));
    Ok(Router::new()
        .route("/sign-in/{id}", get(sign_in))
        .merge(chat))
}

/// Tells the chat who is signed in. Here a bare cookie says so; a real host asks its own session.
async fn who_is_signed_in(
    State(staff): State<Arc<dyn StaffDirectory>>,
    mut request: Request,
    next: Next,
) -> Response {
    let cookie = request
        .headers()
        .get(header::COOKIE)
        .and_then(|cookie| cookie.to_str().ok());
    let id = cookie
        .and_then(|cookie| cookie.strip_prefix("host_user="))
        .map(StaffId::parse);
    if let Some(Ok(id)) = id
        && let Ok(Some(member)) = staff.find(&id).await
    {
        request.extensions_mut().insert(SignedIn::new(member));
    }
    next.run(request).await
}

async fn sign_in(Path(id): Path<String>) -> Response {
    let cookie = format!("host_user={id}; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/doctor/chat")).into_response()
}

fn two_doctors_and_a_nurse() -> Result<Seed> {
    let password = hash_password("not used: the host signs people in")?;
    let member = |key: &'static str, name: &str, role| SeedStaff {
        key,
        name: name.to_owned(),
        email: format!("{key}@host.example"),
        password: password.clone(),
        role,
        specialty: None,
        grade: None,
        ward: None,
        availability: None,
    };
    let staff = vec![
        member("ada", "Dr Ada Winter", Role::Doctor),
        member("ben", "Dr Ben Okafor", Role::Doctor),
        member("cleo", "Nurse Cleo Marsh", Role::Nurse),
    ];
    Ok(Seed {
        staff,
        ..Seed::default()
    })
}

/// Tries over HTTP what this example promises.
async fn check(address: SocketAddr) -> Result<()> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let api = format!("http://{address}/doctor/chat/api");
    let call = |method: reqwest::Method, path: &str, user: &str| {
        client
            .request(method, format!("{api}{path}"))
            .header("cookie", format!("host_user={user}"))
    };
    let get = |path: &str, user: &str| call(reqwest::Method::GET, path, user);
    let post = |path: &str, user: &str| call(reqwest::Method::POST, path, user);

    let nobody = client.get(format!("{api}/rooms")).send().await?;
    assert_eq!(nobody.status(), 401, "the host signed nobody in");
    assert_eq!(
        get("/rooms", "3").send().await?.status(),
        403,
        "a nurse takes no part"
    );

    let body = serde_json::json!({ "participant_ids": ["2"] });
    let room: serde_json::Value = post("/rooms", "1")
        .json(&body)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let messages = format!(
        "/rooms/{}/messages",
        room["id"].as_str().ok_or("a room has an id")?
    );
    let body = serde_json::json!({ "client_id": "first", "text": "Potassium is back: 4.1." });
    assert_eq!(post(&messages, "1").json(&body).send().await?.status(), 201);
    let page: serde_json::Value = get(&messages, "2")
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    assert_eq!(page["messages"][0]["text"], "Potassium is back: 4.1.");
    println!("a host's own login carried two doctors into the chat and kept a nurse out");
    Ok(())
}
