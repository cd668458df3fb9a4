use std::str::FromStr;

use ldap3::{dn_escape, ldap_escape};
use thiserror::Error;

/// The place of the name that somebody types.
const LOGIN: &str = "{login}";

/// Most characters of a name that somebody types.
const MOST_CHARS: usize = 100;

/// How the name that somebody types becomes the name that they sign in to the directory with.
///
/// ```
/// use hims_chat_sign_on::BindName;
/// let entry: BindName = "uid={login},ou=people,dc=hospital,dc=example".parse().unwrap();
/// let principal: BindName = "{login}@hospital.example".parse().unwrap();
/// # let _ = (entry, principal);
/// assert!("uid=lisle,dc=hospital".parse::<BindName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindName {
    before: String,
    after: String,
}

/// The text is no [`BindName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "must be the name of an entry, such as uid={{login}},ou=people,dc=hospital,dc=example, or {{login}}@hospital.example"
)]
pub struct InvalidBindName;

/// A name to sign in to the directory with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) name: String,
    /// It is the name of the person's entry.
    pub(super) is_entry: bool,
}

impl Bound {
    /// Finds the entry of a name that says nothing of where it is: Active Directory's users have it in this
    /// attribute. RFC 4515, section 3.
    pub(super) fn filter(&self) -> String {
        format!("(userPrincipalName={})", ldap_escape(&*self.name))
    }
}

impl FromStr for BindName {
    type Err = InvalidBindName;

    fn from_str(text: &str) -> Result<Self, InvalidBindName> {
        let (before, after) = text.trim().split_once(LOGIN).ok_or(InvalidBindName)?;
        let name = Self {
            before: before.to_owned(),
            after: after.to_owned(),
        };
        let is_principal = before.is_empty()
            && after.strip_prefix('@').is_some_and(|domain| {
                let is_right = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
                !domain.is_empty() && domain.chars().all(is_right)
            });
        // The name is a whole value: `uid=`, it, and the rest of the entry's name.
        let is_entry =
            before.ends_with('=') && after.starts_with(',') && !after.contains(['{', '}']);
        if is_principal || is_entry {
            Ok(name)
        } else {
            Err(InvalidBindName)
        }
    }
}

impl BindName {
    /// Whether it is the name of an entry, which is read itself; any other is looked for.
    pub fn is_entry(&self) -> bool {
        !self.before.is_empty()
    }

    /// The name to sign in with. `None` for what is not of printable ASCII signs, without two spaces in a
    /// row: directories take other signs for each other (`é` for `e` in Active Directory, full-width letters
    /// for others by RFC 4518), so that one person would have many names, each with guesses of its own.
    pub(super) fn of(&self, login: &str) -> Option<Bound> {
        let is_right = login.chars().all(|c| c == ' ' || c.is_ascii_graphic())
            && (1..=MOST_CHARS).contains(&login.len())
            && !login.contains("  ")
            && login.trim() == login;
        if !is_right {
            return None;
        }
        let (before, after) = (&self.before, &self.after);
        let is_entry = self.is_entry();
        // RFC 4514, section 2.4. A principal's name has no form that could be broken out of.
        let name = if is_entry {
            format!("{before}{}{after}", dn_escape(login))
        } else {
            format!("{login}{after}")
        };
        Some(Bound { name, is_entry })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(template: &str, login: &str) -> Option<String> {
        let template: BindName = template.parse().unwrap();
        template.of(login).map(|bound| bound.name)
    }

    #[test]
    fn a_login_is_one_value_of_the_name_whatever_is_in_it() {
        let people = "uid={login},ou=people,dc=hospital";
        for (login, value) in [
            ("lisle", "lisle"),
            ("a.b-c_d'e", "a.b-c_d'e"),
            ("lisle,ou=admins", "lisle\\2cou\\3dadmins"),
            ("*", "*"),
            (")(uid=*", ")(uid\\3d*"),
            ("a+cn=b", "a\\2bcn\\3db"),
            ("\\2c", "\\5c2c"),
            ("#31", "\\2331"),
            ("\"<;>", "\\22\\3c\\3b\\3e"),
        ] {
            let name = format!("uid={value},ou=people,dc=hospital");
            assert_eq!(bound(people, login), Some(name), "{login}");
        }
        let principal = bound("{login}@hospital.example", "lisle");
        assert_eq!(principal.as_deref(), Some("lisle@hospital.example"));
    }

    #[test]
    fn a_filter_finds_one_name_whatever_is_in_it() {
        let template: BindName = "{login}@hospital.example".parse().unwrap();
        for (login, value) in [
            ("lisle", "lisle"),
            ("*", "\\2a"),
            (")(uid=*", "\\29\\28uid=\\2a"),
            ("\\2a", "\\5c2a"),
        ] {
            let filter = format!("(userPrincipalName={value}@hospital.example)");
            assert_eq!(template.of(login).unwrap().filter(), filter, "{login}");
        }
    }

    #[test]
    fn a_person_has_one_name() {
        for login in [
            "",
            " ",
            " lisle",
            "lisle ",
            "a  b",
            "li\u{ad}sle",
            "lislé",
            "ｌｉｓｌｅ",
            "a\0b",
            "a\nb",
            &"x".repeat(101),
        ] {
            assert_eq!(bound("{login}@hospital.example", login), None, "{login:?}");
        }
    }

    #[test]
    fn what_gives_no_name_is_refused() {
        for text in [
            "",
            "{login}",
            "uid=lisle,dc=hospital",
            "{login}@",
            "x{login}@hospital.example",
            "{login}@hospital example",
            "uid={login}",
            "uid=x{login},dc=hospital",
            "uid={login}x,dc=hospital",
            "uid={login},cn={login},dc=hospital",
            "uid={name},dc=hospital",
        ] {
            assert_eq!(text.parse::<BindName>(), Err(InvalidBindName), "{text}");
        }
    }
}
