use domain::MessageId;

use crate::conformance::{
    Fixture,
    refused::{not_found, odd_messages},
    scene::{Scene, content, ids, words},
};

pub async fn named_messages_are_told_as_they_are_now(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let other = s.group(&[&ana, &cleo]).await;
    let plain = s.say(&ana, &room, "as it was").await;
    let edited = s.say(&ana, &room, "5 mg").await;
    let recalled = s.say(&ben, &room, "for another patient").await;
    let unnamed = s.say(&ben, &room, "nobody asks for this").await;
    let elsewhere = s.say(&ana, &other, "elsewhere").await;
    let messages = &s.backend.messages;
    let better = content("50 mg");
    messages
        .edit(&ana, &room, &edited.id, &better)
        .await
        .unwrap();
    s.recall(&ben, &recalled).await;

    let mut named: Vec<MessageId> = ids(&[plain.clone(), edited.clone(), recalled.clone()]);
    named.push(elsewhere.id);
    named.extend(odd_messages());
    let told = messages.several(&ben, &room, &named).await.unwrap();
    assert_eq!(told.len(), 3, "those of this room");
    let find = |id: &MessageId| told.iter().find(|message| message.id == *id).unwrap();
    let seen = find(&plain.id);
    assert_eq!(
        (words(seen), &seen.author),
        (Some("as it was"), &ana.profile())
    );
    assert_eq!(words(find(&edited.id)), Some("50 mg"));
    assert!(find(&recalled.id).is_recalled());
    assert_eq!(words(find(&recalled.id)), None);
    assert!(!ids(&told).contains(&unnamed.id));
    assert_eq!(messages.several(&ben, &room, &[]).await.unwrap(), []);
}

pub async fn nobody_outside_is_told_a_named_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let said = [s.say(&ana, &room, "between us").await.id];
    let messages = &s.backend.messages;
    not_found(messages.several(&cleo, &room, &said).await);
    not_found(messages.several(&cleo, &room, &[]).await);
    s.add(&ana, &room, &cleo).await;
    assert_eq!(
        ids(&messages.several(&cleo, &room, &said).await.unwrap()),
        said
    );
    s.remove(&ana, &room, &cleo).await;
    not_found(messages.several(&cleo, &room, &said).await);
}
