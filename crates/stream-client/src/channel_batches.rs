use serde_json::{Value, json};

use super::{Call, Client, Custom, Filter, Result, TaskStarted, Texts};

words! {
    /// A change of many channels at once.
    BatchOperation {
        /// Members are added.
        AddMembers = "addMembers",
        /// Members are removed.
        RemoveMembers = "removeMembers",
        /// Users are invited.
        InviteMembers = "inviteMembers",
        /// Members get roles.
        AssignRoles = "assignRoles",
        /// Members become moderators.
        AddModerators = "addModerators",
        /// Moderators become plain members.
        DemoteModerators = "demoteModerators",
        /// Members' lists leave them out.
        Hide = "hide",
        /// Members' lists show them again.
        Show = "show",
        /// Members keep them out of their lists.
        Archive = "archive",
        /// Members keep them out of their lists no more.
        Unarchive = "unarchive",
        /// Fields of the channels are changed.
        UpdateData = "updateData",
    }
}

request! {
    /// A member in a change of many channels.
    BatchMember {
        needs {
            user_id: String,
        }
        may {
            /// The role in the channel.
            channel_role: String,
        }
    }
}

request! {
    /// Fields of channels to change in many at once.
    ChannelData {
        may {
            /// Whether nobody can write or react.
            frozen: bool,
            /// Whether nobody but a server can do anything.
            disabled: bool,
            /// Fields of one's own.
            custom: Custom,
            /// The team they belong to.
            team: String,
            /// Settings that differ from those of the channel type.
            config_overrides: Value,
            /// Whether messages are translated.
            auto_translation_enabled: bool,
            /// The language that messages are translated into.
            auto_translation_language: String,
        }
    }
}

request! {
    /// A change of all channels that a filter by `cids` or `types` finds.
    ChannelBatch {
        needs {
            operation: BatchOperation,
            filter: Filter,
        }
        may {
            /// The members that it is about.
            members: Vec<BatchMember>,
            /// With [`BatchOperation::UpdateData`].
            data: ChannelData,
        }
    }
}

impl Client {
    /// Begins to change many channels. How far it has come says [`Client::task`].
    ///
    /// # Errors
    /// `Invalid` for a filter or a change that Stream cannot read.
    pub async fn update_channels(&self, batch: &ChannelBatch) -> Result<TaskStarted> {
        self.send(Call::put("/channels/batch").json(batch)).await
    }

    /// Begins to delete channels, at most 100, given as type and id with a colon between them; for good
    /// with `hard`.
    ///
    /// # Errors
    /// `Invalid` when one is unknown.
    pub async fn delete_channels(&self, cids: impl Into<Texts>, hard: bool) -> Result<TaskStarted> {
        let cids: Texts = cids.into();
        let body = json!({ "cids": cids, "hard_delete": hard });
        self.send(Call::post("/channels/delete").json(&body)).await
    }
}
