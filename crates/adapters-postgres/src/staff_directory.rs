use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Text};
use domain::{PageSize, StaffId, StaffMember, fold};
use legacy::StaffRow;
use ports::{Result, StaffDirectory};

use crate::{
    sql::{self, StaffColumns, is_doctor, staff_columns},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The users `$1`.
    FindStaff(Array<BigInt>) -> StaffColumns
        = concat!("SELECT ", staff_columns!(), " FROM users u WHERE u.id = ANY ($1)");

    /// At most `$2` active doctors like the folded `$1`, by name.
    FindDoctors(Text, BigInt) -> StaffColumns
        = concat!("SELECT ", staff_columns!(), " FROM users u WHERE ", is_doctor!("u"), "
            AND (hims_fold(u.name) LIKE $1 OR hims_fold(u.specialty) LIKE $1 OR hims_fold(u.ward) LIKE $1)
            ORDER BY lower(u.name), u.id LIMIT $2");
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

    async fn search_doctors(&self, text: &str, size: PageSize) -> Result<Vec<StaffMember>> {
        let most = i64::try_from(size.get()).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let query = FindDoctors::with((sql::anywhere(&fold(text.trim())), most));
        let rows: Vec<StaffRow> = connection.all(query).await?;
        Ok(rows.into_iter().map(StaffMember::from).collect())
    }
}
