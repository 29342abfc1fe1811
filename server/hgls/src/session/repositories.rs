//! Which repository a file is in: found when first asked for, kept open, and found anew when it was deleted, made, or
//! made in another place. Knows nothing of what is asked of them.

use std::collections::{BTreeSet, HashMap};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use hgls_core::repository::Options;
use hgls_core::{Cancel, RepoPath, Repository};

use super::inbox::Inbox;
use super::observer::Told;
use crate::handlers::{Asking, Opened, Repositories};
use crate::protocol::{ErrorKind, Failure};

/// The workspace folders and the repositories that are open.
pub struct Workspace {
    cache_dir: Option<PathBuf>,
    /// Whether programs that repositories name may run.
    trusted: AtomicBool,
    state: Mutex<State>,
    /// What is done beside requests, once the client is ready for it.
    beside: OnceLock<Box<dyn Beside>>,
}

/// What is done for open repositories beside requests.
pub trait Beside: Send + Sync {
    /// A repository was opened.
    fn opened(&self, open: &Arc<Open>);

    /// Its index shall be built.
    fn build_index(&self, repository: &Arc<Repository>, rebuild: bool);

    /// Whether its index is being built.
    fn is_building(&self, repository: &Repository) -> bool;

    /// Makes sure that what is now is known, so that a later change shows as a difference.
    fn remember(&self, open: &Open);

    /// Tells the client what is different, before this returns: of files these, or any.
    fn tell(&self, open: &Open, files: Option<&BTreeSet<RepoPath>>);
}

#[derive(Default)]
struct State {
    folders: Vec<PathBuf>,
    /// By their own git folder, which worktrees do not share.
    open: HashMap<PathBuf, Arc<Open>>,
    /// The git folder that a folder with a `.git` leads to.
    known: HashMap<PathBuf, PathBuf>,
}

/// A repository that is open.
pub struct Open {
    /// It, and its root as it was first spelled.
    pub opened: Opened,
    /// What happened to it and was not looked at yet.
    pub inbox: Arc<Inbox>,
    /// Counts what was told of the status of its files.
    pub generation: AtomicU64,
    /// Whether the client ever asked for that number.
    pub asked: AtomicBool,
    /// How many requests look at the working copy just now.
    asking: Arc<AtomicUsize>,
    answered: Mutex<Option<BTreeSet<RepoPath>>>,
    /// What was told of it last.
    pub told: Mutex<Told>,
    /// Interrupts the first look at it, for which nobody is to wait.
    pub first_look: Cancel,
    identity: Option<Identity>,
}

/// Tells a folder from another one that took its place: by where it lies on the disk, where the system tells, and when it
/// was made, for places are given again.
type Identity = ((u64, u64), Option<SystemTime>);

impl Workspace {
    /// No folders, and nothing open.
    pub fn new(options: Options) -> Self {
        let Options { cache_dir, trusted } = options;
        Self { cache_dir, trusted: AtomicBool::new(trusted), state: Mutex::default(), beside: OnceLock::new() }
    }

    /// From now on `beside` takes care of what is open, and of what will be.
    pub fn attend(&self, beside: Box<dyn Beside>) {
        if self.beside.set(beside).is_ok() {
            let open: Vec<Arc<Open>> = self.state().open.values().cloned().collect();
            open.iter().for_each(|open| self.tell(open));
        }
    }

    fn tell(&self, open: &Arc<Open>) {
        if let Some(beside) = self.beside.get() {
            beside.opened(open);
        }
    }

    /// From now on programs that repositories name may run, or may not: in those that are open, and in others.
    pub fn set_trusted(&self, trusted: bool) {
        self.trusted.store(trusted, Ordering::SeqCst);
        let state = self.state();
        state.open.values().for_each(|open| open.opened.repository.set_trusted(trusted));
    }

    /// The workspace folders.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.state().folders.clone()
    }

    /// Adds and removes workspace folders. What was in a removed one, and is in no other, is closed; it is opened again
    /// when something asks for it.
    pub fn change_folders(&self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let mut state = self.state();
        let State { folders, open, .. } = &mut *state;
        folders.retain(|folder| !removed.contains(folder));
        for folder in added {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        let holds = |folder: &PathBuf, open: &Open| {
            let root = &open.opened.root;
            root.starts_with(folder) || folder.starts_with(root)
        };
        open.retain(|_, open| {
            let closed = removed.iter().any(|folder| holds(folder, open)) && !folders.iter().any(|it| holds(it, open));
            if closed {
                open.inbox.close();
            }
            !closed
        });
    }

    /// The repositories of the workspace folders: the one that a folder lies in, else those directly below it.
    pub fn of_folders(&self) -> Vec<Opened> {
        let folders = self.state().folders.clone();
        let mut found: Vec<Opened> = Vec::new();
        for folder in folders {
            let inside = match self.open(&folder) {
                Ok(opened) => vec![opened],
                Err(_) => below(&folder).iter().filter_map(|folder| self.open(folder).ok()).collect(),
            };
            // Removed meanwhile: what was just opened for it is closed again.
            if !self.state().folders.contains(&folder) {
                self.change_folders(Vec::new(), &[folder]);
                continue;
            }
            for opened in inside {
                if !found.iter().any(|known| known.repository.location() == opened.repository.location()) {
                    found.push(opened);
                }
            }
        }
        found
    }

    /// Why the repository of a workspace folder, which is there, cannot be opened.
    fn refused(&self) -> Option<Failure> {
        let mut failures = self.folders().into_iter().filter_map(|folder| self.open(&folder).err());
        failures.find(|failure| failure.kind != ErrorKind::NotInRepository)
    }

    /// The innermost repository whose working copy holds `path`.
    fn open(&self, path: &Path) -> Result<Opened, Failure> {
        // A link is an entry of the repository where it stands, wherever it leads to; but one to a repository is as good
        // as that. What is asked for may be gone, or never have been.
        let is_entry = path.is_symlink() && !path.join(".git").exists();
        let folder = path.ancestors().skip(usize::from(is_entry)).find(|folder| folder.is_dir()).unwrap_or(path);
        let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let holder = real.ancestors().find(|folder| folder.join(".git").exists());
        let known = holder.and_then(|holder| self.state().known.get(holder).cloned());
        let open = known.and_then(|git_dir| self.state().open.get(&git_dir).cloned());
        let open = open.filter(|open| open.is_there());
        let repository = match open {
            Some(open) => Arc::clone(&open.opened.repository),
            None => self.open_anew(path, &real, holder)?,
        };
        let location = repository.location();
        if location.workdir.is_some() && (real.starts_with(&location.git_dir) || real.starts_with(&location.common_dir))
        {
            return Err(not_in_repository(path));
        }
        Ok(Opened::new(repository, path))
    }

    fn open_anew(&self, path: &Path, real: &Path, holder: Option<&Path>) -> Result<Arc<Repository>, Failure> {
        let options = Options { cache_dir: self.cache_dir.clone(), trusted: false };
        let repository = Repository::open(real, options)?;
        let git_dir = repository.location().git_dir.clone();
        let identity = identity(&repository);
        let mut state = self.state();
        if let Some(holder) = holder {
            state.known.insert(holder.to_owned(), git_dir.clone());
        }
        let known = state.open.get(&git_dir);
        // Another request may have opened it meanwhile: one is shared by all.
        if let Some(open) = known.filter(|open| open.identity == identity) {
            return Ok(Arc::clone(&open.opened.repository));
        }
        known.iter().for_each(|gone| gone.inbox.close());
        // Under the lock, so that a change of trust meets it either here or among those that are open.
        repository.set_trusted(self.trusted.load(Ordering::SeqCst));
        let open = Arc::new(Open {
            opened: Opened::new(Arc::clone(&repository), path),
            inbox: Arc::default(),
            generation: AtomicU64::new(0),
            asked: AtomicBool::new(false),
            asking: Arc::default(),
            answered: Mutex::default(),
            told: Mutex::default(),
            first_look: Cancel::new(),
            identity,
        });
        state.open.insert(git_dir, Arc::clone(&open));
        drop(state);
        self.tell(&open);
        Ok(repository)
    }

    /// Waits until what requests found out is kept, for at most `patience` for each repository.
    pub fn settle(&self, patience: Duration) {
        let open: Vec<Arc<Open>> = self.state().open.values().cloned().collect();
        open.iter().for_each(|open| open.opened.repository.settle(patience));
    }

    fn attended(&self, repository: &Repository, attend: impl FnOnce(&dyn Beside, &Open)) {
        if let (Some(beside), Some(open)) = (self.beside.get(), self.of(repository)) {
            attend(&**beside, &open);
        }
    }

    fn of(&self, repository: &Repository) -> Option<Arc<Open>> {
        self.state().open.get(&repository.location().git_dir).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Whether a request looks at the working copy just now.
    pub fn is_asked(&self) -> bool {
        self.asking.load(Ordering::Relaxed) > 0
    }

    /// What the client was answered of the status of its files, until that is known from looking at them; `None` from
    /// then on, and where nobody looks.
    pub fn answered(&self) -> MutexGuard<'_, Option<BTreeSet<RepoPath>>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is still on disk, and not another one in its place.
    pub fn is_there(&self) -> bool {
        self.identity.is_some() && self.identity == identity(&self.opened.repository)
    }
}

impl Repositories for Workspace {
    fn find(&self, inside: Option<&Path>) -> Result<Opened, Failure> {
        if let Some(path) = inside {
            return self.open(path);
        }
        let mut found = self.of_folders();
        if found.is_empty() {
            // Of an editor without folders, what it used so far.
            let used: Vec<Arc<Open>> = self.state().open.values().cloned().collect();
            found = used.iter().filter(|open| open.is_there()).map(|open| open.opened.clone()).collect();
        }
        match (found.pop(), found.len()) {
            (Some(only), 0) => Ok(only),
            (Some(_), more) => {
                Err(Failure::new(ErrorKind::AmbiguousRepository, format!("{} repositories are open", more + 1))
                    .with_hint("say which one is meant by root"))
            }
            (None, _) => Err(self.refused().unwrap_or_else(|| {
                Failure::new(ErrorKind::NotInRepository, "no repository is open")
                    .with_hint("open a folder of a repository, or name one by root")
            })),
        }
    }

    fn generation(&self, repository: &Repository) -> u64 {
        self.of(repository).map_or(0, |open| {
            open.asked.store(true, Ordering::Relaxed);
            open.generation.load(Ordering::Relaxed)
        })
    }

    fn asking(&self, repository: &Repository) -> Asking {
        self.of(repository).map_or_else(Asking::default, |open| Asking::counted(&open.asking))
    }

    fn answered(&self, repository: &Repository, paths: &mut dyn Iterator<Item = RepoPath>) {
        if let Some(open) = self.of(repository)
            && let Some(answered) = open.answered().as_mut()
        {
            answered.extend(paths);
        }
    }

    fn build_index(&self, repository: &Arc<Repository>, rebuild: bool) {
        if let Some(beside) = self.beside.get() {
            beside.build_index(repository, rebuild);
        }
    }

    fn is_indexing(&self, repository: &Repository) -> bool {
        self.beside.get().is_some_and(|beside| beside.is_building(repository))
    }

    fn will_change(&self, repository: &Repository) {
        self.attended(repository, |beside, open| beside.remember(open));
    }

    fn changed(&self, repository: &Repository, files: Option<&BTreeSet<RepoPath>>) {
        self.attended(repository, |beside, open| beside.tell(open, files));
    }
}

fn not_in_repository(path: &Path) -> Failure {
    Failure::new(ErrorKind::NotInRepository, format!("{} is not in the working copy of a repository", path.display()))
}

/// The folders in `folder` that hold a `.git`.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.join(".git").exists()).collect();
    found.sort();
    found
}

/// Of the repository's git folder; `None` when it is gone.
fn identity(repository: &Repository) -> Option<Identity> {
    let git_dir = &repository.location().git_dir;
    let metadata = git_dir.join("HEAD").exists().then(|| git_dir.metadata())?.ok()?;
    Some((place(&metadata), metadata.created().ok()))
}

#[cfg(unix)]
fn place(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn place(_: &Metadata) -> (u64, u64) {
    (0, 0)
}
