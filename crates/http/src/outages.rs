//! One line in the log when something goes away and one when it is back, however many requests meet it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use ports::{Error, ErrorKind};
use tokio::time::{Instant, interval};

use crate::{
    app::{App, Shell},
    measurements::{self, Party},
    readiness::own_answer,
};

/// So long nobody must have met an outage before it is looked at whether it is over.
const QUIET: Duration = Duration::from_secs(3);

/// The same of what health does not look at: only those who need it meet it.
const QUIET_UNSEEN: Duration = Duration::from_secs(120);

/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How often the store is looked at, whether anybody asks for anything or not.
const WATCH: Duration = Duration::from_secs(5);

/// Services that are away now, by name.
#[derive(Default)]
pub(crate) struct Outages(Mutex<HashMap<&'static str, Outage>>);

struct Outage {
    began: Instant,
    /// When it was last met.
    last: Instant,
    /// Requests that were refused because of it.
    refused: u64,
}

/// Everything else: a scanner of viruses, the place of the files.
const OTHER: &str = "files or their scanner";

/// The service that is away, by the first words of the error that says so; the rest of them may name a file.
fn party(error: &Error) -> &'static str {
    let words = error.to_string();
    let known = SEEN.into_iter().chain(UNSEEN);
    let party = known.into_iter().find(|party| words.starts_with(party));
    party.unwrap_or(OTHER)
}

/// Parties that health looks at.
const SEEN: [&str; 2] = ["the database", "Stream"];

/// Parties that only those meet who sign in.
const UNSEEN: [&str; 2] = ["the hospital's directory", "the OpenID Connect provider"];

/// The same as it is measured.
fn measured(party: &str) -> Party {
    match party {
        "the database" => Party::Database,
        "Stream" => Party::Stream,
        _ => Party::Other,
    }
}

/// Whether this is what an outage looks like; anything else is logged each time.
pub(crate) fn is_outage(error: &Error) -> bool {
    error.kind() == ErrorKind::Unavailable
}

/// A request was refused because something is away.
pub(crate) fn refused(shell: &Shell, error: &Error) {
    met(shell, error, 1);
}

/// Something is away, and no request was refused: its work was left out, or health was asked for.
pub(crate) fn noticed(shell: &Shell, error: &Error) {
    met(shell, error, 0);
}

fn met(shell: &Shell, error: &Error, refused: u64) {
    measurements::outage_met(measured(party(error)), refused);
    if !shell.outages.meet(error, refused) {
        return;
    }
    let source = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(reason = %error, source, "requests are refused");
    let (shell, party) = (shell.clone(), party(error));
    tokio::spawn(async move {
        let over = tokio::select! {
            () = shell.closing.cancelled() => return,
            over = end_of(&shell, party) => over,
        };
        shell.outages.measure_end(measured(party));
        tracing::warn!(
            party,
            seconds = over.seconds,
            refused = over.refused,
            "requests are served again"
        );
    });
}

fn quiet(party: &str) -> Duration {
    if SEEN.contains(&party) {
        QUIET
    } else {
        QUIET_UNSEEN
    }
}

/// An outage that is over.
struct Over {
    seconds: f64,
    refused: u64,
}

/// Waits until nobody has met the outage for a while and health does not name it either.
async fn end_of(shell: &Shell, party: &str) -> Over {
    let mut looks = interval(LOOK);
    loop {
        looks.tick().await;
        if !shell.outages.is_quiet(party) {
            continue;
        }
        // Health that still says so meets the outage again.
        shell.ready.of(shell).await;
        if let Some(over) = shell.outages.end(party) {
            return over;
        }
    }
}

impl Outages {
    /// Notes that an outage was met; whether it began with that.
    fn meet(&self, error: &Error, refused: u64) -> bool {
        let now = Instant::now();
        let party = party(error);
        let mut outages = self.lock();
        if let Some(outage) = outages.get_mut(party) {
            outage.last = now;
            outage.refused += refused;
            return false;
        }
        let outage = Outage {
            began: now,
            last: now,
            refused,
        };
        outages.insert(party, outage);
        true
    }

    /// An outage is over; of what is measured as one party another may be left.
    fn measure_end(&self, party: Party) {
        let outages = self.lock();
        if !outages.keys().any(|other| measured(other) == party) {
            measurements::outage_over(party);
        }
    }

    fn is_quiet(&self, party: &str) -> bool {
        let outages = self.lock();
        outages
            .get(party)
            .is_none_or(|outage| outage.last.elapsed() >= quiet(party))
    }

    /// Ends an outage that nobody has met for a while.
    fn end(&self, party: &str) -> Option<Over> {
        let mut outages = self.lock();
        outages
            .get(party)
            .filter(|outage| outage.last.elapsed() >= quiet(party))?;
        let outage = outages.remove(party)?;
        Some(Over {
            seconds: (outage.last - outage.began).as_secs_f64(),
            refused: outage.refused,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Outage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at the hospital's own store now and then, so that an outage at night is noticed at night.
pub(crate) async fn watch(shell: Weak<App>) {
    let mut looks = interval(WATCH);
    while let Some(shell) = shell.upgrade() {
        if let Some(Err(error)) = own_answer(&shell).await
            && is_outage(&error)
        {
            noticed(&shell, &error);
        }
        drop(shell);
        looks.tick().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outage_begins_once_and_ends_once_it_was_not_met_for_a_while() {
        let outages = Outages::default();
        let away = Error::unavailable("the database does not answer");
        assert!(outages.meet(&away, 1), "it begins");
        for _ in 0..50 {
            tokio::time::advance(Duration::from_millis(100)).await;
            assert!(!outages.meet(&away, 1), "it goes on");
        }
        assert!(!outages.meet(&away, 0), "health met it");
        let also = Error::unavailable("the database takes no writes: its disk is full");
        assert!(
            !outages.meet(&also, 1),
            "other words for the same party are the same outage"
        );
        let reason = "the database";
        assert!(outages.end(reason).is_none(), "it was met just now");
        tokio::time::advance(QUIET).await;
        assert!(outages.is_quiet(reason));
        let over = outages.end(reason).expect("it is over");
        assert_eq!((over.seconds, over.refused), (5.0, 52));
        assert!(outages.meet(&away, 1), "the next one");
        let other = Error::unavailable("Stream cannot be reached now");
        assert!(outages.meet(&other, 1), "another one beside it");

        // Whichever file it is about, the place of the files is one outage.
        let file = |number: i32| {
            let words = format!("the store of attachments cannot be used for {number}: no answer");
            Error::unavailable(words)
        };
        assert!(outages.meet(&file(1), 1) && !outages.meet(&file(2), 1));
        tokio::time::advance(QUIET).await;
        assert!(outages.end(OTHER).is_none(), "nobody has looked since");
        tokio::time::advance(QUIET_UNSEEN).await;
        assert_eq!(outages.end(OTHER).expect("it is over").refused, 2);
    }
}
