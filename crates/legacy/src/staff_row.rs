use diesel::Queryable;
use domain::{Role, StaffId, StaffMember, one_line};
use ports::{DoctorPlaces, Error};

/// A row of `users`, in this order of columns.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct StaffRow {
    pub id: i64,
    pub name: String,
    pub role: String,
    pub specialty: Option<String>,
    pub grade: Option<String>,
    pub ward: Option<String>,
    /// `is_active` and not soft-deleted.
    pub active: bool,
}

impl From<StaffRow> for StaffMember {
    fn from(row: StaffRow) -> Self {
        Self {
            id: StaffId::from(row.id),
            name: one_line(&row.name),
            role: role(&row.role),
            specialty: row.specialty,
            grade: row.grade,
            ward: row.ward,
            active: row.active,
        }
    }
}

/// A role as a HIMS writes it. A word we do not know gives the least: no chat.
fn role(word: &str) -> Role {
    match word.trim().to_ascii_lowercase().as_str() {
        "admin" => Role::Administrator,
        word => word.parse().unwrap_or(Role::Patient),
    }
}

/// A page of doctors begins after somebody who is not known.
pub fn nobody() -> Error {
    Error::invalid("after", "must be a doctor of an earlier page")
}

/// Wards, which are marked, and specialties.
pub fn places(rows: Vec<(bool, String)>) -> DoctorPlaces {
    let mut places = DoctorPlaces::default();
    for (is_ward, word) in rows {
        if is_ward {
            places.wards.push(word);
        } else {
            places.specialties.push(word);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_we_do_not_know_is_never_a_doctor() {
        assert_eq!(role("Doctor"), Role::Doctor);
        assert_eq!(role("admin"), Role::Administrator);
        assert_eq!(role("doctors-secretary"), Role::Patient);
    }
}
