use std::collections::HashMap;

use domain::{Given, RecordText, Role, StaffRecord};

use super::{Plan, StaffTaken, only_administrator};
use crate::{DeactivatedBy, RegisteredStaff};

/// Those whom some records may be about.
pub(super) struct Known {
    by_identifier: HashMap<String, RegisteredStaff>,
    by_email: HashMap<String, RegisteredStaff>,
}

impl Known {
    /// Of several with the same address the first counts, as at the login.
    pub(super) fn of(staff: Vec<RegisteredStaff>) -> Self {
        let mut known = Self {
            by_identifier: HashMap::new(),
            by_email: HashMap::new(),
        };
        for member in staff {
            if let Some(identifier) = &member.identifier {
                let identifier = identifier.clone();
                known.by_identifier.insert(identifier, member.clone());
            }
            let address = member.email.to_ascii_lowercase();
            known.by_email.entry(address).or_insert(member);
        }
        known
    }

    pub(super) fn plan(&self, record: &StaffRecord, administrators: u64) -> Plan {
        let held = match self.held(record) {
            Ok(held) => held,
            Err(reason) => return Plan::refused(reason),
        };
        let Some(held) = held else {
            let taken = if record.active {
                StaffTaken::Added
            } else {
                StaffTaken::Unchanged
            };
            return Plan {
                held: None,
                taken,
                is_changed: false,
            };
        };
        let is_changed = is_changed(held, record);
        let taken = match (record.active, held.member.active) {
            (false, true) => StaffTaken::Deactivated,
            (true, false) if held.deactivated_by == Some(DeactivatedBy::Import) => {
                StaffTaken::Reactivated
            }
            (true, false) => StaffTaken::KeptClosed,
            _ if is_changed => StaffTaken::Changed,
            _ => StaffTaken::Unchanged,
        };
        let plan = Plan {
            held: Some(held.clone()),
            taken,
            is_changed,
        };
        if plan.loses_administrator(record) && administrators <= 1 {
            return Plan::refused(only_administrator(&held.member.id));
        }
        plan
    }

    /// Finds the registered member of staff that the record is about; none when they are new.
    fn held(&self, record: &StaffRecord) -> Result<Option<&RegisteredStaff>, String> {
        let address = record.email.as_str().to_ascii_lowercase();
        let same_address = self.by_email.get(&address);
        let same_identifier = record
            .identifier
            .as_ref()
            .and_then(|identifier| self.by_identifier.get(identifier.as_str()));
        let held = match (same_identifier, same_address) {
            (Some(held), Some(other)) if held.member.id != other.member.id => {
                return Err(format!(
                    "the e-mail address is that of staff member {}, and the identifier that of {}",
                    other.member.id, held.member.id
                ));
            }
            (Some(held), _) => return Ok(Some(held)),
            (None, None) => return Ok(None),
            (None, Some(held)) => held,
        };
        let id = &held.member.id;
        match (&held.identifier, &record.identifier) {
            (Some(_), Some(_)) => Err(format!(
                "the e-mail address is that of staff member {id}, who has another identifier; correct the one that \
                 is wrong, or first give {id} another address by a list of that one row (--partial)"
            )),
            // An address that is given to somebody new must not give them the rooms of who had it.
            (None, Some(_)) if !held.member.active => Err(format!(
                "the e-mail address was that of staff member {id}, who has left; if this is the same person, run: \
                 hims-chat staff reactivate {id}"
            )),
            // Whoever holds the password of a patient's account must not become a doctor.
            _ if held.member.role == Role::Patient => Err(format!(
                "the e-mail address is that of account {id}, whose role in the HIMS is patient or a word that is \
                 not known; correct it there first"
            )),
            _ => Ok(Some(held)),
        }
    }
}

fn is_changed(held: &RegisteredStaff, record: &StaffRecord) -> bool {
    let is = |given: &Given<RecordText>, held: &Option<String>| match given {
        Given::Nothing => true,
        Given::Is(now) => now.as_ref().map(RecordText::as_str) == held.as_deref(),
    };
    let member = &held.member;
    let is_same = record.email.as_str() == held.email
        && record.name.as_str() == member.name
        && record.role == member.role
        && is(&record.specialty, &member.specialty)
        && is(&record.grade, &member.grade)
        && is(&record.ward, &member.ward)
        && is(&record.phone, &held.phone)
        && is(&record.bleep, &held.bleep)
        && record
            .identifier
            .as_ref()
            .is_none_or(|identifier| Some(identifier.as_str()) == held.identifier.as_deref());
    !is_same
}
