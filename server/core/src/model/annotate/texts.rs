//! The contents that annotate compares, each read and cut into lines once while it is in use.

use std::collections::HashMap;
use std::rc::{Rc, Weak};

use crate::error::Result;
use crate::ids::FileNode;
use crate::linediff::{Differ, Hunk, Interner, Lines, Spaces, Tail};
use crate::objects::Objects;

pub(in crate::model) struct Texts<'a> {
    objects: &'a Objects,
    interner: Interner,
    differ: Differ,
    /// What is in use somewhere.
    lines: HashMap<FileNode, Weak<Lines>>,
}

impl<'a> Texts<'a> {
    pub fn new(objects: &'a Objects, spaces: Spaces) -> Self {
        Self { objects, interner: Interner::new(spaces), differ: Differ::default(), lines: HashMap::new() }
    }

    /// The lines of a content of the repository.
    pub fn lines(&mut self, node: FileNode) -> Result<Rc<Lines>> {
        if let Some(lines) = self.lines.get(&node).and_then(Weak::upgrade) {
            return Ok(lines);
        }
        let text = self.objects.blob(node)?;
        Ok(self.keep(node, text))
    }

    /// The same, for a content that is much like another.
    pub fn lines_like(&mut self, node: FileNode, neighbour: &Lines) -> Result<Rc<Lines>> {
        if let Some(lines) = self.lines.get(&node).and_then(Weak::upgrade) {
            return Ok(lines);
        }
        let text = self.objects.blob(node)?;
        let lines = Rc::new(self.interner.lines_like(text, neighbour));
        self.lines.insert(node, Rc::downgrade(&lines));
        Ok(lines)
    }

    /// The lines of a content that has been read already.
    pub fn keep(&mut self, node: FileNode, text: Vec<u8>) -> Rc<Lines> {
        let lines = self.cut(text);
        self.lines.insert(node, Rc::downgrade(&lines));
        lines
    }

    /// The lines of a content that is not in the repository.
    pub fn cut(&mut self, text: Vec<u8>) -> Rc<Lines> {
        Rc::new(self.interner.lines(text))
    }

    /// The differences, as blame sees them.
    pub fn hunks(&mut self, parent: &Lines, child: &Lines) -> Vec<Hunk> {
        self.differ.hunks(parent, child, Tail::Cut)
    }
}
