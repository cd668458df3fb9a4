use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{PageSize, StaffId, StaffMember};
use legacy::StaffRow;
use ports::{Result, StaffDirectory};

use crate::{
    fixed::{fixed, json_list},
    sql::is_doctor,
    store::Store,
};

/// The SQL types of a `legacy::StaffRow`.
pub(crate) type StaffColumns = (
    BigInt,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Bool,
);

/// The columns of a `legacy::StaffRow`.
macro_rules! staff_columns {
    () => {
        "u.id, u.name, u.role, u.specialty, u.grade, u.ward, u.is_active AND u.deleted_at IS NULL"
    };
}
pub(crate) use staff_columns;

fixed!(Named { ids: String } -> StaffColumns = concat!(
    "SELECT ", staff_columns!(), " FROM users u WHERE u.id IN (SELECT value FROM json_each(?1))"));

fixed!(Doctors { text: String, most: i64 } -> StaffColumns = concat!(
    "SELECT ", staff_columns!(), " FROM users u WHERE ", is_doctor!(), " AND (?1 = '' \
         OR instr(hims_fold(u.name), hims_fold(?1)) > 0 \
         OR instr(hims_fold(u.specialty), hims_fold(?1)) > 0 \
         OR instr(hims_fold(u.ward), hims_fold(?1)) > 0) \
     ORDER BY hims_fold(u.name), u.id LIMIT ?2"));

#[async_trait]
impl StaffDirectory for Store {
    async fn find(&self, id: &StaffId) -> Result<Option<StaffMember>> {
        let found = self.find_many(std::slice::from_ref(id)).await?;
        Ok(found.into_iter().next())
    }

    async fn find_many(&self, ids: &[StaffId]) -> Result<Vec<StaffMember>> {
        let ids = json_list(ids.iter().filter_map(StaffId::as_i64));
        let rows: Vec<StaffRow> = self
            .readers
            .read(move |connection| Ok(Named { ids }.rows(connection)?))
            .await?;
        Ok(rows.into_iter().map(StaffMember::from).collect())
    }

    async fn search_doctors(&self, text: &str, size: PageSize) -> Result<Vec<StaffMember>> {
        let doctors = Doctors {
            text: text.trim().to_owned(),
            most: i64::try_from(size.get()).unwrap_or(i64::MAX),
        };
        let rows: Vec<StaffRow> = self
            .readers
            .read(move |connection| Ok(doctors.rows(connection)?))
            .await?;
        Ok(rows.into_iter().map(StaffMember::from).collect())
    }
}
