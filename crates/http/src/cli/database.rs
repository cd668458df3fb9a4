use std::{fmt, path::PathBuf, str::FromStr};

use serde::{Deserialize, Serialize};

use super::CliError;

/// The address of the database.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server; the address may hold a password.
    Postgres(String),
}

/// The database system that keeps the data.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The file of the database in a backup.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite",
            Self::Postgres => "database.pgdump",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

impl DatabaseUrl {
    pub(super) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = CliError;

    fn from_str(text: &str) -> Result<Self, CliError> {
        let wrong = || {
            let problem = "must be postgres://user:password@host/database or sqlite://path, without quotes or spaces";
            CliError::setting("DATABASE_URL", problem)
        };
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() && !path.contains(['?', '"']) => {
                Ok(Self::Sqlite(path.into()))
            }
            _ => Err(wrong()),
        }
    }
}

/// The engine only: the address may hold a password.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite(…)",
            Self::Postgres(_) => "Postgres(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_engines_and_a_clear_word_for_anything_else() {
        assert_eq!(
            "sqlite://data/x.db".parse::<DatabaseUrl>().unwrap(),
            DatabaseUrl::Sqlite("data/x.db".into())
        );
        assert!("postgres://u:p@h/d".parse::<DatabaseUrl>().is_ok());
        for text in ["", "mysql://u:p@h/d", "sqlite://", "\"postgres://u:p@h/d\""] {
            let problem = text.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(
                problem.starts_with("DATABASE_URL") && !problem.contains("u:p@h"),
                "{problem}"
            );
        }
    }
}
