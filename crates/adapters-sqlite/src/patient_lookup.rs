use async_trait::async_trait;
use domain::{Patient, PatientRef};
use legacy::PatientRow;
use ports::{PatientLookup, PatientName, Result};

use crate::{
    patient_directory::{PatientColumns, at_the_end, code, patients},
    statement::statement,
    store::Store,
};

statement!(IdOrMrn { id: Option<i64>, code: Option<String> } -> PatientColumns = concat!(
    patients!("id IN "), at_the_end!("SELECT id FROM patients WHERE id = ?1 OR ", code!("mrn"), " = ?2"),
    " ORDER BY id LIMIT 2"));
statement!(One { id: i64 } -> PatientColumns =
    concat!(patients!("id IN "), at_the_end!("SELECT ?1 AS id")));

#[async_trait]
impl PatientLookup for Store {
    async fn named(&self, name: &PatientName) -> Result<Vec<Patient>> {
        let (id, code) = (name.id(), name.code());
        let rows: Vec<PatientRow> = self
            .readers
            .read(move |connection| Ok(IdOrMrn { id, code }.rows(connection)?))
            .await?;
        Ok(self.patients(rows))
    }

    async fn by_reference(&self, reference: &PatientRef) -> Result<Option<Patient>> {
        let Some(id) = self.patient_of(reference).await? else {
            return Ok(None);
        };
        let row: Option<PatientRow> = self
            .readers
            .read(move |connection| Ok(One { id }.row(connection)?))
            .await?;
        Ok(row.map(|row| row.into_patient(&self.key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn a_patient_is_looked_up_by_index() {
        assert!(IdOrMrn::scanned().is_empty(), "{}", IdOrMrn::plan());
    }
}
