use clap::Args;
use sign_on::{AttributeName, BindName, LdapAddress, LdapSettings};

use super::{filled, needed};
use crate::cli::CliError;

/// The attribute with the identifier, unless told otherwise.
const IDENTIFIER: &str = "employeeNumber";

/// The hospital's directory.
#[derive(Args, Default)]
pub(super) struct DirectorySettings {
    /// The hospital's directory, ldaps://host or ldap://host: its names and passwords sign in too.
    #[arg(
        id = "ldap_url",
        long = "ldap-url",
        env = "HIMS_LDAP_URL",
        global = true
    )]
    url: Option<String>,
    /// Whether ldap:// begins TLS (STARTTLS): true, unless told otherwise; false only for an address of this
    /// machine.
    #[arg(
        id = "ldap_starttls",
        long = "ldap-starttls",
        env = "HIMS_LDAP_STARTTLS",
        global = true
    )]
    starttls: Option<String>,
    /// The name that people sign in to the directory with: uid={login},ou=people,dc=hospital,dc=example,
    /// or {login}@hospital.example.
    #[arg(
        id = "ldap_bind",
        long = "ldap-bind",
        env = "HIMS_LDAP_BIND",
        global = true
    )]
    bind: Option<String>,
    /// The base under which the entry of a person who signed in with {login}@… is looked for.
    #[arg(
        id = "ldap_base",
        long = "ldap-base",
        env = "HIMS_LDAP_BASE",
        global = true
    )]
    base: Option<String>,
    /// The attribute with the identifier of the staff register; employeeNumber, unless told otherwise.
    #[arg(
        id = "ldap_identifier",
        long = "ldap-identifier",
        env = "HIMS_LDAP_IDENTIFIER",
        global = true
    )]
    identifier: Option<String>,
    /// Roles by groups (memberOf), group=role, separated by commas; a comma in a group is written \,.
    /// Without it the directory is not asked for roles.
    #[arg(
        id = "ldap_role_map",
        long = "ldap-role-map",
        env = "HIMS_LDAP_ROLE_MAP",
        global = true
    )]
    role_map: Option<String>,
}

impl DirectorySettings {
    /// One of these settings that is set, by name.
    pub(super) fn first_set(&self) -> Option<&'static str> {
        let all = [
            ("HIMS_LDAP_URL", &self.url),
            ("HIMS_LDAP_STARTTLS", &self.starttls),
            ("HIMS_LDAP_BIND", &self.bind),
            ("HIMS_LDAP_BASE", &self.base),
            ("HIMS_LDAP_IDENTIFIER", &self.identifier),
            ("HIMS_LDAP_ROLE_MAP", &self.role_map),
        ];
        let set = all
            .into_iter()
            .find(|(_, set)| filled(set.as_ref()).is_some());
        set.map(|(name, _)| name)
    }

    /// How the directory is asked.
    pub(super) fn ldap(&self) -> Result<LdapSettings, CliError> {
        let starttls = filled(self.starttls.as_ref()).unwrap_or("true").parse();
        let starttls = starttls
            .map_err(|_| CliError::setting("HIMS_LDAP_STARTTLS", "must be true or false"))?;
        let url = needed(
            "HIMS_LDAP_URL",
            self.url.as_ref(),
            "ldaps://dc1.hospital.example",
        )?;
        let address = LdapAddress::parse(url, starttls)
            .map_err(|problem| CliError::setting("HIMS_LDAP_URL", problem.to_string()))?;
        let example = "uid={login},ou=people,dc=hospital,dc=example or {login}@hospital.example";
        let bind = needed("HIMS_LDAP_BIND", self.bind.as_ref(), example)?;
        let bind = bind
            .parse::<BindName>()
            .map_err(|problem| CliError::setting("HIMS_LDAP_BIND", problem.to_string()))?;
        let base = filled(self.base.as_ref()).map(str::to_owned);
        if !bind.is_entry() && base.is_none() {
            let problem = "must say where people's entries are, such as dc=hospital,dc=example, as HIMS_LDAP_BIND is not the name of an entry";
            return Err(CliError::setting("HIMS_LDAP_BASE", problem));
        }
        let identifier = filled(self.identifier.as_ref()).unwrap_or(IDENTIFIER);
        let identifier = identifier
            .parse::<AttributeName>()
            .map_err(|problem| CliError::setting("HIMS_LDAP_IDENTIFIER", problem.to_string()))?;
        let roles = filled(self.role_map.as_ref()).map(str::parse).transpose();
        let roles = roles.map_err(|problem: sign_on::InvalidRoleMap| {
            CliError::setting("HIMS_LDAP_ROLE_MAP", problem.to_string())
        })?;
        Ok(LdapSettings {
            address,
            bind,
            base,
            identifier,
            roles,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AD: [&str; 3] = [
        "ldaps://dc1.hospital.example",
        "{login}@hospital.example",
        "dc=hospital,dc=example",
    ];

    fn settings([url, bind, base]: [&str; 3]) -> DirectorySettings {
        DirectorySettings {
            url: Some(url.to_owned()),
            bind: Some(bind.to_owned()),
            base: Some(base.to_owned()),
            ..DirectorySettings::default()
        }
    }

    #[test]
    fn a_directory_is_described() {
        assert_eq!(settings(["", "", ""]).first_set(), None);
        assert_eq!(
            settings(["", "", AD[2]]).first_set(),
            Some("HIMS_LDAP_BASE")
        );
        let set = settings(AD).ldap().unwrap();
        assert_eq!(set.base.as_deref(), Some("dc=hospital,dc=example"));
        let entry = "uid={login},ou=people,dc=hospital,dc=example";
        assert!(settings([AD[0], entry, ""]).ldap().is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |settings: DirectorySettings| {
            let problem = settings.ldap().err().map(|stop| stop.to_string());
            problem.unwrap_or_default()
        };
        let [url, bind, base] = AD;
        for (asked, setting) in [
            (["http://dc1", bind, base], "HIMS_LDAP_URL"),
            (["", bind, base], "HIMS_LDAP_URL"),
            ([url, "", base], "HIMS_LDAP_BIND"),
            ([url, "uid=lisle", base], "HIMS_LDAP_BIND"),
            ([url, bind, ""], "HIMS_LDAP_BASE"),
        ] {
            let said = problem(settings(asked));
            assert!(said.starts_with(setting), "{asked:?}: {said}");
        }
        let plain = DirectorySettings {
            starttls: Some("false".to_owned()),
            ..settings(["ldap://dc1.hospital.example", bind, base])
        };
        assert!(problem(plain).starts_with("HIMS_LDAP_URL"));
        let odd = DirectorySettings {
            starttls: Some("maybe".to_owned()),
            ..settings(AD)
        };
        assert!(problem(odd).starts_with("HIMS_LDAP_STARTTLS"));
        let odd = DirectorySettings {
            identifier: Some("a b".to_owned()),
            ..settings(AD)
        };
        assert!(problem(odd).starts_with("HIMS_LDAP_IDENTIFIER"));
        let odd = DirectorySettings {
            role_map: Some("doctors".to_owned()),
            ..settings(AD)
        };
        assert!(problem(odd).starts_with("HIMS_LDAP_ROLE_MAP"));
    }
}
