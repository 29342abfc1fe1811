//! The objects that were made last: what the next ones are differences to.
//!
//! A walk goes along chains: once it has made the next object of a base, it seldom comes back to the base, and of what it
//! has made last in each chain it goes on sooner or later. So what something was made of goes before the rest does.

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

impl Made {
    /// What it takes in memory.
    fn weight(&self) -> usize {
        self.content.len() + OBJECT_BYTES
    }
}

pub(super) struct Bases {
    kept: HashMap<Key, Kept>,
    /// Oldest first; some of them have been used since, or are gone.
    fresh: VecDeque<Key>,
    /// Those that something was made of, in the order of that.
    used: VecDeque<Key>,
    bytes: usize,
    used_bytes: usize,
    budget: usize,
}

struct Kept {
    made: Made,
    is_used: bool,
}

/// What an object takes beside its content.
const OBJECT_BYTES: usize = 100;

impl Bases {
    /// Keeps no more than about `budget` bytes.
    pub(super) fn new(budget: usize) -> Self {
        let (fresh, used) = (VecDeque::new(), VecDeque::new());
        Self { kept: HashMap::new(), fresh, used, bytes: 0, used_bytes: 0, budget }
    }

    /// An object, for its own sake.
    pub(super) fn get(&self, key: Key) -> Option<Made> {
        self.kept.get(&key).map(|kept| kept.made.clone())
    }

    /// An object to make another one of.
    pub(super) fn get_base(&mut self, key: Key) -> Option<Made> {
        let kept = self.kept.get_mut(&key)?;
        if !kept.is_used {
            kept.is_used = true;
            self.used_bytes += kept.made.weight();
            self.used.push_back(key);
        }
        Some(kept.made.clone())
    }

    pub(super) fn put(&mut self, key: Key, made: Made) {
        let bytes = made.weight();
        // One that is large would drive out all others.
        if bytes > self.budget / 8 || self.kept.contains_key(&key) {
            return;
        }
        while self.bytes + bytes > self.budget
            && let Some(first) = self.first_to_go()
        {
            self.forget(first);
        }
        if self.fresh.len() > 2 * self.kept.len() + 64 {
            self.fresh.retain(|key| self.kept.get(key).is_some_and(|kept| !kept.is_used));
        }
        self.kept.insert(key, Kept { made, is_used: false });
        self.fresh.push_back(key);
        self.bytes += bytes;
    }

    /// Those that were used have a quarter of the room, where history branches; others all that they leave.
    fn first_to_go(&mut self) -> Option<Key> {
        if self.used_bytes <= self.budget / 4 {
            while let Some(key) = self.fresh.pop_front() {
                if self.kept.get(&key).is_some_and(|kept| !kept.is_used) {
                    return Some(key);
                }
            }
        }
        self.used.pop_front()
    }

    fn forget(&mut self, key: Key) {
        let Some(gone) = self.kept.remove(&key) else { return };
        self.bytes -= gone.made.weight();
        if gone.is_used {
            self.used_bytes -= gone.made.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    fn made(byte: u8, length: usize) -> Made {
        Made { kind: Kind::Tree, content: Arc::new(vec![byte; length]) }
    }

    #[test]
    fn what_is_found_is_what_was_put_and_the_newest_are_found() {
        for seed in 0..100 {
            let mut random = Random::new(seed);
            let budget = 2000 + random.below(3000);
            let mut bases = Bases::new(budget);
            let mut all: Vec<usize> = Vec::new();
            for at in 0..300 {
                let length = random.below(budget / 8 + 2);
                bases.put((1, at as u64), made(at as u8, length));
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
        }
    }

    #[test]
    fn the_ends_of_many_chains_stay_while_one_is_walked_for_long() {
        let mut bases = Bases::new(1000 * (OBJECT_BYTES + 10));
        for chain in 0..500 {
            bases.put((chain, 0), made(0, 10));
        }
        for at in 1..100_000 {
            assert!(bases.get_base((0, at - 1)).is_some());
            bases.put((0, at), made(at as u8, 10));
        }
        assert!((1..500).all(|chain| bases.get((chain, 0)).is_some()));
        assert!(bases.get((0, 99_990)).is_some(), "a branch may begin at one that was used");
        assert!(bases.bytes <= bases.budget && bases.fresh.len() < 3000);
    }

    #[test]
    fn however_it_is_used_it_counts_what_it_keeps() {
        for seed in 0..50 {
            let mut random = Random::new(seed);
            let mut bases = Bases::new(3000);
            for _ in 0..2000 {
                let key = (random.below(2), random.below(100) as u64);
                let content = made(key.1 as u8, key.1 as usize);
                let found = if random.below(2) == 0 { bases.get_base(key) } else { bases.get(key) };
                assert!(found.is_none_or(|found| found.content == content.content), "seed {seed}");
                bases.put(key, content);
                let weights = |used: bool| {
                    let kept = bases.kept.values().filter(|kept| kept.is_used || !used);
                    kept.map(|kept| kept.made.weight()).sum::<usize>()
                };
                assert_eq!((bases.bytes, bases.used_bytes), (weights(false), weights(true)), "seed {seed}");
                assert!(bases.bytes <= 3000, "seed {seed}");
            }
        }
    }
}
