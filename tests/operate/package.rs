//! The Debian package: made, looked into, unpacked and run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{
    binary::hims_chat,
    database::{Database, Engine},
    device::Device,
    edge::packaged,
    server::Server,
};

/// The package, and what is in it.
struct Package {
    file: PathBuf,
    root: PathBuf,
    _folder: TempDir,
}

#[track_caller]
fn ran(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&stdout).into_owned()
}

impl Package {
    fn made() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/package-deb");
        let file = ran(Command::new(script)
            .args(["--quick", "--binary"])
            .arg(hims_chat())
            .arg("--to")
            .arg(folder.path()));
        let root = folder.path().join("root");
        let file = PathBuf::from(file.trim());
        ran(Command::new("dpkg-deb")
            .arg("--raw-extract")
            .arg(&file)
            .arg(&root));
        Self {
            file,
            root,
            _folder: folder,
        }
    }

    fn mode(&self, path: &str) -> u32 {
        let metadata = fs::metadata(self.root.join(path));
        metadata
            .unwrap_or_else(|error| panic!("{path}: {error}"))
            .permissions()
            .mode()
            & 0o7777
    }
}

#[test]
fn it_holds_what_a_machine_needs_and_nothing_is_open_to_all() {
    let package = Package::made();
    let field = |name: &str| {
        ran(Command::new("dpkg-deb")
            .arg("--field")
            .arg(&package.file)
            .arg(name))
        .trim()
        .to_owned()
    };
    assert_eq!(field("Package"), "hims-chat");
    assert_eq!(field("Version"), env!("CARGO_PKG_VERSION"));
    assert!(field("Depends").contains("libc6"), "{}", field("Depends"));
    assert_eq!(package.mode("usr/bin/hims-chat"), 0o755);
    assert_eq!(package.mode("etc/hims-chat/hims-chat.env"), 0o640);
    for file in [
        "lib/systemd/system/hims-chat.service",
        "usr/share/doc/hims-chat/operations.md",
        "usr/share/doc/hims-chat/env.example",
        "usr/share/doc/hims-chat/copyright",
        "usr/share/doc/hims-chat/examples/nginx.conf",
        "usr/share/doc/hims-chat/examples/Caddyfile",
        "usr/share/doc/hims-chat/examples/monitoring/alerts.yml",
        "usr/share/doc/hims-chat/examples/monitoring/dashboard.json",
    ] {
        assert_eq!(package.mode(file), 0o644, "{file}");
    }
    for script in ["postinst", "prerm", "postrm"] {
        assert_eq!(package.mode(&format!("DEBIAN/{script}")), 0o755);
        ran(Command::new("sh")
            .arg("-n")
            .arg(package.root.join("DEBIAN").join(script)));
    }
    let listed = ran(Command::new("dpkg-deb")
        .arg("--contents")
        .arg(&package.file));
    for line in listed.lines() {
        assert!(line.contains("root/root"), "{line}");
    }
}

/// Folders of the package's own machine, under the unpacked root.
fn installed(package: &Package) -> PathBuf {
    let state = package.root.join("var/lib/hims-chat");
    fs::create_dir_all(&state).unwrap();
    let settings = package.root.join("etc/hims-chat/hims-chat.env");
    let shipped = fs::read_to_string(&settings).unwrap();
    let state_here = state.display().to_string();
    let here = shipped
        .replace("/var/lib/hims-chat", &state_here)
        .replace("127.0.0.1:8080", "127.0.0.1:0");
    fs::write(&settings, here).unwrap();
    std::os::unix::fs::symlink(&settings, state.join(".env")).unwrap();
    state
}

/// The command of the unit that decides whether it starts.
fn before_start(state: &Path) -> Output {
    let unit = packaged("packaging/hims-chat.service");
    let line = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStartPre="));
    let words = line
        .and_then(|line| line.strip_prefix("/bin/sh -c '"))
        .unwrap();
    let words = words.strip_suffix('\'').unwrap();
    Command::new("/bin/sh")
        .args(["-c", words])
        .current_dir(state)
        .output()
        .unwrap()
}

#[tokio::test]
async fn it_runs_as_it_is_unpacked_once_it_has_a_database() {
    let package = Package::made();
    let state = installed(&package);
    let refused = before_start(&state);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("DATABASE_URL is not set in /etc/hims-chat/hims-chat.env"),
        "{said}"
    );

    let database = Database::demonstration(Engine::Postgres).await;
    let settings = package.root.join("etc/hims-chat/hims-chat.env");
    let named = format!("DATABASE_URL='{}'\n", database.url());
    fs::write(&settings, fs::read_to_string(&settings).unwrap() + &named).unwrap();
    assert!(before_start(&state).status.success());
    let program = package.root.join("usr/bin/hims-chat");
    let server = Server::start_unpacked(&program, &state).await;
    let device = Device::signed_in(&server, "d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "From a package").await;
    let sent = device.upload(&room, "notes.txt", b"notes").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    assert!(
        state.join("attachments").is_dir(),
        "files lie where the package says"
    );
}

#[test]
fn the_unit_is_right_and_shut_in() {
    let folder = tempfile::tempdir().unwrap();
    let unit = packaged("packaging/hims-chat.service");
    // Whatever is away at boot, and for however long: no count of starts ends it.
    let (of_the_unit, of_the_service) = unit.split_once("[Service]").unwrap();
    assert!(of_the_unit.contains("\nStartLimitIntervalSec=0\n"));
    assert!(of_the_service.contains("\nRestart=always\n"));
    // The program is not installed on the machine of the tests.
    let here = unit.replace("/usr/bin/hims-chat", &hims_chat().display().to_string());
    let file = folder.path().join("hims-chat.service");
    fs::write(&file, here).unwrap();
    ran(Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .arg(&file));
    ran(Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20"])
        .arg(&file));
}
