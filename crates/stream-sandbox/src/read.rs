//! Read and delivery marks of a user.

mod delivered;
mod mark;
mod sync;
mod unread;

pub(crate) use self::delivered::delivered;
pub(crate) use self::mark::{read, read_all, unread};
pub(crate) use self::sync::sync;
pub(crate) use self::unread::{unread_batch, unread_counts};
