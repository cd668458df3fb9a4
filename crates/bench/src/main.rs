//! See the library.

use std::process::ExitCode;

use clap::Parser;
use hims_chat_bench::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            #[expect(clippy::print_stderr, reason = "a program for the terminal")]
            {
                eprintln!("bench: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}
