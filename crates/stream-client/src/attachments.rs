use serde_json::{Value, json};

request! {
    /// A file, a picture or a link to send with a message.
    ///
    /// ```
    /// use stream_chat_client::{NewAttachment, NewMessage};
    ///
    /// let picture = NewAttachment::new("image")
    ///     .title("The ward")
    ///     .image_url("https://a.example/ward.png")
    ///     .with("floor", 2);
    /// let message = NewMessage::new("m1", "lee", "Look").attachments(vec![picture.into()]);
    /// ```
    NewAttachment {
        needs {
            attachment_type = "type": String,
        }
        may {
            /// The title.
            title: String,
            /// The link of the title.
            title_link: String,
            /// A description.
            text: String,
            /// The author of the page that is linked.
            author_name: String,
            /// The address of a picture.
            image_url: String,
            /// The address of a small picture.
            thumb_url: String,
            /// The address of a file.
            asset_url: String,
            /// The link that the rest was read from.
            og_scrape_url: String,
            /// The kind of a file, such as `application/pdf`.
            mime_type: String,
        }
        custom custom
    }
}

/// As it is on the wire.
impl From<NewAttachment> for Value {
    fn from(attachment: NewAttachment) -> Self {
        json!(attachment)
    }
}
