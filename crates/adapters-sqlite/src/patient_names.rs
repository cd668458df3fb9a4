//! The names of patients without case and accents, kept beside them. The other application adds and
//! renames patients without one; whoever looks for a name catches up first.

use diesel::sql_types::{BigInt, Bool};
use domain::PatientWords;
use ports::Result;

use crate::{columns::Text, error::Fault, statement::statement, store::Store, writer::Work};

/// Most names made in one transaction while doctors are waiting for the writer.
const SOME: i64 = 1_000;

statement!(AnyUnfolded {} -> Bool =
    "SELECT EXISTS (SELECT 1 FROM patients INDEXED BY hims_patients_unfolded WHERE name_folded IS NULL)");
statement!(Unfolded { most: i64 } -> (BigInt, Text) =
    "SELECT id, name FROM patients INDEXED BY hims_patients_unfolded WHERE name_folded IS NULL LIMIT ?1");
statement!(
    Keep {
        patient: i64,
        name: String
    } = "UPDATE patients SET name_folded = ?2 WHERE id = ?1"
);

/// Makes the names that are missing. Looking costs the writer nothing when there is none.
pub(crate) async fn fill_all(store: &Store) -> Result<()> {
    loop {
        let any = store
            .readers
            .read(|connection| Ok(AnyUnfolded {}.row(connection)?))
            .await?;
        if any != Some(true) {
            return Ok(());
        }
        store.writer.write(fill_some).await?;
    }
}

fn fill_some(work: &mut Work<'_>) -> Result<(), Fault> {
    let unfolded: Vec<(i64, String)> = Unfolded { most: SOME }.rows(work.connection)?;
    for (patient, name) in unfolded {
        let name = PatientWords::name(&name);
        Keep { patient, name }.run(work.connection)?;
    }
    Ok(())
}
