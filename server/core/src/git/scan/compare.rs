//! One tracked file compared with its entry in the index. Knows files, links and submodules; not folders.

use std::cell::OnceCell;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;
use git2::SubmoduleIgnore;

use super::Found;
use crate::cancel::Cancel;
use crate::git::filters::{file_node, native};
use crate::git::index::{Index, Tracked};
use crate::git::settings::Settings;
use crate::git::{Error, Handle, Location, refs, trust, working};
use crate::ids::{FileNode, Mode};
use crate::objects::Entry;
use crate::stat::Stat;

/// Larger files are hashed without being read into memory, unless their content is converted.
const LARGE: u64 = 64 << 20;

/// Compares for one thread.
pub struct Comparer<'a> {
    location: &'a Location,
    settings: &'a Settings,
    index: &'a Index,
    programs: bool,
    cancel: &'a Cancel,
    /// Opened when the first file has to be read.
    handle: OnceCell<Handle>,
}

impl<'a> Comparer<'a> {
    pub fn new(
        location: &'a Location,
        settings: &'a Settings,
        index: &'a Index,
        programs: bool,
        cancel: &'a Cancel,
    ) -> Self {
        Self { location, settings, index, programs, cancel, handle: OnceCell::new() }
    }

    /// What stands at the `path` of `entries` (one, or those of a conflict), where there is something that is no folder;
    /// `None` when it is what the index says.
    pub fn file(
        &self,
        entries: &[Tracked],
        path: impl FnOnce() -> PathBuf,
        metadata: &Metadata,
    ) -> Result<Option<Found>, Error> {
        // In a conflict ours is what the mode is taken from where files have none.
        let Some(tracked) = entries.iter().find(|entry| entry.stage == 2).or(entries.first()) else { return Ok(None) };
        if !metadata.is_file() && !metadata.is_symlink() {
            return Ok(Some(Found::Missing));
        }
        let recorded = tracked.entry.mode;
        let mode = working::mode(Some(recorded), metadata, self.settings);
        let settled = tracked.stage == 0 && !tracked.intent_to_add;
        let same_kind = recorded != Mode::Submodule && (mode == Mode::Symlink) == (recorded == Mode::Symlink);
        let written = self.index.written.unwrap_or_default();
        let looks_the_same = || tracked.stat.proves_unchanged(&Stat::of(metadata), written, self.settings.trust);
        let node = if settled && same_kind && looks_the_same() {
            tracked.entry.node
        } else {
            match self.node(tracked, &path(), mode, metadata)? {
                Some(node) => node,
                None => return Ok(Some(Found::Missing)),
            }
        };
        let entry = Entry { node, mode };
        Ok((!settled || entry != tracked.entry).then_some(Found::Is(entry)))
    }

    /// The submodule in the folder at `path`; `None` when it is what the index says, or not checked out.
    pub fn submodule(&self, tracked: &Tracked, path: &Path) -> Result<Option<Found>, Error> {
        let Some((submodule, node)) = open_at_head(path) else { return Ok(None) };
        let entry = Entry { node, mode: Mode::Submodule };
        let rule = self.submodule_rule(&native(&tracked.path).to_string_lossy())?;
        match rule {
            SubmoduleIgnore::All => return Ok(None),
            _ if entry != tracked.entry => return Ok(Some(Found::Is(entry))),
            SubmoduleIgnore::Dirty => return Ok(None),
            _ => {}
        }
        let mut options = git2::StatusOptions::new();
        options.include_untracked(rule != SubmoduleIgnore::Untracked).include_ignored(false);
        Ok((!submodule.statuses(Some(&mut options))?.is_empty()).then_some(Found::Dirty(entry)))
    }

    /// Which changes of a submodule count. The configuration goes before `.gitmodules`.
    fn submodule_rule(&self, path: &str) -> Result<SubmoduleIgnore, Error> {
        let repository = &self.handle()?.repository;
        let submodule = repository.find_submodule(path).ok();
        let name = submodule.as_ref().and_then(|submodule| submodule.name().ok().map(str::to_owned));
        let config = repository.config()?;
        let setting = |name: &str| config.get_string(name).ok();
        let own = setting(&format!("submodule.{}.ignore", name.as_deref().unwrap_or(path)));
        let declared = submodule.map_or(SubmoduleIgnore::Unspecified, |submodule| submodule.ignore_rule());
        let general = || if declared == SubmoduleIgnore::Unspecified { setting("diff.ignoresubmodules") } else { None };
        Ok(match own.or_else(general).as_deref() {
            Some("all") => SubmoduleIgnore::All,
            Some("dirty") => SubmoduleIgnore::Dirty,
            Some("untracked") => SubmoduleIgnore::Untracked,
            Some("none") => SubmoduleIgnore::None,
            _ => declared,
        })
    }

    fn handle(&self) -> Result<&Handle, Error> {
        if let Some(handle) = self.handle.get() {
            return Ok(handle);
        }
        let mut handle = Handle::open(self.location)?;
        handle.programs = self.programs;
        handle.cancelled_by(self.cancel);
        handle.lend(self.index)?;
        Ok(self.handle.get_or_init(|| handle))
    }

    /// `None` when the file is gone by now. One that cannot be read has the null id: it is not what it was.
    fn node(&self, tracked: &Tracked, path: &Path, mode: Mode, metadata: &Metadata) -> Result<Option<FileNode>, Error> {
        let large = metadata.is_file() && metadata.len() > LARGE;
        if large && self.handle()?.conversion(&tracked.path, self.settings)?.is_none() {
            let id = git2::Oid::hash_file(git2::ObjectType::Blob, path);
            return Ok(Some(id.ok().and_then(|id| FileNode::from_bytes(id.as_bytes())).unwrap_or_default()));
        }
        let content = match working::raw(path, metadata) {
            Ok(content) => content,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Ok(Some(FileNode::NULL)),
        };
        if mode == Mode::Symlink {
            return file_node(&content).map(Some);
        }
        // Mostly the file was only touched: no need to ask which conversions hold.
        if !may_be_converted(&content) {
            let node = file_node(&content)?;
            if node == tracked.entry.node {
                return Ok(Some(node));
            }
        }
        let staged = || self.index.staged(&tracked.path);
        match self.handle()?.clean(&tracked.path, &content, self.settings, staged) {
            Ok(clean) => file_node(&clean).map(Some),
            // What cannot be converted is not what was committed.
            Err(Error::Conversion { .. }) => file_node(&content).map(Some),
            Err(error) => Err(error),
        }
    }
}

/// Whether a conversion could bring a text that was committed as it is into another form.
fn may_be_converted(content: &[u8]) -> bool {
    content.contains(&b'\r') || content.find(b"$Id").is_some()
}

/// A repository with a changeset checked out that stands where a file is tracked.
pub fn repository_in_place(path: &Path) -> Option<Found> {
    open_at_head(path).map(|(_, node)| Found::Is(Entry { node, mode: Mode::Submodule }))
}

fn open_at_head(path: &Path) -> Option<(git2::Repository, FileNode)> {
    let repository = trust::open(path, || git2::Repository::open(path)).ok()?;
    let head = repository.head().ok()?.target()?;
    Some((repository, FileNode(refs::node_of(head).0)))
}
