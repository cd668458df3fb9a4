//! The image and the composition: what of them can be run without an engine.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{
    database::{Database, Engine},
    edge::{certificates, packaged},
    server::Server,
};

/// The instructions of the Dockerfile, with lines that go on put together.
fn instructions() -> Vec<(String, String)> {
    let joined = packaged("Dockerfile").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (word, rest) = line.split_once(' ').expect("an instruction and more");
            (word.to_owned(), rest.to_owned())
        })
        .collect()
}

#[test]
fn the_image_is_built_of_all_that_the_program_needs() {
    // What .dockerignore lets through is enough for cargo to resolve the workspace as it is locked.
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    for line in packaged(".dockerignore").lines() {
        let Some(name) = line.strip_prefix('!') else {
            assert_eq!(line, "*", "everything else stays out");
            continue;
        };
        let copied = Command::new("cp")
            .arg("-R")
            .arg(source.join(name))
            .arg(folder.path())
            .status();
        assert!(copied.unwrap().success(), "{name}");
    }
    // For this system alone: what others need need not have been downloaded.
    let cargo = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let cargo = String::from_utf8_lossy(&cargo.stdout).into_owned();
    let host = cargo.lines().find_map(|line| line.strip_prefix("host: "));
    let resolved = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args([
            "--filter-platform",
            host.expect("cargo says what it is for"),
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        resolved.status.success(),
        "{}",
        String::from_utf8_lossy(&resolved.stderr)
    );
    let described = String::from_utf8_lossy(&resolved.stdout).into_owned();
    assert!(described.contains("\"name\":\"hims-chat\""));
}

#[tokio::test]
async fn the_image_runs_as_nobody_and_knows_whether_it_is_well() {
    let all = instructions();
    let last = |word: &str| {
        let found = all.iter().rfind(|(one, _)| one == word);
        found
            .map(|(_, rest)| rest.clone())
            .unwrap_or_else(|| panic!("no {word}"))
    };
    assert_eq!(last("USER"), "65532:65532");
    assert_eq!(last("ENTRYPOINT"), r#"["/usr/local/bin/hims-chat"]"#);
    // The commands of the image are commands of the program.
    assert_eq!(last("CMD"), r#"["serve"]"#);
    assert!(last("HEALTHCHECK").ends_with(r#"CMD ["/usr/local/bin/hims-chat", "health"]"#));
    let database = Database::demonstration(Engine::Sqlite).await;
    for command in ["serve", "health"] {
        let help = Server::output(&database, &[command, "--help"], &[]).await;
        assert!(help.status.success(), "{command}");
    }
    // The steps of the first stage that need no network, in a folder of their own.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    for (_, step) in all
        .iter()
        .filter(|(word, step)| word == "RUN" && step.starts_with("install "))
    {
        let step = step.replace("/out", &out);
        // Only root gives files away.
        let step = step.replace("--owner=65532 --group=65532", "");
        let done = Command::new("sh").args(["-ec", &step]).output().unwrap();
        assert!(
            done.status.success(),
            "{step}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    assert!(folder.path().join("data").is_dir());
}

#[test]
fn the_composition_names_what_it_needs() {
    let compose = packaged("packaging/compose.yaml");
    let example = packaged("packaging/compose.env.example");
    // Each variable that has to be set is in the example.
    for variable in compose.split("${").skip(1) {
        let name = variable.split([':', '}']).next().unwrap();
        let is_required = variable.starts_with(&format!("{name}:?"));
        assert!(
            !is_required || example.contains(&format!("\n{name}=")),
            "{name}"
        );
    }
    assert!(compose.contains("./certificates.sh:"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/certificates.sh");
    assert!(script.is_file());
    assert!(compose.contains("sslmode=verify-full&sslrootcert=/certificates/authority.pem"));
}

#[test]
fn certificates_are_made_once_and_prove_the_server() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path(), "database");
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let first = read("server.pem");
    certificates(folder.path(), "database");
    assert_eq!(read("server.pem"), first, "a second run changes nothing");
    let verified = Command::new("openssl")
        .args(["verify", "-verify_hostname", "database", "-CAfile"])
        .args([
            folder.path().join("authority.pem"),
            folder.path().join("server.pem"),
        ])
        .output()
        .unwrap();
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stderr)
    );
    assert!(
        !folder.path().join("authority.key").exists(),
        "nobody makes another certificate"
    );
}
