//! What a handler is given beside its parameters, and how it finds the repository and the file that they name. Knows
//! neither who asks nor how repositories are kept open.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use hgls_core::git::{self, seconds_west};
use hgls_core::model::dirstate::first_parent;
use hgls_core::model::names;
use hgls_core::model::revset::{self, Clock};
use hgls_core::{Cancel, Moment, Node, Progress, RepoPath, Repository, Rev, Snapshot};

use crate::documents::{Document, Documents};
use crate::protocol::uri::clean;
use crate::protocol::{ErrorKind, Failure, FileName, TextDocument, Uri};

/// The repositories that are open, and the work that goes on beside requests.
pub trait Repositories: Send + Sync {
    /// The innermost repository whose working copy holds `inside`; `None` for the only one that is open.
    fn find(&self, inside: Option<&Path>) -> Result<Opened, Failure>;

    /// Counts what was told of the status of this repository's files.
    fn generation(&self, repository: &Repository) -> u64;

    /// Held while a request looks at the working copy: what nobody waits for is not begun meanwhile.
    fn asking(&self, repository: &Repository) -> Asking;

    /// The client was told that these files of the working copy are not clean.
    fn answered(&self, repository: &Repository, paths: &mut dyn Iterator<Item = RepoPath>);

    /// Begins to bring the index up to date, or to build it anew, and returns at once.
    fn build_index(&self, repository: &Arc<Repository>, rebuild: bool);

    /// Whether the index is being built.
    fn is_indexing(&self, repository: &Repository) -> bool;

    /// Something is about to be changed: what is now is what [`Repositories::changed`] tells the difference to.
    fn will_change(&self, repository: &Repository);

    /// Something was changed: of files these, or any. What follows from that for the client was told it when this
    /// returns.
    fn changed(&self, repository: &Repository, files: Option<&BTreeSet<RepoPath>>);
}

/// Counts those who hold one.
#[derive(Default)]
pub struct Asking(Option<Arc<AtomicUsize>>);

impl Asking {
    /// One more in `count`, until it is dropped.
    pub fn counted(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Some(Arc::clone(count)))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.iter().for_each(|count| _ = count.fetch_sub(1, Ordering::Relaxed));
    }
}

/// An open repository, as the client sees it.
#[derive(Clone)]
pub struct Opened {
    /// The repository.
    pub repository: Arc<Repository>,
    /// Its root as the client spells it, which may lead over symbolic links: answers name files below it.
    pub root: PathBuf,
}

impl Opened {
    /// `repository`, that the client named by `inside`.
    pub fn new(repository: Arc<Repository>, inside: &Path) -> Self {
        let real = repository.location().root();
        let spelled = |path: &&Path| *path == real || path.canonicalize().is_ok_and(|path| path == real);
        let root = inside.ancestors().find(spelled).unwrap_or(real).to_owned();
        Self { repository, root }
    }
}

/// All that a request sees. Documents are those of its place in the order of messages.
pub struct Context {
    /// The repositories.
    pub repositories: Arc<dyn Repositories>,
    /// What the editor has open.
    pub documents: Documents,
    /// What is remembered from one request to the next.
    pub memory: Arc<super::Memory>,
    /// Tripped when nobody waits for the answer any more.
    pub cancel: Cancel,
    /// Where long work says how far it is.
    pub progress: Arc<dyn Progress>,
    /// The place among the requests that change something; `None` for one that does not, and where there is only one.
    pub turn: Option<super::Ticket>,
}

/// The repository of a request, as of one moment: with revision numbers, or, as a `Target<Moment>`, without.
pub struct Target<S = Snapshot> {
    /// The repository.
    pub repository: Arc<Repository>,
    /// Its root as the client spells it.
    pub root: PathBuf,
    /// What the request sees of it.
    pub snapshot: S,
}

/// The file of a request.
pub struct FileTarget<S = Snapshot> {
    /// Where it lies.
    pub target: Target<S>,
    /// Its path there.
    pub path: RepoPath,
    /// What the editor shows, when it is open there.
    pub document: Option<Arc<Document>>,
}

impl Context {
    /// The repository that `root` names, with revision numbers.
    pub fn open(&self, root: Option<&Uri>) -> Result<Target, Failure> {
        self.look(root)?.number(self)
    }

    /// The repository that `root` names, without waiting for numbers.
    pub fn look(&self, root: Option<&Uri>) -> Result<Target<Moment>, Failure> {
        let inside = root.map(Uri::to_path).transpose()?;
        self.target(self.repositories.find(inside.as_deref())?)
    }

    /// The repository and the path of a file, with revision numbers.
    pub fn open_file(&self, file: &TextDocument) -> Result<FileTarget, Failure> {
        let FileTarget { target, path, document } = self.look_at(file)?;
        Ok(FileTarget { target: target.number(self)?, path, document })
    }

    /// The repository and the path of a file, without waiting for numbers.
    pub fn look_at(&self, file: &TextDocument) -> Result<FileTarget<Moment>, Failure> {
        let absolute = file.uri.to_path()?;
        // That of its folder: to a submodule's own entry belongs the repository around it, not the one inside.
        let opened = self.repositories.find(Some(absolute.parent().unwrap_or(&absolute)))?;
        let path = relative(&opened, &absolute)?;
        let document = self.documents.get(&absolute).cloned();
        let target = self.target(opened)?;
        let path = target.spellings(&path)?.into_iter().next().unwrap_or(path);
        Ok(FileTarget { target, path, document })
    }

    pub(super) fn target(&self, Opened { repository, root }: Opened) -> Result<Target<Moment>, Failure> {
        let snapshot = repository.moment(&self.cancel)?;
        Ok(Target { repository, root, snapshot })
    }
}

impl Target {
    /// The revision that a client names.
    pub fn rev(&self, name: &str) -> Result<Rev, Failure> {
        Ok(revset::single(&self.snapshot, name, clock())?)
    }

    /// The revisions that a client names by an expression.
    pub fn revs(&self, revset: &str) -> Result<Vec<Rev>, Failure> {
        Ok(revset::evaluate(&self.snapshot, revset, clock())?.list()?)
    }

    fn without_numbers(self) -> Target<Moment> {
        Target { repository: self.repository, root: self.root, snapshot: self.snapshot.into() }
    }
}

impl Target<Moment> {
    /// With revision numbers.
    pub fn number(self, context: &Context) -> Result<Target, Failure> {
        let snapshot = self.repository.number(self.snapshot, &*context.progress)?;
        Ok(Target { repository: self.repository, root: self.root, snapshot })
    }

    /// The changesets that a client names. Numbers are waited for only where a name needs them.
    pub fn resolve<const N: usize>(
        self,
        context: &Context,
        names: [Option<&str>; N],
    ) -> Result<(Self, [Option<Node>; N]), Failure> {
        let plain = names.map(|name| name.and_then(|name| names::plain(&self.snapshot, name)));
        if plain.iter().zip(names).all(|(node, name)| node.is_some() || name.is_none()) {
            return Ok((self, plain));
        }
        let target = self.number(context)?;
        let mut nodes = [None; N];
        for (node, name) in nodes.iter_mut().zip(names) {
            *node = name.map(|name| target.rev(name)).transpose()?.map(|rev| target.snapshot.changelog.node(rev));
        }
        Ok((target.without_numbers(), nodes))
    }

    /// The two sides that a client names: `change` against its first parent, or `from` against `to`, which are the
    /// working copy's parent and the working copy where nothing is said.
    pub fn sides(
        self,
        context: &Context,
        from: Option<&str>,
        to: Option<&str>,
        change: Option<&str>,
    ) -> Result<(Self, Node, Node), Failure> {
        let Some(change) = change else {
            let (target, [from, to]) = self.resolve(context, [from, to])?;
            let parent = first_parent(&target.snapshot);
            return Ok((target, from.unwrap_or(parent), to.unwrap_or(Node::WDIR)));
        };
        if from.is_some() || to.is_some() {
            return Err(Failure::invalid("change: not together with another revision"));
        }
        let target = self.number(context)?;
        let changelog = &target.snapshot.changelog;
        let (from, to) = match target.rev(change)? {
            Rev::WDIR => (first_parent(&target.snapshot), Node::WDIR),
            rev => (changelog.node(changelog.p1(rev)), changelog.node(rev)),
        };
        Ok((target.without_numbers(), from, to))
    }
}

impl FileTarget<Moment> {
    /// The changesets that a client names, as [`Target::resolve`] does.
    pub fn resolve<const N: usize>(
        self,
        context: &Context,
        names: [Option<&str>; N],
    ) -> Result<(Self, [Option<Node>; N]), Failure> {
        let (target, nodes) = self.target.resolve(context, names)?;
        Ok((Self { target, ..self }, nodes))
    }
}

impl<S: Borrow<Moment>> Target<S> {
    /// What the request sees of it, as far as that needs no numbers.
    pub fn moment(&self) -> &Moment {
        self.snapshot.borrow()
    }

    /// The path in both forms.
    pub fn file_name(&self, path: &RepoPath) -> FileName {
        let (path, uri) = self.name(path);
        FileName { path, uri }
    }

    /// The path as text, and without loss.
    pub fn name(&self, path: &RepoPath) -> (String, Uri) {
        (path.to_string(), Uri::in_repository(&self.root, path))
    }

    /// The paths that a client names by URIs or relative to the root. The root itself is every file: then there is
    /// nothing to restrict, and the answer is empty, as for no paths at all.
    pub fn paths(&self, names: &[String]) -> Result<Vec<RepoPath>, Failure> {
        let opened = Opened { repository: Arc::clone(&self.repository), root: self.root.clone() };
        let mut paths = Vec::with_capacity(names.len());
        for name in names {
            let absolute = match name.get(..5) {
                Some(scheme) if scheme.eq_ignore_ascii_case("file:") => Uri(name.clone()).to_path()?,
                _ => clean(&self.root.join(name)),
            };
            if absolute == self.root || absolute == self.repository.location().root() {
                return Ok(Vec::new());
            }
            paths.extend(self.spellings(&relative(&opened, &absolute)?)?);
        }
        Ok(paths)
    }

    /// What a path stands for that a client wrote in whatever case; see [`git::spellings`].
    fn spellings(&self, path: &RepoPath) -> Result<Vec<RepoPath>, Failure> {
        let moment = self.moment();
        Ok(git::spellings(&moment.git, &moment.location, path).map_err(hgls_core::Error::from)?)
    }
}

/// What time it is, for dates such as `yesterday`.
pub(super) fn clock() -> Clock {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs() as i64);
    Clock { now, west: seconds_west() }
}

/// `absolute` as seen from the root. Symbolic links above it are followed, it itself is not: git keeps links as such.
pub(super) fn relative(opened: &Opened, absolute: &Path) -> Result<RepoPath, Failure> {
    let real = opened.repository.location().root();
    let below = |path: &Path| {
        let relative = path.strip_prefix(&opened.root).or_else(|_| path.strip_prefix(real)).ok()?;
        let bytes: Vec<&[u8]> = relative.iter().map(|component| component.as_encoded_bytes()).collect();
        RepoPath::new(bytes.join(&b'/'))
    };
    let path = below(absolute).or_else(|| {
        let (folder, name) = (absolute.parent()?.canonicalize().ok()?, absolute.file_name()?);
        below(&folder.join(name))
    });
    match path {
        Some(path) if !path.split(|byte| *byte == b'/').any(|name| name.eq_ignore_ascii_case(b".git")) => Ok(path),
        _ => Err(Failure::new(
            ErrorKind::NotInRepository,
            format!("{} not under root '{}'", absolute.display(), opened.root.display()),
        )
        .with_hint("name a file of the working copy")),
    }
}
