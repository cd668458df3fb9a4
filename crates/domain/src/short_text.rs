/// A text on one line, of 1 to so many characters, whose words no `Debug` shows.
macro_rules! short_text {
    (
        $(#[$doc:meta])* $name:ident, at most $most:literal characters;
        $(#[$error_doc:meta])* $error:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(std::sync::Arc<str>);

        $(#[$error_doc])*
        #[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
        #[error("must be 1 to {} characters on one line", $most)]
        pub struct $error;

        impl $name {
            /// Most characters, in Unicode scalar values.
            pub const MAX_CHARS: usize = $most;

            /// Reads a text; white space around it is dropped.
            ///
            /// # Errors
            /// When it is empty, too long, or more than a line.
            pub fn parse(text: &str) -> Result<Self, $error> {
                let text = text.trim();
                let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
                let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count());
                if fits && !text.chars().any(breaks) {
                    Ok(Self(text.into()))
                } else {
                    Err($error)
                }
            }

            /// A text that is already held, kept as it is.
            pub fn stored(text: impl Into<std::sync::Arc<str>>) -> Self {
                Self(text.into())
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
