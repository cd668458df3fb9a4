//! Doctors who go on writing whatever happens, and what they were promised.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::device::{CHAT, Device, attempt, text};
use crate::support::hospital::Hospital;
use crate::support::wait::until;

pub(super) const DOCTORS: [&str; 8] = ["d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08"];

/// A doctor, and how many of their messages were acknowledged: `d03 0`, `d03 1` and so on.
pub(super) struct Sender {
    name: &'static str,
    device: Device,
    acknowledged: usize,
}

/// Eight doctors in one room.
pub(super) struct Senders {
    pub(super) room: String,
    senders: Vec<Sender>,
    /// Acknowledged by now, over all.
    count: Arc<AtomicUsize>,
}

impl Senders {
    pub(super) async fn of(hospital: &Hospital) -> Self {
        let mut senders = Vec::new();
        for name in DOCTORS {
            let device = hospital.device(name).await;
            senders.push(Sender {
                name,
                device,
                acknowledged: 0,
            });
        }
        let others = ["2", "3", "4", "5", "6", "7", "8"];
        let room = senders[0].device.new_room(&others).await;
        Self {
            room,
            senders,
            count: Arc::default(),
        }
    }

    /// All write, one message after the other, until the program does not answer any more; when
    /// `enough` are acknowledged, `then` happens in the middle of it.
    pub(super) async fn write_until_cut(&mut self, enough: usize, then: impl AsyncFnOnce()) {
        let mut writing = JoinSet::new();
        for mut sender in self.senders.drain(..) {
            let (room, count) = (self.room.clone(), self.count.clone());
            writing.spawn(async move {
                while sender.send(&room).await == Some(true) {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                sender
            });
        }
        let goal = self.count.load(Ordering::Relaxed) + enough;
        until("messages to be acknowledged", async || {
            (self.count.load(Ordering::Relaxed) >= goal).then_some(())
        })
        .await;
        then().await;
        self.senders = writing.join_all().await;
    }

    /// Each repeats what was not acknowledged, under the same client id, until it is.
    pub(super) async fn repeat_the_last(&mut self) {
        for sender in &mut self.senders {
            until("the repeated message to be taken", async || {
                (sender.send(&self.room).await == Some(true)).then_some(())
            })
            .await;
        }
    }

    /// Every acknowledged message is there, once, in the order its author wrote; and nothing else
    /// but what was on its way.
    pub(super) async fn check(&self, may_be_on_its_way: usize) {
        let messages = self.senders[0].device.all_messages(&self.room).await;
        let ids: BTreeSet<_> = messages
            .iter()
            .map(|message| text(&message["id"]))
            .collect();
        assert_eq!(ids.len(), messages.len());
        for sender in &self.senders {
            let own: Vec<String> = messages
                .iter()
                .filter(|message| text(&message["client_id"]).starts_with(sender.name))
                .map(|message| text(&message["text"]))
                .collect();
            let whole: Vec<String> = (0..own.len()).map(|number| sender.text(number)).collect();
            assert_eq!(own, whole, "once each and in order");
            let extra = own.len().checked_sub(sender.acknowledged);
            assert!(
                extra.is_some_and(|extra| extra <= may_be_on_its_way),
                "{}: {} acknowledged, {} there",
                sender.name,
                sender.acknowledged,
                own.len()
            );
        }
    }
}

impl Sender {
    fn text(&self, number: usize) -> String {
        format!("{} says {number}", self.name)
    }

    /// Posts the next message: whether it was acknowledged; `None` when nobody answered.
    async fn send(&mut self, room: &str) -> Option<bool> {
        let number = self.acknowledged;
        let body =
            json!({"client_id": format!("{}-{number}", self.name), "text": self.text(number)});
        let path = format!("{CHAT}/api/rooms/{room}/messages");
        let request = self.device.request(Method::POST, &path).json(&body);
        let answer = attempt(request).await.ok()?;
        if answer.status == 503 {
            assert!(answer.header("retry-after").parse::<u64>().is_ok());
            return Some(false);
        }
        assert!([200, 201].contains(&answer.status), "{}", answer.text());
        let message: Value = answer.json();
        assert_eq!(message["text"], self.text(number));
        self.acknowledged += 1;
        Some(true)
    }
}
