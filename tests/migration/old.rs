//! A database of another application, and the program pointed at it.

use std::{path::PathBuf, process::Output};

use serde_json::Value;

use crate::support::{
    database::{Database, Engine},
    mariadb::Mariadb,
    server::Server,
};

pub(super) struct Old {
    /// Its tables, where they are in SQLite or PostgreSQL; and the folder of everything about it.
    pub(super) database: Database,
    pub(super) mariadb: Option<Mariadb>,
}

impl Old {
    /// A database with these tables and rows; the SQL is understood by both engines.
    pub(super) async fn with(engine: Engine, sql: &str) -> Self {
        let database = Database::fresh(engine).await;
        database.execute(sql).await;
        Self {
            database,
            mariadb: None,
        }
    }

    /// The same on a MariaDB server.
    pub(super) async fn on_mariadb(server: Mariadb, sql: &str) -> Self {
        server.execute(sql).await;
        Self {
            database: Database::sqlite(),
            mariadb: Some(server),
        }
    }

    pub(super) fn url(&self) -> String {
        match &self.mariadb {
            Some(server) => server.url(),
            None => self.database.url().to_owned(),
        }
    }

    pub(super) async fn execute(&self, sql: &str) {
        match &self.mariadb {
            Some(server) => server.execute(sql).await,
            None => self.database.execute(sql).await,
        }
    }

    pub(super) fn mapping(&self) -> PathBuf {
        self.database.folder().join("mapping.toml")
    }

    /// The folder that the old application keeps its files in.
    pub(super) fn files(&self) -> PathBuf {
        self.database.folder().join("old-files")
    }

    pub(super) fn arguments<'a>(&'a self, command: &'a str, more: &[&'a str]) -> Vec<String> {
        let mapping = self.mapping();
        let files = self.files();
        std::fs::create_dir_all(&files).unwrap();
        let url = self.url();
        let mut arguments = vec!["migrate", command, "--source", &url];
        let (mapping, files) = (mapping.to_str().unwrap(), files.to_str().unwrap());
        arguments.extend(["--mapping", mapping, "--files", files]);
        arguments.extend(more);
        arguments.into_iter().map(str::to_owned).collect()
    }

    pub(super) async fn run(&self, command: &str, more: &[&str]) -> Output {
        let arguments = self.arguments(command, more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Server::output(&self.database, &arguments, &[("DATABASE_URL", "")]).await
    }

    /// Surveys, which must succeed.
    pub(super) async fn survey(&self, more: &[&str]) -> Value {
        let output = self.run("survey", &[&["--json"], more].concat()).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A number that any change of these tables changes.
    pub(super) async fn checksum(&self, tables: &[&str]) -> i64 {
        if let Some(server) = &self.mariadb {
            return server.checksum(tables).await;
        }
        if self.database.url().starts_with("sqlite") {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let file = self.database.url().trim_start_matches("sqlite://");
            let mut hasher = DefaultHasher::new();
            std::fs::read(file).unwrap().hash(&mut hasher);
            return hasher.finish().cast_signed();
        }
        let mut sum = 0_i64;
        for table in tables {
            let query = format!(
                "SELECT coalesce(sum(hashtext(t::text)::bigint), 0)::bigint FROM {table} t"
            );
            sum = sum
                .wrapping_mul(31)
                .wrapping_add(self.database.number(&query).await);
        }
        sum
    }
}

/// How many rows of a part were found wrong in a way.
pub(super) fn found(survey: &Value, part: &str, reason: &str) -> u64 {
    survey["parts"][part]["found"][reason]["count"]
        .as_u64()
        .unwrap_or(0)
}

/// Adopted, flagged and quarantined of a part, which add up to its rows.
pub(super) fn counts(survey: &Value, part: &str) -> [u64; 3] {
    let tally = &survey["parts"][part];
    let number = |name: &str| {
        tally[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{part} {name}: {survey:#}"))
    };
    let counts = ["adopted", "flagged", "quarantined"].map(number);
    assert_eq!(counts.iter().sum::<u64>(), number("rows"), "{part}");
    counts
}
