//! Texts that a Laravel application encrypted (`Illuminate\Encryption\Encrypter` of Laravel 11): base64 of
//! a JSON object with `iv`, `value`, and `mac` or `tag`.

use std::fmt;

use aws_lc_rs::{
    aead::{self, Aad, LessSafeKey, Nonce, UnboundKey},
    cipher::{AES_128, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    constant_time::verify_slices_are_equal,
    hmac,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use data_encoding::HEXLOWER;
use serde::Deserialize;

/// How base64 of `{"iv":` begins: no text of a person does.
const BEGINNING: &str = "eyJpdiI6";

/// Whether a text is an encrypted one.
pub(crate) fn is_locked(text: &str) -> bool {
    text.starts_with(BEGINNING)
}

/// The keys of a Laravel application: the one it writes with, and those it wrote with before.
#[derive(Clone, Default)]
pub struct AppKeys(Vec<Key>);

#[derive(Clone)]
enum Key {
    Short([u8; 16]),
    Long([u8; 32]),
}

/// Without the keys.
impl fmt::Debug for AppKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppKeys({})", self.0.len())
    }
}

#[derive(Deserialize)]
struct Sealed {
    iv: String,
    value: String,
    #[serde(default)]
    mac: String,
    #[serde(default)]
    tag: Option<String>,
}

impl AppKeys {
    /// Reads the application's `.env`, of which `APP_KEY` and `APP_PREVIOUS_KEYS` count, or a text that is
    /// nothing but a key.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let mut keys = Vec::new();
        if let [only] = lines[..]
            && !only.starts_with("APP_")
        {
            keys.push(key(only)?);
        }
        for name in ["APP_KEY", "APP_PREVIOUS_KEYS"] {
            let named = |line: &&str| {
                let said = line.strip_prefix(name)?.trim_start().strip_prefix('=')?;
                Some(said.trim().trim_matches(['"', '\'']).to_owned())
            };
            let said = lines.iter().find_map(named).unwrap_or_default();
            for one in said.split(',').map(str::trim).filter(|one| !one.is_empty()) {
                keys.push(key(one)?);
            }
        }
        if keys.is_empty() {
            return Err("has no APP_KEY");
        }
        Ok(Self(keys))
    }

    /// Decrypts a text, if one of the keys fits.
    pub(crate) fn open(&self, text: &str) -> Option<String> {
        let sealed = BASE64_STANDARD.decode(text.trim()).ok()?;
        let sealed: Sealed = serde_json::from_slice(&sealed).ok()?;
        let said = self.0.iter().find_map(|key| key.open(&sealed))?;
        let said = String::from_utf8(said).ok()?;
        Some(unserialized(&said).map_or_else(|| said.clone(), str::to_owned))
    }
}

fn key(text: &str) -> Result<Key, &'static str> {
    let wrong = "has an APP_KEY that is none: base64: and 16 or 32 bytes are expected";
    let bytes = match text.strip_prefix("base64:") {
        Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|_| wrong)?,
        None => text.as_bytes().to_vec(),
    };
    if let Ok(key) = <[u8; 16]>::try_from(bytes.as_slice()) {
        return Ok(Key::Short(key));
    }
    let key = <[u8; 32]>::try_from(bytes.as_slice());
    key.map(Key::Long).map_err(|_| wrong)
}

impl Key {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes) => bytes,
            Self::Long(bytes) => bytes,
        }
    }

    fn open(&self, sealed: &Sealed) -> Option<Vec<u8>> {
        let value = BASE64_STANDARD.decode(&sealed.value).ok()?;
        let iv = BASE64_STANDARD.decode(&sealed.iv).ok()?;
        match sealed.tag.as_deref().filter(|tag| !tag.is_empty()) {
            Some(tag) => self.gcm(&iv, value, &BASE64_STANDARD.decode(tag).ok()?),
            None if self.vouches_for(sealed) => self.cbc(&iv, value),
            None => None,
        }
    }

    /// AES in CBC says nothing of its own about being whole: the digest over both does.
    fn vouches_for(&self, sealed: &Sealed) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.bytes());
        let signed = hmac::sign(
            &key,
            [sealed.iv.as_str(), &sealed.value].concat().as_bytes(),
        );
        let digits = HEXLOWER.encode(signed.as_ref());
        verify_slices_are_equal(digits.as_bytes(), sealed.mac.as_bytes()).is_ok()
    }

    fn cbc(&self, iv: &[u8], mut value: Vec<u8>) -> Option<Vec<u8>> {
        let algorithm = match self {
            Self::Short(_) => &AES_128,
            Self::Long(_) => &AES_256,
        };
        let key = UnboundCipherKey::new(algorithm, self.bytes()).ok()?;
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
        let iv = <[u8; 16]>::try_from(iv).ok()?;
        let opened = key
            .decrypt(&mut value, DecryptionContext::Iv128(iv.into()))
            .ok()?;
        Some(opened.to_vec())
    }

    fn gcm(&self, iv: &[u8], mut value: Vec<u8>, tag: &[u8]) -> Option<Vec<u8>> {
        let algorithm = match self {
            Self::Short(_) => &aead::AES_128_GCM,
            Self::Long(_) => &aead::AES_256_GCM,
        };
        let key = LessSafeKey::new(UnboundKey::new(algorithm, self.bytes()).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
        value.extend_from_slice(tag);
        let opened = key.open_in_place(nonce, Aad::empty(), &mut value).ok()?;
        Some(opened.to_vec())
    }
}

/// A text that PHP serialized before it was encrypted: `s:5:"hello";`, counted in bytes.
fn unserialized(said: &str) -> Option<&str> {
    let (length, rest) = said.strip_prefix("s:")?.split_once(':')?;
    let text = rest.strip_prefix('"')?.strip_suffix("\";")?;
    (length.parse() == Ok(text.len())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LONG: &str = "base64:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const SHORT: &str = "base64:AAECAwQFBgcICQoLDA0ODw==";
    // Made with OpenSSL and Node.js, as Laravel makes them.
    const PLAIN: &str = "eyJpdiI6IlpHVm1aMmhwYW10c2JXNXZjSEZ5Y3c9PSIsInZhbHVlIjoiWG4wMFBpOTVTT0JraU12UE1rQ0RoSElsTWJqVW91UG81VHhtaGhmTkdidEpnNTdWWktVTVp2VTNlL2N1TXU3biIsIm1hYyI6ImMzNDViMDVhOGU5MzAxMjEzMWQ2Mzc2YWY5NmY5ZmUyMDZiNzQxM2UzNTIyMzUwYzYyNTU5YWY3ODQ2ZWE4YWMiLCJ0YWciOiIifQ==";
    const SERIALIZED: &str = "eyJpdiI6IlpHVm1aMmhwYW10c2JXNXZjSEZ5Y3c9PSIsInZhbHVlIjoiMFlYZm1IRU5TMWwyK3BuMnhwRXVyNGp3Q3Y2a28zK2dLSS9DSUdGUFkrMD0iLCJtYWMiOiIxNTlkMWE4N2ExZjYzZmEwMjU3OGYzMTJhYjkxMmZlMTAxZDUzZjEzMjQzYTg0NmI3MzRhNWIxZjI2MzM4OTQwIiwidGFnIjoiIn0=";
    const OF_SHORT: &str = "eyJpdiI6IlpHVm1aMmhwYW10c2JXNXZjSEZ5Y3c9PSIsInZhbHVlIjoiMDNkYnB0QXJaTjdaNGYxRW5JRFMxZz09IiwibWFjIjoiYTQwZTNjNmNkZmE2M2FiZWU4YjQyZmE5OGVkOWMyZGM5ZjA1YzAyM2Y1ZWNiYjc3Y2U5ZDBjOThhNWMwNGU3NSIsInRhZyI6IiJ9";
    const GCM: &str = "eyJpdiI6IkFBRUNBd1FGQmdjSUNRb0wiLCJ2YWx1ZSI6IklHRzdPN0dBdW04PSIsIm1hYyI6IiIsInRhZyI6InduOTFYTmF2RWZzZ3NSdC9PSHR0WHc9PSJ9";

    fn open(keys: &str, text: &str) -> Option<String> {
        AppKeys::read(keys).unwrap().open(text)
    }

    #[test]
    fn a_text_is_read_with_its_key() {
        let said = open(LONG, PLAIN).unwrap();
        assert_eq!(said, "Zebra sodium 128, repeat at six – Ångström");
        assert_eq!(open(LONG, SERIALIZED).unwrap(), "locked zebra");
        assert_eq!(open(LONG, GCM).unwrap(), "gcm text");
        assert_eq!(open(SHORT, OF_SHORT).unwrap(), "short key");
        assert!(
            [PLAIN, SERIALIZED, OF_SHORT, GCM]
                .into_iter()
                .all(is_locked)
        );
    }

    #[test]
    fn keys_come_from_the_applications_settings() {
        let env = format!(
            "APP_NAME=HIMS\n# APP_KEY=no\nAPP_KEY=\"{SHORT}\"\nAPP_PREVIOUS_KEYS={LONG},{LONG}\nDB_PASSWORD=x\n"
        );
        assert_eq!(open(&env, PLAIN), open(LONG, PLAIN));
        assert_eq!(open(&env, OF_SHORT).unwrap(), "short key");
        assert_eq!(format!("{:?}", AppKeys::read(&env).unwrap()), "AppKeys(3)");
        for wrong in [
            "",
            "APP_KEY=\n",
            "APP_NAME=HIMS\nDB_PASSWORD=x",
            "base64:AAEC",
            "APP_KEY=base64:AA",
        ] {
            assert!(AppKeys::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn another_key_or_a_changed_text_opens_nothing() {
        assert_eq!(open(SHORT, PLAIN), None);
        let other = "base64://///////////////////////////////////////w8=";
        assert_eq!((open(other, PLAIN), open(other, GCM)), (None, None));
        let changed = BASE64_STANDARD.decode(PLAIN).unwrap();
        let changed = String::from_utf8(changed).unwrap().replace("Xn00", "Xn01");
        assert_eq!(open(LONG, &BASE64_STANDARD.encode(changed)), None);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in any::<String>(), key in any::<[u8; 32]>()) {
            let keys = AppKeys(vec![Key::Long(key)]);
            prop_assert_eq!(keys.open(&text), None);
            let sealed = serde_json::json!({ "iv": text, "value": text, "mac": text, "tag": text });
            prop_assert_eq!(keys.open(&BASE64_STANDARD.encode(sealed.to_string())), None);
        }
    }
}
