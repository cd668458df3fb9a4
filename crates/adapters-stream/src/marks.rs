//! Delivery and read marks of the members, kept in their custom data.
//!
//! Each mark is a field of its own, `read_<position>` or `delivered_<position>`, whose value is when
//! it was made; the position is the time of the marked message in nanoseconds. Setting a field
//! cannot undo another, so marks made at once all count, and the first time of each stays known.
//!
//! Where the reader marked something unread, `own_read` says up to where they now count as having
//! read; the marks that others see stay.

use domain::{Mark, ReceiptKind, Receipts, StaffId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::{Member, Message};

/// Marks of a kind that are kept. Custom data has 5 KB; beyond these, messages that were read long
/// ago carry the time of the oldest mark that is known.
const KEPT: usize = 40;

/// The marks of one member, by position.
#[derive(Default)]
pub(crate) struct Marks {
    read: Vec<(i64, Timestamp)>,
    delivered: Vec<(i64, Timestamp)>,
    own: Option<i64>,
}

/// The field of the reader's own mark. Its value is text, as nanoseconds are too many for a number
/// in JSON.
const OWN: &str = "own_read";

/// A message's place in its room.
pub(crate) fn position(message: &Message) -> i64 {
    nanoseconds(message.created_at)
}

pub(crate) fn nanoseconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX)
}

/// The field to set when the member's own mark goes to `position`.
pub(crate) fn own_mark(position: i64) -> Value {
    json!({ OWN: position.to_string() })
}

fn field(kind: ReceiptKind, position: i64) -> String {
    format!("{}_{position}", kind.as_str())
}

/// The fields of marks that were made elsewhere, as many as are kept.
pub(crate) fn fields(
    kind: ReceiptKind,
    marks: &[(i64, Timestamp)],
) -> impl Iterator<Item = (String, Value)> {
    let kept = marks.iter().skip(marks.len().saturating_sub(KEPT));
    kept.map(move |(position, at)| (field(kind, *position), at.as_microsecond().into()))
}

impl Marks {
    pub(crate) fn of(member: &Member) -> Self {
        let mut marks = Self::default();
        for (name, value) in &member.custom {
            if name == OWN {
                marks.own = value.as_str().and_then(|own| own.parse().ok());
            }
            let Some((kind, position)) = name.split_once('_') else {
                continue;
            };
            let (Ok(position), Some(at)) = (position.parse(), value.as_i64()) else {
                continue;
            };
            let Ok(at) = Timestamp::from_microsecond(at) else {
                continue;
            };
            match kind {
                "read" => marks.read.push((position, at)),
                "delivered" => marks.delivered.push((position, at)),
                _ => {}
            }
        }
        marks.read.sort_unstable();
        marks.delivered.sort_unstable();
        marks
    }

    /// How far it is read; `None` before the first mark.
    fn read_to(&self) -> Option<i64> {
        self.read.last().map(|(position, _)| *position)
    }

    /// Up to where nothing is unread for the member themselves. Joining, at `joined`, counts as having
    /// read all before, until they mark something unread.
    pub(crate) fn own(&self, joined: i64) -> i64 {
        let furthest = self.furthest(joined);
        self.own.map_or(furthest, |own| own.min(furthest))
    }

    fn furthest(&self, joined: i64) -> i64 {
        self.read_to().unwrap_or(i64::MIN).max(joined)
    }

    /// The fields to set and to remove when the member, whose mark went back, reads up to `position`;
    /// none when that moves it nowhere.
    pub(crate) fn reading_again(&self, position: i64, joined: i64) -> Option<(Value, Vec<String>)> {
        self.own.filter(|own| position > *own)?;
        Some(if position >= self.furthest(joined) {
            (json!({}), vec![OWN.to_owned()])
        } else {
            (own_mark(position), Vec::new())
        })
    }

    /// When the message at `position` was first read.
    fn read_at(&self, position: i64) -> Option<Timestamp> {
        first(&self.read, position)
    }

    /// When it first arrived; reading is arriving too.
    fn delivered_at(&self, position: i64) -> Option<Timestamp> {
        let arrived = first(&self.delivered, position);
        arrived.into_iter().chain(self.read_at(position)).min()
    }

    /// Whether such a mark at `position` says nothing new.
    pub(crate) fn covers(&self, kind: ReceiptKind, position: i64) -> bool {
        match kind {
            ReceiptKind::Delivered => self.delivered_at(position).is_some(),
            ReceiptKind::Read | ReceiptKind::Acknowledged => self.read_at(position).is_some(),
        }
    }

    /// The fields to set and to remove for a new mark.
    pub(crate) fn adding(
        &self,
        kind: ReceiptKind,
        position: i64,
        at: Timestamp,
    ) -> (Value, Vec<String>) {
        let marks = match kind {
            ReceiptKind::Delivered => &self.delivered,
            ReceiptKind::Read | ReceiptKind::Acknowledged => &self.read,
        };
        let surplus = (marks.len() + 1).saturating_sub(KEPT);
        let old = marks
            .iter()
            .take(surplus)
            .map(|(position, _)| field(kind, *position));
        let set = json!({ field(kind, position): at.as_microsecond() });
        (set, old.collect())
    }

    /// The marks made since, each with its position.
    pub(crate) fn since(&self, time: Timestamp) -> Vec<(ReceiptKind, i64, Timestamp)> {
        let of = |marks: &[(i64, Timestamp)], kind| {
            let new = marks.iter().filter(|(_, at)| *at >= time);
            new.map(|(position, at)| (kind, *position, *at))
                .collect::<Vec<_>>()
        };
        let mut marks = of(&self.delivered, ReceiptKind::Delivered);
        marks.extend(of(&self.read, ReceiptKind::Read));
        marks
    }
}

/// The earliest mark at or after the position.
fn first(marks: &[(i64, Timestamp)], position: i64) -> Option<Timestamp> {
    let covering = marks.iter().filter(|(marked, _)| *marked >= position);
    covering.map(|(_, at)| *at).min()
}

/// The members a message has reached and those who have read it; its author is left out.
pub(crate) fn receipts(message: &Message, members: &[Member]) -> Receipts {
    let author = message.user.as_ref().map(|user| user.id.as_str());
    let position = position(message);
    let mut receipts = Receipts::default();
    for member in members
        .iter()
        .filter(|member| Some(member.user_id()) != author)
    {
        let (marks, Ok(doctor)) = (Marks::of(member), StaffId::parse(member.user_id())) else {
            continue;
        };
        if let Some(at) = marks.read_at(position) {
            receipts.read.push(Mark {
                doctor: doctor.clone(),
                at,
            });
        }
        if let Some(at) = marks.delivered_at(position) {
            receipts.delivered.push(Mark { doctor, at });
        }
    }
    sort(&mut receipts.read);
    sort(&mut receipts.delivered);
    receipts
}

/// In the order they were made.
pub(crate) fn sort(marks: &mut [Mark]) {
    marks.sort_by(|one, other| (one.at, &one.doctor).cmp(&(other.at, &other.doctor)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn member(marks: &[(&str, i64, i64)]) -> Member {
        let mut member =
            json!({ "user_id": "1", "created_at": "2026-01-01T00:00:00Z", "role": "member" });
        for (kind, position, second) in marks {
            member[format!("{kind}_{position}")] = json!(second * 1_000_000);
        }
        serde_json::from_value(member).unwrap()
    }

    #[test]
    fn the_first_time_of_each_message_stays() {
        let marks = Marks::of(&member(&[
            ("read", 10, 100),
            ("read", 20, 200),
            ("delivered", 30, 50),
        ]));
        assert_eq!(marks.read_at(5), Some(at(100)));
        assert_eq!(marks.read_at(11), Some(at(200)));
        assert_eq!(marks.read_at(21), None);
        assert_eq!(marks.delivered_at(5), Some(at(50)));
        assert_eq!((marks.own(0), marks.own(25)), (20, 25));
        assert!(marks.covers(ReceiptKind::Read, 20) && !marks.covers(ReceiptKind::Read, 21));
        assert!(marks.covers(ReceiptKind::Delivered, 30));
    }

    #[test]
    fn what_was_marked_unread_is_read_again_for_oneself() {
        let mut back = member(&[("read", 20, 200)]);
        back.custom.insert(OWN.to_owned(), json!("4"));
        let marks = Marks::of(&back);
        assert_eq!((marks.own(0), marks.read_at(15)), (4, Some(at(200))));
        assert_eq!(marks.reading_again(4, 0), None);
        let part = marks.reading_again(9, 0).unwrap();
        assert_eq!(part, (json!({ OWN: "9" }), vec![]));
        let all = marks.reading_again(20, 0).unwrap();
        assert_eq!(all, (json!({}), vec![OWN.to_owned()]));
        let joined_later = marks.reading_again(20, 30).unwrap();
        assert_eq!(joined_later, (json!({ OWN: "20" }), vec![]));
        assert_eq!(Marks::of(&member(&[])).reading_again(9, 0), None);
    }

    #[test]
    fn the_oldest_make_room() {
        let many: Vec<_> = (0..40)
            .map(|number| ("read", number, 100 + number))
            .collect();
        let (set, unset) = Marks::of(&member(&many)).adding(ReceiptKind::Read, 99, at(7));
        assert_eq!(set, json!({ "read_99": 7_000_000 }));
        assert_eq!(unset, ["read_0"]);
    }
}
