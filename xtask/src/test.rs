//! `cargo xtask test`: everything that must hold before a change is delivered, in one command.
//!
//! Needs Rust, a C compiler and git; for the extension Node, and in its windows Chromium, which `extension` finds or
//! installs. Formatting and lints of Rust are checked where rustfmt and clippy are installed; where they are not, the
//! summary says so. The extension is never left out of itself: it fails where its tools cannot be had.

#![allow(clippy::print_stdout, reason = "a command speaks to its user")]

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::{extension, workspace};

/// A part of the check.
struct Section {
    title: &'static str,
    /// The cargo command that does it, or for the extension the npm commands, one after the other.
    job: Job,
    /// The cargo subcommand that must be installed for it, and the name of what brings it.
    needs: Option<(&'static str, &'static str)>,
}

enum Job {
    Cargo(&'static [&'static str]),
    Npm { commands: &'static [&'static [&'static str]], browser: bool },
}

/// In which of VS Code's windows the extension's suites run.
#[derive(Clone, Copy, Default, clap::ValueEnum)]
pub enum Windows {
    /// Each where it can differ, as vscode-extension/test/README.md says.
    #[default]
    Usual,
    /// Each in the oldest and in the newest VS Code, with its git extension on and off.
    All,
}

const SECTIONS: &[Section] = &[
    Section { title: "format", job: Job::Cargo(&["fmt", "--all", "--", "--check"]), needs: Some(("fmt", "rustfmt")) },
    Section {
        title: "lints",
        job: Job::Cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        needs: Some(("clippy", "clippy")),
    },
    Section { title: "build", job: Job::Cargo(&["test", "--locked", "--workspace", "--no-run"]), needs: None },
    Section { title: "tests", job: Job::Cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]), needs: None },
    Section {
        title: "extension",
        job: Job::Npm { commands: &[extension::INSTALL, &["run", "check"]], browser: false },
        needs: None,
    },
];

/// The server that the extension's windows run: as it is for users but for the optimisation.
const SERVER: Section =
    Section { title: "server", job: Job::Cargo(&["build", "--locked", "--package", "hgls"]), needs: None };

/// The extension in a real VS Code, by itself: nothing else keeps the machine busy then.
const fn windows(which: Windows) -> Section {
    let commands: &[&[&str]] = match which {
        Windows::Usual => &[&["run", "host"], &["run", "e2e"]],
        Windows::All => &[&["run", "host", "--", "--all"], &["run", "e2e", "--", "--all"]],
    };
    Section { title: "windows", job: Job::Npm { commands, browser: true }, needs: None }
}

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

/// Runs every section, also after one failed, and sums up. Without `in_windows` nothing runs in a real VS Code.
pub fn run(in_windows: Option<Windows>) -> ExitCode {
    // What the windows need comes last: nobody shall wait for that to be told that it cannot be had.
    if in_windows.is_some()
        && let Err(error) = extension::Tools::find(true)
    {
        println!("{error}\nThe rest is checked meanwhile.");
    }
    let mut tally = Tally::default();
    let mut summary = Vec::new();
    let asked = in_windows.map(|which| [SERVER, windows(which)]);
    for section in SECTIONS.iter().chain(asked.iter().flatten()) {
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
        println!("{title:9} {:>7}  {}", seconds(*time), describe(outcome));
    }
    if in_windows.is_none() {
        println!("windows   NOT RUN   (--quick): the extension was not tried in any VS Code");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    let failed = summary.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Failed));
    if failed || tally.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn run_section(section: &Section, tally: &mut Tally) -> Outcome {
    let done = match section.job {
        Job::Cargo(args) => run_and_count(cargo().args(args), args, tally),
        Job::Npm { commands, browser } => run_npm(commands, browser, tally),
    };
    match done {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Failed,
        Err(error) => {
            println!("{error}");
            Outcome::Failed
        }
    }
}

/// Runs each of npm's commands, also after one failed. Whether all succeeded.
fn run_npm(commands: &[&[&str]], browser: bool, tally: &mut Tally) -> Result<bool, String> {
    let tools = extension::Tools::find(browser).map_err(|error| error.to_string())?;
    let mut good = true;
    for args in commands {
        good &= run_and_count(&mut tools.npm(args), args, tally)?;
    }
    Ok(good)
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

/// Runs a program, passing on what it prints and counting the tests in it. Whether it succeeded.
fn run_and_count(command: &mut Command, args: &[&str], tally: &mut Tally) -> Result<bool, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    println!("$ {} {}", Path::new(&name).file_stem().unwrap_or_default().to_string_lossy(), args.join(" "));
    pass_on(command, tally).map_err(|error| format!("{name} cannot be run: {error}"))
}

fn pass_on(command: &mut Command, tally: &mut Tally) -> io::Result<bool> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
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

/// Reads the sums that runners of tests print: cargo's `test result: ok. 12 passed; 0 failed; …`, `# pass 12` of Node's for
/// unit tests, and `12 passed, 0 failed` of those in VS Code.
fn count(line: &str, tally: &mut Tally) {
    if let Some(number) = line.strip_prefix("# pass ").and_then(|number| number.trim().parse::<u64>().ok()) {
        tally.passed += number;
    }
    for name in ["# fail ", "# cancelled ", "# skipped "] {
        if let Some(number) = line.strip_prefix(name).and_then(|number| number.trim().parse::<u64>().ok()) {
            tally.failed += number;
        }
    }
    let cargo = line.strip_prefix("test result: ");
    let workbench = line.split_once(" passed, ").is_some_and(|(number, _)| number.parse::<u64>().is_ok());
    let Some(result) = cargo.or(workbench.then_some(line)) else { return };
    for part in result.split([';', '.', ',']) {
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

    #[test]
    fn results_of_the_extension_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "# tests 14",
            "# pass 12",
            "# fail 2",
            "# skipped 1",
            "30 passed, 4 failed",
            "# Subtest: 3 passed, 1 failed",
        ] {
            count(line, &mut tally);
        }
        assert_eq!((tally.passed, tally.failed), (42, 7));
    }
}
