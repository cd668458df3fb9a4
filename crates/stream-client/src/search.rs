use super::{Call, Client, Filter, Message, Result, Sort};

request! {
    /// A question for messages in the channels that a filter finds: with words, or with a condition on
    /// messages, not both. Stream searches by words, not by parts of words.
    MessageSearch {
        needs {
            channels = "filter_conditions": Filter,
        }
        may {
            /// Words that the messages have.
            words = "query": String,
            /// A condition that the messages meet.
            messages = "message_filter_conditions": Filter,
            /// By `relevance` or `created_at`, for example; not together with `offset`.
            sort: Sort,
            /// The page after an earlier one: its `next`.
            next: String,
        }
        count {
            /// Most of one page, at most 100.
            limit: usize,
            /// How many to leave out first, at most 1,000.
            offset: usize,
        }
    }
}

answer! {
    /// A page of messages that were found.
    FoundMessages {
        may {
            /// The hits.
            results: Vec<Hit>,
            /// Leads to the next page.
            next: Option<String>,
            /// Leads to the page before.
            previous: Option<String>,
        }
    }
}

answer! {
    /// A message that was found.
    Hit {
        has {
            /// The message.
            message: Message,
        }
    }
}

impl Client {
    /// Messages in the channels that a filter finds.
    ///
    /// # Errors
    /// `Invalid` when the filter finds no channel.
    pub async fn search(&self, search: &MessageSearch) -> Result<FoundMessages> {
        self.send(Call::get("/search").payload(search)).await
    }
}
