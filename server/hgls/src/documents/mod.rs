//! Open documents: what an editor shows, which is not always what the disk holds. Knows nothing of repositories, nor of
//! who asks.

mod text;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use text::{Encoding, Position, Text};

/// One version of an open document.
#[derive(Debug)]
pub struct Document {
    version: i32,
    content: Text,
    joined: OnceLock<Box<str>>,
}

/// A change of a document, as an editor sends it.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is replaced; `None` for everything.
    pub range: Option<(Position, Position)>,
    /// What stands there afterwards.
    pub text: String,
}

/// The documents that are open at one moment, by absolute path. A clone is cheap, and stays as it is whatever happens to
/// the original.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    open: Arc<HashMap<PathBuf, Arc<Document>>>,
    encoding: Encoding,
}

impl Document {
    /// A version of a document.
    pub fn new(version: i32, content: Text) -> Self {
        Self { version, content, joined: OnceLock::new() }
    }

    /// The editor's number of this version.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// The text, as the editor sends it. Joined when first asked for.
    pub fn text(&self) -> &str {
        self.joined.get_or_init(|| self.content.to_text().into_boxed_str())
    }

    /// The text in chunks, with what can be asked of positions in it.
    pub fn content(&self) -> &Text {
        &self.content
    }
}

impl Documents {
    /// No documents yet, of an editor that counts in `encoding`.
    pub fn new(encoding: Encoding) -> Self {
        Self { open: Arc::default(), encoding }
    }

    /// The document of a file, when it is open.
    pub fn get(&self, path: &Path) -> Option<&Arc<Document>> {
        self.open.get(path)
    }

    /// All that are open.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Arc<Document>)> {
        self.open.iter().map(|(path, document)| (path.as_path(), document))
    }

    /// What the editor counts in a line.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// A document was opened; one that is open already is replaced.
    pub fn open(&mut self, path: PathBuf, version: i32, text: &str) {
        self.put(path, Document::new(version, Text::new(text)));
    }

    /// A document was changed, by changes that each see the ones before. One that is not open is left alone.
    pub fn change(&mut self, path: &Path, version: i32, changes: Vec<Change>) {
        let Some(document) = self.open.get(path) else {
            tracing::warn!(path = %path.display(), "a change of a document that is not open");
            return;
        };
        let mut content = document.content.clone();
        for Change { range, text } in changes {
            match range {
                Some(range) => content.replace(range, self.encoding, &text),
                None => content = Text::new(&text),
            }
        }
        self.put(path.to_owned(), Document::new(version, content));
    }

    /// A document was closed.
    pub fn close(&mut self, path: &Path) {
        if self.open.contains_key(path) {
            Arc::make_mut(&mut self.open).remove(path);
        }
    }

    fn put(&mut self, path: PathBuf, document: Document) {
        Arc::make_mut(&mut self.open).insert(path, Arc::new(document));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_copy_stays_as_it_was() {
        let mut documents = Documents::default();
        let path = Path::new("/p/file");
        documents.open(path.to_owned(), 1, "one\ntwo\n");
        let before = documents.clone();
        let place = |line, character| Position { line, character };
        let changes = vec![
            Change { range: Some((place(0, 0), place(0, 3))), text: "1\n1".to_owned() },
            Change { range: Some((place(2, 0), place(2, 3))), text: "2".to_owned() },
        ];
        documents.change(path, 2, changes);
        let (old, new) = (before.get(path).unwrap(), documents.get(path).unwrap());
        assert_eq!((old.version(), old.text()), (1, "one\ntwo\n"));
        assert_eq!((new.version(), new.text()), (2, "1\n1\n2\n"));
        documents.change(path, 3, vec![Change { range: None, text: "all".to_owned() }]);
        assert_eq!(documents.get(path).unwrap().text(), "all");
        documents.close(path);
        assert!(documents.get(path).is_none() && before.get(path).is_some());
    }

    #[test]
    fn a_change_of_what_is_not_open_is_nothing() {
        let mut documents = Documents::default();
        documents.change(Path::new("/p/file"), 2, vec![Change { range: None, text: "x".to_owned() }]);
        documents.close(Path::new("/p/file"));
        assert_eq!(documents.iter().count(), 0);
    }
}
