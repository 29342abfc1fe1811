//! After each write: what hgls says of a repository is what `git` says of it, and nothing in it is broken.
//!
//! Knows git's commands, and how hg's view of a working copy differs from git's. Those differences are all here:
//!
//! - A file is compared with the first parent, wherever git's index is: staged or not makes no difference, and a file
//!   that is what the parent has is clean though git shows it staged one way and edited back.
//! - A file that was taken out of the index is removed, and not unknown as well where it still lies on the disk.
//! - While a merge is in progress, what comes from the other parent is modified and not added.
//!
//! Anything else that the two see differently is a failure of the session.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{file_uri, path_of_uri};
use crate::sandbox::Sandbox;

/// The commands at the prompt that change something.
const WRITES: [&str; 24] = [
    "add",
    "addremove",
    "bookmark",
    "bookmarks",
    "book",
    "checkout",
    "ci",
    "co",
    "commit",
    "copy",
    "cp",
    "forget",
    "init",
    "move",
    "mv",
    "remove",
    "rename",
    "resolve",
    "restore",
    "revert",
    "rm",
    "uncommit",
    "up",
    "update",
];

/// What one of the two says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    /// hg's code of each file that is not clean, ignored ones included, and whether it is in conflict.
    files: BTreeMap<PathBuf, (String, bool)>,
    /// The parents of the working copy.
    parents: Vec<String>,
    /// The branch that is checked out.
    active: Option<String>,
    /// Each branch and where it stands.
    branches: BTreeMap<String, String>,
    /// Whether something is not committed.
    dirty: bool,
}

/// How many commands of a step at the prompt change something.
pub fn writes_at_the_prompt(step: &str) -> usize {
    let commands = step.split([';', '&', '|', '(', ')', '\n']);
    commands.filter(|command| is_write(&command.split_whitespace().collect::<Vec<_>>())).count()
}

fn is_write(words: &[&str]) -> bool {
    let Some(hgls) = words.iter().position(|word| *word == "hgls") else { return false };
    let mut words = words[hgls + 1..].iter().skip_while(|word| !WRITES.contains(word));
    let Some(name) = words.next() else { return false };
    let first = words.next().copied();
    let only_lists = match first {
        None => name.starts_with("book"),
        Some(option) => ["-l", "--list", "-T"].contains(&option),
    };
    !only_lists
}

/// The repositories that may have been written to: those of the files that parameters name, or the one that `here` is in,
/// or the usual one.
pub fn repositories(sandbox: &Sandbox, params: &Value, here: &Path) -> BTreeSet<PathBuf> {
    let mut named = BTreeSet::new();
    let mut waiting = vec![params];
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) if text.starts_with("file://") => {
                named.extend(repository_of(sandbox, &PathBuf::from(OsString::from_vec(path_of_uri(text)))));
            }
            Value::Array(values) => waiting.extend(values),
            Value::Object(members) => waiting.extend(members.values()),
            _ => {}
        }
    }
    if named.is_empty() {
        named.extend(repository_of(sandbox, here).or_else(|| repository_of(sandbox, &sandbox.repo())));
    }
    named
}

/// The root of the working copy that a path is in.
fn repository_of(sandbox: &Sandbox, path: &Path) -> Option<PathBuf> {
    let folder = path.ancestors().find(|folder| folder.is_dir())?;
    let output = sandbox.command("git").current_dir(folder).args(["rev-parse", "--show-toplevel"]).output().ok()?;
    let root = output.stdout.strip_suffix(b"\n").filter(|root| output.status.success() && !root.is_empty())?;
    Some(PathBuf::from(OsStr::from_bytes(root)))
}

/// Holds what hgls answers about the repository at `root` against git. `complaints` are all that `git fsck` says there.
///
/// # Errors
/// What the two see differently, in words.
pub fn check(
    sandbox: &Sandbox,
    root: &Path,
    complaints: &[String],
    ask: &mut dyn FnMut(&str, Value) -> Result<Value, String>,
) -> Result<(), String> {
    let mut wrong = broken(sandbox, root, complaints);
    let hgls =
        by_hgls(root, ask).map_err(|error| format!("after this write hgls cannot say what there is: {error}"))?;
    wrong.extend(differences(&by_git(sandbox, root), &hgls));
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("after this write, in {}:\n{}", root.display(), wrong.join("\n"))),
    }
}

/// What `git fsck` says and should not, and does not say and should.
fn broken(sandbox: &Sandbox, root: &Path, expected: &[String]) -> Vec<String> {
    let mut command = sandbox.command("git");
    command.current_dir(root).args(["fsck", "--strict", "--no-dangling", "--no-progress"]);
    let output = command.output().expect("git can be started");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // That there is no commit yet is no damage.
    let said: BTreeSet<&str> = said.lines().filter(|line| !line.starts_with("notice: ")).collect();
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    let unexpected = said.difference(&expected).map(|line| format!("git fsck says: {line}"));
    let mut wrong: Vec<String> = unexpected.collect();
    wrong.extend(expected.difference(&said).map(|line| format!("git fsck does not say: {line}")));
    if !output.status.success() && said.is_empty() {
        wrong.push(format!("git fsck ends with {}", output.status));
    }
    wrong
}

fn by_hgls(root: &Path, ask: &mut dyn FnMut(&str, Value) -> Result<Value, String>) -> Result<Said, String> {
    let uri = file_uri(root.as_os_str().as_bytes());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let params = json!({"root": uri, "include": ["M", "A", "R", "!", "?", "I"], "limit": 1_000_000});
    let status = ask("hg/status", params)?;
    let mut said = Said::default();
    for entry in status["entries"].as_array().into_iter().flatten() {
        let path = PathBuf::from(OsString::from_vec(path_of_uri(entry["uri"].as_str().unwrap_or_default())));
        let path = path.strip_prefix(root).map_err(|_| format!("not below the root: {entry}"))?;
        let row = (text(&entry["status"]), entry["unresolved"] == true);
        if said.files.insert(path.to_owned(), row).is_some() {
            return Err(format!("listed twice: {entry}"));
        }
    }
    let identity = ask("hg/identify", json!({"root": uri}))?;
    said.parents = identity["parents"].as_array().into_iter().flatten().map(text).collect();
    said.active = identity["activeBookmark"].as_str().map(str::to_owned);
    said.dirty = identity["dirty"] == true;
    let bookmarks = ask("hg/bookmarks", json!({"root": uri}))?;
    for bookmark in bookmarks["bookmarks"].as_array().into_iter().flatten().filter(|one| one["remote"].is_null()) {
        let name = text(&bookmark["bookmark"]);
        if (bookmark["active"] == true) != (said.active.as_ref() == Some(&name)) {
            return Err(format!("hg/identify and hg/bookmarks differ in what is active: {identity} {bookmarks}"));
        }
        said.branches.insert(name, text(&bookmark["node"]));
    }
    Ok(said)
}

fn by_git(sandbox: &Sandbox, root: &Path) -> Said {
    let git = Git { sandbox, root };
    let others = fs::read_to_string(git.line(&["rev-parse", "--absolute-git-dir"]).unwrap_or_default() + "/MERGE_HEAD");
    let others: Vec<String> = others.unwrap_or_default().lines().map(str::to_owned).collect();
    let head = git.line(&["log", "-1", "--format=%H", "HEAD", "--"]);
    let branches = git.lines(&["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads"]);
    let branches = branches.iter().filter_map(|line| line.split_once(' '));
    let files = git.files(&others);
    Said {
        dirty: !others.is_empty() || files.values().any(|(code, _)| !["?", "I"].contains(&code.as_str())),
        files,
        parents: head.into_iter().chain(others).collect(),
        active: git.line(&["symbolic-ref", "--quiet", "--short", "HEAD"]),
        branches: branches.map(|(node, name)| (name.to_owned(), node.to_owned())).collect(),
    }
}

/// git's commands in one working copy; none of them writes, not even what git's index remembers of files.
struct Git<'a> {
    sandbox: &'a Sandbox,
    root: &'a Path,
}

impl Git<'_> {
    /// What git prints; nothing when it fails.
    fn output(&self, args: &[&OsStr]) -> Option<Vec<u8>> {
        let mut command = self.sandbox.command("git");
        let output = command.current_dir(self.root).arg("--no-optional-locks").args(args).output();
        let output = output.expect("git can be started");
        output.status.success().then_some(output.stdout)
    }

    fn lines(&self, args: &[&str]) -> Vec<String> {
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        let printed = self.output(&args).unwrap_or_default();
        String::from_utf8_lossy(&printed).lines().map(str::to_owned).collect()
    }

    fn line(&self, args: &[&str]) -> Option<String> {
        self.lines(args).into_iter().next()
    }

    /// hg's codes, from what `git status` says.
    fn files(&self, others: &[String]) -> BTreeMap<PathBuf, (String, bool)> {
        let args = ["status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--ignored=traditional"];
        let args = args.map(OsStr::new);
        let printed = self.output(&args).unwrap_or_default();
        let mut files = BTreeMap::new();
        for line in printed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let fields = |count: usize| -> Vec<&[u8]> { line.splitn(count, |byte| *byte == b' ').collect() };
            let (path, row) = match line[0] {
                b'1' => {
                    let fields = fields(9);
                    let path = path(fields[8]);
                    let code = self.code(&fields, &path, others);
                    let Some(code) = code else { continue };
                    (path, (code.to_owned(), false))
                }
                b'u' => {
                    let path = path(fields(11)[10]);
                    let is_there = fs::symlink_metadata(self.root.join(&path)).is_ok_and(|file| !file.is_dir());
                    (path, (if is_there { "M" } else { "!" }.to_owned(), true))
                }
                b'?' => (path(&line[2..]), ("?".to_owned(), false)),
                b'!' => (path(&line[2..]), ("I".to_owned(), false)),
                _ => panic!("git status prints {}", String::from_utf8_lossy(line)),
            };
            // Tracked files come first: one that was taken out of the index is not unknown, too.
            files.entry(path).or_insert(row);
        }
        files
    }

    /// hg's code of a file that is or was tracked; none when it is clean.
    fn code(&self, fields: &[&[u8]], path: &Path, others: &[String]) -> Option<&'static str> {
        let [_, states, _, head_mode, _, file_mode, head_node, ..] = fields else { panic!("too few fields") };
        let was_committed = *head_mode != b"000000";
        match states {
            [b'D', b'.'] => Some("R"),
            [_, b'D'] => Some("!"),
            _ if !was_committed && others.iter().any(|node| self.has(node, path)) => Some("M"),
            _ if !was_committed => Some("A"),
            // Only with two differences may they cancel each other out.
            [staged, edited] if *staged != b'.' && *edited != b'.' => {
                let same = head_mode == file_mode && self.hash(path).as_deref() == std::str::from_utf8(head_node).ok();
                (!same).then_some("M")
            }
            _ => Some("M"),
        }
    }

    fn has(&self, node: &str, path: &Path) -> bool {
        let name = [node.as_bytes(), b":", path.as_os_str().as_bytes()].concat();
        self.output(
            &["cat-file", "-e"].map(OsStr::new).into_iter().chain([OsStr::from_bytes(&name)]).collect::<Vec<_>>(),
        )
        .is_some()
    }

    /// The node that the file would be committed under.
    fn hash(&self, path: &Path) -> Option<String> {
        let place = self.root.join(path);
        if let Ok(target) = fs::read_link(&place) {
            let target = target.into_os_string().into_vec();
            return Some(text(self.sandbox.git_with_input(["hash-object", "--stdin"], &target)));
        }
        self.output(&[OsStr::new("hash-object"), OsStr::new("--"), path.as_os_str()]).map(text)
    }
}

fn text(printed: Vec<u8>) -> String {
    String::from_utf8_lossy(&printed).trim_end().to_owned()
}

/// A path as git prints it: a folder, such as another repository, with a slash at its end.
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes.strip_suffix(b"/").unwrap_or(bytes)))
}

/// What differs, in words.
fn differences(git: &Said, hgls: &Said) -> Vec<String> {
    let mut wrong = Vec::new();
    let paths: BTreeSet<&PathBuf> = git.files.keys().chain(hgls.files.keys()).collect();
    for path in paths.into_iter().filter(|path| git.files.get(*path) != hgls.files.get(*path)) {
        let shown = |said: &Said| match said.files.get(path) {
            None => "clean, or nothing".to_owned(),
            Some((code, conflict)) => format!("{code}{}", if *conflict { ", in conflict" } else { "" }),
        };
        wrong.push(format!("{}: by git status {}, by hg/status {}", path.display(), shown(git), shown(hgls)));
    }
    if git.parents != hgls.parents {
        wrong.push(format!("parents: by git log {:?}, by hg/identify {:?}", git.parents, hgls.parents));
    }
    if git.active != hgls.active {
        wrong.push(format!("active: by git {:?}, by hg/identify {:?}", git.active, hgls.active));
    }
    if git.dirty != hgls.dirty {
        wrong.push(format!("dirty: by git status {}, by hg/identify {}", git.dirty, hgls.dirty));
    }
    if git.branches != hgls.branches {
        wrong.push(format!("branches: by git {:?}, by hg/bookmarks {:?}", git.branches, hgls.branches));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_counted() {
        for (command, count) in [
            ("hgls st && git commit -m x", 0),
            ("echo commit > hgls", 0),
            ("hgls -R repo revert --all 2>&1 && hgls -R repo st", 1),
            ("cd d && hgls ci -m add; cd ..", 1),
            ("hgls add a\nhgls rm b | cat", 2),
            ("hgls book && hgls resolve -l; hgls log -T json", 0),
        ] {
            assert_eq!(writes_at_the_prompt(command), count, "{command}");
        }
    }

    /// A repository with a file of every kind, and an hgls that says exactly what git says.
    fn example() -> (Sandbox, Value, Value, Value) {
        let sandbox = Sandbox::new();
        let script = "git init -q && printf 'log\\n' > .gitignore && echo x | tee clean edited gone taken back > kept \
                      && git add -A && git commit -q -m One && git rm -q --cached kept && git rm -q taken && rm gone \
                      && echo y > edited && echo y > back && git add back && echo x > back && echo n | tee new log > odd \
                      && git add new && git branch topic";
        let status = sandbox.command("sh").args(["-c", script]).status().expect("sh can be started");
        assert!(status.success());
        let head = sandbox.git_line(["rev-parse", "HEAD"]);
        let uri = |name: &str| file_uri(sandbox.repo().join(name).as_os_str().as_bytes());
        let rows =
            [("M", "edited"), ("A", "new"), ("R", "kept"), ("R", "taken"), ("!", "gone"), ("?", "odd"), ("I", "log")];
        let rows: Vec<Value> = rows.iter().map(|(code, name)| json!({"status": code, "uri": uri(name)})).collect();
        let identity = json!({"parents": [head], "activeBookmark": "main", "dirty": true});
        let bookmark = |name: &str, active| json!({"bookmark": name, "node": head, "active": active});
        let bookmarks = json!({"bookmarks": [bookmark("main", true), bookmark("topic", false)]});
        (sandbox, json!({"entries": rows}), identity, bookmarks)
    }

    #[test]
    fn whatever_hgls_says_wrong_is_found() {
        let (sandbox, status, identity, bookmarks) = example();
        let check = |status: &Value, identity: &Value, bookmarks: &Value| {
            check(&sandbox, &sandbox.repo(), &[], &mut |method, _| {
                Ok(match method {
                    "hg/status" => status.clone(),
                    "hg/identify" => identity.clone(),
                    _ => bookmarks.clone(),
                })
            })
        };
        check(&status, &identity, &bookmarks).expect("they agree");
        for row in 0..7 {
            let mut missing = status.clone();
            missing["entries"].as_array_mut().unwrap().remove(row);
            assert!(check(&missing, &identity, &bookmarks).is_err(), "row {row} is missing");
            let mut other = status.clone();
            other["entries"][row]["status"] = json!("C");
            assert!(check(&other, &identity, &bookmarks).is_err(), "row {row} is another");
            let mut conflict = status.clone();
            conflict["entries"][row]["unresolved"] = json!(true);
            assert!(check(&conflict, &identity, &bookmarks).is_err(), "row {row} is in conflict");
        }
        let wrong = json!("0000000000000000000000000000000000000001");
        for (place, value) in [("parents", json!([wrong])), ("activeBookmark", json!("topic")), ("dirty", json!(false))]
        {
            let mut other = identity.clone();
            other[place] = value;
            assert!(check(&status, &other, &bookmarks).is_err(), "{place}");
        }
        let mut other = bookmarks.clone();
        other["bookmarks"][1]["node"] = wrong;
        assert!(check(&status, &identity, &other).is_err());
        other["bookmarks"].as_array_mut().unwrap().pop();
        assert!(check(&status, &identity, &other).is_err());
    }

    #[test]
    fn what_git_complains_of_is_found_and_has_to_be_said_exactly() {
        let (sandbox, ..) = example();
        let root = sandbox.repo();
        assert_eq!(broken(&sandbox, &root, &[]), Vec::<String>::new());
        let tree = sandbox.git_line(["rev-parse", "HEAD^{tree}"]);
        let commit = format!("tree {tree}\nauthor A <a@b> -5 +0000\ncommitter A <a@b> 0 +0000\n\nold\n");
        let args = ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"];
        let old = sandbox.git_with_input(args, commit.as_bytes());
        sandbox.git(["update-ref", "refs/heads/old", String::from_utf8_lossy(&old).trim()]);
        let said = broken(&sandbox, &root, &[]);
        assert!(said.len() == 1 && said[0].contains("badDate"), "{said:?}");
        let complaint = said[0].strip_prefix("git fsck says: ").unwrap().to_owned();
        assert_eq!(broken(&sandbox, &root, std::slice::from_ref(&complaint)), Vec::<String>::new());
        sandbox.git(["branch", "-D", "old"]);
        sandbox.git(["prune", "--expire=now"]);
        assert_eq!(
            broken(&sandbox, &root, std::slice::from_ref(&complaint)),
            [format!("git fsck does not say: {complaint}")]
        );
    }
}
