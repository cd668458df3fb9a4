use serde_json::Value;

use super::{Call, Client, Filter, Result, Sort};

request! {
    /// A question for earlier versions of messages.
    HistoryQuery {
        needs {
            filter: Filter,
        }
        may {
            /// By `message_updated_at`, for example.
            sort: Sort,
            /// The page after an earlier one: its `next`.
            next: String,
            /// The page before an earlier one: its `prev`.
            prev: String,
        }
        count {
            /// Most of one page.
            limit: usize,
        }
    }
}

answer! {
    /// A message as it once was.
    MessageVersion {
        may {
            /// The message.
            message_id: String,
            /// The id of the user that changed it.
            message_updated_by_id: String,
            /// The words that it had.
            text: String,
            /// The attachments that it had.
            attachments: Vec<Value>,
        }
        at {
            /// When it was changed.
            message_updated_at,
        }
    }
}

answer! {
    /// A page of earlier versions.
    MessageHistory {
        may {
            /// The versions.
            versions = "message_history": Vec<MessageVersion>,
            /// Leads to the next page.
            next: Option<String>,
            /// Leads to the page before.
            prev: Option<String>,
        }
    }
}

impl Client {
    /// Earlier versions of the messages that a filter by `message_id` finds.
    ///
    /// # Errors
    /// `Invalid` for a filter that Stream cannot read.
    pub async fn message_history(&self, query: &HistoryQuery) -> Result<MessageHistory> {
        let call = Call::post("/messages/history").json(query).repeatable();
        self.send(call).await
    }
}
