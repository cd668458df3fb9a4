//! The page of administrators about who works here.

mod importing;

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    EmailAddress, Given, Identifier, PageSize, RecordText, Role, StaffId, StaffMember, StaffRecord,
};
use ports::{ErrorKind, GuardedPatientRegister, GuardedStaffRegister, OrderedBy, PasswordHash};
use serde::Deserialize;

pub(crate) use self::importing::{MAX_LIST, import};
use crate::{
    app::Shell,
    extract::{FormBody, Ids, Params},
    failure::{Failure, sentence},
    identity::SignedIn,
    login::{InvalidPassword, NewPassword, hash_password},
    pages::{NewStaff, ReportShown, StaffAdminPage, StaffRow},
    web::{frame, show},
};

/// Path of the page.
pub(crate) const PAGE: &str = "/admin/people";

/// Both registers, behind the guard.
#[derive(Clone)]
pub(crate) struct Registers {
    pub(crate) staff: GuardedStaffRegister,
    pub(crate) patients: GuardedPatientRegister,
}

/// Whether the page is there and this is somebody to look at it.
pub(crate) fn is_for(shell: &Shell, signed_in: &SignedIn) -> bool {
    let member = signed_in.member();
    shell.registers.is_some() && member.active && member.role == Role::Administrator
}

/// Query of the page: the people to show, and what was done.
#[derive(Default, Deserialize)]
pub(crate) struct Seen {
    #[serde(default)]
    q: String,
    after: Option<String>,
    done: Option<String>,
    who: Option<String>,
}

/// Told above the list.
#[derive(Default)]
struct Told {
    done: Option<String>,
    problem: Option<String>,
    report: Option<ReportShown>,
    new: NewStaff,
}

/// `GET /admin/people`.
pub(crate) async fn show_list(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    Params(seen): Params<Seen>,
) -> Result<Response, Failure> {
    let (registers, member) = asked(&shell, signed_in)?;
    let mut told = Told::default();
    if let (Some(done), Some(who)) = (&seen.done, &seen.who)
        && let Ok(id) = StaffId::parse(who)
    {
        told.done = outcome(done, &id);
    }
    listed(&shell, &registers, &member, StatusCode::OK, &seen, told).await
}

/// `POST /admin/people`: adds somebody.
pub(crate) async fn add(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    form: FormBody,
) -> Result<Response, Failure> {
    let (registers, member) = asked(&shell, signed_in)?;
    // Who may not add anybody learns nothing of what would be wrong with it.
    registers.staff.admit(&member).await.map_err(refused)?;
    let by = OrderedBy::Member(&member);
    let password = match form.get("password") {
        None | Some("") => Ok(None),
        Some(_) => password(&form).map(Some),
    };
    let password = password.map_err(|error| format!("The password {error}."));
    let problem = match (record(&form), password) {
        (Ok(record), Ok(password)) => {
            let password = match password {
                Some(password) => Some(hashed(password).await?),
                None => None,
            };
            match registers.staff.add(by, &record, password.as_ref()).await {
                Ok(id) => return Ok(done("added", &id)),
                Err(error) if is_theirs(&error) => sentence(error.message()),
                Err(error) => return Err(refused(error)),
            }
        }
        (Err(problem), _) | (_, Err(problem)) => problem,
    };
    let told = Told {
        problem: Some(format!("Nobody was added. {problem}")),
        new: entries(&form),
        ..Told::default()
    };
    let (status, seen) = (StatusCode::UNPROCESSABLE_ENTITY, Seen::default());
    listed(&shell, &registers, &member, status, &seen, told).await
}

/// `POST /admin/people/{staff}/deactivate`.
pub(crate) async fn deactivate(
    State(shell): State<Shell>,
    Ids(id): Ids<StaffId>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let (registers, member) = asked(&shell, signed_in)?;
    let by = OrderedBy::Member(&member);
    let closed = registers.staff.deactivate(by, &id).await;
    changed(&shell, &registers, &member, "closed", &id, closed.map(drop)).await
}

/// `POST /admin/people/{staff}/reactivate`.
pub(crate) async fn reactivate(
    State(shell): State<Shell>,
    Ids(id): Ids<StaffId>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let (registers, member) = asked(&shell, signed_in)?;
    let by = OrderedBy::Member(&member);
    let opened = registers.staff.reactivate(by, &id).await;
    changed(&shell, &registers, &member, "opened", &id, opened.map(drop)).await
}

/// `POST /admin/people/{staff}/password`.
pub(crate) async fn set_password(
    State(shell): State<Shell>,
    Ids(id): Ids<StaffId>,
    signed_in: Option<Extension<SignedIn>>,
    form: FormBody,
) -> Result<Response, Failure> {
    let (registers, member) = asked(&shell, signed_in)?;
    registers.staff.admit(&member).await.map_err(refused)?;
    let set = match password(&form) {
        Ok(password) => {
            let hash = hashed(password).await?;
            let by = OrderedBy::Member(&member);
            registers.staff.set_password(by, &id, &hash).await
        }
        Err(error) => {
            let problem = format!("the password {error}");
            Err(ports::Error::invalid("password", problem))
        }
    };
    changed(&shell, &registers, &member, "password", &id, set).await
}

/// After a change the page is loaded anew, so that loading it again changes nothing.
async fn changed(
    shell: &Shell,
    registers: &Registers,
    member: &StaffMember,
    change: &str,
    id: &StaffId,
    changed: ports::Result<()>,
) -> Result<Response, Failure> {
    match changed {
        Ok(()) => Ok(done(change, id)),
        Err(error) if is_theirs(&error) => {
            let told = Told {
                problem: Some(format!(
                    "Nothing was changed. {}",
                    sentence(error.message())
                )),
                ..Told::default()
            };
            let (status, seen) = (StatusCode::UNPROCESSABLE_ENTITY, Seen::default());
            listed(shell, registers, member, status, &seen, told).await
        }
        Err(error) => Err(refused(error)),
    }
}

fn done(change: &str, id: &StaffId) -> Response {
    Redirect::to(&format!("{PAGE}?done={change}&who={id}")).into_response()
}

fn outcome(change: &str, id: &StaffId) -> Option<String> {
    let words = match change {
        "added" => "was added",
        "closed" => "has no access any more: the account is closed",
        "opened" => "has access again: the account is open",
        "password" => "has a new password, and is signed out everywhere",
        _ => return None,
    };
    Some(format!("Staff member {id} {words}."))
}

async fn listed(
    shell: &Shell,
    registers: &Registers,
    member: &StaffMember,
    status: StatusCode,
    seen: &Seen,
    told: Told,
) -> Result<Response, Failure> {
    let after = seen.after.as_deref().map(StaffId::parse);
    let after = after.transpose().map_err(|_| Failure::not_found())?;
    let by = OrderedBy::Member(member);
    let found = registers.staff.list(by, &seen.q, after, PageSize::DEFAULT);
    let found = found.await.map_err(refused)?;
    let next = found.next.map_or_else(String::new, |next| {
        let query = [("q", seen.q.as_str()), ("after", next.as_str())];
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        format!("{PAGE}?{query}")
    });
    let page = StaffAdminPage {
        frame: frame::alone(shell),
        staff: found.staff.into_iter().map(StaffRow::from).collect(),
        sought: seen.q.clone(),
        next,
        done: told.done,
        problem: told.problem,
        report: told.report,
        new: told.new,
        links: frame::admin_links(shell),
    };
    show(status, &page)
}

fn text<'a>(form: &'a FormBody, name: &str) -> &'a str {
    form.get(name).map_or("", str::trim)
}

fn record(form: &FormBody) -> Result<StaffRecord, String> {
    let wrong = |label: &str, problem: &dyn std::fmt::Display| format!("{label} {problem}.");
    let given = |label: &str, name: &str| match text(form, name) {
        "" => Ok(Given::Nothing),
        words => RecordText::parse(words)
            .map(|words| Given::Is(Some(words)))
            .map_err(|error| wrong(label, &error)),
    };
    let name = RecordText::parse(text(form, "name")).map_err(|error| wrong("The name", &error))?;
    let email = EmailAddress::parse(text(form, "email"))
        .map_err(|error| wrong("The e-mail address", &error))?;
    let role = match text(form, "role").parse::<Role>() {
        Ok(role) if role != Role::Patient => role,
        _ => return Err("The role must be one of those to choose from.".to_owned()),
    };
    let identifier = match text(form, "identifier") {
        "" => None,
        number => {
            Some(Identifier::parse(number).map_err(|error| wrong("The staff number", &error))?)
        }
    };
    let mut record = StaffRecord::new(email, name, role);
    record.identifier = identifier;
    record.specialty = given("The specialty", "specialty")?;
    record.grade = given("The grade", "grade")?;
    record.ward = given("The ward", "ward")?;
    record.phone = given("The telephone", "phone")?;
    record.bleep = given("The bleep", "bleep")?;
    Ok(record)
}

fn password(form: &FormBody) -> Result<NewPassword, InvalidPassword> {
    NewPassword::parse(form.get("password").unwrap_or_default())
}

/// Hashing takes tens of milliseconds, beside the threads that answer doctors.
async fn hashed(password: NewPassword) -> ports::Result<PasswordHash> {
    let hashing = tokio::task::spawn_blocking(move || hash_password(password.as_str()));
    hashing
        .await
        .unwrap_or_else(|_| Err(ports::Error::internal("the password cannot be hashed")))
}

fn entries(form: &FormBody) -> NewStaff {
    let kept = |name| text(form, name).to_owned();
    NewStaff {
        email: kept("email"),
        name: kept("name"),
        role: kept("role"),
        specialty: kept("specialty"),
        grade: kept("grade"),
        ward: kept("ward"),
        phone: kept("phone"),
        bleep: kept("bleep"),
        identifier: kept("identifier"),
    }
}

fn asked(
    shell: &Shell,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<(Registers, StaffMember), Failure> {
    let Extension(signed_in) = signed_in.ok_or_else(Failure::not_signed_in)?;
    let registers = shell.registers.clone().ok_or_else(Failure::not_found)?;
    Ok((registers, signed_in.member().clone()))
}

/// Whether whoever asked can put it right.
fn is_theirs(error: &ports::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Conflict | ErrorKind::Invalid { .. }
    )
}

fn refused(error: ports::Error) -> Failure {
    match error.kind() {
        ErrorKind::Forbidden => Failure::not_an_administrator(&error),
        _ => error.into(),
    }
}
