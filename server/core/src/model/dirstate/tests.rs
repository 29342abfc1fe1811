//! Status, row by row of what it promises, and against git on working copies in random disorder.

use super::*;
use crate::error::{Explain, Kind, Result};
use crate::git::testing::Scratch;
use crate::ids::{Node, RepoPath};
use crate::model::testing::snapshot_of;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}

fn ask(scratch: &Scratch, paths: &[&str], codes: Codes) -> Result<Status> {
    let snapshot = snapshot_of(scratch);
    let paths: Vec<RepoPath> = paths.iter().map(|text| path(text)).collect();
    let request = Request { paths: &paths, codes, ..Request::CHANGED };
    status(&snapshot, Between::Working(first_parent(&snapshot)), &request)
}

/// As `hg status -C` prints it, on one line; `*` marks conflicts.
fn shown(status: &Status) -> String {
    let row = |row: &Row| {
        let source = row.source.as_ref().map(|source| format!("<{}", source.path)).unwrap_or_default();
        let mark = if row.unresolved { "*" } else { "" };
        format!("{} {}{mark}{source}", row.code.letter(), row.path)
    };
    status.rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

/// The status of a repository whose first changeset was made by `before`, and in which `then` happened since.
fn after(before: &str, then: &str) -> String {
    let scratch = repository(before, then);
    shown(&ask(&scratch, &[], Codes::ALL).expect("a status"))
}

fn repository(before: &str, then: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.sh(&format!("git init -q -b main . && {before}\n git add -A . && git commit -q --allow-empty -m 1"));
    scratch.sh(then);
    scratch
}

#[test]
fn the_index_says_what_is_tracked_and_nothing_else() {
    let of = |then: &str| after("echo x > f", then);
    assert_eq!(of(":"), "C f");
    assert_eq!(of("echo y > f"), "M f");
    assert_eq!(of("echo y > f && git add f"), "M f");
    assert_eq!(of("echo y > f && git add f && echo z > f"), "M f");
    assert_eq!(of("echo y > f && git add f && echo x > f"), "C f", "staged, then undone");
    assert_eq!(of("rm f"), "! f");
    assert_eq!(of("echo y > f && git add f && rm f"), "! f");
    assert_eq!(of("git rm -q f"), "R f");
    assert_eq!(of("git rm -q --cached f"), "R f", "forgotten, the file kept");
    assert_eq!(of("git rm -q --cached f && echo y > f"), "R f");
    assert_eq!(of("git rm -q --cached f && git add -N f"), "C f");
}

#[test]
fn files_that_the_revision_does_not_have() {
    let of = |then: &str| after("echo x > f", then);
    assert_eq!(of("echo a > g"), "? g, C f");
    assert_eq!(of("echo a > g && git add g"), "A g, C f");
    assert_eq!(of("echo a > g && git add g && echo b > g"), "A g, C f");
    assert_eq!(of("echo a > g && git add -N g"), "A g, C f", "intended to be added");
    assert_eq!(of("echo a > g && git add g && rm g"), "! g, C f");
    assert_eq!(of("mkdir -p d/e && touch d/e/g d/h && mkdir empty"), "? d/e/g, ? d/h, C f");
    assert_eq!(of("mkfifo pipe"), "C f", "neither file nor link");
}

#[test]
fn modes_and_kinds_count() {
    let of = |then: &str| after("echo x > f && ln -s f l", then);
    assert_eq!(of("chmod +x f"), "M f, C l");
    assert_eq!(of("git config core.fileMode false && chmod +x f"), "C f, C l");
    assert_eq!(of("git config core.fileMode false && git update-index --chmod=+x f"), "M f, C l");
    assert_eq!(of("git update-index --chmod=+x f"), "C f, C l", "staged only; the file did not change");
    assert_eq!(of("ln -sf g l"), "M l, C f");
    assert_eq!(of("rm l && printf f > l"), "M l, C f", "a file in place of a link");
    assert_eq!(of("git config core.symlinks false && rm l && printf f > l"), "C f, C l");
    assert_eq!(of("git config core.symlinks false && rm l && printf g > l"), "M l, C f");
    assert_eq!(of("rm f && ln -s l f"), "M f, C l");
    assert_eq!(of("rm f && mkfifo f"), "! f, C l");
}

#[test]
fn folders_and_files_take_each_others_place() {
    assert_eq!(after("echo x > a", "rm a && mkdir a && touch a/b"), "! a, ? a/b");
    assert_eq!(after("echo x > a", "git rm -q a && mkdir a && touch a/b && git add a"), "A a/b, R a");
    assert_eq!(after("mkdir a && echo x > a/b", "rm -r a && touch a"), "! a/b, ? a");
    assert_eq!(after("mkdir a && echo x > a/b", "mv a c && ln -s c a"), "! a/b, ? a, ? c/b", "behind a link");
    assert_eq!(after("mkdir a && echo x > a/b", "mv a c && ln -s c a && git add -A ."), "A a, A c/b<a/b, R a/b");
    assert_eq!(after("echo x > a", "rm a && git init -q a && git -C a commit -q --allow-empty -m 1"), "M a");
}

#[test]
fn racy_changes_are_seen() {
    for _ in 0..3 {
        assert_eq!(after("echo x > f && git add f && echo y > f && git add f", "echo z > f"), "M f");
    }
    let then =
        "touch -d '2020-01-01 00:00:00' f && git update-index f && echo y > f && touch -d '2020-01-01 00:00:00' f";
    assert_eq!(after("echo x > f", then), "M f", "only the inode's change tells");
    assert_eq!(after("echo x > f", "touch -d '2020-01-01 00:00:00' f"), "C f", "touched");
}

#[test]
fn ignored_files_are_apart_and_tracked_ones_never_among_them() {
    let before = "mkdir -p a/b build && echo '*.o
build/
/top
!a/b/keep.o
sp\\\\ ' > .gitignore && printf 'deep/**/x\\n!*.o\\n' > a/.gitignore && touch build/tracked a/t.o && git add -f build a/t.o";
    let then =
        "mkdir -p a/deep/1/2 build/sub c && touch x.o a/y.o a/b/keep.o a/b/top top build/new build/sub/n 'sp ' sp
        touch a/deep/x a/deep/1/2/x c/z && echo '*.ex' > .git/info/exclude && touch c/1.ex";
    assert_eq!(
        after(before, then),
        "? a/b/keep.o, ? a/b/top, ? a/y.o, ? c/z, ? sp, I a/deep/1/2/x, I a/deep/x, I build/new, I build/sub/n, \
         I c/1.ex, I sp , I top, I x.o, C .gitignore, C a/.gitignore, C a/t.o, C build/tracked"
    );
    let then = "echo '*.log' > ../mine && git config core.excludesFile $(cd .. && pwd)/mine && touch a.log b";
    assert_eq!(after(":", then), "? b, I a.log");
    assert_eq!(
        after("echo '*.LOG' > .gitignore", "git config core.ignoreCase true && touch a.log"),
        "I a.log, C .gitignore"
    );
}

#[test]
fn sparse_and_assumed_files_are_as_git_has_them() {
    let before = "mkdir a b && echo 1 > a/f && echo 1 > b/f && echo 1 > top";
    assert_eq!(after(before, "git sparse-checkout set a"), "C a/f, C b/f, C top");
    let then = "git sparse-checkout set a && mkdir b && echo 2 > b/f";
    assert_eq!(after(before, then), "M b/f, C a/f, C top", "there all the same");
    assert_eq!(after(before, "git update-index --skip-worktree top && echo 2 > top && rm -r a"), "! a/f, C b/f, C top");
    assert_eq!(after(before, "git update-index --assume-unchanged top && rm top"), "C a/f, C b/f, C top");
}

#[test]
fn conversions_are_no_changes() {
    let crlf = "printf 'a\\r\\nb\\r\\n'";
    assert_eq!(after("printf 'a\\nb\\n' > f", &format!("git config core.autocrlf true && {crlf} > f")), "C f");
    assert_eq!(after("printf 'a\\nb\\n' > f", &format!("{crlf} > f")), "M f");
    assert_eq!(
        after(&format!("{crlf} > f"), &format!("git config core.autocrlf true && {crlf} > f && touch f")),
        "C f"
    );
    let attributes =
        "printf '*.txt text eol=crlf\\n*.bin binary\\n' > .gitattributes && printf 'a\\nb\\n' | tee f.txt > f.bin";
    let then = format!("{crlf} | tee f.txt > f.bin");
    assert_eq!(after(attributes, &then), "M f.bin, C .gitattributes, C f.txt");
}

#[test]
fn case_may_not_matter() {
    let then = "git config core.ignoreCase true && mv f F";
    assert_eq!(after("echo x > f", then), "! f", "on a file system where it does, the tracked name is gone");
    assert_eq!(after("echo x > f", "mv f F"), "! f, ? F");
}

#[test]
fn copies_have_sources() {
    let before = "seq 50 > f && seq 100 150 > g";
    assert_eq!(after(before, "git mv f h"), "A h<f, R f, C g");
    assert_eq!(after(before, "mv f h && git add h"), "A h<f, ! f, C g");
    assert_eq!(after(before, "git mv f h && echo more >> h"), "A h<f, R f, C g", "content as it is on disk");
    assert_eq!(after(before, "cp f h && echo more >> f && git add h"), "M f, A h<f, C g", "the source is still there");
    assert_eq!(after(before, "cp f h && git add h"), "A h, C f, C g", "as git: only what changes is a source");
    assert_eq!(after(before, "git mv f h && echo x > h"), "A h, R f, C g");
    let scratch = repository(before, "git mv f h");
    assert_eq!(shown(&ask(&scratch, &["h"], Codes::ALL).expect("a status")), "A h<f", "asked for alone");
}

#[test]
fn names_are_bytes() {
    let then = "touch \"$(printf 'caf\\351')\" 'a b' \"$(printf 'tab\\there')\" '\"' \"$(printf 'new\\nline')\"";
    let scratch = repository(":", then);
    let status = ask(&scratch, &[], Codes::CHANGED).expect("a status");
    let names: Vec<&[u8]> = status.rows.iter().map(|row| row.path.as_bytes()).collect();
    assert_eq!(names, [&b"\""[..], b"a b", b"caf\xe9", b"new\nline", b"tab\there"]);
}

const MERGE: &str = "git checkout -qb other && echo 2 > both && echo new > addr && git rm -q gone && git add .
    git commit -qm other && git checkout -q main && echo 3 > mine && git add . && git commit -qm mine";

#[test]
fn a_merge_in_progress_modifies() {
    let before = "echo 1 > both && echo 1 > gone && echo 1 > stays";
    let merge = format!("{MERGE} && git merge -q --no-commit other");
    assert_eq!(after(before, &merge), "M addr, M both, R gone, C mine, C stays");
    assert_eq!(after(before, &format!("{merge} && rm addr")), "M both, R gone, ! addr, C mine, C stays");
    assert_eq!(
        after(before, &format!("{merge} && touch new && git add new")),
        "M addr, M both, A new, R gone, C mine, C stays"
    );
    let pick = format!("{MERGE} && git cherry-pick -n other");
    assert_eq!(after(before, &pick), "M both, A addr, R gone, C mine, C stays", "no merge");
}

#[test]
fn conflicts_are_modified_and_unresolved() {
    let before = "for f in uu ud du; do echo 1 > $f; done";
    let merge = "git checkout -qb other && echo 2 > uu && git rm -q ud && echo 2 > du && echo 2 > aa && git add .
        git commit -qm other && git checkout -q main
        echo 3 > uu && echo 3 > ud && git rm -q du && echo 3 > aa && git add . && git commit -qm mine
        git merge -q other >/dev/null || true";
    assert_eq!(after(before, merge), "M aa*, M du*, M ud*, M uu*");
    assert_eq!(after(before, &format!("{merge}; rm du")), "M aa*, M ud*, M uu*, ! du*");
    assert_eq!(after(before, &format!("{merge}; echo 4 > uu; git add uu; git rm -q ud")), "M aa*, M du*, M uu, R ud");
}

#[test]
fn conflicts_are_listed_until_the_merge_ends() -> Result<()> {
    let scratch = repository("echo 1 > f && echo 1 > g && echo 1 > h", "true");
    scratch.sh("git checkout -qb other && for f in f g h; do echo 2 > $f; done && git commit -qam 2
         git checkout -q main && for f in f g h; do echo 3 > $f; done && git commit -qam 3
         git merge -q other >/dev/null || true");
    let listed = || -> Result<String> {
        let letter = |status| if status == MergeStatus::Resolved { "R" } else { "U" };
        let files = resolve_list(&snapshot_of(&scratch))?;
        Ok(files.iter().map(|(path, status)| format!("{} {path};", letter(*status))).collect())
    };
    assert_eq!(listed()?, "U f;U g;U h;");
    scratch.sh("echo 4 > g && git add g && git rm -q h");
    assert_eq!(listed()?, "U f;R g;R h;");
    scratch.sh("git add f && git commit -qm merged");
    assert_eq!(listed()?, "");
    Ok(())
}

#[test]
fn the_working_copy_knows_where_it_stands() -> Result<()> {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && touch unknown");
    let of = || identify(&snapshot_of(&scratch));
    let empty = Identity {
        node: Node::NULL,
        parents: vec![],
        active_bookmark: Some("main".into()),
        operation: None,
        dirty: false,
    };
    assert_eq!(of()?, empty);
    scratch.sh("echo 1 > f && git add f && git commit -qm 1");
    let clean = Identity { node: scratch.node("HEAD"), parents: vec![scratch.node("HEAD")], ..empty };
    assert_eq!(of()?, clean);
    scratch.sh("rm f");
    assert_eq!(of()?, Identity { dirty: true, ..clean.clone() });
    scratch.sh("git checkout -q f && git checkout -qb other && git commit -q --allow-empty -m 2");
    scratch.sh("git checkout -q --detach main && git merge -q --no-ff --no-commit other");
    let merging = Identity {
        parents: vec![scratch.node("main"), scratch.node("other")],
        active_bookmark: None,
        operation: Some(crate::git::Operation::Merge),
        dirty: true,
        ..clean
    };
    assert_eq!(of()?, merging);
    Ok(())
}

#[test]
fn submodules_and_nested_repositories_are_one_entry() {
    let before = "git init -q ../sub && git -C ../sub commit -q --allow-empty -m 1 && echo 1 > ../sub/f
        git -C ../sub add f && git -C ../sub commit -qm 2
        git -c protocol.file.allow=always submodule --quiet add ../sub sub 2>/dev/null";
    let of = |then: &str| after(before, then);
    assert_eq!(of(":"), "C .gitmodules, C sub");
    assert_eq!(of("git -C sub checkout -q HEAD^"), "M sub, C .gitmodules");
    assert_eq!(of("echo 2 > sub/f"), "M sub, C .gitmodules");
    assert_eq!(of("touch sub/new"), "M sub, C .gitmodules");
    assert_eq!(of("touch sub/new && git config submodule.sub.ignore untracked"), "C .gitmodules, C sub");
    assert_eq!(of("git -C sub checkout -q HEAD^ && git config submodule.sub.ignore all"), "C .gitmodules, C sub");
    assert_eq!(of("git submodule --quiet deinit -f sub >/dev/null"), "C .gitmodules, C sub");
    assert_eq!(of("rm -rf sub"), "! sub, C .gitmodules");
    assert_eq!(of("rm -rf sub && touch sub"), "M sub, C .gitmodules");
    assert_eq!(
        after(":", "git init -q n && touch n/f && mkdir -p d && git init -q d/m && touch d/g"),
        "? d/g, ? d/m, ? n"
    );
    assert_eq!(after("echo /n > .gitignore", "git init -q n && touch n/f"), "I n, C .gitignore");
    assert_eq!(after(":", "git commit -q --allow-empty -m 2 && git worktree add -q wt"), "? wt");
}

#[test]
fn a_submodule_in_another_case_is_not_looked_into() {
    let scratch = repository(
        "git config core.ignoreCase true && git init -q Sub && git -C Sub commit -q --allow-empty -m 1",
        "mv Sub x && mv x sub && touch sub/new",
    );
    let unknown = ask(&scratch, &[], [Code::Unknown].into_iter().collect()).expect("a status");
    assert_eq!((shown(&unknown).as_str(), scratch.sh("git ls-files -o").as_str()), ("", ""));
}

#[test]
fn paths_limit_what_is_looked_at() -> Result<()> {
    let scratch = repository(
        "mkdir -p a/b c && touch a/1 a/b/2 c/3 top && echo '*.o' > .gitignore && echo '!k.o' > a/.gitignore",
        "echo x | tee a/1 a/b/2 c/3 > top && touch a/new c/new a/x.o a/b/k.o && rm c/3 && ln -s a l",
    );
    let of = |paths: &[&str]| ask(&scratch, paths, Codes::ALL).map(|status| (shown(&status), status.nowhere));
    assert_eq!(of(&["a/b"])?, ("M a/b/2, ? a/b/k.o".to_owned(), vec![]));
    assert_eq!(of(&["a/b/2", "a/b/2", "a/b", "top"])?, ("M a/b/2, M top, ? a/b/k.o".to_owned(), vec![]));
    assert_eq!(of(&["c"])?, ("! c/3, ? c/new".to_owned(), vec![]));
    assert_eq!(of(&["c/3"])?, ("! c/3".to_owned(), vec![]));
    assert_eq!(of(&["a/x.o"])?, ("I a/x.o".to_owned(), vec![]));
    assert_eq!(of(&["l/1", "nosuch", "top"])?, ("M top".to_owned(), vec![path("l/1"), path("nosuch")]));
    assert_eq!(of(&["l"])?, ("? l".to_owned(), vec![]));
    assert_eq!(of(&["top/x"])?, (String::new(), vec![path("top/x")]));
    let request = Request { limit: 2, ..Request::CHANGED };
    let snapshot = snapshot_of(&scratch);
    let limited = status(&snapshot, Between::Working(scratch.node("HEAD")), &request)?;
    assert_eq!((shown(&limited).as_str(), limited.truncated), ("M a/1, M a/b/2", true));
    Ok(())
}

#[test]
fn other_revisions_can_be_compared_with() -> Result<()> {
    let scratch = repository(
        "echo 1 > a && echo 1 > b && seq 50 > r",
        "echo 2 > a && git rm -q b && git mv r s && git add . && git commit -qm 2 && echo 1 > a && echo 3 > n && git add n",
    );
    let snapshot = snapshot_of(&scratch);
    let (one, two) = (scratch.node("HEAD^"), scratch.node("HEAD"));
    let of = |between| status(&snapshot, between, &Request { codes: Codes::ALL, ..Request::CHANGED });
    assert_eq!(shown(&of(Between::Working(one))?), "A n, A s<r, R b, R r, C a");
    assert_eq!(shown(&of(Between::Working(Node::NULL))?), "A a, A n, A s");
    assert_eq!(shown(&of(Between::Revs(one, two))?), "M a, A s<r, R b, R r");
    assert_eq!(shown(&of(Between::Revs(Node::NULL, one))?), "A a, A b, A r");
    assert_eq!(shown(&of(Between::Revs(two, two))?), "C a, C s");
    Ok(())
}

#[test]
fn nothing_is_written() {
    let scratch = repository("mkdir d && echo 1 > d/f && echo 2 > g", "touch d/f g && echo 3 > g");
    let state = || {
        scratch.sh("find . -path ./.git/hgls -prune -o -type f -print | sort; stat -c '%n %Y %Z %s' .git/index; cat .git/index | cksum")
    };
    let before = state();
    ask(&scratch, &[], Codes::ALL).expect("a status");
    assert_eq!(state(), before);
}

#[test]
fn no_commit_is_no_failure_and_no_working_copy_is_one() -> Result<()> {
    let scratch = Scratch::new();
    scratch.sh("git init -q . && touch a b && git add a");
    assert_eq!(shown(&ask(&scratch, &[], Codes::ALL)?), "A a, ? b");
    let scratch = Scratch::new();
    scratch.sh("git init -q --bare .");
    assert!(ask(&scratch, &[], Codes::ALL).is_err_and(|error| Explain::kind(&error) == Kind::UnsupportedRepository));
    Ok(())
}
