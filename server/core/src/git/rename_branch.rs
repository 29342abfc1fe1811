//! A branch given another name, with all that git keeps for it: its log, its configuration, and the `HEAD` of each worktree
//! that is on it. Knows references; not who may rename what.
//!
//! The new name is there before the old one goes, so that a process that is killed leaves at least one of them. Only where
//! one name is a folder for the other, and git has no room for both, the old one goes first, as with git.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice as _};

use super::move_refs::{LockedRefs, LogEntry, Move, Value};
use super::{Error, Handle, Location};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::Node;

/// A renaming.
#[derive(Clone, Copy, Debug)]
pub struct BranchRename<'a> {
    /// The old name.
    pub from: &'a BStr,
    /// The new name.
    pub to: &'a BStr,
    /// Where the branch is.
    pub node: Node,
    /// Where the one is that has the new name, and goes.
    pub replaces: Option<Node>,
}

impl Handle {
    /// Gives a branch another name.
    ///
    /// # Errors
    /// [`Error::Moved`] when one of the branches, or a `HEAD` that is on it, is not what was read; [`Error::Locked`] when
    /// another program holds it. Then nothing has happened.
    pub fn rename_branch(
        &self,
        location: &Location,
        rename: BranchRename<'_>,
        log: &LogEntry<'_>,
        cancel: &Cancel,
    ) -> Result<()> {
        let BranchRename { from, to, node, replaces } = rename;
        let [from_full, to_full] = [full_name(from)?, full_name(to)?];
        let words = format!("Branch: renamed {from_full} to {to_full}");
        let log = &LogEntry { message: &words, ..log.clone() };
        let (from_value, to_value) = (Value::Node(node), replaces.map_or(Value::Absent, Value::Node));
        let moved = Move::To(from_value.clone());

        let old = self.lock_refs(location, &[(&from_full, &from_value)], cancel)?;
        let on_it = Value::Symbolic(from_full.as_str().into());
        let follows = Move::To(Value::Symbolic(to_full.as_str().into()));
        let head = match self.value("HEAD")? == on_it {
            true => Some(self.lock_refs(location, &[("HEAD", &on_it)], cancel)?),
            false => None,
        };
        let others = self.worktrees_of(location, from).into_iter().map(|place| {
            let location = Location::discover(&place)?;
            Ok((Self::open(&location)?, location))
        });
        let others = others.collect::<Result<Vec<(Self, Location)>, Error>>()?;
        let mut heads = Vec::new();
        for (handle, location) in &others {
            heads.push(handle.lock_refs(location, &[("HEAD", &on_it)], cancel)?);
        }

        let history = Log::read(location, &from_full)?;
        // From here on nobody may stop it.
        let cancel = &Cancel::new();
        if is_folder_of(from, to) || is_folder_of(to, from) {
            self.remove(old, &from_full, log)?;
            let made = history.write(location, &to_full).map_err(Into::into).and_then(|()| {
                let new = self.lock_refs(location, &[(&to_full, &to_value)], cancel)?;
                Ok(new.apply(&[(&to_full, &moved)], log)?)
            });
            if let Err(error) = made {
                history.write(location, &from_full)?;
                let back = self.lock_refs(location, &[(&from_full, &Value::Absent)], cancel)?;
                back.apply(&[(&from_full, &moved)], log)?;
                return Err(error);
            }
            heads_follow(head.into_iter().chain(heads), &follows, log)?;
        } else {
            let new = self.lock_refs(location, &[(&to_full, &to_value)], cancel)?;
            history.write(location, &to_full)?;
            new.apply(&[(&to_full, &moved)], log)?;
            heads_follow(head.into_iter().chain(heads), &follows, log)?;
            self.remove(old, &from_full, log)?;
        }
        Ok(self.rename_configuration(from, to)?)
    }

    /// Removes a reference with its log.
    fn remove(&self, locked: LockedRefs<'_>, name: &str, log: &LogEntry<'_>) -> Result<(), Error> {
        locked.apply(&[(name, &Move::Remove)], log)?;
        Ok(self.repository.reflog_delete(name)?)
    }

    /// Moves what is configured for a branch to another one.
    fn rename_configuration(&self, from: &BStr, to: &BStr) -> Result<(), Error> {
        let Ok(mut config) = self.repository.config()?.open_level(git2::ConfigLevel::Local) else { return Ok(()) };
        let prefix = format!("branch.{}.", from.to_str_lossy());
        let mut found: Vec<(String, String)> = Vec::new();
        config.entries(None)?.for_each(|entry| {
            if let (Ok(name), Ok(value)) = (entry.name(), entry.value())
                && let Some(key) = name.strip_prefix(&prefix).filter(|key| !key.contains('.'))
            {
                found.push((key.to_owned(), value.to_owned()));
            }
        })?;
        for (key, value) in &found {
            // What matches nothing is added. What is added so, libgit2 writes as it is.
            config.set_multivar(&format!("branch.{}.{key}", to.to_str_lossy()), "$^", &escaped(value))?;
        }
        let mut keys: Vec<&String> = found.iter().map(|(key, _)| key).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            config.remove_multivar(&format!("{prefix}{key}"), ".*")?;
        }
        Ok(())
    }
}

/// A value as git's configuration has it between quotation marks.
fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n").replace('\t', r"\t")
}

fn heads_follow<'a>(
    heads: impl Iterator<Item = LockedRefs<'a>>,
    follows: &Move,
    log: &LogEntry<'_>,
) -> Result<(), Error> {
    heads.into_iter().try_for_each(|head| head.apply(&[("HEAD", follows)], log))
}

/// What the log of a reference says; `None` where there is none.
struct Log(Option<Vec<u8>>);

impl Log {
    fn read(location: &Location, name: &str) -> Result<Self, Error> {
        let path = log_path(location, name);
        match fs::read(&path) {
            Ok(log) => Ok(Self(Some(log))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => Ok(Self(None)),
            Err(source) => Err(Error::Io { path, source }),
        }
    }

    /// Puts it in the place of what the log of `name` says, a reference that is locked.
    fn write(&self, location: &Location, name: &str) -> Result<(), Error> {
        let Some(log) = &self.0 else { return Ok(()) };
        let path = log_path(location, name);
        let write = || {
            let folder = path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            let mut new = path.clone().into_os_string();
            new.push(".hgls");
            fs::write(&new, log)?;
            fs::rename(new, &path)
        };
        write().map_err(|source| Error::Io { path: path.clone(), source })
    }
}

fn log_path(location: &Location, name: &str) -> PathBuf {
    location.common_dir.join("logs").join(name)
}

fn full_name(branch: &BStr) -> Result<String, Error> {
    let name = branch.to_str().map_err(|_| Error::NotText { name: branch.into() })?;
    Ok(format!("refs/heads/{name}"))
}

fn is_folder_of(one: &BStr, other: &BStr) -> bool {
    other.strip_prefix(one.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
}
