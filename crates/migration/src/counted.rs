/// A number of things by their word for one, whose plural ends in `s`: `1 room`, `2 rooms`.
pub fn counted(number: impl TryInto<u64>, one: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {one}{plural}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_one() {
        assert_eq!(counted(0_u64, "room"), "0 rooms");
        assert_eq!(counted(1_usize, "room"), "1 room");
        assert_eq!(counted(2_u64, "message"), "2 messages");
    }
}
