use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{Doctor, Message, MessageCursor as Cursor, MessageId, MessagePage, RoomId};
use futures_util::future::join_all;
use tokio::task::JoinSet;

use crate::conformance::{
    Fixture,
    refused::{invalid, odd_messages},
    scene::{Scene, content, ids, note, page_size},
};

async fn page(s: &Scene, doctor: &Doctor, room: &RoomId, from: Cursor, size: u32) -> MessagePage {
    let messages = &s.backend.messages;
    messages
        .page(doctor, room, &from, page_size(size))
        .await
        .unwrap()
}

/// A group of the first two doctors in which six messages were said, with their ids.
async fn six(s: &Scene) -> (RoomId, Vec<MessageId>) {
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut said = Vec::new();
    for number in 0..6 {
        let doctor = if number % 2 == 0 { &ana } else { &ben };
        said.push(s.say(doctor, &room, &format!("number {number}")).await.id);
    }
    (room, said)
}

pub async fn a_room_without_messages_is_an_empty_page(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let empty = page(&s, &ben, &room, Cursor::Latest, 10).await;
    assert_eq!(empty, MessagePage::default());
    let first = s.say(&ana, &room, "first").await.id;
    let one = page(&s, &ben, &room, Cursor::Latest, 1).await;
    assert_eq!((one.before, one.after), (None, Some(first)));
}

pub async fn pages_of_every_size_walk_back_through_the_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, said) = six(&s).await;
    for size in 1..=8_u32 {
        let width = size as usize;
        let mut end = said.len();
        let mut cursor = Cursor::Latest;
        loop {
            let found = page(&s, &s.everyone[1], &room, cursor, size).await;
            let start = end.saturating_sub(width);
            assert_eq!(
                ids(&found.messages),
                said[start..end],
                "page of {size} ending at {end}"
            );
            assert_eq!(found.after.as_ref(), said[..end].last());
            assert_eq!(found.before.as_ref(), (start > 0).then(|| &said[start]));
            end = start;
            match found.before {
                Some(before) => cursor = Cursor::Before(before),
                None => break,
            }
        }
        assert_eq!(end, 0, "pages of {size} reach the beginning");
    }
}

pub async fn pages_of_every_size_walk_on_through_the_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, said) = six(&s).await;
    for size in 1..=8_u32 {
        let width = size as usize;
        let mut start = 1;
        while start < said.len() {
            let after = Cursor::After(said[start - 1].clone());
            let found = page(&s, &s.everyone[1], &room, after, size).await;
            let end = said.len().min(start + width);
            assert_eq!(
                ids(&found.messages),
                said[start..end],
                "page of {size} from {start}"
            );
            assert_eq!(found.before.as_ref(), Some(&said[start]));
            assert_eq!(found.after.as_ref(), Some(&said[end - 1]));
            start = end;
        }
    }
}

pub async fn after_the_newest_comes_what_is_said_next(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, said) = six(&s).await;
    let [ana, ben, ..] = s.doctors();
    let newest = said[5].clone();
    let nothing = page(&s, &ben, &room, Cursor::After(newest.clone()), 3).await;
    assert!(nothing.messages.is_empty());
    assert_eq!(
        nothing.after,
        Some(newest.clone()),
        "to ask again from there"
    );
    let next = s.say(&ana, &room, "next").await.id;
    let found = page(&s, &ben, &room, Cursor::After(newest), 3).await;
    assert_eq!(ids(&found.messages), [next]);
    let oldest = page(&s, &ben, &room, Cursor::Before(said[0].clone()), 3).await;
    assert!(oldest.messages.is_empty() && oldest.before.is_none());
}

pub async fn a_cursor_stays_where_it_is_when_messages_come(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, said) = six(&s).await;
    let [ana, ben, ..] = s.doctors();
    let before = Cursor::Before(said[4].clone());
    let older = page(&s, &ben, &room, before.clone(), 2).await;
    let after = Cursor::After(said[0].clone());
    let newer = page(&s, &ben, &room, after.clone(), 2).await;
    for _ in 0..3 {
        s.say(&ana, &room, "in between").await;
    }
    assert_eq!(page(&s, &ben, &room, before, 2).await, older);
    assert_eq!(page(&s, &ben, &room, after, 2).await, newer);
}

pub async fn a_cursor_stays_when_its_message_is_changed(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, said) = six(&s).await;
    let [ana, ben, ..] = s.doctors();
    let messages = &s.backend.messages;
    messages
        .edit(&ana, &room, &said[2], &content("edited"))
        .await
        .unwrap();
    messages.recall(&ben, &room, &said[3]).await.unwrap();
    for changed in [2, 3] {
        let cursor = said[changed].clone();
        let older = page(&s, &ben, &room, Cursor::Before(cursor.clone()), 10).await;
        let newer = page(&s, &ben, &room, Cursor::After(cursor), 10).await;
        assert_eq!(ids(&older.messages), said[..changed]);
        assert_eq!(ids(&newer.messages), said[changed + 1..]);
    }
}

pub async fn a_page_around_a_message_has_it_near_the_middle(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, said) = six(&s).await;
    let [ana, ben, ..] = s.doctors();
    s.backend
        .messages
        .recall(&ben, &room, &said[3])
        .await
        .unwrap();
    for size in 1..=8_u32 {
        let (older, newer) = page_size(size).halves();
        for (target, id) in said.iter().enumerate() {
            let start = target.saturating_sub(older);
            let end = said.len().min(target + newer);
            let found = page(&s, &ana, &room, Cursor::Around(id.clone()), size).await;
            assert_eq!(
                ids(&found.messages),
                said[start..end],
                "{size} around {target}"
            );
            let before = (start > 0).then(|| said[start].clone());
            assert_eq!(found.before, before, "{size} around {target}");
            assert_eq!(found.after.as_ref(), Some(&said[end - 1]));
        }
    }
    // From there one walks on in both directions.
    let middle = page(&s, &ana, &room, Cursor::Around(said[3].clone()), 2).await;
    let older = page(&s, &ana, &room, Cursor::Before(middle.before.unwrap()), 9).await;
    let newer = page(&s, &ana, &room, Cursor::After(middle.after.unwrap()), 9).await;
    let all = [older.messages, middle.messages, newer.messages].concat();
    assert_eq!(ids(&all), said);
}

pub async fn a_cursor_of_another_room_is_invalid(fixture: Fixture) {
    let s = Scene::of(fixture);
    let (room, _) = six(&s).await;
    let (other, said) = six(&s).await;
    let [ana, _, cleo, dan] = s.doctors();
    let foreign = s.group(&[&cleo, &dan]).await;
    let foreign = s.say(&cleo, &foreign, "not yours").await.id;
    let messages = &s.backend.messages;
    for id in odd_messages().chain([said[3].clone(), foreign]) {
        let before = Cursor::Before(id.clone());
        invalid(
            messages.page(&ana, &room, &before, page_size(5)).await,
            "before",
        );
        let after = Cursor::After(id.clone());
        invalid(
            messages.page(&ana, &room, &after, page_size(5)).await,
            "after",
        );
        let around = Cursor::Around(id);
        invalid(
            messages.page(&ana, &room, &around, page_size(5)).await,
            "around",
        );
    }
    let right = Cursor::Before(said[3].clone());
    assert_eq!(page(&s, &ana, &other, right, 5).await.messages.len(), 3);
}

/// Posts of four doctors at once, `each` of every one, each doctor's in turn.
fn everybody_talks(s: &Scene, room: &RoomId, each: u32) -> JoinSet<Vec<Message>> {
    let mut talking = JoinSet::new();
    for doctor in s.doctors() {
        let (messages, room) = (s.backend.messages.clone(), room.clone());
        talking.spawn(async move {
            let mut said = Vec::new();
            for number in 0..each {
                let new = note(&format!("{doctor:?} number {number}"));
                said.push(messages.post(&doctor, &room, &new).await.unwrap().message);
            }
            said
        });
    }
    talking
}

pub async fn order_is_the_same_for_every_reader(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo, &dan]).await;
    let said = everybody_talks(&s, &room, 15).join_all().await;
    let readers = [&ana, &ben, &cleo, &dan].map(|doctor| s.history(doctor, &room));
    let seen: Vec<_> = join_all(readers)
        .await
        .iter()
        .map(|seen| ids(seen))
        .collect();
    assert!(seen.iter().all(|other| *other == seen[0]));
    assert_eq!(seen[0].len(), 60);
    for own in said {
        let own = ids(&own);
        let places: Vec<_> = seen[0].iter().filter(|id| own.contains(id)).collect();
        assert!(places.into_iter().eq(&own), "as each author said it");
    }
}

pub async fn a_reader_who_follows_misses_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo, &dan]).await;
    let mut at = s.say(&ana, &room, "start").await.id;
    let mut expected = vec![at.clone()];
    let mut seen = expected.clone();
    let over = Arc::new(AtomicBool::new(false));
    let talking = everybody_talks(&s, &room, 40);
    let said = tokio::spawn({
        let over = over.clone();
        async move {
            let said = talking.join_all().await;
            over.store(true, Ordering::SeqCst);
            said
        }
    });
    loop {
        let was_over = over.load(Ordering::SeqCst);
        let found = page(&s, &dan, &room, Cursor::After(at.clone()), 7).await;
        seen.extend(ids(&found.messages));
        at = found.after.unwrap();
        if was_over && found.messages.is_empty() {
            break;
        }
    }
    expected.extend(said.await.unwrap().iter().flat_map(|said| ids(said)));
    assert_eq!(
        seen,
        ids(&s.history(&ben, &room).await),
        "each once, in order"
    );
    expected.sort();
    seen.sort();
    assert_eq!(seen, expected, "all that was acknowledged");
}
