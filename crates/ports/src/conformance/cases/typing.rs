use domain::{Doctor, Event, RoomId};

use crate::conformance::{Fixture, scene::Scene};

fn is_typing(event: &Event, of: &RoomId, by: &Doctor, is: bool) -> bool {
    matches!(
        event,
        Event::Typing { room, doctor, typing }
            if room == of && *doctor == by.profile() && *typing == is
    )
}

pub async fn typing_is_told_to_the_others_and_not_to_oneself(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let mut own = s.listen(&ana).await;
    let mut others = [s.listen(&ben).await, s.listen(&cleo).await];
    s.backend.live.typing(&ana, &room, true).await.unwrap();
    for other in &mut others {
        other
            .until(|event| is_typing(event, &room, &ana, true))
            .await;
    }
    s.backend.live.typing(&ana, &room, false).await.unwrap();
    for other in &mut others {
        other
            .until(|event| is_typing(event, &room, &ana, false))
            .await;
    }
    let marker = s.say(&ben, &room, "over").await;
    let told = own.until_posted(&marker).await;
    assert!(
        !told
            .iter()
            .any(|event| matches!(event, Event::Typing { .. }))
    );
}

pub async fn typing_lapses_unless_it_is_repeated(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut other = s.listen(&ben).await;
    s.backend.live.typing(&ana, &room, true).await.unwrap();
    other
        .until(|event| is_typing(event, &room, &ana, true))
        .await;
    other
        .until(|event| is_typing(event, &room, &ana, false))
        .await;
}
