//! Imports a file of JSON lines, and waits until it is done: `import KEY SECRET FILE`.

#![allow(clippy::print_stdout, reason = "it shows how far it has come")]

use std::{env::args, error::Error, path::PathBuf, time::Duration};

use stream_chat_client::{Client, ImportMode};
use tokio::time::interval;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = args().skip(1);
    let key = arguments.next().ok_or("the key is missing")?;
    let secret = arguments.next().ok_or("the secret is missing")?;
    let file = PathBuf::from(arguments.next().ok_or("the file is missing")?);
    let client = Client::new(key, secret)?;
    let mut task = client.start_import(&file, ImportMode::Upsert).await?;
    let mut polls = interval(Duration::from_secs(5));
    while task.is_over().is_none() {
        polls.tick().await;
        task = client.import(&task.id).await?;
        println!("{}", task.state);
    }
    println!("{}", task.result);
    Ok(())
}
