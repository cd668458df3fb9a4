use serde_json::Value;

use super::{Call, Client, Result};

words! {
    /// How far a task is.
    TaskStatus {
        /// Not begun.
        Waiting = "waiting",
        /// Not begun.
        Pending = "pending",
        /// Under way.
        Running = "running",
        /// Ended with success.
        Completed = "completed",
        /// Given up.
        Failed = "failed",
    }
}

answer! {
    /// Something that goes on in the background from now on.
    TaskStarted {
        has {
            /// The id to ask by.
            task_id: String,
        }
    }
}

answer! {
    /// Something that goes on in the background.
    Task {
        may {
            /// The id.
            task_id: String,
            /// How far it is.
            status: TaskStatus,
            /// The outcome, where it is completed.
            result: Value,
            /// Why it failed, where it did.
            error: Value,
        }
        at {
            /// When it was begun.
            created_at,
            /// When it last moved.
            updated_at,
        }
    }
}

impl Task {
    /// Whether it is done: `Some(true)` well, `Some(false)` failed. A word we do not know is one of
    /// those that mean "not yet".
    pub fn is_over(&self) -> Option<bool> {
        match self.status {
            TaskStatus::Completed => Some(true),
            TaskStatus::Failed => Some(false),
            _ => None,
        }
    }
}

impl Client {
    /// How far a task has come.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn task(&self, id: &str) -> Result<Task> {
        self.send(Call::get("/tasks/{task}").id(id)).await
    }
}
