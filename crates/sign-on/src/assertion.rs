use std::{collections::BTreeSet, fmt};

use domain::{Identifier, Role};
use ports::Subject;

/// An authority's word on who somebody is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assertion {
    /// The person, as the authority will always know them.
    pub subject: Subject,
    /// Their identifier in the hospital's staff register; it links them at the first sign-in.
    pub identifier: Option<Identifier>,
    /// The roles that the authority gives them, by the hospital's map; `None` where it is not asked for any.
    pub roles: Option<BTreeSet<Role>>,
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion")
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

impl Assertion {
    /// Somebody of whom the authority says nothing else.
    pub fn of(subject: Subject) -> Self {
        Self {
            subject,
            identifier: None,
            roles: None,
        }
    }

    /// The same with an identifier of the staff register.
    #[must_use]
    pub fn identifier(mut self, identifier: Option<Identifier>) -> Self {
        self.identifier = identifier;
        self
    }

    /// The same with the roles that the authority gives.
    #[must_use]
    pub fn roles(mut self, roles: Option<BTreeSet<Role>>) -> Self {
        self.roles = roles;
        self
    }
}
