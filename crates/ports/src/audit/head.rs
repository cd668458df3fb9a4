use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use thiserror::Error;

use super::Seal;

/// A seal's number and hash, to be kept where nobody can write who can write into the database: whoever cuts the end
/// of the record, or makes all of it anew, does not come to this hash.
///
/// As text it is one line: when it was taken, the seal's number, the hash in hex.
///
/// ```
/// use hims_chat_ports::Head;
/// let line = "2026-11-30T00:00:07Z 86400 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
/// let head: Head = line.parse().unwrap();
/// assert_eq!((head.number, head.to_string().as_str()), (86_400, line));
/// assert!("2026-11-30 86400 6b86".parse::<Head>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// When it was taken.
    pub at: Timestamp,
    /// The seal's number.
    pub number: i64,
    /// The seal's hash.
    pub hash: [u8; 32],
}

/// The line is no head.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "is no head of the audit: right is a time, a number and 64 hex digits, with spaces between"
)]
pub struct InvalidHead;

impl Head {
    /// The head of a record whose newest seal this is.
    pub fn of(seal: &Seal, at: Timestamp) -> Self {
        Self {
            at,
            number: seal.number,
            hash: seal.hash,
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.at,
            self.number,
            HEXLOWER.encode(&self.hash)
        )
    }
}

impl FromStr for Head {
    type Err = InvalidHead;

    fn from_str(line: &str) -> Result<Self, InvalidHead> {
        let mut words = line.split_whitespace();
        let (Some(at), Some(number), Some(hash), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(InvalidHead);
        };
        let hash = HEXLOWER.decode(hash.as_bytes()).map_err(|_| InvalidHead)?;
        Ok(Self {
            at: at.parse().map_err(|_| InvalidHead)?,
            number: number.parse().map_err(|_| InvalidHead)?,
            hash: hash.try_into().map_err(|_| InvalidHead)?,
        })
    }
}
