use crate::app::Prefix;

/// Which backend a mount is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BackendName {
    Legacy,
    Stream,
}

/// A line of `HIMS_MOUNTS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MountSetting {
    pub(super) prefix: Prefix,
    pub(super) backend: BackendName,
}

/// Reads `prefix=backend,prefix=backend`.
pub(super) fn parse(text: &str) -> Result<Vec<MountSetting>, String> {
    let mounts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(one);
    let mounts = mounts.collect::<Result<Vec<_>, _>>()?;
    if mounts.is_empty() {
        return Err("must name at least one mount, such as /doctor/chat=legacy".to_owned());
    }
    for (i, mount) in mounts.iter().enumerate() {
        if let Some(other) = mounts[i + 1..]
            .iter()
            .find(|other| overlap(&mount.prefix, &other.prefix))
        {
            return Err(format!(
                "{} and {} overlap; one prefix may not lie inside another",
                mount.prefix, other.prefix
            ));
        }
    }
    Ok(mounts)
}

fn one(text: &str) -> Result<MountSetting, String> {
    let (prefix, backend) = text
        .split_once('=')
        .ok_or_else(|| format!("\"{text}\" must be like /doctor/chat=legacy"))?;
    let prefix = prefix
        .trim()
        .parse()
        .map_err(|error: crate::app::InvalidPrefix| error.to_string())?;
    let backend = match backend.trim() {
        "legacy" => BackendName::Legacy,
        "stream" => BackendName::Stream,
        other => {
            return Err(format!(
                "\"{other}\" is no backend; there are legacy and stream"
            ));
        }
    };
    Ok(MountSetting { prefix, backend })
}

fn overlap(a: &Prefix, b: &Prefix) -> bool {
    let inside =
        |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    inside(a.as_str(), b.as_str()) || inside(b.as_str(), a.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_backend_on_any_prefix() {
        let mounts = parse("/doctor/chat=stream, /doctor/stream-chat=legacy,/ward=legacy").unwrap();
        let read: Vec<_> = mounts
            .iter()
            .map(|mount| (mount.prefix.as_str(), mount.backend))
            .collect();
        let expected = [
            ("/doctor/chat", BackendName::Stream),
            ("/doctor/stream-chat", BackendName::Legacy),
            ("/ward", BackendName::Legacy),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn what_cannot_be_is_said() {
        for text in [
            "",
            "/doctor/chat",
            "/doctor/chat=postgres",
            "/a=legacy,/a=stream",
            "/a=legacy,/a/b=stream",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
