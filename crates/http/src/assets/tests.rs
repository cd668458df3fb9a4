use super::*;
use axum::body::to_bytes;
use axum::http::HeaderValue;

async fn get(path: &str, query: Option<&str>, known: Option<&str>) -> (Response, Vec<u8>) {
    let mut headers = HeaderMap::new();
    if let Some(tag) = known {
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap());
    }
    let response = asset_file(Ids(path.into()), RawQuery(query.map(Into::into)), headers).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    (
        Response::from_parts(parts, axum::body::Body::empty()),
        bytes,
    )
}

fn header_of(response: &Response, name: header::HeaderName) -> &str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn a_versioned_address_is_kept_for_ever_and_a_plain_one_is_asked_for_again() {
    let address = asset("css/tokens.css");
    let (path, query) = address
        .strip_prefix("/assets/")
        .unwrap()
        .split_once('?')
        .unwrap();
    let (pinned, body) = get(path, Some(query), None).await;
    assert_eq!(pinned.status(), StatusCode::OK);
    assert_eq!(
        header_of(&pinned, header::CONTENT_TYPE),
        "text/css; charset=utf-8"
    );
    assert_eq!(
        header_of(&pinned, header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert!(!body.is_empty());
    for query in [None, Some("v=0123456789abcdef")] {
        let (plain, _) = get(path, query, None).await;
        assert_eq!(header_of(&plain, header::CACHE_CONTROL), "no-cache");
    }
}

#[tokio::test]
async fn a_known_file_is_not_sent_again() {
    let (first, _) = get("icons.svg", None, None).await;
    let tag = header_of(&first, header::ETAG).to_owned();
    let (again, body) = get("icons.svg", None, Some(&format!("\"other\", {tag}"))).await;
    assert_eq!((again.status(), body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(header_of(&again, header::ETAG), tag);
    let (other, _) = get("icons.svg", None, Some("\"other\"")).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_file_is_not_found() {
    for path in ["", "css", "css/absent.css", "../Cargo.toml", "/etc/passwd"] {
        assert_eq!(
            get(path, None, None).await.0.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
        assert!(!asset(path).contains('?'));
    }
}

#[test]
fn a_page_names_the_scripts_that_it_needs_and_no_others() {
    let named = |directly, name: &str| {
        let start = format!("/assets/js/{name}?v=");
        scripts(directly).iter().any(|it| it.starts_with(&start))
    };
    for needed in ["main.js", "composer.js", "kept.js", "words.js"] {
        assert!(named(false, needed), "{needed}");
    }
    for later in ["drafts.js", "paging.js", "fold.js", "search.js"] {
        assert!(!named(true, later), "{later}");
    }
    assert!(named(true, DIRECT) && !named(false, DIRECT));
}

/// Two addresses of one module would be two live connections.
#[tokio::test]
async fn every_import_carries_the_version_and_names_a_file() {
    let address = asset("js/main.js");
    let (_, version) = address.split_once("?v=").unwrap();
    let mut imports = 0;
    for script in Files::iter().filter(|path| is_script(path)) {
        let (_, body) = get(&script, None, None).await;
        let text = String::from_utf8(body).unwrap();
        for line in text.lines().filter(|line| {
            line.starts_with("import") || line.contains(" from \"") || line.contains("import(\"")
        }) {
            let file = line
                .split("\"./")
                .nth(1)
                .and_then(|rest| rest.split_once(".js?v="));
            let (name, rest) = file.unwrap_or_else(|| panic!("{script}: {line}"));
            let end = rest.strip_prefix(version);
            assert!(matches!(end, Some("\";" | "\");")), "{script}: {line}");
            assert!(
                Files::get(&format!("js/{name}.js")).is_some(),
                "{script}: {line}"
            );
            imports += 1;
        }
    }
    assert!(imports > 5);
}

#[test]
fn comments_and_indents_are_not_sent_and_nothing_else_is_left_out() {
    let script = "// Why.\nimport \"./a.js\"; // kept\n/** What.\n * More. */\n  // Inside.\nconst a = \"// no comment\";\n/* One line. */\nb();\n";
    assert_eq!(
        slim(script),
        "import \"./a.js\"; // kept\nconst a = \"// no comment\";\nb();\n"
    );
}
