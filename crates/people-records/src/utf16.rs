use std::io::{self, BufRead, Read};

/// A byte that stands in no UTF-8 text: it marks what was no UTF-16 either.
const NO_TEXT: u8 = 0xff;

/// UTF-16 read as UTF-8.
pub(crate) struct Utf16<R> {
    input: R,
    big_endian: bool,
    /// A unit that was read ahead.
    ahead: Option<u16>,
    letter: [u8; 4],
    /// The part of `letter` that was not handed out.
    rest: std::ops::Range<usize>,
}

impl<R: BufRead> Utf16<R> {
    pub(crate) fn new(input: R, big_endian: bool) -> Self {
        Self {
            input,
            big_endian,
            ahead: None,
            letter: [0; 4],
            rest: 0..0,
        }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let read = self.input.by_ref().take(1).read_exact(&mut byte);
        match read {
            Ok(()) => Ok(Some(byte[0])),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn unit(&mut self) -> io::Result<Option<u16>> {
        if let Some(unit) = self.ahead.take() {
            return Ok(Some(unit));
        }
        let Some(first) = self.byte()? else {
            return Ok(None);
        };
        // A file that ends within a unit: half a surrogate is no text.
        let Some(second) = self.byte()? else {
            return Ok(Some(0xd800));
        };
        let bytes = [first, second];
        Ok(Some(if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }))
    }

    /// Reads the next character; false at the end.
    fn next_letter(&mut self) -> io::Result<bool> {
        let Some(unit) = self.unit()? else {
            return Ok(false);
        };
        let mut units = vec![unit];
        if (0xd800..0xdc00).contains(&unit)
            && let Some(next) = self.unit()?
        {
            if (0xdc00..0xe000).contains(&next) {
                units.push(next);
            } else {
                self.ahead = Some(next);
            }
        }
        let written = match char::decode_utf16(units).next() {
            Some(Ok(letter)) => letter.encode_utf8(&mut self.letter).len(),
            _ => {
                self.letter[0] = NO_TEXT;
                1
            }
        };
        self.rest = 0..written;
        Ok(true)
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < into.len() {
            if let Some(at) = self.rest.next() {
                into[written] = self.letter[at];
                written += 1;
            } else {
                match self.next_letter() {
                    Ok(true) => {}
                    Ok(false) => break,
                    // The error comes again at the next call.
                    Err(_) if written > 0 => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(written)
    }
}
