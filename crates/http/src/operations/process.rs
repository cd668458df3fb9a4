//! Numbers of the process under the names that every Prometheus client library gives them
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>), read from `/proc` when they are
//! asked for. They are written here and not recorded, as the recorder's counters are whole numbers, and seconds of a
//! processor are none.

use std::fmt::Write;

/// The kernel shows times in hundredths of a second on every machine that Rust knows (`USER_HZ`, time(7)).
const TICKS: f64 = 100.0;

/// The numbers in Prometheus' text format; empty on systems without `/proc`.
pub(super) fn render() -> String {
    let mut text = String::new();
    let families = [
        (
            "process_cpu_seconds_total",
            "counter",
            "Time of processors that the process has used, in seconds.",
            cpu_seconds(),
        ),
        (
            "process_resident_memory_bytes",
            "gauge",
            "Memory that the process really takes, in bytes.",
            status_bytes("VmRSS:"),
        ),
        (
            "process_virtual_memory_bytes",
            "gauge",
            "Memory that the process has addresses for, in bytes.",
            status_bytes("VmSize:"),
        ),
        (
            "process_open_fds",
            "gauge",
            "Files and connections that the process has open now.",
            open_files(),
        ),
        (
            "process_max_fds",
            "gauge",
            "Files and connections that the process may have open.",
            most_files(),
        ),
        (
            "process_start_time_seconds",
            "gauge",
            "When the process began, in seconds since 1970.",
            start_time(),
        ),
    ];
    for (name, kind, help, value) in families {
        if let Some(value) = value {
            // Writing to a text cannot fail.
            let _ = write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
            );
        }
    }
    text
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// Field `number` of `/proc/self/stat` as proc_pid_stat(5) counts them. The second is a name, which may hold spaces.
fn stat(number: usize) -> Option<f64> {
    let stat = read("/proc/self/stat")?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(number - 3)?.parse().ok()
}

fn cpu_seconds() -> Option<f64> {
    Some((stat(14)? + stat(15)?) / TICKS)
}

fn status_bytes(name: &str) -> Option<f64> {
    let status = read("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0)
}

fn open_files() -> Option<f64> {
    // One of them is the folder that is read.
    let open = std::fs::read_dir("/proc/self/fd").ok()?.count();
    Some(open.saturating_sub(1) as f64)
}

fn most_files() -> Option<f64> {
    let limits = read("/proc/self/limits")?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn start_time() -> Option<f64> {
    let system = read("/proc/stat")?;
    let booted = system
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?;
    Some(booted.trim().parse::<f64>().ok()? + stat(22)? / TICKS)
}
