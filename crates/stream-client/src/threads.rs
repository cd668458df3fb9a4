use serde::Deserialize;

use super::{Call, Channel, Client, Draft, Filter, Message, Read, Result, Sort, User};

request! {
    /// A question for threads that a user takes part in.
    ThreadQuery {
        needs {
            user_id: String,
        }
        may {
            /// By `channel_cid` or `created_by_user_id`, for example.
            filter: Filter,
            /// By `last_message_at`, for example.
            sort: Sort,
            /// Whether the channels are watched from then on.
            watch: bool,
            /// The page after an earlier one: its `next`.
            next: String,
            /// The page before an earlier one: its `prev`.
            prev: String,
        }
        count {
            /// Most of one page, at most 100.
            limit: usize,
        }
    }
}

request! {
    /// A range of the replies in a thread.
    ReplyRange {
        may {
            /// Older than this message.
            id_lt: String,
            /// Older than this message, and it.
            id_lte: String,
            /// Newer than this message.
            id_gt: String,
            /// Newer than this message, and it.
            id_gte: String,
            /// On both sides of this message.
            id_around: String,
        }
        count {
            /// Most of one page.
            limit: usize,
        }
    }
}

answer! {
    /// A message with its replies.
    Thread {
        may {
            /// The channel, as type and id with a colon between them.
            channel_cid: String,
            /// The channel.
            channel: Option<Channel>,
            /// The id of the message that it began with.
            parent_message_id: String,
            /// That message.
            parent_message: Option<Message>,
            /// The id of that message's author.
            created_by_user_id: String,
            /// That message's author.
            created_by: Option<User>,
            /// The title.
            title: String,
            /// How many replies there are.
            reply_count: u64,
            /// How many have written in it.
            participant_count: u64,
            /// How many have written in it of late.
            active_participant_count: u64,
            /// Those who have written in it.
            participants = "thread_participants": Vec<ThreadParticipant>,
            /// The newest replies, oldest first.
            latest_replies: Vec<Message>,
            /// How far each has read.
            read: Vec<Read>,
            /// The user's draft of a reply.
            draft: Option<Draft>,
        }
        at {
            /// When the newest reply was sent.
            last_message_at,
            /// When it began.
            created_at,
            /// When it was changed.
            updated_at,
            /// When it was deleted.
            deleted_at,
        }
    }
}

answer! {
    /// Somebody who has written in a thread.
    ThreadParticipant {
        may {
            /// The channel, as type and id with a colon between them.
            channel_cid: String,
            /// The message that the thread began with.
            thread_id: Option<String>,
            /// The user's id.
            user_id: Option<String>,
            /// The user.
            user: Option<User>,
        }
        at {
            /// When the user first wrote.
            created_at,
            /// When the user last wrote.
            last_thread_message_at,
            /// When the user last read.
            last_read_at,
            /// When the user left.
            left_thread_at,
        }
    }
}

answer! {
    /// A page of threads.
    Threads {
        may {
            /// The threads.
            threads: Vec<Thread>,
            /// Leads to the next page.
            next: Option<String>,
            /// Leads to the page before.
            prev: Option<String>,
        }
    }
}

#[derive(Deserialize)]
struct Replies {
    #[serde(default, deserialize_with = "super::null::as_default")]
    messages: Vec<Message>,
}

impl Client {
    /// Threads that a user takes part in.
    ///
    /// # Errors
    /// `Invalid` for a filter that Stream cannot read.
    pub async fn query_threads(&self, query: &ThreadQuery) -> Result<Threads> {
        let call = Call::post("/threads").json(query).repeatable();
        self.send(call).await
    }

    /// Replies in the thread of a message.
    ///
    /// # Errors
    /// `NotFound` where there is no such message.
    pub async fn replies(&self, parent: &str, range: &ReplyRange) -> Result<Vec<Message>> {
        let mut call = Call::get("/messages/{message}/replies").id(parent);
        if let Some(limit) = range.limit {
            call = call.query("limit", limit);
        }
        let bounds = [
            ("id_lt", &range.id_lt),
            ("id_lte", &range.id_lte),
            ("id_gt", &range.id_gt),
            ("id_gte", &range.id_gte),
            ("id_around", &range.id_around),
        ];
        for (name, id) in bounds {
            if let Some(id) = id {
                call = call.query(name, id);
            }
        }
        Ok(self.send::<Replies>(call).await?.messages)
    }
}
