//! The suites of ports that only some stores have.

/// Expands to the suite of [`Moves`](crate::Moves), each case on a
/// [`MovesFixture`](crate::conformance::MovesFixture) that `fresh().await` makes for it.
#[macro_export]
macro_rules! moves_conformance {
    ($fresh:path) => {
        $crate::conformance! { @mount $fresh;
            moves {
                two_rooms_are_tied_once
                what_was_carried_only_grows
                a_room_is_switched_only_as_it_was_carried
                a_moved_room_is_none_for_doctors
                a_send_from_before_the_move_is_answered_again
                a_moved_direct_room_is_not_made_again
                a_returned_room_is_as_it_was
                a_held_room_takes_nothing_until_it_is_let_go
                no_post_falls_between_the_chats
            }
            returns {
                what_was_written_there_comes_back_once
                what_became_of_messages_there_is_kept
                messages_stand_in_the_order_they_had_there
                people_and_marks_are_those_they_were_there
                files_come_back_with_their_messages
            }
        }
    };
}

/// Expands to the suite of [`Records`](crate::Records), each case on a
/// [`RecordsFixture`](crate::conformance::RecordsFixture) that `fresh().await` makes for it.
#[macro_export]
macro_rules! records_conformance {
    ($fresh:path) => {
        $crate::conformance! { @mount $fresh;
            records {
                a_room_is_recorded_as_a_whole
                what_was_changed_is_recorded_as_it_is
                every_room_is_found_once
                rooms_of_a_patient_are_found_and_no_others
                what_is_not_there_is_not_found
            }
        }
    };
}

/// Expands to the suite of [`Disposal`](crate::Disposal), each case on a
/// [`DisposalFixture`](crate::conformance::DisposalFixture) that `fresh().await` makes for it.
#[macro_export]
macro_rules! disposal_conformance {
    ($fresh:path) => {
        $crate::conformance! { @mount $fresh;
            disposal {
                every_room_is_there_with_its_people
                what_is_old_enough_is_due
                a_removed_message_is_nowhere
                removing_leaves_other_rooms_alone
                files_go_with_their_messages
                a_message_stays_without_its_files
            }
        }
    };
}

/// Expands to the suites of [`LegalHolds`](crate::LegalHolds) and
/// [`RetentionReceipts`](crate::RetentionReceipts), each case on a
/// [`RetainingFixture`](crate::conformance::RetainingFixture) that `fresh().await` makes for it.
#[macro_export]
macro_rules! retaining_conformance {
    ($fresh:path) => {
        $crate::conformance! { @mount $fresh;
            legal_holds {
                holds_are_kept_to_the_letter_and_never_removed
                a_receipt_is_read_as_it_was_signed
            }
        }
    };
}

/// Expands to the suite of [`Adoption`](crate::Adoption): one `#[tokio::test]` a case, each on an
/// [`AdoptionFixture`](crate::conformance::AdoptionFixture) that `fresh().await` makes for it.
#[macro_export]
macro_rules! adoption_conformance {
    ($fresh:path) => {
        $crate::conformance! { @mount $fresh;
            adoption {
                known_are_those_who_are_here
                messages_stand_in_the_order_of_their_times
                nobody_sees_a_room_before_its_participants_come
                bringing_everything_again_changes_nothing
                what_comes_later_gets_the_next_places
                a_system_message_is_nobodys
                a_direct_room_is_the_one_of_its_pair
                a_second_direct_room_is_a_group_beside_it
                the_room_of_a_patient_is_found_by_the_patient
                a_reply_names_what_it_answers
                what_was_deleted_shows_as_recalled
                a_locked_message_gets_its_words
                what_was_deleted_since_shows_as_recalled
                a_deleted_room_is_hidden
                a_file_comes_with_its_message_once
                what_refers_to_nothing_is_left_out
            }
            adopted_sources {
                two_sources_do_not_mix
                the_tables_of_a_source_are_those_said_last
            }
            taking_back {
                what_was_brought_goes_and_comes_again
                a_room_in_which_somebody_wrote_stays
                who_only_read_keeps_no_room
                what_another_source_has_stays
            }
            adopted_since {
                what_was_edited_since_is_edited
                another_message_of_the_same_key_edits_nothing
                edits_of_the_source_keep_no_room
                what_the_other_application_changed_stays
                a_room_has_the_title_of_its_source
                whom_the_other_application_lets_in_again_stays
                who_read_on_has_read_up_to_what_was_written_here
                a_file_takes_the_place_of_its_placeholder
            }
            adopted_readers {
                what_is_read_is_not_unread_and_says_when
                the_last_reading_of_a_participant_is_kept
                a_mark_that_went_back_stays_there
                who_left_here_is_not_let_in_again
                who_left_at_the_source_since_leaves_here
                who_is_not_here_writes_under_their_name_and_takes_no_part
                what_was_kept_under_another_key_is_found
            }
        }
    };
}
