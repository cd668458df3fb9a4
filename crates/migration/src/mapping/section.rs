//! One section of a mapping: a part, its table and what each field is read from.

use std::ops::Range;

use toml::de::{DeArray, DeTable, DeValue};

use super::{
    BodyIs, InvalidMapping, PartMapping, PathIs, RowIs,
    column::{ColumnRef, Origin, Scope, Value, listed, no_table},
    condition::Condition,
    join::Join,
    read::{Lines, words, zone},
};
use crate::{Part, Table};

/// Settings of a section beside its fields, and the parts that have them.
const OPTIONS: [(&str, &[Part]); 13] = [
    ("table", &Part::ALL),
    ("join", &Part::ALL),
    ("where", &Part::ALL),
    ("classes", &[Part::Users, Part::Messages]),
    ("named_by", &[Part::Users]),
    ("direct", &[Part::Rooms]),
    ("group", &[Part::Rooms]),
    ("two_people", &[Part::Rooms]),
    ("body_is", &[Part::Messages]),
    ("path_is", &[Part::Attachments]),
    ("row_is", &[Part::Reads]),
    ("files_at", &[Part::Messages, Part::Attachments]),
    ("files_under", &[Part::Messages, Part::Attachments]),
];

pub(super) fn read_part(
    part: Part,
    span: Range<usize>,
    columns: &DeTable<'_>,
    tables: &[Table],
    lines: Lines<'_>,
) -> Result<PartMapping, InvalidMapping> {
    let name = part.name();
    let at = |words: String| lines.wrong(span.clone(), format!("[{name}]: {words}"));
    let table = match columns.get("table") {
        None => return Err(at("needs table".to_owned())),
        Some(value) => {
            let wrong = |words: String| lines.wrong(value.span(), format!("[{name}]: {words}"));
            let DeValue::String(table) = value.get_ref() else {
                return Err(wrong("table is the name of a table in quotes".to_owned()));
            };
            Table::named(tables, table).ok_or_else(|| wrong(no_table(tables, table)))?
        }
    };
    let mut mapping = PartMapping::new(table);
    if let Some(value) = columns.get("join") {
        let DeValue::Table(joins) = value.get_ref() else {
            let words = format!("[{name}] join: {JOIN_FORM}");
            return Err(lines.wrong(value.span(), words));
        };
        mapping.joins = joined(name, joins, table, tables, lines)?;
    }
    let joins = mapping.joins.clone();
    let scope = Scope {
        table,
        joins: &joins,
        tables,
    };
    for (field, value) in columns {
        let key: &str = field.get_ref();
        let wrong = |words: String| lines.wrong(field.span(), format!("[{name}] {key}: {words}"));
        if OPTIONS
            .iter()
            .any(|(known, parts)| *known == key && parts.contains(&part))
        {
            option(&mut mapping, key, value.get_ref(), scope).map_err(wrong)?;
            continue;
        }
        let Some(known) = part.fields().iter().find(|known| known.name == key) else {
            return Err(wrong(unknown(part)));
        };
        let read = value_of(value.get_ref(), scope).map_err(wrong)?;
        mapping.fields.insert(known.name, read);
    }
    let missing = |field: &&crate::Field| field.required && !mapping.has(field.name);
    match part.fields().iter().find(missing) {
        Some(missing) => Err(at(format!("needs {}", missing.name))),
        None => Ok(mapping),
    }
}

fn unknown(part: Part) -> String {
    let options = OPTIONS.iter().filter(|(_, parts)| parts.contains(&part));
    let known = options.map(|(name, _)| *name);
    let fields = part.fields().iter().map(|field| field.name);
    format!(
        "is nothing that {} have; they have {}",
        part.name(),
        listed(known.chain(fields))
    )
}

const JOIN_FORM: &str =
    "is like join.author = { table = \"participations\", on = \"id = participation_id\" }";

fn joined(
    name: &str,
    joins: &DeTable<'_>,
    table: &Table,
    tables: &[Table],
    lines: Lines<'_>,
) -> Result<Vec<Join>, InvalidMapping> {
    let mut read: Vec<Join> = Vec::new();
    // In the order of the file, as a join may use one before it.
    let mut in_order: Vec<_> = joins.iter().collect();
    in_order.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in in_order {
        let join: &str = key.get_ref();
        let wrong =
            |words: String| lines.wrong(key.span(), format!("[{name}] join.{join}: {words}"));
        let DeValue::Table(said) = value.get_ref() else {
            return Err(wrong(JOIN_FORM.to_owned()));
        };
        let mut words =
            ["table", "on"].map(|key| match said.get(key).map(|value| value.get_ref()) {
                Some(DeValue::String(word)) => Some(word.to_string()),
                _ => None,
            });
        let (Some(of), Some(on), 2) = (words[0].take(), words[1].take(), said.len()) else {
            return Err(wrong(JOIN_FORM.to_owned()));
        };
        let scope = Scope {
            table,
            joins: &read,
            tables,
        };
        let one = Join::read(join, &of, &on, scope).map_err(wrong)?;
        read.push(one);
    }
    Ok(read)
}

fn option(
    mapping: &mut PartMapping,
    key: &str,
    value: &DeValue<'_>,
    scope: Scope<'_>,
) -> Result<(), String> {
    match key {
        "where" => {
            let DeValue::String(text) = value else {
                return Err("is a condition in quotes, such as \"deleted = 0\"".to_owned());
            };
            let find = |name: &str| scope.column(name);
            mapping.filter = Some(Condition::read(text, &find, &find)?);
        }
        "classes" => mapping.classes = words(key, value)?,
        "named_by" => match words(key, value)?.as_slice() {
            [word] if word == "id" => mapping.named_by_login = false,
            [word] if word == "login" => mapping.named_by_login = true,
            _ => return Err("is id or login".to_owned()),
        },
        "direct" => mapping.direct = words(key, value)?,
        "group" => mapping.group = words(key, value)?,
        "two_people" => match words(key, value)?.as_slice() {
            [word] if word == "group" => mapping.two_are_direct = false,
            [word] if word == "direct" => mapping.two_are_direct = true,
            _ => return Err("is direct or group".to_owned()),
        },
        "body_is" => match words(key, value)?.as_slice() {
            [word] if word == "text" => mapping.body_is = BodyIs::Text,
            [word] if word == "html" => mapping.body_is = BodyIs::Html,
            [word] if word == "openemr-note" => mapping.body_is = BodyIs::OpenEmrNote,
            _ => return Err("is text, html or openemr-note".to_owned()),
        },
        "path_is" => match words(key, value)?.as_slice() {
            [word] if word == "path" => mapping.path_is = PathIs::Path,
            [word] if word == "active-storage-key" => mapping.path_is = PathIs::ActiveStorageKey,
            _ => return Err("is path or active-storage-key".to_owned()),
        },
        "row_is" => match words(key, value)?.as_slice() {
            [word] if word == "message" => mapping.row_is = Some(RowIs::Message),
            [word] if word == "last-message" => mapping.row_is = Some(RowIs::LastMessage),
            _ => return Err("is message or last-message".to_owned()),
        },
        "files_at" => mapping.files_at = words(key, value)?,
        "files_under" => mapping.files_under = words(key, value)?.into_iter().next(),
        // The table and the joins were read before.
        _ => {}
    }
    Ok(())
}

const VALUE_FORM: &str = "is the name of a column in quotes, or one of { column = \"data\", json = \"title\" }, \
     { column = \"created_at\", zone = \"Europe/London\" }, { words = [\"first_name\", \"last_name\"] }, \
     { first = [\"left_at\", \"deleted_at\"] }, { is = \"always this\" }";

fn value_of(value: &DeValue<'_>, scope: Scope<'_>) -> Result<Value, String> {
    let said = match value {
        DeValue::String(column) => return Ok(Value::of(Origin::One(scope.column(column)?))),
        DeValue::Table(said) => said,
        _ => return Err(VALUE_FORM.to_owned()),
    };
    let columns = |value: &DeValue<'_>| -> Result<Vec<ColumnRef>, String> {
        let names = words("columns", value)?;
        names.iter().map(|name| scope.column(name)).collect()
    };
    let (mut origin, mut json, mut read_zone) = (None, Vec::new(), None);
    for (key, value) in said {
        let value = value.get_ref();
        match (&**key.get_ref(), value) {
            ("column", DeValue::String(name)) => origin = Some(Origin::One(scope.column(name)?)),
            ("words", _) => origin = Some(Origin::Words(columns(value)?)),
            ("first", _) => origin = Some(Origin::First(columns(value)?)),
            ("is", DeValue::String(text)) => origin = Some(Origin::Constant(text.to_string())),
            ("json", DeValue::String(path)) => json = path.split('.').map(str::to_owned).collect(),
            ("zone", DeValue::String(name)) => read_zone = Some(zone(name)?),
            _ => return Err(VALUE_FORM.to_owned()),
        }
    }
    Ok(Value {
        origin: origin.ok_or_else(|| VALUE_FORM.to_owned())?,
        json,
        zone: read_zone,
    })
}

pub(super) fn texts(items: &DeArray<'_>) -> Result<Vec<String>, String> {
    let text = |item: &toml::Spanned<DeValue<'_>>| match item.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err("every item of the list is a text in quotes".to_owned()),
    };
    items.iter().map(text).collect()
}
