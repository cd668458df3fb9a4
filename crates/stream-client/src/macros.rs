//! The three shapes that everything on the wire has: a word, a request, an answer.

/// An enum of the wire's words. A word that this version does not know is kept as `Other`.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    word => Self::Other(word.to_owned()),
                }
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, word: &str) -> bool {
                self.as_str() == word
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, word: &&str) -> bool {
                self.as_str() == *word
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'_, str>::deserialize(from)?;
                Ok(Self::from(&*word))
            }
        }
    };
}

/// A request: made with what it `needs`, and changed by what it `may` have beside that; numbers are in
/// `count`, as a literal would not know its type otherwise. With `custom` it takes fields of one's own, which stand beside the others on the wire. `Debug` shows nothing of
/// it, as it may hold texts of people.
macro_rules! request {
    ($(#[$about:meta])* $name:ident {
        $(needs { $($(#[$need_doc:meta])* $need:ident $(= $need_word:literal)? : $need_type:ty,)+ })?
        $(may { $($(#[$may_doc:meta])* $may:ident $(= $may_word:literal)? : $may_type:ty,)+ })?
        $(count { $($(#[$count_doc:meta])* $count:ident $(= $count_word:literal)? : $count_type:ty,)+ })?
        $(custom $custom:ident)?
    }) => {
        $(#[$about])*
        #[derive(Clone, serde::Serialize)]
        #[must_use]
        pub struct $name {
            $($($(#[serde(rename = $need_word)])? pub(crate) $need: $need_type,)+)?
            $($(
                #[serde($(rename = $may_word,)? skip_serializing_if = "Option::is_none")]
                pub(crate) $may: Option<$may_type>,
            )+)?
            $($(
                #[serde($(rename = $count_word,)? skip_serializing_if = "Option::is_none")]
                pub(crate) $count: Option<$count_type>,
            )+)?
            $(#[serde(flatten)] pub(crate) $custom: $crate::Custom,)?
        }

        impl $name {
            /// One with everything that it needs.
            #[allow(clippy::new_without_default, reason = "some need nothing")]
            pub fn new($($($need: impl Into<$need_type>),+)?) -> Self {
                Self {
                    $($($need: $need.into(),)+)?
                    $($($may: None,)+)?
                    $($($count: None,)+)?
                    $($custom: $crate::Custom::new(),)?
                }
            }

            $($(
                $(#[$may_doc])*
                pub fn $may(mut self, $may: impl Into<$may_type>) -> Self {
                    self.$may = Some($may.into());
                    self
                }
            )+)?

            $($(
                $(#[$count_doc])*
                pub fn $count(mut self, $count: $count_type) -> Self {
                    self.$count = Some($count);
                    self
                }
            )+)?

            $(
                /// With a field of one's own.
                pub fn with(mut self, field: &str, value: impl Into<serde_json::Value>) -> Self {
                    self.$custom.insert(field.to_owned(), value.into());
                    self
                }

                /// With fields of one's own.
                pub fn with_all(mut self, fields: $crate::Custom) -> Self {
                    self.$custom.extend(fields);
                    self
                }
            )?
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// An answer: fields that it always `has`, fields that it `may` have and that are empty otherwise,
/// times, and everything that this version does not know in `custom`. `Debug` shows nothing of it, as
/// it may hold texts of people.
macro_rules! answer {
    ($(#[$about:meta])* $name:ident {
        $(has { $($(#[$has_doc:meta])* $has:ident $(= $has_word:literal)? : $has_type:ty,)+ })?
        $(may { $($(#[$may_doc:meta])* $may:ident $(= $may_word:literal)? : $may_type:ty,)+ })?
        $(at { $($(#[$at_doc:meta])* $at:ident,)+ })?
    }) => {
        $(#[$about])*
        #[derive(Clone, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(
                $(#[$has_doc])*
                $(#[serde(rename = $has_word)])?
                pub $has: $has_type,
            )+)?
            $($(
                $(#[$may_doc])*
                #[serde($(rename = $may_word,)? default, deserialize_with = "crate::null::as_default")]
                pub $may: $may_type,
            )+)?
            $($(
                $(#[$at_doc])*
                #[serde(
                    default,
                    deserialize_with = "crate::time::optional",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $at: Option<jiff::Timestamp>,
            )+)?
            /// Every other field.
            #[serde(flatten)]
            pub custom: $crate::Custom,
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
