use super::{compose::Legacy, config::Settings, database::DatabaseUrl, say::say};

/// Says how to make the first administrator where there is none.
pub(super) async fn say_how_to_begin(settings: &Settings, legacy: &Legacy) {
    if let Ok(0) = legacy.staff_register.administrators().await {
        let is_sqlite = matches!(settings.database(), Ok((DatabaseUrl::Sqlite(_), _)));
        let first = if is_sqlite {
            " (stop this service first: SQLite is one process's at a time)"
        } else {
            ""
        };
        let said = say(format_args!(
            "Nobody can look after this chat yet. The first administrator is made by this command{first}, which asks for \
             the password:\n  \
             hims-chat staff add --role administrator --email YOU@YOUR-HOSPITAL --name \"YOUR NAME\" --password-stdin",
        ));
        if let Err(stop) = said {
            tracing::warn!("{stop}");
        }
    }
}
