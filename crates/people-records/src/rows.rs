use std::fmt;

use crate::{FileRemark, Place, Refusal, Remark, Unreadable};

/// One row of a file: somebody, or why not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row<T> {
    /// Part of the file that it stands in.
    pub place: Place,
    /// The record, or why there is none.
    pub record: Result<T, Refusal>,
    /// Remarks for the operator, whether the row was taken or not.
    pub remarks: Vec<Remark>,
}

impl<T> Row<T> {
    pub(crate) fn refused(place: Place, refusal: Refusal) -> Self {
        Self {
            place,
            record: Err(refusal),
            remarks: Vec::new(),
        }
    }
}

/// The rows of a file, one after the other. After an error there are no more.
///
/// An error in the middle means that the file was not seen whole: whoever takes it as a whole list must
/// then do nothing.
pub struct Rows<'r, T> {
    remarks: Vec<FileRemark>,
    rows: Source<'r, T>,
    failed: bool,
}

type Source<'r, T> = Box<dyn Iterator<Item = Result<Row<T>, Unreadable>> + Send + 'r>;

impl<'r, T> Rows<'r, T> {
    pub(crate) fn new(
        remarks: Vec<FileRemark>,
        rows: impl Iterator<Item = Result<Row<T>, Unreadable>> + Send + 'r,
    ) -> Self {
        Self {
            remarks,
            rows: Box::new(rows),
            failed: false,
        }
    }

    /// Remarks on the file as a whole. Complete before the first row is read.
    pub fn remarks(&self) -> &[FileRemark] {
        &self.remarks
    }
}

impl<T> Iterator for Rows<'_, T> {
    type Item = Result<Row<T>, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let row = self.rows.next()?;
        self.failed = row.is_err();
        Some(row)
    }
}

impl<T> fmt::Debug for Rows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("remarks", &self.remarks)
            .finish_non_exhaustive()
    }
}
