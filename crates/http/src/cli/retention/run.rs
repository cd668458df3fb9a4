//! `hims-chat retention run`.

use std::{pin::pin, sync::atomic::Ordering};

use domain::RetentionRules;
use jiff::Timestamp;
use ports::usecase::RetentionRun;

use super::{
    complete,
    list::{self, Items},
    over_both, receipt_json, tell,
};
use crate::cli::{
    CliError,
    compose::Legacy,
    config::Settings,
    people::{Orderer, failed, ordered_by},
    serve::asked_to_stop,
};

/// The name of the lock: one run at a time.
const NAME: &str = "retention";

/// Removes, writes the list, and keeps the signed receipt, also when the run is broken off.
pub(super) async fn run(
    settings: &Settings,
    legacy: &Legacy,
    rules: &RetentionRules,
    by: Orderer,
    as_json: bool,
) -> Result<(), CliError> {
    let member = by.member(legacy).await?;
    if !legacy.hold(NAME).await? {
        return Err(CliError::Start(
            "another run is removing; wait until it ends".to_owned(),
        ));
    }
    let folder = settings.retention.lists();
    let file = list::new_file(folder, Timestamp::now())?;
    let mut items = Items::begin(&file)?;
    let retention = over_both(settings, legacy).await?;
    let stop = items.stop();
    let by = ordered_by(member.as_ref());
    let done = {
        let mut running = pin!(retention.run(by, rules, &mut items));
        tokio::select! {
            done = &mut running => done,
            () = asked_to_stop() => {
                stop.store(true, Ordering::Relaxed);
                tokio::select! {
                    done = &mut running => done,
                    () = asked_to_stop() => return Err(CliError::Start(format!(
                        "stopped at once, without a receipt; {} names what may be gone",
                        file.display()
                    ))),
                }
            }
        }
    };
    let RetentionRun {
        found,
        mut receipt,
        broken_off,
        ..
    } = done.map_err(failed)?;
    receipt.list = items.digest();
    let signed = retention.sign(receipt).await;
    let Some(failure) = broken_off else {
        items.end(&receipt_json(&signed.map_err(failed)?, true))?;
        let listed = format!("Each is listed in {}.", file.display());
        tell(&found, as_json, &listed)?;
        return complete(&found);
    };
    let file = file.display();
    let receipt = match &signed {
        Err(_) => "there is no receipt".to_owned(),
        Ok(receipt) => match items.end(&receipt_json(receipt, true)) {
            Ok(()) => "its receipt says how much went".to_owned(),
            Err(_) => format!("its receipt is in the database, and {file} has no last line"),
        },
    };
    tell(
        &found,
        as_json,
        &format!("Each that may be gone is listed in {file}."),
    )?;
    Err(CliError::Incomplete(format!(
        "the run was broken off: {}; {receipt}; the next run goes on",
        failure.message()
    )))
}
