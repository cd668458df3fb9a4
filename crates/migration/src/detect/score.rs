use super::fits;
use crate::{Column, Field, Part, Table, part::Kind};

/// How likely a table is a part, of 100; 0 when it lacks what the part needs.
pub(super) fn table(part: Part, table: &Table) -> u8 {
    let name = table.name.to_lowercase();
    let usual = part.tables().iter().position(|usual| *usual == name);
    let by_name = match usual {
        Some(index) => 95_u8.saturating_sub(u8::try_from(index * 2).unwrap_or(20)),
        None if part
            .tables()
            .iter()
            .any(|usual| name.ends_with(&format!("_{usual}"))) =>
        {
            75
        }
        None => 40,
    };
    let lacks =
        |field: &Field| field.required && table.columns.iter().all(|one| column(field, one) < 60);
    if part.fields().iter().any(lacks) {
        return 0;
    }
    if by_name == 40 && !looks_like(part, table) {
        return 0;
    }
    by_name
}

/// Whether a table of an unknown name has what hardly another has.
fn looks_like(part: Part, table: &Table) -> bool {
    let has = |name: &str| {
        let field = part.fields().iter().find(|field| field.name == name);
        field.is_some_and(|field| table.columns.iter().any(|one| column(field, one) >= 70))
    };
    match part {
        Part::Users => has("email"),
        Part::Patients => true,
        Part::Rooms => has("members") || (has("member_1") && has("member_2")),
        Part::Participants => {
            !has("last_read_message") && table.columns.len() <= 8 && has("joined_at")
        }
        Part::Messages => has("room") || has("receiver"),
        Part::Reads => table.columns.len() <= 6,
        Part::Attachments => has("name"),
    }
}

/// How likely a column is a field, of 100.
pub(super) fn column(field: &Field, column: &Column) -> u8 {
    let name = column.name.to_lowercase();
    let usual = field.columns.iter().position(|usual| *usual == name);
    let by_name = match usual {
        Some(0) => 95_u8,
        Some(index) => 92_u8.saturating_sub(u8::try_from(index * 2).unwrap_or(20)),
        None if field
            .columns
            .iter()
            .any(|usual| usual.len() > 4 && name.ends_with(&format!("_{usual}"))) =>
        {
            65
        }
        None => return 0,
    };
    match (field.kind, fits(field.kind, &column.kind)) {
        (_, true) => by_name,
        // A date in a varchar is not rare; a body that is a number is no body.
        (Kind::Time, false) => by_name.saturating_sub(15),
        (_, false) => by_name.saturating_sub(45),
    }
}
