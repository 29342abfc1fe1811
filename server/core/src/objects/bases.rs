//! The objects that were made last: what the next ones are differences to. The newest drive out the oldest.
//!
//! Walks ask for a base soon after it was made or never, so the order of arrival serves as well as that of use.

use std::collections::VecDeque;
use std::sync::Arc;

use gix_object::Kind;
use hashbrown::HashMap;

/// Which pack, and where in it.
type Key = (usize, u64);

/// An object out of a pack.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) kind: Kind,
    pub(super) content: Arc<Vec<u8>>,
}

pub(super) struct Bases {
    made: HashMap<Key, Made>,
    /// Oldest first.
    arrived: VecDeque<Key>,
    bytes: usize,
    budget: usize,
}

/// What an object takes beside its content.
const OBJECT_BYTES: usize = 100;

impl Bases {
    /// Keeps no more than about `budget` bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self { made: HashMap::new(), arrived: VecDeque::new(), bytes: 0, budget }
    }

    pub(super) fn get(&self, key: Key) -> Option<Made> {
        self.made.get(&key).cloned()
    }

    pub(super) fn put(&mut self, key: Key, made: Made) {
        let bytes = made.content.len() + OBJECT_BYTES;
        // One that is large would drive out all others.
        if bytes > self.budget / 8 || self.made.contains_key(&key) {
            return;
        }
        while self.bytes + bytes > self.budget
            && let Some(oldest) = self.arrived.pop_front()
        {
            let gone = self.made.remove(&oldest);
            self.bytes -= gone.map_or(0, |gone| gone.content.len() + OBJECT_BYTES);
        }
        self.made.insert(key, made);
        self.arrived.push_back(key);
        self.bytes += bytes;
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.budget);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    #[test]
    fn what_is_found_is_what_was_put_and_the_newest_are_found() {
        for seed in 0..100 {
            let mut random = Random::new(seed);
            let budget = 2000 + random.below(3000);
            let mut bases = Bases::new(budget);
            let mut all: Vec<usize> = Vec::new();
            for at in 0..300 {
                let length = random.below(budget / 8 + 2);
                bases.put((1, at as u64), Made { kind: Kind::Tree, content: Arc::new(vec![at as u8; length]) });
                all.push(length);
                assert!(bases.bytes <= budget, "seed {seed}");
                let mut recent = 0;
                for (at, length) in all.iter().enumerate().rev() {
                    let size = length + OBJECT_BYTES;
                    recent += if size > budget / 8 { 0 } else { size };
                    let found = bases.get((1, at as u64)).map(|made| made.content);
                    let is_kept = recent <= budget && size <= budget / 8;
                    assert_eq!(found, is_kept.then(|| Arc::new(vec![at as u8; *length])), "seed {seed}: {at}");
                }
            }
            assert!(bases.get((2, 299)).is_none());
            bases.clear();
            assert!(bases.get((1, 299)).is_none() && bases.bytes == 0);
        }
    }
}
