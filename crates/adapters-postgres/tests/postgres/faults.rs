//! The database goes away and comes back.

use std::time::Duration;

use domain::{Event, MessageCursor, MessageId, NewRoom};
use ports::{ErrorKind, EventStream, Posted, Result, Signal};

use crate::support::{DEADLINE, Database, doctors, next_signal, note, size};

#[tokio::test(flavor = "multi_thread")]
async fn after_every_connection_is_cut_it_goes_on_and_a_retry_is_not_doubled() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(3).await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 3).await);
    let group = NewRoom::Group {
        others: vec![doctors[1].clone()],
        title: None,
    };
    let room = chat.rooms.open(&doctors[0], &group).await.unwrap().room.id;
    let mut stream = chat.live.events(&doctors[1], None).await.unwrap();

    // Posts go on all the time, each repeated until it is acknowledged, while connections are cut.
    let posting = async {
        let mut said = Vec::new();
        for number in 0..60 {
            let post = note(&format!("n{number}"), &format!("number {number}"));
            let ask = async || chat.messages.post(&doctors[0], &room, &post).await;
            let posted: Posted = retried(ask).await;
            said.push(posted.message.id);
        }
        said
    };
    let cutting = async {
        for _ in 0..5 {
            database.cut_all().await;
            let found = retried(async || chat.rooms.get(&doctors[0], &room).await).await;
            assert_eq!(found.id, room);
        }
    };
    let (said, ()) = tokio::join!(posting, cutting);
    let page = chat
        .messages
        .page(&doctors[0], &room, &MessageCursor::Latest, size(100));
    let kept: Vec<_> = page
        .await
        .unwrap()
        .messages
        .into_iter()
        .map(|m| m.id)
        .collect();
    assert_eq!(kept, said, "every acknowledged message once, in order");

    // The ear was cut too, so the stream is told to load afresh, once or several times, and then goes on.
    while !matches!(next_signal(&mut stream).await, Signal::Resync) {}
    for number in 0.. {
        let post = note(&format!("last{number}"), "last");
        let last = chat.messages.post(&doctors[0], &room, &post).await;
        if comes(&mut stream, &last.unwrap().message.id).await {
            break;
        }
    }
    chat.health.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_everything_is_unavailable() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(2).await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 2).await);
    let group = NewRoom::Group {
        others: vec![doctors[1].clone()],
        title: None,
    };
    let room = chat.rooms.open(&doctors[0], &group).await.unwrap().room.id;
    drop(database);
    let temporary = |kind: ErrorKind| assert_eq!(kind, ErrorKind::Unavailable);
    temporary(chat.health.check().await.unwrap_err().kind());
    temporary(chat.rooms.get(&doctors[0], &room).await.unwrap_err().kind());
    let posted = chat
        .messages
        .post(&doctors[0], &room, &note("1", "one"))
        .await;
    let error = posted.unwrap_err();
    temporary(error.kind());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    instance.close().await;
    let closed = chat
        .messages
        .post(&doctors[0], &room, &note("1", "one"))
        .await;
    temporary(closed.unwrap_err().kind());
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_was_taken_in() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(2).await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 2).await);
    let group = NewRoom::Group {
        others: vec![doctors[1].clone()],
        title: None,
    };
    let room = chat.rooms.open(&doctors[0], &group).await.unwrap().room.id;
    let mut posting = tokio::task::JoinSet::new();
    for number in 0..200 {
        let (messages, doctor, room) = (chat.messages.clone(), doctors[0].clone(), room.clone());
        posting.spawn(async move {
            let post = note(&format!("n{number}"), "text");
            messages.post(&doctor, &room, &post).await.is_ok()
        });
    }
    assert!(posting.join_next().await.unwrap().unwrap());
    instance.close().await;
    let acknowledged = 1 + posting
        .join_all()
        .await
        .into_iter()
        .filter(|ok| *ok)
        .count();
    let count = "SELECT count(*) FROM chat_messages";
    let count = database.client().await.query_one(count, &[]).await.unwrap();
    assert_eq!(count.get::<_, i64>(0), i64::try_from(acknowledged).unwrap());
}

/// Asks until the answer is not "try again".
/// Whether a message comes before the word to load afresh.
async fn comes(stream: &mut EventStream, id: &MessageId) -> bool {
    loop {
        match next_signal(stream).await {
            Signal::Resync => return false,
            Signal::Event(event) => {
                if matches!(event.event(), Event::MessagePosted(message) if message.id == *id) {
                    return true;
                }
            }
        }
    }
}

async fn retried<T>(ask: impl AsyncFn() -> Result<T>) -> T {
    let asking = async {
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(error) => assert!(error.is_temporary(), "{error}"),
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, asking)
        .await
        .expect("it recovers in time")
}
