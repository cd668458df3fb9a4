//! FHIR R4 (<https://hl7.org/fhir/R4/>): resources one a line (NDJSON), or in a Bundle.
//!
//! Resources point to each other in any order, so the parts that are read of them are held in memory until
//! the file was read: about a kilobyte for each resource of a kind that is read.

mod codes;
mod document;
mod identifiers;
mod locations;
mod loose;
mod names;
mod patients;
mod periods;
mod references;
mod resources;
mod roles;
mod staff;
mod stays;

pub(crate) use document::MOST_BYTES;
pub(crate) use patients::patients;
pub(crate) use staff::staff;
