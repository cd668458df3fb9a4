//! Rules about texts that page and server both hold: the scripts against the cases that
//! `crates/http/src/text_cases.rs` holds the server to.

use serde_json::{Value, json};

use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
};

/// The cases that a script answers otherwise, each with its answer.
const DIFFERENT: &str = r#"
    const [cases, done] = arguments;
    (async () => {
        const load = (name) => import(`/assets/js/${name}.js`);
        const [{ linked }, { mentionedIn }, { isBlank }, { preview }, { fold }] = await Promise.all(
            ["links", "mentioned", "length", "page", "fold"].map(load));
        const people = cases.people.map(([id, name]) => ({ id, name }));
        const links = (text) => linked(text).filter(({ link }) => link).map(({ text: found }) => found);
        const compare = (list, answer) => list
            .map((it) => [...it.slice(0, -1), answer(...it), it.at(-1)])
            .filter((it) => JSON.stringify(it.at(-1)) !== JSON.stringify(it.at(-2)));
        return [
            ...compare(cases.links, links),
            ...compare(cases.mentions, (text) => mentionedIn(text, people).sort()),
            ...compare(cases.previews, preview),
            ...cases.folds.filter(([one, other]) => fold(one) !== fold(other)),
            ...compare(cases.blank.map((text) => [text, true]), isBlank),
            ...compare(cases.seen.map((text) => [text, false]), isBlank),
        ];
    })().then(done, (error) => done(String(error)));
"#;

#[tokio::test]
async fn scripts_judge_texts_as_the_server_does() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let browser = Browser::open(Size::DESKTOP).await;
    browser.goto(&hospital.server.url("/login")).await;
    let cases: Value = serde_json::from_str(include_str!("../cases/texts.json")).unwrap();
    let different = browser.client().execute_async(DIFFERENT, vec![cases]).await;
    assert_eq!(different.unwrap(), json!([]));
}
