//! The page that a login leads on to.

/// Only a page of ours: an address of another place would be an open door for phishing.
pub(crate) fn next_address(next: Option<&str>) -> String {
    next.filter(|next| is_kept(next)).unwrap_or("/").to_owned()
}

/// Whether a login leads on to an address: a plain path of ours, and at most which message of a room it
/// leads to. Anything else after a path could be words of a search for a patient.
pub(crate) fn is_kept(address: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    let (path, message) = address.split_once("?message=").unwrap_or((address, ""));
    path.starts_with('/')
        && !path.contains("//")
        && path.bytes().all(is_plain)
        && !message.contains('/')
        && message.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_leads_only_to_our_own_pages() {
        assert_eq!(
            next_address(Some("/doctor/chat/rooms/7")),
            "/doctor/chat/rooms/7"
        );
        let message = "/doctor/chat/rooms/7?message=42";
        assert_eq!(next_address(Some(message)), message);
        for other in [
            "https://evil.example",
            "//evil.example",
            "/\\evil",
            "/doctor/x?y=z",
            "/doctor/x?message=1&q=z",
            "/doctor/x?message=//evil.example",
            "//evil.example?message=1",
            "/doctor/\u{1}x",
            "/é",
        ] {
            assert_eq!(next_address(Some(other)), "/", "{other}");
        }
    }
}
