//! The address of the database.

use ports::Result;
use postgres_connection::Address;

/// Reads the address of the setting `DATABASE_URL`.
///
/// # Errors
/// `Invalid`, without the text, which may hold a password.
pub(crate) fn parse(url: &str) -> Result<Address> {
    Address::parse("DATABASE_URL", url)
}

/// Has every connection know the zone of the other application's times. UTC needs no word, and some
/// poolers let none through.
pub(crate) fn tell_zone(address: &mut Address, zone: &str) {
    if zone == "UTC" {
        return;
    }
    let config = address.config_mut();
    let before = config.get_options().unwrap_or_default();
    let options = format!("{before} -c hims.legacy_time_zone={zone}");
    config.options(options.trim());
}
