//! Under which circumstances something was measured: the machine, the programs, the day.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use super::process::line;
use crate::workspace;

/// Sentences about the machine and the programs; what cannot be found out is left out.
pub fn circumstances(server: &Path) -> Vec<String> {
    let ask = |command: &mut Command| line(command).ok().filter(|text| !text.is_empty());
    let mut all = vec![hardware()];
    all.extend(ask(Command::new("uname").args(["-s", "-r", "-m"])));
    all.extend(ask(Command::new("git").arg("--version")));
    let version = ask(Command::new(server).arg("--version"));
    let commit = ask(Command::new("git").current_dir(workspace()).args(["rev-parse", "--short=12", "HEAD"]));
    let changed =
        ask(Command::new("git").current_dir(workspace()).args(["status", "--porcelain", "server", "Cargo.lock"]));
    all.extend(version.map(|version| match (commit, changed) {
        (Some(commit), None) => format!("{version}, commit {commit}"),
        (Some(commit), Some(_)) => format!("{version}, commit {commit} with changes"),
        (None, _) => version,
    }));
    all.extend(load());
    all.extend(ask(Command::new("hg").args(["--quiet", "version"])));
    all.push(today());
    all
}

fn hardware() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let value = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches([' ', '\t', ':']).to_owned())
    };
    let model = value("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = value("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    match memory {
        Some(kibibytes) => format!("{model}, {cores} cores, {:.0} GB of memory", kibibytes * 1024.0 / 1e9),
        None => format!("{model}, {cores} cores"),
    }
}

/// How busy the machine was before anything was measured, where the system tells.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    Some(format!("load before the run {}", text.split(' ').next()?))
}

/// The date in UTC, as ISO 8601 has it.
fn today() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() / 86_400) as i64;
    let (year, month, day) = civil(days);
    format!("{year}-{month:02}-{day:02}")
}

/// The date so many days after 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_become_dates() {
        assert_eq!(super::civil(0), (1970, 1, 1));
        assert_eq!(super::civil(11_016), (2000, 2, 29));
        assert_eq!(super::civil(20_453), (2025, 12, 31));
    }
}
