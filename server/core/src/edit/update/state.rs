//! What is noted of an update while it is under way, in `.git/hgls/updatestate`, so that one that was interrupted can be
//! taken up again: where it goes, where it came from, and what each file was before it was merged. Knows no step of it.
//!
//! A file is noted before it is written. Found later as it was, it is merged anew; found merged, it is left. What is
//! neither was edited since: that is left too, and counts as a conflict, for nobody can tell which of the two it was.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use bstr::{BString, ByteSlice as _};

use super::Target;
use super::renames::{By, Rename};
use crate::edit::memo;
use crate::git::{self, Location, small};
use crate::ids::{Node, RepoPath};
use crate::objects::Entry;

const HEADER: &[u8] = b"hgls update 2";
const ADVANCE: &str = "advance";
const MERGE: &str = "merge";
/// Who gave a file its new name.
const BY_USER: &[u8] = b"user ";
const BY_TARGET: &[u8] = b"target ";
const BY_FOLDER: &[u8] = b"folder ";

/// An update under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateState {
    /// Where it goes.
    pub target: Target,
    /// What was checked out when it began.
    pub from: Node,
    /// Whether local changes may be merged across lines of history.
    pub merge: bool,
    /// The files that were merged, or were about to be.
    pub merges: BTreeMap<RepoPath, MergedFile>,
}

/// What a merged file was before, and what it became; `None` where there was none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedFile {
    /// What the user had.
    pub local: Option<Entry>,
    /// What was put in its place.
    pub result: Option<Entry>,
    /// Whether it has conflicts.
    pub conflict: bool,
    /// What it was called before, when it was merged under a new name.
    pub rename: Option<Rename>,
}

impl UpdateState {
    /// The update that was interrupted while `head` was checked out. One that somebody has left behind by checking out
    /// something else is none.
    pub fn read(location: &Location, head: Node) -> Result<Option<Self>, git::Error> {
        let text = small::read_if_there(&path(location))?;
        Ok(text.and_then(|text| parse(&text)).filter(|state| state.from == head))
    }

    /// Notes that this is under way.
    pub fn begin(&self, location: &Location) -> Result<(), git::Error> {
        let path = path(location);
        let flags = [(self.target.advance, ADVANCE), (self.merge, MERGE)];
        let flags = flags.into_iter().filter(|(is, _)| *is).map(|(_, flag)| flag).collect::<Vec<_>>().join(" ");
        let mut text = HEADER.to_vec();
        let bookmark = self.target.bookmark.as_ref().map_or(b"".as_slice(), |name| name.as_slice());
        for field in [self.target.node.to_hex().as_bytes(), bookmark, self.from.to_hex().as_bytes(), flags.as_bytes()] {
            text.push(0);
            text.extend_from_slice(field);
        }
        text.push(0);
        self.merges.iter().for_each(|(path, file)| text.extend(record(path, file)));
        let new = path.with_extension("new");
        let written = small::write_anew(&new, &text).and_then(|_| fs::rename(&new, &path));
        written.map_err(|source| git::Error::Io { path: path.clone(), source })
    }

    /// Notes what becomes of a file, before it is written.
    pub fn note(&mut self, location: &Location, file: &RepoPath, merged: MergedFile) -> Result<(), git::Error> {
        let path = path(location);
        let append = || OpenOptions::new().append(true).open(&path)?.write_all(&record(file, &merged));
        append().map_err(|source| git::Error::Io { path: path.clone(), source })?;
        self.merges.insert(file.clone(), merged);
        Ok(())
    }

    /// It is done.
    pub fn forget(location: &Location) -> Result<(), git::Error> {
        small::remove(&path(location))
    }
}

fn path(location: &Location) -> PathBuf {
    location.git_dir.join("hgls").join("updatestate")
}

fn record(path: &RepoPath, file: &MergedFile) -> Vec<u8> {
    let state = if file.conflict { "conflict" } else { "merged" };
    let mut text = format!("{state}\0{}\0{}\0", memo::written(file.local), memo::written(file.result)).into_bytes();
    if let Some(Rename { source, by }) = &file.rename {
        text.extend_from_slice(match by {
            By::User => BY_USER,
            By::Target => BY_TARGET,
            By::Folder => BY_FOLDER,
        });
        text.extend_from_slice(source.as_bytes());
    }
    text.push(0);
    text.extend_from_slice(path.as_bytes());
    text.push(0);
    text
}

/// `None` for what no such note is. A record that was cut off is left out: its file was not written.
fn parse(text: &[u8]) -> Option<UpdateState> {
    let complete = text.strip_suffix(b"\0").or_else(|| Some(&text[..text.rfind_byte(0)?]))?;
    let mut fields = complete.split(|byte| *byte == 0);
    if fields.next() != Some(HEADER) {
        return None;
    }
    let node = Node::from_hex(fields.next()?)?;
    let bookmark = Some(fields.next()?).filter(|name| !name.is_empty()).map(BString::from);
    let from = Node::from_hex(fields.next()?)?;
    let flags = fields.next()?;
    let has = |flag: &str| flags.split_str(" ").any(|found| found == flag.as_bytes());
    let target = Target { node, bookmark, advance: has(ADVANCE) };
    let mut merges = BTreeMap::new();
    while let (Some(state), Some(local), Some(result), Some(old_name), Some(path)) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    {
        let (local, result) = (memo::parsed(local)?, memo::parsed(result)?);
        let file = MergedFile { local, result, conflict: state == b"conflict", rename: rename(old_name)? };
        merges.insert(RepoPath::new(path)?, file);
    }
    Some(UpdateState { target, from, merge: has(MERGE), merges })
}

/// The outer `None` for what no old name is.
fn rename(text: &[u8]) -> Option<Option<Rename>> {
    if text.is_empty() {
        return Some(None);
    }
    let by = [(BY_USER, By::User), (BY_TARGET, By::Target), (BY_FOLDER, By::Folder)];
    let (name, by) = by.into_iter().find_map(|(mark, by)| Some((text.strip_prefix(mark)?, by)))?;
    Some(Some(Rename { source: RepoPath::new(name)?, by }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::ids::{FileNode, Mode};

    #[test]
    fn what_is_noted_is_read_and_what_was_cut_off_is_not() {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        let location = Location::discover(scratch.path()).expect("a repository");
        let (from, node) = (Node([1; 20]), Node([2; 20]));
        let target = Target { node, bookmark: Some("x".into()), advance: true };
        let mut state = UpdateState { target, from, merge: true, merges: BTreeMap::new() };
        state.begin(&location).expect("written");
        let entry = Entry { node: FileNode([3; 20]), mode: Mode::Executable };
        for (path, file) in [
            (
                "a\nb",
                MergedFile { local: Some(entry), result: None, conflict: true, rename: rename(b"user x y").flatten() },
            ),
            ("c", MergedFile { local: None, result: Some(entry), conflict: false, rename: None }),
            ("d", MergedFile { local: None, result: None, conflict: false, rename: rename(b"target d/e").flatten() }),
            ("e", MergedFile { local: None, result: None, conflict: false, rename: rename(b"folder f").flatten() }),
        ] {
            state.note(&location, &RepoPath::new(path).expect("a path"), file).expect("noted");
        }
        assert_eq!(UpdateState::read(&location, from).expect("read").as_ref(), Some(&state));
        assert_eq!(UpdateState::read(&location, node).expect("read"), None, "somebody has left it behind");
        state.begin(&location).expect("written");
        assert_eq!(UpdateState::read(&location, from).expect("read").as_ref(), Some(&state), "begun again");

        let text = fs::read(path(&location)).expect("a file");
        let shorter =
            |state: &UpdateState, count| state.merges.iter().take(count).map(|(p, f)| (p.clone(), f.clone())).collect();
        let whole = text.len();
        for length in 0..whole {
            let count = (0..=3).rev().find(|count| {
                let part = UpdateState { merges: shorter(&state, *count), ..state.clone() };
                part.begin(&location).expect("written");
                fs::read(path(&location)).expect("a file").len() <= length
            });
            let found = parse(&text[..length]);
            match count {
                Some(count) => assert_eq!(found.expect("a note").merges, shorter(&state, count), "{length}"),
                None => assert!(found.is_none_or(|found| found.merges.is_empty()), "{length}"),
            }
        }
        UpdateState::forget(&location).expect("gone");
        UpdateState::forget(&location).expect("gone already");
        assert_eq!(UpdateState::read(&location, from).expect("read"), None);
    }
}
