//! A stand-in for ClamAV's daemon that speaks its protocol: `zPING` and `zINSTREAM`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::pictures::holds;

/// The test virus of EICAR, in two parts so that no scanner takes this file for one.
pub fn eicar() -> Vec<u8> {
    [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-",
        "TEST-FILE!$H+H*",
    ]
    .concat()
    .into_bytes()
}

/// Most bytes of a file that it takes.
const MOST: usize = 2 * 1024 * 1024;

/// A running daemon, until it is dropped.
pub struct Clamd {
    address: SocketAddr,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    is_silent: AtomicBool,
    scanned: AtomicUsize,
}

impl Clamd {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State::default());
        let serving = tokio::spawn(serve(listener, state.clone()));
        Self {
            address,
            state,
            serving,
        }
    }

    /// The value of `HIMS_CLAMD` that makes the program use it.
    pub fn setting(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// Breaks off every question from now on, or answers again.
    pub fn set_silent(&self, is_silent: bool) {
        self.state.is_silent.store(is_silent, Ordering::SeqCst);
    }

    /// How many files it looked into.
    pub fn scanned(&self) -> usize {
        self.state.scanned.load(Ordering::SeqCst)
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((line, _)) = listener.accept().await {
        tokio::spawn(answer(line, state.clone()));
    }
}

async fn answer(mut line: TcpStream, state: Arc<State>) -> std::io::Result<()> {
    if state.is_silent.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut command = Vec::new();
    loop {
        match line.read_u8().await? {
            0 => break,
            byte => command.push(byte),
        }
    }
    let answer: &[u8] = match &command[..] {
        b"zPING" => b"PONG\0",
        b"zINSTREAM" => {
            state.scanned.fetch_add(1, Ordering::SeqCst);
            match file(&mut line).await? {
                None => b"INSTREAM size limit exceeded. ERROR\0",
                Some(file) if holds(&file, &eicar()) => b"stream: Eicar-Test-Signature FOUND\0",
                Some(_) => b"stream: OK\0",
            }
        }
        _ => b"UNKNOWN COMMAND\0",
    };
    line.write_all(answer).await
}

/// The chunks of a file, up to an empty one; none when it is too large.
async fn file(line: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut file = Vec::new();
    loop {
        let length = line.read_u32().await? as usize;
        if length == 0 {
            return Ok(Some(file));
        }
        if file.len() + length > MOST {
            return Ok(None);
        }
        let start = file.len();
        file.resize(start + length, 0);
        line.read_exact(&mut file[start..]).await?;
    }
}
