use domain::{PageSize, Room, RoomCursor, RoomPage};

use super::place::{Place, Places};

/// A page of several lists as one.
pub(super) struct Merged {
    /// Rooms taken from each list.
    pub(super) taken: Vec<Vec<Room>>,
    /// The index of the list that each room of the page comes from, in the order of the page.
    pub(super) turns: Vec<usize>,
    /// The start of the next page in each list.
    pub(super) places: Places,
}

impl Merged {
    /// Whether a list that answers has more.
    pub(super) fn goes_on(&self, answers: impl Fn(usize) -> bool) -> bool {
        let mut places = self.places.0.iter().enumerate();
        places.any(|(list, place)| *place != Place::End && answers(list))
    }
}

/// Takes rooms from pages that begin at `places`, the one that was active last first. Where there is no
/// page the list stays where it is.
pub(super) fn merged(
    mut pages: Vec<Option<RoomPage>>,
    mut places: Places,
    size: PageSize,
) -> Merged {
    let mut heads: Vec<_> = pages
        .iter_mut()
        .map(|page| {
            let rooms = page.as_mut().map(|page| std::mem::take(&mut page.rooms));
            rooms.unwrap_or_default().into_iter().peekable()
        })
        .collect();
    let mut taken: Vec<Vec<Room>> = vec![Vec::new(); pages.len()];
    let mut turns = Vec::new();
    let has_more = |list: usize| {
        let page = pages.get(list).and_then(Option::as_ref);
        page.is_some_and(|page| page.next.is_some())
    };
    while turns.len() < size.get() {
        let mut newest: Option<(usize, jiff::Timestamp)> = None;
        let mut is_cut_off = false;
        for (list, head) in heads.iter_mut().enumerate() {
            match head.peek() {
                Some(room) if newest.is_none_or(|(_, at)| room.active_at > at) => {
                    newest = Some((list, room.active_at));
                }
                // What comes next in this list is not known, and may come before the others.
                None if has_more(list) => is_cut_off = true,
                _ => {}
            }
        }
        let Some((list, _)) = newest.filter(|_| !is_cut_off) else {
            break;
        };
        if let (Some(head), Some(taken)) = (heads.get_mut(list), taken.get_mut(list)) {
            taken.extend(head.next());
            turns.push(list);
        }
    }
    for (list, head) in heads.iter_mut().enumerate() {
        let is_asked = pages.get(list).is_some_and(Option::is_some);
        if let Some(place) = places.0.get_mut(list).filter(|_| is_asked) {
            let last = taken.get(list).and_then(|taken| taken.last());
            if head.peek().is_none() && !has_more(list) {
                *place = Place::End;
            } else if let Some(last) = last {
                *place = Place::After(RoomCursor::after(last));
            }
        }
    }
    Merged {
        taken,
        turns,
        places,
    }
}

#[cfg(test)]
mod tests {
    use domain::{RoomId, RoomKind};
    use jiff::Timestamp;

    use super::*;

    fn room(second: i64) -> Room {
        Room {
            id: RoomId::from(second),
            kind: RoomKind::Group,
            title: None,
            participants: Vec::new(),
            last_message: None,
            active_at: Timestamp::from_second(second).unwrap(),
            unread: 0,
            urgent: false,
            mentioned: false,
        }
    }

    /// The page that a chat with these rooms answers.
    fn answer(rooms: &[i64], place: &Place, size: usize) -> RoomPage {
        let after = match place {
            Place::Start => i64::MAX,
            Place::After(cursor) => cursor.active_at().as_second(),
            Place::End => i64::MIN,
        };
        let rest: Vec<Room> = rooms
            .iter()
            .filter(|second| **second < after)
            .map(|second| room(*second))
            .collect();
        let rooms = rest[..rest.len().min(size)].to_vec();
        RoomPage {
            next: rooms
                .last()
                .filter(|_| rest.len() > size)
                .map(RoomCursor::after),
            rooms,
        }
    }

    fn seconds(merged: &Merged) -> Vec<i64> {
        let mut taken: Vec<_> = merged.taken.iter().map(|rooms| rooms.iter()).collect();
        let turns = merged.turns.iter();
        turns
            .map(|list| taken[*list].next().unwrap().active_at.as_second())
            .collect()
    }

    #[test]
    fn pages_of_any_size_hold_every_room_once_in_one_order() {
        let chats: [&[i64]; 3] = [&[90, 70, 60, 30, 20], &[95, 80, 10, 5, 4, 3, 2], &[]];
        for size in 1..=14 {
            let mut places = Places::read(None, chats.len()).unwrap();
            let mut seen = Vec::new();
            for page in 0.. {
                assert!(page < 20, "it ends");
                let answers = chats.iter().zip(&places.0);
                let pages = answers.map(|(rooms, place)| Some(answer(rooms, place, size)));
                let page_size = PageSize::new(u32::try_from(size).unwrap()).unwrap();
                let merged = merged(pages.collect(), places.clone(), page_size);
                let found = seconds(&merged);
                assert!(found.len() == size || !merged.goes_on(|_| true));
                seen.extend(found);
                if !merged.goes_on(|_| true) {
                    break;
                }
                places = merged.places;
            }
            assert_eq!(seen, [95, 90, 80, 70, 60, 30, 20, 10, 5, 4, 3, 2], "{size}");
        }
    }

    #[test]
    fn a_chat_that_does_not_answer_stays_where_it_is() {
        let places = Places::read(None, 2).unwrap();
        let pages = vec![Some(answer(&[9, 8], &Place::Start, 5)), None];
        let merged = merged(pages, places, PageSize::DEFAULT);
        assert_eq!(seconds(&merged), [9, 8]);
        assert_eq!(merged.places.to_string(), "end~start");
        assert!(!merged.goes_on(|list| list == 0));
        assert!(merged.goes_on(|_| true));
    }

    #[test]
    fn what_is_not_known_yet_is_not_passed_over() {
        let short = RoomPage {
            rooms: vec![room(90)],
            next: Some(RoomCursor::after(&room(90))),
        };
        let pages = vec![Some(short), Some(answer(&[50], &Place::Start, 5))];
        let places = Places::read(None, 2).unwrap();
        let merged = merged(pages, places, PageSize::DEFAULT);
        assert_eq!(seconds(&merged), [90], "80 may come before 50");
    }
}
