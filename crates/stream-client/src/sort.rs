use serde::Serialize;

/// The order of what is found: by a field, and by further ones where that is the same.
///
/// ```
/// use stream_chat_client::Sort;
///
/// let sort = Sort::descending("last_message_at").then_ascending("created_at");
/// let wire = serde_json::json!([
///     { "field": "last_message_at", "direction": -1 },
///     { "field": "created_at", "direction": 1 },
/// ]);
/// assert_eq!(serde_json::to_value(&sort).unwrap(), wire);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Sort(Vec<By>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct By {
    field: String,
    direction: i8,
}

impl Sort {
    /// The smallest or oldest first.
    pub fn ascending(field: impl Into<String>) -> Self {
        Self(Vec::new()).then_ascending(field)
    }

    /// The greatest or newest first.
    pub fn descending(field: impl Into<String>) -> Self {
        Self(Vec::new()).then_descending(field)
    }

    /// Then by another field, the smallest first.
    #[must_use]
    pub fn then_ascending(self, field: impl Into<String>) -> Self {
        self.then(field.into(), 1)
    }

    /// Then by another field, the greatest first.
    #[must_use]
    pub fn then_descending(self, field: impl Into<String>) -> Self {
        self.then(field.into(), -1)
    }

    fn then(mut self, field: String, direction: i8) -> Self {
        self.0.push(By { field, direction });
        self
    }
}
