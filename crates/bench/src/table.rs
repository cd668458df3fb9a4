use std::{fmt::Write, fs, path::Path};

use crate::{Result, figures::Run};

const BEGINS: &str = "<!-- scripts/bench writes from here -->";
const ENDS: &str = "<!-- to here -->";

/// Measured values, as people read them.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    /// The value that was measured by turns with it.
    pub(crate) beside: String,
    /// Not a number where there is nothing to compare with.
    pub(crate) ratio: f64,
    pub(crate) floor: &'static str,
    pub(crate) goal: &'static str,
}

impl Table {
    pub(crate) fn add(&mut self, row: Row) {
        say(&row.text());
        self.0.push(row);
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("{}\n\n", machine());
        text.push_str(
            "| measure | ours | beside it | ratio | floor | goal |\n|---|---|---|---|---|---|\n",
        );
        for row in &self.0 {
            text.push_str(&row.text());
            text.push('\n');
        }
        text
    }

    /// Puts the table between the marks of a file.
    pub(crate) fn write_into(&self, file: &Path, is_short: bool) -> Result<()> {
        if is_short {
            return Err("the figures of a short run are not kept".into());
        }
        let text = fs::read_to_string(file)?;
        let parts = text.split_once(BEGINS);
        let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once(ENDS)?.1)));
        let (before, after) = parts.ok_or("the file lacks the marks of the table")?;
        let table = self.markdown();
        fs::write(file, format!("{before}{BEGINS}\n{table}{ENDS}{after}"))?;
        Ok(())
    }
}

impl Row {
    fn text(&self) -> String {
        let Self {
            what,
            ours,
            beside,
            ratio,
            floor,
            goal,
        } = self;
        let mut text = format!("| {what} | {ours} | {beside} | ");
        if ratio.is_finite() {
            let _ = write!(text, "**{ratio:.2}**");
        }
        let _ = write!(text, " | {floor} | {goal} |");
        text
    }
}

/// Messages a second, and the two percentiles.
pub(crate) fn of_two(run: &Run) -> String {
    format!(
        "{:.0}/s ({:.2} / {:.2} ms)",
        run.per_second, run.p50, run.p99
    )
}

/// The machine in a line.
fn machine() -> String {
    let read = |file| fs::read_to_string(file).unwrap_or_default();
    let of = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, Into::into);
    let processor =
        of(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = of(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{cores} cores of {processor}, {memory} of memory, Linux {}.",
        kernel.trim()
    )
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
