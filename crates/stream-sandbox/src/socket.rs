//! WebSockets: the first words, the keeping alive, and who is connected.

mod connect;
mod connections;
mod hello;

pub(crate) use self::connect::connect;
pub(crate) use self::connections::Connections;
