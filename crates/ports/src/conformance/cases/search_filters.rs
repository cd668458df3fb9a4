use std::slice::from_ref;

use domain::{Filter, Message, PatientRef, Search, StaffId};

use super::search::{hits, narrowed, searching};
use crate::conformance::{
    Fixture,
    refused::odd_ids,
    scene::{call_for_help, ids},
};

pub async fn search_can_be_narrowed(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let rooms = [s.group(&[&ana, &ben]).await, s.group(&[&ana, &ben]).await];
    let mut said = Vec::new();
    for (doctor, room) in [(&ana, 0), (&ben, 0), (&ana, 1), (&ben, 1)] {
        said.insert(0, s.say(doctor, &rooms[room], "troponin").await);
    }
    let urgent = s.post(&ana, &rooms[0], &call_for_help("troponin up")).await;
    said.insert(0, urgent.clone());
    let expect = async |filter: Filter, lets_through: &dyn Fn(&&Message) -> bool| {
        let expected: Vec<Message> = said.iter().filter(lets_through).cloned().collect();
        let found = hits(&s, &ana, &narrowed("troponin", filter.clone())).await;
        assert_eq!(found, ids(&expected), "{filter:?}");
    };
    expect(Filter::default(), &|_| true).await;
    let of_ben = Filter {
        author: Some(ben.id().clone()),
        ..Filter::default()
    };
    expect(of_ben.clone(), &|m| m.author.id == *ben.id()).await;
    let room = Some(rooms[0].clone());
    let in_one = Filter {
        room,
        ..Filter::default()
    };
    expect(in_one, &|m| m.room == rooms[0]).await;
    let (from, to) = (said[3].sent_at, said[1].sent_at);
    let since = Filter {
        from: Some(from),
        ..Filter::default()
    };
    expect(since.clone(), &|m| m.sent_at >= from).await;
    let between = Filter {
        to: Some(to),
        ..since
    };
    expect(between, &|m| m.sent_at >= from && m.sent_at < to).await;
    let only_urgent = Filter {
        urgent: true,
        ..Filter::default()
    };
    expect(only_urgent, &|m| m.id == urgent.id).await;
    let with_file = Filter {
        has_file: true,
        ..Filter::default()
    };
    expect(with_file, &|_| false).await;
    let all_at_once = Filter {
        room: Some(rooms[1].clone()),
        from: Some(from),
        ..of_ben
    };
    expect(all_at_once, &|m| m.id == said[1].id).await;
    for id in odd_ids() {
        let nobody = Filter {
            author: StaffId::parse(id).ok(),
            ..Filter::default()
        };
        expect(nobody, &|_| false).await;
    }
}

pub async fn search_by_patient_finds_in_their_rooms(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let (one, other) = (s.patients[0].clone(), s.patients[1].clone());
    let rooms = &s.backend.rooms;
    let room = rooms.open_patient(&ana, &one).await.unwrap().room.id;
    rooms.open_patient(&ben, &other).await.unwrap();
    let group = s.group(&[&ana, &ben]).await;
    s.say(&ana, &group, "lactate 4.1").await;
    let said = s.say(&ana, &room, "lactate 2.0").await.id;
    let of = |patient| Filter {
        patient: vec![patient],
        ..Filter::default()
    };
    assert_eq!(
        hits(&s, &ana, &narrowed("lactate", of(one.clone()))).await,
        from_ref(&said)
    );
    let anything = Search::new(None, of(one.clone())).unwrap();
    assert_eq!(hits(&s, &ana, &anything).await, [said]);
    assert!(hits(&s, &ben, &anything).await.is_empty(), "not ben's room");
    assert!(
        hits(&s, &ana, &narrowed("lactate", of(other)))
            .await
            .is_empty()
    );
    let nobody = PatientRef::parse("f".repeat(40)).unwrap();
    assert!(
        hits(&s, &ana, &narrowed("lactate", of(nobody)))
            .await
            .is_empty()
    );
    let elsewhere = Filter {
        room: Some(group),
        ..of(one)
    };
    assert!(
        hits(&s, &ana, &narrowed("lactate", elsewhere))
            .await
            .is_empty()
    );
}

pub async fn search_needs_no_words_with_a_filter(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let said = s.say(&ana, &room, "anything at all").await;
    let urgent = s.post(&ana, &room, &call_for_help("come now")).await;
    let asked = |filter| Search::new(None, filter).unwrap();
    let only_urgent = asked(Filter {
        urgent: true,
        ..Filter::default()
    });
    assert_eq!(hits(&s, &ben, &only_urgent).await, from_ref(&urgent.id));
    assert!(hits(&s, &cleo, &only_urgent).await.is_empty());
    let in_room = asked(Filter {
        room: Some(room.clone()),
        ..Filter::default()
    });
    assert_eq!(hits(&s, &ben, &in_room).await, [urgent.id.clone(), said.id]);
    s.recall(&ana, &urgent).await;
    assert!(hits(&s, &ben, &only_urgent).await.is_empty());
    if s.backend.capabilities.attachments {
        let file = s.send_file(&ana, &room, "ecg.png").await;
        let with_file = asked(Filter {
            has_file: true,
            ..Filter::default()
        });
        assert_eq!(hits(&s, &ben, &with_file).await, from_ref(&file.id));
        s.recall(&ana, &file).await;
        assert!(hits(&s, &ben, &with_file).await.is_empty());
    }
}
