//! Addresses of PostgreSQL servers, and connections to them over verified TLS.
//!
//! An address is `postgres://user:password@host:port/database`, with the parameters `sslmode`, `sslrootcert`,
//! `sslcert` and `sslkey` as PostgreSQL's own library has them
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). Unlike there a server that is not on this machine is
//! verified unless the address says otherwise. Addresses of other servers that are written alike are taken apart by
//! [`Written`], and verified by the same rules ([`Mode::in_force`]).

mod address;
mod certificate;
mod libpq;
mod ssl;
mod written;

pub use address::{Address, Connection};
pub use ssl::{ClientFiles, Mode, Root};
pub use written::Written;
