use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{PageSize, StaffId, StaffMember, sought_words};
use legacy::{StaffRow, nobody, places};
use ports::{DoctorFilter, DoctorPage, DoctorPlaces, Result, StaffDirectory};

use crate::{
    sql::{self, StaffColumns, is_doctor, staff_columns},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The users `$1`.
    FindStaff(Array<BigInt>) -> StaffColumns
        = concat!("SELECT ", staff_columns!(), " FROM users u WHERE u.id = ANY ($1)");

    /// At most `$5` active doctors with all of the folded `$1`, on ward `$2`, of specialty `$3`, by name after
    /// user `$4`.
    FindDoctors(Array<Text>, Text, Text, Nullable<BigInt>, BigInt) -> StaffColumns
        = concat!("SELECT ", staff_columns!(), " FROM users u WHERE ", is_doctor!("u"), "
            AND (cardinality($1) = 0
                OR hims_fold(concat_ws(E'\\n', u.name, u.specialty, u.grade, u.ward)) LIKE ALL ($1))
            AND ($2 = '' OR btrim(u.ward) = $2) AND ($3 = '' OR btrim(u.specialty) = $3)
            AND ($4 IS NULL OR (hims_fold(u.name) COLLATE \"C\", u.id) >
                (SELECT hims_fold(last.name) COLLATE \"C\", last.id FROM users last WHERE last.id = $4))
            ORDER BY hims_fold(u.name) COLLATE \"C\", u.id LIMIT $5");

    /// Wards, and specialties, of active doctors.
    Places() -> (Bool, Text)
        = concat!("SELECT true, btrim(u.ward) FROM users u WHERE ", is_doctor!("u"), " AND btrim(u.ward) <> ''
            UNION SELECT false, btrim(u.specialty) FROM users u WHERE ", is_doctor!("u"), "
                AND btrim(u.specialty) <> ''");
}

#[async_trait]
impl StaffDirectory for Store {
    async fn find(&self, id: &StaffId) -> Result<Option<StaffMember>> {
        let found = self.find_many(std::slice::from_ref(id)).await?;
        Ok(found.into_iter().next())
    }

    async fn find_many(&self, ids: &[StaffId]) -> Result<Vec<StaffMember>> {
        let keys: Vec<i64> = ids.iter().filter_map(StaffId::as_i64).collect();
        let mut connection = self.pool.get().await?;
        let rows: Vec<StaffRow> = connection.all(FindStaff::with((keys,))).await?;
        Ok(rows.into_iter().map(StaffMember::from).collect())
    }

    async fn doctors(
        &self,
        filter: &DoctorFilter,
        after: Option<StaffId>,
        size: PageSize,
    ) -> Result<DoctorPage> {
        let after = match after {
            Some(after) => Some(
                self.find(&after)
                    .await?
                    .and(after.as_i64())
                    .ok_or_else(nobody)?,
            ),
            None => None,
        };
        let words = sql::each_anywhere(sought_words(&filter.text));
        let most = i64::try_from(size.get() + 1).unwrap_or(i64::MAX);
        let (ward, specialty) = (filter.ward.trim(), filter.specialty.trim());
        let mut connection = self.pool.get().await?;
        let query = FindDoctors::with((words, ward, specialty, after, most));
        let rows: Vec<StaffRow> = connection.all(query).await?;
        let found = rows.into_iter().map(StaffMember::from).collect();
        Ok(DoctorPage::of(found, size))
    }

    async fn places(&self) -> Result<DoctorPlaces> {
        let mut connection = self.pool.get().await?;
        Ok(places(connection.all(Places::with(())).await?))
    }
}
