use std::{io::IsTerminal, time::Instant};

use migration::Progress;

use crate::cli::say::aside;

/// Says how far something has come, how fast it goes and how long it will take, for the person who
/// waits: on one line of a terminal, and else a line every so often.
pub(in crate::cli) struct Teller {
    is_terminal: bool,
    doing: String,
    since: Instant,
    told: u64,
}

/// Rows between two lines that are no terminal's.
const EVERY: u64 = 10_000;

impl Teller {
    pub(in crate::cli) fn new() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
            doing: String::new(),
            since: Instant::now(),
            told: 0,
        }
    }

    pub(in crate::cli) fn tell(&mut self, progress: Progress<'_>) {
        if self.doing != progress.doing {
            self.end();
            progress.doing.clone_into(&mut self.doing);
            (self.since, self.told) = (Instant::now(), 0);
        }
        let line = line(progress, self.since.elapsed().as_secs_f64());
        if self.is_terminal {
            // What is longer of the line before is blotted out.
            aside(format_args!("\r{line}\x1b[K"));
        } else if progress.come_to / EVERY > self.told {
            self.told = progress.come_to / EVERY;
            aside(format_args!("{line}\n"));
        }
    }

    /// Leaves the line.
    pub(in crate::cli) fn end(&self) {
        if self.is_terminal && !self.doing.is_empty() {
            aside("\n");
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people"
)]
fn line(progress: Progress<'_>, seconds: f64) -> String {
    let Progress { doing, come_to, of } = progress;
    let rate = come_to as f64 / seconds.max(0.001);
    match of {
        Some(of) => {
            let left = of.saturating_sub(come_to) as f64 / rate;
            format!(
                "{doing}: {come_to} of {of}, {rate:.0} a second, {} s left",
                left.ceil() as u64
            )
        }
        None => format!("{doing}: {come_to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_rate_and_time_left() {
        let progress = Progress {
            doing: "messages",
            come_to: 500,
            of: Some(2_000),
        };
        assert_eq!(
            line(progress, 0.5),
            "messages: 500 of 2000, 1000 a second, 2 s left"
        );
        let progress = Progress {
            of: None,
            ..progress
        };
        assert_eq!(line(progress, 0.5), "messages: 500");
    }
}
