//! The one role of a practitioner who may have had several.

use domain::Role;
use jiff::civil::Date;

use super::{periods::When, resources::PractitionerRole};
use crate::{Mapping, Reason, Remark, Shown};

/// The role that counts.
#[derive(Default)]
pub(super) struct Chosen<'a> {
    pub(super) role: Option<Role>,
    /// The resource that names it.
    pub(super) resource: Option<&'a PractitionerRole>,
    /// Whether they have it today.
    pub(super) is_current: bool,
    pub(super) remarks: Vec<Remark>,
}

/// Rules for choosing.
pub(super) struct Choice<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) today: Date,
    /// Whether every role of the file is known, with its practitioner.
    pub(super) is_whole: bool,
}

impl Choice<'_> {
    /// Chooses the highest role of today in the order of [`Role::ALL`]; of equals the first in the file.
    /// Somebody who has none today, but had or will have one, does not work here today.
    ///
    /// # Errors
    /// When nothing says what they are.
    pub(super) fn of<'a>(&self, roles: &[&'a PractitionerRole]) -> Result<Chosen<'a>, Reason> {
        let default = self.mapping.default_role;
        if roles.is_empty() && !self.is_whole {
            return Err(Reason::NoCurrentRole);
        }
        if roles.is_empty() {
            return match default {
                Some(role) => Ok(Chosen {
                    role: Some(role),
                    is_current: true,
                    ..Chosen::default()
                }),
                None => Err(Reason::NoRole),
            };
        }
        let is_current = |role: &&PractitionerRole| role.is_current(self.today);
        let mut eligible: Vec<&PractitionerRole> =
            roles.iter().copied().filter(is_current).collect();
        let is_now = !eligible.is_empty();
        if !is_now {
            if !self.is_whole {
                return Err(Reason::NoCurrentRole);
            }
            eligible = roles.to_vec();
        }
        let known = |resource: &&'a PractitionerRole| Some((self.role(resource)?, *resource));
        let unknown: Vec<&PractitionerRole> = eligible
            .iter()
            .copied()
            .filter(|resource| self.role(resource).is_none())
            .collect();
        let codes = codes(&unknown);
        let best = eligible
            .iter()
            .filter_map(known)
            .min_by_key(|(role, _)| rank(*role));
        // A role that was not read may say more than the default does.
        let default = default.filter(|_| self.is_whole);
        let fallback = || Some((default?, *eligible.first()?));
        let Some((role, resource)) = best.or_else(fallback) else {
            return Err(match codes.is_empty() {
                false => Reason::UnknownRoles { codes },
                true if self.is_whole => Reason::NoRole,
                true => Reason::NoCurrentRole,
            });
        };
        let mut remarks = Vec::new();
        if is_now && eligible.len() > 1 {
            remarks.push(Remark::SeveralRoles);
        }
        if is_now && !codes.is_empty() {
            remarks.push(Remark::UnknownRoles { codes });
        }
        Ok(Chosen {
            role: Some(role),
            resource: Some(resource),
            is_current: is_now,
            remarks,
        })
    }

    /// The highest role that the codes of a resource stand for.
    fn role(&self, resource: &PractitionerRole) -> Option<Role> {
        let named = |names: Vec<String>| names.iter().find_map(|name| self.mapping.role(name));
        let roles = resource.code.iter().filter_map(|code| named(code.names()));
        roles.min_by_key(|role| rank(*role))
    }
}

impl PractitionerRole {
    pub(super) fn is_current(&self, today: Date) -> bool {
        self.active != Some(false) && self.period.when(today) == When::Now
    }
}

/// The place of a role in the order of the policy table.
fn rank(role: Role) -> usize {
    let place = Role::ALL.iter().position(|one| *one == role);
    place.unwrap_or(Role::ALL.len())
}

/// The most exact name of each code, as a mapping file would explain it.
fn codes(of: &[&PractitionerRole]) -> Vec<Shown> {
    let names = of.iter().flat_map(|role| &role.code);
    let mut codes: Vec<String> = names
        .filter_map(|code| code.names().into_iter().next())
        .collect();
    codes.sort();
    codes.dedup();
    Shown::list(codes)
}
