//! Taking the staff over from the hospital's own system.

mod known;
mod leavers;

use std::collections::HashSet;

use async_trait::async_trait;
use domain::{EmailAddress, Identifier, Role, StaffId, StaffRecord};

use self::{known::Known, leavers::leavers};
use crate::{DeactivatedBy, ErrorKind, RegisteredStaff, Result, StaffRegister};

/// Most records that are looked up at once.
const AT_ONCE: usize = 200;

/// A list of staff.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct StaffList {
    /// Those on it, each once.
    pub records: Vec<StaffRecord>,
    /// Identifiers and e-mail addresses of rows that could not be read: they are on the list, so they have
    /// not left.
    pub unread: HashSet<String>,
    /// Rows of which neither could be read.
    pub unknown: usize,
    /// The meaning of a person's absence from the list.
    pub missing: Missing,
    /// How many accounts it closes, where somebody has confirmed that. Unconfirmed it closes at most three,
    /// or a tenth of those whom lists know.
    pub closing: Option<usize>,
}

/// How to take it that somebody of an earlier list is missing from this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They have left.
    #[default]
    Left,
    /// The list is not the whole list: it says nothing of them.
    Unsaid,
}

/// The log to which changes are written before they are made.
#[async_trait]
pub(crate) trait ChangeLog: Sync {
    /// Writes one down.
    ///
    /// # Errors
    /// Those for which the change must not be made.
    async fn note(&self, change: &str) -> Result<()>;
}

/// Outcome of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffTaken {
    /// They are new here.
    Added,
    /// Something of them is different now.
    Changed,
    /// They were so already.
    Unchanged,
    /// They had left by an earlier list and are back.
    Reactivated,
    /// They were so already or are now, but their account stays closed: somebody closed it.
    KeptClosed,
    /// They have left, says the record.
    Deactivated,
    /// It was not taken, and why.
    Refused(String),
}

/// The result of importing a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaffImported {
    /// In the order of the records.
    pub taken: Vec<StaffTaken>,
    /// Those missing from it, whose accounts were closed.
    pub left: Vec<RegisteredStaff>,
    /// Why those missing from it were left as they are, where that is so.
    pub leavers_kept: Option<String>,
}

/// Previews the import of a list; nothing is changed.
///
/// # Errors
/// `Conflict` when more have left than a list may say; `Unavailable`.
pub async fn plan_staff(register: &dyn StaffRegister, list: &StaffList) -> Result<StaffImported> {
    let (plans, left, leavers_kept) = plan(register, list).await?;
    Ok(StaffImported {
        taken: plans.into_iter().map(|plan| plan.taken).collect(),
        left,
        leavers_kept,
    })
}

/// Takes a list over. A record that is refused costs no other; begun again it goes on where it was.
///
/// # Errors
/// As [`plan_staff`], and then nothing is done; `Unavailable` part-way.
pub(crate) async fn take_staff(
    register: &dyn StaffRegister,
    log: &dyn ChangeLog,
    list: &StaffList,
    mut tell: impl FnMut(usize),
) -> Result<StaffImported> {
    let (plans, left, leavers_kept) = plan(register, list).await?;
    let mut taken = Vec::with_capacity(plans.len());
    for (plan, record) in plans.into_iter().zip(&list.records) {
        let done = async {
            plan.write_down(log, record).await?;
            plan.carry_out(register, record).await
        };
        taken.push(match done.await {
            Ok(()) => plan.taken,
            Err(error) if matches!(error.kind(), ErrorKind::Unavailable) => return Err(error),
            Err(error) => StaffTaken::Refused(error.message().to_owned()),
        });
        tell(taken.len());
    }
    for member in &left {
        let id = &member.member.id;
        log.note(&format!("import: close {id}, missing from the list"))
            .await?;
        register.deactivate(id, DeactivatedBy::Import).await?;
    }
    Ok(StaffImported {
        taken,
        left,
        leavers_kept,
    })
}

async fn plan(
    register: &dyn StaffRegister,
    list: &StaffList,
) -> Result<(Vec<Plan>, Vec<RegisteredStaff>, Option<String>)> {
    let mut administrators = register.administrators().await?;
    let mut plans = Vec::with_capacity(list.records.len());
    for records in list.records.chunks(AT_ONCE) {
        let identifiers: Vec<Identifier> = records
            .iter()
            .filter_map(|record| record.identifier.clone())
            .collect();
        let emails: Vec<EmailAddress> = records.iter().map(|record| record.email.clone()).collect();
        let known = Known::of(register.known(&identifiers, &emails).await?);
        for record in records {
            let plan = known.plan(record, administrators);
            if plan.loses_administrator(record) {
                administrators = administrators.saturating_sub(1);
            }
            plans.push(plan);
        }
    }
    let (left, kept) = leavers(register, list, &plans, administrators).await?;
    Ok((plans, left, kept))
}

/// Work on one record.
struct Plan {
    /// The registered member of staff; none when they are new.
    held: Option<RegisteredStaff>,
    taken: StaffTaken,
    is_changed: bool,
}

impl Plan {
    fn refused(reason: String) -> Self {
        Self {
            held: None,
            taken: StaffTaken::Refused(reason),
            is_changed: false,
        }
    }

    /// Whether there is an administrator less after it.
    fn loses_administrator(&self, record: &StaffRecord) -> bool {
        let was = self
            .held
            .as_ref()
            .is_some_and(|held| held.member.active && held.member.role == Role::Administrator);
        let is = record.role == Role::Administrator && self.taken != StaffTaken::Deactivated;
        was && !is && !matches!(self.taken, StaffTaken::Refused(_))
    }

    /// Logs additions, closings and reopenings of accounts, and changes of access: role and address.
    async fn write_down(&self, log: &dyn ChangeLog, record: &StaffRecord) -> Result<()> {
        let Some(held) = &self.held else {
            let identifier = record.identifier.as_ref().map_or("", Identifier::as_str);
            return match self.taken {
                StaffTaken::Added => {
                    let change = format!("import: add {identifier} as {}", record.role);
                    log.note(&change).await
                }
                _ => Ok(()),
            };
        };
        let id = &held.member.id;
        match self.taken {
            StaffTaken::Deactivated => log.note(&format!("import: close {id}")).await?,
            StaffTaken::Reactivated => log.note(&format!("import: open {id}")).await?,
            _ => {}
        }
        if self.is_changed && held.member.role != record.role {
            let (before, after) = (held.member.role, record.role);
            let change = format!("import: role of {id} from {before} to {after}");
            log.note(&change).await?;
        }
        if self.is_changed && !held.email.eq_ignore_ascii_case(record.email.as_str()) {
            log.note(&format!("import: address of {id}")).await?;
        }
        Ok(())
    }

    /// Whoever leaves is out also where something else of the record is refused.
    async fn carry_out(&self, register: &dyn StaffRegister, record: &StaffRecord) -> Result<()> {
        let Some(held) = &self.held else {
            return match self.taken {
                StaffTaken::Added => register.add(record).await.map(drop),
                _ => Ok(()),
            };
        };
        let id = &held.member.id;
        if self.taken == StaffTaken::Deactivated {
            register.deactivate(id, DeactivatedBy::Import).await?;
        }
        if self.is_changed {
            register.change(id, record).await?;
        }
        if self.taken == StaffTaken::Reactivated {
            register.reactivate(id, DeactivatedBy::Import).await?;
        }
        Ok(())
    }
}

/// Why the last administrator stays.
pub fn only_administrator(id: &StaffId) -> String {
    format!("staff member {id} is the only active administrator; make another one first")
}
