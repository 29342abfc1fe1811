//! The contents that annotate compares, each read and cut into lines once while it is in use.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Weak};

use crate::error::Result;
use crate::ids::FileNode;
use crate::linediff::{Differ, Hunk, Interner, Lines, Spaces, Tail};
use crate::objects::{self, Objects};

/// Reads contents and cuts them into lines that can be compared with each other.
pub(in crate::model) struct Shelf<O> {
    objects: O,
    interner: Interner,
    /// The content that was read last: the next one is much like it.
    last: Option<Arc<Lines>>,
}

impl<O: Deref<Target = Objects>> Shelf<O> {
    pub fn new(objects: O, spaces: Spaces) -> Self {
        Self { objects, interner: Interner::new(spaces), last: None }
    }
}

/// Gives lines that can be compared with each other.
pub(in crate::model) trait Contents {
    /// Those of a content of the repository.
    fn lines(&mut self, node: FileNode) -> Result<Arc<Lines>, objects::Error>;

    /// Those of a text that is not in the repository.
    fn cut(&mut self, text: Vec<u8>) -> Arc<Lines>;
}

impl<O: Deref<Target = Objects>> Contents for Shelf<O> {
    fn lines(&mut self, node: FileNode) -> Result<Arc<Lines>, objects::Error> {
        let text = self.objects.shared_blob(node)?;
        let lines = Arc::new(match &self.last {
            Some(last) => self.interner.lines_like(text, last),
            None => self.interner.lines(text),
        });
        self.last = Some(Arc::clone(&lines));
        Ok(lines)
    }

    fn cut(&mut self, text: Vec<u8>) -> Arc<Lines> {
        Arc::new(self.interner.lines(text))
    }
}

/// Compares contents.
pub(in crate::model) struct Texts<'a> {
    contents: Box<dyn Contents + 'a>,
    differ: Differ,
    /// What is in use somewhere.
    lines: HashMap<FileNode, Weak<Lines>>,
}

impl<'a> Texts<'a> {
    pub fn new(contents: impl Contents + 'a) -> Self {
        Self { contents: Box::new(contents), differ: Differ::default(), lines: HashMap::new() }
    }

    /// The lines of a content.
    pub fn lines(&mut self, node: FileNode) -> Result<Arc<Lines>> {
        if let Some(lines) = self.lines.get(&node).and_then(Weak::upgrade) {
            return Ok(lines);
        }
        let lines = self.contents.lines(node)?;
        self.lines.insert(node, Arc::downgrade(&lines));
        Ok(lines)
    }

    /// The lines of a text that is not in the repository.
    pub fn cut(&mut self, text: Vec<u8>) -> Arc<Lines> {
        self.contents.cut(text)
    }

    /// The differences, as blame sees them.
    pub fn hunks(&mut self, parent: &Lines, child: &Lines) -> Vec<Hunk> {
        self.differ.hunks(parent, child, Tail::Cut)
    }
}
