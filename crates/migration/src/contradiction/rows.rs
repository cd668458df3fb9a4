use super::Contradiction;
use crate::{Part, Reason, Survey, survey::Tally};

/// Fewer rows than this are no sign of anything.
const FEW: u64 = 3;

pub(super) fn look(survey: &Survey) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let of = |part: Part| survey.parts.iter().find(|(one, _)| *one == part);
    if let Some((_, messages)) = of(Part::Messages) {
        found.extend(messages_of(messages));
    }
    if let Some((_, participants)) = of(Part::Participants) {
        found.extend(leaving(participants));
    }
    let tallies = survey.parts.iter();
    found.extend(tallies.filter_map(|(part, tally)| deleted_alike(*part, tally)));
    found.extend(files(survey));
    found
}

fn count(tally: &Tally, reason: Reason) -> u64 {
    tally.reasons.get(&reason).map_or(0, |(count, _)| *count)
}

fn messages_of(messages: &Tally) -> Vec<Contradiction> {
    let rows = messages.rows;
    let is_many = |some: u64| some >= FEW && some * 4 > rows;
    let mut found = Vec::new();
    let mut add = |name, words: String| found.push(Contradiction::new(name, words));
    let senders = count(messages, Reason::SenderUnknown) + count(messages, Reason::SenderNotStaff);
    if is_many(senders) {
        add(
            "senders-unknown",
            format!(
                "{senders} of {rows} messages name a sender who is no user: is [messages] sender the right column, and \
                 [users] the right table?"
            ),
        );
    }
    let outside = count(messages, Reason::SenderOutside);
    if outside >= FEW && outside * 20 > rows {
        add(
            "senders-outside",
            format!(
                "{outside} of {rows} messages are by users who are not in the room: the numbers in [messages] sender may be of another table, \
                 such as that of the participants. Accept this only when the old application forgets who has left a room, and the \
                 authors in `migrate preview` are right"
            ),
        );
    }
    let receivers = count(messages, Reason::ReceiverUnknown);
    if is_many(receivers) {
        add(
            "receivers-unknown",
            format!(
                "{receivers} of {rows} messages name a receiver who is no user: is [messages] receiver the right column?"
            ),
        );
    }
    if rows >= FEW && count(messages, Reason::SoftDeleted) == rows {
        add(
            "all-deleted",
            format!(
                "all {rows} messages count as deleted: is [messages] deleted_at, or deleted, the right column?"
            ),
        );
    }
    if rows >= FEW && messages.quarantined * 2 > rows {
        let words = format!(
            "{} of {rows} messages would be kept aside: below stands why",
            messages.quarantined
        );
        add("all-quarantined", words);
    }
    let never = count(messages, Reason::TimeNeverWas);
    if never > 0 {
        let words = format!(
            "{never} messages were sent at a local time that no clock showed, in the hour that spring leaves out: the zone of the \
             mapping may be wrong"
        );
        add("times-never-were", words);
    }
    if messages.ahead > 0 {
        let words = format!(
            "{} messages were sent within the next hours, as the mapping reads them: the zone of the mapping may be wrong",
            messages.ahead
        );
        add("times-in-future", words);
    }
    found
}

/// Many rows that were deleted at one moment were not deleted: the time stands for something else.
fn deleted_alike(part: Part, tally: &Tally) -> Option<Contradiction> {
    let rows = tally.rows;
    let (stamp, alike) = tally.deletions.iter().max_by_key(|(_, alike)| **alike)?;
    // Where all messages are, it is said already.
    let is_said = part == Part::Messages && *alike == rows;
    (*alike >= FEW && alike * 10 > rows * 3 && !is_said).then(|| {
        let words = format!(
            "{alike} of {rows} {} count as deleted at the same time{}, which may stand for \"not deleted\": leave it out of \
             [{}] deleted_at, such as by a view of the table",
            part.name(),
            shown_time(stamp),
            part.name()
        );
        Contradiction::new("deleted-alike", words)
    })
}

/// A time as the report shows it; words that stand in its place are left out.
fn shown_time(stamp: &str) -> String {
    let is_of_words = |c: char| c.is_alphabetic() && !matches!(c, 'T' | 'Z');
    if stamp.chars().any(is_of_words) {
        String::new()
    } else {
        format!(", {stamp}")
    }
}

fn leaving(participants: &Tally) -> Option<Contradiction> {
    let (left, rows) = (count(participants, Reason::LeftSometime), participants.rows);
    (left >= FEW && left * 4 > rows).then(|| {
        let words = format!(
            "{left} of {rows} participants left at a time that cannot be read, and would not be let in: is [participants] left_at the \
             right column?"
        );
        Contradiction::new("leaving-unreadable", words)
    })
}

fn files(survey: &Survey) -> Option<Contradiction> {
    let tallies = survey.parts.iter().map(|(_, tally)| tally);
    let missing: u64 = tallies
        .clone()
        .map(|tally| count(tally, Reason::FileMissing))
        .sum();
    let deeper = survey.deeper.as_ref()?;
    (missing >= FEW).then(|| {
        let words = format!(
            "{missing} files are missing, but some are in the folder {deeper} of the one given with --files: give that one, or \
             write `files_under = \"{deeper}\"`"
        );
        Contradiction::new("files-missing", words)
    })
}
