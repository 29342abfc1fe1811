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
