//! Folder after folder: what is on disk beside what is tracked. Knows no content; `compare` does.

use std::fs::{self, DirEntry, FileType, Metadata};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bstr::ByteVec as _;

use super::alike::Alike;
use super::children::{Child, children, find};
use super::compare::{Comparer, repository_in_place};
use super::queue::Worker;
use super::{Found, Scan, Scope, Unknown, Wanted};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::IgnoreRules;
use crate::git::filters::native;
use crate::git::index::Index;
use crate::git::settings::Settings;
use crate::ids::{Mode, RepoPath};

/// A folder that waits to be looked at.
pub struct Folder<'a> {
    /// Empty for the root, otherwise ending in a slash.
    pub prefix: Vec<u8>,
    /// The positions of what is tracked in it, however deep.
    pub tracked: Range<usize>,
    /// The same of folders whose paths differ from this one in case alone, where case does not count.
    pub alike: Vec<Range<usize>>,
    /// Whether the disk lists it under this name; otherwise what is not tracked is met under another one.
    pub listed: bool,
    /// The rules of the folders above.
    pub rules: IgnoreRules,
    /// Whether it, or a folder above, is ignored.
    pub ignored: bool,
    /// As far as it is asked for.
    pub scope: &'a Scope,
}

/// Looks at folders, for one thread.
pub struct Walker<'a> {
    pub root: &'a Path,
    pub index: &'a Index,
    pub settings: &'a Settings,
    pub wanted: Wanted,
    pub comparer: Comparer<'a>,
    pub found: Scan,
}

/// A name that is there.
struct Name {
    name: Vec<u8>,
    kind: FileType,
    source: Source,
}

/// What is known of a name beside what the disk says.
struct Here<'s, 'a> {
    /// What is tracked under exactly this name.
    child: Option<&'s Child<'a>>,
    /// What is tracked under names that are like it; `None` where case counts.
    alike: Option<&'s Alike<'a>>,
    /// Whether the disk has it under this name.
    listed: bool,
}

enum Source {
    Listed(DirEntry),
    Asked(Metadata),
}

impl<'a> Walker<'a> {
    /// Looks at one folder and adds those below to the work.
    pub fn visit(&mut self, mut folder: Folder<'a>, worker: &Worker<'_, Folder<'a>>, cancel: &Cancel) -> Result<()> {
        let index = self.index;
        let path = self.root.join(native(&folder.prefix));
        let children = children(&index.tracked, folder.tracked.clone(), folder.prefix.len());
        let folds = self.settings.ignore_case;
        let alike = folds.then(|| Alike::new(&index.tracked, &children, &folder.alike, folder.prefix.len()));
        let names = self.names(&path, folder.scope, &children);
        self.read_rules(&mut folder, &path, &names);
        let mut present = vec![false; children.len()];
        let mut below = Vec::new();
        for name in &names {
            cancel.check()?;
            let at = find(&children, &name.name);
            if let Some(present) = at.and_then(|at| present.get_mut(at)) {
                *present = true;
            }
            let here = Here { child: at.and_then(|at| children.get(at)), alike: alike.as_ref(), listed: folder.listed };
            below.extend(self.name(&folder, &path, &here, name)?);
        }
        for (child, _) in children.iter().zip(present).filter(|(_, present)| !present) {
            if folder.scope.below(child.name).is_none() {
                continue; // Nobody asks what is there.
            }
            // Whether the file system finds it all the same, it alone knows.
            match folds.then(|| Name::ask(&path, child.name)).flatten() {
                Some(name) => {
                    let here = Here { child: Some(child), alike: None, listed: false };
                    below.extend(self.name(&folder, &path, &here, &name)?);
                }
                None => {
                    self.missing(&folder, &child.here);
                    self.missing(&folder, &child.below);
                }
            }
        }
        worker.add(below);
        Ok(())
    }

    /// One name that is there, and what is tracked under it. Gives the folder that is to be looked at next.
    fn name(
        &mut self,
        folder: &Folder<'a>,
        path: &Path,
        here: &Here<'_, '_>,
        name: &Name,
    ) -> Result<Option<Folder<'a>>> {
        let Some(scope) = folder.scope.below(&name.name) else { return Ok(None) };
        let nothing = Child::default();
        let child = here.child.unwrap_or(&nothing);
        let is_folder = name.kind.is_dir();
        if !is_folder {
            self.missing(folder, &child.below);
            if *scope != Scope::Whole {
                return Ok(None); // What is asked for would be below.
            }
        }
        let place = || path.join(native(&name.name));
        if !child.here.is_empty() && self.tracked(child, name, place)? {
            return Ok(None);
        }
        let full = [folder.prefix.as_slice(), &name.name].concat();
        let ignored = || folder.ignored || folder.rules.ignores(&full, is_folder);
        let wanted = self.wanted.any() && here.listed;
        let other = here.alike.filter(|_| wanted).map(|alike| alike.of(&name.name, here.child)).unwrap_or_default();
        if !(child.below.is_empty() && other.below.is_empty()) && is_folder {
            let ignored = wanted && ignored();
            let next = folder.below(full, child.below.clone(), ignored, scope);
            return Ok(Some(Folder { alike: other.below, listed: here.listed, ..next }));
        }
        if !wanted {
            return Ok(None);
        }
        if !is_folder {
            if child.here.is_empty() && !other.is_tracked && (name.kind.is_file() || name.kind.is_symlink()) {
                let ignored = ignored();
                self.unknown(full, ignored);
            }
            return Ok(None);
        }
        if other.is_submodule {
            return Ok(None);
        }
        let ignored = ignored();
        if is_repository(&place()) {
            if *scope == Scope::Whole {
                self.unknown(full, ignored);
            }
            return Ok(None);
        }
        let look = !ignored || self.wanted.ignored;
        Ok(look.then(|| folder.below(full, 0..0, ignored, scope)))
    }

    /// Compares what is there with the entry of exactly that path. Gives whether that settles the name: a folder in
    /// place of a file is still to be looked at.
    fn tracked(&mut self, child: &Child<'_>, name: &Name, place: impl FnOnce() -> PathBuf) -> Result<bool> {
        let entries = &self.index.tracked[child.here.clone()];
        let is_link = entries.iter().all(|tracked| tracked.entry.mode == Mode::Submodule);
        let is_folder = name.kind.is_dir();
        let skip = |tracked: &super::Tracked| {
            tracked.stage == 0 && (tracked.assume_unchanged || tracked.skip_worktree && !self.settings.sparse)
        };
        let (found, settled) = match entries {
            [tracked] if skip(tracked) => (None, !is_folder || is_link),
            [tracked] if is_folder && is_link => (self.comparer.submodule(tracked, &place())?, true),
            _ if is_folder => match repository_in_place(&place()) {
                Some(found) => (Some(found), true),
                None => (Some(Found::Missing), false),
            },
            _ => match name.metadata() {
                Ok(metadata) => (self.comparer.file(entries, place, &metadata)?, true),
                Err(_) => (Some(Found::Missing), true),
            },
        };
        self.found.differing.extend(found.map(|found| (child.here.start, found)));
        Ok(settled)
    }

    /// Nothing stands at the paths of these entries, as far as they are asked for.
    fn missing(&mut self, folder: &Folder<'_>, range: &Range<usize>) {
        let mut previous = None;
        for at in range.clone() {
            let Some(tracked) = self.index.tracked.get(at) else { break };
            let expected = tracked.stage > 0 || !(tracked.assume_unchanged || tracked.skip_worktree);
            let asked = folder.scope.contains(tracked.path.get(folder.prefix.len()..).unwrap_or_default());
            if expected && asked && previous != Some(&tracked.path) {
                self.found.differing.push((at, Found::Missing));
            }
            previous = Some(&tracked.path);
        }
    }

    fn unknown(&mut self, path: Vec<u8>, ignored: bool) {
        if if ignored { self.wanted.ignored } else { self.wanted.unknown } {
            self.found.unknown.extend(RepoPath::new(path).map(|path| Unknown { path, ignored }));
        }
    }

    /// What a folder holds, as far as it is asked for, `.git` left out.
    fn names(&self, path: &Path, scope: &Scope, children: &[Child<'_>]) -> Vec<Name> {
        let folds = self.settings.ignore_case;
        let mut names: Vec<Name> = match scope {
            Scope::Whole => listed(path).collect(),
            Scope::Parts(parts) => {
                let names = parts.keys().filter_map(|name| Name::ask(path, name));
                if !folds {
                    names.collect()
                } else {
                    // What is not tracked counts under the name that the disk has for it.
                    let is_settled = |name: &Name| {
                        let is_file = |at| children.get(at).is_some_and(|child: &Child<'_>| !child.here.is_empty());
                        parts.get(&name.name) != Some(&Scope::Whole) || find(children, &name.name).is_some_and(is_file)
                    };
                    let (mut settled, open): (Vec<Name>, Vec<Name>) = names.partition(is_settled);
                    if !open.is_empty() {
                        settled.extend(listed(path).filter(|name| open.iter().any(|open| open.name == name.name)));
                    }
                    settled
                }
            }
        };
        names.retain(|name| name.name != b".git" && !(folds && name.name.eq_ignore_ascii_case(b".git")));
        names
    }

    /// The folder's own `.gitignore`. As for git, one that is a link does not count.
    fn read_rules(&self, folder: &mut Folder<'_>, path: &Path, names: &[Name]) {
        let own = path.join(".gitignore");
        let there = match folder.scope {
            _ if folder.ignored || !folder.listed || !self.wanted.any() => false,
            Scope::Whole if !self.settings.ignore_case => {
                names.iter().any(|name| name.name == b".gitignore" && name.kind.is_file())
            }
            _ => fs::symlink_metadata(&own).is_ok_and(|metadata| metadata.is_file()),
        };
        if there {
            folder.rules = folder.rules.with(&folder.prefix, &fs::read(own).unwrap_or_default());
        }
    }
}

impl<'a> Folder<'a> {
    fn below(&self, mut full: Vec<u8>, tracked: Range<usize>, ignored: bool, scope: &'a Scope) -> Self {
        full.push(b'/');
        Self { prefix: full, tracked, alike: Vec::new(), listed: true, rules: self.rules.clone(), ignored, scope }
    }
}

impl Name {
    fn ask(folder: &Path, name: &[u8]) -> Option<Self> {
        let metadata = fs::symlink_metadata(folder.join(native(name))).ok()?;
        Some(Self { name: name.to_owned(), kind: metadata.file_type(), source: Source::Asked(metadata) })
    }

    fn metadata(&self) -> io::Result<Metadata> {
        match &self.source {
            Source::Listed(entry) => entry.metadata(),
            Source::Asked(metadata) => Ok(metadata.clone()),
        }
    }
}

/// What a folder holds. One that cannot be read holds nothing.
fn listed(path: &Path) -> impl Iterator<Item = Name> {
    let name = |entry: DirEntry| {
        let name = Vec::from_path_buf(PathBuf::from(entry.file_name())).ok()?;
        Some(Name { name, kind: entry.file_type().ok()?, source: Source::Listed(entry) })
    };
    fs::read_dir(path).into_iter().flatten().filter_map(move |entry| name(entry.ok()?))
}

/// Whether a folder is the working copy of a repository of its own, by git's marks: a `.git` that leads elsewhere, or
/// one with `HEAD`, `objects` and `refs`.
fn is_repository(path: &Path) -> bool {
    let git = path.join(".git");
    match fs::symlink_metadata(&git) {
        Ok(metadata) if metadata.is_file() => fs::read(&git).map_or(true, |content| content.starts_with(b"gitdir: ")),
        Ok(_) => ["HEAD", "objects", "refs"].iter().all(|name| git.join(name).exists()),
        Err(_) => false,
    }
}
