use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, sql_types::Text};

use crate::{functions, migrations};

/// A statement whose plan a test looks at.
pub(crate) trait Planned {
    const SQL: &'static str;

    /// How SQLite would go about it with our schema, a line a step.
    fn plan() -> String {
        #[derive(diesel::QueryableByName)]
        struct Step {
            #[diesel(sql_type = Text)]
            detail: String,
        }

        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        migrations::run(&mut connection).unwrap();
        functions::register(&mut connection, &legacy::NaiveZone::default()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "asked once, in a test")]
        let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {}", Self::SQL))
            .load::<Step>(&mut connection)
            .unwrap();
        let lines: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
        lines.join("\n")
    }

    /// The tables it reads from end to end, subqueries over a few constants left out.
    fn scanned() -> Vec<String> {
        let plan = Self::plan();
        let mut scanned: Vec<String> = plan
            .lines()
            .filter_map(|line| line.strip_prefix("SCAN ")?.split(' ').next())
            .filter(|name| !["CONSTANT", "k"].contains(name) && !name.starts_with("(subquery"))
            .map(str::to_owned)
            .collect();
        scanned.sort();
        scanned.dedup();
        scanned
    }
}
