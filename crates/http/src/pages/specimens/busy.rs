//! A conversation with every kind of message.

use super::data::{at, clock, doctor, participants};
use crate::pages::{AttachmentFacts, Entry, MarkFacts, MessageFacts, Reader, ReplyFacts, timeline};

fn said(id: &str, author: &str, sent: &str, text: &str) -> MessageFacts {
    MessageFacts {
        id: id.into(),
        client_id: format!("c-{id}"),
        author: doctor(author),
        text: text.into(),
        sent_at: at(sent),
        sent_at_estimated: false,
        ..MessageFacts::default()
    }
}

fn marks(marks: &[(&str, &str)]) -> Vec<MarkFacts> {
    marks
        .iter()
        .map(|(id, sent)| MarkFacts {
            doctor_id: (*id).into(),
            at: at(sent),
        })
        .collect()
}

/// A room with every kind of message.
pub(super) fn messages() -> Vec<Entry> {
    let said_so_far = [
        said(
            "m01",
            "d03",
            "21T16:40",
            "Missed dialysis on Tuesday. If she comes in, check potassium on arrival and ring us before anything else.",
        ),
        MessageFacts {
            recalled_at: Some(at("21T16:44")),
            ..said("m02", "d08", "21T16:43", "")
        },
        MessageFacts {
            urgent: true,
            delivered: marks(&[("d01", "22T12:48"), ("d03", "22T12:48")]),
            read: marks(&[("d01", "22T12:49")]),
            acknowledged: marks(&[("d04", "22T12:50")]),
            ..said(
                "m03",
                "d08",
                "22T12:48",
                "K+ 6.9 on gas, lab repeat sent. Peaked T waves. Missed dialysis Tuesday. Calcium given per protocol, insulin-dextrose starting.",
            )
        },
        said(
            "m04",
            "d04",
            "22T12:51",
            "On my way. Keep monitored, repeat gas at 30 min.",
        ),
        said("m05", "d04", "22T12:51", "Ringing dialysis."),
        MessageFacts {
            reply_to: Some(ReplyFacts {
                message_id: "m04".into(),
                author_name: "Dr Kwabena Lisle".into(),
                text: "On my way. Keep monitored, repeat gas at 30 min.".into(),
                recalled: false,
            }),
            attachments: vec![
                AttachmentFacts {
                    id: "f1".into(),
                    name: "ECG-demo.png".into(),
                    media_type: "image/png".into(),
                    size: 212_400,
                    picture: Some((1600, 900)),
                },
                AttachmentFacts {
                    id: "f2".into(),
                    name: "Dialysis prescription, January, final version.pdf".into(),
                    media_type: "application/pdf".into(),
                    size: 1_250_000,
                    picture: None,
                },
            ],
            edited_at: Some(at("22T13:19")),
            ..said(
                "m06",
                "d08",
                "22T13:18",
                "Repeat 5.8, T waves settling.\nECG before and after attached.",
            )
        },
        said(
            "m07",
            "d01",
            "22T13:18",
            "Thank you both. She can go to B3-07 as soon as porters are free; the family is told.",
        ),
        MessageFacts {
            delivered: marks(&[
                ("d04", "22T13:19"),
                ("d08", "22T13:19"),
                ("d03", "22T13:19"),
            ]),
            read: marks(&[("d04", "22T13:19")]),
            ..said(
                "m08",
                "d01",
                "22T13:19",
                "Fluid chart and drug chart travel with her.",
            )
        },
        said(
            "m09",
            "d04",
            "22T13:20",
            "Good. Slot 19:00, bring to B3-07.",
        ),
        MessageFacts {
            urgent: true,
            urgent_reason: Some("Line access before 14:00".into()),
            delivered: marks(&[("d01", "22T13:26")]),
            ..said(
                "m13",
                "d04",
                "22T13:26",
                "Dialysis can take her at 14:00 instead. Please confirm line access now.",
            )
        },
    ];
    let people = participants();
    let reader = Reader {
        doctor_id: "d01",
        prefix: "/doctor/chat",
        participants: &people,
        acknowledges: true,
        first_unread: Some("m09"),
        marked: None,
    };
    timeline(&said_so_far, &reader, &clock())
}
