//! Stylesheets, scripts and icons, embedded in the binary.
//!
//! A page links each file as `/assets/css/app.css?v=<hash>` (see [`asset`]); such an address may be
//! kept for ever, because another content has another address. Without the hash a browser asks
//! again each time and is answered 304 by the `ETag`.

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use crate::{extract::Ids, failure::Failure};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The address of a file, with its version: `asset("css/tokens.css")`.
///
/// A name that is no file gets an address without a version, which is answered 404.
pub(crate) fn asset(name: &str) -> String {
    match version(name) {
        Some(version) => format!("/assets/{name}?v={version}"),
        None => format!("/assets/{name}"),
    }
}

/// The addresses of all scripts that every page needs: those that are imported from the first one on. A page
/// that names them all at once spares the browser one round trip for each step of the chain. The others are
/// loaded by the few pages that need them, or once they are asked for; one of them wherever the page listens
/// to the backend `directly`.
pub(crate) fn scripts(directly: bool) -> Vec<String> {
    let version = scripts_version().unwrap_or_default();
    let direct = directly.then_some(DIRECT);
    EVERYWHERE
        .iter()
        .map(String::as_str)
        .chain(direct)
        .map(|name| format!("/assets/js/{name}?v={version}"))
        .collect()
}

/// The script that every page begins with.
const FIRST: &str = "main.js";

/// The script that listens to the backend's own client library.
const DIRECT: &str = "live-direct.js";

/// The names of the scripts that every page needs, in the order of the alphabet.
static EVERYWHERE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut needed = BTreeSet::from([FIRST.to_owned()]);
    let mut unread = vec![FIRST.to_owned()];
    while let Some(name) = unread.pop() {
        let new = imports(&name).into_iter();
        unread.extend(new.filter(|name| needed.insert(name.clone())));
    }
    needed.into_iter().collect()
});

/// The scripts that a script imports as it is loaded; `import("./x.js")` loads one later.
fn imports(name: &str) -> Vec<String> {
    let script = Files::get(&format!("js/{name}"));
    let text = script.map(|script| String::from_utf8_lossy(&script.data).into_owned());
    let text = text.unwrap_or_default();
    let imported = text.lines().filter_map(|line| {
        let (start, name) = line.strip_suffix("\";")?.split_once("\"./")?;
        let is_import = start == "import " || start.ends_with(" from ");
        is_import.then(|| name.to_owned())
    });
    imported.collect()
}

/// Answers `GET /assets/{*path}`.
pub(crate) async fn asset_file(
    Ids(path): Ids<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (Some(file), Some(version)) = (Files::get(&path), version(&path)) else {
        return Failure::not_found().into_response();
    };
    let etag = format!("\"{version}\"");
    let pinned =
        query.is_some_and(|query| query.split('&').any(|pair| pair == format!("v={version}")));
    let caching = if pinned {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let about = [
        (header::CONTENT_TYPE, content_type(&path)),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::ETAG, etag.clone()),
    ];
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|list| {
            list.split(',')
                .any(|tag| tag.trim() == etag || tag.trim() == "*")
        })
    });
    if known {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, body(&path, file, &version)).into_response()
}

fn content_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if kind.type_() == mime_guess::mime::TEXT {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    }
}

fn body(path: &str, file: EmbeddedFile, version: &str) -> Vec<u8> {
    match std::str::from_utf8(&file.data) {
        Ok(script) if is_script(path) => pin_imports(&slim(script), version).into_bytes(),
        _ => file.data.into_owned(),
    }
}

/// Scripts import each other, so that they share one version: a change in any is a change in all.
fn version(name: &str) -> Option<String> {
    let file = Files::get(name)?;
    if is_script(name) {
        scripts_version()
    } else {
        Some(short(&Sha256::digest(file.metadata.sha256_hash())))
    }
}

fn scripts_version() -> Option<String> {
    let mut hash = Sha256::new();
    for script in script_names() {
        hash.update(Files::get(&script)?.metadata.sha256_hash());
    }
    Some(short(&hash.finalize()))
}

fn short(hash: &[u8]) -> String {
    HEXLOWER.encode(&hash[..8])
}

fn script_names() -> Vec<Cow<'static, str>> {
    let mut scripts: Vec<_> = Files::iter().filter(|path| is_script(path)).collect();
    scripts.sort();
    scripts
}

fn is_script(name: &str) -> bool {
    name.ends_with(".js")
}

/// Comments are for who reads the source, and a fifth of what a browser would load. Only those that
/// have lines of their own are left out, so that nothing inside a string is taken for one; indents go too.
/// No string of a script goes over lines.
fn slim(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.split_inclusive('\n') {
        let words = line.trim();
        if in_comment || words.starts_with("/*") {
            in_comment = !words.ends_with("*/");
        } else if !words.starts_with("//") {
            kept.push_str(line.trim_start());
        }
    }
    kept
}

/// Gives `import … from "./x.js";` and `import("./x.js");` the version of the importing file, so that a module has one
/// address however it is reached: a second address would be a second instance of it.
fn pin_imports(script: &str, version: &str) -> String {
    let mut pinned = String::with_capacity(script.len() + 256);
    for line in script.split_inclusive('\n') {
        let named = ["\";\n", "\");\n"].into_iter().find_map(|end| {
            let start = line.strip_suffix(end)?.strip_suffix(".js")?;
            let is_import = start.contains("from \"./")
                || start.contains("import(\"./")
                || start.starts_with("import \"./");
            is_import.then_some((start, end))
        });
        match named {
            Some((start, end)) => pinned.push_str(&format!("{start}.js?v={version}{end}")),
            None => pinned.push_str(line),
        }
    }
    pinned
}

#[cfg(test)]
mod tests;
