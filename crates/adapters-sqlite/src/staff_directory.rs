use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable};
use domain::{PageSize, StaffId, StaffMember, sought_words};
use legacy::{StaffRow, nobody, places};
use ports::{DoctorFilter, DoctorPage, DoctorPlaces, Result, StaffDirectory};

use crate::{
    columns::Text,
    sql::is_doctor,
    statement::{json_list, statement},
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

statement!(Named { ids: String } -> StaffColumns = concat!(
    "SELECT ", staff_columns!(), " FROM users u WHERE u.id IN (SELECT value FROM json_each(?1))"));

statement!(Doctors { words: String, ward: String, specialty: String, after: Option<i64>, most: i64 } -> StaffColumns = concat!(
    "SELECT ", staff_columns!(), " FROM users u WHERE ", is_doctor!(), " AND (?1 = '' OR hims_holds(u.name || char(10) || coalesce(u.specialty, '') \
         || char(10) || coalesce(u.grade, '') || char(10) || coalesce(u.ward, ''), ?1)) \
     AND (?2 = '' OR trim(u.ward) = ?2) AND (?3 = '' OR trim(u.specialty) = ?3) \
     AND (?4 IS NULL OR (hims_fold(u.name), u.id) > \
         (SELECT hims_fold(last.name), last.id FROM users last WHERE last.id = ?4)) \
     ORDER BY hims_fold(u.name), u.id LIMIT ?5"));

statement!(Places {} -> (Bool, Text) = concat!(
    "SELECT true, trim(u.ward) FROM users u WHERE ", is_doctor!(), " AND trim(u.ward) <> '' \
     UNION SELECT false, trim(u.specialty) FROM users u WHERE ", is_doctor!(), " AND trim(u.specialty) <> ''"));

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
        let doctors = Doctors {
            words: sought_words(&filter.text).join(" "),
            ward: filter.ward.trim().to_owned(),
            specialty: filter.specialty.trim().to_owned(),
            after,
            most: i64::try_from(size.get() + 1).unwrap_or(i64::MAX),
        };
        let rows: Vec<StaffRow> = self
            .readers
            .read(move |connection| Ok(doctors.rows(connection)?))
            .await?;
        let found = rows.into_iter().map(StaffMember::from).collect();
        Ok(DoctorPage::of(found, size))
    }

    async fn places(&self) -> Result<DoctorPlaces> {
        let rows: Vec<(bool, String)> = self
            .readers
            .read(move |connection| Ok(Places {}.rows(connection)?))
            .await?;
        Ok(places(rows))
    }
}
