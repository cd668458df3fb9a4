//! The one statement that reads a part, in either dialect.

use std::fmt::Write;

use super::{Shape, Table, row::Cells};

/// How an engine says what both need.
pub(super) struct Dialect {
    /// A column as bytes of text: before and after it.
    pub(super) bytes: (&'static str, &'static str),
    /// A column as text, to compare different types.
    pub(super) text: (&'static str, &'static str),
    /// Families of types whose values it compares as they are, and so by their index; none when it
    /// compares all.
    pub(super) families: Option<&'static [&'static [&'static str]]>,
}

impl Dialect {
    fn compares(&self, one: &str, other: &str) -> bool {
        let is_in = |family: &&[&str]| family.contains(&one) && family.contains(&other);
        one == other
            || self
                .families
                .is_none_or(|families| families.iter().any(is_in))
    }
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The columns and the table, without condition and order: `SELECT … FROM …`.
pub(super) fn select(shape: &Shape<'_>, dialect: &Dialect, mark: &str) -> String {
    let of = |column: &str| format!("t.{}", quoted(column));
    let bytes = |expression: &str| format!("{}{expression}{}", dialect.bytes.0, dialect.bytes.1);
    let mut sql = format!("SELECT {mark} AS mark");
    let joined = joined(shape, dialect);
    let (sent, found) = match &joined {
        Some(joined) => (
            joined.sent.as_deref().map(bytes),
            Some(bytes(&joined.found)),
        ),
        None => (None, None),
    };
    let null = || "NULL".to_owned();
    let _ = write!(
        sql,
        ", {} AS sent, {} AS found",
        sent.unwrap_or_else(null),
        found.unwrap_or_else(null)
    );
    let mut fields = shape.part.fields().iter();
    for cell in Cells::NAMES {
        let column = fields
            .next()
            .and_then(|field| shape.mapped.column(field.name));
        let value = column.map_or_else(null, |column| bytes(&of(column)));
        let _ = write!(sql, ", {value} AS {cell}");
    }
    let _ = write!(sql, " FROM {} t", quoted(&shape.table.name));
    if let Some(joined) = joined {
        sql.push_str(&joined.from);
    }
    sql
}

struct Joined {
    from: String,
    found: String,
    sent: Option<String>,
}

/// The message that a row names, found by its id.
fn joined(shape: &Shape<'_>, dialect: &Dialect) -> Option<Joined> {
    let (table, messages) = shape.other.as_ref()?;
    let names = shape.mapped.column("message")?;
    let id = messages.column("id")?;
    let is_comparable = dialect.compares(kind(&shape.table, names), kind(table, id));
    let compared = |expression: String| {
        if is_comparable {
            expression
        } else {
            format!("{}{expression}{}", dialect.text.0, dialect.text.1)
        }
    };
    let left = compared(format!("m.{}", quoted(id)));
    let right = compared(format!("t.{}", quoted(names)));
    Some(Joined {
        from: format!(" LEFT JOIN {} m ON {left} = {right}", quoted(&table.name)),
        found: format!("m.{}", quoted(id)),
        sent: messages
            .column("created_at")
            .map(|column| format!("m.{}", quoted(column))),
    })
}

fn kind<'a>(table: &'a Table, column: &str) -> &'a str {
    table.column(column).map_or("", |column| &column.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_engine_compares_is_not_cast_as_a_cast_has_no_index() {
        let dialect = |families| Dialect {
            bytes: ("", ""),
            text: ("", ""),
            families,
        };
        let any = dialect(None);
        assert!(any.compares("integer", "bigint") && any.compares("integer", "varchar"));
        let some = dialect(Some(&[&["int4", "int8"], &["text", "varchar"]]));
        assert!(some.compares("int4", "int8") && some.compares("uuid", "uuid"));
        assert!(!some.compares("int8", "varchar") && !some.compares("uuid", "text"));
    }
}
