//! SIGKILL at any moment loses no acknowledged message.

use super::senders::Senders;
use crate::support::{database::Engine, hospital::Hospital, on_both_databases};

on_both_databases!(every_acknowledged_message_survives);

async fn every_acknowledged_message_survives(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let mut senders = Senders::of(&hospital).await;
    for enough in [40, 3, 97] {
        let server = &mut hospital.server;
        senders
            .write_until_cut(enough, async || server.kill())
            .await;
        hospital.restart().await;
        senders.check(1).await;
        // What was on its way may have been stored: repeating it makes it one message.
        senders.repeat_the_last().await;
        senders.check(0).await;
    }
}
