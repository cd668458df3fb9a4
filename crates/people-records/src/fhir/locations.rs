//! Wards and beds.

use domain::{Given, RecordText};

use super::{
    references::Referable,
    resources::{CodeableConcept, Location, Reference},
};
use crate::Remark;

/// Codes of <http://terminology.hl7.org/CodeSystem/location-physical-type>.
const WARD: &str = "wa";
const BED: &str = "bd";

/// Ward and bed of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) ward: Given<RecordText>,
    pub(super) bed: Given<RecordText>,
    pub(super) remarks: Vec<Remark>,
}

impl Spot {
    /// In no ward and no bed.
    pub(super) fn nowhere() -> Self {
        Self {
            ward: Given::Is(None),
            bed: Given::Is(None),
            remarks: Vec::new(),
        }
    }

    pub(super) fn has_ward(&self) -> bool {
        matches!(self.ward, Given::Is(Some(_)))
    }

    pub(super) fn has_bed(&self) -> bool {
        matches!(self.bed, Given::Is(Some(_)))
    }
}

/// All locations of a file.
pub(super) type Locations = Referable<Location>;

impl Locations {
    /// The ward and bed of whoever is at all of these locations. `physical_type` is what a stay itself says
    /// of its location. A location that says nothing of its kind, and is part of no ward, counts as a ward.
    pub(super) fn spot<'a>(
        &self,
        at: impl IntoIterator<Item = (&'a Reference, Option<&'a CodeableConcept>)>,
    ) -> Spot {
        let mut found = Walk::default();
        for (reference, physical_type) in at {
            self.walk(reference, physical_type, &mut found);
        }
        // Where the way breaks off nobody knows, so what is held stays.
        let unsaid = if found.remarks.is_empty() {
            Given::Is(None)
        } else {
            Given::Nothing
        };
        let mut remarks = found.remarks;
        let mut read = |name: Option<Option<String>>| match name {
            None => unsaid.clone(),
            Some(name) => {
                match RecordText::parse(&domain::one_line(name.as_deref().unwrap_or_default())) {
                    Ok(name) => Given::Is(Some(name)),
                    Err(_) => {
                        note(&mut remarks, Remark::LocationName);
                        Given::Nothing
                    }
                }
            }
        };
        let ward = read(found.ward.or(found.unsaid));
        let bed = read(found.bed);
        Spot { ward, bed, remarks }
    }

    /// Follows a location to what it is part of, as far as a ward.
    fn walk(&self, from: &Reference, physical_type: Option<&CodeableConcept>, found: &mut Walk) {
        let mut next = self.find(from);
        if next.is_none() {
            return note(&mut found.remarks, Remark::LocationMissing);
        }
        let mut said = physical_type.filter(|kind| !kind.coding.is_empty());
        let mut passed = Vec::new();
        while let Some((at, location)) = next.and_then(|at| Some((at, self.get(at)?))) {
            if passed.contains(&at) {
                return note(&mut found.remarks, Remark::LocationCircle);
            }
            passed.push(at);
            let kind = said.take().unwrap_or(&location.physical_type);
            if kind.has(WARD) {
                found.ward.get_or_insert_with(|| location.name.clone());
                return;
            }
            if kind.has(BED) {
                found.bed.get_or_insert_with(|| location.name.clone());
            } else if kind.coding.is_empty() && passed.len() == 1 {
                found.unsaid.get_or_insert_with(|| location.name.clone());
            }
            if location.part_of.reference.is_none() {
                return;
            }
            next = self.find(&location.part_of);
        }
        note(&mut found.remarks, Remark::LocationMissing);
    }
}

/// The names on a way; `Some(None)` is a location without a name.
#[derive(Default)]
struct Walk {
    ward: Option<Option<String>>,
    bed: Option<Option<String>>,
    /// Of a location that does not say what it is.
    unsaid: Option<Option<String>>,
    remarks: Vec<Remark>,
}

fn note(remarks: &mut Vec<Remark>, remark: Remark) {
    if !remarks.contains(&remark) {
        remarks.push(remark);
    }
}
