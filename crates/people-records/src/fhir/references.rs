//! References between the resources of a file.

use std::collections::HashMap;

use super::{document, resources::Reference};

/// Resources of one kind with the keys that a reference may name them by.
///
/// Of a resource that comes twice the first counts. A type and id that two servers have names neither: the
/// wrong patient is worse than none.
pub(super) struct Referable<T> {
    all: Vec<T>,
    /// Full addresses, by index.
    urls: Vec<Option<String>>,
    /// `None` for a type and id of two servers.
    by_key: HashMap<String, Option<usize>>,
    /// Whether one of them has no type and id.
    has_nameless: bool,
}

impl<T> Default for Referable<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            urls: Vec::new(),
            by_key: HashMap::new(),
            has_nameless: false,
        }
    }
}

impl<T> Referable<T> {
    /// Adds a resource with its full address in a Bundle and its type and id, as far as it has them.
    pub(super) fn add(&mut self, full_url: Option<&str>, name: Option<&str>, resource: T) {
        let at = self.all.len();
        self.all.push(resource);
        self.urls.push(full_url.map(str::to_owned));
        if let Some(url) = full_url {
            self.by_key.entry(url.to_owned()).or_insert(Some(at));
        }
        let is_other = |first: usize| {
            let first = self.urls.get(first).and_then(Option::as_deref);
            first.is_some() && full_url.is_some() && first != full_url
        };
        let mut names: Vec<&str> = name
            .into_iter()
            .chain(full_url.and_then(relative))
            .collect();
        names.dedup();
        self.has_nameless |= !names.iter().copied().any(is_type_and_id);
        for name in names {
            let found = self.by_key.entry(name.to_owned()).or_insert(Some(at));
            if found.is_some_and(is_other) {
                *found = None;
            }
        }
    }

    /// The index of the resource that is meant, if the file holds it.
    pub(super) fn find(&self, reference: &Reference) -> Option<usize> {
        let reference = reference.reference.as_deref()?;
        let exact = self.by_key.get(reference);
        let found = exact.or_else(|| self.by_key.get(relative(reference)?));
        found.copied().flatten()
    }

    /// Whether a reference that finds nothing may mean one of these all the same: it is missing or no type and id, two
    /// servers have what it names, or one of these has no id. Otherwise it means one that the file does not hold.
    pub(super) fn may_mean_one(&self, reference: &Reference) -> bool {
        let reference = reference.reference.as_deref().unwrap_or_default();
        match relative(reference).filter(|name| is_type_and_id(name)) {
            Some(name) => self.has_nameless || self.by_key.contains_key(name),
            None => true,
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.all.get(index)
    }

    /// All of them, in the order of the file.
    pub(super) fn all(&self) -> &[T] {
        &self.all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Whether a text is a type and an id, as far as its form tells.
fn is_type_and_id(text: &str) -> bool {
    let parts = text.split_once('/');
    parts.is_some_and(|(kind, id)| document::name(kind, id).is_some())
}

/// `Patient/7` of `https://ehr.example/fhir/Patient/7/_history/2`.
fn relative(reference: &str) -> Option<&str> {
    // The value of a search is no address.
    if reference.contains('?') {
        return None;
    }
    let current = match reference.split_once("/_history/") {
        Some((current, _)) => current,
        None => reference,
    };
    let (before, _) = current.rsplit_once('/')?;
    let from = before.rfind('/').map_or(0, |at| at + 1);
    let name = &current[from..];
    name.starts_with(|c: char| c.is_ascii_uppercase())
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_however_they_are_written() {
        let mut patients = Referable::default();
        patients.add(None, Some("Patient/1"), ());
        patients.add(Some("urn:uuid:9f2c"), None, ());
        patients.add(Some("https://ehr.example/fhir/Patient/3"), None, ());
        for (reference, found) in [
            ("Patient/1", Some(0)),
            ("https://other.example/r4/Patient/1", Some(0)),
            ("Patient/1/_history/4", Some(0)),
            ("https://ehr.example/fhir/Patient/1/_history/4", Some(0)),
            ("urn:uuid:9f2c", Some(1)),
            ("Patient/3", Some(2)),
            ("https://ehr.example/fhir/Patient/3", Some(2)),
            ("Patient/2", None),
            ("#p1", None),
            ("/", None),
            ("", None),
            ("1", None),
        ] {
            let reference = Reference {
                reference: Some(reference.to_owned()),
            };
            assert_eq!(
                patients.find(&reference),
                found,
                "{:?}",
                reference.reference
            );
        }
        assert_eq!(patients.find(&Reference::default()), None);
    }

    #[test]
    fn a_reference_that_finds_nothing_may_mean_somebody_here() {
        let may_mean = |patients: &Referable<()>, reference: &str| {
            let reference = Some(reference.to_owned());
            let reference = Reference { reference };
            assert_eq!(patients.find(&reference), None, "{reference:?}");
            patients.may_mean_one(&reference)
        };
        let mut patients = Referable::default();
        patients.add(Some("https://a/Patient/1"), Some("Patient/1"), ());
        patients.add(Some("https://b/Patient/1"), Some("Patient/1"), ());
        for (reference, may) in [
            ("Patient/2", false),
            ("https://c/Patient/2/_history/3", false),
            ("Patient/1", true),
            ("https://c/Patient/1", true),
            ("urn:uuid:9f2c", true),
            ("Patient?identifier=urn:mrn|2", true),
            ("Patient?identifier=https://larkmere.example/Mrn/2", true),
            ("Patient/an id", true),
            ("#p1", true),
            ("", true),
        ] {
            assert_eq!(may_mean(&patients, reference), may, "{reference}");
        }
        assert!(patients.may_mean_one(&Reference::default()));
        patients.add(Some("urn:uuid:1"), None, ());
        assert!(may_mean(&patients, "Patient/2"), "one has no id");
    }

    #[test]
    fn an_id_of_two_servers_names_nobody() {
        let find = |urls: &[&str], reference: &str| {
            let mut patients = Referable::default();
            for url in urls {
                patients.add(Some(url), Some("Patient/1"), ());
            }
            patients.find(&Reference {
                reference: Some(reference.to_owned()),
            })
        };
        let both = ["https://a/Patient/1", "https://b/Patient/1"];
        assert_eq!(find(&both, "Patient/1"), None);
        assert_eq!(find(&both, "https://c/Patient/1"), None);
        assert_eq!(find(&both, "https://b/Patient/1"), Some(1));
        assert_eq!(
            find(&[both[0]; 2], "Patient/1"),
            Some(0),
            "the same one twice"
        );
    }
}
