use serde_json::Value;

use super::{Channel, World};
use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::grants;

/// The thing that is acted on and its owner, for grants that hold for the owner only.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// The channel itself.
    Channel,
    /// Something of this user in the channel.
    Of(&'a str),
}

impl World {
    /// The roles someone acts in here: their own, and the one they have as a member.
    fn roles_in<'a>(&'a self, channel: &'a Channel, user: &str) -> Vec<&'a str> {
        let mut roles = vec![
            self.users
                .get(user)
                .map_or("anonymous", |user| user.role.as_str()),
        ];
        if let Some(member) = channel
            .members
            .get(user)
            .filter(|member| member.joined() && !member.banned)
        {
            roles.push(&member.channel_role);
        }
        roles
    }

    fn granted(&self, channel: &Channel, role: &str, permission: &str) -> bool {
        let overrides = channel
            .config_overrides
            .get("grants")
            .and_then(|grants| grants.get(role));
        let overrides: Vec<&str> = overrides
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if overrides
            .iter()
            .any(|id| id.strip_prefix('!') == Some(permission))
        {
            return false;
        }
        let kind = self
            .kinds
            .get(&channel.kind)
            .and_then(|kind| kind.grants.get(role));
        overrides.contains(&permission)
            || kind.is_some_and(|ids| ids.iter().any(|id| id == permission))
    }

    /// Whether the grants of the channel's type let `user` do this.
    pub(crate) fn may(
        &self,
        channel: &Channel,
        user: &str,
        permission: &str,
        subject: Subject<'_>,
    ) -> bool {
        if self.app.flag("disable_permissions_checks") {
            return true;
        }
        let owner = match subject {
            Subject::Channel => channel.created_by == user,
            Subject::Of(owner) => owner == user,
        };
        let own = format!("{permission}-owner");
        self.roles_in(channel, user).iter().any(|role| {
            self.granted(channel, role, permission) || (owner && self.granted(channel, role, &own))
        })
    }

    /// Refuses a client that may not; a server may everything.
    pub(crate) fn demand(
        &self,
        call: &Call,
        channel: &Channel,
        permission: &str,
        subject: Subject<'_>,
    ) -> Result<(), Failure> {
        let user = match &call.caller {
            Caller::Server => return Ok(()),
            Caller::User(user) => user.as_str(),
            Caller::Anonymous => "",
        };
        let away = channel.disabled && permission != "read-channel";
        if !away && self.may(channel, user, permission, subject) {
            return Ok(());
        }
        let roles = self.roles_in(channel, user);
        Err(Failure::forbidden(format!(
            "User '{user}' with role {roles:?} is not allowed to perform action {} in scope '{}'",
            grants::action(permission),
            channel.kind,
        )))
    }

    /// Capabilities of `user` in this channel, which a page may offer.
    pub(crate) fn capabilities(&self, channel: &Channel, user: &str) -> Vec<&'static str> {
        let allowed = |(_, permission, feature): &&(&str, &str, &str)| {
            (feature.is_empty() || self.config_flag(channel, feature))
                && (permission.is_empty()
                    || self.may(channel, user, permission, Subject::Channel)
                    || {
                        permission
                            .strip_suffix("-owner")
                            .is_some_and(|id| self.may(channel, user, id, Subject::Of(user)))
                    })
        };
        grants::CAPABILITIES
            .iter()
            .filter(allowed)
            .map(|(capability, ..)| *capability)
            .collect()
    }
}
