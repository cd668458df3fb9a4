//! The suite that every backend passes, one named test a promise.
//!
//! An adapter mounts it in a test file of its own:
//!
//! ```ignore
//! async fn fresh() -> ports::conformance::Fixture {
//!     /* an empty store with some doctors and patients */
//! }
//!
//! ports::conformance!(fresh);
//! ```
//!
//! The crate that mounts it needs `tokio` with the features `macros` and `rt-multi-thread` among
//! its dev-dependencies. Where the capabilities of a backend lack a promise, the case asserts that
//! it is answered with `Unsupported`; nothing is skipped.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a case that does not get what it needs has failed"
)]

#[doc(hidden)]
pub mod cases;
mod listener;
mod refused;
mod scene;

use std::any::Any;

use domain::{Doctor, PatientRef, Room};

use crate::Backend;

/// A backend of its own for one case, without any room.
pub struct Fixture {
    /// The backend.
    pub backend: Backend,
    /// Doctors the backend knows, at least [`Fixture::DOCTORS`], each another.
    pub doctors: Vec<Doctor>,
    /// Patients the backend knows, at least two, each another.
    pub patients: Vec<PatientRef>,
    /// Whatever has to live as long as the case, such as a folder or a server.
    pub keep: Box<dyn Any + Send>,
}

impl Fixture {
    /// How many doctors the suite needs: one more than a room holds.
    pub const DOCTORS: usize = Room::MAX_PARTICIPANTS + 1;
}

/// Expands to the suite: one `#[tokio::test]` a case, in one module a port, each on a
/// [`Fixture`](crate::conformance::Fixture) that `fresh().await` makes for it.
#[macro_export]
macro_rules! conformance {
    ($fresh:path) => {
        $crate::conformance! { @mount $fresh;
            rooms {
                a_patient_room_opened_twice_is_one_room
                a_patient_room_opened_by_many_at_once_is_one_room
                every_patient_has_a_room_of_their_own
                a_patient_nobody_knows_opens_no_room_of_another
                a_direct_room_is_one_per_pair_from_either_side
                a_direct_room_opened_from_both_sides_at_once_is_one_room
                a_group_is_always_a_new_room
                a_title_is_kept_to_the_letter
                the_list_is_by_newest_activity
                the_list_pages_without_gaps_or_repeats
                a_room_cursor_of_another_backend_is_invalid
                the_newest_message_stands_in_the_list
            }
            strangers {
                an_unknown_room_is_like_somebody_elses
                ids_that_are_no_number_or_too_large_are_not_found
                a_message_of_another_room_is_not_found
                a_stranger_finds_no_room_in_the_list
            }
            participants {
                a_newcomer_sees_the_history_and_has_nothing_unread
                adding_a_participant_again_changes_nothing
                removing_again_changes_nothing
                who_was_never_in_the_room_cannot_be_removed
                a_doctor_can_leave
                who_was_removed_sees_nothing
                who_was_removed_can_change_nothing
                who_was_added_again_sees_everything
                a_patient_room_can_be_joined_again
                a_full_group_takes_nobody
                a_full_patient_room_takes_nobody
                standing_tells_how_a_doctor_stands_to_a_room
                who_was_removed_becomes_a_former_participant
            }
            posting {
                a_message_reads_back_as_posted
                the_longest_text_is_kept_to_the_byte
                text_of_every_script_is_kept_to_the_byte
                the_same_client_id_twice_is_one_message
                the_same_client_id_at_once_is_one_message
                the_same_client_id_after_an_edit_is_the_edited_message
                the_same_client_id_after_a_recall_is_the_tombstone
                the_same_client_id_of_another_author_is_another_message
                the_same_client_id_in_another_room_is_another_message
                a_post_that_nobody_waited_for_can_be_repeated
                a_reply_names_its_message
                a_reply_to_a_message_of_another_room_is_invalid
                a_bad_post_does_not_fail_its_neighbours
                the_backend_says_that_it_is_well
            }
        }
    };
    (@mount $fresh:path; $($port:ident { $($case:ident)* })*) => {
        $(mod $port {
            #[allow(unused_imports, reason = "where the name of `fresh` is found")]
            use super::*;

            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                $crate::conformance::cases::$port::$case($fresh().await).await;
            })*
        })*
    };
}
