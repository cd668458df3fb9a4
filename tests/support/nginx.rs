//! nginx before a server, as hospitals put it there: with nothing said but where to pass requests on to.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::ports::free_port;
use super::server::Server;
use super::wait::until;

/// A running nginx. Stopped on drop.
pub struct Nginx {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Nginx {
    /// Passes everything on with a plain `proxy_pass`, which speaks HTTP/1.0 and buffers; `more` are further
    /// directives beside it.
    pub async fn before(server: &Server, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {kind};\n"))
            .concat();
        let configuration = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr error;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}server {{\nlisten 127.0.0.1:{port};\n\
             location / {{\nproxy_pass http://{};\n{more}\n}}\n}}\n}}\n",
            server.address()
        );
        std::fs::write(folder.path().join("nginx.conf"), configuration).expect("it is written");
        let child = Command::new("nginx")
            .args(["-e", "stderr", "-c", "nginx.conf", "-p"])
            .arg(folder.path())
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts; scripts/need nginx installs it");
        let nginx = Self {
            child,
            port,
            _folder: folder,
        };
        until("nginx to listen", async || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        })
        .await;
        nginx
    }

    /// Like [`Server::url`].
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}
