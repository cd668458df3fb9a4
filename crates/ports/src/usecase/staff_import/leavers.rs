use std::collections::HashSet;

use domain::{Identifier, Role};

use super::{Missing, Plan, StaffList, StaffTaken};
use crate::{Error, RegisteredStaff, Result, StaffRegister};

/// Accounts up to this number are never too many to close.
const FEW: usize = 3;

/// One in so many accounts may be closed by a list without being confirmed in number.
const ONE_IN: usize = 10;

/// Those of an earlier list who are missing from this one, or why nothing is made of it.
///
/// # Errors
/// `Conflict` when the list closes more accounts than it may, by their absence or by saying so.
pub(super) async fn leavers(
    register: &dyn StaffRegister,
    list: &StaffList,
    plans: &[Plan],
    administrators: u64,
) -> Result<(Vec<RegisteredStaff>, Option<String>)> {
    let before = register.listed().await?;
    let count = before.len();
    let mut left = match list.missing {
        Missing::Left => missing(list, before),
        Missing::Unsaid => Vec::new(),
    };
    let mut kept = None;
    if list.unknown > 0 && !left.is_empty() {
        kept = Some(format!(
            "people of earlier lists who are missing: {}; they keep their accounts, as they may be among the \
             rows without a readable identifier",
            left.len()
        ));
        left.clear();
    }
    let said = plans
        .iter()
        .filter(|plan| plan.taken == StaffTaken::Deactivated);
    let closing = left.len() + said.count();
    let is_too_many = match list.closing {
        Some(confirmed) => closing != confirmed,
        None => closing > FEW && closing * ONE_IN > count,
    };
    if is_too_many {
        let question = match list.closing {
            Some(confirmed) => format!("{confirmed} were confirmed"),
            None => "confirm their number, or say that this is not the whole list".to_owned(),
        };
        return Err(Error::conflict(format!(
            "{closing} of {count} people of earlier lists would lose their accounts: {question}"
        )));
    }
    let leaving = left
        .iter()
        .filter(|member| member.member.role == Role::Administrator);
    let leaving = leaving.count() as u64;
    if leaving > 0 && leaving >= administrators {
        return Err(Error::conflict(
            "no active administrator would be left; make somebody on the list one first",
        ));
    }
    Ok((left, kept))
}

/// Those who are on the list neither by their identifier nor by their address. Who is there under another
/// identifier has not left, even where the row is refused.
fn missing(list: &StaffList, before: Vec<RegisteredStaff>) -> Vec<RegisteredStaff> {
    let identifiers: HashSet<&str> = list
        .records
        .iter()
        .filter_map(|record| record.identifier.as_ref())
        .map(Identifier::as_str)
        .chain(list.unread.iter().map(String::as_str))
        .collect();
    let addresses: HashSet<String> = list
        .records
        .iter()
        .map(|record| record.email.as_str().to_ascii_lowercase())
        .chain(list.unread.iter().map(|text| text.to_ascii_lowercase()))
        .collect();
    let is_missing = |member: &RegisteredStaff| {
        let identifier = member.identifier.as_deref().unwrap_or_default();
        !identifiers.contains(identifier) && !addresses.contains(&member.email.to_ascii_lowercase())
    };
    before.into_iter().filter(is_missing).collect()
}
