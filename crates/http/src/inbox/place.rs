use std::fmt;

use domain::{InvalidPage, RoomCursor};

/// How far a reader has come in the list of one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    After(RoomCursor),
    End,
}

/// How far in each chat, in the order of the mounts. As text the cursor of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places(pub(super) Vec<Place>);

const START: &str = "start";
const END: &str = "end";
/// Stands in no id and no number, and needs no escape in an address.
const BETWEEN: char = '~';

impl Places {
    /// Reads a cursor over so many chats; without one all are at their start.
    ///
    /// # Errors
    /// When it is none, or of other mounts.
    pub(super) fn read(cursor: Option<&str>, chats: usize) -> Result<Self, InvalidPage> {
        let Some(cursor) = cursor else {
            return Ok(Self(vec![Place::Start; chats]));
        };
        let places = cursor.split(BETWEEN).map(|place| match place {
            START => Ok(Place::Start),
            END => Ok(Place::End),
            after => RoomCursor::parse(after).map(Place::After),
        });
        let places: Vec<Place> = places.collect::<Result<_, _>>()?;
        if places.len() == chats {
            Ok(Self(places))
        } else {
            Err(InvalidPage::Cursor)
        }
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, place) in self.0.iter().enumerate() {
            if number > 0 {
                write!(f, "{BETWEEN}")?;
            }
            match place {
                Place::Start => f.write_str(START)?,
                Place::End => f.write_str(END)?,
                Place::After(cursor) => write!(f, "{cursor}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_they_are_written() {
        let text = "start~1790000000123456789_group-legacy-7~end";
        assert_eq!(Places::read(Some(text), 3).unwrap().to_string(), text);
        assert_eq!(Places::read(None, 2).unwrap().to_string(), "start~start");
        for (text, chats) in [(text, 2), ("", 0), ("", 1), ("start~", 2), ("1_", 1)] {
            assert!(Places::read(Some(text), chats).is_err(), "{text}");
        }
    }
}
