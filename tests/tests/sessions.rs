//! Every file under `sessions/` is one test. `HGLS_UPDATE=1` rewrites what the files expect, for review.

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
    let update = std::env::var_os("HGLS_UPDATE").is_some_and(|value| value != "0");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name = file.strip_prefix(&folder).unwrap_or(&file).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        Trial::test(name, move || hgls_tests::session::play(&file, update).map_err(Failed::from))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.extension() {
            Some(extension) if extension == "session" => files.push(path),
            _ => collect(&path, files),
        }
    }
}
