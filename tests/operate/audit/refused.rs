use super::{audit, used};
use crate::support::{database::Engine, hospital::Hospital, server::Server};

#[tokio::test]
async fn wrong_words_are_named() {
    let hospital = used(Engine::Sqlite).await;
    for (arguments, words) in [
        (
            &["list", "--action", "raed-room"][..],
            "\"raed-room\" is no action; there are sign-in",
        ),
        (
            &["list", "--from", "30.11.2026"],
            "\"30.11.2026\" is no time, such as 2026-11-30",
        ),
        (&["verify", "--heads", "missing"], "missing cannot be read"),
        (&["list", "--as", "1"], "for administrators only"),
        (
            &["list", "--as", "none"],
            "there is nobody with the staff id none",
        ),
    ] {
        let output = audit(&hospital, arguments).await;
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(words), "{text}");
    }
    let administrator = Hospital::open(Engine::Sqlite).await;
    let device = administrator.device("a01").await;
    for query in [
        "from=x",
        "action=x",
        "decision=x",
        "from=9999-12-31&until=9999-12-31",
        "actor=%00",
        "subject=Amara+Vint",
        "from=-009999-01-03",
    ] {
        let page = device.page(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text().contains("audit-problem"), "{query}");
    }
    for wrong in ["ftp://siem.example", "http://siem.example/hook", "siem"] {
        let settings = [("HIMS_AUDIT_WEBHOOK", wrong)];
        let output = Server::output(&hospital.database, &["serve"], &settings).await;
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains("HIMS_AUDIT_WEBHOOK: must be an address such as https://"),
            "{text}"
        );
    }
}
