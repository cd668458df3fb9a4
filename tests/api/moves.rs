//! Rooms move as an administrator orders on their page, while the chat is in use.

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM},
    hospital::Hospital,
    on_both_databases,
    stream::StreamServer,
    wait::attempts,
};

const PAGE: &str = "/admin/moves";

on_both_databases!(
    rooms_move_compare_and_come_back,
    a_wrong_order_moves_nothing_and_is_explained,
);

async fn at_an_app(engine: Engine) -> (StreamServer, Hospital) {
    let stream = StreamServer::start();
    let hospital = Hospital::open_with(engine, &stream.environment()).await;
    stream.set_up();
    (stream, hospital)
}

async fn order(device: &Device, order: &str, scope: &[(&str, &str)]) -> Answer {
    let fields = [&[("order", order)], scope].concat();
    device.form(PAGE, &fields).await
}

/// The page, once nothing is carried out any more.
async fn settled(device: &Device) -> String {
    // Giving back looks at the rooms once more after half a minute.
    for _ in 0..4 {
        let looked = attempts(async || {
            let page = device.page(PAGE).await.text();
            if page.contains("data-testid=\"moves-last\"") {
                Ok(page)
            } else {
                Err(())
            }
        })
        .await;
        if let Ok(page) = looked {
            return page;
        }
    }
    panic!("an order is never done");
}

async fn rooms_move_compare_and_come_back(engine: Engine) {
    let (_stream, hospital) = at_an_app(engine).await;
    let (doctor, administrator) = (hospital.device("d01").await, hospital.device("a01").await);
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "before").await;
    let rooms = [("scope", "rooms"), ("rooms", room.as_str())];
    let begun = order(&administrator, "move", &rooms).await;
    assert_eq!((begun.status, begun.header("location")), (303, PAGE));
    let page = settled(&administrator).await;
    assert!(page.contains("data-good=\"true\""), "{page}");
    assert!(page.contains("In Stream Chat since now: 1 room"), "{page}");
    let there = format!("{STREAM}/rooms/group-legacy-{room}");
    let led = doctor.page(&format!("{CHAT}/rooms/{room}")).await;
    assert_eq!((led.status, led.header("location")), (308, there.as_str()));
    doctor
        .on(STREAM)
        .says(&format!("group-legacy-{room}"), "said there")
        .await;

    let begun = order(&administrator, "compare", &[("scope", "all")]).await;
    assert_eq!(begun.status, 303);
    let compared = settled(&administrator).await;
    assert!(
        compared.contains("1 message compared; 0 differ"),
        "{compared}"
    );

    order(&administrator, "give-back", &rooms).await;
    let again = order(&administrator, "compare", &[("scope", "all")]).await;
    again.is_problem(409, "conflict");
    let page = settled(&administrator).await;
    assert!(page.contains("In the legacy chat again: 1 room"), "{page}");
    let said = doctor.messages(&room).await;
    let texts: Vec<_> = said.iter().map(|message| message["text"].clone()).collect();
    assert_eq!(texts, ["before", "said there"]);

    let ordered = "SELECT string_agg(line, '; ') FROM (SELECT subject || ' ' || decision AS line FROM hims_audit
        WHERE action = 'move-rooms' ORDER BY id) AS entries";
    let ordered = hospital.database.text(ordered).await;
    let expected = format!(
        "move rooms {room} allowed; compare all rooms allowed; give-back rooms {room} allowed; compare all rooms allowed"
    );
    assert_eq!(ordered, expected);
}

async fn a_wrong_order_moves_nothing_and_is_explained(engine: Engine) {
    let (_stream, hospital) = at_an_app(engine).await;
    let administrator = hospital.device("a01").await;
    for (what, scope, field) in [
        (
            "move",
            vec![("scope", "rooms"), ("rooms", "987654")],
            "rooms",
        ),
        (
            "move",
            vec![("scope", "rooms"), ("rooms", "not/one")],
            "rooms",
        ),
        ("move", vec![("scope", "rooms"), ("rooms", " , ")], "rooms"),
        (
            "move",
            vec![("scope", "ward"), ("ward", "no such ward")],
            "ward",
        ),
        ("move", vec![("scope", "ward")], "ward"),
        ("move", vec![], "scope"),
        ("burn", vec![("scope", "all")], "order"),
    ] {
        let refused = order(&administrator, what, &scope).await;
        assert_eq!(refused.status, 422, "{what} {scope:?}: {}", refused.text());
        assert!(refused.text().contains(field), "{what} {scope:?}");
    }
    let doctor = hospital.device("d01").await;
    let refused = order(&doctor, "move", &[("scope", "all")]).await;
    refused.is_problem(403, "not-an-administrator");
    let moves = "SELECT count(*) FROM hims_links";
    assert_eq!(hospital.database.number(moves).await, 0);
    let denied =
        "SELECT count(*) FROM hims_audit WHERE action = 'move-rooms' AND decision = 'denied'";
    assert_eq!(hospital.database.number(denied).await, 1);
    let page = administrator.page(PAGE).await.text();
    assert!(!page.contains("data-testid=\"moves-last\""), "{page}");
}
