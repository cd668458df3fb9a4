use super::{AuditCheck, Fault};
use crate::{AuditKey, AuditTrail, Result};

/// Statements that are read at once.
const AT_ONCE: u32 = 100;

/// Gaps that the rules of retention made, as their signed statements say.
#[derive(Default)]
pub(super) struct Explained {
    /// From one id through another, in their order; no two have an id in common.
    ranges: Vec<(i64, i64)>,
    /// The newest statement that was read.
    number: i64,
}

impl Explained {
    /// Reads the statements that came since they were read last.
    pub(super) async fn read(
        &mut self,
        trail: &dyn AuditTrail,
        key: &AuditKey,
        check: &mut AuditCheck,
    ) -> Result<()> {
        loop {
            let page = trail.removed(self.number, AT_ONCE).await?;
            let Some(newest) = page.last() else { break };
            self.number = newest.number;
            for statement in page {
                if statement.is_genuine(key) {
                    self.ranges.extend(statement.ranges);
                } else {
                    let number = statement.number;
                    check.fault(Fault::Statement { number });
                }
            }
        }
        self.ranges.sort_unstable();
        Ok(())
    }

    /// Whether an entry is one that was removed.
    pub(super) fn has(&self, entry: i64) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= entry);
        let before = after.checked_sub(1).and_then(|at| self.ranges.get(at));
        before.is_some_and(|(_, last)| entry <= *last)
    }
}
