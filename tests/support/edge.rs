//! A proxy with TLS before servers, set up by the examples in `packaging/`.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::device::Device;
use super::ports::free_port;
use super::server::Server;
use super::wait::until;

/// One of the two proxies that there is an example for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    Nginx,
    Caddy,
}

/// A running proxy. Stopped on drop.
pub struct Edge {
    child: Child,
    port: u16,
    folder: TempDir,
}

/// A file of this project.
pub fn packaged(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Makes an authority and a server's certificate as the package's own script does.
pub fn certificates(folder: &Path, name: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/certificates.sh");
    let made = Command::new("sh")
        .arg(script)
        .args([folder.as_os_str(), name.as_ref()])
        .output()
        .expect("a shell");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// The text with what is another one here; each must be there.
fn with(text: String, here: &[(&str, &str)]) -> String {
    here.iter().fold(text, |text, (there, here)| {
        assert!(text.contains(there), "no {there:?} in the example");
        text.replace(there, here)
    })
}

impl Edge {
    /// The example as it stands, but for names, ports, certificates and the servers behind it.
    pub async fn before(proxy: Proxy, servers: &[&Server]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        certificates(folder.path(), "localhost");
        let file = |name: &str| folder.path().join(name).display().to_string();
        let (certificate, key) = (file("server.pem"), file("server.key"));
        let (port, plain) = (free_port(), free_port());
        let mut command = match proxy {
            Proxy::Nginx => {
                let upstreams = servers.iter().map(|server| {
                    format!("server {} max_fails=1 fail_timeout=5s;", server.address())
                });
                let site = with(
                    packaged("packaging/nginx.conf"),
                    &[
                        (
                            "server 127.0.0.1:8080 max_fails=1 fail_timeout=5s;",
                            &upstreams.collect::<String>(),
                        ),
                        ("listen 80;", &format!("listen 127.0.0.1:{plain};")),
                        ("listen [::]:80;", ""),
                        (
                            "listen 443 ssl http2;",
                            &format!("listen 127.0.0.1:{port} ssl http2;"),
                        ),
                        ("listen [::]:443 ssl http2;", ""),
                        ("chat.hospital.example", "localhost"),
                        ("/etc/ssl/hims-chat.pem", &certificate),
                        ("/etc/ssl/private/hims-chat.key", &key),
                    ],
                );
                let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|kind| format!("{kind}_temp_path {kind};\n"))
                    .concat();
                let all = format!(
                    "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr error;\nevents {{}}\n\
                     http {{\naccess_log off;\n{temporary}{site}\n}}\n"
                );
                fs::write(folder.path().join("nginx.conf"), all).expect("it is written");
                let mut command = Command::new("nginx");
                command
                    .args(["-e", "stderr", "-c", "nginx.conf", "-p"])
                    .arg(folder.path());
                command
            }
            Proxy::Caddy => {
                let upstreams: Vec<&str> = servers.iter().map(|server| server.address()).collect();
                let site = with(
                    packaged("packaging/Caddyfile"),
                    &[
                        (
                            "chat.hospital.example {",
                            &format!("https://localhost:{port} {{"),
                        ),
                        ("/etc/ssl/hims-chat.pem", &certificate),
                        ("/etc/ssl/private/hims-chat.key", &key),
                        ("127.0.0.1:8080", &upstreams.join(" ")),
                    ],
                );
                let all = format!("{{\nadmin off\nauto_https disable_redirects\n}}\n{site}");
                fs::write(folder.path().join("Caddyfile"), all).expect("it is written");
                let mut command = Command::new("caddy");
                command.args(["run", "--adapter", "caddyfile", "--config", "Caddyfile"]);
                command
            }
        };
        let child = command
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the proxy starts; scripts/need nginx caddy installs both");
        let edge = Self {
            child,
            port,
            folder,
        };
        until("the proxy to listen", async || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        })
        .await;
        edge
    }

    /// Nobody is signed in on it.
    pub fn device(&self) -> Device {
        let authority = fs::read(self.folder.path().join("authority.pem")).expect("it was made");
        Device::at_proxy(&format!("https://localhost:{}", self.port), &authority)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}
