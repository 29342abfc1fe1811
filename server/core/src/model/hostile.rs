//! Manifests that nobody made to work with: nested deeper than a stack allows, or with more files than memory has room for.
//! Whatever comes of them, the process goes on.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use crate::cancel::Cancel;
use crate::error::{Explain as _, Kind};
use crate::git::testing::Scratch;
use crate::ids::{Node, RepoPath};
use crate::model::dirstate::{Between, Request, status};
use crate::model::filelog::{self, filelog};
use crate::model::manifest::{self, manifest};
use crate::model::testing::snapshot_of;
use crate::progress::NoProgress;
use crate::repository::{Options, Repository};

/// A repository with a changeset whose manifest is a file in so many folders, one in the other, each with so many names.
fn nested(depth: usize, names: usize) -> Scratch {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && git commit -q --allow-empty -m nothing");
    let arguments = ["mktree", "--batch"];
    let mut command = Command::new("git");
    command.args(arguments).current_dir(scratch.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut entry = format!("100644 blob {}", scratch.sh("echo file | git hash-object -w --stdin").trim());
    for _ in 0..depth {
        let listing: String = (0..names).map(|name| format!("{entry}\t{name}\n")).collect();
        input.write_all(format!("{listing}\n").as_bytes()).unwrap();
        input.flush().unwrap();
        let mut tree = String::new();
        output.read_line(&mut tree).unwrap();
        entry = format!("040000 tree {}", tree.trim());
    }
    drop(input);
    child.wait().unwrap();
    let tree = entry.split(' ').next_back().unwrap();
    scratch.sh(&format!("git update-ref HEAD $(git commit-tree -p HEAD -m all {tree})"));
    scratch
}

#[test]
fn a_manifest_may_be_deeper_than_a_stack() {
    const DEPTH: usize = 8000;
    let scratch = nested(DEPTH, 1);
    let path = RepoPath::new(vec!["0"; DEPTH].join("/")).unwrap();
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    for _ in 0..2 {
        let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        let head = scratch.node("HEAD");
        for between in [Between::Working(head), Between::Revs(Node::NULL, head)] {
            let rows = status(&snapshot, between, &Request::CHANGED).unwrap().rows;
            assert_eq!(rows.iter().map(|row| &row.path).collect::<Vec<_>>(), [&path]);
        }
        let all = manifest::Request { paths: &[], after: None, limit: 10, sizes: true };
        assert_eq!(manifest(&snapshot, head, &all).unwrap().files.len(), 1);
        let rev = snapshot.changelog.tip();
        let query = filelog::Query { path: &path, rev, follow: true, all_heads: false, limit: 10, cursor: None };
        assert_eq!(filelog(&snapshot, &query).unwrap().revisions.len(), 1);
        repository.index(&Cancel::new(), &NoProgress).unwrap();
    }
}

#[test]
fn more_files_than_fit_are_an_error() {
    let scratch = nested(6, 10);
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let indexed = repository.index(&Cancel::new(), &NoProgress);
    assert_eq!(indexed.map(drop).map_err(|error| error.kind()), Err(Kind::UnsupportedRepository));
    let snapshot = snapshot_of(&scratch);
    let head = scratch.node("HEAD");
    for between in [Between::Working(head), Between::Revs(Node::NULL, head)] {
        let status = status(&snapshot, between, &Request::CHANGED);
        assert_eq!(status.map(drop).map_err(|error| error.kind()), Err(Kind::UnsupportedRepository));
    }
    let some = manifest::Request { paths: &[], after: None, limit: 10, sizes: false };
    let page = manifest(&snapshot, head, &some).unwrap();
    assert_eq!((page.files.len(), page.more), (10, true), "a few can be listed");
}
