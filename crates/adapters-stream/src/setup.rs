//! Doctors only, on Stream's side too: the role, the channel type and its grants.
//!
//! Only our server writes, with its own token, after the guard. A doctor's token may do one thing:
//! read the rooms the doctor is a member of, and membership is given by our server alone. Nobody
//! else's token may do anything in these channels.

use std::{collections::BTreeMap, fmt};

use serde_json::{Value, json};

use crate::{
    client::{ChannelType, ChannelTypeChange, Client, Result},
    users::DOCTOR,
};

/// The role that members of a channel have in it.
const MEMBER: &str = "channel_member";

/// Permissions of members with a token of their own.
const MEMBER_MAY: &[&str] = &["read-channel"];

/// How rooms behave. Nothing is sent on to third parties (push, link previews), nothing is changed
/// or held back by a machine, nothing ends by itself.
fn config() -> BTreeMap<String, Value> {
    let fields = [
        ("typing_events", json!(true)),
        ("read_events", json!(true)),
        ("connect_events", json!(true)),
        ("delivery_events", json!(true)),
        ("custom_events", json!(true)),
        ("reactions", json!(true)),
        ("quotes", json!(true)),
        ("uploads", json!(true)),
        ("search", json!(true)),
        ("url_enrichment", json!(false)),
        ("push_notifications", json!(false)),
        ("mutes", json!(false)),
        ("polls", json!(false)),
        ("reminders", json!(false)),
        ("automod", json!("disabled")),
        ("automod_behavior", json!("flag")),
        ("max_message_length", json!(20_000)),
        ("commands", json!([])),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The settings that an app lacks, and the change that would set them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    channel_type: String,
    is_new_type: bool,
    missing_role: bool,
    change: ChannelTypeChange,
    lines: Vec<String>,
}

impl Difference {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Descriptions of what is to be done, a line each.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("everything is set up");
        }
        f.write_str(&self.lines.join("\n"))
    }
}

/// Compares an app with how it should be; changes nothing.
///
/// # Errors
/// As any call.
pub async fn difference(client: &Client, channel_type: &str) -> Result<Difference> {
    let (roles, found) = tokio::try_join!(client.roles(), client.channel_type(channel_type))?;
    let roles: Vec<String> = roles.into_iter().map(|role| role.name).collect();
    let mut difference = Difference {
        channel_type: channel_type.to_owned(),
        is_new_type: found.is_none(),
        missing_role: !roles.iter().any(|role| role == DOCTOR),
        ..Difference::default()
    };
    if difference.missing_role {
        difference.lines.push(format!("+ role {DOCTOR}"));
    }
    if difference.is_new_type {
        difference
            .lines
            .push(format!("+ channel type {channel_type}"));
    }
    compare_config(&mut difference, found.as_ref());
    compare_grants(&mut difference, found.as_ref(), &roles);
    Ok(difference)
}

fn compare_config(difference: &mut Difference, found: Option<&ChannelType>) {
    for (name, should) in config() {
        let is = found.and_then(|found| found.config.get(&name));
        if is.is_some_and(|is| same(is, &should)) {
            continue;
        }
        let is = is.map_or("not set".to_owned(), Value::to_string);
        difference.lines.push(format!("~ {name}: {is} -> {should}"));
        difference.change.config.insert(name, should);
    }
}

/// Stream lists commands as objects and takes them as names; both are empty here.
fn same(is: &Value, should: &Value) -> bool {
    is == should || (is.is_null() && should.as_array().is_some_and(Vec::is_empty))
}

fn compare_grants(difference: &mut Difference, found: Option<&ChannelType>, roles: &[String]) {
    let is = found.map(|found| &found.grants);
    let mut named: Vec<&str> = roles.iter().map(String::as_str).collect();
    named.extend(
        is.into_iter()
            .flat_map(|grants| grants.keys().map(String::as_str)),
    );
    named.extend([MEMBER, DOCTOR]);
    named.sort_unstable();
    named.dedup();
    for role in named {
        let should: Vec<String> = match role {
            MEMBER => MEMBER_MAY.iter().map(|&may| may.to_owned()).collect(),
            _ => Vec::new(),
        };
        let mut has = is
            .and_then(|grants| grants.get(role))
            .cloned()
            .unwrap_or_default();
        has.sort_unstable();
        // What a new type grants by itself is not known before it is made: everything is said.
        if has == should && !difference.is_new_type {
            continue;
        }
        for more in should.iter().filter(|may| !has.contains(may)) {
            difference.lines.push(format!("+ {role} may {more}"));
        }
        for less in has.iter().filter(|may| !should.contains(may)) {
            difference.lines.push(format!("- {role} may {less}"));
        }
        difference.change.grants.insert(role.to_owned(), should);
    }
}

/// Does what a difference says. Doing it again is harmless.
///
/// # Errors
/// As any call.
pub async fn apply(client: &Client, difference: &Difference) -> Result<()> {
    if difference.missing_role {
        client.create_role(DOCTOR).await?;
    }
    if difference.is_empty() {
        return Ok(());
    }
    let (name, change) = (&difference.channel_type, &difference.change);
    if difference.is_new_type {
        client.create_channel_type(name, change).await
    } else if change.config.is_empty() && change.grants.is_empty() {
        Ok(())
    } else {
        client.update_channel_type(name, change).await
    }
}
