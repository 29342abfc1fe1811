//! Bookmarks made, moved, renamed and removed, as Mercurial does it and with what git keeps beside a branch.

use super::{Place, told};
use crate::cancel::Cancel;
use crate::edit::{BookmarkChange, bookmark};
use crate::ids::Node;

impl Place {
    /// Changesets `0`, `1`, `2` (tags r0, r1, r2); HEAD is r2, detached.
    fn with_three() -> Self {
        Self::new(
            "for n in 0 1 2; do git commit -q --allow-empty -m $n; git tag r$n; done; git checkout -q --detach
             git branch -q -D main; git config user.name tester; git config user.email t@example.org",
        )
    }

    fn book(&self, name: &str) -> String {
        self.set(&[name], None, false, false)
    }

    fn set(&self, names: &[&str], rev: Option<&str>, inactive: bool, force: bool) -> String {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let rev = rev.map(|rev| self.scratch.node(rev));
        self.change(BookmarkChange::Set { names, rev, inactive, force })
    }

    fn rename(&self, from: &str, to: &str, force: bool) -> String {
        self.change(BookmarkChange::Rename { from: from.to_owned(), to: to.to_owned(), force })
    }

    fn delete(&self, names: &[&str]) -> String {
        self.change(BookmarkChange::Delete { names: names.iter().map(|name| (*name).to_owned()).collect() })
    }

    fn change(&self, change: BookmarkChange) -> String {
        told(bookmark(&self.repository, &change, &Cancel::new()))
    }

    /// Branches and where they are, the active one with a star.
    fn books(&self) -> String {
        assert_eq!(
            self.sh("find .git -path .git/hgls -prune -o -name '*.lock' -print; git fsck --strict 2>/dev/null"),
            ""
        );
        self.sh("git for-each-ref --format='%(HEAD)%(refname:short) %(contents:subject)' refs/heads | tr '\\n' ','")
    }
}

#[test]
fn bookmarks_are_made_and_become_active() {
    let place = Place::with_three();
    assert_eq!(place.book("x"), "");
    assert_eq!(place.books(), "*x 2,");
    assert_eq!(place.set(&["y"], Some("r0"), false, false), "");
    assert_eq!(place.book("x"), "", "it is active already");
    assert_eq!(place.books(), "*x 2, y 0,");
    let short = place.scratch.node("r0").short();
    assert_eq!(place.book("y"), format!("moving bookmark 'y' forward from {short}\n"));
    assert_eq!(place.books(), " x 2,*y 2,");
    assert_eq!(place.set(&["x"], Some("r0"), false, false), "abort: bookmark 'x' already exists (use -f to force)\n");
    assert_eq!(place.set(&["x"], Some("r0"), false, true), "");
    assert_eq!(place.books(), " x 0,*y 2,");
    assert_eq!(place.set(&["p", "q"], None, false, false), "");
    assert_eq!(place.books(), "*p 2, q 2, x 0, y 2,");
    assert_eq!(place.set(&["z"], None, true, false), "");
    assert_eq!(place.books(), "*p 2, q 2, x 0, y 2, z 2,");
    let log = place.sh("git reflog --format='%gn %ge %gs' -3");
    assert_eq!(
        log,
        "tester t@example.org checkout: moving from y to p\n\
                     tester t@example.org checkout: moving from x to y\n\
                     tester t@example.org checkout: moving from REV to x\n"
            .replace("REV", &place.scratch.node("r2").to_hex())
    );
    assert_eq!(
        place.sh("git reflog show x --format=%gs -1").trim(),
        format!("branch: Reset to {}", place.scratch.node("r0"))
    );
}

#[test]
fn the_active_one_is_left_when_it_moves_away() {
    let place = Place::with_three();
    place.book("x");
    assert_eq!(place.set(&["x"], Some("r0"), false, true), "");
    assert_eq!((place.books(), place.scratch.node("HEAD")), (" x 0,".to_owned(), place.scratch.node("r2")));
    place.book("y");
    assert_eq!(place.change(BookmarkChange::Deactivate), "");
    assert_eq!(place.books(), " x 0, y 2,");
    assert_eq!(place.change(BookmarkChange::Deactivate), "no active bookmark\n");
    place.book("y");
    assert_eq!(place.set(&["y"], None, true, false), "");
    assert_eq!(place.books(), " x 0, y 2,");
}

#[test]
fn bookmarks_are_renamed_with_all_that_git_keeps_for_them() {
    let place = Place::with_three();
    place.book("x");
    place.set(&["z"], Some("r1"), false, false);
    place.sh("git config branch.x.remote origin; git config branch.x.description words");
    assert_eq!(place.rename("nosuch", "a", false), "abort: bookmark 'nosuch' does not exist\n");
    assert_eq!(place.rename("x", "z", false), "abort: bookmark 'z' already exists (use -f to force)\n");
    assert_eq!(place.rename(".", "x/y", false), "");
    assert_eq!(place.books(), "*x/y 2, z 1,");
    assert_eq!(place.sh("git config branch.x/y.remote; git config branch.x.remote || echo none"), "origin\nnone\n");
    assert_eq!(place.sh("git reflog show x/y --format=%gs | wc -l").trim(), "2");
    assert_eq!(place.rename("z", "x/y", true), "");
    assert_eq!((place.books(), place.scratch.node("HEAD")), (" x/y 1,".to_owned(), place.scratch.node("r2")));
    place.set(&["a", "b"], None, false, false);
    assert_eq!(place.rename("b", "a", true), "");
    assert_eq!(place.books(), "*a 2, x/y 1,");
    place.change(BookmarkChange::Deactivate);
    assert_eq!(place.rename(".", "new", false), "abort: no active bookmark\n");
}

#[test]
fn a_bookmark_is_renamed_as_git_renames_a_branch() {
    let names = [("x", "y"), ("x", "x/y"), ("x/y", "x"), ("one/x", "two/y"), ("é", "ü x".trim_end_matches(" x"))];
    for (from, to) in names {
        for pack in ["true", "git pack-refs --all"] {
            let shown = |rename: &dyn Fn(&Place)| {
                let place = Place::with_three();
                place.sh(&format!(
                    "git checkout -q -b {from} && git commit -q --allow-empty -m more && git worktree add -q -f ../{0}-tree {from}
                     git config branch.{from}.remote origin && git config --add branch.{from}.merge refs/heads/one
                     git config --add branch.{from}.merge refs/heads/two && git config branch.{from}.description 'a  \"b\"' && {pack}",
                    place.scratch.path().file_name().unwrap().to_string_lossy()
                ));
                rename(&place);
                let tree = format!("../{}-tree", place.scratch.path().file_name().unwrap().to_string_lossy());
                let shown = place.sh(&format!(
                    "git for-each-ref; git config --get-regexp '^branch' | sort; cat .git/HEAD; git -C {tree} symbolic-ref HEAD
                     git reflog show --format=%gs {to}; git reflog --format=%gs; git -C {tree} reflog --format=%gs
                     find .git/logs/refs -type f | sort; rm -rf {tree}; git worktree prune; git fsck --strict"
                ));
                // Each repository has nodes of its own.
                let node = place.scratch.node(to).to_hex();
                shown.replace(&node, "NODE").replace(&place.scratch.node("r2").to_hex(), "PARENT")
            };
            let by_hgls = shown(&|place| assert_eq!(place.rename(from, to, false), "", "{from} {to} {pack}"));
            let by_git = shown(&|place| _ = place.sh(&format!("git branch -m {from} {to}")));
            let nodes = |text: &str| {
                let words = text.lines().map(|line| match line.split_once(' ') {
                    Some((node, rest)) if node.len() == 40 => format!("TAG {rest}\n"),
                    _ => format!("{line}\n"),
                });
                words.collect::<String>()
            };
            assert_eq!(nodes(&by_hgls), nodes(&by_git), "{from} {to} {pack}");
        }
    }
}

#[test]
fn a_bookmark_that_was_moved_meanwhile_is_not_renamed() {
    use crate::git::{BranchRename, LogEntry};
    let place = Place::with_three();
    place.set(&["x", "z"], Some("r1"), false, false);
    let moment = place.moment();
    let log = LogEntry { name: "n", mail: "m", date: (0, 0), message: "" };
    let rename = |from: &str, to: &str, node: &str, replaces: Option<&str>| {
        let node_of = |rev: &str| place.scratch.node(rev);
        let rename =
            BranchRename { from: from.into(), to: to.into(), node: node_of(node), replaces: replaces.map(node_of) };
        moment.git.rename_branch(&moment.location, rename, &log, &Cancel::new()).map_err(|error| error.to_string())
    };
    let before = place.books();
    for (from, to, node, replaces) in
        [("x", "y", "r0", None), ("x", "x/y", "r0", None), ("x", "z", "r1", None), ("x", "z", "r1", Some("r2"))]
    {
        let error = rename(from, to, node, replaces).unwrap_err();
        assert!(error.contains("refs/heads"), "{from} {to}: {error}");
        assert_eq!(place.books(), before, "{from} {to}");
    }
    // Somebody holds what has to follow.
    place.sh("git checkout -q x; touch .git/HEAD.lock");
    assert!(rename("x", "y", "r1", None).unwrap_err().contains("HEAD.lock"));
    place.sh("rm .git/HEAD.lock");
    rename("x", "z", "r1", Some("r1")).unwrap();
    assert_eq!(place.books(), "*z 1,");
}

#[test]
fn bookmarks_are_removed_and_their_changesets_stay() {
    let place = Place::with_three();
    place.set(&["x", "y", "z"], None, false, false);
    place.sh("git config branch.x.remote origin");
    assert_eq!(place.delete(&[]), "abort: bookmark name required\n");
    assert_eq!(place.delete(&["y", "nosuch"]), "abort: bookmark 'nosuch' does not exist\n");
    assert_eq!(place.books(), "*x 2, y 2, z 2,");
    assert_eq!(place.delete(&["."]), "");
    assert_eq!(place.delete(&["."]), "abort: no active bookmark\n");
    assert_eq!((place.books(), place.scratch.node("HEAD")), (" y 2, z 2,".to_owned(), place.scratch.node("r2")));
    assert_eq!(place.sh("git config branch.x.remote || echo none"), "none\n");
    place.sh("git pack-refs --all");
    assert_eq!(place.delete(&["y", "z"]), "");
    assert_eq!(place.books(), "");
}

#[test]
fn names_that_neither_allows_are_refused() {
    let place = Place::with_three();
    for (name, told) in [
        (".", "the name '.' is reserved"),
        ("tip", "the name 'tip' is reserved"),
        ("null", "the name 'null' is reserved"),
        ("12", "cannot use an integer as a name"),
        ("-5", "cannot use an integer as a name"),
        ("a:b", "':' cannot be used in a name"),
        ("a\nb", "'\\n' cannot be used in a name"),
        ("", "bookmark names cannot consist entirely of whitespace"),
        ("  ", "bookmark names cannot consist entirely of whitespace"),
        ("a..b", "git does not allow the name 'a..b'"),
        ("a b", "git does not allow the name 'a b'"),
        ("HEAD", "git does not allow the name 'HEAD'"),
        ("-x", "git does not allow the name '-x'"),
    ] {
        assert_eq!(place.book(name), format!("abort: {told}\n"), "{name:?}");
    }
    assert_eq!(place.books(), "");
    assert_eq!(place.book(" sp "), "");
    assert_eq!(place.book("sp/x"), "abort: bookmark 'sp/x' cannot be beside 'sp'\n");
    assert_eq!(place.books(), "*sp 2,");
    let short = place.scratch.node("r0").short();
    let warned =
        format!("bookmark {short} matches a changeset hash\n(did you leave a -r out of an 'hg bookmark' command?)\n");
    assert_eq!(place.book(&short), warned);
}

#[test]
fn a_bookmark_of_another_worktree_is_left_alone() {
    let place = Place::with_three();
    place.sh("git worktree add -q ../linked -b other r0");
    for told in [place.delete(&["other"]), place.book("other"), place.set(&["other"], Some("r1"), false, true)] {
        assert!(told.starts_with("abort: bookmark 'other' is active in another worktree, '"), "{told}");
    }
    assert_eq!(place.books(), " other 0,");
    assert_eq!(place.rename("other", "renamed", false), "");
    assert_eq!(place.sh("git -C ../linked symbolic-ref HEAD"), "refs/heads/renamed\n");
}

#[test]
fn before_the_first_changeset_a_bookmark_is_a_name() {
    let place = Place::new("");
    assert_eq!(place.book("first"), "");
    assert_eq!(place.sh("git symbolic-ref HEAD"), "refs/heads/first\n");
    assert_eq!(place.rename("first", "second", false), "");
    assert_eq!(place.sh("git symbolic-ref HEAD"), "refs/heads/second\n");
    assert_eq!(place.change(BookmarkChange::Deactivate), "no active bookmark\n");
}

#[test]
fn there_is_no_bookmark_on_nothing() {
    let place = Place::with_three();
    let before = place.books();
    let null = |names: &[&str], force| BookmarkChange::Set {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        rev: Some(Node::NULL),
        inactive: true,
        force,
    };
    for force in [false, true] {
        assert_eq!(place.change(null(&["x"], force)), "abort: cannot bookmark the null revision\n");
    }
    assert_eq!(place.books(), before);
    // Before the first changeset that is what `.` is.
    let place = Place::new("git config user.name tester; git config user.email t@example.org");
    assert_eq!(place.change(null(&["main"], true)), "abort: cannot bookmark the null revision\n");
    assert_eq!(place.books(), "");
}
