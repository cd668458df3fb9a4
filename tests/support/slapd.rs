//! OpenLDAP's server with a small hospital in it, as Debian installs it: `scripts/need slapd`.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{ports::free_port, wait::until};

/// The password of everybody in it.
pub const PASSWORD: &str = "directory (1)*";

/// The name of an entry, for `HIMS_LDAP_BIND`.
pub const BIND: &str = "uid={login},ou=people,dc=hospital,dc=example";

/// The group of those who may use the chat, for `HIMS_LDAP_ROLE_MAP`.
pub const ROLE_MAP: &str = "cn=doctors\\,ou=groups\\,dc=hospital\\,dc=example=doctor,\
    cn=nurses\\,ou=groups\\,dc=hospital\\,dc=example=nurse";

const CONFIGURATION: &str = "\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
TLSCACertificateFile {tls}/ca.pem
TLSCertificateFile {tls}/server.pem
TLSCertificateKeyFile {tls}/server.key
{security}
database mdb
suffix dc=hospital,dc=example
directory {folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by self read by * none
";

/// Units, and an entry that only a name which is put together carelessly leads to.
const UNITS: &str = "\
dn: dc=hospital,dc=example
objectClass: dcObject
objectClass: organization
dc: hospital
o: Larkmere

dn: ou=people,dc=hospital,dc=example
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=hospital,dc=example
objectClass: organizationalUnit
ou: groups

dn: ou=elsewhere,ou=people,dc=hospital,dc=example
objectClass: organizationalUnit
ou: elsewhere
";

/// Name, identifier, group.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("uid=lisle,ou=people", "E-1001", "doctors"),
    // A comma in a name is part of it.
    ("uid=o\\2cneill,ou=people", "E-1002", "doctors"),
    ("uid=stranger,ou=people", "E-4711", "doctors"),
    ("uid=porter,ou=people", "E-1003", ""),
    ("uid=nurse,ou=people", "E-1003", "nurses"),
    ("uid=lisle,ou=elsewhere,ou=people", "E-1001", "doctors"),
];

/// A running server. Stopped on drop.
pub struct Slapd {
    child: Option<Child>,
    plain: u16,
    tls: u16,
    folder: TempDir,
}

impl Slapd {
    /// It listens without TLS too, for STARTTLS: no password is taken before that.
    pub async fn start() -> Self {
        Self::start_with("security simple_bind=128").await
    }

    /// One that takes passwords without TLS.
    pub async fn start_open() -> Self {
        Self::start_with("").await
    }

    async fn start_with(security: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        fs::create_dir(path.join("data")).expect("a folder");
        // Under its own name Ubuntu lets it read its own folders alone.
        fs::copy("/usr/sbin/slapd", path.join("directory"))
            .expect("slapd is there; scripts/need slapd installs it");
        let configuration = CONFIGURATION
            .replace("{tls}", &tls_folder())
            .replace("{security}", security)
            .replace("{folder}", &path.display().to_string());
        fs::write(path.join("slapd.conf"), configuration).expect("it is written");
        fill(path);
        let mut slapd = Self {
            child: None,
            plain: free_port(),
            tls: free_port(),
            folder,
        };
        slapd.resume().await;
        slapd
    }

    /// Runs again where it was stopped.
    pub async fn resume(&mut self) {
        let child = program(self.folder.path())
            .args(["-d", "0", "-h"])
            .arg(format!("{} {}", self.url(), self.tls_url()))
            .arg("-f")
            .arg(self.folder.path().join("slapd.conf"))
            .stdin(Stdio::null())
            .spawn()
            .expect("slapd starts");
        self.child = Some(child);
        let (plain, tls) = (self.plain, self.tls);
        until("slapd to listen", async || {
            let there = |port| TcpStream::connect(("127.0.0.1", port)).ok();
            there(plain).zip(there(tls))
        })
        .await;
    }

    /// Stops it, until it is resumed.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill().and_then(|()| child.wait());
        }
    }

    /// The address without TLS, `ldap://…`.
    pub fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.plain)
    }

    /// The address with TLS, `ldaps://…`.
    pub fn tls_url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.tls)
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder of the certificates, as `scripts/postgres` names it: those of an authority, and of 127.0.0.1.
#[expect(
    clippy::disallowed_methods,
    reason = "where scripts/postgres says that the certificates are"
)]
pub fn tls_folder() -> String {
    std::env::var("TEST_DATABASE_TLS").expect(
        "TEST_DATABASE_TLS is not set: run these tests through scripts/test or scripts/postgres",
    )
}

fn program(folder: &Path) -> Command {
    Command::new(folder.join("directory"))
}

/// Brings the hospital in before it runs.
fn fill(folder: &Path) {
    let mut adding = program(folder)
        .args(["-T", "add", "-f"])
        .arg(folder.join("slapd.conf"))
        .stdin(Stdio::piped())
        .spawn()
        .expect("slapd starts");
    let mut input = adding.stdin.take().expect("its input");
    input.write_all(ldif().as_bytes()).expect("it reads");
    drop(input);
    assert!(adding.wait().expect("it ends").success(), "slapd is filled");
}

fn ldif() -> String {
    let mut entries = vec![UNITS.to_owned()];
    for (name, identifier, group) in PEOPLE {
        let member_of = match *group {
            "" => String::new(),
            group => format!("memberOf: cn={group},ou=groups,dc=hospital,dc=example\n"),
        };
        entries.push(format!(
            "dn: {name},dc=hospital,dc=example\nobjectClass: inetOrgPerson\ncn: Somebody\nsn: Somebody\n\
             employeeNumber: {identifier}\nuserPassword: {PASSWORD}\n{member_of}"
        ));
    }
    entries.join("\n")
}
