use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use domain::Role;
use thiserror::Error;

/// Roles of the chat by the words that an authority has for them, such as names of groups.
///
/// ```
/// use hims_chat_sign_on::RoleMap;
/// let map: RoleMap = "hims-doctors=doctor, hims-admins=administrator".parse().unwrap();
/// assert_eq!(map.roles(["staff", "hims-doctors"]).len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleMap(BTreeMap<String, Role>);

/// The text is no [`RoleMap`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidRoleMap {
    /// It maps nothing, so nobody could sign in.
    #[error("maps no role; right is hims-doctors=doctor,hims-admins=administrator")]
    Empty,
    /// A part of it is no pair.
    #[error("\"{0}\" is no value=role, such as hims-doctors=doctor")]
    NoPair(String),
    /// The right side of a pair is no role.
    #[error(
        "\"{0}\" is no role; roles are doctor, nurse, pharmacist, receptionist and administrator"
    )]
    NoRole(String),
    /// Two pairs contradict each other.
    #[error("\"{0}\" is mapped twice")]
    Twice(String),
}

impl RoleMap {
    /// The roles that these words stand for. Words are compared to the letter, and those that are not in the
    /// map stand for none.
    pub fn roles<T: AsRef<str>>(&self, words: impl IntoIterator<Item = T>) -> BTreeSet<Role> {
        let role = |word: T| self.0.get(word.as_ref()).copied();
        words.into_iter().filter_map(role).collect()
    }
}

impl FromStr for RoleMap {
    type Err = InvalidRoleMap;

    /// Reads pairs of `value=role`, separated by commas. The last `=` of a pair divides it, as names of a
    /// directory hold others; a comma in a name is written `\,`.
    fn from_str(text: &str) -> Result<Self, InvalidRoleMap> {
        const COMMA: &str = "\u{1}";
        let text = text.replace("\\,", COMMA);
        let mut map = BTreeMap::new();
        for pair in text.split(',').map(|pair| pair.replace(COMMA, ",")) {
            let pair = pair.trim();
            if pair.is_empty() {
                continue;
            }
            let sides = pair.rsplit_once('=').map(|(a, b)| (a.trim(), b.trim()));
            let Some((word, role)) = sides.filter(|(word, _)| !word.is_empty()) else {
                return Err(InvalidRoleMap::NoPair(pair.to_owned()));
            };
            let role = role.parse().ok().filter(|role| *role != Role::Patient);
            let role = role.ok_or_else(|| InvalidRoleMap::NoRole(pair.to_owned()))?;
            if map.insert(word.to_owned(), role).is_some() {
                return Err(InvalidRoleMap::Twice(word.to_owned()));
            }
        }
        if map.is_empty() {
            return Err(InvalidRoleMap::Empty);
        }
        Ok(Self(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_groups_become_roles() {
        let map: RoleMap = " doctors = Doctor,CN=Admins\\,OU=IT=administrator,, "
            .parse()
            .unwrap();
        assert_eq!(map.roles(["doctors"]), [Role::Doctor].into());
        assert_eq!(map.roles(["CN=Admins,OU=IT"]), [Role::Administrator].into());
        assert_eq!(map.roles(["Doctors", "CN=Admins", "", "x"]), [].into());
    }

    #[test]
    fn what_is_no_map_is_named() {
        for (text, problem) in [
            ("", InvalidRoleMap::Empty),
            (" , ", InvalidRoleMap::Empty),
            ("doctors", InvalidRoleMap::NoPair("doctors".into())),
            ("=doctor", InvalidRoleMap::NoPair("=doctor".into())),
            ("a=surgeon", InvalidRoleMap::NoRole("a=surgeon".into())),
            ("a=patient", InvalidRoleMap::NoRole("a=patient".into())),
            ("a=doctor,a=nurse", InvalidRoleMap::Twice("a".into())),
        ] {
            assert_eq!(text.parse::<RoleMap>(), Err(problem), "{text}");
        }
    }
}
