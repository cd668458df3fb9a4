use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::Path,
};

use jiff::Timestamp;
use migration::{Mapping, Part, detect, recognise};

use super::{CliError, Survey, failed, progress::Teller, reviewed};
use crate::cli::say::{say, write};

/// Writes the mapping first, so that it is there whatever the reading of the rows comes to.
pub(super) async fn survey(asked: Survey) -> Result<(), CliError> {
    let (files, keys) = (asked.from.files()?, asked.from.keys()?);
    let mut source = asked.from.open().await?;
    let mut recognised = None;
    let mapping = if asked.reviewed {
        reviewed(&asked.mapping, &source)?
    } else if let Some(found) = recognise(source.tables()) {
        write_new(&asked.mapping, &found.text)?;
        recognised.insert(found).mapping.clone()
    } else {
        let detected = detect(source.tables());
        write_new(
            &asked.mapping,
            &Mapping::to_review(&detected, source.tables()),
        )?;
        Mapping::proposed(&detected, source.tables())
    };
    let mut progress = Teller::new();
    let now = Timestamp::now();
    let tell = |told: migration::Progress<'_>| progress.tell(told);
    let survey = migration::survey(&mut source, &mapping, files, keys, now, tell).await;
    progress.end();
    let survey = survey.map_err(failed)?;
    let missing: Vec<&str> = [Part::Users, Part::Messages]
        .into_iter()
        .filter(|part| mapping.part(*part).is_none())
        .map(Part::name)
        .collect();
    if asked.json {
        let mut json = survey.to_json();
        json["mapping"] = asked.mapping.display().to_string().into();
        json["missing"] = missing.into();
        if let Some(found) = &recognised {
            json["profile"] = found.name.clone().into();
            json["differs"] = found.differs.clone().into();
        }
        return say(format_args!("{json:#}"));
    }
    if let Some(found) = &recognised {
        say(format_args!("These are the tables of {}.", found.name))?;
        if !found.differs.is_empty() {
            let differs = found.differs.join(", ");
            say(format_args!(
                "It usually has more, which is not here: {differs}."
            ))?;
        }
        say(format_args!(""))?;
    }
    write(survey)?;
    let others = source.other_schemas().await.map_err(failed)?;
    if !others.is_empty() {
        let others = others.join(", ");
        say(format_args!(
            "Other schemas with tables, which --source-schema names: {others}."
        ))?;
    }
    if !asked.reviewed {
        let mapping = asked.mapping.display();
        say(format_args!("The mapping to review is in {mapping}."))?;
    }
    if !missing.is_empty() {
        let missing = missing.join(", ");
        say(format_args!(
            "Not found, name it in the mapping: {missing}."
        ))?;
    }
    Ok(())
}

fn write_new(file: &Path, text: &str) -> Result<(), CliError> {
    let wrong = |problem: String| CliError::setting("--mapping", problem);
    let shown = file.display();
    let mut opened = OpenOptions::new().write(true).create_new(true).open(file).map_err(|error| {
        wrong(match error.kind() {
            ErrorKind::AlreadyExists => format!(
                "{shown} exists and is not overwritten; survey with it by adding --reviewed, or name another file"
            ),
            _ => format!("{shown} cannot be written: {error}"),
        })
    })?;
    opened
        .write_all(text.as_bytes())
        .map_err(|error| wrong(format!("{shown} cannot be written: {error}")))
}
