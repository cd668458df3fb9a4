//! Rows that an earlier version brought under keys of another digest.

use super::{adopt::UNREAD, layouts::NAMED, new::New, old::Old};
use crate::support::{database::Engine, on_both_databases};

on_both_databases!(what_an_earlier_version_brought_is_found_again,);

async fn what_an_earlier_version_brought_is_found_again(engine: Engine) {
    // A name too long for a key: its beginning and a digest stand for it.
    let long = "ward b3 ".repeat(25);
    let long = long.trim_end();
    let layout = NAMED
        .replace("varchar(60)", "text")
        .replace("ward b3", long);
    let (old, new) = (Old::with(engine, &layout).await, New::fresh(engine).await);
    old.survey(&[]).await;
    let first = new.adopt(&old, &UNREAD).await;
    assert_eq!(first["made"]["rooms"], 1);
    let state = new.state().await;

    let before = format!("named:{} 622955622b14364c", &long[..150]);
    for table in ["hims_adopted_ids", "hims_adoption_notes"] {
        let as_before = format!("UPDATE {table} SET key = '{before}' WHERE key LIKE 'named:%'");
        new.database.execute(&as_before).await;
    }
    assert_ne!(new.state().await, state);
    let again = new.adopt(&old, &UNREAD).await;
    assert_eq!(again["made"]["rooms"], 0, "{again:#}");
    assert_eq!(again["made"]["messages"], 0, "{again:#}");
    assert_eq!(new.state().await, state);
}
