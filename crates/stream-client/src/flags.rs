use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Filter, Message, Result, User};

request! {
    /// A question for flags of messages, or for reports of them.
    FlagQuery {
        needs {
            filter = "filter_conditions": Filter,
        }
        count {
            /// Most of one page.
            limit: usize,
            /// How many to leave out first.
            offset: usize,
        }
    }
}

request! {
    /// A moderator's answer to a report.
    FlagReview {
        needs {
            review_result: String,
            user_id: String,
        }
        may {
            /// Anything that is to be kept with it.
            review_details: Value,
        }
    }
}

answer! {
    /// A message that a user, or Stream's moderation, holds to be wrong.
    MessageFlag {
        may {
            /// Whether Stream's moderation flagged it.
            created_by_automod: bool,
            /// The findings of moderation.
            moderation_result: Value,
            /// The user that flagged it.
            user: Option<User>,
            /// The message.
            message: Option<Message>,
            /// The moderator that looked at it.
            reviewed_by: Option<User>,
        }
        at {
            /// When it was flagged.
            created_at,
            /// When it was changed.
            updated_at,
            /// When somebody looked at it.
            reviewed_at,
            /// When it was found to be right.
            approved_at,
            /// When it was found to be wrong.
            rejected_at,
        }
    }
}

answer! {
    /// All flags of a message together.
    FlagReport {
        has {
            /// The id of the report.
            id: String,
        }
        may {
            /// The message.
            message: Option<Message>,
            /// How many flagged it.
            flags_count: u64,
            /// The id of its author.
            message_user_id: String,
            /// The channel, as type and id with a colon between them.
            channel_cid: String,
            /// A moderator's answer.
            review_result: String,
            /// Details that were to be kept with it.
            review_details: Value,
            /// The moderator.
            reviewed_by: Option<User>,
        }
        at {
            /// When it was first flagged.
            created_at,
            /// When it was changed.
            updated_at,
            /// When a moderator said something.
            reviewed_at,
        }
    }
}

#[derive(Deserialize)]
struct Flags {
    #[serde(default, deserialize_with = "super::null::as_default")]
    flags: Vec<MessageFlag>,
}

#[derive(Deserialize)]
struct Reports {
    #[serde(default, deserialize_with = "super::null::as_default")]
    flag_reports: Vec<FlagReport>,
}

#[derive(Deserialize)]
struct Reviewed {
    flag_report: FlagReport,
}

impl Client {
    /// Flags a message, in the name of a user.
    ///
    /// # Errors
    /// `NotFound` where there is no such message.
    pub async fn flag_message(&self, message: &str, by: &str) -> Result<()> {
        let body = json!({ "target_message_id": message, "user_id": by });
        let call = Call::post("/moderation/flag").json(&body);
        self.send::<Value>(call).await.map(drop)
    }

    /// Flags a user, in the name of another.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn flag_user(&self, user: &str, by: &str) -> Result<()> {
        let body = json!({ "target_user_id": user, "user_id": by });
        let call = Call::post("/moderation/flag").json(&body);
        self.send::<Value>(call).await.map(drop)
    }

    /// Flags of messages.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read.
    pub async fn query_message_flags(&self, query: &FlagQuery) -> Result<Vec<MessageFlag>> {
        let call = Call::get("/moderation/flags/message").payload(query);
        Ok(self.send::<Flags>(call).await?.flags)
    }

    /// Reports of flagged messages.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read.
    pub async fn query_flag_reports(&self, query: &FlagQuery) -> Result<Vec<FlagReport>> {
        let call = Call::post("/moderation/reports").json(query).repeatable();
        Ok(self.send::<Reports>(call).await?.flag_reports)
    }

    /// Keeps what a moderator says to a report.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn review_flag_report(
        &self,
        report: &str,
        review: &FlagReview,
    ) -> Result<FlagReport> {
        let call = Call::patch("/moderation/reports/{report}").id(report);
        let call = call.json(review).repeatable();
        Ok(self.send::<Reviewed>(call).await?.flag_report)
    }
}
