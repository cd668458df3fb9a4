use bytes::Bytes;
use domain::{
    Attachment, AttachmentId, Content, Doctor, FileName, Message, MessageText, NewMessage, RoomId,
};

use crate::{
    ErrorKind, NewAttachment,
    conformance::{
        Fixture,
        refused::{invalid, not_found, odd_ids, refused, same_refusal},
        scene::{Scene, note},
    },
};

pub(super) fn file(name: &str, bytes: impl Into<Bytes>) -> NewAttachment {
    NewAttachment {
        name: FileName::parse(name).unwrap(),
        media_type: "image/png".to_owned(),
        bytes: bytes.into(),
        picture: None,
    }
}

/// A scene whose backend takes files; one that does not says so.
pub(super) async fn taking_files(fixture: Fixture) -> Option<Scene> {
    let s = Scene::of(fixture);
    if s.backend.capabilities.attachments {
        return Some(s);
    }
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let answer = s
        .backend
        .attachments
        .upload(&ana, &room, &file("a.png", "a"))
        .await;
    refused(answer, ErrorKind::Unsupported);
    None
}

pub(super) async fn upload(s: &Scene, doctor: &Doctor, room: &RoomId, name: &str) -> Attachment {
    let file = file(name, name.to_owned());
    s.backend
        .attachments
        .upload(doctor, room, &file)
        .await
        .unwrap()
}

pub(super) fn carrying(files: &[&Attachment]) -> NewMessage {
    let files = files.iter().map(|file| file.id.clone()).collect();
    NewMessage {
        content: Content::new(None, files).unwrap(),
        ..note("x")
    }
}

/// Asserts that the doctor gets neither the file nor a word about it.
pub(super) async fn is_hidden(s: &Scene, doctor: &Doctor, file: &AttachmentId) {
    let files = &s.backend.attachments;
    let none = AttachmentId::parse("9223372036854775807").unwrap();
    let unknown = not_found(files.describe(doctor, &none).await);
    same_refusal(&not_found(files.describe(doctor, file).await), &unknown);
    same_refusal(&not_found(files.fetch(doctor, file).await), &unknown);
    same_refusal(&not_found(files.thumbnail(doctor, file).await), &unknown);
}

pub(super) async fn is_given(s: &Scene, doctor: &Doctor, file: &Attachment) {
    let files = &s.backend.attachments;
    assert_eq!(files.describe(doctor, &file.id).await.unwrap(), *file);
    let fetched = files.fetch(doctor, &file.id).await.unwrap();
    assert_eq!(fetched.attachment, *file);
    let bytes = fetched.content.whole().await.unwrap();
    assert_eq!(bytes.len() as u64, file.size);
}

pub async fn a_file_comes_back_as_sent(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let every_byte: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let contents: [Bytes; 3] = [every_byte.into(), "\0".into(), "text\r\n".into()];
    for (name, bytes) in ["Röntgen '%' 夜.png", "a b.png", "x"]
        .into_iter()
        .zip(contents)
    {
        let new = file(name, bytes.clone());
        let stored = s
            .backend
            .attachments
            .upload(&ana, &room, &new)
            .await
            .unwrap();
        assert_eq!((&stored.room, &stored.name), (&room, &new.name));
        assert_eq!(stored.media_type, new.media_type);
        assert_eq!(stored.size, bytes.len() as u64);
        let message = s.post(&ana, &room, &carrying(&[&stored])).await;
        assert_eq!(message.attachments(), std::slice::from_ref(&stored));
        assert_eq!(message.text(), None);
        assert_eq!(s.see(&ben, &message).await, message);
        assert_eq!(s.history(&ben, &room).await.last(), Some(&message));
        is_given(&s, &ben, &stored).await;
        let fetched = s.backend.attachments.fetch(&ben, &stored.id).await.unwrap();
        assert_eq!(fetched.content.whole().await.unwrap(), bytes);
    }
}

pub async fn an_unsent_file_is_its_uploaders_alone(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "ecg.png").await;
    is_given(&s, &ana, &stored).await;
    is_hidden(&s, &ben, &stored.id).await;
    is_hidden(&s, &cleo, &stored.id).await;
    s.post(&ana, &room, &carrying(&[&stored])).await;
    is_given(&s, &ben, &stored).await;
    is_hidden(&s, &cleo, &stored.id).await;
}

pub async fn a_file_is_for_those_in_the_room_now(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "ecg.png").await;
    let unsent = upload(&s, &ana, &room, "draft.png").await;
    s.post(&ana, &room, &carrying(&[&stored])).await;
    s.add(&ana, &room, &cleo).await;
    is_given(&s, &cleo, &stored).await;
    for gone in [&cleo, &ana] {
        s.remove(&ben, &room, gone).await;
        is_hidden(&s, gone, &stored.id).await;
    }
    is_hidden(&s, &ana, &unsent.id).await;
    not_found(
        s.backend
            .attachments
            .upload(&ana, &room, &file("late.png", "x"))
            .await,
    );
    is_given(&s, &ben, &stored).await;
}

pub async fn a_recalled_file_is_gone(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "wrong-patient.png").await;
    let message = s.post(&ana, &room, &carrying(&[&stored])).await;
    let gone = s.recall(&ana, &message).await;
    assert!(gone.attachments().is_empty());
    assert!(s.see(&ben, &message).await.attachments().is_empty());
    for doctor in [&ana, &ben] {
        is_hidden(&s, doctor, &stored.id).await;
    }
    let again = s
        .backend
        .messages
        .post(&ana, &room, &carrying(&[&stored]))
        .await;
    invalid(again, "attachment_ids");
}

pub async fn only_ones_own_file_of_the_room_can_be_sent(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let other = s.group(&[&ana, &ben]).await;
    let own = upload(&s, &ana, &room, "own.png").await;
    let of_ben = upload(&s, &ben, &room, "bens.png").await;
    let elsewhere = upload(&s, &ana, &other, "elsewhere.png").await;
    let unknown = odd_ids().map(|id| Attachment {
        id: AttachmentId::parse(id).unwrap(),
        ..own.clone()
    });
    let messages = &s.backend.messages;
    for wrong in unknown.chain([of_ben, elsewhere]) {
        let answer = messages.post(&ana, &room, &carrying(&[&wrong])).await;
        invalid(answer, "attachment_ids");
        let answer = messages.post(&ana, &room, &carrying(&[&own, &wrong])).await;
        invalid(answer, "attachment_ids");
    }
    assert!(
        s.history(&ana, &room).await.is_empty(),
        "nothing was stored"
    );
    s.post(&ana, &room, &carrying(&[&own])).await;
}

pub async fn a_file_is_sent_once(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for round in 0..5 {
        let stored = upload(&s, &ana, &room, "ecg.png").await;
        let posts = [carrying(&[&stored]), carrying(&[&stored])].map(|new| {
            let (messages, ana, room) = (s.backend.messages.clone(), ana.clone(), room.clone());
            tokio::spawn(async move { messages.post(&ana, &room, &new).await })
        });
        let mut sent = 0;
        for post in posts {
            match post.await.unwrap() {
                Ok(_) => sent += 1,
                refusal => drop(invalid(refusal, "attachment_ids")),
            }
        }
        assert_eq!(sent, 1);
        let again = s
            .backend
            .messages
            .post(&ana, &room, &carrying(&[&stored]))
            .await;
        invalid(again, "attachment_ids");
        assert_eq!(s.history(&ben, &room).await.len(), round + 1);
    }
}

pub async fn a_repeated_post_of_a_file_is_the_first_message(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "ecg.png").await;
    let new = carrying(&[&stored]);
    let first = s.post(&ana, &room, &new).await;
    let again = s.backend.messages.post(&ana, &room, &new).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.message, first);
}

pub async fn several_files_keep_their_order(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut stored = Vec::new();
    for number in 0..Content::MAX_ATTACHMENTS {
        stored.push(upload(&s, &ana, &room, &format!("{number}.png")).await);
    }
    let files = stored.iter().map(|file| file.id.clone()).collect();
    let words = MessageText::parse("ten views").unwrap();
    let new = NewMessage {
        content: Content::new(Some(words.clone()), files).unwrap(),
        ..note("x")
    };
    let message = s.post(&ana, &room, &new).await;
    assert_eq!(message.attachments(), stored);
    assert_eq!(message.text(), Some(&words));
    let seen: Message = s.see(&ben, &message).await;
    assert_eq!(seen, message);
    assert_eq!(s.history(&ben, &room).await, [message]);
}

pub async fn an_edit_cannot_change_the_files(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let one = upload(&s, &ana, &room, "one.png").await;
    let other = upload(&s, &ana, &room, "other.png").await;
    let message = s.post(&ana, &room, &carrying(&[&one])).await;
    let words = || MessageText::parse("a caption").ok();
    let messages = &s.backend.messages;
    let both = vec![one.id.clone(), other.id.clone()];
    for files in [vec![], vec![other.id.clone()], both] {
        let changed = Content::new(words(), files).unwrap();
        let answer = messages.edit(&ana, &room, &message.id, &changed).await;
        invalid(answer, "attachment_ids");
    }
    let captioned = Content::new(words(), vec![one.id.clone()]).unwrap();
    let edited = messages
        .edit(&ana, &room, &message.id, &captioned)
        .await
        .unwrap();
    assert_eq!(edited.attachments(), [one]);
    assert_eq!(edited.text(), words().as_ref());
    assert_eq!(s.see(&ben, &message).await, edited);
}

pub async fn a_file_over_the_limit_is_too_large(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let most = usize::try_from(s.backend.capabilities.max_attachment_bytes).unwrap();
    let (fits, over) = (vec![0_u8; most], vec![0_u8; most + 1]);
    let files = &s.backend.attachments;
    refused(
        files.upload(&ana, &room, &file("big.png", over)).await,
        ErrorKind::TooLarge,
    );
    let stored = files
        .upload(&ana, &room, &file("fits.png", fits))
        .await
        .unwrap();
    assert_eq!(stored.size, most as u64);
}

pub async fn an_unknown_file_is_not_found(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ..] = s.doctors();
    for id in odd_ids() {
        is_hidden(&s, &ana, &AttachmentId::parse(id).unwrap()).await;
    }
    for id in odd_ids() {
        let nowhere = RoomId::parse(id).unwrap();
        not_found(
            s.backend
                .attachments
                .upload(&ana, &nowhere, &file("a.png", "a"))
                .await,
        );
    }
}
