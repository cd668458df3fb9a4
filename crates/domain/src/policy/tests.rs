use super::*;

#[test]
fn nobody_but_a_doctor_is_allowed_anything() {
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Doctor) {
        for standing in Standing::ALL {
            let of_chat = Action::ALL
                .iter()
                .filter(|action| !action.is_for_administrators() && !action.is_of_the_account());
            for action in of_chat {
                let denied = Decision::Denied(Denied::because(Reason::NotADoctor));
                assert_eq!(
                    decide(role, standing, *action),
                    denied,
                    "{role} {standing:?} {action}"
                );
            }
        }
    }
}

#[test]
fn only_administrators_look_after_the_chat() {
    for (role, standing) in Role::ALL
        .into_iter()
        .flat_map(|role| Standing::ALL.map(|standing| (role, standing)))
    {
        for action in [
            Action::ViewChecks,
            Action::MoveRooms,
            Action::ExportRecords,
            Action::ReadAudit,
        ] {
            let is_allowed = decide(role, standing, action) == Decision::Allowed;
            assert_eq!(is_allowed, role == Role::Administrator, "{role} {action}");
        }
    }
}

#[test]
fn who_is_not_in_the_room_cannot_tell_it_from_none() {
    for standing in [Standing::Outsider, Standing::Former, Standing::Removed] {
        // Who was taken out knows the room, and is told so when they open it again.
        for action in Action::ALL
            .iter()
            .filter(|action| !action.is_for_administrators() && **action != Action::OpenPatientRoom)
        {
            if let Decision::Denied(denied) = decide(Role::Doctor, standing, *action) {
                assert!(!denied.is_visible(), "{standing:?} {action}");
            }
        }
    }
}
