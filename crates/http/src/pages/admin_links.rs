/// The ways from one page of administrators to the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AdminLinks {
    /// To the checks of Stream Chat.
    pub(crate) checks: bool,
    /// To the page on which rooms move.
    pub(crate) moves: bool,
    /// To the staff.
    pub(crate) staff: bool,
    /// To the audit.
    pub(crate) audit: bool,
    /// To retention.
    pub(crate) retention: bool,
    /// Offers to sign out; a host service with a login of its own has its own place for that.
    pub(crate) sign_out: bool,
}

impl AdminLinks {
    /// The pages beside the one that is shown: label, address and the name for tests.
    pub(crate) fn pages(
        self,
        here: &'static str,
    ) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        let all = [
            (self.checks, ("Checks", "/admin/checks", "to-checks")),
            (self.moves, ("Moving rooms", "/admin/moves", "to-moves")),
            (self.staff, ("Staff", "/admin/people", "to-staff")),
            (self.audit, ("Audit", "/admin/audit", "to-audit")),
            (
                self.retention,
                ("Retention", "/admin/retention", "to-retention"),
            ),
        ];
        all.into_iter()
            .filter(move |(is_there, (label, ..))| *is_there && *label != here)
            .map(|(_, page)| page)
    }
}
