use serde::Deserialize;
use serde_json::Value;

use super::{Call, Client, Result};

request! {
    /// A command that people write with a slash before it.
    NewCommand {
        needs {
            name: String,
            description: String,
        }
        may {
            /// The words that are written behind it, such as `[@username]`.
            args: String,
            /// The set of commands that it belongs to.
            set: String,
        }
    }
}

answer! {
    /// A command that people write with a slash before it.
    Command {
        has {
            /// The name.
            name: String,
        }
        may {
            /// A description for people.
            description: String,
            /// The words that are written behind it.
            args: String,
            /// The set of commands that it belongs to.
            set: String,
        }
        at {
            /// When it was made.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}

#[derive(Deserialize)]
struct One {
    command: Command,
}

#[derive(Deserialize)]
struct All {
    #[serde(default, deserialize_with = "super::null::as_default")]
    commands: Vec<Command>,
}

impl Client {
    /// Makes a command.
    ///
    /// # Errors
    /// `Invalid` when there is one of this name.
    pub async fn create_command(&self, command: &NewCommand) -> Result<Command> {
        let call = Call::post("/commands").json(command);
        Ok(self.send::<One>(call).await?.command)
    }

    /// A command.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn command(&self, name: &str) -> Result<Command> {
        self.send(Call::get("/commands/{name}").id(name)).await
    }

    /// All commands.
    ///
    /// # Errors
    /// As any call.
    pub async fn commands(&self) -> Result<Vec<Command>> {
        Ok(self.send::<All>(Call::get("/commands")).await?.commands)
    }

    /// Replaces a command.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn update_command(&self, command: &NewCommand) -> Result<Command> {
        let call = Call::put("/commands/{name}").id(&command.name);
        let call = call.json(command).repeatable();
        Ok(self.send::<One>(call).await?.command)
    }

    /// Deletes a command.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_command(&self, name: &str) -> Result<()> {
        let call = Call::delete("/commands/{name}").id(name);
        self.send::<Value>(call).await.map(drop)
    }
}
