use serde_json::Value;

use super::{Call, Client, Result, Secret};

answer! {
    /// Whether Stream can write to a queue or a topic of Amazon's.
    CheckedQueue {
        has {
            /// `ok` or `error`.
            status: String,
        }
        may {
            /// Why not.
            error: String,
            /// More about it.
            data: Value,
        }
    }
}

impl Client {
    /// Whether Stream can write to a queue (SQS) with this key.
    ///
    /// # Errors
    /// As any call; a queue that Stream cannot write to is an answer.
    pub async fn check_sqs(&self, url: &str, key: &str, secret: &Secret) -> Result<CheckedQueue> {
        let secret = secret.expose();
        let body = serde_json::json!({ "sqs_url": url, "sqs_key": key, "sqs_secret": secret });
        self.send(Call::post("/check_sqs").json(&body)).await
    }

    /// Whether Stream can write to a topic (SNS) with this key.
    ///
    /// # Errors
    /// As [`Client::check_sqs`].
    pub async fn check_sns(
        &self,
        topic_arn: &str,
        key: &str,
        secret: &Secret,
    ) -> Result<CheckedQueue> {
        let secret = secret.expose();
        let body =
            serde_json::json!({ "sns_topic_arn": topic_arn, "sns_key": key, "sns_secret": secret });
        self.send(Call::post("/check_sns").json(&body)).await
    }
}
