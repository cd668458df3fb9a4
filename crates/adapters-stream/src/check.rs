//! What may be wrong with an app and its settings, in words, each with what to do about it.

mod offline;
mod online;
mod people;

pub use ports::{Finding, Verdict};

pub use self::{
    offline::{Entered, offline},
    online::{Limits, online},
    people::{emails, users},
};
