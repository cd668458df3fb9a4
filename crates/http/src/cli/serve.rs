use std::{net::SocketAddr, sync::Arc, time::Duration};

use metrics_exporter_prometheus::PrometheusHandle;
#[cfg(feature = "stream")]
use ports::{Relocating, Relocations};
use tokio::{
    net::TcpListener,
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{
    CliError,
    audit::sealing::Sealing,
    compose::{self, Legacy, StreamBackend},
    config::Settings,
    connections::{self, Room},
    demo_command, first_administrator, open_files, recorder,
};
use crate::{
    app::{App, Mount},
    cli::mounts::BackendName,
    demo,
    leavers::watch_leavers,
    login::SignIn,
};

/// How long requests in flight have to finish once a stop is asked for. With closing the database
/// it stays under the 10 seconds that supervisors give.
const GRACE: Duration = Duration::from_secs(5);

/// How long the database has to finish what is being written and let go.
const CLOSING: Duration = Duration::from_secs(3);

/// How long the last entries of the audit have to be sealed.
const SEALING: Duration = Duration::from_secs(1);

/// Most connections at once on the operators' own address: a few collectors of metrics.
const ADMIN_CONNECTIONS: usize = 64;

/// Serves until SIGTERM or Ctrl-C.
pub(super) async fn serve(settings: &Settings) -> Result<(), CliError> {
    settings.log.check()?;
    let listen = settings.listen()?;
    let (_, is_default_database) = settings.database()?;
    settings.new_rooms()?;
    settings.time_zone()?;
    settings.files.max_file()?;
    settings.files.clamd()?;
    settings.files.allow_programs()?;
    let has_proxies = !settings.trusted_proxies()?.is_empty();
    settings.sign_on.check(listen, has_proxies)?;
    settings.limits.check()?;
    settings.audit.webhook()?;
    let metrics = recorder::start()?;
    let legacy = compose::legacy(settings).await?;
    let (seals, clock) = (legacy.audit_seals.clone(), legacy.clock.clone());
    let sealing = Sealing::begin(seals, clock, &settings.audit)?;
    let served = serve_on(settings, listen, is_default_database, &legacy, metrics).await;
    if tokio::time::timeout(SEALING, sealing.finish())
        .await
        .is_err()
    {
        tracing::warn!("the audit was not sealed in time; the next start seals it");
    }
    if tokio::time::timeout(CLOSING, legacy.close()).await.is_err() {
        tracing::warn!("the database did not let go in time");
    }
    served
}

async fn serve_on(
    settings: &Settings,
    listen: SocketAddr,
    is_default_database: bool,
    legacy: &Legacy,
    metrics: PrometheusHandle,
) -> Result<(), CliError> {
    if is_default_database {
        demo_command::fill_if_empty(legacy).await?;
    }
    let is_demonstration = legacy
        .seeding
        .is_seeded()
        .await
        .map_err(|error| CliError::Start(error.to_string()))?;
    if is_demonstration && !listen.ip().is_loopback() {
        let problem = format!(
            "{listen} can be reached by others, and this database holds the demonstration logins, whose password is \
             public; run `hims-chat demo --remove` first, or listen on 127.0.0.1"
        );
        return Err(CliError::setting("HIMS_LISTEN", problem));
    }
    let closing = CancellationToken::new();
    let stream = StreamBackend::open(settings, legacy).await?;
    if let Some(chat) = stream.chat() {
        let leavers = watch_leavers(chat.clone(), legacy.staff.clone(), closing.clone());
        tokio::spawn(leavers);
    }
    if let Some(pace) = settings.limits.pace()?.map(Arc::new) {
        let chats = [Some(&legacy.chat), stream.chat()];
        for chat in chats.into_iter().flatten() {
            chat.keep_pace(pace.clone());
        }
        legacy.patients.keep_pace(pace);
    }
    let mut app = app(settings, listen, legacy, &stream, is_demonstration)?
        .metrics(metrics)
        .also(stream.webhooks())
        .closing(closing.clone());
    #[cfg(feature = "stream")]
    {
        use super::relocating::{Desk, Nowhere};
        let (audit, clock) = (legacy.audit.clone(), legacy.clock.clone());
        let desk: Arc<dyn Relocating> = match stream.moves_to(legacy) {
            Some(chats) => {
                super::carrying::keep_carrying(chats.movers.clone(), closing.clone());
                Arc::new(Desk::new(chats, clock.clone()))
            }
            None => Arc::new(Nowhere(legacy.moves.clone())),
        };
        app = app.relocations(Relocations::new(desk, audit, clock));
    }
    let (router, operators) = match settings.admin_listen()? {
        Some(apart) => {
            let (site, operators) = app.sites();
            (site, Some((apart, operators)))
        }
        None => (app.site(), None),
    };
    let most = open_files::connections(open_files::raised(), settings.limits.max_connections()?);
    let room = Room::of(most, settings.trusted_proxies()?);
    let patience = settings.limits.request_patience()?;

    let listener = bind("HIMS_LISTEN", listen).await?;
    let mut listeners = JoinSet::new();
    if let Some((apart, router)) = operators {
        let listener = bind("HIMS_ADMIN_LISTEN", apart).await?;
        let apart = listener.local_addr().unwrap_or(apart);
        let room = Room::of(ADMIN_CONNECTIONS, settings.trusted_proxies()?);
        let serving = connections::serve(listener, router, room, patience, closing.clone());
        listeners.spawn(async move {
            serving.await;
            "HIMS_ADMIN_LISTEN"
        });
        tracing::info!("metrics and OpenAPI are on http://{apart}");
    }
    let address = listener.local_addr().unwrap_or(listen);
    demo_command::greet(address, is_demonstration);
    first_administrator::say_how_to_begin(settings, legacy).await;
    if !is_demonstration && settings.files.clamd()?.is_none() {
        tracing::warn!("HIMS_CLAMD names no virus scanner: files are stored as they come");
    }
    let serving = connections::serve(listener, router, room, patience, closing.clone());
    listeners.spawn(async move {
        serving.await;
        "HIMS_LISTEN"
    });
    let lost = tokio::select! {
        () = asked_to_stop() => None,
        ended = listeners.join_next() => ended,
    };
    tracing::info!("stopping: finishing what is in flight");
    closing.cancel();
    let finished = async { while listeners.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        tracing::warn!("some connections did not finish in time and were cut");
    }
    stream.close().await;
    lost.map_or(Ok(()), |lost| Err(no_longer_listening(lost)))
}

/// A process that does not serve ends, so that its supervisor starts it again.
fn no_longer_listening(lost: Result<&'static str, JoinError>) -> CliError {
    let which = lost.map_or_else(
        // The line about the panic says where.
        |_| "a listener has failed".to_owned(),
        |setting| format!("the listener of {setting} is gone"),
    );
    CliError::Start(format!(
        "{which}, so nothing is served any more: start it again"
    ))
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| {
        let problem = format!("{address} cannot be listened on ({error}); choose a free port");
        CliError::setting(setting, problem)
    })
}

fn app(
    settings: &Settings,
    listen: SocketAddr,
    legacy: &Legacy,
    stream: &StreamBackend,
    is_demonstration: bool,
) -> Result<App, CliError> {
    let hospital = match settings.hospital() {
        Some(name) => name,
        None if is_demonstration => "Larkmere District Hospital (demo)",
        None => "Doctor chat",
    };
    let sign_in = SignIn::new(
        legacy.credentials.clone(),
        legacy.sessions.clone(),
        legacy.staff.clone(),
        legacy.clock.clone(),
        settings.limits.idle()?,
    )
    .longest_session(settings.limits.longest_session()?)
    .failures(legacy.failed_sign_ins.clone())
    .locks_after(settings.limits.idle_lock()?)
    .draft_keys(legacy.patient_ref_key.clone())
    .audit(legacy.audit.clone());
    let proxies = settings.trusted_proxies()?;
    let ways = settings
        .sign_on
        .sign_on(legacy.sign_ons.clone(), listen, !proxies.is_empty())?;
    let sign_in = sign_in.sign_on(ways);
    // Without a proxy there is no TLS, and a Secure cookie would not come back.
    let is_plain = listen.ip().is_loopback() && proxies.is_empty() && !settings.sign_on.is_https();
    let sign_in = if is_plain {
        sign_in.over_plain_http()
    } else {
        sign_in.trusted_proxies(proxies)
    };
    let rooms = [Some(legacy.records.clone()), stream.records()];
    let rooms = rooms.into_iter().flatten().collect();
    let mut app = App::new(hospital, legacy.patients.clone(), legacy.staff.clone())
        .clock(legacy.clock.clone())
        .time_zone(settings.time_zone()?)
        .availabilities(legacy.availabilities.clone())
        .drafts(legacy.drafts.clone(), legacy.patient_ref_key.clone())
        .sign_in(sign_in)
        .moves(legacy.moves.clone())
        .registers(
            legacy.staff_register.clone(),
            legacy.patient_register.clone(),
        )
        .audit_trail(legacy.audit_trail.clone())
        .retention(
            legacy.retention(None),
            settings.retention.rules()?,
            rooms,
            legacy.patient_lookup.clone(),
        )
        .store_health(legacy.health.clone());
    if is_demonstration {
        let logins: Vec<_> = demo::LOGINS
            .iter()
            .map(|(email, who)| ((*email).to_owned(), (*who).to_owned()))
            .collect();
        app = app.demonstration(demo::PASSWORD, &logins);
    }
    if settings.log.access_log()? {
        app = app.access_log();
    }
    if let Some(clamd) = settings.files.clamd()? {
        app = app.scanner(Arc::new(clamd));
    }
    if settings.files.allow_programs()? {
        app = app.allow_programs();
    }
    if let Some(checks) = stream.checks(settings, legacy)? {
        app = app.checks(checks);
    }
    if stream.is_sandbox() {
        app = app.sandbox();
    }
    let new_rooms = settings.new_rooms()?;
    for mount in settings.mounts()? {
        let there = new_rooms.iter().find(|(from, _)| *from == mount.prefix);
        let there = there.map(|(_, to)| to.clone());
        let mount = match mount.backend {
            BackendName::Legacy => Mount::new(
                mount.prefix,
                "Messages (Legacy)",
                "Legacy Chat",
                legacy.chat.clone(),
            ),
            BackendName::Stream => stream.mount(mount.prefix),
        };
        app = app.mount(mount.new_rooms(there));
    }
    Ok(app)
}

/// Waits for SIGTERM or Ctrl-C.
pub(super) async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let (terminate, hangup) = (
        signalled(tokio::signal::unix::SignalKind::terminate()),
        hung_up(),
    );
    #[cfg(not(unix))]
    let (terminate, hangup) = (std::future::pending::<()>(), std::future::pending::<()>());
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
        () = hangup => {}
    }
}

#[cfg(unix)]
async fn signalled(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(unix)]
async fn hung_up() {
    if hangup_counts() {
        signalled(tokio::signal::unix::SignalKind::hangup()).await;
    } else {
        std::future::pending().await
    }
}

/// Whether the end of a terminal ends this process. Under `nohup` it ignores that signal, and listening to it would
/// undo that; Linux alone says so.
#[cfg(unix)]
fn hangup_counts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 0)
}
