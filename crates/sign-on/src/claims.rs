use std::{fmt, str::FromStr};

use domain::Identifier;
use serde_json::Value;
use thiserror::Error;

/// The name of a claim; dots lead into objects, as in Keycloak's `realm_access.roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimName(String);

/// The text names no claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be the name of a claim, such as sub, employee_number or realm_access.roles")]
pub struct InvalidClaimName;

impl ClaimName {
    /// The subject, which every token has.
    pub fn sub() -> Self {
        Self("sub".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClaimName {
    type Err = InvalidClaimName;

    fn from_str(text: &str) -> Result<Self, InvalidClaimName> {
        let name = text.trim();
        let is_right = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == ',');
        is_right
            .then(|| Self(name.to_owned()))
            .ok_or(InvalidClaimName)
    }
}

/// The claims of a token whose signature was checked.
#[derive(Clone, Default)]
pub struct Claims(Value);

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims(…)")
    }
}

impl Claims {
    /// Claims out of a JSON object.
    pub fn new(object: Value) -> Self {
        Self(object)
    }

    /// All of them.
    pub(crate) fn object(&self) -> &Value {
        &self.0
    }

    /// These, and those of `other` that are not among them.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if let (Value::Object(own), Value::Object(others)) = (&mut self.0, other.0) {
            for (name, value) in others {
                own.entry(name).or_insert(value);
            }
        }
        self
    }

    /// The value of a claim. A name that is there as a whole goes before a path, as names may be URLs.
    pub fn get(&self, name: &ClaimName) -> Option<&Value> {
        let whole = self.0.get(&name.0);
        let path = || {
            name.0
                .split('.')
                .try_fold(&self.0, |value, part| value.get(part))
        };
        whole.or_else(path).filter(|value| !value.is_null())
    }

    /// A claim as the identifier of a staff register: a text or a whole number.
    pub fn identifier(&self, name: &ClaimName) -> Option<Identifier> {
        match self.get(name)? {
            Value::String(text) => Identifier::parse(text).ok(),
            Value::Number(number) if !number.is_f64() => {
                Identifier::parse(&number.to_string()).ok()
            }
            _ => None,
        }
    }

    /// The words of a claim that is one text or a list of texts; anything else has none.
    pub fn words(&self, name: &ClaimName) -> Vec<&str> {
        match self.get(name) {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(text: &str) -> ClaimName {
        text.parse().unwrap()
    }

    #[test]
    fn a_claim_is_found_by_its_name_or_path() {
        let claims = Claims::new(json!({
            "groups": ["a", 1, "b"], "role": "one", "nested": {"roles": ["x"], "deep": {"er": "y"}},
            "https://a.example/roles": ["url"], "nested.roles2": "whole", "none": null
        }));
        for (asked, words) in [
            ("groups", vec!["a", "b"]),
            ("role", vec!["one"]),
            ("nested.roles", vec!["x"]),
            ("nested.deep.er", vec!["y"]),
            ("https://a.example/roles", vec!["url"]),
            ("nested.roles2", vec!["whole"]),
            ("nested", vec![]),
            ("none", vec![]),
            ("nested.roles.0", vec![]),
            ("absent", vec![]),
        ] {
            assert_eq!(claims.words(&name(asked)), words, "{asked}");
        }
    }

    #[test]
    fn an_identifier_is_a_text_or_a_whole_number() {
        let claims = Claims::new(json!({"a": " E-1 ", "b": 1001, "c": 1.5, "d": ["x"], "e": ""}));
        let found = |asked: &str| {
            let found = claims.identifier(&name(asked));
            found.map(|identifier| identifier.as_str().to_owned())
        };
        assert_eq!(found("a").as_deref(), Some("E-1"));
        assert_eq!(found("b").as_deref(), Some("1001"));
        for none in ["c", "d", "e", "f"] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn the_first_claims_win() {
        let claims = Claims::new(json!({"sub": "a"})).and(Claims::new(json!({"sub": "b", "x": 1})));
        assert_eq!(claims.get(&name("sub")), Some(&json!("a")));
        assert_eq!(claims.get(&name("x")), Some(&json!(1)));
    }

    #[test]
    fn a_name_is_one_word() {
        for wrong in ["", " ", "a b", "a,b"] {
            assert_eq!(wrong.parse::<ClaimName>(), Err(InvalidClaimName));
        }
    }
}
