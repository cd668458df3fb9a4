use std::time::Duration;

/// How long and how often a call is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// For one attempt; 6 s.
    pub attempt: Duration,
    /// For a call with all its attempts; 15 s.
    pub call: Duration,
    /// For a call that carries a file; 120 s.
    pub file: Duration,
    /// Most attempts of a call that is safe to repeat; 4.
    pub attempts: u32,
    /// How long a WebSocket may be silent before it is dead; 35 s. Stream speaks every 30 s, and
    /// answers when it is spoken to.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(6),
            call: Duration::from_secs(15),
            file: Duration::from_secs(120),
            attempts: 4,
            silence: Duration::from_secs(35),
        }
    }
}
