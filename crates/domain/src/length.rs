use std::fmt;

/// How much longer a text is than it may be, in Unicode scalar values. Pages count the same (`length.js`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Characters too many.
    pub over: usize,
    /// Most characters.
    pub most: usize,
}

impl TooLong {
    /// Counts.
    ///
    /// # Errors
    /// [`TooLong`], when there are more than `most` characters.
    pub(crate) fn check(text: &str, most: usize) -> Result<(), Self> {
        let over = text.chars().count().saturating_sub(most);
        if over == 0 {
            Ok(())
        } else {
            Err(Self { over, most })
        }
    }
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let characters = if self.over == 1 {
            "character"
        } else {
            "characters"
        };
        write!(
            f,
            "is {} {characters} too long: at most {} are possible",
            grouped(self.over),
            grouped(self.most)
        )
    }
}

impl std::error::Error for TooLong {}

/// A number with a comma before every third digit from the right.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_counted_and_the_surplus_is_said() {
        for text in ["", &"e".repeat(40), &"é".repeat(40), &"👩".repeat(40)] {
            assert_eq!(TooLong::check(text, 40), Ok(()), "{text}");
        }
        let joined = "👩🏽‍⚕️"; // 5 code points
        let one = TooLong::check(joined, 4).unwrap_err();
        assert_eq!(
            one.to_string(),
            "is 1 character too long: at most 4 are possible"
        );
        let many = TooLong::check(&"a".repeat(1_234_567), 5_000).unwrap_err();
        assert_eq!(
            many.to_string(),
            "is 1,229,567 characters too long: at most 5,000 are possible"
        );
    }
}
