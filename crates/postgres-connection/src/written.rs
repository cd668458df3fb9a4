//! An address as it was written: the parameters about TLS, and the rest for the library.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::ssl::{ClientFiles, Mode, Root};

/// An address, taken apart.
pub struct Written {
    /// Everything but the parameters about TLS.
    pub rest: String,
    /// None where the address says nothing.
    pub mode: Option<Mode>,
    /// The authorities of the parameter `sslrootcert`.
    pub root: Root,
    /// `sslcert` and `sslkey`.
    pub client: Option<ClientFiles>,
}

const ENCODED: &str = "the user or the password holds a character that must be percent-encoded: @ is written %40, : %3A, / %2F, \
     ? %3F, # %23 and % %25";

impl Written {
    /// Takes an address apart.
    ///
    /// # Errors
    /// What is wrong, without a word of the text.
    pub fn read(url: &str) -> Result<Self, String> {
        let (_, after) = url.split_once("://").unwrap_or_default();
        let (place, query) = after.split_once('?').unwrap_or((after, ""));
        let authority = place.split('/').next().unwrap_or_default();
        // An @ of the password would be taken for the one before the host, and what follows it for the host.
        let is_split = place.matches('@').count() > 1
            || (place.contains('@') && !authority.contains('@'))
            || (!place.contains('@') && query.contains('@'));
        let login = authority.rsplit_once('@').map_or("", |(login, _)| login);
        if is_split || !is_encoded(login) || login.contains(['#', ' ']) {
            return Err(ENCODED.to_owned());
        }
        let mut written = Self {
            rest: String::new(),
            mode: None,
            root: Root::System,
            client: None,
        };
        let (mut certificate, mut key) = (None, None);
        let mut others = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decode_str(value).decode_utf8();
            let value = value.map_err(|_| format!("{} is not UTF-8", known(name)))?;
            match name {
                "sslmode" => written.mode = Some(value.parse()?),
                "sslrootcert" if value == "system" => {}
                "sslrootcert" => written.root = Root::File(PathBuf::from(&*value)),
                "sslcert" => certificate = Some(PathBuf::from(&*value)),
                "sslkey" => key = Some(PathBuf::from(&*value)),
                _ => others.push(pair),
            }
        }
        written.client = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(ClientFiles { certificate, key }),
            (None, None) => None,
            (Some(_), None) => {
                return Err("sslcert needs sslkey, the key of the certificate".to_owned());
            }
            (None, Some(_)) => {
                return Err("sslkey needs sslcert, the certificate of the key".to_owned());
            }
        };
        let before = url.split('?').next().unwrap_or_default();
        written.rest = match others.join("&") {
            query if query.is_empty() => before.to_owned(),
            query => format!("{before}?{query}"),
        };
        Ok(written)
    }
}

/// The name of a parameter that may be repeated.
fn known(name: &str) -> &str {
    match name {
        "sslmode" | "sslrootcert" | "sslcert" | "sslkey" => name,
        _ => "a parameter of the address",
    }
}

/// Whether each % begins the number of a byte.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
