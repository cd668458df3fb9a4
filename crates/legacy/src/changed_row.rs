use diesel::Queryable;

/// The text of a message before the other application changed it, in this order of columns.
#[derive(Clone, Debug, Queryable)]
pub struct ChangedRow {
    /// Of several changes the order.
    pub id: i64,
    /// The message.
    pub message: i64,
    /// Its room.
    pub room: i64,
    /// The text before.
    pub text: Option<String>,
    /// When it was changed, in microseconds.
    pub at: i64,
}

impl ChangedRow {
    /// The texts of a message that others took the place of, and when; `rows` are its changes in their order,
    /// `now` what stands there after them, none when the message was deleted.
    pub fn replaced<'a>(rows: &'a [Self], now: Option<Option<&str>>) -> Vec<(&'a str, i64)> {
        let after = |index: usize| rows.get(index + 1).map(|next| next.text.as_deref()).or(now);
        rows.iter()
            .enumerate()
            .filter(|(index, row)| after(*index) != Some(row.text.as_deref()))
            .filter_map(|(_, row)| Some((row.text.as_deref()?, row.at)))
            .filter(|(text, _)| !text.is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&str]) -> Vec<ChangedRow> {
        let row = |(at, text): (i64, &&str)| ChangedRow {
            id: at,
            message: 1,
            room: 1,
            text: Some((*text).to_owned()),
            at,
        };
        (0..).zip(texts).map(row).collect()
    }

    #[test]
    fn a_text_is_replaced_where_another_one_follows() {
        let changes = rows(&["50 mg", "5 mg", "5 mg"]);
        let replaced = ChangedRow::replaced(&changes, Some(Some("50 mg")));
        assert_eq!(replaced, [("50 mg", 0), ("5 mg", 2)]);
        let recalled = rows(&["50 mg"]);
        assert!(ChangedRow::replaced(&recalled, Some(Some("50 mg"))).is_empty());
        assert_eq!(ChangedRow::replaced(&recalled, None), [("50 mg", 0)]);
        assert!(ChangedRow::replaced(&rows(&[""]), None).is_empty());
    }
}
