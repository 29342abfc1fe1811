//! Random operations one after the other, git's among them: whatever was in a file of the working copy is still there,
//! in a changeset or among the backups, and git finds its repository sound.

use std::collections::BTreeSet;
use std::path::Path;

use super::{PROGRESS, Place};
use crate::cancel::Cancel;
use crate::edit::{
    AddOptions, AddremoveOptions, BookmarkChange, CopyOptions, ForgetOptions, Keep, RemoveOptions, Resolution,
    ResolveOptions, RestoreOptions, RevertOptions, Target, Tool, UpdateOptions, add, addremove, backups, bookmark,
    copy, forget, remove, rename, resolve, restore, revert, update,
};
use crate::error::{Explain as _, Kind, Result};
use crate::git::Scope;
use crate::ids::{Node, RepoPath};
use crate::model::manifest;
use crate::testing::Random;

const NAMES: [&str; 8] = ["a", "b", "d", "d/x", "d/y", "d/e/z", "f/g", "f"];
const BOOKMARKS: [&str; 3] = ["one", "two", "three"];

struct World {
    place: Place,
    random: Random,
    written: usize,
    /// What is in any changeset.
    committed: BTreeSet<Vec<u8>>,
    nodes: Vec<Node>,
}

impl World {
    fn path(&mut self) -> RepoPath {
        RepoPath::new(NAMES[self.random.below(NAMES.len())]).unwrap()
    }

    fn paths(&mut self) -> Vec<RepoPath> {
        (0..1 + self.random.below(2)).map(|_| self.path()).collect()
    }

    fn node(&mut self) -> Node {
        self.nodes[self.random.below(self.nodes.len())]
    }

    fn flip(&mut self) -> bool {
        self.random.below(2) == 0
    }

    /// What a user does, or git. May not be possible at this moment.
    fn by_hand(&mut self) -> String {
        let (path, other) = (self.path(), self.path());
        self.written += 1;
        let number = self.written;
        let script = match self.random.below(9) {
            0..3 => format!("mkdir -p $(dirname {path}) && echo content {number} > {path}"),
            3 => format!("test -f {path} && echo more {number} >> {path}"),
            4 => format!("git add {path}"),
            5 => format!("test -f {path} && chmod +x {path}"),
            6 => "git add -A && git commit -qm x".to_owned(),
            7 => format!("test ! -e {other} && mv {path} {other}"),
            _ => format!("git commit -qam {number}"),
        };
        self.place.sh(&format!("{{ {script}; }} >/dev/null 2>&1 || true"));
        script
    }

    fn operation(&mut self) -> (String, Result<()>) {
        let (cancel, paths, force) = (Cancel::new(), self.paths(), self.flip());
        let (node, name) = (self.node(), BOOKMARKS[self.random.below(3)].to_owned());
        let keep = if self.flip() { Keep::Store } else { Keep::Orig };
        let target = self.path();
        let repository = &self.place.repository;
        let done = |outcome: Result<_>| outcome.map(drop);
        let named = format!("{paths:?}");
        match self.random.below(13) {
            0 => {
                let options = AddOptions { paths, dry_run: false };
                (format!("add {named}"), done(add(repository, &options, &cancel, &PROGRESS)))
            }
            1 => {
                let options = ForgetOptions { paths, dry_run: false };
                (format!("forget {named}"), done(forget(repository, &options, &cancel, &PROGRESS)))
            }
            2 => {
                let options = RemoveOptions { paths, force, ..RemoveOptions::default() };
                (format!("remove {named} {force}"), done(remove(repository, &options, &cancel, &PROGRESS)))
            }
            3 => {
                let options = AddremoveOptions { similarity: 50, ..AddremoveOptions::default() };
                ("addremove".to_owned(), done(addremove(repository, &options, &cancel, &PROGRESS)))
            }
            4 | 5 => {
                let rev = force.then_some(node);
                let options = RevertOptions { paths, rev, keep, ..RevertOptions::default() };
                (format!("revert {named} {rev:?} {keep:?}"), done(revert(repository, &options, &cancel, &PROGRESS)))
            }
            6 | 7 => {
                let sources = vec![paths[0].clone()];
                let options = CopyOptions {
                    sources,
                    target: Some(target.clone()),
                    after: false,
                    force,
                    dry_run: false,
                    unsaved: BTreeSet::new(),
                };
                let told = format!("copy or rename {} {target} {force}", paths[0]);
                match self.random.below(2) {
                    0 => (told, done(copy(repository, &options, &cancel, &PROGRESS))),
                    _ => (told, done(rename(repository, &options, &cancel, &PROGRESS))),
                }
            }
            8 => {
                let change = BookmarkChange::Set { names: vec![name.clone()], rev: None, inactive: false, force: true };
                (format!("bookmark {name}"), done(bookmark(repository, &change, &cancel)))
            }
            9 => {
                let tools = [Tool::Merge, Tool::Union, Tool::Local, Tool::Other];
                let resolution = Resolution::Merge(tools[self.random.below(tools.len())]);
                let options = ResolveOptions { resolution, keep, ..ResolveOptions::default() };
                (format!("resolve {resolution:?}"), done(resolve(repository, &options, &cancel)))
            }
            10 => {
                let options = RestoreOptions { path: target.clone(), id: None, unsaved: BTreeSet::new() };
                (format!("restore {target}"), done(restore(repository, &options, &cancel)))
            }
            _ => {
                let target = Some(Target { node, bookmark: None, advance: false });
                let clean = self.random.below(3) == 0;
                let options = UpdateOptions { target, clean, merge: force && !clean, ..UpdateOptions::default() };
                (format!("update {node} {clean}"), update(repository, &options, &cancel, &PROGRESS).map(drop))
            }
        }
    }

    fn note_what_is_committed(&mut self) {
        let moment = self.place.moment();
        let Some(node) = moment.refs.head.node().filter(|node| !self.nodes.contains(node)) else { return };
        self.nodes.push(node);
        let root = manifest::root(&moment, node).unwrap();
        for (_, entry) in manifest::files(&moment.objects, root, &Scope::Whole, &moment.cancel).unwrap() {
            self.committed.insert(moment.objects.blob(entry.node).unwrap());
        }
    }
}

/// The contents of all files below a folder, `.git` left out.
fn contents(folder: &Path) -> BTreeSet<Vec<u8>> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == ".git" => {}
            true => found.extend(contents(&entry.path())),
            false => _ = found.insert(std::fs::read(entry.path()).unwrap()),
        }
    }
    found
}

#[test]
fn whatever_is_done_nothing_is_lost() {
    for seed in 0..3 {
        let place = Place::with_files();
        place.sh("git config user.name tester; git config user.email t@example.org");
        let nodes = Vec::new();
        let mut world = World { place, random: Random::new(seed), written: 0, committed: BTreeSet::new(), nodes };
        world.note_what_is_committed();
        let mut told = Vec::new();
        for _ in 0..50 {
            told.push(world.by_hand());
            world.note_what_is_committed();
            let before = contents(world.place.scratch.path());
            let (operation, outcome) = world.operation();
            let refused = outcome.as_ref().err().map(|error| format!("{:?}: {error}", error.kind()));
            told.push(format!("{operation}: {refused:?}"));
            let story = || told[told.len().saturating_sub(12)..].join("\n");
            if let Err(error) = &outcome {
                let unforeseen = [Kind::Internal, Kind::Io, Kind::CorruptObject, Kind::MissingObject];
                assert!(!unforeseen.contains(&error.kind()), "seed {seed}\n{}", story());
            }
            let mut after = contents(world.place.scratch.path());
            for backup in backups::list(world.place.repository.location()).unwrap() {
                after.insert(std::fs::read(backup.file).unwrap());
            }
            for content in before {
                let kept = after.contains(&content) || world.committed.contains(&content);
                assert!(kept, "seed {seed}: {:?} is lost\n{}", String::from_utf8_lossy(&content), story());
            }
            // hgls and git agree on what is tracked and on what differs.
            let differs = !world.place.st().lines().all(|line| line.starts_with('?'));
            let git = world.place.git();
            let git_differs = !git.lines().all(|line| line.starts_with("??"));
            assert!(git_differs || !differs, "seed {seed}\n{git}\n{}\n{}", world.place.st(), story());
        }
    }
}
