//! The binary `hims-chat`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    shell::cli::run().await
}
