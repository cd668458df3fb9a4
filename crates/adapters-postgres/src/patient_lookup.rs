use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::{Patient, PatientRef};
use legacy::PatientRow;
use ports::{PatientLookup, PatientName, Result};

use crate::{
    patient_directory::{PatientColumns, at_the_end, code, fill_references, patients},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// At most two patients of id `$1` or MRN `$2`.
    IdOrMrn(Nullable<BigInt>, Nullable<Text>) -> PatientColumns = concat!(
        patients!("id = "), at_the_end!("SELECT id FROM patients WHERE id = $1
            UNION SELECT id FROM patients WHERE ", code!("mrn"), " = $2"), " ORDER BY id LIMIT 2");

    /// The patient of reference `$1`.
    Referred(Text) -> PatientColumns = concat!(
        patients!("id = "), at_the_end!("SELECT id FROM patients WHERE patient_ref = $1"));
}

#[async_trait]
impl PatientLookup for Store {
    async fn named(&self, name: &PatientName) -> Result<Vec<Patient>> {
        // PostgreSQL keeps no text with a zero character.
        let code = name.code().map(|code| code.replace('\0', ""));
        let mut connection = self.pool.get().await?;
        let rows: Vec<PatientRow> = connection.all(IdOrMrn::with((name.id(), code))).await?;
        Ok(self.patients(rows))
    }

    async fn by_reference(&self, reference: &PatientRef) -> Result<Option<Patient>> {
        let query = || Referred::with((reference.as_str(),));
        let mut connection = self.pool.get().await?;
        let mut row: Option<PatientRow> = connection.first(query()).await?;
        if row.is_none() {
            fill_references(&mut connection, &self.key).await?;
            row = connection.first(query()).await?;
        }
        Ok(row.map(|row| row.into_patient(&self.key)))
    }
}
