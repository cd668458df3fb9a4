use domain::StaffId;

use super::Finding;
use crate::{client::Client, users::doctors_at};

/// Most ids a finding names.
const NAMED: usize = 10;

/// Whether the addresses that doctors are to sign in with are addresses. Stream is not told them.
pub fn emails(doctors: &[(StaffId, String)]) -> Finding {
    const CHECK: &str = "doctor-email";
    let wrong: Vec<&StaffId> = doctors
        .iter()
        .filter(|(_, email)| !is_address(email))
        .map(|(id, _)| id)
        .collect();
    if wrong.is_empty() {
        let found = format!(
            "the e-mail addresses of all {} doctors are valid",
            doctors.len()
        );
        return Finding::good(CHECK, found);
    }
    let found = format!(
        "{} of {} doctors have an e-mail address that is none: {}",
        wrong.len(),
        doctors.len(),
        named(&wrong)
    );
    let remedy =
        "correct users.email of these doctors in the HIMS: they cannot sign in or be written to";
    Finding::warning(CHECK, found, remedy)
}

/// Counts the doctors whom Stream does not know yet. Such doctors are no fault.
pub async fn users(client: &Client, doctors: &[(StaffId, String)]) -> Finding {
    const CHECK: &str = "users";
    match doctors_at(client).await {
        Ok(known) => {
            let missing = doctors.iter().filter(|(id, _)| !known.contains(id)).count();
            let found = match missing {
                0 => format!("Stream knows all {} doctors", doctors.len()),
                _ => format!(
                    "Stream does not know {missing} of {} doctors yet, which is normal: they are created when they \
                     first use the chat",
                    doctors.len()
                ),
            };
            Finding::good(CHECK, found)
        }
        Err(error) => {
            let found = format!("could not be asked: {error}");
            Finding::warning(CHECK, found, "run the check again")
        }
    }
}

fn named(ids: &[&StaffId]) -> String {
    let some: Vec<&str> = ids.iter().take(NAMED).map(|id| id.as_str()).collect();
    let some = some.join(", ");
    match ids.len().checked_sub(NAMED) {
        None | Some(0) => format!("ids {some}"),
        Some(more) => format!("ids {some} and {more} more"),
    }
}

/// Whether mail servers deliver to an address like this (RFC 5321), without the forms nobody uses.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local = |byte: u8| byte > b' ' && byte != 0x7f && !b"@,;:<>()[]\\\"".contains(&byte);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.bytes().all(is_local)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for good in [
            "d01@larkmere.example",
            "o'neill+chat@a-b.example",
            "é@ü.example",
        ] {
            assert!(is_address(good), "{good}");
        }
        for none in [
            "",
            "d01",
            "d01@",
            "@larkmere.example",
            "d 01@larkmere.example",
            "d01@larkmere..example",
            "d01@-a.example",
            "a@b@c.example",
            "d01.@larkmere.example",
        ] {
            assert!(!is_address(none), "{none}");
        }
    }

    #[test]
    fn a_wrong_address_is_told_by_the_id_alone() {
        let doctors: Vec<_> = (1..=30)
            .map(|id| (StaffId::from(id), "not an address".to_owned()))
            .collect();
        let found = emails(&doctors);
        assert_eq!(found.verdict, Verdict::Warning);
        assert!(
            found
                .found
                .ends_with("ids 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more")
        );
        assert!(found.remedy.is_some() && !format!("{found:?}").contains("not an address"));
        assert_eq!(emails(&[]).verdict, Verdict::Good);
    }
}
