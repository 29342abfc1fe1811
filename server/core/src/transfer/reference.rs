//! A snapshot in the repository's own reference, a file a part.

use super::layout::{Name, Sink, Source};
use super::parts::{PART_BYTES, damaged};
use crate::error::Result;
use crate::git;

impl Source for git::PublishedParts<'_> {
    fn part(&mut self, name: Name) -> Result<Vec<u8>> {
        // git has the sum over the bytes, and libgit2 checks it.
        let data = self.read(&name.to_string(), PART_BYTES)?;
        data.ok_or_else(|| damaged(format!("{name} is missing")).into())
    }
}

impl Sink for git::Publication<'_> {
    fn put(&mut self, name: Name, data: &[u8]) -> Result<()> {
        Ok(git::Publication::put(self, &name.to_string(), data)?)
    }
}
