//! Tasks that run by themselves until the store is closed or dropped.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use ports::hub::Connection;
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use crate::{adopt, attachments, follow, live, search_index, sessions, store::Store};

/// The tasks of one store.
pub(crate) struct Background {
    stop: CancellationToken,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Background {
    pub(crate) fn start(
        store: &Arc<Store>,
        connections: mpsc::UnboundedReceiver<Connection>,
    ) -> Self {
        let background = Self {
            stop: CancellationToken::new(),
            tasks: Mutex::default(),
        };
        background.spawn(live::watch(Arc::downgrade(store), connections));
        let every = |period, what| background.spawn(repeat(Arc::downgrade(store), period, what));
        every(Duration::from_millis(500), Chore::Adopt);
        every(Duration::from_millis(500), Chore::Index);
        every(Duration::from_secs(1), Chore::Sweep);
        every(Duration::from_secs(60), Chore::Tidy);
        every(Duration::from_secs(600), Chore::SweepFiles);
        background
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let task = tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
        self.tasks().push(task);
    }

    /// Stops the tasks and waits for them.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        let tasks = std::mem::take(&mut *self.tasks());
        for task in tasks {
            let _ = task.await;
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Chore {
    /// Takes in what the other application wrote, and follows what it changed.
    Adopt,
    /// Keeps the index of words in step.
    Index,
    /// Lets typing lapse.
    Sweep,
    /// Notes who is there, and drops sessions that are over.
    Tidy,
    /// Removes files that nobody sent.
    SweepFiles,
}

async fn repeat(store: Weak<Store>, period: Duration, chore: Chore) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_well = true;
    loop {
        ticks.tick().await;
        let Some(store) = store.upgrade() else {
            return;
        };
        let done = match chore {
            Chore::Adopt => adopt::tick(&store).await.and(follow::tick(&store).await),
            Chore::Index => search_index::tick(&store).await,
            Chore::Sweep => {
                store.hub.sweep(std::time::Instant::now());
                Ok(())
            }
            Chore::Tidy => live::touch(&store)
                .await
                .and(sessions::drop_expired(&store).await),
            Chore::SweepFiles => attachments::sweep(&store, jiff::Timestamp::now()).await,
        };
        // One line when it begins to fail, not one a tick. A database that is away has its line already, from
        // whoever serves requests.
        match &done {
            Err(error) if is_well && !error.is_temporary() => {
                tracing::warn!(error = %format_args!("{error:#}"), "background work failed; it is tried again and again");
            }
            Err(error) => {
                tracing::debug!(error = %format_args!("{error:#}"), "background work failed");
            }
            Ok(()) => {}
        }
        is_well = done.is_ok();
    }
}
