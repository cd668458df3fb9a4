//! Unread counts against a simple oracle, over schedules that nobody thought of.

use domain::{Doctor, Event, Message, RoomId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseResult, TestError, TestRunner},
};
use tokio::{runtime::Handle, task::block_in_place};

use crate::conformance::{
    Fixture,
    listener::Listener,
    scene::{Scene, content, page_size},
};

/// Something that one of three doctors does. The first, who opened the room, stays in it; the second
/// listens on two devices. A message is meant by its place among
/// those said, counted round.
#[derive(Clone, Debug)]
enum Step {
    Say(usize),
    Edit(usize),
    Recall(usize),
    Read(usize, usize),
    Unread(usize, usize),
    ComeOrGo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, at) = (0..3_usize, 0..16_usize);
    prop_oneof![
        4 => who.clone().prop_map(Step::Say),
        1 => at.clone().prop_map(Step::Edit),
        1 => at.clone().prop_map(Step::Recall),
        3 => (who.clone(), at.clone()).prop_map(|(who, at)| Step::Read(who, at)),
        3 => (who, at).prop_map(|(who, at)| Step::Unread(who, at)),
        1 => (1..3_usize).prop_map(Step::ComeOrGo),
    ]
}

/// The expected state: the messages with their authors, how many each doctor has read, and who is there.
struct Oracle {
    said: Vec<(usize, Message)>,
    read: [usize; 3],
    present: [bool; 3],
}

impl Oracle {
    fn unread(&self, reader: usize) -> usize {
        let after = self.said.iter().skip(self.read[reader]);
        let counts =
            |(author, message): &&(usize, Message)| *author != reader && !message.is_recalled();
        after.filter(counts).count()
    }

    fn pick(&self, at: usize) -> Option<usize> {
        at.checked_rem(self.said.len())
    }
}

struct Play<'a> {
    s: &'a Scene,
    doctors: [Doctor; 3],
    room: RoomId,
    devices: [Listener; 2],
    oracle: Oracle,
}

impl Play<'_> {
    async fn step(&mut self, step: &Step) {
        let s = self.s;
        match step {
            Step::Say(who) if self.oracle.present[*who] => {
                let said = s.say(&self.doctors[*who], &self.room, "words").await;
                self.oracle.said.push((*who, said));
            }
            Step::Edit(at) | Step::Recall(at) => self.change(step, *at).await,
            Step::Read(who, at) if self.oracle.present[*who] => {
                if let Some(at) = self.oracle.pick(*at) {
                    s.read(&self.doctors[*who], &self.oracle.said[at].1).await;
                    self.oracle.read[*who] = self.oracle.read[*who].max(at + 1);
                }
            }
            Step::Unread(who, at) if self.oracle.present[*who] => {
                if let Some(at) = self.oracle.pick(*at) {
                    self.mark_unread(*who, at).await;
                }
            }
            Step::ComeOrGo(who) => {
                let (host, guest) = (&self.doctors[0], &self.doctors[*who]);
                if self.oracle.present[*who] {
                    s.remove(host, &self.room, guest).await;
                } else {
                    s.add(host, &self.room, guest).await;
                    self.oracle.read[*who] = self.oracle.said.len();
                }
                self.oracle.present[*who] ^= true;
            }
            Step::Say(_) | Step::Read(..) | Step::Unread(..) => {}
        }
    }

    /// An edit or a recall by the author, if they are there.
    async fn change(&mut self, step: &Step, at: usize) {
        let Some(at) = self.oracle.pick(at) else {
            return;
        };
        let (author, message) = &mut self.oracle.said[at];
        let doctor = &self.doctors[*author];
        if !self.oracle.present[*author] || message.is_recalled() {
            return;
        }
        if matches!(step, Step::Recall(_)) {
            *message = self.s.recall(doctor, message).await;
        } else {
            let messages = &self.s.backend.messages;
            let words = content(&format!("edited at {at}"));
            let edited = messages.edit(doctor, &self.room, &message.id, &words).await;
            *message = edited.unwrap();
        }
    }

    async fn mark_unread(&mut self, who: usize, at: usize) {
        let message = &self.oracle.said[at].1;
        let receipts = &self.s.backend.receipts;
        receipts
            .mark_unread(&self.doctors[who], &self.room, &message.id)
            .await
            .unwrap();
        let goes_back = at < self.oracle.read[who];
        self.oracle.read[who] = self.oracle.read[who].min(at);
        if who == 1 && goes_back {
            let unread = self.oracle.unread(who);
            for device in &mut self.devices {
                let is_told = |event: &Event| {
                    matches!(event, Event::Room(seen)
                        if seen.id == self.room && seen.unread as usize == unread)
                };
                device.until(is_told).await;
            }
        }
    }

    /// One device asks for the room, the other for the list, which the room stands at the top of.
    async fn check(&self, after: usize) -> TestCaseResult {
        let rooms = &self.s.backend.rooms;
        for (reader, doctor) in self.doctors.iter().enumerate() {
            if !self.oracle.present[reader] {
                continue;
            }
            let expected = self.oracle.unread(reader);
            let seen = rooms.get(doctor, &self.room).await.unwrap();
            let list = rooms.list(doctor, None, page_size(1)).await.unwrap();
            prop_assert_eq!(&list.rooms[0].id, &self.room);
            for (device, unread) in [("first", seen.unread), ("second", list.rooms[0].unread)] {
                prop_assert_eq!(
                    unread as usize,
                    expected,
                    "doctor {} on the {} device after step {}",
                    reader,
                    device,
                    after
                );
            }
        }
        Ok(())
    }
}

async fn play(s: &Scene, schedule: &[Step]) -> TestCaseResult {
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let devices = [s.listen(&ben).await, s.listen(&ben).await];
    let mut play = Play {
        s,
        doctors: [ana, ben, cleo],
        room,
        devices,
        oracle: Oracle {
            said: Vec::new(),
            read: [0; 3],
            present: [true; 3],
        },
    };
    for (number, step) in schedule.iter().enumerate() {
        play.step(step).await;
        play.check(number).await?;
    }
    Ok(())
}

pub async fn unread_equals_the_oracle_whatever_happens(fixture: Fixture) {
    let s = Scene::of(fixture);
    let config = Config {
        cases: 24,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let schedules = prop::collection::vec(step(), 1..16);
    let run = || {
        TestRunner::new(config).run(&schedules, |schedule| {
            Handle::current().block_on(play(&s, &schedule))
        })
    };
    match block_in_place(run) {
        Ok(()) => {}
        Err(TestError::Fail(why, schedule)) => {
            panic!("{why}; the shortest schedule that shows it: {schedule:#?}")
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}
