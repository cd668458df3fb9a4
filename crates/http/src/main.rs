//! The binary `hims-chat`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    hims_chat_http::cli::run().await
}
