//! The same connection for PostgreSQL's own programs, such as `pg_dump`.

use std::{
    ffi::{OsStr, OsString},
    net::IpAddr,
    path::Path,
    process::{Command, Stdio},
};

use tokio_postgres::config::{Host, TargetSessionAttrs};

use crate::{Address, Mode, Root};

/// Variables of PostgreSQL's library by which the environment of this process would lead elsewhere.
/// <https://www.postgresql.org/docs/current/libpq-envars.html>
const FOREIGN: [&str; 24] = [
    "PGCHANNELBINDING",
    "PGCLIENTENCODING",
    "PGCONNECT_TIMEOUT",
    "PGDATABASE",
    "PGGSSENCMODE",
    "PGHOST",
    "PGHOSTADDR",
    "PGLOADBALANCEHOSTS",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGREQUIREAUTH",
    "PGREQUIREPEER",
    "PGREQUIRESSL",
    "PGSERVICE",
    "PGSSLCERT",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLKEY",
    "PGSSLNEGOTIATION",
    "PGSSLROOTCERT",
    "PGTARGETSESSIONATTRS",
    "PGUSER",
];

/// Files with the authorities that a system trusts: Debian, Red Hat, SUSE, Alpine. Only versions from
/// 16 on of the library know `system`, and not with every mode.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

impl Address {
    /// A program that connects to the same database in the same way. The password is in its environment, which
    /// only its owner can read, and not among its arguments.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.envs(self.variables());
        command.env("LC_ALL", "C");
        command
    }

    /// The database for the argument `--dbname`, which would take what is in the name for more settings.
    pub fn dbname(&self) -> String {
        let name = self.config.get_dbname().or(self.config.get_user());
        let name = name.unwrap_or_default();
        let quoted = name.replace('\\', "\\\\").replace('\'', "\\'");
        format!("dbname='{quoted}'")
    }

    fn variables(&self) -> Vec<(&'static str, OsString)> {
        let config = &self.config;
        let mut set: Vec<(&'static str, OsString)> = Vec::new();
        let hosts = config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.trim_matches(['[', ']']).to_owned(),
            #[cfg(unix)]
            Host::Unix(folder) => folder.to_string_lossy().into_owned(),
        });
        let addresses = config.get_hostaddrs().iter().map(IpAddr::to_string);
        let ports = config.get_ports().iter().map(u16::to_string);
        for (name, list) in [
            ("PGHOST", hosts.collect::<Vec<_>>()),
            ("PGHOSTADDR", addresses.collect()),
            ("PGPORT", ports.collect()),
        ] {
            if !list.is_empty() {
                set.push((name, list.join(",").into()));
            }
        }
        let password = config.get_password().map(String::from_utf8_lossy);
        for (name, value) in [
            ("PGUSER", config.get_user()),
            ("PGPASSWORD", password.as_deref()),
            ("PGDATABASE", config.get_dbname()),
            ("PGOPTIONS", config.get_options()),
        ] {
            if let Some(value) = value {
                set.push((name, value.into()));
            }
        }
        if let Some(patience) = self.patience {
            let seconds = patience.as_secs().max(1).to_string();
            set.push(("PGCONNECT_TIMEOUT", seconds.into()));
        }
        if config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite {
            set.push(("PGTARGETSESSIONATTRS", "read-write".into()));
        }
        set.push(("PGSSLMODE", self.mode.word().into()));
        if let Some(root) = self.roots() {
            set.push(("PGSSLROOTCERT", root));
        }
        if let Some(files) = &self.client {
            set.push(("PGSSLCERT", files.certificate.clone().into()));
            set.push(("PGSSLKEY", files.key.clone().into()));
        }
        // Encryption by Kerberos would go before TLS, which is what the address speaks of.
        set.push(("PGGSSENCMODE", "disable".into()));
        set
    }

    /// The file of the authorities that are asked, or `system`; `None` if none are asked.
    fn roots(&self) -> Option<OsString> {
        match (&self.root, self.mode) {
            (Root::File(file), _) => Some(file.clone().into()),
            (Root::System, Mode::VerifyCa | Mode::VerifyFull) => {
                let found = SYSTEM_ROOTS.iter().find(|file| Path::new(file).exists());
                Some(found.unwrap_or(&"system").into())
            }
            (Root::System, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(url: &str) -> Vec<(&'static str, String)> {
        let address = Address::parse("DATABASE_URL", url).unwrap();
        let set = address.variables().into_iter();
        set.map(|(name, value)| (name, value.into_string().unwrap()))
            .filter(|(name, _)| *name != "PGGSSENCMODE")
            .collect()
    }

    #[test]
    fn an_address_is_the_same_for_other_programs() {
        let set = |name, value: &str| (name, value.to_owned());
        let url = "postgres://hims:hun%40ter2@[::1]:5433/hims?connect_timeout=3&options=-c%20search_path%3Dchat";
        assert_eq!(
            variables(url),
            [
                set("PGHOST", "::1"),
                set("PGPORT", "5433"),
                set("PGUSER", "hims"),
                set("PGPASSWORD", "hun@ter2"),
                set("PGDATABASE", "hims"),
                set("PGOPTIONS", "-c search_path=chat"),
                set("PGCONNECT_TIMEOUT", "3"),
                set("PGSSLMODE", "disable"),
            ]
        );
        let far = variables("postgres://hims@a,b/hims?sslmode=require");
        assert!(far.contains(&set("PGHOST", "a,b")), "{far:?}");
        assert!(far.contains(&set("PGSSLMODE", "require")), "{far:?}");
        let names =
            |set: &[(&'static str, String)]| set.iter().map(|one| one.0).collect::<Vec<_>>();
        assert!(!names(&far).contains(&"PGSSLROOTCERT"), "{far:?}");
        // Who is not on this machine is verified, as here, also where the address says nothing.
        let far = variables("postgres://hims@db/hims");
        assert!(far.contains(&set("PGSSLMODE", "verify-full")), "{far:?}");
        assert!(names(&far).contains(&"PGSSLROOTCERT"), "{far:?}");
    }

    #[test]
    fn a_password_is_no_argument_and_nothing_leads_elsewhere() {
        let url = "postgres://hims:hunter2@localhost/o'brien%5C";
        let address = Address::parse("DATABASE_URL", url).unwrap();
        let command = address.command("pg_dump");
        assert_eq!(command.get_args().count(), 0);
        let service = command.get_envs().find(|(name, _)| *name == "PGSERVICE");
        assert_eq!(service.map(|(_, value)| value), Some(None));
        assert_eq!(address.dbname(), r"dbname='o\'brien\\'");
    }
}
