//! The statements that read a part, in each dialect.

use std::fmt::Write;

use super::{Shape, Table, row::Cells};
use crate::{
    PartMapping,
    mapping::{ColumnRef, Condition, Join, Operand, Origin, Test, Value},
    part::Kind,
};

/// How an engine says what all need.
pub(super) struct Dialect {
    /// A column of a type as text.
    pub(super) text: fn(expression: &str, kind: &str) -> String,
    /// Text as bytes.
    pub(super) bytes: fn(text: &str) -> String,
    /// Families of types whose values it compares as they are, and so by their index; none when it
    /// compares all.
    pub(super) families: Option<&'static [&'static [&'static str]]>,
    /// Whether a column of a type is compared with a text as it is.
    pub(super) is_text: fn(kind: &str) -> bool,
}

impl Dialect {
    fn compares(&self, one: &str, other: &str) -> bool {
        let is_in = |family: &&[&str]| family.contains(&one) && family.contains(&other);
        one == other
            || self
                .families
                .is_none_or(|families| families.iter().any(is_in))
    }

    fn text_of(&self, column: &ColumnRef) -> String {
        (self.text)(&placed(column), &column.kind)
    }

    /// Both sides of a comparison.
    fn sides(&self, one: &ColumnRef, other: &ColumnRef) -> (String, String) {
        if self.compares(&one.kind, &other.kind) {
            (placed(one), placed(other))
        } else {
            (self.text_of(one), self.text_of(other))
        }
    }

    fn value(&self, value: &Value, kind: Kind) -> Option<String> {
        let texts = |columns: &[ColumnRef]| {
            let texts: Vec<String> = columns.iter().map(|column| self.text_of(column)).collect();
            texts.join(", ")
        };
        let text = match &value.origin {
            Origin::One(column) => self.text_of(column),
            Origin::Words(columns) => format!("concat_ws(' ', {})", texts(columns)),
            Origin::First(columns) => {
                let held = |column: &ColumnRef| {
                    let text = self.text_of(column);
                    match kind {
                        Kind::Time => {
                            format!("CASE WHEN {} THEN NULL ELSE {text} END", is_none(&text))
                        }
                        _ => format!("nullif({text}, '')"),
                    }
                };
                let texts: Vec<String> = columns.iter().map(held).collect();
                format!("coalesce({}, NULL)", texts.join(", "))
            }
            // The row says it by itself.
            Origin::Constant(_) => return None,
        };
        Some((self.bytes)(&text))
    }

    fn condition(&self, condition: &Condition) -> String {
        let terms = condition.terms().iter().map(|term| {
            let column = &term.column;
            let plain = placed(column);
            let text = if (self.is_text)(&column.kind) {
                plain.clone()
            } else {
                self.text_of(column)
            };
            let list = |words: &[String]| {
                let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
                words.join(", ")
            };
            match &term.test {
                Test::Is(Operand::Text(word)) => format!("{text} = {}", literal(word)),
                Test::IsNot(Operand::Text(word)) => {
                    format!("({text} <> {} OR {plain} IS NULL)", literal(word))
                }
                Test::Is(Operand::Column(other)) => {
                    let (one, other) = self.sides(column, other);
                    format!("{one} = {other}")
                }
                Test::IsNot(Operand::Column(other)) => {
                    let (one, other) = self.sides(column, other);
                    format!("({one} <> {other} OR {plain} IS NULL)")
                }
                Test::OneOf(words) => format!("{text} IN ({})", list(words)),
                Test::NoneOf(words) => {
                    format!("({text} NOT IN ({}) OR {plain} IS NULL)", list(words))
                }
                Test::IsNull => format!("{plain} IS NULL"),
                Test::IsNotNull => format!("{plain} IS NOT NULL"),
            }
        });
        terms.collect::<Vec<_>>().join(" AND ")
    }
}

/// Whether a text holds nothing, or a time that stands for none: zeros, or the first or the last day of a calendar or
/// a clock.
fn is_none(text: &str) -> String {
    let list = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
        words.join(", ")
    };
    let years = list(&[
        "0000-", "0001-", "1753-", "1899-", "1900-", "1969-", "1970-", "9999-",
    ]);
    let words = list(&["", "0", "infinity", "-infinity"]);
    format!(
        "{text} IN ({words}) OR substr({text}, 1, 5) IN ({years}) OR substr({text}, 1, 10) = '2038-01-19'"
    )
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('\0', ""))
}

/// A column with the name of its table in the statement: `t`, or a join's own.
fn placed(column: &ColumnRef) -> String {
    match &column.join {
        None => format!("t.{}", quoted(&column.column)),
        Some(join) => format!("{}.{}", alias(join), quoted(&column.column)),
    }
}

fn alias(join: &str) -> String {
    quoted(&format!("j_{join}"))
}

/// The columns and the tables, without condition and order: `SELECT … FROM …`.
pub(super) fn select(shape: &Shape<'_>, dialect: &Dialect, mark: &str) -> String {
    let mut sql = format!("SELECT {mark} AS mark");
    let joined = joined(shape, dialect);
    let (sent, found, sent_in) = match &joined {
        Some(joined) => (
            joined.sent.clone(),
            Some((dialect.bytes)(&joined.found)),
            joined.sent_in.clone(),
        ),
        None => (None, None, None),
    };
    let null = || "NULL".to_owned();
    let _ = write!(
        sql,
        ", {} AS sent, {} AS found, {} AS sent_in",
        sent.unwrap_or_else(null),
        found.unwrap_or_else(null),
        sent_in.unwrap_or_else(null)
    );
    let mut fields = shape.part.fields().iter();
    for cell in Cells::NAMES {
        let value = fields.next().and_then(|field| {
            let value = shape.mapped.value(field.name)?;
            dialect.value(value, field.kind)
        });
        let value = value.unwrap_or_else(null);
        let _ = write!(sql, ", {value} AS {cell}");
    }
    sql.push_str(&from(shape.mapped, dialect));
    if let Some(joined) = joined {
        sql.push_str(&joined.from);
    }
    sql
}

/// ` FROM … LEFT JOIN …`
fn from(mapped: &PartMapping, dialect: &Dialect) -> String {
    let mut sql = format!(" FROM {} t", quoted(&mapped.table));
    for join in &mapped.joins {
        let _ = write!(
            sql,
            " LEFT JOIN {} {} ON {}",
            quoted(&join.table),
            alias(&join.name),
            dialect.condition(&join.on)
        );
    }
    sql
}

/// The condition for rows that are of the part; nothing when all are.
pub(super) fn filter(mapped: &PartMapping, dialect: &Dialect) -> Option<String> {
    let filter = mapped.filter.as_ref()?;
    Some(dialect.condition(filter))
}

/// How many rows are of the part.
pub(super) fn count(mapped: &PartMapping, dialect: &Dialect) -> String {
    let mut sql = format!("SELECT count(*) AS count{}", from(mapped, dialect));
    if let Some(filter) = filter(mapped, dialect) {
        let _ = write!(sql, " WHERE {filter}");
    }
    sql
}

/// How many values of a join's key stand on several rows of its table.
pub(super) fn doubled(join: &Join, dialect: &Dialect) -> String {
    let (mut keys, mut terms) = (Vec::new(), Vec::new());
    for term in join.on.terms() {
        if let Test::Is(Operand::Column(_)) = &term.test {
            keys.push(placed(&term.column));
        } else {
            terms.push(term.clone());
        }
    }
    let mut conditions: Vec<String> = keys
        .iter()
        .map(|key| format!("{key} IS NOT NULL"))
        .collect();
    let constants = dialect.condition(&Condition::of(terms));
    conditions.extend(Some(constants).filter(|text| !text.is_empty()));
    format!(
        "SELECT count(*) AS count FROM (SELECT 1 AS one FROM {} {} WHERE {} GROUP BY {} HAVING count(*) > 1) d",
        quoted(&join.table),
        alias(&join.name),
        conditions.join(" AND "),
        keys.join(", ")
    )
}

struct Joined {
    from: String,
    found: String,
    sent: Option<String>,
    sent_in: Option<String>,
}

/// The message that a row names, found by its id, with its time and its room. Its table and those joined to it stand
/// side by side, each reached by its index: SQLite would build a subquery anew for every page.
fn joined(shape: &Shape<'_>, dialect: &Dialect) -> Option<Joined> {
    let messages = shape.other?;
    let Origin::One(names) = &shape.mapped.value("message")?.origin else {
        return None;
    };
    let id = messages.own("id")?.within(MESSAGE);
    let (left, right) = dialect.sides(&id, names);
    let mut from = format!(
        " LEFT JOIN {} {} ON {left} = {right}",
        quoted(&messages.table),
        alias(MESSAGE)
    );
    for join in &messages.joins {
        let _ = write!(
            from,
            " LEFT JOIN {} {} ON {}",
            quoted(&join.table),
            alias(&format!("{MESSAGE} {}", join.name)),
            dialect.condition(&join.on.within(MESSAGE))
        );
    }
    let found = dialect.text_of(&id);
    // A row that is no message for us is none that can be named.
    let found = match &messages.filter {
        Some(filter) => format!(
            "CASE WHEN {} THEN {found} END",
            dialect.condition(&filter.within(MESSAGE))
        ),
        None => found,
    };
    let said = |field, kind| {
        // JSON is taken apart after it was read.
        let value = messages
            .value(field)
            .filter(|value| value.json.is_empty())?;
        dialect.value(&value.within(MESSAGE), kind)
    };
    Some(Joined {
        from,
        found,
        sent: said("created_at", Kind::Time),
        sent_in: said("room", Kind::Any),
    })
}

/// The name of that join; no other begins with a word and a space.
const MESSAGE: &str = "the message";

/// Whether a column of a type is a number, which counts up from row to row where it is an id.
pub(crate) fn is_counted(kind: &str) -> bool {
    kind.contains("int") || kind.contains("serial") || kind == "numeric" || kind == "decimal"
}

/// A table as a statement names it.
pub(super) fn all_of(table: &Table) -> String {
    format!("SELECT count(*) AS count FROM {}", quoted(&table.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_engine_compares_is_not_cast_as_a_cast_has_no_index() {
        let dialect = |families| Dialect {
            text: |expression, _| expression.to_owned(),
            bytes: str::to_owned,
            families,
            is_text: |_| false,
        };
        let any = dialect(None);
        assert!(any.compares("integer", "bigint") && any.compares("integer", "varchar"));
        let some = dialect(Some(&[&["int4", "int8"], &["text", "varchar"]]));
        assert!(some.compares("int4", "int8") && some.compares("uuid", "uuid"));
        assert!(!some.compares("int8", "varchar") && !some.compares("uuid", "text"));
    }

    #[test]
    fn nothing_ends_a_literal_or_a_name() {
        assert_eq!(literal("it's; --"), "'it''s; --'");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
