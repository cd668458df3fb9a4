use std::{sync::Arc, time::Duration};

use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
    prefix::PrefixStore,
};

use crate::Files;

/// A bucket of an S3-compatible store, and the prefix in it that is ours.
pub struct Bucket {
    store: AmazonS3,
    prefix: Path,
}

/// Why a bucket cannot be used, in words for whoever runs the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBucket(pub String);

/// For one attempt; a file of the largest size over a slow line.
const ATTEMPT: Duration = Duration::from_secs(60);

/// For a call with all its attempts.
const CALL: Duration = Duration::from_secs(15);

/// The codes with which a store refuses a wrong key, a wrong secret, and a key without the right.
const REFUSED: [&str; 3] = [
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AccessDenied",
];

impl Bucket {
    /// The bucket that `bucket/prefix` names, at the store and with the credentials that the usual
    /// `AWS_…` variables name. An endpoint may be plain http: such a store is inside the house.
    ///
    /// # Errors
    /// [`InvalidBucket`] for a name or a variable that is none.
    pub fn named(address: &str) -> Result<Self, InvalidBucket> {
        let (bucket, prefix) = address.split_once('/').unwrap_or((address, ""));
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if bucket.is_empty() || !bucket.bytes().all(is_name) {
            return Err(InvalidBucket("must be like s3://bucket/prefix".to_owned()));
        }
        let prefix = Path::parse(prefix.trim_end_matches('/'))
            .map_err(|_| InvalidBucket("must be like s3://bucket/prefix".to_owned()))?;
        let retry = RetryConfig {
            max_retries: 3,
            retry_timeout: CALL,
            ..RetryConfig::default()
        };
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_client_options(
                ClientOptions::new()
                    .with_timeout(ATTEMPT)
                    .with_allow_http(true),
            )
            .with_retry(retry)
            .build();
        let store = store.map_err(|_| {
            InvalidBucket("cannot be used with the AWS_ variables that are set".to_owned())
        })?;
        Ok(Self { store, prefix })
    }

    /// Asks the store whether the bucket is there and may be used. That it does not answer at all is
    /// no reason against it: messages go on without it.
    ///
    /// # Errors
    /// [`InvalidBucket`] when the store says no.
    pub async fn check(&self) -> Result<(), InvalidBucket> {
        let Err(error) = self.store.list_with_delimiter(Some(&self.prefix)).await else {
            return Ok(());
        };
        // The library tells refused lists apart by their text only. Names of errors: Amazon S3 API
        // Reference, "Error responses".
        let answer = error.to_string();
        let is = |name: &&str| answer.contains(*name);
        if is(&"NoSuchBucket") {
            Err(InvalidBucket("names a bucket that is not there".to_owned()))
        } else if REFUSED.iter().any(is) {
            Err(InvalidBucket(
                "is refused by the store: see AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY".to_owned(),
            ))
        } else {
            Ok(())
        }
    }

    /// Files in it.
    pub fn files(self) -> Files {
        let store: Arc<dyn ObjectStore> = if self.prefix.as_ref().is_empty() {
            Arc::new(self.store)
        } else {
            Arc::new(PrefixStore::new(self.store, self.prefix))
        };
        Files::new(store)
    }
}
