//! E-mail addresses of the source's users, by which they are matched with those here.

use std::collections::HashMap;

/// The one user of each address; nobody where several have it.
#[derive(Default)]
pub(super) struct Addresses(HashMap<String, Holder>);

struct Holder {
    user: Option<String>,
    is_live: bool,
    /// Whether nobody else ever had it, also nobody who was deleted.
    is_only: bool,
}

impl Addresses {
    /// Adds a user's address. Somebody who was deleted does not count beside somebody who was not.
    pub(super) fn add(&mut self, email: &str, user: &str, is_live: bool) {
        let new = || Holder {
            user: Some(user.to_owned()),
            is_live,
            is_only: true,
        };
        let known = self.0.entry(email.to_lowercase());
        known
            .and_modify(|known| {
                let is_only = known.is_only && known.user.as_deref() == Some(user);
                match (known.is_live, is_live) {
                    (true, false) => {}
                    (false, true) => *known = new(),
                    _ => known.user = known.user.take().filter(|one| one == user),
                }
                known.is_only = is_only;
            })
            .or_insert_with(new);
    }

    /// The one user of an address in small letters.
    pub(super) fn user(&self, email: &str) -> Option<&str> {
        self.0.get(email)?.user.as_deref()
    }

    /// The user whom a row means by an address in small letters: nobody where a second user ever had it, as the row may be older than
    /// the address of today. `None` where nobody has it.
    pub(super) fn named(&self, email: &str) -> Option<Option<&str>> {
        let holder = self.0.get(email)?;
        Some(holder.user.as_deref().filter(|_| holder.is_only))
    }

    /// Every address, in small letters.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The address of each user who is the only one of it.
    pub(super) fn by_user(&self) -> HashMap<&str, &str> {
        let users = self.0.iter();
        users
            .filter_map(|(email, holder)| Some((holder.user.as_deref()?, email.as_str())))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_nobodys_where_two_have_it_unless_all_others_were_deleted() {
        let user = |holders: &[(&str, bool)]| {
            let mut addresses = Addresses::default();
            for (user, is_live) in holders {
                addresses.add("One@x.example", user, *is_live);
            }
            addresses.user("one@x.example").map(str::to_owned)
        };
        let (live, gone) = (true, false);
        assert_eq!(user(&[("1", live)]).as_deref(), Some("1"));
        assert_eq!(user(&[("1", gone)]).as_deref(), Some("1"));
        assert_eq!(user(&[("1", live), ("2", live)]), None);
        assert_eq!(user(&[("1", gone), ("2", gone)]), None);
        for holders in [
            [("1", live), ("2", gone), ("3", gone)],
            [("2", gone), ("1", live), ("3", gone)],
            [("2", gone), ("3", gone), ("1", live)],
        ] {
            assert_eq!(user(&holders).as_deref(), Some("1"));
        }
        assert_eq!(user(&[("1", live), ("2", gone), ("3", live)]), None);
    }

    #[test]
    fn a_row_names_nobody_by_an_address_that_two_ever_had() {
        let mut addresses = Addresses::default();
        addresses.add("old@x.example", "1", false);
        assert_eq!(addresses.named("old@x.example"), Some(Some("1")));
        addresses.add("old@x.example", "1", false);
        assert_eq!(addresses.named("old@x.example"), Some(Some("1")));
        addresses.add("old@x.example", "2", true);
        assert_eq!(addresses.user("old@x.example"), Some("2"));
        assert_eq!(addresses.named("old@x.example"), Some(None));
        assert_eq!(addresses.named("new@x.example"), None);
    }
}
