//! Webhooks: is it Stream, and did we have it before?

use std::{
    collections::{HashSet, VecDeque},
    io::Read,
    sync::{Mutex, PoisonError},
};

use data_encoding::HEXLOWER_PERMISSIVE;
use flate2::read::GzDecoder;
use thiserror::Error;

use super::{Event, Signer};

/// Largest body, unpacked.
const LARGEST: u64 = 8 * 1024 * 1024;

/// How many deliveries are remembered. Stream repeats one within seconds.
const REMEMBERED: usize = 10_000;

/// Why a delivery is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refused {
    /// Not signed with this app's secret.
    #[error("the signature is not that of this app")]
    Signature,
    /// Signed, but no event.
    #[error("the body is no event")]
    Body,
    /// Larger than any event.
    #[error("the body is too large")]
    TooLarge,
}

/// The event of a delivery. `body` is exactly what came, packed or not; `signature` is the header
/// `X-Signature`. Nothing is read before the signature is proven right, in constant time.
///
/// # Errors
/// [`Refused`].
pub fn verify(signer: &Signer, signature: &str, body: &[u8]) -> Result<Event, Refused> {
    let unpacked;
    let body = if body.starts_with(&[0x1f, 0x8b]) {
        unpacked = unpack(body)?;
        &unpacked
    } else {
        body
    };
    let signature = signature_of(signature).ok_or(Refused::Signature)?;
    if !signer.verifies(body, &signature) {
        return Err(Refused::Signature);
    }
    serde_json::from_slice(body).map_err(|_| Refused::Body)
}

fn unpack(body: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut unpacked = Vec::new();
    let mut reader = GzDecoder::new(body).take(LARGEST + 1);
    reader
        .read_to_end(&mut unpacked)
        .map_err(|_| Refused::Body)?;
    if unpacked.len() as u64 > LARGEST {
        return Err(Refused::TooLarge);
    }
    Ok(unpacked)
}

/// Case does not matter in hex digits.
fn signature_of(text: &str) -> Option<Vec<u8>> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    (bytes.len() == 32).then_some(bytes)
}

/// Deliveries that were taken, by `X-Webhook-Id`, which is the same for each repeat.
#[derive(Default)]
pub struct Taken {
    ids: Mutex<Ids>,
}

#[derive(Default)]
struct Ids {
    known: HashSet<String>,
    order: VecDeque<String>,
}

impl Taken {
    /// Notes a delivery; whether it is the first of its id.
    pub fn is_first(&self, id: &str) -> bool {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if !ids.known.insert(id.to_owned()) {
            return false;
        }
        ids.order.push_back(id.to_owned());
        if ids.order.len() > REMEMBERED
            && let Some(oldest) = ids.order.pop_front()
        {
            ids.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    use super::*;
    use crate::Secret;

    fn signer() -> Signer {
        Signer::new(&Secret::new("hook secret"))
    }

    fn sign(body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"hook secret").unwrap();
        mac.update(body);
        let digest = mac.finalize().into_bytes();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    const TEXT: &[u8] = br#"{ "type": "message.new",  "created_at": "2026-11-22T10:00:00.5Z" }"#;
    const NUMBER: &[u8] = br#"{"type":"message.new","created_at":1795341600500000000}"#;

    #[test]
    fn both_forms_of_time_are_taken() {
        let text = verify(&signer(), &sign(TEXT), TEXT).unwrap();
        let number = verify(&signer(), &sign(NUMBER), NUMBER).unwrap();
        assert_eq!(text.created_at, number.created_at);
        assert!(text.created_at.is_some());
    }

    #[test]
    fn a_packed_body_is_signed_unpacked() {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(TEXT).unwrap();
        let packed = packer.finish().unwrap();
        assert!(verify(&signer(), &sign(TEXT), &packed).is_ok());
        assert_eq!(
            verify(&signer(), &sign(&packed), &packed).unwrap_err(),
            Refused::Signature
        );
    }

    #[test]
    fn one_byte_more_or_another_secret_is_refused() {
        let mut longer = TEXT.to_vec();
        longer.push(b' ');
        let refused =
            |signature: &str, body: &[u8]| verify(&signer(), signature, body).unwrap_err();
        assert_eq!(refused(&sign(TEXT), &longer), Refused::Signature);
        for signature in ["", "00", "é", &"0".repeat(64), &"zz".repeat(32)] {
            assert_eq!(refused(signature, TEXT), Refused::Signature);
        }
        let other = Signer::new(&Secret::new("another"));
        assert!(verify(&other, &sign(TEXT), TEXT).is_err());
    }

    #[test]
    fn a_small_body_that_unpacks_to_a_huge_one_is_refused() {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![0_u8; 1 << 20];
        for _ in 0..9 {
            packer.write_all(&zeros).unwrap();
        }
        let packed = packer.finish().unwrap();
        assert_eq!(
            verify(&signer(), "", &packed).unwrap_err(),
            Refused::TooLarge
        );
    }

    #[test]
    fn a_repeat_is_known() {
        let taken = Taken::default();
        assert!(taken.is_first("a") && taken.is_first("b"));
        assert!(!taken.is_first("a"));
        for number in 0..REMEMBERED {
            assert!(taken.is_first(&number.to_string()));
        }
        assert!(taken.is_first("a"), "forgotten after very many");
    }
}
