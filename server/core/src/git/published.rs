//! `refs/hgls/snapshot`: the one reference that is hgls' own. It holds parts of bytes with names, which git's push and
//! fetch carry. Knows nothing of what is in them.
//!
//! The reference leads to a commit, whose manifest has a file for each part and whose parent is what was published
//! before. So a push or fetch is a fast-forward like that of a branch, sends only the parts that are new, and one that
//! would lose what another has published is refused by git itself. A reference to a single file is read as well.

use std::collections::HashMap;

use super::{Error, Handle};
use crate::ids::Node;

const NAME: &str = "refs/hgls/snapshot";

/// What has been published.
pub enum Published<'a> {
    /// One file, with its content.
    File(Vec<u8>),
    /// A commit.
    Parts(PublishedParts<'a>),
}

/// The parts of a commit.
pub struct PublishedParts<'a> {
    repository: &'a git2::Repository,
    files: HashMap<String, git2::Oid>,
}

/// Publishing, part by part. Nobody sees anything of it before it is finished.
pub struct Publication<'a> {
    repository: &'a git2::Repository,
    /// What the reference had when this began.
    before: Option<git2::Oid>,
    parent: Option<git2::Commit<'a>>,
    folder: git2::TreeBuilder<'a>,
}

impl Handle {
    /// What has been published here or fetched, if anything has. A file of more than `most` bytes is an error.
    pub fn published(&self, most: usize) -> Result<Option<Published<'_>>, Error> {
        let Some(id) = target(&self.repository)? else { return Ok(None) };
        let object = self.repository.find_object(id, None)?;
        if object.kind() == Some(git2::ObjectType::Blob) {
            return Ok(Some(Published::File(read(&self.repository, id, most)?)));
        }
        let folder = object.peel_to_tree()?;
        let files = folder.iter().filter_map(|entry| Some((entry.name().ok()?.to_owned(), entry.id())));
        Ok(Some(Published::Parts(PublishedParts { repository: &self.repository, files: files.collect() })))
    }

    /// Begins to publish.
    pub fn publish(&self) -> Result<Publication<'_>, Error> {
        let before = target(&self.repository)?;
        let parent = before.and_then(|id| self.repository.find_commit(id).ok());
        Ok(Publication { repository: &self.repository, before, parent, folder: self.repository.treebuilder(None)? })
    }
}

impl PublishedParts<'_> {
    /// The content of a part; `None` when there is none of this name. More than `most` bytes are an error.
    pub fn read(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, Error> {
        self.files.get(name).map(|id| read(self.repository, *id, most)).transpose()
    }
}

impl Publication<'_> {
    /// Adds a part.
    pub fn put(&mut self, name: &str, data: &[u8]) -> Result<(), Error> {
        let id = self.repository.blob(data)?;
        self.folder.insert(name, id, 0o100644)?;
        Ok(())
    }

    /// Moves the reference from what it was when this began. `None` when it has these very parts already.
    pub fn finish(self, message: &str) -> Result<Option<Node>, Error> {
        let folder = self.repository.find_tree(self.folder.write()?)?;
        if self.parent.as_ref().is_some_and(|parent| parent.tree_id() == folder.id()) {
            return Ok(None);
        }
        let signature = match self.repository.signature() {
            Ok(signature) => signature,
            Err(_) => git2::Signature::now("hgls", "hgls@localhost")?,
        };
        let parents: Vec<&git2::Commit<'_>> = self.parent.iter().collect();
        let commit = self.repository.commit(None, &signature, &signature, message, &folder, &parents)?;
        match self.before {
            Some(before) => self.repository.reference_matching(NAME, commit, true, before, message)?,
            None => self.repository.reference(NAME, commit, false, message)?,
        };
        Ok(Node::from_bytes(commit.as_bytes()))
    }
}

fn target(repository: &git2::Repository) -> Result<Option<git2::Oid>, Error> {
    match repository.refname_to_id(NAME) {
        Ok(id) => Ok(Some(id)),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads a file no longer than `most`: its length is looked at first.
fn read(repository: &git2::Repository, id: git2::Oid, most: usize) -> Result<Vec<u8>, Error> {
    let odb = repository.odb()?;
    let (length, kind) = odb.read_header(id)?;
    if kind != git2::ObjectType::Blob || length > most {
        let reason = format!("{id} in {NAME} is not what hgls writes there");
        return Err(Error::Git(git2::Error::new(git2::ErrorCode::GenericError, git2::ErrorClass::Object, reason)));
    }
    Ok(odb.read(id)?.data().to_vec())
}
