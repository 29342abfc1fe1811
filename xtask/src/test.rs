//! `cargo xtask test`: everything that must hold before a change is delivered, in one command.
//!
//! Needs Rust, a C compiler and git. Formatting and lints are checked where rustfmt and clippy are installed; where
//! they are not, the summary says so.

#![allow(clippy::print_stdout, reason = "a command speaks to its user")]

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::workspace;

/// A part of the check.
struct Section {
    title: &'static str,
    /// The cargo command that does it.
    args: &'static [&'static str],
    /// The cargo subcommand that must be installed for it, and the name of what brings it.
    needs: Option<(&'static str, &'static str)>,
}

const SECTIONS: &[Section] = &[
    Section { title: "format", args: &["fmt", "--all", "--", "--check"], needs: Some(("fmt", "rustfmt")) },
    Section {
        title: "lints",
        args: &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
        needs: Some(("clippy", "clippy")),
    },
    Section { title: "build", args: &["test", "--locked", "--workspace", "--no-run"], needs: None },
    Section { title: "tests", args: &["test", "--locked", "--workspace", "--no-fail-fast"], needs: None },
];

enum Outcome {
    Done,
    Failed,
    Missing(&'static str),
}

#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

/// Runs every section, also after one failed, and sums up.
pub fn run() -> ExitCode {
    let mut tally = Tally::default();
    let mut summary = Vec::new();
    for section in SECTIONS {
        println!("\n==== {} ====", section.title);
        let start = Instant::now();
        let outcome = match section.needs {
            Some((subcommand, tool)) if !is_installed(subcommand) => Outcome::Missing(tool),
            _ => run_section(section, &mut tally),
        };
        if let Outcome::Missing(tool) = outcome {
            println!("{tool} is not installed: not checked (`rustup component add {tool}`)");
        }
        summary.push((section.title, outcome, start.elapsed()));
    }
    println!("\n==== summary ====");
    for (title, outcome, time) in &summary {
        println!("{title:8} {:>7}  {}", seconds(*time), describe(outcome));
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    let failed = summary.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Failed));
    if failed || tally.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn run_section(section: &Section, tally: &mut Tally) -> Outcome {
    println!("$ cargo {}", section.args.join(" "));
    match run_cargo(section.args, tally) {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Failed,
        Err(error) => {
            println!("cargo cannot be run: {error}");
            Outcome::Failed
        }
    }
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "ok".to_owned(),
        Outcome::Failed => "FAILED".to_owned(),
        Outcome::Missing(tool) => format!("not checked: {tool} is not installed"),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    command
}

fn is_installed(subcommand: &str) -> bool {
    let quiet = cargo().args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// Runs cargo, passing on what it prints and counting the tests in it. Whether it succeeded.
fn run_cargo(args: &[&str], tally: &mut Tally) -> io::Result<bool> {
    let mut child = cargo().args(args).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    if let Some(stdout) = child.stdout.take() {
        let mut out = io::stdout().lock();
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            out.write_all(&line)?;
            out.write_all(b"\n")?;
            count(&String::from_utf8_lossy(&line), tally);
        }
    }
    Ok(child.wait()?.success())
}

/// Reads lines such as `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn count(line: &str, tally: &mut Tally) {
    let Some(result) = line.strip_prefix("test result: ") else { return };
    for part in result.split([';', '.']) {
        let mut words = part.split_whitespace();
        match (words.next().and_then(|number| number.parse::<u64>().ok()), words.next()) {
            (Some(number), Some("passed")) => tally.passed += number,
            (Some(number), Some("failed")) => tally.failed += number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_test_binaries_are_added_up() {
        let mut tally = Tally::default();
        count(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.30s",
            &mut tally,
        );
        count("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", &mut tally);
        count("test a::b ... ok", &mut tally);
        assert_eq!((tally.passed, tally.failed), (15, 2));
    }
}
