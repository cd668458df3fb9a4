//! The `hims-chat` program, as a user would have built it.

use std::path::Path;

/// The path of the program: Cargo builds it before the tests of its package.
pub fn hims_chat() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_hims-chat"))
}
