//! The names of patients without case and accents, kept beside them. Another application adds and
//! renames patients without one; whoever looks for a name catches up first.

use diesel::sql_types::{Array, BigInt, Text};
use domain::PatientWords;
use ports::Result;

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// At most `$1` patients whose folded name is missing.
    Unfolded(BigInt) -> (BigInt, Text)
        = "SELECT id, name FROM patients WHERE name_folded IS NULL ORDER BY id LIMIT $1";

    /// Gives the patients `$1`, named `$2`, the folded names `$3`; one renamed meanwhile has to wait.
    Keep(Array<BigInt>, Array<Text>, Array<Text>) -> ()
        = "UPDATE patients p SET name_folded = new.folded
            FROM (SELECT * FROM unnest($1, $2, $3) AS new (id, name, folded) ORDER BY id) new
            WHERE p.id = new.id AND p.name = new.name";
}

/// Names made at once.
const CHUNK: i64 = 1_000;

/// Makes the names that are missing.
pub(crate) async fn fill(connection: &mut Connection) -> Result<()> {
    loop {
        let found: Vec<(i64, String)> = connection.all(Unfolded::with((CHUNK,))).await?;
        if found.is_empty() {
            return Ok(());
        }
        let folded: Vec<String> = found
            .iter()
            .map(|(_, name)| PatientWords::name(name))
            .collect();
        let (ids, names): (Vec<i64>, Vec<String>) = found.into_iter().unzip();
        connection.run(Keep::with((ids, names, folded))).await?;
    }
}
