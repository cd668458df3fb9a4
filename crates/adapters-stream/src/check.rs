//! The checks of a Stream app and its settings: each finding says in words what is wrong and what
//! to do about it.

mod offline;
mod online;
mod people;

pub use ports::{Finding, Verdict};

pub use self::{
    offline::{Entered, offline},
    online::{Limits, online},
    people::{emails, users},
};
