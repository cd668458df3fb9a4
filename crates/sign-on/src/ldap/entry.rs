use std::{collections::BTreeMap, str::FromStr};

use data_encoding::HEXLOWER;
use domain::Identifier;
use ldap3::SearchEntry;
use ports::Subject;
use thiserror::Error;

use super::{LdapSettings, NoDirectory};
use crate::Assertion;

/// The issuer of the subjects of a directory. A directory that is replaced by another one gives its entries new names
/// that stay, so that nobody is taken for somebody else.
const ISSUER: &str = "ldap";

/// Attributes with a name that an entry keeps and no other ever gets: RFC 4530, Active Directory, 389
/// Directory Server.
const SUBJECTS: [&str; 3] = ["entryUUID", "objectGUID", "nsUniqueId"];

/// The groups of an entry.
const GROUPS: &str = "memberOf";

/// The name of an attribute (RFC 4512, section 1.4: a letter, then letters, digits and hyphens).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeName(String);

/// The text names no attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be the name of an attribute, such as employeeNumber")]
pub struct InvalidAttributeName;

impl FromStr for AttributeName {
    type Err = InvalidAttributeName;

    fn from_str(text: &str) -> Result<Self, InvalidAttributeName> {
        let name = text.trim();
        let is_right = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_right
            .then(|| Self(name.to_owned()))
            .ok_or(InvalidAttributeName)
    }
}

/// The attributes that a directory has of a person. Their names are in small letters: they have no case.
pub(super) struct Entry(BTreeMap<String, Vec<Vec<u8>>>);

impl From<SearchEntry> for Entry {
    fn from(entry: SearchEntry) -> Self {
        let texts = entry.attrs.into_iter().map(|(name, values)| {
            let values = values.into_iter().map(String::into_bytes);
            (name, values.collect::<Vec<_>>())
        });
        let all = texts.chain(entry.bin_attrs);
        Self(
            all.map(|(name, values)| (name.to_ascii_lowercase(), values))
                .collect(),
        )
    }
}

impl Entry {
    /// The attributes to ask for.
    pub(super) fn attributes(settings: &LdapSettings) -> Vec<&str> {
        let groups = settings.roles.as_ref().map(|_| GROUPS);
        let identifier = settings.identifier.0.as_str();
        SUBJECTS
            .into_iter()
            .chain([identifier])
            .chain(groups)
            .collect()
    }

    fn values(&self, name: &str) -> &[Vec<u8>] {
        let values = self.0.get(&name.to_ascii_lowercase());
        values.map_or(&[], Vec::as_slice)
    }

    /// The one value of an attribute; several say nothing.
    fn value(&self, name: &str) -> Option<&[u8]> {
        match self.values(name) {
            [value] => Some(value),
            _ => None,
        }
    }

    fn subject(&self) -> Option<Subject> {
        let (name, value) = SUBJECTS
            .iter()
            .find_map(|name| Some((*name, self.value(name)?)))?;
        // Active Directory's is 16 bytes; the others are texts.
        let value = match std::str::from_utf8(value) {
            Ok(text) if name != "objectGUID" => text.to_ascii_lowercase(),
            _ => HEXLOWER.encode(value),
        };
        Subject::parse(ISSUER, &value).ok()
    }

    /// The person that the entry means.
    pub(super) fn assertion(&self, settings: &LdapSettings) -> Result<Assertion, NoDirectory> {
        let subject = self.subject().ok_or(NoDirectory::NoSubject)?;
        let identifier = self.value(&settings.identifier.0);
        let identifier = identifier
            .and_then(|value| std::str::from_utf8(value).ok())
            .and_then(|text| Identifier::parse(text).ok());
        let groups = self.values(GROUPS).iter();
        let groups: Vec<&str> = groups
            .filter_map(|value| std::str::from_utf8(value).ok())
            .collect();
        let roles = settings.roles.as_ref().map(|map| map.roles(groups));
        Ok(Assertion::of(subject).identifier(identifier).roles(roles))
    }
}

#[cfg(test)]
mod tests {
    use domain::Role;

    use super::*;

    fn settings(roles: Option<&str>) -> LdapSettings {
        LdapSettings {
            address: crate::LdapAddress::parse("ldaps://dc1", true).unwrap(),
            bind: "{login}@hospital.example".parse().unwrap(),
            base: None,
            identifier: "employeeNumber".parse().unwrap(),
            roles: roles.map(|map| map.parse().unwrap()),
        }
    }

    fn entry(values: &[(&str, &[u8])]) -> Entry {
        let mut entry = Entry(BTreeMap::new());
        for (name, value) in values {
            let name = name.to_ascii_lowercase();
            entry.0.entry(name).or_default().push(value.to_vec());
        }
        entry
    }

    #[test]
    fn an_entry_says_who_somebody_is() {
        let lisle = entry(&[
            ("entryuuid", b"7F3A-1"),
            ("EmployeeNumber", b"E-1001"),
            ("memberOf", b"cn=doctors,dc=hospital"),
            ("memberOf", b"cn=other,dc=hospital"),
        ]);
        let asked = settings(Some("cn=doctors\\,dc=hospital=doctor"));
        let assertion = lisle.assertion(&asked).unwrap();
        assert_eq!(assertion.subject.subject(), "7f3a-1");
        assert_eq!(assertion.identifier.unwrap().as_str(), "E-1001");
        assert_eq!(assertion.roles, Some([Role::Doctor].into()));
        let not_asked = lisle.assertion(&settings(None)).unwrap();
        assert_eq!(not_asked.roles, None);
    }

    #[test]
    fn what_is_missing_or_doubtful_is_not_told() {
        let twice = entry(&[
            ("objectGUID", &[0xff; 16]),
            ("employeeNumber", b"E-1001"),
            ("employeeNumber", b"E-1002"),
        ]);
        let assertion = twice.assertion(&settings(Some("a=doctor"))).unwrap();
        assert_eq!(assertion.subject.subject(), "f".repeat(32));
        assert_eq!(assertion.identifier, None);
        assert_eq!(
            assertion.roles,
            Some([].into()),
            "asked for, and none given"
        );
        let nobody = entry(&[("employeeNumber", b"E-1001")]).assertion(&settings(None));
        assert_eq!(nobody, Err(NoDirectory::NoSubject));
        for name in ["", "1a", "a b", "a)(b", "employeeNumber,uid"] {
            assert_eq!(name.parse::<AttributeName>(), Err(InvalidAttributeName));
        }
    }
}
