use std::time::Duration;

use domain::{AttachmentId, Content, Message, MessageText, NewMessage, RoomId};
use futures_util::future::join_all;

use crate::conformance::{
    Fixture,
    refused::{invalid, not_found, odd_messages},
    scene::{Scene, call_for_help, content, ids, note, words},
};

pub async fn a_message_reads_back_as_posted(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for new in [note("K⁺ 6.9 mmol/l"), call_for_help("please come")] {
        let posted = s.backend.messages.post(&ana, &room, &new).await.unwrap();
        let message = posted.message;
        assert!(!posted.repeated);
        assert_eq!(message.room, room);
        assert_eq!(message.client_id.as_ref(), Some(&new.client_id));
        assert_eq!(message.author, ana.profile());
        assert_eq!(message.text(), new.content.text());
        assert!(message.attachments().is_empty());
        assert_eq!((message.edited_at, &message.reply_to), (None, &None));
        assert_eq!(message.urgency, new.urgency);
        assert_eq!(message.receipts, domain::Receipts::default());
        assert_eq!(s.see(&ben, &message).await, message);
        assert_eq!(s.history(&ben, &room).await.last(), Some(&message));
    }
}

async fn comes_back(s: &Scene, text: &str) {
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let new = NewMessage {
        content: MessageText::stored(text).into(),
        ..note("x")
    };
    let message = s.post(&ana, &room, &new).await;
    let last = s.backend.rooms.get(&ben, &room).await.unwrap().last_message;
    let history = s.history(&ben, &room).await;
    for seen in [
        &message,
        &s.see(&ben, &message).await,
        &history[0],
        &last.unwrap(),
    ] {
        assert!(words(seen) == Some(text), "changed on the way");
    }
}

pub async fn the_longest_text_is_kept_to_the_byte(fixture: Fixture) {
    let s = Scene::of(fixture);
    for letter in ["a", "é", "夜", "👩"] {
        let text = letter.repeat(MessageText::MAX_CHARS);
        assert!(MessageText::parse(&text).is_ok());
        comes_back(&s, &text).await;
    }
}

pub async fn text_of_every_script_is_kept_to_the_byte(fixture: Fixture) {
    let s = Scene::of(fixture);
    let texts = [
        "  two spaces before, one tab\tinside,\n\na blank line, two spaces after  ",
        "it's \"quoted\", \\escaped\\, 100 % _sure_; DROP TABLE chat_messages; -- $1 ?1 :a {} %s",
        "<script>alert('x')</script> &amp; &#39;",
        "null",
        "{\"text\": [1, 2]}",
        "Blutdruck fällt, façade, Ökonomie, ß, Ǆ, İstanbul",
        "e\u{301} and é are two spellings",
        "Пациент стабилен · Ο ασθενής είναι σταθερός",
        "患者は安定しています · 患者情况稳定 · 환자는 안정적입니다",
        "מטופל 3 — المريض مستقر \u{200f}12 mg\u{200e}",
        "रोगी स्थिर है · ผู้ป่วยอาการคงที่",
        "👩🏽‍⚕️👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 𝛂 \u{10ffff}",
    ];
    for text in texts {
        comes_back(&s, text).await;
    }
}

/// Posts the same message often at once; the answers are in no order.
async fn post_at_once(s: &Scene, room: &RoomId, new: &NewMessage) -> Vec<(Message, bool)> {
    let posts = (0..8).map(|_| {
        let (messages, ana) = (s.backend.messages.clone(), s.everyone[0].clone());
        let (room, new) = (room.clone(), new.clone());
        tokio::spawn(async move { messages.post(&ana, &room, &new).await.unwrap() })
    });
    let posted = join_all(posts).await;
    posted
        .into_iter()
        .map(|posted| posted.unwrap())
        .map(|posted| (posted.message, posted.repeated))
        .collect()
}

pub async fn the_same_client_id_twice_is_one_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let new = note("once");
    let first = s.post(&ana, &room, &new).await;
    s.say(&ben, &room, "in between").await;
    let other_words = NewMessage {
        content: content("other words"),
        reply_to: odd_messages().next(),
        ..new.clone()
    };
    for repeat in [new, other_words] {
        let again = s.backend.messages.post(&ana, &room, &repeat).await.unwrap();
        assert!(again.repeated);
        assert_eq!(again.message, first, "whatever the repeat wanted to say");
    }
    assert_eq!(s.history(&ben, &room).await.len(), 2);
    assert_eq!(s.unread(&ben, &room).await, 1);
}

pub async fn the_same_client_id_at_once_is_one_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for round in 0..5 {
        let posted = post_at_once(&s, &room, &note(&format!("round {round}"))).await;
        let first = posted.iter().filter(|(_, repeated)| !repeated).count();
        assert_eq!(first, 1, "one call posted it");
        assert!(
            posted
                .iter()
                .all(|(message, _)| message.id == posted[0].0.id)
        );
        assert_eq!(s.history(&ben, &room).await.len(), round + 1);
    }
}

pub async fn the_same_client_id_after_an_edit_is_the_edited_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let new = note("5 mg");
    let first = s.post(&ana, &room, &new).await;
    let messages = &s.backend.messages;
    let edited = messages
        .edit(&ana, &room, &first.id, &content("50 mg"))
        .await
        .unwrap();
    let again = messages.post(&ana, &room, &new).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.message, edited);
    assert_eq!(s.history(&ben, &room).await, [edited]);
}

pub async fn the_same_client_id_after_a_recall_is_the_tombstone(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let new = note("wrong room");
    let first = s.post(&ana, &room, &new).await;
    s.recall(&ana, &first).await;
    let again = s.backend.messages.post(&ana, &room, &new).await.unwrap();
    assert!(again.repeated && again.message.is_recalled());
    assert_eq!(again.message.id, first.id);
    assert_eq!(s.history(&ben, &room).await.len(), 1);
}

pub async fn the_same_client_id_of_another_author_is_another_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let new = note("who?");
    let one = s.post(&ana, &room, &new).await;
    let other = s.backend.messages.post(&ben, &room, &new).await.unwrap();
    assert!(!other.repeated);
    assert_eq!(other.message.author.id, *ben.id());
    assert_eq!(
        ids(&s.history(&ana, &room).await),
        [one.id, other.message.id]
    );
}

pub async fn the_same_client_id_in_another_room_is_another_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let one = s.group(&[&ana, &ben]).await;
    let other = s.group(&[&ana, &ben]).await;
    let new = note("where?");
    let first = s.post(&ana, &one, &new).await;
    let second = s.backend.messages.post(&ana, &other, &new).await.unwrap();
    assert!(!second.repeated);
    assert_ne!(second.message.id, first.id);
    assert_eq!(ids(&s.history(&ben, &other).await), [second.message.id]);
    assert_eq!(ids(&s.history(&ben, &one).await), [first.id]);
}

/// A browser that goes away drops the call at any point; its repeat then is the only one, or the
/// second of one.
pub async fn a_post_that_nobody_waited_for_can_be_repeated(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let messages = &s.backend.messages;
    for round in 0_u64..20 {
        let new = note("is anybody there?");
        let patience = Duration::from_micros(round * 100);
        let _ = tokio::time::timeout(patience, messages.post(&ana, &room, &new)).await;
        let posted = messages.post(&ana, &room, &new).await.unwrap();
        let history = s.history(&ben, &room).await;
        assert_eq!(history.len() as u64, round + 1);
        assert_eq!(history.last(), Some(&posted.message));
    }
}

pub async fn a_reply_names_its_message(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let question = s.say(&ana, &room, "which dose?").await;
    let answer = NewMessage {
        reply_to: Some(question.id.clone()),
        ..note("5 mg")
    };
    let answer = s.post(&ben, &room, &answer).await;
    assert_eq!(answer.reply_to.as_ref(), Some(&question.id));
    s.recall(&ana, &question).await;
    let seen = s.see(&ana, &answer).await;
    assert_eq!(
        seen.reply_to,
        Some(question.id),
        "also when that was recalled"
    );
}

pub async fn a_reply_to_a_message_of_another_room_is_invalid(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let own_other = s.group(&[&ana, &cleo]).await;
    let foreign = s.group(&[&ben, &cleo]).await;
    let elsewhere = [
        s.say(&ana, &own_other, "elsewhere").await.id,
        s.say(&ben, &foreign, "somewhere else").await.id,
    ];
    for id in elsewhere.into_iter().chain(odd_messages()) {
        let reply = NewMessage {
            reply_to: Some(id),
            ..note("re:")
        };
        invalid(
            s.backend.messages.post(&ana, &room, &reply).await,
            "reply_to",
        );
    }
    assert!(
        s.history(&ana, &room).await.is_empty(),
        "nothing was stored"
    );
}

pub async fn a_bad_post_does_not_fail_its_neighbours(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let bad_reply = NewMessage {
        reply_to: odd_messages().last(),
        ..note("bad reply")
    };
    let files = vec![AttachmentId::parse("9223372036854775807").unwrap()];
    let bad_file = NewMessage {
        content: Content::new(None, files).unwrap(),
        ..note("bad file")
    };
    let twice = note("twice");
    let nowhere = RoomId::parse("9223372036854775807").unwrap();
    let new = note("to nowhere");
    let send = |doctor: &domain::Doctor, room: &RoomId, new: &NewMessage| {
        let messages = s.backend.messages.clone();
        let (doctor, room, new) = (doctor.clone(), room.clone(), new.clone());
        tokio::spawn(async move { messages.post(&doctor, &room, &new).await })
    };
    let mut good = Vec::new();
    for _ in 0..10 {
        let bad = [
            send(&dan, &room, &note("let me in")),
            send(&ana, &nowhere, &new),
        ];
        let wrong = [send(&ana, &room, &bad_reply), send(&ben, &room, &bad_file)];
        for doctor in [&ana, &ben, &cleo] {
            good.push(send(doctor, &room, &note("all well")));
        }
        good.push(send(&ana, &room, &twice));
        for answer in bad {
            not_found(answer.await.unwrap());
        }
        for (answer, field) in wrong.into_iter().zip(["reply_to", "attachment_ids"]) {
            if field == "reply_to" || s.backend.capabilities.attachments {
                invalid(answer.await.unwrap(), field);
            } else {
                assert!(answer.await.unwrap().is_err());
            }
        }
    }
    let mut posted = Vec::new();
    for answer in good {
        posted.push(answer.await.unwrap().unwrap().message.id);
    }
    let mut history = ids(&s.history(&ana, &room).await);
    posted.sort();
    posted.dedup();
    history.sort();
    assert_eq!(posted.len(), 31, "the repeated one is one");
    assert_eq!(history, posted);
}

pub async fn the_backend_says_that_it_is_well(fixture: Fixture) {
    let s = Scene::of(fixture);
    s.backend.health.check().await.unwrap();
    assert!(!s.backend.capabilities.backend.is_empty());
}
