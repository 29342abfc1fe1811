//! What git's index is yet to follow: files that an operation writes or takes away, noted before each, so that whoever comes
//! next does the rest of what a process that was killed had done. Knows files and the index; not which operation it was.
//!
//! A note says what a file becomes, and what the index had of it. It counts only where both are so: a file that was not
//! reached is as before, and what anybody did since is left alone. So each file is as before or as after, for git too; a file
//! and the one that it was renamed from are one in that.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use super::memo;
use super::work::Work;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{self, Index, IndexEdit, Location, small};
use crate::ids::RepoPath;
use crate::objects::Entry;
use crate::repository::Repository;

const HEADER: &[u8] = b"hgls pending 2\0";

/// What the files are called that have the notes.
const NAME: &str = "pending";

/// The notes of one operation, in a file of its own. Nothing is on disk before the first.
#[derive(Debug, Default)]
pub(super) struct Pending {
    path: Option<PathBuf>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    path: RepoPath,
    /// What the index had of it.
    staged: Option<Entry>,
    /// What becomes of it, as it would be committed; `None`: it goes.
    becomes: Option<Entry>,
    /// What the index is to have of it then.
    follows: Option<Entry>,
    /// It is this file under a new name, of which the index had this; the old one goes.
    renamed: Option<(RepoPath, Entry)>,
}

impl Note {
    /// Of a file that is to be as one is in a changeset, or to go. `None` for one in conflict: its conflict stays anyway.
    pub fn new(index: &Index, path: &RepoPath, becomes: Option<Entry>) -> Option<Self> {
        Some(Self { path: path.clone(), staged: staged(index, path)?, becomes, follows: becomes, renamed: None })
    }

    /// Of a file that is to be as one of the working copy, of which the index is to have `follows`.
    pub fn of_copy(index: &Index, path: &RepoPath, becomes: Entry, follows: Entry) -> Option<Self> {
        Some(Self { follows: Some(follows), ..Self::new(index, path, Some(becomes))? })
    }

    /// The same where `source`, which it is made from, goes.
    pub fn of_rename(self, index: &Index, source: &RepoPath) -> Option<Self> {
        Some(Self { renamed: Some((source.clone(), staged(index, source)??)), ..self })
    }
}

impl Pending {
    /// Notes what is about to become of a file.
    pub fn note(&mut self, location: &Location, note: &Note) -> Result<(), git::Error> {
        let mut text = Vec::new();
        let file = match &self.path {
            Some(file) => file,
            None => {
                text.extend_from_slice(HEADER);
                self.path.insert(location.scratch_file(NAME)?)
            }
        };
        text.extend(record(note));
        let write = || OpenOptions::new().create(true).append(true).open(file)?.write_all(&text);
        write().map_err(|source| git::Error::Io { path: file.clone(), source })
    }

    /// The index has followed.
    pub fn finish(self) -> Result<(), git::Error> {
        self.path.map_or(Ok(()), |path| small::remove(&path))
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
    let index = IndexEdit::begin(location, repository.kept_index(), cancel)?;
    // Whoever has the lock knows that nobody is at work whose notes these could be.
    let files = location.scratch_files(NAME);
    if files.is_empty() {
        return Ok(index);
    }
    let moment = repository.moment(cancel)?;
    let mut work = Work::new(&moment, index, "complete")?;
    for file in &files {
        // One that is gone by now was of somebody who has come to the end.
        let text = small::read_if_there(file)?.unwrap_or_default();
        parse(&text).iter().try_for_each(|note| follow(&mut work, note))?;
    }
    let Work { index, .. } = work;
    index.finish(location, &moment.git, cancel)?;
    files.iter().try_for_each(|file| small::remove(file))?;
    IndexEdit::begin(location, repository.kept_index(), cancel)
}

fn follow(work: &mut Work<'_>, note: &Note) -> Result<()> {
    let Note { path, staged: then, becomes, follows, renamed } = note;
    if staged(work.index.before(), path) != Some(*then) || work.entry_of(path)? != *becomes {
        return Ok(());
    }
    match follows {
        Some(entry) => work.track_as_committed(path, *entry)?,
        None => work.untrack(path)?,
    }
    match renamed {
        Some((source, then)) => leave(work, note, source, *then),
        None => Ok(()),
    }
}

/// Takes the file of the old name away, unless that was done, once it is there under the new one. Where somebody wrote it
/// since, it stays, and was copied.
fn leave(work: &mut Work<'_>, note: &Note, source: &RepoPath, then: Entry) -> Result<()> {
    if staged(work.index.before(), source) != Some(Some(then)) {
        return Ok(());
    }
    if let Some(there) = work.entry_as(&note.path, source)? {
        if Some(there) != note.becomes {
            return Ok(());
        }
        let (_, content) = work.checkout.raw_at(&work.checkout.place(&note.path))?;
        work.delete_copied(source, &content)?;
    }
    work.index.remove(source);
    Ok(())
}

fn record(note: &Note) -> Vec<u8> {
    let (old_name, then) =
        note.renamed.as_ref().map_or((b"".as_slice(), None), |(source, then)| (source.as_bytes(), Some(*then)));
    let [staged, becomes, follows, then] = [note.staged, note.becomes, note.follows, then].map(memo::written);
    let fields =
        [staged.as_bytes(), becomes.as_bytes(), follows.as_bytes(), then.as_bytes(), old_name, note.path.as_bytes()];
    fields.into_iter().flat_map(|field| field.iter().chain(b"\0")).copied().collect()
}

/// The complete notes of a file, which may have been cut off.
fn parse(text: &[u8]) -> Vec<Note> {
    let Some(rest) = text.strip_prefix(HEADER) else { return Vec::new() };
    let fields: Vec<&[u8]> = rest.split(|byte| *byte == 0).collect();
    // Behind the last NUL there is nothing, or what was cut off.
    let complete = fields.split_last().map_or(&[][..], |(_, complete)| complete);
    let note = |fields: &[&[u8]]| match fields {
        [staged, becomes, follows, then, old_name, path] => Some(Note {
            staged: memo::parsed(staged)?,
            becomes: memo::parsed(becomes)?,
            follows: memo::parsed(follows)?,
            renamed: match memo::parsed(then)? {
                Some(then) => Some((RepoPath::new(*old_name)?, then)),
                None => None,
            },
            path: RepoPath::new(*path)?,
        }),
        _ => None,
    };
    complete.chunks(6).filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{FileNode, Mode};

    #[test]
    fn what_was_cut_off_is_left_out() {
        let entry = Some(Entry { node: FileNode([3; 20]), mode: Mode::Executable });
        let path = |path: &str| RepoPath::new(path).expect("a path");
        let note =
            |name: &str, staged, becomes| Note { path: path(name), staged, becomes, follows: becomes, renamed: None };
        let renamed = entry.map(|entry| (path("f g"), entry));
        let notes = [
            note("a\nb", entry, None),
            note("c d", None, entry),
            Note { follows: None, renamed, ..note("e", entry, entry) },
        ];
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
