//! An attempt to sign in, from its line to its answer.

use std::{net::IpAddr, time::Duration};

use domain::{Reason, StaffMember};
use ports::{Origin, Visit};
use tracing::Instrument as _;

use super::{device::Device, line::Place, way::Way};
use crate::{
    app::Shell,
    failure::Failure,
    measurements::{self, Outcome},
    network::Network,
};

/// How long a login waits for its turn to be checked: long enough for a whole hospital at the change of shifts,
/// and not as long as a proxy waits for an answer, which is 30 seconds and more.
const TURN: Duration = Duration::from_secs(25);

/// When to come again, for whoever had no turn.
const CROWDED: Duration = Duration::from_secs(10);

/// The account of this address and password; `None` when they are wrong, or the account is closed.
pub(super) async fn check(
    shell: &Shell,
    email: &str,
    password: String,
    peer: Option<IpAddr>,
    device: Option<Device>,
) -> Result<Option<StaffMember>, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    let network = peer.map(Network::of);
    let throttle = &sign_in.throttle;
    let attempt = throttle.attempt(email, network, device.as_ref()).await?;
    let slowed = throttle.slowed(&attempt).await.map_err(|wait| {
        measurements::sign_in(sign_in.password_way(), Outcome::Throttled);
        Failure::crowded(wait)
    })?;
    let place = Place {
        account: email.to_owned(),
        network,
        is_known: attempt.is_known(),
    };
    let turn = tokio::time::timeout(TURN, sign_in.line.turn(place)).await;
    let Ok(Some(mut turn)) = turn else {
        measurements::sign_in(sign_in.password_way(), Outcome::Throttled);
        return Err(Failure::crowded(CROWDED));
    };
    // Whoever hangs up now is checked and counted all the same, and keeps the turn until then.
    let (shell, email) = (shell.clone(), email.to_owned());
    let visit = Visit::current().unwrap_or_else(|| Visit::new(Origin::default()));
    let checking = visit.within(async move {
        let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
        let throttle = &sign_in.throttle;
        throttle.look(&attempt).await?.map_err(|wait| {
            measurements::sign_in(sign_in.password_way(), Outcome::Throttled);
            Failure::throttled(wait)
        })?;
        let login = sign_in.credentials.find(&email).await?;
        let login = login.filter(|_| sign_in.takes_stored_passwords());
        let hash = login.as_ref().map(|login| login.password.clone());
        let own = hash.as_ref().and_then(|hash| Way::of(hash.expose()));
        let ways = sign_in.ways.in_use(own).await?;
        let is_right = sign_in
            .passwords
            .matches(password.clone(), hash, ways)
            .await;
        let known = login.as_ref().map(|login| login.member.id.clone());
        let why = match &login {
            Some(login) if is_right && !login.member.active => Reason::NotActive,
            _ => Reason::NotRecognised,
        };
        let login = login.filter(|login| is_right && login.member.active);
        let way = match &login {
            Some(_) => "password",
            None => sign_in.password_way(),
        };
        let checked = match (login, &sign_in.sign_on) {
            (Some(login), _) => Ok(Some(login.member)),
            (None, None) => Ok(None),
            (None, Some(ways)) => {
                turn.waits();
                let now = shell.clock.now();
                ways.in_directory(&shell, &email, &password, now).await
            }
        };
        measurements::sign_in(way, Outcome::of(&checked));
        match &checked {
            Ok(Some(_)) => throttle.succeeded(&attempt).await?,
            Err(failure) if failure.slug == Failure::NOT_ADMITTED => {
                throttle.succeeded(&attempt).await?;
            }
            // Also where the directory is away: the database did not know the password.
            _ => throttle.failed(&attempt, slowed).await?,
        }
        let refused = match &checked {
            Ok(None) => Some(why),
            Err(failure) if failure.slug == Failure::NOT_ADMITTED => Some(Reason::NotAdmitted),
            _ => None,
        };
        if let Some(why) = refused {
            sign_in.note_refused(why, known.as_ref(), way).await?;
        }
        checked
    });
    // Its lines in the log are of this request, too.
    let checking = tokio::spawn(checking.in_current_span());
    checking.await.unwrap_or_else(|_| Err(Failure::internal()))
}
