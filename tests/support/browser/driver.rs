//! chromedriver: one for each test process, gone when the process is.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use crate::support::wait::DEADLINE;

/// Its standard input is a pipe from the test process, which closes however that process ends.
/// Then chromedriver, the browsers it still has and the profiles they wrote are removed.
const WATCHED: &str = r#"
command -v chromedriver || exit
TMPDIR=$(mktemp -d) && export TMPDIR HOME="$TMPDIR"
chromedriver --port=0 2>&1 </dev/null &
trap '' TERM
read -r _
kill -TERM 0
wait
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$TMPDIR" 2>/dev/null && break
    sleep 0.2
done
"#;

struct Driver {
    port: u16,
    /// Holds the pipe.
    _watched: Child,
}

static DRIVER: OnceLock<Driver> = OnceLock::new();

/// The port on 127.0.0.1 where chromedriver listens, started at the first call in this process.
pub fn port() -> u16 {
    DRIVER.get_or_init(start).port
}

fn start() -> Driver {
    let mut watched = Command::new("bash")
        .args(["-c", WATCHED])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut lines = BufReader::new(watched.stdout.take().expect("stdout is piped"))
        .lines()
        .map_while(Result::ok);
    let mut printed = String::new();
    let port = lines
        .by_ref()
        .inspect(|line| printed += line)
        .find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
    let Some(port) = port else {
        panic!(
            "chromedriver does not start ({printed}). Run `scripts/need browser`, \
             or on Debian: apt-get install chromium chromium-driver"
        );
    };
    thread::spawn(move || lines.for_each(drop));
    Driver {
        port,
        _watched: watched,
    }
}

/// Ends a session and its browser. Blocking, and no more than it must be, so that it can serve in a `Drop`
/// after the runtime of the test is gone.
pub fn end_session(session: &str) -> std::io::Result<()> {
    let mut driver = TcpStream::connect(("127.0.0.1", port()))?;
    driver.set_read_timeout(Some(DEADLINE))?;
    write!(
        driver,
        "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
    )?;
    // It answers once the browser is closed, and keeps the connection.
    driver.read(&mut [0; 1024]).map(drop)
}
