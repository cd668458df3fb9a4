use crate::{FileRemark, Place};

/// Resources whose reference finds nobody in the file, counted.
pub(super) struct Loose {
    kind: &'static str,
    of: &'static str,
    about_others: Counted,
    unresolved: Counted,
}

#[derive(Default)]
struct Counted {
    count: usize,
    first: Option<Place>,
}

impl Counted {
    fn note(&mut self, place: &Place) {
        self.count += 1;
        self.first.get_or_insert_with(|| place.clone());
    }
}

impl Loose {
    pub(super) fn new(kind: &'static str, of: &'static str) -> Self {
        Self {
            kind,
            of,
            about_others: Counted::default(),
            unresolved: Counted::default(),
        }
    }

    /// Notes one that is about nobody in the file, or that says nothing of today.
    pub(super) fn note(&mut self, place: &Place) {
        self.about_others.note(place);
    }

    /// Notes one that counts today and may be about somebody in the file.
    pub(super) fn note_gap(&mut self, place: &Place) {
        self.unresolved.note(place);
    }

    /// Whether the file may say more of somebody than is known.
    pub(super) fn has_gaps(&self) -> bool {
        self.unresolved.count > 0
    }

    /// Remarks for the operator. `kept` is what nobody loses because of the gaps.
    pub(super) fn remarks(self, kept: &'static str) -> impl Iterator<Item = FileRemark> {
        let Self {
            kind,
            of,
            about_others,
            unresolved,
        } = self;
        let others = about_others.first.map(|first| FileRemark::Loose {
            kind,
            of,
            count: about_others.count,
            first,
        });
        let gaps = unresolved.first.map(|first| FileRemark::Unresolved {
            kind,
            of,
            count: unresolved.count,
            first,
            kept,
        });
        others.into_iter().chain(gaps)
    }
}
