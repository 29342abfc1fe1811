//! What a repository really is, as git's plumbing lists it: commits and trees, without any cleverness.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use hgls_tests::client::{file_uri, path_of_uri};
use hgls_tests::generator::make_history;
use hgls_tests::sandbox::Sandbox;
use serde_json::Value;

/// A path's entry in a tree: git's octal mode and the object's id.
pub type Entry = (String, String);
/// All files of a tree.
pub type Tree = BTreeMap<Vec<u8>, Entry>;

/// One commit, as git prints it.
pub struct Commit {
    pub node: String,
    pub parents: Vec<String>,
    pub user: String,
    /// Author's seconds and git's zone, such as `+0530`.
    pub date: (i64, String),
    pub committed: i64,
    pub message: String,
}

/// A repository and everything git knows of it.
pub struct Ground {
    sandbox: Sandbox,
    pub seed: u64,
    history: Arc<History>,
}

/// What does not depend on where the repository lies: the same for the same seed, so worked out once.
pub struct History {
    /// Reachable from branches, remote branches, tags and HEAD.
    pub commits: Vec<Commit>,
    trees: HashMap<String, Tree>,
}

impl Deref for Ground {
    type Target = History;

    fn deref(&self) -> &History {
        &self.history
    }
}

impl History {
    /// Asks git for everything.
    fn of(sandbox: &Sandbox) -> Self {
        let format = "--format=%H%x00%P%x00%an <%ae>%x00%at%x00%ad%x00%ct%x00%B%x00%x01";
        let text = sandbox.git(["log", "--branches", "--remotes", "--tags", "HEAD", "--date=format:%z", format]);
        let text = String::from_utf8(text).expect("git recodes to UTF-8");
        let commits: Vec<Commit> = text
            .split("\0\u{1}\n")
            .filter(|record| !record.is_empty())
            .map(|record| {
                let fields: Vec<&str> = record.split('\0').collect();
                Commit {
                    node: fields[0].to_owned(),
                    parents: fields[1].split_whitespace().map(str::to_owned).collect(),
                    user: fields[2].trim().to_owned(),
                    date: (fields[3].parse().unwrap(), fields[4].to_owned()),
                    committed: fields[5].parse().unwrap(),
                    message: fields[6].to_owned(),
                }
            })
            .collect();
        let trees = commits.iter().map(|commit| (commit.node.clone(), list_tree(sandbox, &commit.node))).collect();
        Self { commits, trees }
    }

    /// The files of a commit.
    pub fn tree(&self, node: &str) -> &Tree {
        &self.trees[node]
    }

    /// Parents of every commit.
    pub fn parents(&self) -> HashMap<&str, &[String]> {
        self.commits.iter().map(|commit| (commit.node.as_str(), commit.parents.as_slice())).collect()
    }

    /// Every path that any commit has.
    pub fn paths(&self) -> BTreeSet<&[u8]> {
        self.trees.values().flat_map(|tree| tree.keys().map(Vec::as_slice)).collect()
    }

    /// Whether the commit's version of `path`, or its absence, is that of none of its parents.
    pub fn touches(&self, commit: &Commit, path: &[u8]) -> bool {
        let entry = self.tree(&commit.node).get(path);
        match commit.parents.is_empty() {
            true => entry.is_some(),
            false => commit.parents.iter().all(|parent| self.tree(parent).get(path) != entry),
        }
    }
}

/// By seed and size.
type Histories = HashMap<(u64, usize), Arc<History>>;

impl Ground {
    /// A repository of about `size` commits.
    pub fn make(seed: u64, size: usize) -> Self {
        static KNOWN: LazyLock<Mutex<Histories>> = LazyLock::new(Mutex::default);
        let sandbox = Sandbox::new();
        make_history(&sandbox, seed, size);
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&(seed, size)).cloned();
        let history = known.unwrap_or_else(|| {
            let history = Arc::new(History::of(&sandbox));
            KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert((seed, size), Arc::clone(&history));
            history
        });
        Self { sandbox, seed, history }
    }

    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The commit that is checked out.
    pub fn head(&self) -> String {
        self.sandbox.git_line(["rev-parse", "HEAD"])
    }

    /// The URI of a file of the working copy.
    pub fn uri(&self, path: &[u8]) -> String {
        file_uri(&[self.sandbox.repo().as_os_str().as_encoded_bytes(), b"/", path].concat())
    }

    /// The path that a URI of the server names, relative to the root.
    pub fn path(&self, uri: &Value) -> Vec<u8> {
        let decoded = path_of_uri(uri.as_str().expect("a URI"));
        let root = [self.sandbox.repo().as_os_str().as_encoded_bytes(), b"/"].concat();
        decoded.strip_prefix(root.as_slice()).unwrap_or_else(|| panic!("{uri} is outside")).to_vec()
    }

    /// `git ARGS -- PATH`.
    pub fn git_about(&self, args: &[&str], path: &[u8]) -> Vec<u8> {
        let args = ["--literal-pathspecs"].iter().chain(args).chain(&["--"]).map(OsStr::new);
        self.sandbox.git(args.chain([OsStr::from_bytes(path)]))
    }
}

fn list_tree(sandbox: &Sandbox, node: &str) -> Tree {
    let listed = sandbox.git(["ls-tree", "-r", "-z", "--full-tree", node]);
    let rows = listed.split(|byte| *byte == 0).filter(|row| !row.is_empty());
    rows.map(|row| {
        let tab = row.iter().position(|byte| *byte == b'\t').unwrap();
        let words: Vec<&str> = std::str::from_utf8(&row[..tab]).unwrap().split(' ').collect();
        (row[tab + 1..].to_vec(), (words[0].to_owned(), words[2].to_owned()))
    })
    .collect()
}

/// Mercurial's flags of a git mode.
pub fn flags(mode: &str) -> &'static str {
    match mode {
        "100755" => "x",
        "120000" => "l",
        "160000" => "m",
        _ => "",
    }
}

/// A path as the server shows it: bytes that are not UTF-8 replaced.
pub fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}
