use clap::CommandFactory as _;

use crate::cli::config::Cli;

/// The settings as they are in effect, without secrets, in the form of `.env`.
pub(super) struct SettingsFile {
    pub(super) text: String,
    /// Settings that are set and stand in the text by name only.
    pub(super) secrets: Vec<String>,
}

const HEAD: &str =
    "# Settings of hims-chat as they were in effect. Secrets are not in here: put them in again.\n";

/// Variables of the library that reaches a bucket.
const BUCKET: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

impl SettingsFile {
    /// Those of this process: its arguments, its environment and `.env`.
    pub(super) fn in_effect() -> Self {
        let command = Cli::command();
        let matches = command.clone().get_matches();
        let set = command.get_arguments().filter_map(|argument| {
            let name = argument.get_env()?.to_str()?;
            let mut values = matches.try_get_raw(argument.get_id().as_str()).ok()??;
            let value = values.next()?.to_string_lossy().into_owned();
            Some((name, value, argument.is_hide_env_values_set()))
        });
        Self::of(set)
    }

    fn of<'a>(set: impl Iterator<Item = (&'a str, String, bool)>) -> Self {
        let mut file = Self {
            text: HEAD.to_owned(),
            secrets: Vec::new(),
        };
        for (name, value, is_secret) in set.filter(|(_, value, _)| !value.is_empty()) {
            if is_secret || has_login(&value) {
                file.add_secret(name);
            } else {
                file.text.push_str(&format!("{name}={}\n", quoted(&value)));
            }
            if name == "ATTACHMENTS_URL" && value.starts_with("s3://") {
                for name in BUCKET {
                    file.add_secret(name);
                }
            }
        }
        file
    }

    fn add_secret(&mut self, name: &str) {
        self.text.push_str(&format!("#{name}=(secret)\n"));
        self.secrets.push(name.to_owned());
    }
}

/// Whether a value is an address that holds a user or a password.
fn has_login(value: &str) -> bool {
    let after = value.split_once("://").map(|(_, after)| after);
    let authority = after.and_then(|after| after.split(['/', '?', '#']).next());
    authority.is_some_and(|authority| authority.contains('@'))
}

fn quoted(value: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ".:/,_-".contains(sign);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    if !value.contains('\'') {
        return format!("'{value}'");
    }
    let mut text = String::new();
    for sign in value.chars() {
        if "\\\"$`".contains(sign) {
            text.push('\\');
        }
        text.push(sign);
    }
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_and_not_told() {
        let set = [
            ("DATABASE_URL", "postgres://hims:hunter2@db/hims", true),
            ("HIMS_HOSPITAL", "St Mary's $1 \"Ward\"", false),
            ("HIMS_TIME_ZONE", "Europe/London", false),
            ("HIMS_LDAP_BASE", "dc=hospital,dc=example", false),
            (
                "HIMS_PROXY_JWKS_URL",
                "https://me:hunter3@proxy/keys",
                false,
            ),
            ("ATTACHMENTS_URL", "s3://bucket/prefix", false),
            ("HIMS_ROLES", "", false),
        ];
        let set = set.map(|(name, value, is_secret)| (name, value.to_owned(), is_secret));
        let file = SettingsFile::of(set.into_iter());
        assert!(!file.text.contains("hunter"), "{}", file.text);
        let lines: Vec<&str> = file.text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "#DATABASE_URL=(secret)",
                r#"HIMS_HOSPITAL="St Mary's \$1 \"Ward\"""#,
                "HIMS_TIME_ZONE=Europe/London",
                "HIMS_LDAP_BASE='dc=hospital,dc=example'",
                "#HIMS_PROXY_JWKS_URL=(secret)",
                "ATTACHMENTS_URL=s3://bucket/prefix",
                "#AWS_ACCESS_KEY_ID=(secret)",
                "#AWS_SECRET_ACCESS_KEY=(secret)",
            ]
        );
        let read: Vec<_> = dotenvy::from_read_iter(file.text.as_bytes())
            .map(Result::unwrap)
            .collect();
        assert_eq!(read[0].1, "St Mary's $1 \"Ward\"");
        assert_eq!(read.len(), 4);
    }
}
