//! The files that git keeps while a merge, a cherry-pick or a revert is in progress, and what of them is over with a
//! commit. Knows nothing of commits themselves.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::small::{self, read_if_there};
use super::{Error, Location};
use crate::steps;

/// What `git commit` removes, in the order in which it does no harm to be stopped: the mark of the operation goes last.
const FILES: [&str; 7] =
    ["MERGE_MSG", "SQUASH_MSG", "AUTO_MERGE", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "MERGE_HEAD"];

/// The files that say which operation is in progress.
const MARKS: [&str; 3] = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];

/// The [`fingerprint`] when nothing is in progress.
pub const NOTHING: &str = "nothing";

/// Whether there is anything for [`clear`] to do.
pub fn is_any(location: &Location) -> bool {
    FILES.iter().any(|name| location.git_dir.join(name).exists())
}

/// What tells one operation in progress from another: one line.
pub fn fingerprint(location: &Location) -> Result<String, Error> {
    let mut words = Vec::new();
    for name in MARKS {
        if let Some(text) = read_if_there(&location.git_dir.join(name))? {
            words.push(name.to_owned());
            words.extend(String::from_utf8_lossy(&text).split_ascii_whitespace().map(str::to_owned));
        }
    }
    Ok(if words.is_empty() { NOTHING.to_owned() } else { words.join(" ") })
}

/// Ends what was in progress, as `git commit` does. A series of cherry-picks or reverts ends when this was its last.
pub fn clear(location: &Location) -> Result<(), Error> {
    let one_of_a_series = ["CHERRY_PICK_HEAD", "REVERT_HEAD"].iter().any(|name| location.git_dir.join(name).exists());
    let sequencer = location.git_dir.join("sequencer");
    if one_of_a_series && is_last(&sequencer)? {
        match fs::remove_dir_all(&sequencer) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(Error::Io { path: sequencer, source }),
            _ => {}
        }
    }
    for name in FILES {
        small::remove(&location.git_dir.join(name))?;
        steps::reached("a mark of what was in progress is gone");
    }
    Ok(())
}

/// The message that git has ready for the commit that ends the operation.
pub fn message(location: &Location) -> Result<Option<Vec<u8>>, Error> {
    for name in ["MERGE_MSG", "SQUASH_MSG"] {
        if let Some(message) = read_if_there(&location.git_dir.join(name))? {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// Whether nothing follows the pick that is in progress.
fn is_last(sequencer: &Path) -> Result<bool, Error> {
    let Some(to_do) = read_if_there(&sequencer.join("todo"))? else { return Ok(false) };
    let steps = to_do.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    Ok(steps.count() <= 1)
}
