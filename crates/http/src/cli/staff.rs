use clap::{Args, Subcommand};
use domain::{EmailAddress, Given, Identifier, PageSize, RecordText, Role, StaffId, StaffRecord};
use ports::{ErrorKind, OrderedBy, PasswordHash, RegisteredStaff, usecase::Missing};

use super::{
    CliError,
    compose::Legacy,
    config::Settings,
    migrate::progress::Teller,
    new_password::new_password,
    people::{List, Orderer, failed, opened, ordered_by, telling, today},
    say::say,
};
use crate::registers::{self, RegisterImport};

/// The commands about staff. With SQLite the service must be stopped; with PostgreSQL it may run.
#[derive(Clone, Subcommand)]
pub(super) enum Staff {
    /// Adds a member of staff and prints their new id.
    Add(Add),
    /// Lists the staff by name, leavers too: id, role, name and e-mail address.
    List {
        /// Only those whose name, e-mail address, identifier, role, specialty, grade or ward holds these words.
        #[arg(default_value = "")]
        text: String,
        /// Answers as JSON with all that is known of them, one member of staff a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Closes an account: signed out everywhere within seconds, until `reactivate` opens it.
    ///
    /// A list that still has them does not open it. What they wrote stays.
    Deactivate(Whom),
    /// Opens an account that was closed. They have to sign in again.
    Reactivate(Whom),
    /// Sets a password, the first one or another, and ends the sessions of before.
    SetPassword {
        #[command(flatten)]
        whom: Whom,
        /// Reads the password from the first line of standard input; at a terminal it is asked for and not shown.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Brings the staff up to date with a list of the hospital's own system.
    ///
    /// Adds who is new, changes who is different, and closes the accounts of those who have left. The file is CSV with
    /// the columns identifier, email, name and role, and if you like specialty, grade, ward, phone, bleep and active;
    /// or FHIR R4 with Practitioner and PractitionerRole.
    ///
    /// A file is taken as the whole list: whoever has an identifier and is missing from it has left. Where
    /// that would be more than a tenth of them and more than three, nothing is done until --leavers or --partial says
    /// how it is meant. Accounts without an identifier are left alone.
    ///
    /// Rows that are wrong are named with their line, and the others go in. Exit code 0: all rows went in; 3: some were
    /// refused; 1: nothing was done; 2: an option is wrong.
    Import {
        #[command(flatten)]
        list: List,
        /// The list is not the whole list: nobody is deactivated for being missing.
        #[arg(long)]
        partial: bool,
        /// The list closes this number of accounts, no more and no fewer: needed where they are many.
        #[arg(long, value_name = "NUMBER")]
        leavers: Option<usize>,
        #[command(flatten)]
        by: Orderer,
    },
}

/// Somebody to add.
#[derive(Clone, Args)]
pub(super) struct Add {
    /// The e-mail address to sign in with.
    #[arg(long)]
    email: String,
    /// Name in full, with the title.
    #[arg(long)]
    name: String,
    /// doctor, nurse, pharmacist, receptionist or administrator. Only doctors chat; administrators look after
    /// staff and patients.
    #[arg(long)]
    role: String,
    /// Field of work.
    #[arg(long)]
    specialty: Option<String>,
    /// Grade, such as registrar.
    #[arg(long)]
    grade: Option<String>,
    /// Ward they belong to.
    #[arg(long)]
    ward: Option<String>,
    /// Telephone number.
    #[arg(long)]
    phone: Option<String>,
    /// Bleep or pager.
    #[arg(long)]
    bleep: Option<String>,
    /// Their number in the hospital's own system, such as a staff number. Later lists find them by it, and
    /// close the account when they lack it.
    #[arg(long)]
    identifier: Option<String>,
    /// Reads a password from the first line of standard input; at a terminal it is asked for and not shown.
    /// Without this option they have no password yet.
    #[arg(long)]
    password_stdin: bool,
    /// Answers as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    by: Orderer,
}

/// Somebody who is here.
#[derive(Clone, Args)]
pub(super) struct Whom {
    /// Their staff id, or their e-mail address.
    who: String,
    /// Answers as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    by: Orderer,
}

/// `hims-chat staff`.
pub(super) async fn staff(settings: &Settings, asked: Staff) -> Result<(), CliError> {
    // A wrong word is told before a database is opened.
    let ready = Ready::of(settings, asked)?;
    let legacy = opened(settings).await?;
    let done = ready.run(settings, &legacy).await;
    legacy.close().await;
    done
}

/// A command whose words have been read.
enum Ready {
    Add(Add, Box<StaffRecord>, Option<PasswordHash>),
    SetPassword(Whom, PasswordHash),
    Other(Staff),
}

impl Ready {
    fn of(settings: &Settings, asked: Staff) -> Result<Self, CliError> {
        settings.time_zone()?;
        Ok(match asked {
            Staff::Add(add) => {
                let record = add.record()?;
                let password = add.password_stdin.then(new_password).transpose()?;
                Self::Add(add, Box::new(record), password)
            }
            Staff::SetPassword { whom, .. } => Self::SetPassword(whom, new_password()?),
            other => Self::Other(other),
        })
    }

    async fn run(self, settings: &Settings, legacy: &Legacy) -> Result<(), CliError> {
        match self {
            Self::Add(add, record, password) => add.run(legacy, &record, password).await,
            Self::SetPassword(whom, password) => {
                let member = whom.by.member(legacy).await?;
                let by = ordered_by(member.as_ref());
                let id = whom.found(legacy, by).await?;
                let set = legacy.staff_register.set_password(by, &id, &password);
                set.await.map_err(failed)?;
                whom.tell(&id, true, "has a new password")
            }
            Self::Other(Staff::Deactivate(whom)) => switch(legacy, &whom, false).await,
            Self::Other(Staff::Reactivate(whom)) => switch(legacy, &whom, true).await,
            Self::Other(Staff::List { text, json, by }) => list(legacy, &text, json, &by).await,
            Self::Other(Staff::Import {
                list,
                partial,
                leavers,
                by,
            }) => {
                let options = RegisterImport {
                    rehearsal: list.dry_run,
                    missing: if partial {
                        Missing::Unsaid
                    } else {
                        Missing::Left
                    },
                    closing: leavers,
                };
                import(settings, legacy, &list, options, &by).await
            }
            Self::Other(Staff::Add(_) | Staff::SetPassword { .. }) => Ok(()),
        }
    }
}

impl Add {
    fn record(&self) -> Result<StaffRecord, CliError> {
        let text = |option: &'static str, text: &str| {
            RecordText::parse(text).map_err(|error| CliError::setting(option, error.to_string()))
        };
        let given = |option: &'static str, words: &Option<String>| {
            let words = words.as_deref().map(|words| text(option, words));
            words.transpose().map(Given::Is)
        };
        let email = EmailAddress::parse(&self.email)
            .map_err(|error| CliError::setting("--email", error.to_string()))?;
        let role = match self.role.parse::<Role>() {
            Ok(role) if role != Role::Patient => role,
            _ => {
                let right = "must be doctor, nurse, pharmacist, receptionist or administrator";
                return Err(CliError::setting("--role", right));
            }
        };
        let identifier = self.identifier.as_deref().map(Identifier::parse);
        let mut record = StaffRecord::new(email, text("--name", &self.name)?, role);
        record.identifier = identifier
            .transpose()
            .map_err(|error| CliError::setting("--identifier", error.to_string()))?;
        record.specialty = given("--specialty", &self.specialty)?;
        record.grade = given("--grade", &self.grade)?;
        record.ward = given("--ward", &self.ward)?;
        record.phone = given("--phone", &self.phone)?;
        record.bleep = given("--bleep", &self.bleep)?;
        Ok(record)
    }

    async fn run(
        &self,
        legacy: &Legacy,
        record: &StaffRecord,
        password: Option<PasswordHash>,
    ) -> Result<(), CliError> {
        let member = self.by.member(legacy).await?;
        let by = ordered_by(member.as_ref());
        let added = legacy.staff_register.add(by, record, password.as_ref());
        let id = added.await.map_err(failed)?;
        if self.json {
            say(serde_json::json!({ "id": id.as_str() }))
        } else {
            say(&id)
        }
    }
}

impl Whom {
    async fn found(&self, legacy: &Legacy, by: OrderedBy<'_>) -> Result<StaffId, CliError> {
        let who = self.who.trim();
        let nobody = || CliError::Start(format!("there is nobody with the id or address {who}"));
        if !who.contains('@') {
            let id = StaffId::parse(who).map_err(|_| nobody())?;
            let found = legacy.staff_register.find(by, &id).await;
            return match found {
                Ok(found) => Ok(found.member.id),
                Err(error) if matches!(error.kind(), ports::ErrorKind::NotFound) => Err(nobody()),
                Err(error) => Err(failed(error)),
            };
        }
        let email = EmailAddress::parse(who).map_err(|_| nobody())?;
        let found = legacy.staff_register.with_address(by, &email).await;
        let found = found.map_err(failed)?;
        match found.as_slice() {
            [] => Err(nobody()),
            [one] => Ok(one.member.id.clone()),
            several => {
                let ids: Vec<_> = several.iter().map(|one| one.member.id.as_str()).collect();
                let problem = format!(
                    "several people have this address: name one by id: {}",
                    ids.join(", ")
                );
                Err(CliError::Start(problem))
            }
        }
    }

    fn tell(&self, id: &StaffId, changed: bool, words: &str) -> Result<(), CliError> {
        if self.json {
            say(serde_json::json!({ "id": id.as_str(), "changed": changed }))
        } else {
            say(format_args!("Staff member {id} {words}."))
        }
    }
}

async fn switch(legacy: &Legacy, whom: &Whom, on: bool) -> Result<(), CliError> {
    let member = whom.by.member(legacy).await?;
    let by = ordered_by(member.as_ref());
    let id = whom.found(legacy, by).await?;
    let register = &legacy.staff_register;
    let changed = if on {
        register.reactivate(by, &id).await
    } else {
        register.deactivate(by, &id).await
    };
    let changed = changed.map_err(failed)?;
    let words = match (on, changed) {
        (true, true) => "is active again",
        (true, false) => "was active",
        (false, true) => "is deactivated",
        (false, false) => "was inactive",
    };
    whom.tell(&id, changed, words)
}

async fn list(legacy: &Legacy, text: &str, json: bool, by: &Orderer) -> Result<(), CliError> {
    let member = by.member(legacy).await?;
    let by = ordered_by(member.as_ref());
    let size = PageSize::new(100).unwrap_or_default();
    let mut after = None;
    loop {
        let page = legacy.staff_register.list(by, text, after, size);
        let page = page.await.map_err(failed)?;
        for one in &page.staff {
            if json {
                say(as_json(one))?;
            } else {
                say(as_line(one))?;
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

fn as_json(one: &RegisteredStaff) -> serde_json::Value {
    serde_json::json!({
        "id": one.member.id.as_str(),
        "identifier": one.identifier,
        "email": one.email,
        "name": one.member.name,
        "role": one.member.role,
        "specialty": one.member.specialty,
        "grade": one.member.grade,
        "ward": one.member.ward,
        "phone": one.phone,
        "bleep": one.bleep,
        "active": one.member.active,
        "has_password": one.has_password,
    })
}

/// Columns of the width that most need.
fn as_line(one: &RegisteredStaff) -> String {
    let state = if one.member.active {
        ""
    } else {
        "  (inactive)"
    };
    format!(
        "{:>6}  {:<13}  {:<32}  {}{state}",
        one.member.id.as_str(),
        one.member.role.as_str(),
        one.member.name,
        one.email
    )
}

async fn import(
    settings: &Settings,
    legacy: &Legacy,
    list: &List,
    options: RegisterImport,
    by: &Orderer,
) -> Result<(), CliError> {
    let member = by.member(legacy).await?;
    let (mapping, file) = (list.mapping()?, list.open()?);
    let read = registers::read_staff(file, &mapping, today(settings)?).map_err(failed)?;
    let mut teller = Teller::new();
    let taken = registers::staff(
        &legacy.staff_register,
        ordered_by(member.as_ref()),
        read,
        options,
        telling(&mut teller, "staff"),
    )
    .await;
    teller.end();
    list.tell(&taken.map_err(|error| match error.kind() {
        ErrorKind::Conflict => CliError::Start(format!(
            "nothing was done: {} (--leavers NUMBER, or --partial)",
            error.message()
        )),
        _ => failed(error),
    })?)
}
