//! The log. It never holds up or ends what the service does: lines wait in a short queue for a thread
//! that writes them, and what cannot be written is counted and left out.

mod format;
mod json;

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

pub(super) use self::{format::LogFormat, json::Json};

/// Most lines that wait to be written. A reader that takes none costs a megabyte or two.
const WAITING: usize = 4_096;

/// How long the end of the program waits for the last lines.
const LAST: Duration = Duration::from_millis(500);

/// The writer of log lines. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Log {
    lines: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
    format: LogFormat,
}

enum Entry {
    Line(Vec<u8>),
    /// Everything before it has been written, or lost.
    Flush(SyncSender<()>),
}

impl Log {
    /// A log that is written to `out` by a thread of its own; without one, nothing is logged.
    pub(super) fn to(out: impl Write + Send + 'static, format: LogFormat) -> Self {
        let (lines, queue) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = lost.clone();
        let writer = std::thread::Builder::new().name("log".to_owned());
        let _ = writer.spawn(move || write(queue, out, format, &counted));
        Self {
            lines,
            lost,
            format,
        }
    }

    /// How its lines are written.
    pub(super) fn format(&self) -> LogFormat {
        self.format
    }

    /// Waits a moment until everything is written.
    pub(super) fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.lines.try_send(Entry::Flush(done)).is_ok() {
            let _ = written.recv_timeout(LAST);
        }
    }

    fn lost(&self) {
        lose(&self.lost);
    }
}

fn lose(lost: &AtomicU64) {
    lost.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("hims_log_lines_lost_total").increment(1);
}

fn write(queue: Receiver<Entry>, mut out: impl Write, format: LogFormat, lost: &AtomicU64) {
    for entry in queue {
        let line = match entry {
            Entry::Line(line) => line,
            Entry::Flush(done) => {
                let _ = done.send(());
                continue;
            }
        };
        if out.write_all(&line).and_then(|()| out.flush()).is_err() {
            lose(lost);
            continue;
        }
        let before = lost.swap(0, Ordering::Relaxed);
        if before > 0 {
            let words = format!("{before} lines of the log could not be written");
            let line = format.line("WARN", &words);
            if writeln!(out, "{line}").is_err() {
                lost.fetch_add(before, Ordering::Relaxed);
            }
        }
    }
}

/// One event's line.
pub(super) struct Line<'a>(&'a Log);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.lines.try_send(Entry::Line(line.to_vec())).is_err() {
            self.0.lost();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Fails while it is full, and keeps what was written.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(bool, String)>>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut disk = self.0.lock().unwrap();
            if disk.0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            disk.1.push_str(&String::from_utf8_lossy(bytes));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_was_lost_is_said_once_it_can_be_written_again() {
        let disk = Disk::default();
        let log = Log::to(disk.clone(), LogFormat::Text);
        let say = |line: &str| {
            log.make_writer().write_all(line.as_bytes()).unwrap();
            log.flush();
        };
        say("one\n");
        disk.0.lock().unwrap().0 = true;
        say("two\n");
        say("three\n");
        disk.0.lock().unwrap().0 = false;
        say("four\n");
        say("five\n");
        let written = disk.0.lock().unwrap().1.clone();
        assert_eq!(
            written,
            "one\nfour\nhims-chat: 2 lines of the log could not be written\nfive\n"
        );
    }

    #[test]
    fn a_reader_that_takes_nothing_holds_nobody_up() {
        let (reader, writer) = io::pipe().unwrap();
        let log = Log::to(writer, LogFormat::Text);
        let line = [b'x'; 1_000];
        for _ in 0..3 * WAITING {
            log.make_writer().write_all(&line).unwrap();
        }
        assert!(log.lost.load(Ordering::Relaxed) > 0);
        drop(reader);
    }
}
