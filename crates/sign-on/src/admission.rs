//! From an assertion to the account that it means, if that may come in.

use std::collections::BTreeSet;

use domain::{Identifier, Role};
use jiff::Timestamp;
use ports::{Account, ErrorKind, SignOns};
use thiserror::Error;

use crate::Assertion;

/// The reason that somebody was not let in. The words are for the sign-in page.
#[derive(Debug, Error)]
pub enum Refused {
    /// Nobody on the staff register is meant.
    #[error("{}", unknown_words(.0.as_ref()))]
    Unknown(Option<Identifier>),
    /// The authority gives none of the mapped roles.
    #[error(
        "Your hospital account is in none of the groups that may use the chat. Ask the administrator of the hospital's accounts to be added."
    )]
    NoRole,
    /// The authority and the staff register disagree.
    #[error(
        "The hospital's accounts say that you are {}, and the chat's staff register says {held}. An administrator has to put one of them right.",
        listed(said)
    )]
    OtherRole {
        /// The roles that the authority gives.
        said: BTreeSet<Role>,
        /// The role of the staff register.
        held: Role,
    },
    /// Another account of the authority is linked to that member of staff.
    #[error(
        "Somebody signed in with another hospital account as the member of staff that yours names. If your account was replaced, an administrator of the chat has to remove the old link."
    )]
    OtherAccount,
    /// They have left, and are told what somebody unknown is told.
    #[error("{}", unknown_words(.0.as_ref()))]
    Left(Option<Identifier>),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] ports::Error),
}

fn unknown_words(identifier: Option<&Identifier>) -> String {
    let (known, asked) = match identifier {
        Some(identifier) => {
            let own = identifier.as_str();
            (
                format!(" (your identifier there is {own})"),
                format!(" --identifier {own}"),
            )
        }
        None => (
            ", and it gives the chat no identifier".to_owned(),
            " --identifier".to_owned(),
        ),
    };
    format!(
        "Your hospital account is not known to the chat{known}. An administrator of the chat adds you with `hims-chat staff add{asked}`."
    )
}

fn listed(roles: &BTreeSet<Role>) -> String {
    let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    roles.join(" and ")
}

/// The account that an assertion means. The first time, the staff register's identifier links the
/// subject to it; from then on the link alone counts, whatever the authority says of the identifier.
///
/// # Errors
/// [`Refused`].
pub async fn admit(
    sign_ons: &dyn SignOns,
    assertion: &Assertion,
    now: Timestamp,
) -> Result<Account, Refused> {
    let subject = &assertion.subject;
    let linked = sign_ons.linked(subject).await?;
    let is_linked = linked.is_some();
    let account = match (linked, &assertion.identifier) {
        (Some(account), _) => account,
        (None, Some(identifier)) => {
            let account = sign_ons.by_identifier(identifier).await?;
            account.ok_or_else(|| Refused::Unknown(Some(identifier.clone())))?
        }
        (None, None) => return Err(Refused::Unknown(None)),
    };
    if !account.member.active {
        return Err(Refused::Left(assertion.identifier.clone()));
    }
    may_enter(assertion, account.member.role)?;
    if !is_linked {
        let link = sign_ons.link(subject, &account.member.id, now).await;
        link.map_err(|error| match error.kind() {
            ErrorKind::Conflict => {
                tracing::warn!(staff = %account.member.id, "another account of the authority is linked already");
                Refused::OtherAccount
            }
            // Gone in this moment.
            ErrorKind::NotFound => {
                Refused::Unknown(assertion.identifier.clone())
            }
            _ => Refused::Store(error),
        })?;
        tracing::info!(staff = %account.member.id, "sign-on linked to a member of staff");
    }
    Ok(account)
}

fn may_enter(assertion: &Assertion, held: Role) -> Result<(), Refused> {
    let Some(said) = &assertion.roles else {
        return Ok(());
    };
    if said.is_empty() {
        Err(Refused::NoRole)
    } else if said.contains(&held) {
        Ok(())
    } else {
        Err(Refused::OtherRole {
            said: said.clone(),
            held,
        })
    }
}
