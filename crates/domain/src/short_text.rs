/// A text on one line, of 1 to so many characters, whose words no `Debug` shows.
macro_rules! short_text {
    (
        $(#[$doc:meta])* $name:ident, at most $most:literal characters;
        $(#[$error_doc:meta])* $error:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(std::sync::Arc<str>);

        $(#[$error_doc])*
        #[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
        pub enum $error {
            /// Nothing that a reader would see.
            #[error("must not be empty")]
            Empty,
            /// Too many characters.
            #[error(transparent)]
            TooLong(#[from] crate::TooLong),
        }

        impl $name {
            /// Most characters, in Unicode scalar values.
            pub const MAX_CHARS: usize = $most;

            /// Reads a text, put on one line as [`clean_line`](crate::clean_line) does.
            ///
            /// # Errors
            /// When nothing of it is seen, or it is too long.
            pub fn parse(text: &str) -> Result<Self, $error> {
                let text = crate::clean_line(text);
                crate::TooLong::check(&text, Self::MAX_CHARS)?;
                if crate::is_blank(&text) {
                    Err($error::Empty)
                } else {
                    Ok(Self(text.into()))
                }
            }

            /// A text that is already held, of any length, put on one line for its readers.
            pub fn stored(text: impl AsRef<str>) -> Self {
                Self(crate::clean_line(text.as_ref()).into())
            }

            /// The words.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.chars().count())
            }
        }
    };
}
pub(crate) use short_text;
