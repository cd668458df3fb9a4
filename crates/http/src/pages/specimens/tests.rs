use super::{all, data};
use std::path::Path;

/// The pages can be opened from a file server that also serves `crates/http/assets` as `/assets`.
#[test]
fn every_page_renders_and_is_kept_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts/pages");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, page) in all() {
        assert!(page.contains("<h1"), "{name} has no heading");
        std::fs::write(folder.join(name).with_extension("html"), page).unwrap();
    }
}

/// The content security policy refuses both.
#[test]
fn no_page_holds_inline_script_or_style() {
    for (name, page) in all() {
        let scripts = page.matches("<script").count();
        let linked = page
            .matches("<script type=\"module\" src=\"/assets/js/main.js?v=")
            .count();
        assert_eq!(scripts, linked, "{name}");
        for inline in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            " onsubmit=",
            "javascript:",
        ] {
            assert!(!page.contains(inline), "{name} holds {inline}");
        }
    }
}

#[test]
fn everything_a_page_links_is_there() {
    for (name, page) in all() {
        for address in page
            .split(['"', '#'])
            .filter(|part| part.starts_with("/assets/"))
        {
            assert!(
                address.contains("?v="),
                "{name} links {address}, which is no file"
            );
        }
    }
}

#[test]
fn no_title_names_a_patient() {
    for (name, page) in all() {
        let title = page
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next())
            .unwrap();
        assert!(title.ends_with(" – Doctor chat"), "{name}: {title}");
        for (mrn, patient, ..) in data::PATIENTS {
            assert!(
                !title.contains(patient) && !title.contains(mrn),
                "{name}: {title}"
            );
        }
    }
}

#[test]
fn a_refused_message_keeps_its_text() {
    let page = all()
        .into_iter()
        .find(|(name, _)| *name == "conversation-refused")
        .unwrap()
        .1;
    assert!(page.contains("Slot 19:00 is confirmed.\nBring the last gas and the ECG.</textarea>"));
    assert!(page.contains("value=\"urgent\" checked"));
    assert!(page.contains("name=\"client_id\" value=\"c-1\""));
}

#[test]
fn text_is_shown_not_interpreted() {
    use crate::pages::{Frame, PatientsPage};
    use askama::Template;
    let hostile = "\"><script>alert(1)</script>";
    let page = PatientsPage {
        frame: Frame::default(),
        query: hostile.into(),
        ..PatientsPage::default()
    };
    assert!(!page.render().unwrap().contains("<script>alert"));
}

/// Words that only a backend with the capability keeps.
#[test]
fn a_page_promises_nothing_its_backend_does_not_keep() {
    use crate::pages::Abilities;
    use askama::Template;
    let mut page = super::conversation();
    page.composer.editing = Some("m1".into());
    for entry in &mut page.entries {
        if let crate::pages::Entry::Message(message) = entry {
            message.marked = message.mine;
        }
    }
    let all = page.render().unwrap();
    page.can = Abilities {
        send: true,
        edit: true,
        recall: true,
        ..Abilities::default()
    };
    let none = page.render().unwrap();
    for promise in [
        "Earlier versions are kept",
        "The original is kept for the record",
        "Shown until each acknowledges",
        "data-has-versions",
        "data-tells-delivered",
        "data-can-acknowledge",
        "data-testid=\"acknowledge\"",
        "Search this room",
        "Attach files",
        "Files, without text",
    ] {
        assert!(all.contains(promise), "{promise} is kept");
        assert!(!none.contains(promise), "{promise} is not kept");
    }
    for truth in [
        "This chat keeps no earlier versions.",
        "This chat keeps no copy of the original.",
    ] {
        assert!(!all.contains(truth) && none.contains(truth), "{truth}");
    }
}
