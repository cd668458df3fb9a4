use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The text is no id: ids are 1 to 64 characters of `A-Z a-z 0-9 _ -`.
///
/// The alphabet and length are those of a Stream channel id, so that one type holds it and a
/// legacy bigint alike.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a {what} is 1 to 64 characters of A-Z, a-z, 0-9, _ and -")]
pub struct InvalidId {
    what: &'static str,
}

fn is_opaque(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// Opaque text, parsed once at the border; cloning is cheap.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an id.
            ///
            /// # Errors
            /// When the text is empty, longer than 64 characters, or holds any other character
            /// than `A-Z a-z 0-9 _ -`.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidId> {
                let text = text.as_ref();
                if is_opaque(text) { Ok(Self(text.into())) } else { Err(InvalidId { what: $what }) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The number behind an id of an SQL backend; `None` when the id is no number, and so
            /// can name nothing there. Only the canonical form counts: `007` is not 7.
            pub fn as_i64(&self) -> Option<i64> {
                self.0.parse().ok().filter(|key: &i64| *key.to_string() == *self.0)
            }
        }

        /// A database key as an id: never fails, as digits and a sign are in the alphabet.
        impl From<i64> for $name {
            fn from(key: i64) -> Self {
                Self(key.to_string().into())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

opaque_id!(
    /// A room.
    RoomId, "room id"
);
opaque_id!(
    /// A message.
    MessageId, "message id"
);
opaque_id!(
    /// A file that was sent to a room.
    AttachmentId, "attachment id"
);
opaque_id!(
    /// A staff member, a doctor among them.
    StaffId, "staff id"
);
opaque_id!(
    /// A patient inside the hospital. Outside it only a [`crate::PatientRef`] may be named.
    PatientId, "patient id"
);
opaque_id!(
    /// The id that the sender's device gave a message, so that a repeated send stays one message.
    /// Unique for one author in one room.
    ClientId, "client id"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bigint_and_a_channel_id_both_fit() {
        assert_eq!(RoomId::from(i64::MAX).as_i64(), Some(i64::MAX));
        assert_eq!(RoomId::parse("patient-9f_2").unwrap().as_i64(), None);
        assert_eq!(RoomId::parse("007").unwrap().as_i64(), None);
    }

    #[test]
    fn length_and_alphabet_are_bounded() {
        assert!(RoomId::parse("").is_err());
        assert!(RoomId::parse("a".repeat(64)).is_ok());
        assert!(RoomId::parse("a".repeat(65)).is_err());
        for text in ["a b", "a/b", "é", "a.b", "'"] {
            assert!(RoomId::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_accepts_exactly_the_alphabet(text in ".{0,80}") {
            let fits = (1..=64).contains(&text.chars().count())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
            prop_assert_eq!(MessageId::parse(&text).is_ok(), fits);
        }

        #[test]
        fn every_key_survives_the_round_trip(key: i64) {
            let id = StaffId::from(key);
            prop_assert_eq!(StaffId::parse(id.as_str()).unwrap().as_i64(), Some(key));
        }
    }
}
