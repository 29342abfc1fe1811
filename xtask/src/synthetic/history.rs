//! What happens in a made repository, commit by commit: who changes which files, on which branch, and what is merged.
//!
//! A file that an open branch has changed is left alone by the others until that branch is merged. So each file's versions
//! follow one another, a merge never conflicts, and nothing but the newest version has to be remembered.

use std::collections::{BTreeMap, HashSet};

use super::text;
use crate::random::Random;

/// The number of a blob or commit in the stream.
pub type Mark = u64;
/// The number of a file, which it keeps when it gets another name.
pub type FileId = usize;

/// A file that changes equally often in a repository of any size, for comparing sizes.
pub const OFTEN: &str = "core/often.c";
/// A file that changes a few times in the first twentieth of the history, and never again.
pub const SELDOM: &str = "core/seldom.c";

const OFTEN_CHANGES: usize = 1000;
const SELDOM_CHANGES: usize = 20;
const FIRST_FILES: usize = 500;
/// How many branches may be open at once.
pub const MOST_TOPICS: usize = 6;
/// 7 April 2005, and twenty years later.
const BEGIN: u64 = 1_112_900_000;
const SPAN: u64 = 20 * 365 * 86_400;

/// A commit as it is written.
pub struct Commit {
    /// The branch; `None` is the main one.
    pub topic: Option<usize>,
    pub mark: Mark,
    /// Where the branch begins, when this is its first commit.
    pub from: Option<Mark>,
    pub merge: Option<Mark>,
    pub author: String,
    pub committer: String,
    pub message: String,
    /// What each path becomes: a blob, or nothing.
    pub changes: Vec<(String, Option<Mark>)>,
}

/// The next version of a file, to be written before the commit that has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub file: FileId,
    pub mark: Mark,
}

struct File {
    path: String,
    blob: Mark,
    /// The open branch that changed it.
    owner: Option<usize>,
    /// The commit of the main branch that changed it last.
    changed: Mark,
}

struct Topic {
    slot: usize,
    name: String,
    base: Mark,
    tip: Option<Mark>,
    commits_left: usize,
    /// What the main branch has to take over.
    changes: BTreeMap<String, Option<Mark>>,
    files: Vec<FileId>,
}

/// The history so far.
pub struct History {
    random: Random,
    commits: usize,
    done: usize,
    last_mark: Mark,
    main: Mark,
    files: Vec<File>,
    /// The files that exist, those that change most first.
    order: Vec<FileId>,
    folders: Vec<String>,
    /// All that ever were.
    paths: HashSet<String>,
    topics: Vec<Topic>,
    named: usize,
    often: FileId,
    seldom: FileId,
}

/// What one commit does, while it is put together.
#[derive(Default)]
struct Work {
    changes: BTreeMap<String, Option<Mark>>,
    files: Vec<FileId>,
}

impl History {
    /// An empty history that is to have so many commits.
    pub fn new(commits: usize) -> Self {
        let folders =
            ["core", "lib", "drivers", "net", "fs", "tools", "docs", "tests", "ui"].map(str::to_owned).to_vec();
        Self {
            random: Random::new(commits as u64),
            commits,
            done: 0,
            last_mark: 0,
            main: 0,
            files: Vec::new(),
            order: Vec::new(),
            folders,
            paths: HashSet::new(),
            topics: Vec::new(),
            named: 0,
            often: 0,
            seldom: 0,
        }
    }

    /// The branches that are not merged, by name.
    pub fn unmerged(&self) -> impl Iterator<Item = (&str, Mark)> {
        self.topics.iter().filter_map(|topic| Some((topic.name.as_str(), topic.tip?)))
    }

    /// How many files there have been.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// How many lines a new file has: few as a rule, many for the first ones, which change most.
    pub fn first_length(file: FileId, random: &mut Random) -> usize {
        match file {
            0 => 2000,
            _ => 15 + random.rank(400) + 600 / (1 + file / 4),
        }
    }

    /// The next commit, and the versions of files that it needs; `None` at the end.
    pub fn step(&mut self, versions: &mut Vec<Version>) -> Option<Commit> {
        if self.done == self.commits {
            return None;
        }
        self.done += 1;
        let mut work = Work::default();
        if self.done == 1 {
            self.begin(versions, &mut work);
            return Some(self.commit(None, None, work));
        }
        if let Some(file) = self.due() {
            self.edit(file, versions, &mut work);
            return Some(self.commit(None, None, work));
        }
        if let Some(place) = self.topics.iter().position(|topic| topic.commits_left == 0) {
            return Some(self.merge(place, versions));
        }
        if self.topics.len() < MOST_TOPICS && self.random.chance(1, 8) {
            self.open_topic();
        }
        let place = match self.random.chance(1, 3) {
            true => None,
            false => Some(self.random.below(self.topics.len())).filter(|_| !self.topics.is_empty()),
        };
        self.change(place, versions, &mut work);
        Some(self.commit(place, None, work))
    }

    fn begin(&mut self, versions: &mut Vec<Version>, work: &mut Work) {
        self.often = self.create(OFTEN.to_owned(), versions, work);
        self.seldom = self.create(SELDOM.to_owned(), versions, work);
        self.order.clear();
        for _ in 0..FIRST_FILES.min(5 + self.commits / 4) {
            let path = self.new_path();
            self.create(path, versions, work);
        }
    }

    /// The file whose turn it is, of the two whose changes are counted.
    fn due(&self) -> Option<FileId> {
        let turns = |done: usize, of: usize, changes: usize| done.min(of) * changes / of.max(1);
        let due = |of: usize, changes: usize| turns(self.done, of, changes) > turns(self.done - 1, of, changes);
        if due(self.commits, OFTEN_CHANGES.min(self.commits / 10)) {
            Some(self.often)
        } else if due(self.commits / 20, SELDOM_CHANGES.min(self.commits / 100)) {
            Some(self.seldom)
        } else {
            None
        }
    }

    fn open_topic(&mut self) {
        self.named += 1;
        let slot = (0..).find(|slot| self.topics.iter().all(|topic| topic.slot != *slot)).unwrap_or_default();
        self.topics.push(Topic {
            slot,
            name: format!("{}-{}", text::folder_name(&mut self.random), self.named),
            base: self.main,
            tip: None,
            commits_left: 1 + self.random.rank(12),
            changes: BTreeMap::new(),
            files: Vec::new(),
        });
    }

    /// What an ordinary commit does.
    fn change(&mut self, topic: Option<usize>, versions: &mut Vec<Version>, work: &mut Work) {
        if self.random.chance(3, 100) {
            let path = self.new_path();
            self.create(path, versions, work);
        }
        let many = match self.random.below(1000) {
            0..650 => 1,
            650..850 => 2,
            850..995 => 3 + self.random.below(4),
            _ => 20 + self.random.below(40),
        };
        for _ in 0..many {
            let Some(place) = self.free_place(topic, work) else { continue };
            let file = self.order[place];
            match self.random.below(1000) {
                0..5 => self.rename(file, versions, work),
                // The busiest files stay.
                5..10 if place > self.order.len() / 4 => self.delete(place, work),
                _ => self.edit(file, versions, work),
            }
        }
        if work.changes.is_empty() {
            let path = self.new_path();
            self.create(path, versions, work);
        }
    }

    /// Whether no other branch has a newer version of the file.
    fn may_change(&self, file: FileId, topic: Option<usize>) -> bool {
        let File { owner, changed, .. } = &self.files[file];
        match topic.map(|place| &self.topics[place]) {
            None => owner.is_none(),
            Some(topic) => *owner == Some(topic.slot) || owner.is_none() && *changed <= topic.base,
        }
    }

    /// A file's place in the order, found by chance, that this commit can change and does not yet.
    fn free_place(&mut self, topic: Option<usize>, work: &Work) -> Option<usize> {
        let places = (0..20).map(|_| self.random.rank(self.order.len())).collect::<Vec<_>>();
        let is_free = |file: FileId| self.may_change(file, topic) && !work.files.contains(&file);
        places.into_iter().find(|place| is_free(self.order[*place]))
    }

    fn create(&mut self, path: String, versions: &mut Vec<Version>, work: &mut Work) -> FileId {
        self.paths.insert(path.clone());
        let file = self.files.len();
        self.files.push(File { path, blob: 0, owner: None, changed: 0 });
        self.order.push(file);
        self.edit(file, versions, work);
        file
    }

    fn edit(&mut self, file: FileId, versions: &mut Vec<Version>, work: &mut Work) {
        let mark = self.mark();
        versions.push(Version { file, mark });
        self.files[file].blob = mark;
        work.changes.insert(self.files[file].path.clone(), Some(mark));
        work.files.push(file);
    }

    /// Another name, as often as not with an edit.
    fn rename(&mut self, file: FileId, versions: &mut Vec<Version>, work: &mut Work) {
        let path = self.new_path();
        self.paths.insert(path.clone());
        let old = std::mem::replace(&mut self.files[file].path, path.clone());
        work.changes.insert(old, None);
        work.changes.insert(path, Some(self.files[file].blob));
        work.files.push(file);
        if self.random.chance(1, 2) {
            self.edit(file, versions, work);
        }
    }

    fn delete(&mut self, place: usize, work: &mut Work) {
        let file = self.order.swap_remove(place);
        work.changes.insert(self.files[file].path.clone(), None);
    }

    fn merge(&mut self, place: usize, versions: &mut Vec<Version>) -> Commit {
        let topic = self.topics.swap_remove(place);
        for file in &topic.files {
            self.files[*file].owner = None;
        }
        let mut work = Work { changes: topic.changes, files: topic.files.clone() };
        // Now and then a merge changes something itself.
        let existing = |file: &&FileId| work.changes.get(&self.files[**file].path).is_some_and(Option::is_some);
        let amended = topic.files.iter().find(existing).copied().filter(|_| self.random.chance(1, 20));
        if let Some(file) = amended {
            self.edit(file, versions, &mut work);
        }
        let message = text::merge_message(&mut self.random, &topic.name);
        let mut commit = self.commit(None, Some(message), work);
        commit.merge = topic.tip;
        commit
    }

    fn commit(&mut self, topic: Option<usize>, message: Option<String>, work: Work) -> Commit {
        let mark = self.mark();
        let time = BEGIN + SPAN / self.commits as u64 * self.done as u64;
        let who = self.random.rank(text::PEOPLE);
        let by = self.random.rank(text::PEOPLE / 40);
        let author = text::person(who);
        let wrote = time - self.random.rank(14 * 86_400) as u64;
        let path = work.changes.keys().next().cloned().unwrap_or_else(|| "core".to_owned());
        let message = message.unwrap_or_else(|| text::message(&mut self.random, &path, &author));
        let mut commit = Commit {
            topic: None,
            mark,
            from: None,
            merge: None,
            author: format!("{author} {wrote} {}", text::zone(who)),
            committer: format!("{} {time} {}", text::person(by), text::zone(by)),
            message,
            changes: work.changes.iter().map(|(path, blob)| (path.clone(), *blob)).collect(),
        };
        match topic.and_then(|place| self.topics.get_mut(place)) {
            None => {
                self.main = mark;
                work.files.iter().for_each(|file| self.files[*file].changed = mark);
            }
            Some(topic) => {
                commit.topic = Some(topic.slot);
                commit.from = topic.tip.is_none().then_some(topic.base);
                topic.tip = Some(mark);
                topic.commits_left -= 1;
                topic.changes.extend(work.changes);
                for file in work.files {
                    self.files[file].owner = Some(topic.slot);
                    topic.files.push(file);
                }
            }
        }
        commit
    }

    fn mark(&mut self) -> Mark {
        self.last_mark += 1;
        self.last_mark
    }

    /// A path that was not there; now and then in a new folder.
    fn new_path(&mut self) -> String {
        if self.random.chance(1, 12) {
            let parent = self.random.pick(&self.folders).cloned().unwrap_or_default();
            if parent.matches('/').count() < 4 {
                let folder = format!("{parent}/{}", text::folder_name(&mut self.random));
                if !self.folders.contains(&folder) {
                    self.folders.push(folder);
                }
            }
        }
        let folder = self.random.pick(&self.folders).cloned().unwrap_or_default();
        let mut path = format!("{folder}/{}", text::file_name(&mut self.random));
        while self.paths.contains(&path) {
            path = format!("{folder}/{}", text::file_name(&mut self.random));
        }
        path
    }
}
