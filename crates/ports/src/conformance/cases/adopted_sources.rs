use super::super::{
    AdoptionFixture,
    brought::{Bringing, OLD, group, message, user},
};
use crate::adoption::{Batch, Kept, TableOf};

pub async fn two_sources_do_not_mix(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a"])
        .await;
    let other = Batch {
        users: vec![user("a", Some(&bringing.emails[0]))],
        rooms: vec![group("1")],
        messages: vec![message("one", 1)],
        ..Batch::default()
    };
    let kept = bringing.adoption.keep("another", other).await.unwrap();
    assert_eq!((kept.rooms, kept.messages), (1, 1));
    bringing.settle().await;
    assert_eq!(bringing.said(bringing.doctor(0)).await.len(), 1);
    let keys = ["a", "b", "nobody"].map(str::to_owned);
    for (source, known) in [(OLD, 2), ("another", 1), ("a third", 0)] {
        let mut kept = bringing.adoption.kept_users(source, &keys).await.unwrap();
        kept.sort_by(|one, other| one.key.cmp(&other.key));
        let emails: Vec<String> = kept.into_iter().map(|user| user.email).collect();
        let expected = bringing.emails.iter().take(known);
        assert_eq!(
            emails,
            expected
                .map(|email| email.to_lowercase())
                .collect::<Vec<_>>()
        );
    }
}

pub async fn the_tables_of_a_source_are_those_said_last(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let adoption = &bringing.adoption;
    let say = async |source, tables: &[(&'static str, &str)]| {
        let tables = tables.iter().map(|(part, name)| TableOf {
            part,
            name: (*name).to_owned(),
        });
        let batch = Batch {
            tables: tables.collect(),
            ..Batch::default()
        };
        assert_eq!(adoption.keep(source, batch).await.unwrap(), Kept::default());
    };
    let kept = async |source| {
        let kept = adoption.kept_tables(source).await.unwrap();
        let kept = kept.iter().map(|(part, name)| format!("{part}={name}"));
        kept.collect::<Vec<_>>().join(" ")
    };
    say(OLD, &[("messages", "chat_messages"), ("rooms", "chats")]).await;
    say("another", &[("messages", "posts")]).await;
    assert_eq!(kept(OLD).await, "messages=chat_messages rooms=chats");
    say(OLD, &[("messages", "public.chat_messages")]).await;
    assert_eq!(kept(OLD).await, "messages=public.chat_messages rooms=chats");
    assert_eq!(kept("another").await, "messages=posts");
    assert_eq!(kept("a third").await, "");
}
