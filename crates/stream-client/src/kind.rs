/// The class of an error: errors of one are treated alike by a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The API key is unknown.
    KeyRefused,
    /// The signature of the token is wrong: another secret.
    SecretRefused,
    /// The token is over or was revoked.
    TokenExpired,
    /// The token is not valid yet: a clock is wrong.
    ClockSkew,
    /// The app is suspended.
    Suspended,
    /// The app lives in another region.
    WrongRegion,
    /// There is no such thing.
    NotFound,
    /// The caller may not do this.
    NotAllowed,
    /// The request is wrong.
    Invalid,
    /// A message with this id is there already.
    Duplicate,
    /// The text is too long.
    TextTooLong,
    /// The body is too large.
    TooLarge,
    /// The channel type has this feature switched off, or does not know the event.
    SwitchedOff,
    /// Stream's moderation refused the content.
    Moderated,
    /// Too often.
    RateLimited,
    /// Slow mode: later.
    Cooldown,
    /// The WebSocket connection named in the call is gone.
    ConnectionGone,
    /// Stream cannot do it now.
    Temporary,
    /// Stream was not reached, or the connection broke.
    Unreachable,
    /// Not answered in time.
    TimedOut,
    /// An answer that is not Stream's: a proxy's page, for example.
    Garbled,
    /// The source of tokens gave none.
    NoToken,
    /// Anything else.
    Other,
}

/// Whether a call that failed may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// It would fail in the same way.
    Never,
    /// After a pause: it was refused before it was looked at.
    Later,
    /// It may have happened: only where doing it twice is doing it once.
    IfRepeatable,
    /// With a new token.
    WithNewToken,
    /// With the id of a WebSocket that is open.
    WithNewConnection,
}

impl Kind {
    /// Whether the same call may be made again.
    pub fn retry(self) -> Retry {
        match self {
            Self::RateLimited | Self::Cooldown => Retry::Later,
            Self::Temporary | Self::Unreachable | Self::TimedOut | Self::Garbled => {
                Retry::IfRepeatable
            }
            Self::TokenExpired | Self::NoToken => Retry::WithNewToken,
            Self::ConnectionGone => Retry::WithNewConnection,
            _ => Retry::Never,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::KeyRefused => "the API key is unknown",
            Self::SecretRefused => "the signature is wrong: the API secret is another",
            Self::TokenExpired => "the token is over or revoked",
            Self::ClockSkew => "the token is not valid yet: a clock is wrong",
            Self::Suspended => "the app is suspended",
            Self::WrongRegion => "the app lives in another region",
            Self::NotFound => "there is no such thing",
            Self::NotAllowed => "this is not allowed",
            Self::Invalid => "the request is wrong",
            Self::Duplicate => "a message with this id is there already",
            Self::TextTooLong => "the text is too long",
            Self::TooLarge => "the body is too large",
            Self::SwitchedOff => "the channel type has this switched off",
            Self::Moderated => "moderation refused the content",
            Self::RateLimited => "too many requests",
            Self::Cooldown => "slow mode is on",
            Self::ConnectionGone => "the WebSocket connection is gone",
            Self::Temporary => "it cannot be done now",
            Self::Unreachable => "Stream cannot be reached",
            Self::TimedOut => "not answered in time",
            Self::Garbled => "the answer is not Stream's",
            Self::NoToken => "there is no token",
            Self::Other => "it was refused",
        }
    }
}

/// All of Stream's errors, by HTTP status, code and, for the one that has no code, words.
pub(super) fn classify(status: u16, code: Option<i64>, message: &str) -> Kind {
    match (code, status) {
        (Some(2), _) => Kind::KeyRefused,
        (Some(3 | 5 | 43), _) => Kind::SecretRefused,
        (Some(4), _) if message.contains("already exists") => Kind::Duplicate,
        (Some(4 | 6 | 21 | 24), _) => Kind::Invalid,
        (Some(9), _) | (None, 429) => Kind::RateLimited,
        (Some(16), _) => Kind::NotFound,
        (Some(17 | 70), _) => Kind::NotAllowed,
        (Some(18 | 19 | 44), _) => Kind::SwitchedOff,
        (Some(20), _) => Kind::TextTooLong,
        (Some(22), _) | (None, 413) => Kind::TooLarge,
        (Some(-1 | 23 | 45 | 71), _) | (None, 408 | 500..) => Kind::Temporary,
        (Some(40), _) => Kind::TokenExpired,
        (Some(41 | 42), _) => Kind::ClockSkew,
        (Some(46), _) => Kind::ConnectionGone,
        (Some(60), _) => Kind::Cooldown,
        (Some(69), _) => Kind::WrongRegion,
        (Some(73), _) => Kind::Moderated,
        (Some(99), _) => Kind::Suspended,
        (Some(_), 429) => Kind::RateLimited,
        (Some(_), 500..) => Kind::Temporary,
        (Some(_), _) => Kind::Other,
        (None, _) => Kind::Garbled,
    }
}
