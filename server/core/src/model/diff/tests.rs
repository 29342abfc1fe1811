//! Diffs compared with git's own, on random repositories and on the cases that matter.

use super::*;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::Scope;
use crate::git::testing::Scratch;
use crate::ids::{Mode, Rev};
use crate::model::manifest::root;
use crate::model::testing::{random_repository, snapshot_of};
use crate::repository::Snapshot;
use crate::testing::Random;

/// In the form of `git diff-tree --name-status`.
fn name_status(changes: &[Change]) -> String {
    let renamed: Vec<_> = changes.iter().filter_map(|change| change.source.as_ref()).filter(|s| s.renamed).collect();
    let mut text = String::new();
    for change in changes {
        let path = &change.path;
        let kind = |entry: Entry| match entry.mode {
            Mode::Executable => Mode::File,
            mode => mode,
        };
        text += &match (&change.source, change.old, change.new) {
            (Some(from), ..) if from.renamed => format!("R{:03}\t{}\t{path}\n", from.similarity, from.path),
            (Some(from), ..) => format!("C{:03}\t{}\t{path}\n", from.similarity, from.path),
            (None, None, _) => format!("A\t{path}\n"),
            (None, _, None) if renamed.iter().any(|from| from.path == *path) => String::new(),
            (None, _, None) => format!("D\t{path}\n"),
            (None, Some(old), Some(new)) if kind(old) != kind(new) => format!("T\t{path}\n"),
            (None, Some(_), Some(_)) => format!("M\t{path}\n"),
        };
    }
    text
}

fn between(snapshot: &Snapshot, old: Rev, new: Rev, detect: Detect) -> Result<Vec<Change>> {
    let (old, new) = (root(snapshot, old)?, root(snapshot, new)?);
    let mut changes = tree_changes(&snapshot.objects, old, new, &Scope::Whole, &Cancel::new())?;
    let mut read = |_, _: &RepoPath, entry: Entry| Ok(snapshot.objects.blob(entry.node)?);
    copies::detect(&mut changes, detect, &mut read, &snapshot.cancel)?;
    Ok(changes)
}

#[test]
fn the_files_that_differ_are_those_that_git_lists() -> Result<()> {
    for seed in 0..8 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let scratch = random_repository(&mut random, 40);
        let snapshot = snapshot_of(&scratch);
        for new in (0..snapshot.changelog.len()).map(Rev::from_index) {
            let some = Rev::from_index(random.below(snapshot.changelog.len()));
            for old in [snapshot.changelog.p1(new), some] {
                if old == Rev::NULL {
                    continue;
                }
                let nodes = format!("{} {}", snapshot.changelog.node(old), snapshot.changelog.node(new));
                for (detect, flags) in [(Detect::Nothing, ""), (Detect::Renames, "-M"), (Detect::Copies, "-M -C")] {
                    let changes = between(&snapshot, old, new, detect)?;
                    let expected = scratch.sh(&format!("git diff-tree -r {flags} --name-status {nodes}"));
                    assert_eq!(name_status(&changes), expected, "{old} to {new} {flags}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn a_source_serves_the_target_most_like_it() -> Result<()> {
    let scratch = Scratch::new();
    scratch.sh(
        "git init -q -b main . && mkdir d e && seq 100 > d/one && seq 200 300 > d/two && seq 1000 1100 > keep && git add .
         git commit -qm 1
         git mv d/one e/one && git mv d/two renamed && echo x >> e/one && echo y >> renamed && cp keep copy && echo z >> keep
         seq 2 100 > another && git add . && git commit -qm 2",
    );
    let snapshot = snapshot_of(&scratch);
    for (detect, flags) in [(Detect::Renames, "-M"), (Detect::Copies, "-M -C")] {
        let changes = between(&snapshot, Rev(0), Rev(1), detect)?;
        assert_eq!(name_status(&changes), scratch.sh(&format!("git diff-tree -r {flags} --name-status HEAD^ HEAD")));
    }
    Ok(())
}
