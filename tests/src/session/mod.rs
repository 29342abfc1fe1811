//! Scripted sessions: a repository made by git commands, messages sent, messages expected, in one readable file.
//!
//! `text` reads and writes the file, `run` plays it, `names` stands between what varies (node ids, folders) and the
//! names that the file gives it. The format is described in `tests/README.md`.

mod names;
mod run;
mod text;

use std::path::Path;

/// Plays the session in `file`; an error says what differed. With `update`, expectations are rewritten instead.
pub fn play(file: &Path, update: bool) -> Result<(), String> {
    let source = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let session = text::parse(&source)?;
    let played = run::play(&session, update)?;
    if update && text::print(&played) != source {
        std::fs::write(file, text::print(&played)).map_err(|error| error.to_string())?;
    }
    Ok(())
}
