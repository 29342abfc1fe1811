//! The repository at the prompt: found from the current folder, opened once, with no editor beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hgls_core::{Cancel, Options, RepoPath, Repository};

use super::progress::Bar;
use crate::documents::Documents;
use crate::handlers::{Asking, Context, Memory, Opened, Repositories};
use crate::protocol::uri::clean;
use crate::protocol::{ErrorKind, Failure, Uri};

/// What commands work with.
pub struct Local {
    /// What handlers take.
    pub context: Context,
    /// Where the user is.
    cwd: PathBuf,
    alone: Arc<Alone>,
}

impl Local {
    /// For the repository at `repository`, or around the current folder. It is looked for when first needed.
    pub fn new(repository: Option<PathBuf>) -> Result<Self, Failure> {
        let cwd = std::env::current_dir()
            .map_err(|error| Failure::new(ErrorKind::Io, format!("cannot find the current folder: {error}")))?;
        let start = repository.map_or_else(|| cwd.clone(), |repository| clean(&cwd.join(repository)));
        let alone = Arc::new(Alone { start, opened: Mutex::default() });
        let context = Context {
            repositories: Arc::clone(&alone) as _,
            documents: Documents::default(),
            memory: Arc::new(Memory::default()),
            cancel: Cancel::new(),
            progress: Arc::new(Bar::default()),
            turn: None,
        };
        Ok(Self { context, cwd, alone })
    }

    /// Waits, but not for long, until what was found out is kept for later commands.
    pub fn settle(&self) {
        for opened in &*self.alone.opened() {
            opened.repository.settle(Duration::from_secs(1));
        }
    }

    /// The repository.
    pub fn opened(&self) -> Result<Opened, Failure> {
        self.context.repositories.find(None)
    }

    /// What the user calls `file`.
    pub fn uri(&self, file: &Path) -> Uri {
        Uri::from_path(&clean(&self.cwd.join(file)))
    }

    /// Files that the user named, as requests take them.
    pub fn paths(&self, files: &[PathBuf]) -> Vec<String> {
        files.iter().map(|file| self.uri(file).0).collect()
    }

    /// The bytes of the path, relative to the repository's root, that `uri` stands for.
    pub fn path(&self, uri: &Uri) -> Vec<u8> {
        let root = self.opened().map(|opened| opened.root).unwrap_or_default();
        uri.to_path()
            .map(|path| path.strip_prefix(&root).unwrap_or(&path).as_os_str().as_encoded_bytes().to_vec())
            .unwrap_or_else(|_| uri.0.clone().into_bytes())
    }

    /// The bytes of the path, relative to where the user is, that `uri` stands for.
    pub fn relative(&self, uri: &Uri) -> Vec<u8> {
        let Ok(path) = uri.to_path() else { return uri.0.clone().into_bytes() };
        let mut up = Vec::new();
        for above in self.cwd.ancestors() {
            if let Ok(below) = path.strip_prefix(above) {
                up.push(below.as_os_str().as_encoded_bytes());
                let joined = up.join(&b'/');
                return if joined.is_empty() { b".".to_vec() } else { joined };
            }
            up.push(b"..");
        }
        path.into_os_string().into_encoded_bytes()
    }
}

/// The one repository of a command, and those that lie inside it.
struct Alone {
    start: PathBuf,
    opened: Mutex<Vec<Opened>>,
}

impl Alone {
    fn opened(&self) -> MutexGuard<'_, Vec<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Repositories for Alone {
    fn find(&self, inside: Option<&Path>) -> Result<Opened, Failure> {
        let inside = inside.unwrap_or(&self.start);
        let mut opened = self.opened();
        if let Some(known) = opened.iter().find(|known| inside == known.root || inside == self.start) {
            return Ok(known.clone());
        }
        // At the prompt filters and hooks run as git's own commands would run them.
        let repository = match Repository::open(inside, Options { cache_dir: cache_dir(), trusted: true }) {
            Ok(repository) => repository,
            Err(error) => {
                let mut failure = Failure::from(error);
                if let Some(known) = opened.first().filter(|_| failure.kind == ErrorKind::NotInRepository) {
                    failure.hint = None;
                    failure.message = format!("{} not under root '{}'", inside.display(), known.root.display());
                }
                return Err(failure);
            }
        };
        if let Some(known) = opened.iter().find(|known| known.repository.location() == repository.location()) {
            return Ok(known.clone());
        }
        let found = Opened::new(repository, inside);
        opened.push(found.clone());
        Ok(found)
    }

    fn asking(&self, _: &Repository) -> Asking {
        Asking::default()
    }

    fn answered(&self, _: &Repository, _: &mut dyn Iterator<Item = RepoPath>) {}

    fn generation(&self, _: &Repository) -> u64 {
        0
    }

    /// There is nothing beside this process: the answer comes when the index is there.
    fn build_index(&self, repository: &Arc<Repository>, rebuild: bool) {
        if let Err(error) = build(repository, rebuild, &Bar::default()) {
            tracing::warn!(%error, "the index was not built");
        }
    }

    fn is_indexing(&self, _: &Repository) -> bool {
        false
    }

    fn will_change(&self, _: &Repository) {}

    fn changed(&self, _: &Repository, _: Option<&BTreeSet<RepoPath>>) {}
}

/// Brings the index up to date, or builds it anew.
pub fn build(repository: &Repository, rebuild: bool, bar: &Bar) -> hgls_core::Result<()> {
    let cancel = Cancel::new();
    if rebuild {
        repository.forget_index(&cancel)?;
    }
    repository.index(&cancel, bar).map(drop)
}

/// Where stores go that cannot lie in their repository.
fn cache_dir() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let base =
        folder("XDG_CACHE_HOME").or_else(|| folder("LOCALAPPDATA")).or_else(|| Some(folder("HOME")?.join(".cache")));
    base.map(|base| base.join("hgls"))
}
