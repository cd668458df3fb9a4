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

mod brought;
#[doc(hidden)]
pub mod cases;
mod fixtures;
mod listener;
mod refused;
mod scene;
mod suites;

pub use fixtures::{
    AdoptionFixture, AuditFixture, AvailabilityFixture, Count, DirectoryFixture, DisposalFixture,
    DraftFixture, Execute, Fixture, MovesFixture, RecordsFixture, RegisterFixture,
    RetainingFixture, SignInFixture, SweepFiles,
};

/// Expands to the suite: one `#[tokio::test]` a case, in one module a port, each on a
/// [`Fixture`](crate::conformance::Fixture) that `fresh().await` makes for it. With
/// `availabilities` before `fresh` it is the suite of that port, on an
/// [`AvailabilityFixture`](crate::conformance::AvailabilityFixture); with `drafts` that of
/// [`Drafts`](crate::Drafts), on a [`DraftFixture`](crate::conformance::DraftFixture); with `directory` those of
/// [`StaffDirectory`](crate::StaffDirectory) and [`PatientDirectory`](crate::PatientDirectory), on a
/// [`DirectoryFixture`](crate::conformance::DirectoryFixture); with `registers` those of
/// [`StaffRegister`](crate::StaffRegister) and [`PatientRegister`](crate::PatientRegister), on a
/// [`RegisterFixture`](crate::conformance::RegisterFixture); with `audit` that of
/// [`Audit`](crate::Audit), on an [`AuditFixture`](crate::conformance::AuditFixture); with `sign_in` those of
/// [`Sessions`](crate::Sessions), [`FailedSignIns`](crate::FailedSignIns),
/// [`Credentials`](crate::Credentials) and [`SignOns`](crate::SignOns), on a [`SignInFixture`](crate::conformance::SignInFixture).
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
                the_list_goes_on_after_any_room
                every_room_says_when_it_was_active
                a_room_is_known_before_it_is_opened
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
                who_was_taken_out_of_a_patients_room_is_known
                who_was_removed_can_change_nothing
                who_was_added_again_sees_everything
                a_patient_room_can_be_joined_again
                a_full_group_takes_nobody
                a_full_patient_room_takes_nobody
                standing_tells_how_a_doctor_stands_to_a_room
                who_was_removed_becomes_a_former_participant
                who_came_and_went_is_kept_in_order
                opening_a_patients_room_is_coming_in
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
            paging {
                a_room_without_messages_is_an_empty_page
                pages_of_every_size_walk_back_through_the_room
                pages_of_every_size_walk_on_through_the_room
                after_the_newest_comes_what_is_said_next
                a_cursor_stays_where_it_is_when_messages_come
                a_cursor_stays_when_its_message_is_changed
                a_page_around_a_message_has_it_near_the_middle
                a_cursor_of_another_room_is_invalid
                order_is_the_same_for_every_reader
                a_reader_who_follows_misses_nothing
            }
            naming {
                named_messages_are_told_as_they_are_now
                nobody_outside_is_told_a_named_message
            }
            unread {
                unread_is_what_others_said_after_the_read_mark
                a_recalled_message_is_not_unread
                an_edit_makes_nothing_unread
                counting_stops_at_the_most
                unread_is_right_after_every_step_of_a_long_day
                unread_of_patients_is_that_of_their_rooms
                unread_rooms_are_counted
            }
            schedules {
                unread_equals_the_oracle_whatever_happens
            }
            changes {
                an_edit_keeps_id_and_place
                the_same_text_again_changes_nothing
                only_the_author_edits_and_recalls
                an_unknown_message_cannot_be_changed
                a_recall_leaves_a_tombstone
                recalling_again_changes_nothing
                a_recalled_message_cannot_be_edited
                an_edited_message_can_be_recalled
                an_edit_and_a_recall_at_once_end_in_a_tombstone
            }
            receipts {
                delivered_is_not_read
                read_is_delivered_as_well
                a_mark_covers_everything_before_it_and_nothing_after
                a_mark_never_moves_back
                a_mark_keeps_its_first_time
                ones_own_message_carries_no_receipt_of_ones_own
                marks_at_once_end_at_the_furthest
                a_mark_needs_a_message_of_the_room
                a_mark_is_told_to_the_others_once
            }
            acknowledging {
                an_urgent_message_is_acknowledged_and_so_read
                only_an_urgent_message_of_another_is_acknowledged
                an_acknowledgement_is_told_to_the_author_once
                a_room_is_urgent_until_the_reader_acknowledges
                an_urgent_message_says_why
                what_waits_is_listed_over_all_rooms
            }
            marking_unread {
                what_is_marked_unread_counts_again_everywhere
                receipts_stay_when_something_is_marked_unread
                marking_unread_only_goes_back
                marking_unread_needs_a_message_of_the_room
            }
            versions {
                what_a_message_said_before_can_be_read
                what_a_recalled_message_said_is_told_to_nobody
                versions_are_for_those_in_the_room
            }
            mentions {
                a_mention_is_kept_and_told
                only_participants_are_mentioned
                an_edit_replaces_the_mentions
                a_room_tells_of_an_unread_mention
            }
            live {
                a_message_is_told_once_and_in_order_to_everyone
                what_is_told_can_be_read
                an_edit_and_a_recall_are_told
                a_repeated_post_is_told_once
                every_stream_of_a_doctor_gets_everything
                a_resumed_stream_gets_what_it_missed
                an_unknown_event_id_resynchronises
                a_slow_reader_never_misses_in_silence
                a_new_room_is_told_to_those_in_it
            }
            audience {
                an_outsider_is_told_nothing
                coming_and_going_is_told
                joining_the_room_of_a_patient_is_told
                who_was_removed_is_told_nothing_more
                who_was_removed_cannot_catch_up
            }
            typing {
                typing_is_told_to_the_others_and_not_to_oneself
                typing_lapses_unless_it_is_repeated
            }
            presence {
                a_doctor_is_online_from_the_first_stream_to_the_last
                presence_is_told_of_known_doctors_only
                a_newcomer_is_seen_coming_and_going
            }
            attachments {
                a_file_comes_back_as_sent
                an_unsent_file_is_its_uploaders_alone
                a_file_is_for_those_in_the_room_now
                a_recalled_file_is_gone
                only_ones_own_file_of_the_room_can_be_sent
                a_file_is_sent_once
                a_repeated_post_of_a_file_is_the_first_message
                several_files_keep_their_order
                an_edit_cannot_change_the_files
                a_file_over_the_limit_is_too_large
                an_unknown_file_is_not_found
            }
            pictures {
                a_picture_is_told_with_what_it_measures
                a_thumbnail_is_for_who_may_have_the_file
                what_is_no_picture_has_no_thumbnail
            }
            unsent {
                an_unsent_file_can_be_taken_back
                only_ones_own_unsent_file_can_be_taken_back
                what_nobody_sent_is_gone_after_a_day
                what_was_sent_stays
            }
            search {
                search_finds_parts_of_words_whatever_the_case
                search_ignores_case_in_every_script
                search_takes_every_character_as_itself
                search_finds_only_in_ones_own_rooms
                search_finds_what_a_message_says_now
                search_pages_newest_first_without_gaps
                search_ignores_accents
                search_finds_all_words_in_any_order
                search_finds_names_of_files
                search_equals_looking_at_every_message
                search_in_a_room_that_is_not_ones_own_is_not_found
            }
            search_filters {
                search_can_be_narrowed
                search_by_patient_finds_in_their_rooms
                search_needs_no_words_with_a_filter
            }
        }
    };
    (availabilities $fresh:path) => {
        $crate::conformance! { @mount $fresh;
            availabilities {
                what_a_doctor_says_is_seen_to_the_letter
                what_is_said_again_replaces_it
                what_is_taken_back_is_gone
                at_its_end_it_is_gone_by_itself
                several_are_told_at_once_and_unknown_ones_left_out
                whom_the_directory_does_not_hold_says_nothing
                what_is_said_is_heard_in_order
            }
        }
    };
    (drafts $fresh:path) => {
        $crate::conformance! { @mount $fresh;
            drafts {
                a_draft_is_kept_to_the_byte_until_it_is_forgotten
                nobody_overwrites_what_they_have_not_seen
                each_doctor_and_each_room_has_its_own
                rooms_with_drafts_are_listed_the_last_first
                an_old_draft_is_forgotten
                of_very_many_the_oldest_is_forgotten
                a_draft_of_nobody_is_not_kept
            }
        }
    };
    (directory $fresh:path) => {
        $crate::conformance! { @mount $fresh;
            directory {
                every_doctor_is_on_one_page
                filters_see_every_doctor
                wards_and_specialties_are_those_of_all_doctors
                after_nobody_is_invalid
                a_member_is_found_also_when_they_have_left
                members_are_found_together_without_those_who_are_unknown
                who_has_left_is_no_doctor_to_choose
            }
            patients {
                an_empty_search_finds_all_by_ward_and_bed
                patients_are_searched_by_what_is_written_of_them
                a_patient_is_found_by_id_until_they_leave
                references_find_their_patients
                the_patients_of_a_ward_are_told_by_bed
                whom_words_name_is_told
            }
        }
    };
    (registers $fresh:path) => {
        $crate::conformance! { @mount $fresh;
            staff_register {
                a_member_of_staff_is_held_to_the_letter
                an_address_and_an_identifier_are_one_persons
                a_closed_account_ends_its_sessions_for_good
                the_staff_is_listed_by_name_and_searched
                administrators_are_counted
                a_list_taken_again_changes_nothing
                whoever_is_missing_from_a_list_has_left
                a_list_that_lacks_too_many_does_nothing
                somebody_of_the_hims_is_known_by_their_address_once
                an_administrator_is_left_by_every_list
            }
            staff_lists {
                rows_that_close_too_many_do_nothing
                words_of_the_hims_stay
                accounts_that_the_hims_closes_stay_closed
                the_last_administrator_stays_whoever_asks
                a_patients_account_becomes_no_doctors
                who_has_a_double_can_be_changed_and_closed
            }
            patient_register {
                patients_follow_their_list
                a_deleted_patient_is_back_with_the_list
            }
            patient_merges {
                merged_records_are_one_patient
                merges_end_at_the_last_record
                a_merge_that_cannot_be_is_refused
                lists_merge_what_they_say_is_replaced
            }
        }
    };
    (audit $fresh:path) => {
        $crate::conformance! { @mount $fresh;
            audit {
                an_entry_is_stored_with_all_that_it_says
                entries_are_added_and_replace_none
                an_entry_may_speak_of_what_is_not_there
            }
            audit_trail {
                entries_are_found_by_every_condition
                what_is_written_holds_while_it_is_written
                a_changed_entry_is_named an_entry_that_is_cut_is_named an_entry_that_somebody_added_is_named
                a_copy_of_a_whole_entry_is_named
                entries_that_change_places_are_named
                seals_that_are_changed_or_cut_are_named entries_that_no_seal_takes_are_counted_and_named
                entries_from_before_the_first_seal_are_left_alone what_the_rules_removed_was_not_cut
            }
        }
    };
    (sign_in $fresh:path) => {
        $crate::conformance! { @mount $fresh;
            sessions {
                a_session_is_found_until_its_end
                use_moves_the_end_and_never_past_the_last_hour
                a_session_that_ended_is_not_extended
                a_clock_set_back_revives_and_extends_nothing
                an_ended_session_is_gone_and_others_are_not
                a_changed_account_ends_its_sessions
                sessions_are_listed_by_their_last_use
                no_more_sessions_are_listed_than_promised
                one_session_of_ones_own_is_ended_by_its_id
                all_but_one_session_are_ended
                failures_are_counted_by_key_within_their_window
                the_key_of_the_digests_is_the_first_one
                ways_of_hashing_are_told_without_salt
            }
            credentials {
                a_login_is_found_by_its_address_in_any_case
                of_two_addresses_the_exact_one_is_found
                who_has_left_is_found_as_somebody_who_has_left
                the_doctors_who_may_sign_in_are_told_by_id
            }
            sign_ons {
                a_subject_is_linked_for_good
                one_issuer_has_one_subject_for_a_person
                subjects_are_compared_to_the_letter
                an_account_is_found_by_its_identifier
                who_has_left_is_found_by_their_link_and_says_so
                nobody_is_linked_to_nobody
                a_link_to_a_deleted_account_gives_way
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
