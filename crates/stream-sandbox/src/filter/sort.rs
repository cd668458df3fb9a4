use std::cmp::Ordering;

use serde_json::Value;

use super::compare::ordering;
use super::lookup;
use crate::failure::Failure;
use crate::json::{self, Object};

/// One field to sort by.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    field: String,
    descending: bool,
}

impl Order {
    /// Reads `sort: [{field, direction}]`, at most `most` of them.
    pub(crate) fn read(body: &Object, most: usize) -> Result<Vec<Self>, Failure> {
        let items = json::list(body, "sort")?;
        if items.len() > most {
            return Err(Failure::input(format!("sort takes at most {most} fields")));
        }
        let one = |item: &Value| {
            let item = item
                .as_object()
                .ok_or_else(|| Failure::input("sort takes a list of objects"))?;
            let field =
                json::text(item, "field")?.ok_or_else(|| Failure::input("sort needs a field"))?;
            let descending = json::int(item, "direction")?.unwrap_or(1) < 0;
            Ok(Self {
                field: field.to_owned(),
                descending,
            })
        };
        items.iter().map(one).collect()
    }

    pub(crate) fn descending(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            descending: true,
        }
    }
}

/// Sorts documents; what lacks the field comes last.
pub(crate) fn sort(documents: &mut [Value], orders: &[Order]) {
    documents.sort_by(|a, b| {
        orders
            .iter()
            .map(|order| compare(order, a, b))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

fn compare(order: &Order, a: &Value, b: &Value) -> Ordering {
    match (lookup(a, &order.field), lookup(b, &order.field)) {
        (Some(a), Some(b)) => {
            let ordered = ordering(Some(a), b).unwrap_or(Ordering::Equal);
            if order.descending {
                ordered.reverse()
            } else {
                ordered
            }
        }
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
