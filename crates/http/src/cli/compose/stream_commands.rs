//! The commands about the app at Stream.

use adapters_stream::{
    Settings as AppSettings,
    check::{Finding, Verdict, offline, online},
    client::Client,
    setup,
};
use domain::{Doctor, StaffId};
use ports::{AttachmentScanner, Clock, Health, SystemClock};
use stream_sandbox::{Config, Sandbox};

use super::{
    stream::{entered, limits, named, side},
    stream_checks::{no_database, of_people},
};
use crate::cli::{CliError, compose, config::Settings, say::say, stream_settings::StreamSettings};

/// `hims-chat check`.
pub(in crate::cli) async fn check(all: &Settings, json: bool) -> Result<(), CliError> {
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
                findings.push(takes_writes(&*legacy.health).await);
                legacy.close().await;
            }
            Err(stop) => findings.push(no_database(&stop.to_string())),
        }
    }
    findings.push(scanner(all).await?);
    if json {
        let text = serde_json::to_string_pretty(&findings);
        say(text.map_err(|_| CliError::Start("the findings cannot be written".to_owned()))?)?;
    } else {
        findings.iter().try_for_each(print)?;
        if !settings.names_an_app() {
            let (_, is_demonstration) = all.database()?;
            say(if settings.allows_sandbox(is_demonstration)? {
                "No STREAM_ setting names an app: hims-chat serve uses the built-in sandbox, which forgets at exit."
            } else {
                "No STREAM_ setting names an app: the Stream mount of hims-chat serve says that it is not set up."
            })?;
        }
    }
    match findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Bad)
        .count()
    {
        0 => Ok(()),
        wrong => Err(CliError::Start(format!(
            "{wrong} of {} checks failed",
            findings.len()
        ))),
    }
}

/// Whether files are scanned for malware.
async fn scanner(settings: &Settings) -> Result<Finding, CliError> {
    let Some(clamd) = settings.files.clamd()? else {
        let found = "no virus scanner is named: files are stored as they come";
        return Ok(Finding::warning("scanner", found, "set HIMS_CLAMD"));
    };
    Ok(match clamd.check().await {
        Ok(()) => Finding::good("scanner", format!("{} answers", clamd.name())),
        Err(error) => Finding::bad(
            "scanner",
            error.to_string(),
            "start clamd, and look at HIMS_CLAMD; until then no file is taken",
        ),
    })
}

fn print(finding: &Finding) -> Result<(), CliError> {
    let word = match finding.verdict {
        Verdict::Good => "ok     ",
        Verdict::Warning => "warning",
        Verdict::Bad => "WRONG  ",
    };
    say(format_args!(
        "{word}  {:<18}  {}",
        finding.check, finding.found
    ))?;
    if let Some(remedy) = &finding.remedy {
        say(format_args!("{:29}→ {remedy}", ""))?;
    }
    Ok(())
}

/// Whether the hospital's own database can be written.
async fn takes_writes(health: &dyn Health) -> Finding {
    match health.check().await {
        Ok(()) => Finding::good("database", "the hospital's database takes writes"),
        Err(error) => Finding::bad(
            "database",
            error.to_string(),
            "look whether its disk is full, it is read-only, or this is a standby server",
        ),
    }
}

/// `hims-chat stream-setup`.
pub(in crate::cli) async fn set_up(settings: &StreamSettings, apply: bool) -> Result<(), CliError> {
    let app = named(settings)?;
    let client = client(&app)?;
    let failed = |error: adapters_stream::client::Error| CliError::Start(error.to_string());
    let difference = setup::difference(&client, &app.channel_type)
        .await
        .map_err(failed)?;
    say(&difference)?;
    if apply && !difference.is_empty() {
        setup::apply(&client, &difference).await.map_err(failed)?;
        say("Done.")?;
    } else if !difference.is_empty() {
        say("Nothing was changed; with --apply it is.")?;
    }
    Ok(())
}

/// `hims-chat token --doctor ID`.
pub(in crate::cli) async fn token(settings: &Settings, doctor: &str) -> Result<(), CliError> {
    // Without an app the token would be one of a sandbox that ends with this command.
    named(&settings.stream)?;
    let failed = |error: ports::Error| CliError::Start(error.to_string());
    let id = StaffId::parse(doctor).map_err(|error| CliError::Start(error.to_string()))?;
    let legacy = compose::legacy(settings).await?;
    let printed = async {
        let member = legacy.staff.find(&id).await.map_err(failed)?;
        let member = member.ok_or_else(|| CliError::Start(format!("there is no doctor {id}")))?;
        let doctor = Doctor::admit(member).map_err(|denied| CliError::Start(denied.to_string()))?;
        let side = side(&settings.stream, &legacy).await?;
        let tokens = side
            .chat
            .client_tokens()
            .ok_or_else(|| CliError::Start("this backend has no tokens".to_owned()))?;
        say(tokens.mint(&doctor).await.map_err(failed)?.token)
    };
    let printed = printed.await;
    legacy.close().await;
    printed
}

/// `hims-chat sandbox`.
pub(in crate::cli) async fn sandbox(
    listen: &str,
    api_key: &str,
    api_secret: &str,
) -> Result<(), CliError> {
    let no_address = |_| {
        CliError::setting(
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
        .map_err(|error| CliError::Start(error.to_string()))?;
    let said = say(format_args!(
        "Stream sandbox on {}: a stand-in for development and tests, which forgets at exit",
        sandbox.base_url()
    ));
    if let Err(stop) = said {
        tracing::warn!("{stop}");
    }
    crate::cli::serve::asked_to_stop().await;
    sandbox.stop().await;
    Ok(())
}

fn client(app: &AppSettings) -> Result<Client, CliError> {
    app.client()
        .map_err(|error| CliError::Start(error.to_string()))
}
