use std::io::{self, Read};

use csv::StringRecord;

/// The fields of rows, split by the csv crate.
///
/// One reader is kept for all rows, as making one costs more than reading a row; each row is handed to it
/// with its end, so that it never waits for more.
pub(crate) struct Fields {
    reader: csv::Reader<Feed>,
}

impl Fields {
    pub(crate) fn new(separator: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(Feed::default());
        Self { reader }
    }

    /// Splits one row, whose quotation marks are closed; `None` if they are not.
    pub(crate) fn split(&mut self, row: &str) -> Option<StringRecord> {
        let feed = self.reader.get_mut();
        feed.bytes.clear();
        feed.bytes.extend_from_slice(row.as_bytes());
        feed.bytes.push(b'\n');
        feed.at = 0;
        let mut record = StringRecord::new();
        let is_row = self.reader.read_record(&mut record).ok()?;
        is_row.then_some(record)
    }
}

/// The row that is read next.
#[derive(Default)]
struct Feed {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Feed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.get(self.at..).unwrap_or_default().read(into)?;
        self.at += read;
        Ok(read)
    }
}
