use async_trait::async_trait;
use domain::{PageSize, StaffId, StaffMember};

use crate::Result;

/// The conditions on the doctors to find; without any, all are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorFilter {
    /// Words that all stand in their name, specialty, grade or ward, in any order, as
    /// [`domain::sought_words`] reads them.
    pub text: String,
    /// The ward they are on, to the letter; empty for any.
    pub ward: String,
    /// Their specialty, to the letter; empty for any.
    pub specialty: String,
}

impl DoctorFilter {
    /// Those whose name, specialty, grade and ward hold every word of the text.
    pub fn text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// Some of the doctors found, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorPage {
    /// The doctors.
    pub doctors: Vec<StaffMember>,
    /// After whom the next page begins; none on the last.
    pub next: Option<StaffId>,
}

impl DoctorPage {
    /// The page of `size` doctors out of those found, which may be one more.
    pub fn of(mut found: Vec<StaffMember>, size: PageSize) -> Self {
        let more = found.len() > size.get();
        found.truncate(size.get());
        let last = found.last().filter(|_| more);
        Self {
            next: last.map(|last| last.id.clone()),
            doctors: found,
        }
    }
}

/// The wards and specialties of the active doctors: each once, in no order, without blank ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorPlaces {
    /// Their wards.
    pub wards: Vec<String>,
    /// Their specialties.
    pub specialties: Vec<String>,
}

/// The members of staff of the hospital.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StaffDirectory: Send + Sync {
    /// A staff member, leavers included.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, id: &StaffId) -> Result<Option<StaffMember>>;

    /// Several staff members, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find_many(&self, ids: &[StaffId]) -> Result<Vec<StaffMember>>;

    /// Active doctors that fit, by name whatever the case and accents: at most `size`, from the
    /// beginning or `after` the last of the page before.
    ///
    /// # Errors
    /// `Invalid` when `after` is nobody; `Unavailable`.
    async fn doctors(
        &self,
        filter: &DoctorFilter,
        after: Option<StaffId>,
        size: PageSize,
    ) -> Result<DoctorPage>;

    /// Lists the values that the active doctors can be narrowed by.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn places(&self) -> Result<DoctorPlaces>;
}
