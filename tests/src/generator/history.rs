//! The commits of a random history, in memory: what each one's files are, who made it and when.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::random::Random;
use crate::sandbox::EPOCH;

/// What a path is in one commit.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// git's mode, in octal as git writes it.
    pub mode: &'static str,
    /// The content; of a submodule the hexadecimal id of its commit.
    pub content: Rc<[u8]>,
}

/// All paths of one commit.
pub type Tree = BTreeMap<Vec<u8>, Entry>;

/// One commit.
pub struct Commit {
    /// Places of the parents in [`History::commits`].
    pub parents: Vec<usize>,
    pub tree: Tree,
    /// Name and mail as git writes them, in the encoding of the commit.
    pub author: &'static [u8],
    pub encoding: Option<&'static str>,
    pub date: String,
    pub message: Vec<u8>,
}

/// A history: commits, parents first, and the references to them.
pub struct History {
    pub commits: Vec<Commit>,
    /// Full reference names and the commits they name.
    pub refs: Vec<(String, usize)>,
    /// Annotated tags.
    pub tags: Vec<(String, usize)>,
}

const FILE: &str = "100644";
const PATHS: &[&[u8]] = &[
    b"alpha",
    b"beta",
    b"gamma.txt",
    b"dir/delta",
    b"dir/epsilon",
    b"dir/sub/zeta",
    b"dir/sub/deeper/eta",
    b"dir.x",
    b"dir0",
    b"with space",
    b"tab\there",
    b"quote\"d",
    b"back\\slash",
    b"line\nbreak",
    b"caf\xe9",
    b"dir/\xc3\xbcber",
    b"-dash",
    b"a",
    b"a/b",
    b"a/b/c",
    b"100%",
    b"x",
    b"y",
    b"z",
];
const AUTHORS: &[(&[u8], Option<&str>)] = &[
    (b"user test <test@example.org>", None),
    (b"Ada Lovelace <ada@example.org>", None),
    (b"J\xc3\xb6rg M\xc3\xbcller <joerg@example.org>", None),
    (b"J\xf6rg M\xfcller <joerg@example.org>", Some("ISO-8859-1")),
    (b"Just Name <>", None),
    (b"<only@mail>", None),
];
const MESSAGES: &[&str] = &[
    "one line\n",
    "no final newline",
    "two lines\n\nand a body\n",
    "trailing space  \nhere \n\n\n",
    "\n\nblank before\n",
    "",
    "tab\tand umlaut \n",
];
const ZONES: &[&str] = &["+0000", "+0530", "-0800", "-0030", "+1345"];
const MOST_HEADS: usize = 5;

impl History {
    /// A history of about `size` commits.
    pub fn generate(random: &mut Random, size: usize) -> Self {
        let mut maker = Maker { random, commits: Vec::new(), heads: Vec::new(), removed: Vec::new(), clock: EPOCH };
        maker.root();
        while maker.commits.len() < size {
            maker.step();
        }
        maker.finish()
    }
}

struct Maker<'a> {
    random: &'a mut Random,
    commits: Vec<Commit>,
    heads: Vec<usize>,
    /// What was deleted once, to come back with the same content.
    removed: Vec<(Vec<u8>, Entry)>,
    clock: i64,
}

impl Maker<'_> {
    fn step(&mut self) {
        let place = self.random.below(self.heads.len());
        let head = self.heads[place];
        match self.random.below(20) {
            0 if self.commits.len() > 10 && self.random.once_in(3) => self.root(),
            0..=2 if self.heads.len() < MOST_HEADS => {
                let from = self.random.below(self.commits.len());
                let branch = self.change(from);
                self.heads.push(branch);
            }
            3 | 4 if self.heads.len() > 1 => self.merge(place),
            5 if self.heads.len() > 1 => self.criss_cross(place),
            6 if self.heads.len() > 1 => self.pick_from_another(place),
            _ => self.heads[place] = self.change(head),
        }
    }

    fn root(&mut self) {
        let mut tree = Tree::new();
        for _ in 0..3 + self.random.below(5) {
            let path = self.random.pick(PATHS).to_vec();
            let content = self.text();
            put(&mut tree, &path, Entry { mode: FILE, content });
        }
        let root = self.commit(vec![], tree);
        self.heads.push(root);
    }

    fn change(&mut self, parent: usize) -> usize {
        let mut tree = self.commits[parent].tree.clone();
        for _ in 0..1 + self.random.below(3) {
            self.edit(&mut tree);
        }
        self.commit(vec![parent], tree)
    }

    /// One edit of a kind that history has to follow.
    fn edit(&mut self, tree: &mut Tree) {
        let paths: Vec<Vec<u8>> = tree.keys().cloned().collect();
        let new_path = self.random.pick(PATHS).to_vec();
        let Some(path) = (!paths.is_empty()).then(|| self.random.pick(&paths).clone()) else {
            let content = self.text();
            return put(tree, &new_path, Entry { mode: FILE, content });
        };
        let entry = tree[&path].clone();
        let is_file = entry.mode.starts_with("100");
        match self.random.below(16) {
            0..=5 if is_file => {
                let content = self.edited(&entry.content);
                tree.insert(path, Entry { content, ..entry });
            }
            6 | 7 => {
                let content = self.text();
                put(tree, &new_path, Entry { mode: FILE, content });
            }
            8 => {
                tree.remove(&path);
                self.removed.push((path, entry));
            }
            9 if !self.removed.is_empty() => {
                let (path, entry) = self.random.pick(&self.removed).clone();
                put(tree, &path, entry);
            }
            10 | 11 => {
                tree.remove(&path);
                let content =
                    if is_file && self.random.once_in(2) { self.edited(&entry.content) } else { entry.content };
                put(tree, &new_path, Entry { content, ..entry });
            }
            12 => put(tree, &new_path, entry),
            13 if is_file => {
                let mode = if entry.mode == FILE { "100755" } else { FILE };
                tree.insert(path, Entry { mode, ..entry });
            }
            14 => put(tree, &new_path, Entry { mode: "120000", content: path.as_slice().into() }),
            15 => {
                let id = format!("{:016x}{:024x}", self.random.bits(), 0);
                put(tree, &new_path, Entry { mode: "160000", content: id.as_bytes().into() });
            }
            _ => {
                let content = self.text();
                put(tree, &path, Entry { mode: FILE, content });
            }
        }
    }

    /// A merge of the head at `place` with one to three others.
    fn merge(&mut self, place: usize) {
        let others = if self.random.once_in(2) { 1 } else { 3 };
        let mut parents: Vec<usize> = Vec::new();
        for step in 0..=others.min(self.heads.len() - 1) {
            let head = self.heads[(place + step) % self.heads.len()];
            if !parents.contains(&head) {
                parents.push(head);
            }
        }
        if parents.len() > 1 {
            let tree = self.merged(&parents);
            self.heads[place] = self.commit(parents, tree);
            if self.random.once_in(3) && self.heads.len() > 2 {
                self.heads.swap_remove((place + 1) % self.heads.len());
            }
        }
    }

    /// Two heads merged into one another, each with the other as its second parent.
    fn criss_cross(&mut self, place: usize) {
        let other = (place + 1) % self.heads.len();
        let (ours, theirs) = (self.heads[place], self.heads[other]);
        for (head, parents) in [(place, vec![ours, theirs]), (other, vec![theirs, ours])] {
            let tree = self.merged(&parents);
            self.heads[head] = self.commit(parents, tree);
        }
    }

    /// What a merge might make of its parents: any side's version of each path, and now and then something new.
    fn merged(&mut self, parents: &[usize]) -> Tree {
        let trees: Vec<Tree> = parents.iter().map(|parent| self.commits[*parent].tree.clone()).collect();
        let mut paths: Vec<&Vec<u8>> = trees.iter().flat_map(|tree| tree.keys()).collect();
        paths.sort();
        paths.dedup();
        let mut merged = Tree::new();
        for path in paths {
            let side = if self.random.once_in(2) { 0 } else { self.random.below(trees.len()) };
            if let Some(entry) = trees[side].get(path).or_else(|| trees[0].get(path)).cloned() {
                put(&mut merged, path, entry);
            }
        }
        if self.random.once_in(3) {
            self.edit(&mut merged);
        }
        merged
    }

    /// The same new content for the same path as in a commit of another branch.
    fn pick_from_another(&mut self, place: usize) {
        let other = self.random.below(self.commits.len());
        let mut tree = self.commits[self.heads[place]].tree.clone();
        let paths: Vec<Vec<u8>> = self.commits[other].tree.keys().cloned().collect();
        if !paths.is_empty() {
            let path = self.random.pick(&paths);
            let entry = self.commits[other].tree[path].clone();
            put(&mut tree, path, entry);
        }
        self.heads[place] = self.commit(vec![self.heads[place]], tree);
    }

    fn commit(&mut self, parents: Vec<usize>, tree: Tree) -> usize {
        let (author, encoding) = *self.random.pick(AUTHORS);
        self.clock += [0, 1, 60, 3600][self.random.below(4)];
        let time = if self.random.once_in(12) { self.clock - 100_000 } else { self.clock };
        let date = format!("{time} {}", self.random.pick(ZONES));
        let message = match self.random.below(MESSAGES.len() + 3) {
            kind if kind < MESSAGES.len() => MESSAGES[kind].to_owned(),
            _ => format!("change {}\n", self.commits.len()),
        };
        self.commits.push(Commit { parents, tree, author, encoding, date, message: message.into_bytes() });
        self.commits.len() - 1
    }

    /// Lines, some of which occur again and again, as in real files.
    fn text(&mut self) -> Rc<[u8]> {
        let count = self.random.below(30);
        let mut text: Vec<u8> = (0..count).flat_map(|_| self.line()).collect();
        if self.random.once_in(8) {
            text.pop();
        }
        text.into()
    }

    fn line(&mut self) -> Vec<u8> {
        match self.random.below(8) {
            0 => b"\n".to_vec(),
            1 => b"    }\n".to_vec(),
            2 => b"    latin \xe9\n".to_vec(),
            3 => b"  ends in CR\r\n".to_vec(),
            _ => format!("line {}\n", self.random.below(400)).into_bytes(),
        }
    }

    fn edited(&mut self, content: &[u8]) -> Rc<[u8]> {
        let mut lines: Vec<Vec<u8>> = content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        for _ in 0..1 + self.random.below(3) {
            let place = self.random.below(lines.len() + 1);
            let removed = self.random.below(4).min(lines.len() - place);
            let added: Vec<_> = (0..self.random.below(4)).map(|_| self.line()).collect();
            lines.splice(place..place + removed, added);
        }
        if self.random.once_in(5) {
            self.respace(&mut lines);
        }
        lines.concat().into()
    }

    /// Other white space around some lines, as tools that format do.
    fn respace(&mut self, lines: &mut [Vec<u8>]) {
        for line in lines.iter_mut() {
            if self.random.once_in(3) {
                let indent = ["", "  ", "\t", "        "][self.random.below(4)];
                let end = ["\n", "\n", " \n", "\r\n"][self.random.below(4)];
                *line = [indent.as_bytes(), line.trim_ascii(), end.as_bytes()].concat();
            }
        }
    }

    fn finish(self) -> History {
        let mut refs = vec![("refs/heads/main".to_owned(), self.heads[0])];
        for (place, head) in self.heads.iter().enumerate().skip(1) {
            refs.push(match self.random.below(5) {
                0 => (format!("refs/unreachable/{place}"), *head),
                1 => (format!("refs/remotes/origin/topic-{place}"), *head),
                2 => (format!("refs/heads/\u{fc}ber/{place}"), *head),
                _ => (format!("refs/heads/topic-{place}"), *head),
            });
        }
        let (mut tags, commits) = (Vec::new(), self.commits.len());
        for number in 0..self.random.below(4) {
            let commit = self.random.below(commits);
            match self.random.below(3) {
                0 => refs.push((format!("refs/tags/light-{number}"), commit)),
                1 => refs.push((format!("refs/remotes/origin/old-{number}"), commit)),
                _ => tags.push((format!("v{number}"), commit)),
            }
        }
        History { commits: self.commits, refs, tags }
    }
}

/// Puts a file into a tree. A file in the way of its folder goes, and so does a folder in the way of the file.
fn put(tree: &mut Tree, path: &[u8], entry: Entry) {
    tree.retain(|other, _| {
        let within = |inner: &[u8], outer: &[u8]| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with(b"/"));
        !within(other, path) && !within(path, other)
    });
    tree.insert(path.to_vec(), entry);
}
