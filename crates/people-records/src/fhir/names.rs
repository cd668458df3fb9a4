//! Names and telecoms of people.

use super::resources::{ContactPoint, HumanName};

/// The name to show: the official one, the usual one, one without a use, then any that is still theirs.
pub(super) fn name(names: &[HumanName]) -> Option<String> {
    const ORDER: [Option<&str>; 4] = [Some("official"), Some("usual"), None, Some("nickname")];
    let of_use = |usage: Option<&'static str>| {
        names
            .iter()
            .filter(move |name| name.usage.as_deref() == usage)
            .find_map(HumanName::written)
    };
    ORDER.into_iter().find_map(of_use)
}

impl HumanName {
    /// The name as one text, if there is any.
    fn written(&self) -> Option<String> {
        if let Some(text) = self.text.as_deref().filter(|text| !domain::is_blank(text)) {
            return Some(text.to_owned());
        }
        let has_name = self.family.is_some() || self.given.iter().any(Option::is_some);
        let words = self.prefix.iter().chain(&self.given).flatten();
        let words = words
            .chain(&self.family)
            .chain(self.suffix.iter().flatten());
        let words: Vec<&str> = words.map(|word| word.trim()).collect();
        let words = words.join(" ");
        (has_name && !domain::is_blank(&words)).then_some(words)
    }
}

/// The value to use of a system (`email`, `phone`, `pager`): of work before one without a use before a mobile
/// one, then by rank. What is private or old is left out.
pub(super) fn telecom<'a>(
    points: impl IntoIterator<Item = &'a ContactPoint>,
    system: &str,
) -> Option<&'a str> {
    let best = points
        .into_iter()
        .filter(|point| point.system.as_deref() == Some(system))
        .filter_map(|point| {
            let place = match point.usage.as_deref() {
                Some("work") => 0,
                None => 1,
                Some("mobile") => 2,
                Some(_) => return None,
            };
            let value = point.value.as_deref()?;
            let order = (place, point.rank.unwrap_or(u64::MAX));
            (!domain::is_blank(value)).then_some((order, value))
        })
        .min_by_key(|(order, _)| *order);
    best.map(|(_, value)| value.trim())
}
