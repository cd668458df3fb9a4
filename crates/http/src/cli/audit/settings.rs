use std::path::PathBuf;

use clap::Args;
use ports::AuditKey;

use crate::cli::CliError;

/// The settings of the audit.
#[derive(Args)]
pub(in crate::cli) struct AuditSettings {
    /// The file that gets the audit's head every day, to be kept where the database's administrators cannot write; empty
    /// for none.
    #[arg(
        long,
        env = "HIMS_AUDIT_HEADS",
        default_value = "data/audit-heads.txt",
        global = true
    )]
    audit_heads: String,
    /// An address that gets the audit's head every day by POST.
    #[arg(
        long,
        env = "HIMS_AUDIT_WEBHOOK",
        hide_env_values = true,
        global = true
    )]
    audit_webhook: Option<String>,
    /// Key that signs the audit, 64 hex digits, from the first start on; without it one is derived from the key of the
    /// pseudonyms, which the database keeps.
    #[arg(long, env = "HIMS_AUDIT_KEY", hide_env_values = true, global = true)]
    audit_key: Option<String>,
}

impl AuditSettings {
    /// The file of heads, if there is one.
    pub(in crate::cli) fn heads(&self) -> Option<PathBuf> {
        let file = self.audit_heads.trim();
        (!file.is_empty()).then(|| PathBuf::from(file))
    }

    /// The key that signs, if the database's administrators are not to have it.
    pub(in crate::cli) fn key(&self) -> Result<Option<AuditKey>, CliError> {
        let set = self.audit_key.as_deref().filter(|key| !key.is_empty());
        let key = set.map(AuditKey::from_hex).transpose();
        key.map_err(|problem| CliError::setting("HIMS_AUDIT_KEY", problem.to_string()))
    }

    /// The address that gets heads, if there is one.
    pub(in crate::cli) fn webhook(&self) -> Result<Option<reqwest::Url>, CliError> {
        let set = self.audit_webhook.as_deref().map(str::trim);
        let Some(set) = set.filter(|set| !set.is_empty()) else {
            return Ok(None);
        };
        // The address may hold a secret, so it is not repeated.
        let wrong = || {
            let problem = "must be an address such as https://siem.hospital.example/hooks/audit; \
                           plain http is taken on this machine only";
            CliError::setting("HIMS_AUDIT_WEBHOOK", problem)
        };
        let url: reqwest::Url = set.parse().map_err(|_| wrong())?;
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match url.scheme() {
            "https" => Ok(Some(url)),
            "http" if is_here => Ok(Some(url)),
            _ => Err(wrong()),
        }
    }
}
