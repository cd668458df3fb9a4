//! The lines of a file, in either encoding and with any line ends.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use crate::{Reason, Unreadable, utf16::Utf16};

/// A line without its end.
#[derive(Debug)]
pub(crate) struct Line {
    /// As an editor counts, from 1.
    pub(crate) number: u64,
    /// The text, with U+FFFD for what is none.
    pub(crate) text: String,
    pub(crate) fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Bytes that are not of this encoding.
    NotText(&'static str),
    /// More than so many bytes. The text is left out.
    TooLong(usize),
}

impl Line {
    /// Why nothing is read from the line, as a reason for its row.
    pub(crate) fn reason(&self) -> Option<Reason> {
        let line = self.number;
        Some(match self.fault? {
            Fault::NotText(encoding) => Reason::NotText { line, encoding },
            Fault::TooLong(most) => Reason::LineTooLong { line, most },
        })
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.fault.is_none() && self.text.trim().is_empty()
    }
}

/// Reads a file line by line: UTF-8, or UTF-16 with a byte order mark. A line ends with LF, CR LF or CR.
pub(crate) struct Lines<'r> {
    input: Box<dyn BufRead + Send + 'r>,
    encoding: &'static str,
    read: u64,
    most: usize,
    failed: bool,
}

impl<'r> Lines<'r> {
    pub(crate) fn new(mut input: impl Read + Send + 'r, most: usize) -> Result<Self, Unreadable> {
        let mut mark = Vec::new();
        let read = input.by_ref().take(3).read_to_end(&mut mark);
        read.map_err(|source| Unreadable::Io { line: 0, source })?;
        let (rest, big_endian) = match mark.as_slice() {
            [0xef, 0xbb, 0xbf] => (&[] as &[u8], None),
            [0xff, 0xfe, rest @ ..] => (rest, Some(false)),
            [0xfe, 0xff, rest @ ..] => (rest, Some(true)),
            rest => (rest, None),
        };
        let input = Cursor::new(rest.to_vec()).chain(input);
        let (input, encoding): (Box<dyn BufRead + Send + 'r>, _) = match big_endian {
            Some(big) => {
                let text = Utf16::new(BufReader::new(input), big);
                (Box::new(BufReader::new(text)), "UTF-16")
            }
            None => (Box::new(BufReader::new(input)), "UTF-8"),
        };
        Ok(Self {
            input,
            encoding,
            read: 0,
            most,
            failed: false,
        })
    }

    /// Sets the most bytes of a line.
    pub(crate) fn at_most(&mut self, most: usize) {
        self.most = most;
    }

    /// The first character that is no white space, of what lies in memory. Nothing is taken.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Unreadable> {
        let line = self.read;
        let ahead = self.ahead();
        let ahead = ahead.map_err(|source| Unreadable::Io { line, source })?;
        Ok(ahead
            .iter()
            .copied()
            .find(|byte| !byte.is_ascii_whitespace()))
    }

    /// The bytes that come next; none at the end of the file.
    fn ahead(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.input.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.input.fill_buf()
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut any = false;
        let mut too_long = false;
        loop {
            let most = self.most;
            let ahead = self.ahead()?;
            if ahead.is_empty() {
                break;
            }
            any = true;
            let end = ahead.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = &ahead[..end.unwrap_or(ahead.len())];
            too_long |= bytes.len() + part.len() > most;
            if too_long {
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(part);
            }
            let end = end.map(|at| (at, ahead[at]));
            let taken = end.map_or(ahead.len(), |(at, _)| at + 1);
            self.input.consume(taken);
            if let Some((_, end)) = end {
                if end == b'\r' && self.ahead()?.first() == Some(&b'\n') {
                    self.input.consume(1);
                }
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.read += 1;
        let (text, fault) = match String::from_utf8(bytes) {
            Ok(text) => (text, too_long.then_some(Fault::TooLong(self.most))),
            Err(error) => (
                String::from_utf8_lossy(error.as_bytes()).into_owned(),
                Some(Fault::NotText(self.encoding)),
            ),
        };
        Ok(Some(Line {
            number: self.read,
            text,
            fault,
        }))
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Line, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let line = self.line().transpose()?;
        self.failed = line.is_err();
        let read = self.read;
        Some(line.map_err(|source| Unreadable::Io { line: read, source }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], most: usize) -> Vec<(u64, String, Option<Fault>)> {
        // One byte at a time, so that every end of a line is cut in two.
        let lines = Lines::new(OneByte(bytes), most).unwrap();
        lines
            .map(Result::unwrap)
            .map(|line| (line.number, line.text, line.fault))
            .collect()
    }

    struct OneByte<'a>(&'a [u8]);

    impl Read for OneByte<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(1);
            self.0.read(&mut into[..most])
        }
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        read(bytes, 99).into_iter().map(|line| line.1).collect()
    }

    #[test]
    fn every_end_of_a_line_counts() {
        assert_eq!(
            texts(b"a\nb\r\nc\rd\n\n\r\re"),
            ["a", "b", "c", "d", "", "", "", "e"]
        );
        assert_eq!(texts(b"a\r\n"), ["a"]);
        assert!(texts(b"").is_empty());
        assert_eq!(read(b"x\r\n\r\ny", 99)[2], (3, "y".to_owned(), None));
    }

    #[test]
    fn marks_of_the_encoding_are_no_text() {
        assert_eq!(texts(b"\xef\xbb\xbfa\nb"), ["a", "b"]);
        assert_eq!(texts(b"\xff\xfea\0\r\0\n\0\xe9\0"), ["a", "é"]);
        assert_eq!(texts(b"\xfe\xff\0a\0\n\xd8\x3d\xde\x00"), ["a", "😀"]);
        assert!(texts(b"\xef\xbb\xbf").is_empty());
        assert!(texts(b"\xff\xfe").is_empty());
    }

    #[test]
    fn bytes_that_are_no_text_are_named_by_line() {
        let lines = read(b"good\nM\xfcller\ngood", 99);
        assert_eq!(lines[1].2, Some(Fault::NotText("UTF-8")));
        assert_eq!(lines[2], (3, "good".to_owned(), None));
        for bytes in [b"\xff\xfea\0\x00\xd8b\0" as &[u8], b"\xff\xfea\0b"] {
            assert_eq!(read(bytes, 99)[0].2, Some(Fault::NotText("UTF-16")));
        }
    }

    #[test]
    fn a_long_line_is_not_kept() {
        let lines = read(b"12345\n123456\n1", 5);
        assert_eq!(lines[0].2, None);
        assert_eq!(lines[1], (2, String::new(), Some(Fault::TooLong(5))));
        assert_eq!(lines[2].1, "1");
    }

    #[test]
    fn a_fault_of_the_disk_ends_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let mut lines = Lines::new((b"abc\nd" as &[u8]).chain(Broken), 99).unwrap();
        assert_eq!(lines.next().unwrap().unwrap().text, "abc");
        let error = lines.next().unwrap().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the file cannot be read after line 1: gone"
        );
        assert!(lines.next().is_none());
    }
}
