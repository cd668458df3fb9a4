//! A connection of our own to the file, beside the program's.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, RunQueryDsl, SqliteConnection, select};

pub fn execute(file: &Path, statements: &str) {
    connect(file)
        .batch_execute(statements)
        .unwrap_or_else(|error| panic!("{statements}: {error}"));
}

pub fn number(file: &Path, query: &str) -> i64 {
    select(sql::<BigInt>(&format!("({query})")))
        .get_result(&mut connect(file))
        .unwrap_or_else(|error| panic!("{query}: {error}"))
}

pub fn text(file: &Path, query: &str) -> String {
    select(sql::<Text>(&format!("({query})")))
        .get_result(&mut connect(file))
        .unwrap_or_else(|error| panic!("{query}: {error}"))
}

fn connect(file: &Path) -> SqliteConnection {
    let url = file.to_str().expect("temporary folders have plain names");
    let mut connection = SqliteConnection::establish(url).expect("the file opens");
    connection
        .batch_execute("PRAGMA busy_timeout = 15000; PRAGMA foreign_keys = ON")
        .expect("the settings are taken");
    connection
}
