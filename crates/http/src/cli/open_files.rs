//! How many files and connections the process may have open.

/// More is never needed; raising it further costs some systems memory.
const ENOUGH: u64 = 65_536;

/// Raises the soft limit of open files to the hard one, and says what may be open then. Systems give
/// 1,024 to a process that does not ask.
#[cfg(unix)]
pub(super) fn raised() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let hard = limit.maximum.unwrap_or(ENOUGH);
    let soft = limit.current.unwrap_or(ENOUGH);
    let wanted = hard.min(ENOUGH).max(soft);
    let raised = Rlimit {
        current: Some(wanted),
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(_) => soft,
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub(super) fn raised() -> u64 {
    ENOUGH
}

/// How many connections there is room for, when so many files may be open: the database, attachments and
/// the log need some too.
pub(super) fn connections(open: u64, wanted: usize) -> usize {
    let kept = (open / 4).clamp(64, 256).min(open / 2);
    usize::try_from(open - kept)
        .unwrap_or(usize::MAX)
        .min(wanted)
        .max(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_are_kept_for_everything_else() {
        assert_eq!(connections(65_536, 10_000), 10_000);
        assert_eq!(connections(1_024, 10_000), 768);
        assert_eq!(connections(256, 10_000), 192);
        assert_eq!(connections(16, 10_000), 8);
    }
}
