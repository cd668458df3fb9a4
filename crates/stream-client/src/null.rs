//! Stream writes `null` where a list or a map is empty, a text is not set or a number is nought.

use serde::{Deserialize, Deserializer};

/// The value of a field, or its default for `null`.
pub(super) fn as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
