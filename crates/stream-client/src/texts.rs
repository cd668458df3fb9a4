use serde::Serialize;

/// A list of texts, mostly ids: made of an array, a slice or a vector of anything like a text.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Texts(Vec<String>);

impl Texts {
    fn of<T: AsRef<str>>(texts: &[T]) -> Self {
        let texts = texts.iter().map(|text| text.as_ref().to_owned());
        Self(texts.collect())
    }

    pub(super) fn joined(&self) -> String {
        self.0.join(",")
    }
}

impl<T: AsRef<str>, const N: usize> From<[T; N]> for Texts {
    fn from(texts: [T; N]) -> Self {
        Self::of(&texts)
    }
}

impl<T: AsRef<str>> From<&[T]> for Texts {
    fn from(texts: &[T]) -> Self {
        Self::of(texts)
    }
}

impl<T: AsRef<str>> From<Vec<T>> for Texts {
    fn from(texts: Vec<T>) -> Self {
        Self::of(&texts)
    }
}

/// Shows how many they are.
impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.0.len())
    }
}
