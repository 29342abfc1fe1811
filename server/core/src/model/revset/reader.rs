//! What tests read of changesets: from the store what it has of all, from the objects the rest. Knows nothing of
//! expressions.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::error::Result;
use crate::ids::Rev;
use crate::model::changeset::{Text, decode_user};
use crate::repository::Snapshot;
use crate::store::{self, Author};

/// Reads changesets.
pub(super) struct Reader<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// Read when somebody first asks; `None` when the store does not have them.
    authors: OnceCell<Option<Authors>>,
    /// The text of the changeset that was read last: tests come in bundles, on one changeset after the other.
    last_text: RefCell<Option<(Rev, Rc<Text>)>>,
}

struct Authors {
    users: Vec<Rc<str>>,
    rows: Vec<Author>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, authors: OnceCell::new(), last_text: RefCell::default() }
    }

    /// The author, `Name <mail>`; empty for pseudo revisions.
    pub(super) fn user(&self, rev: Rev) -> Result<Rc<str>> {
        let stored = self.authors()?.and_then(|authors| {
            let row = authors.rows.get(rev.index()?)?;
            authors.users.get(row.user as usize).cloned()
        });
        stored.map_or_else(|| Ok(self.text(rev)?.user.as_str().into()), Ok)
    }

    /// When the author made it, in Unix seconds; 0 for pseudo revisions.
    pub(super) fn time(&self, rev: Rev) -> Result<i64> {
        let stored = self.authors()?.and_then(|authors| Some(authors.rows.get(rev.index()?)?.time));
        stored.map_or_else(|| Ok(self.text(rev)?.date.0), Ok)
    }

    fn authors(&self) -> Result<Option<&Authors>> {
        if let Some(authors) = self.authors.get() {
            return Ok(authors.as_ref());
        }
        let authors = match self.snapshot.store.as_ref().map(store::Reader::authors) {
            Some(Ok(store::Authors { users, rows })) => {
                let users = users.iter().map(|user| decode_user(&user.name, &user.encoding).into()).collect();
                Some(Authors { users, rows })
            }
            Some(Err(error @ store::Error::Cancelled(_))) => return Err(error.into()),
            // The store heals itself; the objects have the same.
            Some(Err(_)) | None => None,
        };
        Ok(self.authors.get_or_init(|| authors).as_ref())
    }

    /// What the author of `rev` wrote; nothing for pseudo revisions, and for hidden changesets that are gone.
    pub(super) fn text(&self, rev: Rev) -> Result<Rc<Text>> {
        if let Some((_, text)) = self.last_text.borrow().as_ref().filter(|(last, _)| *last == rev) {
            return Ok(Rc::clone(text));
        }
        let changelog = &self.snapshot.changelog;
        let text = match rev {
            Rev::NULL | Rev::WDIR => Text::default(),
            _ => match self.snapshot.objects.commit(changelog.node(rev)) {
                Ok(commit) => Text::of(&commit),
                Err(_) if !changelog.is_visible(rev) => Text::default(),
                Err(error) => return Err(error.into()),
            },
        };
        let text = Rc::new(text);
        *self.last_text.borrow_mut() = Some((rev, Rc::clone(&text)));
        Ok(text)
    }
}
