//! Branches beyond what a reference is: which names git allows, in which worktree one is checked out, and what else goes
//! with one. Knows nothing of bookmarks.

use std::fs;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::refs::node_of;
use super::{Error, Handle, Location};
use crate::ids::Node;

impl Handle {
    /// Whether git allows a branch of that name.
    pub fn is_branch_name(name: &str) -> bool {
        name != "HEAD" && git2::Branch::name_is_valid(name).unwrap_or(false)
    }

    /// Removes a branch that is checked out nowhere, with its log and configuration.
    pub fn delete_branch(&self, name: &BStr) -> Result<(), Error> {
        Ok(self.repository.find_branch(text(name)?, git2::BranchType::Local)?.delete()?)
    }

    /// The other worktree that has the branch checked out.
    pub fn worktree_of(&self, location: &Location, branch: &BStr) -> Option<PathBuf> {
        self.worktrees_of(location, branch).into_iter().next()
    }

    /// The other worktrees that have the branch checked out: more than one where somebody has insisted.
    pub(super) fn worktrees_of(&self, location: &Location, branch: &BStr) -> Vec<PathBuf> {
        let linked = fs::read_dir(location.common_dir.join("worktrees")).into_iter().flatten().flatten();
        let folders = std::iter::once(location.common_dir.clone()).chain(linked.map(|entry| entry.path()));
        let others = folders.filter(|folder| *folder != location.git_dir);
        let found = others.filter(|folder| branch_of(folder).is_some_and(|name| name == branch));
        let place = |folder: PathBuf| {
            if folder == location.common_dir {
                return Some(folder.parent().map(Path::to_owned).unwrap_or(folder));
            }
            // The file names the worktree's `.git`.
            let git = fs::read(folder.join("gitdir")).ok()?;
            Some(git.trim().to_path_lossy().parent()?.to_owned())
        };
        found.filter_map(place).collect()
    }

    /// A common ancestor of two changesets that none of the others is a descendant of.
    pub fn merge_base(&self, one: Node, two: Node) -> Result<Option<Node>, Error> {
        let id = |node: Node| git2::Oid::from_bytes(node.as_bytes());
        match self.repository.merge_base(id(one)?, id(two)?) {
            Ok(base) => Ok(Some(node_of(base))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Who is to stand in the logs of references: the configured user, or what there is.
    pub fn log_identity(&self) -> (String, String) {
        let config = self.repository.config();
        let setting = |name: &str| {
            let value = config.as_ref().ok()?.get_string(name).ok()?;
            let value = value.replace(['<', '>', '\n'], "").trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let name = setting("user.name").unwrap_or_else(|| "unknown".to_owned());
        let mail = setting("user.email").unwrap_or_else(|| "unknown".to_owned());
        (name, mail)
    }

    /// Whether the working copy has only some of the files.
    pub fn is_sparse(&self) -> Result<bool, Error> {
        Ok(self.repository.config()?.get_bool("core.sparseCheckout").unwrap_or(false))
    }
}

/// Makes a repository whose working copy is `folder`, with the templates and the first branch's name that are configured.
pub fn init(folder: &Path) -> Result<(), Error> {
    let mut options = git2::RepositoryInitOptions::new();
    options.no_reinit(true).external_template(true);
    git2::Repository::init_opts(folder, &options)?;
    Ok(())
}

/// The branch that the `HEAD` in a git folder is on.
fn branch_of(folder: &Path) -> Option<BString> {
    let head = fs::read(folder.join("HEAD")).ok()?;
    Some(head.strip_prefix(b"ref: refs/heads/")?.trim().into())
}

fn text(name: &BStr) -> Result<&str, Error> {
    name.to_str().map_err(|_| Error::NotText { name: name.into() })
}
