use strsim::osa_distance;

use crate::PatientWords;

/// Whether two full names are easily taken for each other: the same surname with a similar first
/// name, or names that differ by a letter or two.
pub fn is_near_namesake(one: &str, other: &str) -> bool {
    let (one, other) = (PatientWords::name(one), PatientWords::name(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    if one == other {
        return true;
    }
    let (Some((given, surname)), Some((other_given, other_surname))) = (parts(&one), parts(&other))
    else {
        return osa_distance(&one, &other) <= 1 && one.chars().count() > 4;
    };
    if surname == other_surname && is_similar(given, other_given) {
        return true;
    }
    let length = one.chars().count().min(other.chars().count());
    let allowed = if length < 12 { 1 } else { 2 };
    given.chars().next() == other_given.chars().next() && osa_distance(&one, &other) <= allowed
}

/// The first word and the last.
fn parts(name: &str) -> Option<(&str, &str)> {
    let (given, rest) = name.split_once(' ')?;
    Some((given, rest.rsplit(' ').next().unwrap_or(rest)))
}

fn is_similar(one: &str, other: &str) -> bool {
    let (short, long) = if one.chars().count() <= other.chars().count() {
        (one, other)
    } else {
        (other, one)
    };
    let is_initial = short.chars().count() == 1;
    if is_initial || short.chars().count() >= 3 {
        let begins = common_prefix(short, long) >= short.chars().count().min(4);
        if begins {
            return true;
        }
    }
    osa_distance(one, other) <= (long.chars().count() / 4).max(1)
}

fn common_prefix(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_are_taken_for_each_other() {
        for (one, other) in [
            ("Bertrand Ashgrove", "Bertram Ashgrove"),
            ("Sarah Lindqvist", "SARA LINDQVIST"),
            ("Brian Holt", "Brain Holt"),
            ("Ann Holt", "Anneliese Holt"),
            ("Henrike Solberg", "Henrika Sollberg"),
            ("J Holt", "Jonas Holt"),
            ("Zoë Kerr", "Zoe Kerr"),
            ("Odalys Fernwick", "Odalys Fernwick"),
        ] {
            assert!(is_near_namesake(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn names_that_are_not() {
        for (one, other) in [
            ("Odalys Fernwick", "Casimir Dunmore"),
            ("Jane Holt", "Peter Holt"),
            ("Bertrand Ashgrove", "Yusra Ashgrove"),
            ("Amara Vint", "Leif Tamsin-Oduya"),
            ("Ana Ruiz", "Eva Cruz"),
            ("", "Ana Ruiz"),
        ] {
            assert!(!is_near_namesake(one, other), "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_who_is_named_first(one in "[a-z]{1,9} [a-z]{1,9}", other in "[a-z]{1,9} [a-z]{1,9}") {
            prop_assert_eq!(is_near_namesake(&one, &other), is_near_namesake(&other, &one));
        }

        #[test]
        fn everybody_is_a_namesake_of_their_own(name in "[A-Z][a-z]{1,9} [A-Z][a-z]{1,9}") {
            prop_assert!(is_near_namesake(&name, &name.to_uppercase()));
        }
    }
}
