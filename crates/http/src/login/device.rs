//! Browsers that have signed in before (OWASP's device cookies): what strangers try elsewhere is no
//! reason to refuse them.

use std::time::Duration;

use ports::SignInKey;

/// Name of the cookie. It holds a random number for the browser, and a mark for each account that has
/// signed in with it, which only we can make. It signs nobody in.
pub(super) const COOKIE: &str = "hims_chat_device";

/// How long a browser is known after its last login.
pub(super) const KNOWN_FOR: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// Most accounts of one browser, as a ward's computer has many: those that signed in last.
const MOST_ACCOUNTS: usize = 30;

/// Hex digits of an id and of a mark: 128 bits each.
const DIGITS: usize = 32;

/// A browser, as its cookie shows it.
#[derive(Clone)]
pub(super) struct Device {
    id: String,
    marks: Vec<String>,
}

impl Device {
    /// A browser that has not signed in before.
    pub(super) fn new() -> Self {
        Self {
            id: format!("{:032x}", rand::random::<u128>()),
            marks: Vec::new(),
        }
    }

    /// Reads a cookie of ours; anything else is no device.
    pub(super) fn read(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.').take(MOST_ACCOUNTS + 1).map(|part| {
            let is_ours = part.len() == DIGITS && part.bytes().all(|b| b.is_ascii_hexdigit());
            is_ours.then(|| part.to_owned())
        });
        let id = parts.next()??;
        Some(Self {
            id,
            marks: parts.collect::<Option<_>>()?,
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether this account has signed in here before.
    pub(super) fn knows(&self, key: &SignInKey, account: &str) -> bool {
        let mark = self.mark(key, account);
        self.marks.iter().any(|known| is_same(known, &mark))
    }

    /// The cookie after a login of this account.
    pub(super) fn remembering(mut self, key: &SignInKey, account: &str) -> String {
        let mark = self.mark(key, account);
        self.marks.retain(|known| *known != mark);
        self.marks.insert(0, mark);
        self.marks.truncate(MOST_ACCOUNTS);
        self.marks.insert(0, self.id);
        self.marks.join(".")
    }

    fn mark(&self, key: &SignInKey, account: &str) -> String {
        let mut mark = key.digest(&["device", account, &self.id]);
        mark.truncate(DIGITS);
        mark
    }
}

/// Compares in a time that does not depend on where they differ.
fn is_same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_knows_who_signed_in_on_it_and_nobody_else() {
        let key = SignInKey::random();
        let cookie = Device::new().remembering(&key, "d01");
        let device = Device::read(&cookie).unwrap();
        assert!(device.knows(&key, "d01"));
        assert!(!device.knows(&key, "d02"), "another account");
        assert!(!device.knows(&SignInKey::random(), "d01"), "another key");
        let both = Device::read(&device.clone().remembering(&key, "d02")).unwrap();
        assert!(both.knows(&key, "d01") && both.knows(&key, "d02"));
        // The mark of one browser is worth nothing on another.
        let stolen = cookie.replacen(device.id(), &"0".repeat(32), 1);
        assert!(!Device::read(&stolen).unwrap().knows(&key, "d01"));
    }

    #[test]
    fn a_cookie_stays_small_and_others_are_none() {
        let key = SignInKey::random();
        let mut device = Device::new();
        for number in 0..100 {
            let cookie = device.remembering(&key, &number.to_string());
            device = Device::read(&cookie).unwrap();
        }
        assert!(device.knows(&key, "99") && !device.knows(&key, "0"));
        for cookie in [
            "",
            ".",
            "x",
            "é",
            &"f".repeat(31),
            &format!("{}.x", device.id()),
        ] {
            assert!(Device::read(cookie).is_none(), "{cookie}");
        }
    }
}
