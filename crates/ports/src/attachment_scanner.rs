use async_trait::async_trait;
use bytes::Bytes;
use domain::FileName;

use crate::Result;

/// The verdict of a scanner on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Nothing was found.
    Clean,
    /// The file is not to be stored.
    Refused {
        /// Why, in words for the doctor who sends it: "holds the virus Eicar-Test".
        reason: String,
    },
}

/// Looks for malware in a file before anything else is done with it.
///
/// Contract: it is asked for every upload, with the bytes as they came. What it cannot scan is not
/// stored: an error refuses the upload, and the doctor may try again.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AttachmentScanner: Send + Sync {
    /// Scans a file.
    ///
    /// # Errors
    /// `Unavailable` when the scanner does not answer.
    async fn scan(&self, name: &FileName, media_type: &str, bytes: &Bytes) -> Result<Scan>;

    /// Its kind and address, for those who look after the service: "clamd at tcp://127.0.0.1:3310".
    fn name(&self) -> String {
        "scanner".to_owned()
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn check(&self) -> Result<()> {
        Ok(())
    }
}
