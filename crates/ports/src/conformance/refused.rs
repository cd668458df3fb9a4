use domain::MessageId;

use crate::{Error, ErrorKind, Result};

/// The error of a call that must fail with this kind.
#[track_caller]
pub(super) fn refused<T>(answer: Result<T>, kind: ErrorKind) -> Error {
    match answer {
        Ok(_) => panic!("expected {kind:?}, but it was allowed"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{error}");
            error
        }
    }
}

/// Asserts that a call says that there is no such thing.
#[track_caller]
pub(super) fn not_found<T>(answer: Result<T>) -> Error {
    refused(answer, ErrorKind::NotFound)
}

/// Asserts that a call names the field that is wrong.
#[track_caller]
pub(super) fn invalid<T>(answer: Result<T>, field: &'static str) -> Error {
    refused(answer, ErrorKind::Invalid { field })
}

/// Asserts that two answers cannot be told from each other: nothing is said about which of the two
/// exists.
#[track_caller]
pub(super) fn same_refusal(one: &Error, other: &Error) {
    assert_eq!(one.kind(), other.kind());
    assert_eq!(one.to_string(), other.to_string());
}

/// Ids that name no message, room or file of any backend that counts from one.
pub(super) fn odd_ids() -> impl Iterator<Item = String> {
    [
        "0",
        "-1",
        "007",
        "no-such-thing",
        "_",
        "9223372036854775807",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(["9".repeat(20), "9".repeat(64), "x".repeat(64)])
}

/// Those ids as messages.
pub(super) fn odd_messages() -> impl Iterator<Item = MessageId> {
    odd_ids().map(|id| MessageId::parse(id).unwrap())
}
