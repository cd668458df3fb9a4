//! Server-sent events: one stream per browser, resumable by `Last-Event-ID`.

pub(crate) mod arrived;

use std::{convert::Infallible, future::ready, time::Duration};

use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as SseEvent, KeepAlive},
    },
};
use domain::{Doctor, Event};
use futures_util::{StreamExt, stream};
use ports::{AvailabilityNews, Delivery, EventId, Signal};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::MountContext,
    availability,
    extract::Params,
    failure::{Failure, Problem},
    identity::{CurrentDoctor, SignedIn},
    json::{RoomContext, availability_event, event_json, room_event},
    live::arrived::Arrivals,
    measurements::OpenStream,
};

/// After so long without another event a stream says that it is alive. Pages take one for dead that says
/// nothing for 12 seconds (`live-sse.js`); proxies cut what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A proxy on the way may gather an answer before it passes it on, or compress it, unless it is told not to;
/// nginx listens to the first.
const AS_IT_COMES: [(&str, &str); 2] = [
    ("x-accel-buffering", "no"),
    ("cache-control", "no-store, no-transform"),
];

/// How long a browser waits before it connects again.
const RECONNECT: Duration = Duration::from_secs(1);

/// The event to go on after, for readers that cannot set a header, and the form of receipts.
#[derive(Deserialize, IntoParams)]
pub(crate) struct EventsQuery {
    /// The `id` of the last event seen; the header `Last-Event-ID` goes before it.
    last_event_id: Option<String>,
    /// `together`: receipts of several doctors come as one event `receipts`.
    #[param(inline)]
    receipts: Option<Receipts>,
}

/// How receipts of several doctors are told.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Receipts {
    Together,
}

/// The events of all the doctor's rooms, as server-sent events.
///
/// `availability` says what a doctor of the hospital says now; it has no `id` and is not told again.
/// With `receipts=together`, `receipts` is as many `receipt`s of one message, kind and time, with `doctor_ids`.
/// `alive` begins the stream and comes whenever nothing else did for five seconds: a reader that hears
/// nothing for longer is not connected any more, whatever its connection says.
/// `id` resumes. `resync` says that events were missed: load the state afresh. The stream ends
/// when the session does.
#[utoipa::path(get, path = "/events", tag = "live", params(EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = 401, body = Problem)))]
pub(crate) async fn events(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Extension(signed_in): Extension<SignedIn>,
    Params(query): Params<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let seen = header
        .or(query.last_event_id.as_deref())
        .filter(|id| !id.is_empty());
    let together = query.receipts.is_some();
    let said = availability::news(&at.shell, &doctor).await?;
    let deliveries = at
        .chat
        .live()
        .events(&doctor, seen.map(EventId::read))
        .await?;

    let ended = signed_in.ended().clone();
    let closing = at.shell.closing.clone();
    let arrivals = Arrivals::of(at.clone(), doctor.clone());
    // The stream holds `signed_in`: while it is open, the session is watched, and the stream is counted.
    let open = OpenStream::of(&at);
    let reader = (at, doctor, arrivals, (signed_in, open));
    // With the place where it begins: a reader who loses the connection before anything happens resumes.
    let start = deliveries.start().as_str().to_owned();
    let hello = alive().retry(RECONNECT).id(start);
    let events = deliveries.scan(reader, move |(at, doctor, arrivals, _), delivery| {
        arrivals.note(&delivery);
        let (at, doctor) = (at.clone(), doctor.clone());
        async move { Some(sse(&at, &doctor, delivery, together).await) }
    });
    let events = events.flat_map(stream::iter);
    // Beside the chat's own events and without an id: it is the same whatever the chat, and a page that
    // was away asks.
    let said = said.map(|news| Some(said_event(news)));
    let end = stream::once(async { None });
    let events = stream::select(events.map(Some).chain(end), said)
        .take_while(|event| ready(event.is_some()))
        .filter_map(ready)
        .take_until(async move {
            tokio::select! {
                () = ended.cancelled() => {}
                () = closing.cancelled() => {}
            }
        });
    let stream = stream::once(async { hello })
        .chain(events)
        .map(Ok::<_, Infallible>);
    let keep_alive = KeepAlive::new().interval(HEARTBEAT).event(alive());
    let events = Sse::new(stream).keep_alive(keep_alive);
    Ok((AS_IT_COMES, events).into_response())
}

/// An event, as browsers do not hand comments on to the page.
fn alive() -> SseEvent {
    SseEvent::default().event("alive").data("{}")
}

/// One event, or the receipts that one stands for.
async fn sse(
    at: &MountContext,
    doctor: &Doctor,
    delivery: Delivery,
    together: bool,
) -> Vec<SseEvent> {
    if let Signal::Event(live) = &delivery.signal
        && let Event::Receipts { .. } = live.event()
        && !together
    {
        return one_by_one(live.event(), &delivery.id);
    }
    vec![told(at, doctor, delivery).await]
}

/// Receipts each by itself. Whoever goes on after the last one misses none, so that one alone has the id.
fn one_by_one(receipts: &Event, id: &EventId) -> Vec<SseEvent> {
    let all = receipts.receipts();
    let last = all.len().saturating_sub(1);
    let event = |(at, receipt): (usize, Event)| {
        let event = SseEvent::default().event(receipt.name());
        let event = event.data(text(&event_json(&receipt)));
        if at == last {
            event.id(id.as_str())
        } else {
            event
        }
    };
    all.into_iter().enumerate().map(event).collect()
}

async fn told(at: &MountContext, doctor: &Doctor, delivery: Delivery) -> SseEvent {
    let event = SseEvent::default().id(delivery.id.as_str());
    match delivery.signal {
        Signal::Resync => event.event("resync").data("{}"),
        Signal::Event(live) => {
            let named = event.event(live.event().name());
            match live.event() {
                Event::Room(room) => {
                    match RoomContext::of(at, doctor, std::slice::from_ref(room)).await {
                        Ok(context) => named.data(text(&room_event(room, &context))),
                        // Its names cannot be had now; a page that loads its rooms afresh has them.
                        Err(_) => SseEvent::default()
                            .id(delivery.id.as_str())
                            .event("resync")
                            .data("{}"),
                    }
                }
                _ => named.data(text(live.wire(event_json))),
            }
        }
    }
}

fn said_event(news: AvailabilityNews) -> SseEvent {
    match news {
        AvailabilityNews::Said(doctor, said) => {
            let said = availability_event(&doctor, said.as_ref());
            SseEvent::default().event("availability").data(text(&said))
        }
        AvailabilityNews::Missed => SseEvent::default().event("resync").data("{}"),
    }
}

fn text(json: &[u8]) -> &str {
    std::str::from_utf8(json).unwrap_or_default()
}
