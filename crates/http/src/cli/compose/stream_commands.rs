//! The commands about the app at Stream.

use adapters_stream::{
    Settings as AppSettings,
    check::{Finding, Verdict, offline, online},
    client::Client,
    setup,
};
use domain::{Doctor, StaffId};
use ports::{Clock, SystemClock};
use stream_sandbox::{Config, Sandbox};

use super::{
    stream::{entered, limits, named, side},
    stream_checks::{no_database, of_people},
};
use crate::cli::{Stop, compose, config::Settings, stream_settings::StreamSettings};

/// `hims-chat check`.
#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(in crate::cli) async fn check(all: &Settings, json: bool) -> Result<(), Stop> {
    let settings = &all.stream;
    let mut findings = offline(&entered(settings));
    let is_usable = |finding: &Finding| finding.verdict != Verdict::Bad;
    if findings.iter().all(is_usable) {
        let app = named(settings)?;
        let client = client(&app)?;
        let limits = limits(&app, settings)?;
        findings.extend(online(&client, &limits, SystemClock.now()).await);
        match compose::legacy_as_it_is(all).await {
            Ok(legacy) => {
                let people = of_people(&client, &*legacy.credentials, &findings).await;
                findings.extend(people);
                legacy.close().await;
            }
            Err(stop) => findings.push(no_database(&stop.to_string())),
        }
    }
    if json {
        let text = serde_json::to_string_pretty(&findings);
        println!(
            "{}",
            text.map_err(|_| Stop::Start("the findings cannot be written".to_owned()))?
        );
    } else {
        findings.iter().for_each(print);
        if !settings.names_an_app() {
            println!(
                "No STREAM_ setting is made: hims-chat serve uses the built-in sandbox, which forgets at exit."
            );
        }
    }
    match findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Bad)
        .count()
    {
        0 => Ok(()),
        wrong => Err(Stop::Start(format!(
            "{wrong} of {} checks failed",
            findings.len()
        ))),
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command answers")]
fn print(finding: &Finding) {
    let word = match finding.verdict {
        Verdict::Good => "ok     ",
        Verdict::Warning => "warning",
        Verdict::Bad => "WRONG  ",
    };
    println!("{word}  {:<18}  {}", finding.check, finding.found);
    if let Some(remedy) = &finding.remedy {
        println!("{:29}→ {remedy}", "");
    }
}

/// `hims-chat stream-setup`.
#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(in crate::cli) async fn set_up(settings: &StreamSettings, apply: bool) -> Result<(), Stop> {
    let app = named(settings)?;
    let client = client(&app)?;
    let failed = |error: adapters_stream::client::Error| Stop::Start(error.to_string());
    let difference = setup::difference(&client, &app.channel_type)
        .await
        .map_err(failed)?;
    println!("{difference}");
    if apply && !difference.is_empty() {
        setup::apply(&client, &difference).await.map_err(failed)?;
        println!("Done.");
    } else if !difference.is_empty() {
        println!("Nothing was changed; with --apply it is.");
    }
    Ok(())
}

/// `hims-chat token --doctor ID`.
#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(in crate::cli) async fn token(settings: &Settings, doctor: &str) -> Result<(), Stop> {
    // Without an app the token would be one of a sandbox that ends with this command.
    named(&settings.stream)?;
    let failed = |error: ports::Error| Stop::Start(error.to_string());
    let id = StaffId::parse(doctor).map_err(|error| Stop::Start(error.to_string()))?;
    let legacy = compose::legacy(settings).await?;
    let printed = async {
        let member = legacy.staff.find(&id).await.map_err(failed)?;
        let member = member.ok_or_else(|| Stop::Start(format!("there is no doctor {id}")))?;
        let doctor = Doctor::admit(member).map_err(|denied| Stop::Start(denied.to_string()))?;
        let side = side(&settings.stream, &legacy).await?;
        let tokens = side
            .chat
            .client_tokens()
            .ok_or_else(|| Stop::Start("this backend has no tokens".to_owned()))?;
        println!("{}", tokens.mint(&doctor).await.map_err(failed)?.token);
        Ok(())
    };
    let printed = printed.await;
    legacy.close().await;
    printed
}

/// `hims-chat sandbox`.
#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(in crate::cli) async fn sandbox(
    listen: &str,
    api_key: &str,
    api_secret: &str,
) -> Result<(), Stop> {
    let no_address = |_| {
        Stop::setting(
            "--listen",
            "must be an address and port, such as 127.0.0.1:8788",
        )
    };
    let listen = listen.parse().map_err(no_address)?;
    let config = Config {
        listen,
        ..Config::new("1000", api_key, api_secret)
    };
    let sandbox = Sandbox::start(config)
        .await
        .map_err(|error| Stop::Start(error.to_string()))?;
    println!(
        "Stream sandbox on {}: a stand-in for development and tests, which forgets at exit",
        sandbox.base_url()
    );
    crate::cli::serve::asked_to_stop().await;
    sandbox.stop().await;
    Ok(())
}

fn client(app: &AppSettings) -> Result<Client, Stop> {
    Client::new(app).map_err(|error| Stop::Start(error.to_string()))
}
