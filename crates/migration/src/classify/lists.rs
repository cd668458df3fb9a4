//! Lists in one column: JSON, or ids between commas.

/// The ids of a list, each once, in their order.
pub(super) fn ids(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut add = |id: &str| {
        let id = id.trim().trim_matches('"');
        if !id.is_empty() && ids.iter().all(|known| known != id) {
            ids.push(id.to_owned());
        }
    };
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Array(items)) => {
            for item in &items {
                match item {
                    serde_json::Value::String(id) => add(id),
                    serde_json::Value::Number(id) => add(&id.to_string()),
                    serde_json::Value::Object(fields) => {
                        let id = fields.get("id").or_else(|| fields.get("user_id"));
                        match id {
                            Some(serde_json::Value::String(id)) => add(id),
                            Some(serde_json::Value::Number(id)) => add(&id.to_string()),
                            _ => {}
                        }
                    }
                    _ => {}
                }
            }
        }
        _ => text
            .trim_matches(['[', ']'])
            .split([',', ';'])
            .for_each(add),
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_a_list() {
        for text in [
            "1,6,5",
            " 1, 6 ,5,6",
            "[1,6,5]",
            "[\"1\",\"6\",\"5\"]",
            "[{\"id\":1},{\"user_id\":\"6\"},{\"id\":5}]",
            "1;6;5",
        ] {
            assert_eq!(ids(text), ["1", "6", "5"], "{text}");
        }
        assert!(ids("").is_empty() && ids("[]").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_comes_twice(text in any::<String>()) {
            let ids = ids(&text);
            let unique: std::collections::BTreeSet<_> = ids.iter().collect();
            prop_assert_eq!(unique.len(), ids.len());
        }
    }
}
