//! Files as hospitals write them, read through the public door.
#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

mod reading {
    mod bundles;
    mod columns;
    mod encodings;
    mod fhir_patients;
    mod fhir_staff;
    mod gaps;
    mod many_rows;
    mod ndjson;
    mod properties;
    mod quiet;
    mod refusals;
    mod stays;
    mod support;
    mod values;
    mod wrong_list;
}
