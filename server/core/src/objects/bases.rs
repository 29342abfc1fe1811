//! The objects that others are stored as differences to, as the pack reader met them last: one ring of bytes, in which
//! the newest overwrite the oldest.
//!
//! Walks ask for a base soon after it was read or never, so the order of arrival serves as well as that of use, and
//! unlike a cache of separate values the ring allocates nothing once it is full.

use std::collections::{HashMap, VecDeque};

use gix_object::Kind;
use gix_odb::pack::cache::DecodeEntry;

/// Which pack, and where in it.
type Key = (u32, u64);

pub(super) struct Bases {
    ring: Vec<u8>,
    /// Bytes that the ring may grow to.
    budget: usize,
    /// Where the next one goes.
    head: usize,
    places: HashMap<Key, Place>,
    /// Oldest first, with where each begins.
    arrived: VecDeque<(Key, usize)>,
}

struct Place {
    start: usize,
    length: usize,
    kind: Kind,
    compressed_size: usize,
}

impl Bases {
    pub(super) fn new(budget: usize) -> Self {
        Self { ring: Vec::new(), budget, head: 0, places: HashMap::new(), arrived: VecDeque::new() }
    }

    /// Forgets the oldest as long as they begin in `range`.
    fn forget(&mut self, range: std::ops::Range<usize>) {
        while let Some((key, _)) = self.arrived.front().filter(|(_, start)| range.contains(start)) {
            self.places.remove(key);
            self.arrived.pop_front();
        }
    }
}

impl DecodeEntry for Bases {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed_size: usize) {
        // One that is large would drive out all others.
        if data.is_empty() || data.len() > self.budget / 8 || self.places.contains_key(&(pack, offset)) {
            return;
        }
        if self.head + data.len() > self.budget {
            self.forget(self.head..usize::MAX);
            self.head = 0;
        }
        let (start, end) = (self.head, self.head + data.len());
        self.forget(start..end.max(start + 1));
        let (inside, beyond) = data.split_at(data.len().min(self.ring.len() - start));
        self.ring[start..start + inside.len()].copy_from_slice(inside);
        self.ring.extend_from_slice(beyond);
        self.head = end;
        self.places.insert((pack, offset), Place { start, length: data.len(), kind, compressed_size });
        self.arrived.push_back(((pack, offset), start));
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let Place { start, length, kind, compressed_size } = self.places.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(self.ring.get(*start..start + length)?);
        Some((*kind, *compressed_size))
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
            let budget = 200 + random.below(300);
            let mut bases = Bases::new(budget);
            let (mut all, mut out) = (Vec::<Vec<u8>>::new(), Vec::new());
            for at in 0..300 {
                let data = vec![at as u8; random.below(budget / 8 + 2)];
                bases.put(1, at as u64, &data, Kind::Tree, at);
                all.push(data);
                assert!(bases.ring.len() <= budget, "seed {seed}");
                let mut recent = 0;
                for (offset, data) in all.iter().enumerate().rev() {
                    recent += data.len();
                    let found = bases.get(1, offset as u64, &mut out);
                    assert!(found.is_none() || (found == Some((Kind::Tree, offset)) && out == *data), "seed {seed}");
                    // What is lost at the end of the ring is less than one of the largest.
                    let is_kept =
                        recent <= budget - 2 * (budget / 8 + 1) && !data.is_empty() && data.len() <= budget / 8;
                    assert!(found.is_some() || !is_kept, "seed {seed}: {offset} of {at}");
                }
            }
            assert_eq!(bases.get(2, 299, &mut out), None);
        }
    }

    #[test]
    fn no_budget_is_no_cache() {
        let (mut bases, mut out) = (Bases::new(0), Vec::new());
        bases.put(0, 0, &[1], Kind::Blob, 1);
        assert_eq!(bases.get(0, 0, &mut out), None);
    }
}
