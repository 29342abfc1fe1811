//! Watches the disk, and puts what it sees into the inboxes of those whom it concerns. The only user of `notify`.
//!
//! git's own folder is always watched here, for editors leave it out, and so are single files outside of the repository.
//! The working copy is, where the client does not watch it for us. Knows nothing of what the files mean, but for names in
//! git's folder that mean nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use hgls_core::git::Location;
use notify::{Config, Event, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher};

use super::inbox::Inbox;

/// The watches of a session.
pub struct Watches {
    /// Made when first needed; `None` inside where the system offers nothing.
    watcher: Mutex<Option<Option<RecommendedWatcher>>>,
    routes: Arc<Routes>,
}

#[derive(Default)]
struct Routes {
    of_repositories: RwLock<Vec<Route>>,
    /// Files outside of the repositories that have a say in them.
    of_files: RwLock<Vec<(PathBuf, Weak<Inbox>)>>,
    /// Called when something appears in a watched folder that may be a repository.
    appeared: Mutex<Option<Box<dyn Fn() + Send>>>,
}

struct Route {
    folder: PathBuf,
    kind: Kind,
    inbox: Weak<Inbox>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Git,
    Working,
}

impl Watches {
    /// No watches yet. `appeared` is called when there may be a repository where there was none.
    pub fn new(appeared: impl Fn() + Send + 'static) -> Self {
        let routes = Routes { appeared: Mutex::new(Some(Box::new(appeared))), ..Routes::default() };
        Self { watcher: Mutex::default(), routes: Arc::new(routes) }
    }

    /// Watches a repository: git's folder, and the working copy too when `working` says so. Stops when `inbox` is gone.
    pub fn repository(&self, location: &Location, working: bool, inbox: &Arc<Inbox>) {
        let (git, common) = (&location.git_dir, &location.common_dir);
        let mut watched =
            vec![(git.clone(), RecursiveMode::NonRecursive), (git.join("logs"), RecursiveMode::NonRecursive)];
        if common != git {
            watched.push((common.clone(), RecursiveMode::NonRecursive));
        }
        watched.push((common.join("refs"), RecursiveMode::Recursive));
        watched.push((common.join("reftable"), RecursiveMode::NonRecursive));
        let mut folders = vec![(git.clone(), Kind::Git), (common.clone(), Kind::Git)];
        if let Some(workdir) = &location.workdir {
            // The client's events come by these routes too.
            folders.push((workdir.clone(), Kind::Working));
            if working {
                watched.push((workdir.clone(), RecursiveMode::Recursive));
            }
        }
        {
            let mut routes = self.routes.of_repositories.write().unwrap_or_else(PoisonError::into_inner);
            routes.retain(|route| route.inbox.strong_count() > 0);
            routes.extend(folders.into_iter().map(|(folder, kind)| Route {
                folder,
                kind,
                inbox: Arc::downgrade(inbox),
            }));
        }
        for (folder, mode) in watched {
            self.watch(&folder, mode);
        }
    }

    /// Watches these files outside of a repository, in place of those before. They may come and go.
    pub fn files(&self, files: Vec<PathBuf>, inbox: &Arc<Inbox>) {
        {
            let mut routes = self.routes.of_files.write().unwrap_or_else(PoisonError::into_inner);
            let known = routes.iter().filter(|(_, other)| other.as_ptr() == Arc::as_ptr(inbox)).map(|(file, _)| file);
            if known.eq(&files) {
                return;
            }
            routes.retain(|(_, other)| other.upgrade().is_some_and(|other| !Arc::ptr_eq(&other, inbox)));
            routes.extend(files.iter().map(|file| (file.clone(), Arc::downgrade(inbox))));
        }
        // By their folders: who saves a file may put another one in its place. Those of another repository are watched with
        // all that is in them, which must stay so.
        let folders = files.iter().filter_map(|file| file.parent()).filter(|folder| !self.routes.has(folder));
        folders.for_each(|folder| self.watch(folder, RecursiveMode::NonRecursive));
    }

    /// Watches for a repository being made in `folder`.
    pub fn folder(&self, folder: &Path) {
        self.watch(folder, RecursiveMode::NonRecursive);
    }

    /// The client saw `path` change.
    pub fn seen(&self, path: &Path) {
        self.routes.tell(path);
    }

    fn watch(&self, folder: &Path, mode: RecursiveMode) {
        if !folder.is_dir() {
            return;
        }
        let mut watcher = self.watcher();
        let watcher = watcher.get_or_insert_with(|| {
            let routes = Arc::clone(&self.routes);
            // Reading a file is no change, and we read many.
            let config = Config::default().with_event_kinds(EventKindMask::CORE).with_follow_symlinks(false);
            RecommendedWatcher::new(move |event| routes.handle(event), config)
                .inspect_err(|error| tracing::warn!(%error, "files are not watched"))
                .ok()
        });
        if let Some(Err(error)) = watcher.as_mut().map(|watcher| watcher.watch(folder, mode)) {
            tracing::warn!(%error, folder = %folder.display(), "not watched: changes show after a save or a request");
        }
    }

    fn watcher(&self) -> MutexGuard<'_, Option<Option<RecommendedWatcher>>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Routes {
    fn handle(&self, event: notify::Result<Event>) {
        match event {
            Ok(event) if !event.need_rescan() => event.paths.iter().for_each(|path| self.tell(path)),
            other => {
                tracing::info!(?other, "events were lost");
                let routes = self.of_repositories.read().unwrap_or_else(PoisonError::into_inner);
                routes.iter().filter_map(|route| route.inbox.upgrade()).for_each(|inbox| inbox.lost());
            }
        }
    }

    /// Whether a repository has this folder.
    fn has(&self, folder: &Path) -> bool {
        let routes = self.of_repositories.read().unwrap_or_else(PoisonError::into_inner);
        routes.iter().any(|route| route.inbox.strong_count() > 0 && folder.starts_with(&route.folder))
    }

    /// Tells whoever has the innermost folder that `path` is in.
    fn tell(&self, path: &Path) {
        let routes = self.of_repositories.read().unwrap_or_else(PoisonError::into_inner);
        let concerned = routes.iter().filter(|route| path.starts_with(&route.folder));
        let depth = concerned.clone().map(|route| route.folder.components().count()).max();
        let innermost = concerned.filter(|route| Some(route.folder.components().count()) == depth);
        for (route, inbox) in innermost.filter_map(|route| Some((route, route.inbox.upgrade()?))) {
            match route.kind {
                Kind::Git if path.strip_prefix(&route.folder).is_ok_and(means_something) => inbox.git_changed(),
                Kind::Git => {}
                Kind::Working => inbox.changed(path.to_owned()),
            }
        }
        let files = self.of_files.read().unwrap_or_else(PoisonError::into_inner);
        let concerned = files.iter().filter(|(file, _)| file == path);
        concerned.filter_map(|(_, inbox)| inbox.upgrade()).for_each(|inbox| inbox.git_changed());
        if path.file_name().is_some_and(|name| name == ".git") {
            let appeared = self.appeared.lock().unwrap_or_else(PoisonError::into_inner);
            appeared.iter().for_each(|appeared| appeared());
        }
    }
}

/// Whether a path below git's folder says something about the repository: git's locks and our own folder do not.
fn means_something(path: &Path) -> bool {
    let ours = path.starts_with("hgls");
    let lock = path.extension().is_some_and(|extension| extension == "lock");
    !ours && !lock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_our_own_store_mean_nothing() {
        for nothing in ["index.lock", "refs/heads/main.lock", "hgls", "hgls/store.sqlite"] {
            assert!(!means_something(Path::new(nothing)), "{nothing}");
        }
        for something in ["HEAD", "index", "refs/heads/main", "refs/heads/hgls", "MERGE_HEAD"] {
            assert!(means_something(Path::new(something)), "{something}");
        }
    }
}
