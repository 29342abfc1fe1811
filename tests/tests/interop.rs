//! `git-interop.t`: Mercurial's commands in a repository of git's, as a file of commands and what they print, played by a
//! published runner of such files with `hg` being hgls.
//!
//! The runner is a Python program. It is installed into a folder of its own below `target` on the first run; where Python
//! cannot make such a folder and this is Debian's root, Python is installed too. Without it the test fails: it is never
//! skipped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hgls_tests::sandbox::Sandbox;
use hgls_tests::{binary, packages};

#[test]
fn mercurial_s_commands_work_in_a_repository_of_git_s() {
    let runner = runner();
    let sandbox = Sandbox::new();
    let programs = sandbox.top().join("bin");
    fs::create_dir(&programs).unwrap();
    std::os::unix::fs::symlink(binary::hgls(), programs.join("hg")).unwrap();
    // Of a test that fails, the runner writes what was printed beside it.
    let test = sandbox.top().join("git-interop.t");
    fs::copy(tests().join("git-interop.t"), &test).unwrap();
    let mut path = programs.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = sandbox.command(runner);
    command.env("PATH", path).env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE").arg(&test);
    let output = command.output().unwrap();
    let [printed, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{printed}\n{errors}");
    assert!(printed.contains("Ran 1 tests, 0 skipped, 0 failed"), "{printed}\n{errors}");
}

fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The runner's program, installed when it is not there yet.
fn runner() -> PathBuf {
    let wanted = tests().join("prysk.txt");
    let folder = binary::hgls().ancestors().nth(2).unwrap().join("prysk");
    let (program, installed) = (folder.join("bin/prysk"), folder.join("installed.txt"));
    let is_current = || fs::read(&installed).is_ok_and(|text| text == fs::read(&wanted).unwrap());
    if is_current() {
        return program;
    }
    let make = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if let Err(reason) = make() {
        let made = packages::install(&["python3", "python3-venv"]).and_then(|()| make());
        made.unwrap_or_else(|error| panic!("this test needs Python with its module venv:\n{reason}\n{error}"));
    }
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&wanted);
    run(&mut pip).unwrap_or_else(|error| panic!("the runner cannot be installed:\n{error}"));
    fs::copy(&wanted, &installed).unwrap();
    program
}

fn run(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{command:?}:\n{}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
