//! A cache in two generations: what was not asked for while one half of the memory filled is forgotten.
//!
//! Cheaper to keep than a true least-recently-used order, and as good for walks. Knows nothing of what it keeps.

use std::hash::Hash;

use hashbrown::HashMap;

/// Keeps about `budget` bytes of values.
pub struct Generations<K, V> {
    young: HashMap<K, (V, usize)>,
    old: HashMap<K, (V, usize)>,
    young_bytes: usize,
    half: usize,
}

impl<K: Copy + Eq + Hash, V: Clone> Generations<K, V> {
    /// `budget` in bytes, as counted by whoever inserts.
    pub fn new(budget: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), young_bytes: 0, half: budget / 2 }
    }

    /// A clone of the value, which counts as used.
    pub fn get(&mut self, key: &K) -> Option<V> {
        if let Some((value, _)) = self.young.get(key) {
            return Some(value.clone());
        }
        let (value, bytes) = self.old.remove(key)?;
        self.insert(*key, value.clone(), bytes);
        Some(value)
    }

    /// Keeps `value`, which takes `bytes`.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) {
        if self.young_bytes + bytes > self.half {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if let Some((_, replaced)) = self.young.insert(key, (value, bytes)) {
            self.young_bytes -= replaced;
        }
        self.young_bytes += bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut cache = Generations::new(20);
        for key in 0..100 {
            cache.insert(key, key, 1);
            assert_eq!(cache.get(&0), Some(0), "used after {key} others");
        }
        assert_eq!(cache.get(&50), None);
        assert_eq!(cache.get(&99), Some(99));
    }

    #[test]
    fn one_value_larger_than_the_budget_is_kept_alone() {
        let mut cache = Generations::new(4);
        cache.insert(1, 'a', 100);
        assert_eq!(cache.get(&1), Some('a'));
        cache.insert(2, 'b', 100);
        cache.insert(3, 'c', 100);
        assert_eq!(cache.get(&1), None);
    }
}
