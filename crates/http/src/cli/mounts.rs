use crate::app::Prefix;

/// The backend of a mount.
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

/// Reads `prefix=prefix,prefix=prefix`: on which mount new rooms of a mount open.
pub(super) fn parse_new_rooms(
    text: &str,
    mounts: &[MountSetting],
) -> Result<Vec<(Prefix, Prefix)>, String> {
    let mut rules: Vec<(Prefix, Prefix)> = Vec::new();
    let parts = text.split(',').map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        let (from, to) = part
            .split_once('=')
            .ok_or_else(|| format!("\"{part}\" must be like /doctor/chat=/doctor/stream-chat"))?;
        let (from, to) = (mounted(from, mounts)?, mounted(to, mounts)?);
        if from.backend == to.backend {
            return Err(format!(
                "{} and {} have the same backend; new rooms go to a mount of the other one",
                from.prefix, to.prefix
            ));
        }
        if rules.iter().any(|(known, _)| *known == from.prefix) {
            return Err(format!("{} stands twice; name it once", from.prefix));
        }
        rules.push((from.prefix.clone(), to.prefix.clone()));
    }
    let leads_on = rules
        .iter()
        .find(|(_, to)| rules.iter().any(|(from, _)| from == to));
    match leads_on {
        Some((from, to)) => Err(format!(
            "{from} leads to {to}, which leads on; name the mount on which new rooms stay"
        )),
        None => Ok(rules),
    }
}

fn mounted<'a>(prefix: &str, mounts: &'a [MountSetting]) -> Result<&'a MountSetting, String> {
    let prefix = prefix.trim();
    let found = mounts.iter().find(|mount| mount.prefix.as_str() == prefix);
    found.ok_or_else(|| {
        let known: Vec<&str> = mounts.iter().map(|mount| mount.prefix.as_str()).collect();
        format!(
            "\"{prefix}\" is no mount; there are {}",
            known.join(" and ")
        )
    })
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
    fn new_rooms_go_to_a_mount_of_the_other_backend() {
        let mounts = parse("/a=legacy,/b=stream,/c=legacy").unwrap();
        let rules = parse_new_rooms(" /a=/b, /c = /b", &mounts).unwrap();
        let read: Vec<_> = rules
            .iter()
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        assert_eq!(read, [("/a", "/b"), ("/c", "/b")]);
        assert_eq!(parse_new_rooms("", &mounts), Ok(Vec::new()));
        for (text, right) in [
            ("/a", "/doctor/chat=/doctor/stream-chat"),
            ("/a=/d", "/a and /b and /c"),
            ("/a=/c", "other"),
            ("/a=/a", "other"),
            ("/a=/b,/a=/b", "once"),
            ("/a=/b,/b=/c", "stay"),
        ] {
            let said = parse_new_rooms(text, &mounts).unwrap_err();
            assert!(said.contains(right), "{text}: {said}");
        }
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
