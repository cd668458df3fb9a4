use std::collections::HashMap;

use jiff::Timestamp;

use super::User;
use crate::SharedLocation;

words! {
    /// The kind of a message.
    MessageType {
        /// Of a user.
        Regular = "regular",
        /// A reply in a thread.
        Reply = "reply",
        /// Of the system.
        System = "system",
        /// Seen by one user only, until the page is loaded again.
        Ephemeral = "ephemeral",
        /// A refusal, told as a message.
        Error = "error",
        /// A message that was deleted.
        Deleted = "deleted",
    }
}

answer! {
    /// A message.
    Message {
        has {
            /// The id, unique in the app.
            id: String,
            /// When it was sent.
            #[serde(deserialize_with = "crate::time::required")]
            created_at: Timestamp,
        }
        may {
            /// The channel.
            cid: String,
            /// The kind.
            message_type = "type": MessageType,
            /// The words.
            text: String,
            /// The words as HTML, made by Stream.
            html: String,
            /// The author.
            user: Option<User>,
            /// The message whose thread it is in.
            parent_id: Option<String>,
            /// Whether a reply is shown in the channel as well.
            show_in_channel: bool,
            /// How many replies its thread has.
            reply_count: u64,
            /// Those who wrote in its thread.
            thread_participants: Vec<User>,
            /// The message that it quotes.
            quoted_message_id: Option<String>,
            /// Those whom it calls.
            mentioned_users: Vec<User>,
            /// Those who see it; all where there are none.
            restricted_visibility: Vec<String>,
            /// Files, pictures and links.
            attachments: Vec<Attachment>,
            /// The newest reactions, at most ten.
            latest_reactions: Vec<Reaction>,
            /// Those of the user in whose name it was asked.
            own_reactions: Vec<Reaction>,
            /// How many reactions there are of each type.
            reaction_counts: HashMap<String, u64>,
            /// The scores of each type of reaction together.
            reaction_scores: HashMap<String, i64>,
            /// The command that it is.
            command: Option<String>,
            /// Whether nobody is told of it.
            silent: bool,
            /// Whether only its author sees it.
            shadowed: bool,
            /// Whether it is pinned.
            pinned: bool,
            /// The user that pinned it.
            pinned_by: Option<Box<User>>,
            /// Translations, such as `fr_text`, and `language`.
            i18n: HashMap<String, String>,
            /// A place on the map.
            shared_location: Option<Box<SharedLocation>>,
            /// Whether the user deleted it for themselves only.
            deleted_for_me: bool,
        }
        at {
            /// When it was changed in any way.
            updated_at,
            /// When its words were changed.
            message_text_updated_at,
            /// When it was deleted.
            deleted_at,
            /// When it was pinned.
            pinned_at,
            /// When it is unpinned by itself.
            pin_expires,
        }
    }
}

answer! {
    /// A file, a picture or a link of a message.
    Attachment {
        may {
            /// The kind, such as `image`, `file`, `audio` or `video`.
            attachment_type = "type": String,
            /// The title.
            title: Option<String>,
            /// The link of the title.
            title_link: Option<String>,
            /// A description.
            text: Option<String>,
            /// The author of the page that is linked.
            author_name: Option<String>,
            /// The address of a picture.
            image_url: Option<String>,
            /// The address of a small picture.
            thumb_url: Option<String>,
            /// The address of a file.
            asset_url: Option<String>,
            /// The link that the rest was read from.
            og_scrape_url: Option<String>,
        }
    }
}

answer! {
    /// A reaction of a user to a message.
    Reaction {
        has {
            /// The type, such as `like`.
            reaction_type = "type": String,
            /// When it was made.
            #[serde(deserialize_with = "crate::time::required")]
            created_at: Timestamp,
        }
        may {
            /// The user's id.
            user_id: String,
            /// The user.
            user: Option<User>,
            /// The message.
            message_id: String,
            /// How much it weighs.
            score: Option<i64>,
        }
    }
}
