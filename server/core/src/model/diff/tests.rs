//! Diffs compared with git's own, on random repositories and on the cases that matter.

use super::*;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::Scope;
use crate::git::testing::Scratch;
use crate::ids::{Mode, Rev};
use crate::linediff::{Spaces, Whitespace};
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
    let root = |rev| root(snapshot, snapshot.changelog.node(rev));
    let (old, new) = (root(old)?, root(new)?);
    let mut changes = tree_changes(&snapshot.objects, old, new, &Scope::Whole, &Cancel::new())?;
    let mut read = |_, _: &RepoPath, entry: Entry| Ok(snapshot.objects.blob(entry.node)?);
    copies::detect(&mut changes, detect, &mut read, &snapshot.cancel)?;
    Ok(changes)
}

#[test]
fn the_files_that_differ_are_those_that_git_lists() -> Result<()> {
    for seed in 0..3 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let scratch = random_repository(&mut random, 25);
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

fn patch(snapshot: &Snapshot, from: Rev, to: Rev) -> Result<String> {
    let diff = diff(snapshot, &Request::new(snapshot.changelog.node(from), snapshot.changelog.node(to), &[]))?;
    Ok(String::from_utf8(diff.patch).expect("text"))
}

/// The patch from the first changeset, which `before` makes, to the working copy that `then` leaves.
fn working_patch(before: &str, then: &str) -> String {
    let scratch = Scratch::new();
    scratch.sh(&format!("git init -q -b main . && {before}\n git add -A . && git commit -q --allow-empty -m 1"));
    scratch.sh(then);
    let snapshot = snapshot_of(&scratch);
    let text = patch(&snapshot, Rev(0), Rev::WDIR).expect("a patch");
    std::fs::write(scratch.path().join(".git/patch"), &text).expect("a file");
    if !text.is_empty() {
        scratch.sh("git reset -q --hard && git clean -fdq && git apply --check --index .git/patch");
    }
    text
}

#[test]
fn patches_are_written_as_mercurial_does() {
    assert_eq!(
        working_patch("seq 9 > f", "sed -i 's/5/five/' f"),
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    );
    assert_eq!(
        working_patch("echo 1 > f", "echo 2 > f"),
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-1\n+2\n",
        "counts are always there"
    );
    assert_eq!(
        working_patch(":", "echo 1 > 'a b' && touch empty && chmod +x empty && git add ."),
        "diff --git a/a b b/a b\nnew file mode 100644\n--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1,1 @@\n+1\n\
         diff --git a/empty b/empty\nnew file mode 100755\n"
    );
    assert_eq!(
        working_patch("echo 1 > 'a b' && touch empty", "git rm -q empty 'a b'"),
        "diff --git a/a b b/a b\ndeleted file mode 100644\n--- a/a b\t\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n\
         diff --git a/empty b/empty\ndeleted file mode 100644\n"
    );
    assert_eq!(
        working_patch("printf 1 > f && printf 'a\\nb' > g", "printf 2 > f && printf 'x\\na\\nb' > g"),
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-1\n\\ No newline at end of file\n+2\n\
         \\ No newline at end of file\n\
         diff --git a/g b/g\n--- a/g\n+++ b/g\n@@ -1,2 +1,3 @@\n+x\n a\n b\n\\ No newline at end of file\n"
    );
    assert_eq!(
        working_patch("echo ü > ü", "echo u > ü"),
        "diff --git a/ü b/ü\n--- a/ü\n+++ b/ü\n@@ -1,1 +1,1 @@\n-ü\n+u\n",
        "names are not quoted"
    );
}

#[test]
fn renames_copies_and_modes_have_headers() {
    assert_eq!(working_patch("echo 1 > f", "git mv f g"), "diff --git a/f b/g\nrename from f\nrename to g\n");
    assert_eq!(
        working_patch("seq 9 > f", "git mv f g && chmod +x g && echo x >> g"),
        "diff --git a/f b/g\nold mode 100644\nnew mode 100755\nrename from f\nrename to g\n--- a/f\n+++ b/g\n\
         @@ -7,3 +7,4 @@\n 7\n 8\n 9\n+x\n"
    );
    assert_eq!(
        working_patch("seq 3 > f", "cp f c && sed -i 1d f && git add ."),
        "diff --git a/f b/c\ncopy from f\ncopy to c\n\
         diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,2 @@\n-1\n 2\n 3\n"
    );
    assert_eq!(working_patch("echo 1 > f", "chmod +x f"), "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n");
    assert_eq!(
        working_patch("ln -s a l && ln -s l k", "ln -sf b l && rm k && echo 1 > k"),
        "diff --git a/k b/k\ndeleted file mode 120000\n--- a/k\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-l\n\
         \\ No newline at end of file\n\
         diff --git a/k b/k\nnew file mode 100644\n--- /dev/null\n+++ b/k\n@@ -0,0 +1,1 @@\n+1\n\
         diff --git a/l b/l\n--- a/l\n+++ b/l\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\
         \\ No newline at end of file\n"
    );
}

#[test]
fn binary_files_are_literals() {
    assert_eq!(
        working_patch(":", "printf '\\0a\\n' > b && git add b"),
        "diff --git a/b b/b\nnew file mode 100644\n\
         index 0000000000000000000000000000000000000000..d9ab79cbd9a1b5de3174c1fa5cf3ef2c2fa0c3ba\n\
         GIT binary patch\nliteral 3\nKc${NM<N^Qy&j4%y\n\n"
            .replace("d9ab79cbd9a1b5de3174c1fa5cf3ef2c2fa0c3ba", &blob_id("printf '\\0a\\n'"))
    );
    let removed = working_patch("printf '\\0a\\n' > b", "git rm -q b");
    assert!(
        removed.ends_with("..0000000000000000000000000000000000000000\nGIT binary patch\nliteral 0\nHc$@<O00001\n\n")
    );
    assert!(working_patch("printf '\\0' > b", "printf '\\0\\1' > b").contains("GIT binary patch\nliteral 2\n"));
    assert!(working_patch("echo '*.x -diff' > .gitattributes && echo 1 > f.x", "echo 2 > f.x").contains("literal 2\n"));
    assert_eq!(working_patch("printf '\\0' > b", "git mv b c"), "diff --git a/b b/c\nrename from b\nrename to c\n");
}

fn blob_id(command: &str) -> String {
    Scratch::new().sh(&format!("{command} | git hash-object --stdin")).trim().to_owned()
}

#[test]
fn what_is_missing_is_no_difference_unless_renamed() {
    assert_eq!(working_patch("echo 1 > f", "rm f"), "");
    assert_eq!(working_patch("echo 1 > f", "echo 2 > g"), "");
    assert_eq!(working_patch("echo 1 > f", "mv f g && git add g"), "diff --git a/f b/g\nrename from f\nrename to g\n");
}

#[test]
fn context_and_white_space_are_the_callers_choice() -> Result<()> {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && printf '1\\n2\\n3\\n4\\n5\\n6\\n' > f && git add . && git commit -qm 1
         printf '1\\n2 \\n3\\n\\n4\\n5\\n6\\n7\\n' > f && git commit -qam 2");
    let snapshot = snapshot_of(&scratch);
    let (one, two) = (scratch.node("HEAD^"), scratch.node("HEAD"));
    let of = |context, spaces, ignore_blank_lines| {
        let whitespace = Whitespace { spaces, ignore_blank_lines };
        let diff = diff(&snapshot, &Request { context, whitespace, ..Request::new(one, two, &[]) })?;
        let file = &diff.files[0];
        let text = String::from_utf8(diff.patch).expect("text").split_once("+++ b/f\n").expect("a patch").1.to_owned();
        Ok::<_, crate::Error>((file.added, file.removed, text))
    };
    let expected = "@@ -2,1 +2,1 @@\n-2\n+2 \n@@ -3,0 +4,1 @@\n+\n@@ -6,0 +8,1 @@\n+7\n";
    assert_eq!(of(0, Spaces::Compare, false)?, (3, 1, expected.to_owned()));
    let expected = "@@ -3,2 +3,3 @@\n 3\n+\n 4\n@@ -6,1 +7,2 @@\n 6\n+7\n";
    assert_eq!(of(1, Spaces::IgnoreAll, false)?, (2, 0, expected.to_owned()));
    let expected = "@@ -4,3 +4,4 @@\n 4\n 5\n 6\n+7\n";
    assert_eq!(of(3, Spaces::IgnoreAtEol, true)?, (1, 0, expected.to_owned()), "as Mercurial counts");
    Ok(())
}

#[test]
fn submodules_are_shown_by_their_changesets() {
    let before =
        "git init -q ../sub && git -C ../sub commit -q --allow-empty -m 1 && git -C ../sub commit -q --allow-empty -m 2
        git -c protocol.file.allow=always submodule --quiet add ../sub sub 2>/dev/null";
    let patch = working_patch(before, "git -C sub checkout -q HEAD^");
    assert!(
        patch.starts_with("diff --git a/sub b/sub\n--- a/sub\n+++ b/sub\n@@ -1,1 +1,1 @@\n-Subproject commit "),
        "{patch}"
    );
}

#[test]
fn git_applies_the_patches_of_random_repositories() -> Result<()> {
    for seed in 20..22 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let scratch = random_repository(&mut random, 25);
        let snapshot = snapshot_of(&scratch);
        for new in (0..snapshot.changelog.len()).map(Rev::from_index) {
            let old = Rev::from_index(random.below(snapshot.changelog.len()));
            let (old, new) = (snapshot.changelog.node(old), snapshot.changelog.node(new));
            let context = random.below(4) as u32;
            let text = diff(&snapshot, &Request { context, ..Request::new(old, new, &[]) })?.patch;
            if text.is_empty() {
                continue;
            }
            std::fs::write(scratch.path().join(".git/patch"), &text).expect("a file");
            let tree = scratch
                .sh(&format!("git read-tree {old} && git apply --cached --unidiff-zero .git/patch && git write-tree"));
            assert_eq!(tree, scratch.sh(&format!("git rev-parse {new}^{{tree}}")), "{old} to {new}, {context} lines");
        }
    }
    Ok(())
}
