//! What is still to be done when a reference has moved, written down before it moves: the step that cannot be part of the
//! one atomic step. Whoever comes next does it, if the one who wrote it could not. Knows nothing of commits.
//!
//! The note says from which state it follows. It is acted upon only while that holds, any number of times with the same
//! result; a note whose move never happened means nothing.

use std::fs;
use std::path::PathBuf;

use super::{Error, Handle, Location, merge_state, small};
use crate::ids::Node;

/// What is still to be done once `HEAD` is at a changeset: the merge, or whatever else was in progress, is over.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
}

const HEADER: &str = "hgls journal 1";

impl Journal {
    /// Notes that once `HEAD` is at `node` the operation in progress is over, if it is the one of now. The note is on
    /// disk when this returns.
    pub fn begin(location: &Location, node: Node) -> Result<Self, Error> {
        let path = path(location);
        let text = format!("{HEADER}\n{node}\n{}\n", merge_state::fingerprint(location)?);
        let written = small::write_anew(&path, text.as_bytes()).and_then(|file| file.sync_all());
        written.map_err(|source| Error::Io { path: path.clone(), source })?;
        Ok(Self { path })
    }

    /// All is done.
    pub fn finish(self) -> Result<(), Error> {
        small::remove(&self.path)
    }
}

/// Does what is noted, where it is still to be done. Costs one look for a file when there is nothing.
pub fn replay(location: &Location) -> Result<(), Error> {
    let path = path(location);
    if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    let Ok(text) = fs::read_to_string(&path) else { return Ok(()) };
    let mut lines = text.lines();
    let (Some(HEADER), Some(node), Some(fingerprint)) = (lines.next(), lines.next(), lines.next()) else {
        // Cut off while it was written: then nothing had moved yet.
        return Ok(());
    };
    let head = Handle::open(location)?.head(location)?.node();
    let happened = head.is_some() && head == Node::from_hex(node.as_bytes());
    // Partly cleared is not cleared: what began anew has another mark, what is half gone has the old one or none.
    let now = merge_state::fingerprint(location)?;
    if happened && (now == fingerprint || now == merge_state::NOTHING) {
        merge_state::clear(location)?;
        Journal { path }.finish()?;
    }
    Ok(())
}

fn path(location: &Location) -> PathBuf {
    location.git_dir.join("hgls").join("journal")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    #[cfg(unix)]
    #[test]
    fn a_journal_that_is_a_link_leads_nowhere() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch
            .sh("git init -q -b main . && git commit -q --allow-empty -m 1 && mkdir .git/hgls && echo precious >theirs
             ln -s ../../theirs .git/hgls/journal");
        let location = Location::discover(scratch.path())?;
        let journal = Journal::begin(&location, scratch.node("HEAD"))?;
        assert_eq!(scratch.sh("cat theirs; head -1 .git/hgls/journal"), format!("precious\n{HEADER}\n"));
        journal.finish()?;
        scratch.sh("mkfifo .git/hgls/journal");
        replay(&location)
    }
}
