use std::str::FromStr;

use super::json;

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum LogFormat {
    /// For people.
    Text,
    /// One object a line, for programs.
    Json,
}

impl LogFormat {
    /// A line that the program writes itself, whatever is logged.
    pub(in crate::cli) fn line(self, level: &str, words: &str) -> String {
        match self {
            Self::Text => format!("hims-chat: {words}"),
            Self::Json => json::line(level, module_path!(), words),
        }
    }
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("is \"{other}\" and must be text or json")),
        }
    }
}
