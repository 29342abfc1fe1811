//! Scripted sessions: a repository made by git commands, messages sent, messages expected, in one readable file.
//!
//! `text` reads and writes the file, `run` plays it, `names` stands between what varies (node ids, folders) and the
//! names that the file gives it; `agreement` holds hgls against git after each write. The format is described in `tests/README.md`.

mod agreement;
mod names;
mod run;
mod text;

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

/// The methods that the session in `file` has an answer of: once for each, with whether it succeeded.
pub fn answers(file: &Path) -> Result<BTreeSet<(String, bool)>, String> {
    let source = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut waiting = VecDeque::new();
    let mut answers = BTreeSet::new();
    for step in text::parse(&source)? {
        match step.action {
            text::Action::Request { method, .. } => waiting.push_back(method),
            text::Action::Answer { place, expected } => {
                answers.extend(waiting.remove(place - 1).map(|method| (method, expected.is_ok())));
            }
            _ => {}
        }
    }
    Ok(answers)
}

/// The session files below `folder`, ordered.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "session") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Plays the session in `file`; an error says what differed. With `update`, expectations are rewritten instead.
pub fn play(file: &Path, update: bool) -> Result<(), String> {
    let source = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let session = text::parse(&source)?;
    let happened = run::play(&session, update)?;
    let text = text::print(&session, &happened);
    if update && text != source {
        std::fs::write(file, text).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Plays a session that stands in no file.
pub fn play_text(source: &str) -> Result<(), String> {
    run::play(&text::parse(source)?, false).map(drop)
}
