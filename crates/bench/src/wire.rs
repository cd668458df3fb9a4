use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Result;

/// A kept connection that asks one request after the other. Much less work than a general client: whoever
/// measures shares the processors with whom is measured.
pub(crate) struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status, head and body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request whose body is of this kind.
    pub(crate) async fn send(&mut self, request: &Request<'_>) -> Result<Answer> {
        self.socket.write_all(request.text().as_bytes()).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<Answer> {
        let head_ends = loop {
            if let Some(end) = memchr::memmem::find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_ends]).into_owned();
        let status = head.get(9..12).and_then(|digits| digits.parse().ok());
        let length = fields(&head, "content-length").next();
        let length: usize = length.and_then(|digits| digits.parse().ok()).unwrap_or(0);
        while self.buffer.len() < head_ends + length {
            self.more().await?;
        }
        let rest = self.buffer.split_off(head_ends + length);
        let whole = std::mem::replace(&mut self.buffer, rest);
        Ok(Answer {
            status: status.ok_or("an answer without a status")?,
            head,
            body: whole[head_ends..].to_vec(),
        })
    }

    async fn more(&mut self) -> Result<()> {
        match self.socket.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }

    /// Sends a request whose answer does not end, and leaves reading it to the caller.
    pub(crate) async fn stream(mut self, request: &Request<'_>) -> Result<TcpStream> {
        self.socket.write_all(request.text().as_bytes()).await?;
        Ok(self.socket)
    }
}

/// A request.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) cookie: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) body: &'a str,
}

impl<'a> Request<'a> {
    pub(crate) fn get(path: &'a str, cookie: &'a str) -> Self {
        Self {
            method: "GET",
            path,
            cookie,
            kind: "application/json",
            body: "",
        }
    }

    pub(crate) fn post(path: &'a str, cookie: &'a str, body: &'a str) -> Self {
        Self {
            method: "POST",
            body,
            ..Self::get(path, cookie)
        }
    }

    fn text(&self) -> String {
        let Self {
            method,
            path,
            cookie,
            kind,
            body,
        } = self;
        let length = body.len();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
    }
}

/// The values of a header, in the order they came.
pub(crate) fn fields<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.lines().filter_map(move |line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
