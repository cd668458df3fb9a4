use clap::Subcommand;

use super::{
    CliError,
    compose::Legacy,
    config::Settings,
    migrate::progress::Teller,
    patient_merges,
    people::{List, Orderer, failed, opened, ordered_by, telling, today},
};
use crate::registers;

/// The commands about patients.
#[derive(Clone, Subcommand)]
pub(super) enum Patients {
    /// Brings the patients up to date with a list of the hospital's own system.
    ///
    /// Adds who is new and changes who is different; who is missing from the list stays. The file is CSV with
    /// the columns identifier (the MRN) and name, and if you like date_of_birth, sex, ward, bed and allergies; or
    /// FHIR R4 with Patient, Encounter, Location and AllergyIntolerance.
    ///
    /// Rows that are wrong are named with their line, and the others go in. Exit code 0: all rows went in; 3: some were
    /// refused; 1: nothing was done; 2: an option is wrong. With SQLite the service must be stopped.
    Import {
        #[command(flatten)]
        list: List,
        #[command(flatten)]
        by: Orderer,
    },
    /// Makes one patient of two records that are about the same person.
    ///
    /// FROM becomes a former record of INTO: its rooms, its address and whatever is searched for by its MRN or name
    /// lead to INTO from then on, in both chats, and no message moves. `patients unmerge FROM` takes it back.
    /// With SQLite the service must be stopped.
    Merge {
        /// The record that goes on as a former one: id or MRN; id:… or mrn:… where a number may be either.
        from: String,
        /// The record that the patient is known by from then on, in the same way.
        into: String,
        /// Merges records whose dates of birth or sexes contradict each other.
        #[arg(long)]
        although_different: bool,
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Takes a merge back: the record is a patient of its own again, with its rooms.
    ///
    /// With SQLite the service must be stopped.
    Unmerge {
        /// The former record: id or MRN; id:… or mrn:… where a number may be either.
        record: String,
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
}

/// `hims-chat patients`.
pub(super) async fn patients(settings: &Settings, asked: Patients) -> Result<(), CliError> {
    let legacy = opened(settings).await?;
    let done = match &asked {
        Patients::Import { list, by } => import(settings, &legacy, list, by).await,
        Patients::Merge {
            from,
            into,
            although_different,
            json,
            by,
        } => {
            let done = patient_merges::merge(&legacy, (from, into), *although_different, by).await;
            done.and_then(|done| done.tell(*json))
        }
        Patients::Unmerge { record, json, by } => {
            let done = patient_merges::unmerge(&legacy, record, by).await;
            done.and_then(|done| done.tell(*json))
        }
    };
    legacy.close().await;
    done
}

async fn import(
    settings: &Settings,
    legacy: &Legacy,
    list: &List,
    by: &Orderer,
) -> Result<(), CliError> {
    let member = by.member(legacy).await?;
    let (mapping, file) = (list.mapping()?, list.open()?);
    let read = registers::read_patients(file, &mapping, today(settings)?).map_err(failed)?;
    let mut teller = Teller::new();
    let taken = registers::patients(
        &legacy.patient_register,
        ordered_by(member.as_ref()),
        read,
        list.dry_run,
        telling(&mut teller, "patients"),
    )
    .await;
    teller.end();
    list.tell(&taken.map_err(failed)?)
}
