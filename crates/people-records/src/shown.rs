use std::fmt;

/// A value of a file, short enough to stand in a sentence: one line of at most 60 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// Most characters that are kept of a value.
    pub const MAX_CHARS: usize = 60;

    pub(crate) fn new(value: &str) -> Self {
        // A value may be a whole file, so it is cut before it is put on one line.
        let beginning: String = value.chars().take(Self::MAX_CHARS + 1).collect();
        let mut line = domain::one_line(&beginning);
        if value.chars().nth(Self::MAX_CHARS).is_some() {
            line = line.chars().take(Self::MAX_CHARS - 1).collect();
            line.push('…');
        }
        Self(line)
    }

    pub(crate) fn list<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Vec<Self> {
        values
            .into_iter()
            .map(|value| Self::new(value.as_ref()))
            .collect()
    }

    /// The value, cut.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Values as they stand in a sentence; of many only the first twenty.
pub(crate) fn listed(values: &[Shown]) -> String {
    const MOST: usize = 20;
    let mut words: Vec<&str> = values.iter().take(MOST).map(Shown::as_str).collect();
    let more = format!("and {} more", values.len().saturating_sub(MOST));
    if values.len() > MOST {
        words.push(&more);
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_cut_and_on_one_line() {
        assert_eq!(Shown::new(" a\r\nb\u{7} ").as_str(), "a b");
        let exact = "é".repeat(60);
        assert_eq!(Shown::new(&exact).as_str(), exact);
        let cut = Shown::new(&"é".repeat(61));
        assert_eq!(cut.as_str(), format!("{}…", "é".repeat(59)));
    }

    #[test]
    fn of_many_values_the_number_is_said() {
        let values = Shown::list((0..23).map(|n| n.to_string()));
        assert!(listed(&values).ends_with("18, 19, and 3 more"));
        assert_eq!(listed(&values[..2]), "0, 1");
    }
}
