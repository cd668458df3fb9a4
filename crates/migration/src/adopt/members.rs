//! The members of each room, from all rows that name them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use ports::adoption::{Note, Participant};

use crate::Part;

/// Participants by room and user, and who is likely to be in rooms that nobody is in.
#[derive(Default)]
pub(super) struct Members {
    known: BTreeMap<(String, String), Times>,
    likely: BTreeMap<String, BTreeSet<String>>,
}

struct Times {
    joined_at: Option<Timestamp>,
    left_at: Option<Timestamp>,
    last_read_at: Option<Timestamp>,
}

impl Members {
    /// Somebody who is there twice joined at the earlier time, read until the later, and has left
    /// when both say so.
    pub(super) fn add(&mut self, participant: Participant) {
        let Participant {
            room,
            user,
            joined_at,
            left_at,
            last_read_at,
        } = participant;
        let times = Times {
            joined_at,
            left_at,
            last_read_at,
        };
        self.known
            .entry((room, user))
            .and_modify(|known| {
                known.joined_at = earlier(known.joined_at, joined_at);
                known.left_at = known
                    .left_at
                    .zip(left_at)
                    .map(|(one, other)| one.max(other));
                known.last_read_at = known.last_read_at.max(last_read_at);
            })
            .or_insert(times);
    }

    pub(super) fn add_likely(&mut self, room: String, user: String) {
        self.likely.entry(room).or_default().insert(user);
    }

    /// The participants, and what is to be reviewed; whoever is likely to be one is the one or the
    /// other.
    pub(super) fn settled(mut self, adds_likely: bool) -> (Vec<Participant>, Vec<Note>) {
        let mut notes = Vec::new();
        for (room, users) in std::mem::take(&mut self.likely) {
            if !adds_likely {
                let users: Vec<String> = users.into_iter().collect();
                notes.push(Note {
                    part: Part::Rooms.name(),
                    key: room,
                    reason: "likely_members",
                    is_quarantined: false,
                    raw: users.join(","),
                });
                continue;
            }
            for user in users {
                self.add(Participant {
                    room: room.clone(),
                    user,
                    joined_at: None,
                    left_at: None,
                    last_read_at: None,
                });
            }
        }
        let participant = |((room, user), times): (_, Times)| Participant {
            room,
            user,
            joined_at: times.joined_at,
            left_at: times.left_at,
            last_read_at: times.last_read_at,
        };
        (self.known.into_iter().map(participant).collect(), notes)
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    fn participant(
        user: &str,
        joined: i64,
        left: Option<Timestamp>,
        read: Option<Timestamp>,
    ) -> Participant {
        Participant {
            room: "1".into(),
            user: user.into(),
            joined_at: at(joined),
            left_at: left,
            last_read_at: read,
        }
    }

    #[test]
    fn somebody_twice_is_one_participant_whatever_comes_first() {
        let rows = [
            participant("a", 20, at(30), None),
            participant("a", 10, None, at(25)),
            participant("a", 15, at(40), at(22)),
        ];
        let fold = |order: [usize; 3]| {
            let mut members = Members::default();
            for index in order {
                members.add(rows[index].clone());
            }
            members.settled(false).0
        };
        let expected = vec![participant("a", 10, None, at(25))];
        assert_eq!(fold([0, 1, 2]), expected);
        assert_eq!(fold([2, 1, 0]), expected);
    }

    #[test]
    fn likely_members_are_let_in_only_when_told_so() {
        let members = || {
            let mut members = Members::default();
            members.add_likely("9".into(), "b".into());
            members.add_likely("9".into(), "a".into());
            members
        };
        let (none, notes) = members().settled(false);
        assert!(none.is_empty());
        assert_eq!((notes[0].key.as_str(), notes[0].raw.as_str()), ("9", "a,b"));
        let (added, notes) = members().settled(true);
        assert_eq!((added.len(), notes.len()), (2, 0));
    }
}
