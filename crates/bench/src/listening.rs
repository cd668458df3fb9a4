use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use memchr::memmem::Finder;
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    sync::mpsc,
    task::JoinHandle,
    time::{interval, timeout},
};

use crate::{
    Result,
    program::{CHAT, Program},
    wire::{Connection, Request},
};

/// Longest wait for what everybody should have been told.
const PATIENCE: Duration = Duration::from_secs(60);

/// Beginning of a message on the stream, and of no other event.
const MARK: &[u8] = b"event: message.posted";

/// Doctors with an open live stream, who count what they are told.
pub(crate) struct Listeners {
    heard: Vec<Arc<AtomicUsize>>,
    times: mpsc::Receiver<Instant>,
    tasks: Vec<JoinHandle<()>>,
}

impl Listeners {
    /// A stream for each of the cookies.
    pub(crate) async fn open(program: &Program, cookies: &[String]) -> Result<Self> {
        let (told, times) = mpsc::channel(cookies.len() * 2 + 1);
        let (mut heard, mut tasks) = (Vec::new(), Vec::new());
        for cookie in cookies {
            let path = format!("{CHAT}/api/events");
            let request = Request::get(&path, cookie);
            let mut socket = Connection::open(&program.address)
                .await?
                .stream(&request)
                .await?;
            let mut hello = vec![0; 4096];
            let count = socket.read(&mut hello).await?;
            if !hello[..count].starts_with(b"HTTP/1.1 200") {
                return Err("a live stream was refused".into());
            }
            let counter = Arc::new(AtomicUsize::new(0));
            heard.push(counter.clone());
            tasks.push(tokio::spawn(listen(socket, counter, told.clone())));
        }
        Ok(Self {
            heard,
            times,
            tasks,
        })
    }

    /// Waits until each was told `count` messages in all.
    pub(crate) async fn all_heard(&self, count: usize) -> Result<()> {
        let mut ticks = interval(Duration::from_millis(5));
        let all = async {
            while self
                .heard
                .iter()
                .any(|heard| heard.load(Ordering::Relaxed) < count)
            {
                ticks.tick().await;
            }
        };
        timeout(PATIENCE, all)
            .await
            .map_err(|_| "messages did not reach everybody")?;
        Ok(())
    }

    /// Waits until the last of all was told the next message; the time of that.
    pub(crate) async fn last_of_next(&mut self) -> Result<Instant> {
        let mut last = Instant::now();
        for _ in 0..self.heard.len() {
            let next = timeout(PATIENCE, self.times.recv()).await;
            let next = next.map_err(|_| "a message did not reach everybody")?;
            last = last.max(next.ok_or("the streams ended")?);
        }
        Ok(last)
    }

    /// Forgets when what was told until now was told.
    pub(crate) fn forget(&mut self) {
        while self.times.try_recv().is_ok() {}
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn listen(mut socket: TcpStream, heard: Arc<AtomicUsize>, told: mpsc::Sender<Instant>) {
    let finder = Finder::new(MARK);
    let mut buffer = vec![0; 8 * 1024];
    let mut kept = 0;
    while let Ok(count @ 1..) = socket.read(&mut buffer[kept..]).await {
        let now = Instant::now();
        let text = &buffer[..kept + count];
        let found = finder.find_iter(text).count();
        heard.fetch_add(found, Ordering::Relaxed);
        for _ in 0..found {
            // Only asked for one by one, where the channel has room for all.
            let _ = told.try_send(now);
        }
        // A mark may be cut in two; one that was counted is not kept.
        let begins = finder
            .find_iter(text)
            .last()
            .map_or(0, |at| at + MARK.len());
        let tail = begins.max(text.len().saturating_sub(MARK.len() - 1));
        let (from, end) = (tail, kept + count);
        buffer.copy_within(from..end, 0);
        kept = end - from;
    }
}
