//! Who wrote changesets: each name once.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::objects::CommitObject;
use crate::store::{Author, User};

/// Users, numbered in the order in which they appear.
#[derive(Debug, Default)]
pub(super) struct Users {
    pub list: Vec<User>,
    numbers: HashMap<User, u32>,
}

impl Users {
    pub fn author(&mut self, commit: &CommitObject) -> Author {
        let author = commit.author();
        let user = User { name: author.who.to_vec(), encoding: commit.encoding().unwrap_or_default().to_vec() };
        Author { user: self.number(user), time: author.time, offset: author.offset }
    }

    /// Takes over those of `other`; their numbers here.
    pub fn merge(&mut self, other: Self) -> Vec<u32> {
        other.list.into_iter().map(|user| self.number(user)).collect()
    }

    fn number(&mut self, user: User) -> u32 {
        let next = self.list.len() as u32;
        match self.numbers.entry(user) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.list.push(new.key().clone());
                *new.insert(next)
            }
        }
    }
}
