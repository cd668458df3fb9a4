use super::Finding;
use crate::{Secret, Settings};

/// The settings as a person entered them, before anything was made of them.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are the variables'")]
pub struct Entered {
    pub app_id: Option<String>,
    pub api_key: Option<String>,
    pub api_secret: Option<Secret>,
    pub region: Option<String>,
    pub base_url: Option<String>,
}

/// Regions of Stream's that its documentation names.
const REGIONS: &[&str] = &[
    "us-east",
    "us-east-1",
    "ohio",
    "oregon",
    "canada",
    "eu-west",
    "eu-west-1",
    "dublin",
    "singapore",
    "sydney",
    "mumbai",
];

/// Checks settings as far as that goes without asking Stream.
pub fn offline(entered: &Entered) -> Vec<Finding> {
    let secret = entered.api_secret.as_ref().map(Secret::expose);
    vec![
        text("api-key", "STREAM_API_KEY", entered.api_key.as_deref()),
        text("api-secret", "STREAM_API_SECRET", secret),
        app_id(entered.app_id.as_deref()),
        region(entered.region.as_deref()),
        base_url(entered.base_url.as_deref()),
    ]
}

fn text(check: &'static str, name: &str, value: Option<&str>) -> Finding {
    let copy = format!("copy {name} from the app's page of Stream's dashboard");
    let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
        return Finding::bad(check, format!("{name} is missing"), copy);
    };
    if value.trim() != value {
        let remedy = format!("remove the white space around the value of {name}");
        return Finding::bad(check, format!("{name} has white space around it"), remedy);
    }
    if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        let remedy = format!("remove the quotes around the value of {name}");
        return Finding::bad(check, format!("{name} has quotes around it"), remedy);
    }
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let found = format!("{name} holds other characters than letters and digits");
        return Finding::bad(check, found, copy);
    }
    Finding::good(check, format!("{name} is set"))
}

fn app_id(value: Option<&str>) -> Finding {
    const CHECK: &str = "app-id";
    match value.filter(|value| !value.is_empty()) {
        None => Finding::bad(
            CHECK,
            "STREAM_APP_ID is missing",
            "copy the App ID from Stream's dashboard",
        ),
        Some(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
            Finding::good(CHECK, "STREAM_APP_ID is a number")
        }
        Some(_) => Finding::bad(
            CHECK,
            "STREAM_APP_ID is no number",
            "copy the App ID, not the key, from Stream's dashboard",
        ),
    }
}

fn region(value: Option<&str>) -> Finding {
    const CHECK: &str = "region";
    let remedy = "set STREAM_REGION to the region the dashboard shows; it is told to people and \
                  chooses no host";
    match value.filter(|value| !value.is_empty()) {
        None => Finding::warning(CHECK, "STREAM_REGION is not set", remedy),
        Some(region) if REGIONS.contains(&region) => {
            Finding::good(CHECK, format!("the data is said to lie in {region}"))
        }
        Some(_) => Finding::warning(CHECK, "STREAM_REGION is no region we know", remedy),
    }
}

fn base_url(value: Option<&str>) -> Finding {
    const CHECK: &str = "base-url";
    let Some(url) = value.filter(|value| !value.is_empty()) else {
        return Finding::good(CHECK, "Stream's own address is used");
    };
    let mut settings = Settings::new("", "", "");
    settings.base_url = url.to_owned();
    match settings.parsed_base_url() {
        Ok(url) => {
            let host = url.host_str().unwrap_or_default();
            let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
            if url.scheme() == "http" && !is_local {
                let remedy = "use an https URL: texts would cross the network in the clear";
                return Finding::bad(CHECK, "STREAM_BASE_URL is not encrypted", remedy);
            }
            Finding::good(CHECK, format!("{host} is asked"))
        }
        Err(error) => {
            let remedy = "correct STREAM_BASE_URL, or remove it to use Stream's own address";
            Finding::bad(CHECK, error.to_string(), remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;

    fn entered(secret: &str) -> Entered {
        Entered {
            app_id: Some("123456".into()),
            api_key: Some("abcdef".into()),
            api_secret: Some(Secret::new(secret)),
            region: Some("dublin".into()),
            base_url: None,
        }
    }

    #[test]
    fn good_settings_are_good() {
        let findings = offline(&entered("0123abcd"));
        assert!(
            findings.iter().all(|found| found.verdict == Verdict::Good),
            "{findings:?}"
        );
    }

    #[test]
    fn a_secret_that_was_pasted_badly_is_told_and_not_shown() {
        for (secret, words) in [
            ("", "missing"),
            (" s3cret", "white space"),
            ("s3cret\n", "white space"),
            ("\"s3cret\"", "quotes"),
            ("s3cret#", "characters"),
        ] {
            let findings = offline(&entered(secret));
            let found = findings
                .iter()
                .find(|found| found.check == "api-secret")
                .unwrap();
            assert_eq!(found.verdict, Verdict::Bad);
            assert!(found.found.contains(words), "{found:?}");
            assert!(found.remedy.is_some() && !format!("{findings:?}").contains("s3cret"));
        }
    }

    #[test]
    fn a_key_as_app_id_and_an_open_address_are_told() {
        let mut wrong = entered("abc");
        wrong.app_id = Some("abcdef".into());
        wrong.base_url = Some("http://chat.example.org".into());
        let bad: Vec<_> = offline(&wrong)
            .into_iter()
            .filter(|found| found.verdict == Verdict::Bad)
            .map(|found| found.check)
            .collect();
        assert_eq!(bad, ["app-id", "base-url"]);
    }
}
