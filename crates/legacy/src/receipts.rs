use std::collections::BTreeMap;

use diesel::Queryable;
use domain::{Mark, Message, StaffId};
use ports::Result;
use serde::Deserialize;

use crate::{MessageRow, time};

/// A step of a doctor's read or delivered mark: from then on they had everything up to `position`.
///
/// Marks are kept as steps, one row whenever a mark moves, not one row a message: what was read
/// when follows from the first step at or after the message.
#[derive(Clone, Debug, Deserialize, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct MarkRow {
    pub doctor: i64,
    /// `delivered` or `read`.
    pub kind: String,
    pub position: i64,
    pub at: i64,
}

impl MarkRow {
    /// Turns the rows of a page into messages with their receipts. `marks` must hold, of every
    /// doctor and kind, the steps inside the page and the first one after it; in any order.
    ///
    /// # Errors
    /// `Internal` when a row holds what our SQL never answers.
    pub fn receipts_of(rows: Vec<MessageRow>, marks: Vec<Self>) -> Result<Vec<Message>> {
        let mut steps: BTreeMap<(bool, i64), Vec<(i64, i64)>> = BTreeMap::new();
        for mark in marks {
            let is_read = mark.kind == "read";
            steps
                .entry((is_read, mark.doctor))
                .or_default()
                .push((mark.position, mark.at));
        }
        steps.values_mut().for_each(|steps| steps.sort_unstable());
        rows.into_iter()
            .map(|row| with_receipts(row, &steps))
            .collect()
    }
}

fn with_receipts(
    row: MessageRow,
    steps: &BTreeMap<(bool, i64), Vec<(i64, i64)>>,
) -> Result<Message> {
    let (position, author) = (row.position, row.author_id);
    let mut message = row.into_message()?;
    for ((is_read, doctor), steps) in steps {
        if Some(*doctor) == author {
            continue;
        }
        let first = steps.partition_point(|(step, _)| *step < position);
        if let Some((_, at)) = steps.get(first) {
            let marks = if *is_read {
                &mut message.receipts.read
            } else {
                &mut message.receipts.delivered
            };
            marks.push(Mark {
                doctor: StaffId::from(*doctor),
                at: time(*at)?,
            });
        }
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SentRow, UrgencyRow};

    fn row(position: i64, author: i64) -> MessageRow {
        MessageRow {
            id: position,
            room_id: 1,
            position,
            client_id: None,
            author_id: Some(author),
            author_name: Some("A".into()),
            author_specialty: None,
            author_grade: None,
            text: Some("x".into()),
            sent: SentRow::default(),
            edited_at: None,
            recalled_at: None,
            reply_to: None,
            urgency: UrgencyRow::default(),
            attachments: None,
            mentions: None,
        }
    }

    fn mark(doctor: i64, kind: &str, position: i64, at: i64) -> MarkRow {
        MarkRow {
            doctor,
            kind: kind.into(),
            position,
            at,
        }
    }

    #[test]
    fn a_message_was_read_at_the_first_step_that_reaches_it() {
        let marks = vec![
            mark(2, "read", 5, 50),
            mark(2, "read", 2, 20),
            mark(2, "delivered", 9, 90),
        ];
        let page =
            MarkRow::receipts_of(vec![row(1, 1), row(3, 1), row(6, 1), row(4, 2)], marks).unwrap();
        let read = |i: usize| {
            page[i]
                .receipts
                .read
                .iter()
                .map(|mark| mark.at.as_microsecond())
                .collect::<Vec<_>>()
        };
        assert_eq!((read(0), read(1), read(2)), (vec![20], vec![50], vec![]));
        assert_eq!(page[2].receipts.delivered.len(), 1);
        assert!(page[3].receipts.read.is_empty(), "no receipt of one's own");
    }
}
