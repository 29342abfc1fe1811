//! Every file under `sessions/` is one test. `HGLS_UPDATE=1` rewrites what the files expect, for review.

use std::collections::BTreeSet;
use std::path::Path;

use hgls_tests::{contract, session};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let update = std::env::var_os("HGLS_UPDATE").is_some_and(|value| value != "0");
    let files = session::files(&folder);
    let all = files.clone();
    let mut trials = vec![Trial::test("every method has a session for success and one for failure", move || {
        every_method_is_there(&all).map_err(Failed::from)
    })];
    trials.push(Trial::test("a session fails where git does not agree with hgls after a write", || {
        disagreements_are_found().map_err(Failed::from)
    }));
    trials.push(Trial::test("a session fails where a notification did not come before the answer", || {
        let session = "$ git init -q\n--> hg/status {}\n<-- \"$ANY\"\n<~< hg/didChangeStatus \"$ANY\"\n";
        match session::play_text(session) {
            Err(error) if error.contains("no hg/didChangeStatus came before the answer") => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }));
    trials.extend(files.into_iter().map(|file| {
        let name = file.strip_prefix(&folder).unwrap_or(&file).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        Trial::test(name, move || session::play(&file, update).map_err(Failed::from))
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn every_method_is_there(files: &[std::path::PathBuf]) -> Result<(), String> {
    let mut answered = BTreeSet::new();
    for file in files {
        answered.extend(session::answers(file).map_err(|error| format!("{}: {error}", file.display()))?);
    }
    let wanted =
        contract::methods().into_iter().flat_map(|method| [(method.to_owned(), true), (method.to_owned(), false)]);
    // `rpc.discover` takes nothing and needs nothing: it cannot fail.
    let missing: Vec<_> = wanted
        .filter(|answer| answer.0 != "rpc.discover" || answer.1)
        .filter(|answer| !answered.contains(answer))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no session has these (method, success): {missing:?}")) }
}

/// git is told a lie about the working copy, or finds something broken, behind the back of a write that succeeds.
fn disagreements_are_found() -> Result<(), String> {
    const LIE: &str = "$ printf '#!/bin/sh\\nprintf \"token\\\\0\"\\n' > .git/lie && chmod +x .git/lie
$ git config core.fsmonitor .git/lie && git update-index --fsmonitor && git status --short && echo two > file\n";
    const BROKEN: &str = "$ git update-ref refs/heads/old $(git cat-file commit HEAD | sed 's/> [0-9]*/> -5/' | \\
> git hash-object -t commit -w --stdin --literally)\n";
    const BY_REQUEST: &str = "--> hg/bookmark {\"name\": \"topic\", \"inactive\": true}\n<-- \"$ANY\"\n";
    const BY_COMMAND: &str =
        "--> workspace/executeCommand {\"command\": \"hgls.bookmark\", \"arguments\": [{\"name\": \"topic\"}]}
<-- \"$ANY\"\n";
    const FAILED: &str = "--> hg/bookmark {\"name\": \"tip\"}\n<-- error \"$ANY\"\n";
    const BY_PROMPT: &str = "$ hgls book topic\n";
    for write in [BY_REQUEST, BY_COMMAND, FAILED, BY_PROMPT] {
        let play = |plant: &str| {
            session::play_text(&format!("$ git init -q && echo one > file && commit One\n{plant}{write}"))
        };
        play("").map_err(|error| format!("{write}, with nothing planted: {error}"))?;
        for (plant, words) in [(LIE, "file: by git status clean"), (BROKEN, "git fsck says: error in commit")] {
            match play(plant) {
                Err(error) if error.contains(words) => {}
                other => return Err(format!("{write}, after {plant}: {other:?}")),
            }
        }
    }
    Ok(())
}
