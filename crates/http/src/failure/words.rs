//! The fault of a field in words, for the person who filled it in. Programs read its name in `errors`.

use super::FieldError;

/// A sentence: "The reason is 3 characters too long: at most 120 are possible."
pub(super) fn of(error: &FieldError) -> String {
    format!("{} {}.", subject(&error.field), error.message)
}

/// A part of a list, `participant_ids[3]`, goes by the name of the list.
fn subject(field: &str) -> String {
    let field = field.split(['[', '.']).next().unwrap_or(field);
    let known = match field {
        "after" | "around" | "before" | "cursor" => "The place to go on from",
        "attachment_ids" => "The files",
        "author" => "“Written by”",
        "client_id" => "The number of this message",
        "doctor_id" => "The doctor",
        "from" => "“From”",
        "has_file" => "“With a file”",
        "limit" => "The length of the page",
        "mention_ids" => "The doctors who are mentioned",
        "message_id" | "message" => "The message",
        "minutes" | "until" => "The time until when",
        "order" => "What is to be done",
        "participant_ids" => "The choice of doctors",
        "patient_check" => "The answer about the patient",
        "patient_id" => "The patient",
        "q" => "The search",
        "reply_to" => "The message that is answered",
        "scope" => "The choice of rooms",
        "to" => "“To”",
        "urgent_reason" => "The reason",
        other => return format!("The {}", other.replace('_', " ")),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_the_names_of_our_fields() {
        let said = |field: &str| {
            of(&FieldError {
                field: field.to_owned(),
                message: "is required".to_owned(),
            })
        };
        assert_eq!(said("text"), "The text is required.");
        assert_eq!(
            said("participant_ids[2]"),
            "The choice of doctors is required."
        );
        assert_eq!(said("urgent_reason"), "The reason is required.");
    }
}
