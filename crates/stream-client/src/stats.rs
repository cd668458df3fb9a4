use super::{Call, Client, Result};

request! {
    /// A question for how much each team uses: of a month, such as `2026-01`, or by day from `start_date`
    /// to `end_date`, such as `2026-01-31`; of this month where nothing is said.
    TeamUsageQuery {
        may {
            /// A month as a whole.
            month: String,
            /// The first day.
            start_date: String,
            /// The last day.
            end_date: String,
            /// The page after an earlier one: its `next`.
            next: String,
        }
        count {
            /// Most teams of one page, at most 30.
            limit: usize,
        }
    }
}

answer! {
    /// A page of teams and of how much they use.
    TeamUsages {
        may {
            /// The teams.
            teams: Vec<TeamUsage>,
            /// Leads to the next page.
            next: Option<String>,
        }
    }
}

answer! {
    /// How much a team uses.
    TeamUsage {
        may {
            /// The team; empty for users of none.
            team: String,
            /// Users who were active on a day.
            users_daily: Usage,
            /// Messages that were sent on a day.
            messages_daily: Usage,
            /// Translations of a day.
            translations_daily: Usage,
            /// Pictures that moderation looked at on a day.
            image_moderations_daily: Usage,
            /// Most users at once.
            concurrent_users: Usage,
            /// Most connections at once.
            concurrent_connections: Usage,
            /// All users of the app.
            users_total: Usage,
            /// Users who were active in the last 24 hours.
            users_last_24_hours: Usage,
            /// Users who were active in the last 30 days.
            users_last_30_days: Usage,
            /// Users who were active in this month.
            users_month_to_date: Usage,
            /// Users who wrote or reacted in the last 30 days.
            users_engaged_last_30_days: Usage,
            /// Users who wrote or reacted in this month.
            users_engaged_month_to_date: Usage,
            /// All messages of the app.
            messages_total: Usage,
            /// Messages of the last 24 hours.
            messages_last_24_hours: Usage,
            /// Messages of the last 30 days.
            messages_last_30_days: Usage,
            /// Messages of this month.
            messages_month_to_date: Usage,
        }
    }
}

/// A number, and where it was asked for, that of each day.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// By day.
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub daily: Vec<DayUsage>,
    /// All together: their sum, their greatest or the last, as the number is meant.
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub total: i64,
}

/// The number of a day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct DayUsage {
    /// The day, such as `2026-01-31`.
    pub date: String,
    /// The number.
    pub value: i64,
}

impl Client {
    /// How much each team of an app with several tenants uses.
    ///
    /// # Errors
    /// `Invalid` for a month together with days.
    pub async fn query_team_usage(&self, query: &TeamUsageQuery) -> Result<TeamUsages> {
        let call = Call::post("/stats/team_usage").json(query).repeatable();
        self.send(call).await
    }
}
