use domain::{Attachment, Doctor, Picture, RoomId};

use super::attachments::{carrying, file, is_hidden, taking_files, upload};
use crate::{
    NewAttachment, NewPicture,
    conformance::{
        Fixture,
        refused::not_found,
        scene::{Scene, page_size},
    },
};

const SIZE: Picture = Picture {
    width: 4032,
    height: 3024,
};

async fn picture(s: &Scene, doctor: &Doctor, room: &RoomId) -> Attachment {
    let new = NewAttachment {
        picture: Some(NewPicture {
            size: SIZE,
            thumbnail: "small".into(),
        }),
        ..file("wound.png", "a large picture")
    };
    let files = &s.backend.attachments;
    files.upload(doctor, room, &new).await.unwrap()
}

pub async fn a_picture_is_told_with_what_it_measures(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = picture(&s, &ana, &room).await;
    assert_eq!(stored.picture, Some(SIZE));
    let files = &s.backend.attachments;
    assert_eq!(files.describe(&ana, &stored.id).await.unwrap(), stored);
    let message = s.post(&ana, &room, &carrying(&[&stored])).await;
    assert_eq!(message.attachments(), std::slice::from_ref(&stored));
    assert_eq!(s.see(&ben, &message).await, message);
    assert_eq!(s.history(&ben, &room).await.last(), Some(&message));
    let rooms = s.backend.rooms.list(&ben, None, page_size(1)).await;
    assert_eq!(rooms.unwrap().rooms[0].last_message, Some(message));
    let fetched = files.fetch(&ben, &stored.id).await.unwrap();
    assert_eq!(fetched.attachment, stored);
    assert_eq!(fetched.content.whole().await.unwrap(), "a large picture");
}

pub async fn a_thumbnail_is_for_who_may_have_the_file(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = picture(&s, &ana, &room).await;
    let files = &s.backend.attachments;
    assert_eq!(files.thumbnail(&ana, &stored.id).await.unwrap(), "small");
    is_hidden(&s, &ben, &stored.id).await;
    let message = s.post(&ana, &room, &carrying(&[&stored])).await;
    assert_eq!(files.thumbnail(&ben, &stored.id).await.unwrap(), "small");
    is_hidden(&s, &cleo, &stored.id).await;
    s.remove(&ana, &room, &ben).await;
    is_hidden(&s, &ben, &stored.id).await;
    s.recall(&ana, &message).await;
    is_hidden(&s, &ana, &stored.id).await;
}

pub async fn what_is_no_picture_has_no_thumbnail(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "letter.pdf").await;
    assert_eq!(stored.picture, None);
    not_found(s.backend.attachments.thumbnail(&ana, &stored.id).await);
}
