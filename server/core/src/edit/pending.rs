//! What git's index is yet to follow: files that an operation writes or takes away, noted before each, so that whoever comes
//! next does the rest of what a process that was killed had done. Knows files and the index; not which operation it was.
//!
//! A note says what a file becomes, and what the index had of it. It counts only where both are so: a file that was not
//! reached is as before, and what anybody did since is left alone. So each file is as before or as after, for git too.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use super::notes;
use super::work::Work;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{self, Index, IndexEdit, Location};
use crate::ids::RepoPath;
use crate::objects::Entry;
use crate::repository::Repository;

const HEADER: &[u8] = b"hgls pending 1\0";

/// What the files are called that have the notes.
const NAME: &str = "pending";

/// The notes of one operation, in a file of its own. Nothing is on disk before the first.
#[derive(Debug, Default)]
pub(super) struct Pending {
    path: Option<PathBuf>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    path: RepoPath,
    /// What the index had of it.
    staged: Option<Entry>,
    /// What becomes of it; `None`: it goes.
    becomes: Option<Entry>,
}

impl Pending {
    /// Notes that the file at `path` is about to become this. One in conflict is left out: its conflict stays anyway.
    pub fn note(
        &mut self,
        location: &Location,
        index: &Index,
        path: &RepoPath,
        becomes: Option<Entry>,
    ) -> Result<(), git::Error> {
        let Some(staged) = staged(index, path) else { return Ok(()) };
        let mut text = Vec::new();
        let file = match &self.path {
            Some(file) => file,
            None => {
                text.extend_from_slice(HEADER);
                self.path.insert(location.scratch_file(NAME)?)
            }
        };
        text.extend(record(&Note { path: path.clone(), staged, becomes }));
        let write = || OpenOptions::new().create(true).append(true).open(file)?.write_all(&text);
        write().map_err(|source| git::Error::Io { path: file.clone(), source })
    }

    /// The index has followed.
    pub fn finish(self) -> Result<(), git::Error> {
        self.path.map_or(Ok(()), |path| notes::remove(&path))
    }
}

/// What the index has of a path; the outer `None` for a conflict.
fn staged(index: &Index, path: &RepoPath) -> Option<Option<Entry>> {
    match index.find(path) {
        [] => Some(None),
        [tracked] if tracked.stage == 0 => Some(Some(tracked.entry)),
        _ => None,
    }
}

/// Locks the index for an operation, once it has followed whatever killed processes did.
pub(super) fn begin(repository: &Repository, cancel: &Cancel) -> Result<IndexEdit> {
    let location = repository.location();
    let index = IndexEdit::begin(location, cancel)?;
    // Whoever has the lock knows that nobody is at work whose notes these could be.
    let files = location.scratch_files(NAME);
    if files.is_empty() {
        return Ok(index);
    }
    let moment = repository.moment(cancel)?;
    let mut work = Work::new(&moment, index, "complete")?;
    for file in &files {
        // One that is gone by now was of somebody who has come to the end.
        let text = notes::read(file)?.unwrap_or_default();
        parse(&text).iter().try_for_each(|note| follow(&mut work, note))?;
    }
    let Work { index, .. } = work;
    index.finish(location, &moment.git, cancel)?;
    files.iter().try_for_each(|file| notes::remove(file))?;
    IndexEdit::begin(location, cancel)
}

fn follow(work: &mut Work<'_>, note: &Note) -> Result<()> {
    let Note { path, staged: then, becomes } = note;
    if staged(work.index.before(), path) != Some(*then) || work.entry_of(path)? != *becomes {
        return Ok(());
    }
    match becomes {
        Some(entry) => work.track_as_committed(path, *entry),
        None => work.untrack(path),
    }
}

fn record(note: &Note) -> Vec<u8> {
    let mut text = format!("{}\0{}\0", notes::written(note.staged), notes::written(note.becomes)).into_bytes();
    text.extend_from_slice(note.path.as_bytes());
    text.push(0);
    text
}

/// The complete notes of a file, which may have been cut off.
fn parse(text: &[u8]) -> Vec<Note> {
    let Some(rest) = text.strip_prefix(HEADER) else { return Vec::new() };
    let fields: Vec<&[u8]> = rest.split(|byte| *byte == 0).collect();
    // Behind the last NUL there is nothing, or what was cut off.
    let complete = fields.split_last().map_or(&[][..], |(_, complete)| complete);
    let note = |fields: &[&[u8]]| match fields {
        [staged, becomes, path] => {
            Some(Note { staged: notes::parsed(staged)?, becomes: notes::parsed(becomes)?, path: RepoPath::new(*path)? })
        }
        _ => None,
    };
    complete.chunks(3).filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{FileNode, Mode};

    #[test]
    fn what_was_cut_off_is_left_out() {
        let entry = Some(Entry { node: FileNode([3; 20]), mode: Mode::Executable });
        let note = |path: &str, staged, becomes| Note { path: RepoPath::new(path).expect("a path"), staged, becomes };
        let notes = [note("a\nb", entry, None), note("c d", None, entry), note("e", entry, entry)];
        let mut text = HEADER.to_vec();
        let mut lengths = vec![0];
        for note in &notes {
            text.extend(record(note));
            lengths.push(text.len());
        }
        for length in 0..=text.len() {
            let complete = lengths.iter().filter(|end| **end <= length).count() - 1;
            assert_eq!(parse(&text[..length]), notes[..complete], "{length}");
        }
        assert_eq!(parse(b"something else"), []);
    }
}
