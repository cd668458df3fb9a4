//! The app and what it is made of: settings, channel types, roles, limits, devices, tasks.

mod app;
mod devices;
mod kinds;
mod roles;
mod small;

pub(crate) use self::app::{get_app, rate_limits, update_app};
pub(crate) use self::devices::{add_device, devices, remove_device};
pub(crate) use self::kinds::{create_kind, delete_kind, get_kind, kinds, update_kind};
pub(crate) use self::roles::{create_role, delete_role, permission, permissions, roles};
pub(crate) use self::small::{blocklists, commands, drafts, hi, og, polls, reminders, task};
