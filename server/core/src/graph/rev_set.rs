//! Sets of revisions as bits, one a revision: the currency of everything that walks history. Knows nothing of graphs.

use std::fmt;

use crate::ids::Rev;

/// A set of revisions, ordered by number. Never holds [`Rev::NULL`] or [`Rev::WDIR`]: inserting those does nothing.
///
/// Costs one bit for each revision up to the highest that was ever inserted.
#[derive(Clone, Default)]
pub struct RevSet {
    /// Trailing zero words are allowed, so equality has to look past them.
    words: Vec<u64>,
}

const BITS: usize = u64::BITS as usize;

fn place(rev: Rev) -> Option<(usize, u64)> {
    let index = rev.index().filter(|_| rev != Rev::WDIR)?;
    Some((index / BITS, 1 << (index % BITS)))
}

fn rev_at(word: usize, bit: u32) -> Rev {
    Rev::from_index(word * BITS + bit as usize)
}

impl RevSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// All of `0..count`.
    pub fn full(count: usize) -> Self {
        let mut words = vec![u64::MAX; count / BITS];
        if !count.is_multiple_of(BITS) {
            words.push((1 << (count % BITS)) - 1);
        }
        Self { words }
    }

    /// Whether `rev` is in the set.
    pub fn contains(&self, rev: Rev) -> bool {
        place(rev).is_some_and(|(word, bit)| self.words.get(word).is_some_and(|bits| bits & bit != 0))
    }

    /// Adds `rev`; whether it was not there before.
    pub fn insert(&mut self, rev: Rev) -> bool {
        let Some((word, bit)) = place(rev) else { return false };
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let fresh = self.words[word] & bit == 0;
        self.words[word] |= bit;
        fresh
    }

    /// Takes `rev` out; whether it was there.
    pub fn remove(&mut self, rev: Rev) -> bool {
        let Some((word, bit)) = place(rev) else { return false };
        let Some(bits) = self.words.get_mut(word) else { return false };
        let present = *bits & bit != 0;
        *bits &= !bit;
        present
    }

    /// How many revisions are in the set. Counts them: linear in the highest.
    pub fn len(&self) -> usize {
        self.words.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// How many bytes it takes, about.
    pub fn weight(&self) -> usize {
        size_of_val(self.words.as_slice())
    }

    /// Whether no revision is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|bits| *bits == 0)
    }

    /// The lowest revision.
    pub fn first(&self) -> Option<Rev> {
        self.iter().next()
    }

    /// The highest revision.
    pub fn last(&self) -> Option<Rev> {
        self.iter().next_back()
    }

    /// The highest revision not above `rev`.
    pub fn last_at_or_below(&self, rev: Rev) -> Option<Rev> {
        let index = rev.index()?;
        let (top, shift) = (index / BITS, index % BITS);
        if let Some(bits) = self.words.get(top) {
            let below = bits & (u64::MAX >> (BITS - 1 - shift));
            if below != 0 {
                return Some(rev_at(top, below.ilog2()));
            }
        }
        let words = &self.words[..top.min(self.words.len())];
        let word = words.iter().rposition(|bits| *bits != 0)?;
        Some(rev_at(word, words[word].ilog2()))
    }

    /// Adds everything in `other`.
    pub fn union_with(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(bits, more)| *bits |= more);
    }

    /// Keeps what is also in `other`.
    pub fn intersect_with(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        self.words.iter_mut().zip(&other.words).for_each(|(bits, kept)| *bits &= kept);
    }

    /// Takes out everything in `other`.
    pub fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(bits, gone)| *bits &= !gone);
    }

    /// What is in one of the two.
    pub fn union(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.union_with(other);
        set
    }

    /// What is in both.
    pub fn intersection(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.intersect_with(other);
        set
    }

    /// What is here and not in `other`.
    pub fn difference(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.subtract(other);
        set
    }

    /// Whether the two have nothing in common.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).all(|(bits, others)| bits & others == 0)
    }

    /// Whether everything here is in `other` too.
    pub fn is_subset(&self, other: &Self) -> bool {
        let theirs = other.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter().zip(theirs).all(|(bits, others)| bits & !others == 0)
    }

    /// Ascending; `.rev()` is descending.
    pub fn iter(&self) -> Iter<'_> {
        Iter { words: &self.words, front: 0, low: self.words.first().copied().unwrap_or(0), back: None }
    }
}

/// The revisions of a [`RevSet`], from either end.
#[derive(Clone)]
pub struct Iter<'a> {
    /// `words[front..]` without the last, whose remaining bits are in `back` once the back has been touched.
    words: &'a [u64],
    front: usize,
    /// The bits of `words[front]` that are still to come.
    low: u64,
    /// The bits of the last word that are still to come; `None` until the back is first asked.
    back: Option<u64>,
}

impl Iterator for Iter<'_> {
    type Item = Rev;

    fn next(&mut self) -> Option<Rev> {
        loop {
            let last = self.front + 1 >= self.words.len();
            // In the last word both ends meet: what the back has taken is not there any more.
            let bits = if last { self.low & self.back.unwrap_or(u64::MAX) } else { self.low };
            if bits != 0 {
                self.low = bits & (bits - 1);
                return Some(rev_at(self.front, bits.trailing_zeros()));
            }
            if last {
                return None;
            }
            self.front += 1;
            self.low = self.words[self.front];
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Rev> {
        loop {
            let word = self.words.len().checked_sub(1).filter(|word| *word >= self.front)?;
            let mut bits = self.back.unwrap_or(self.words[word]);
            if word == self.front {
                bits &= self.low;
            }
            if bits != 0 {
                let bit = bits.ilog2();
                self.back = Some(bits & !(1 << bit));
                return Some(rev_at(word, bit));
            }
            self.words = &self.words[..word];
            self.back = None;
        }
    }
}

impl<'a> IntoIterator for &'a RevSet {
    type Item = Rev;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl Extend<Rev> for RevSet {
    fn extend<I: IntoIterator<Item = Rev>>(&mut self, revs: I) {
        revs.into_iter().for_each(|rev| {
            self.insert(rev);
        });
    }
}

impl FromIterator<Rev> for RevSet {
    fn from_iter<I: IntoIterator<Item = Rev>>(revs: I) -> Self {
        let mut set = Self::new();
        set.extend(revs);
        set
    }
}

impl PartialEq for RevSet {
    fn eq(&self, other: &Self) -> bool {
        self.is_subset(other) && other.is_subset(self)
    }
}

impl Eq for RevSet {}

impl fmt::Debug for RevSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|rev| rev.0)).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::Random;

    fn set(revs: &[i32]) -> RevSet {
        revs.iter().map(|rev| Rev(*rev)).collect()
    }

    #[test]
    fn the_null_and_working_directory_revisions_are_never_inside() {
        let mut revs = set(&[0, 64]);
        assert!(!revs.insert(Rev::NULL) && !revs.insert(Rev::WDIR));
        assert!(!revs.contains(Rev::NULL) && !revs.contains(Rev::WDIR) && revs.contains(Rev(64)));
        assert_eq!(revs.len(), 2);
    }

    #[test]
    fn equality_ignores_how_far_a_set_once_reached() {
        let mut revs = set(&[1, 500]);
        assert!(revs.remove(Rev(500)) && !revs.remove(Rev(500)));
        assert_eq!(revs, set(&[1]));
        assert_ne!(set(&[1]), set(&[1, 2]));
    }

    #[test]
    fn full_is_every_revision_below_the_count() {
        for count in [0, 1, 63, 64, 65, 128] {
            let revs = RevSet::full(count);
            assert_eq!(revs.len(), count);
            assert_eq!(revs.last(), count.checked_sub(1).map(Rev::from_index));
        }
    }

    #[test]
    fn agrees_with_an_ordinary_set() {
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let limit = 1 + random.below(300);
            let mut pick = || (0..random.below(60)).map(|_| random.below(limit) as i32).collect::<BTreeSet<_>>();
            let (left, right) = (pick(), pick());
            let plain = |revs: &RevSet| revs.iter().map(|rev| rev.0).collect::<Vec<_>>();
            let make = |revs: &BTreeSet<i32>| revs.iter().map(|rev| Rev(*rev)).collect::<RevSet>();
            let (a, b) = (make(&left), make(&right));
            assert_eq!(plain(&a), left.iter().copied().collect::<Vec<_>>(), "seed {seed}");
            assert_eq!(plain(&a.union(&b)), left.union(&right).copied().collect::<Vec<_>>(), "seed {seed}");
            assert_eq!(plain(&a.intersection(&b)), left.intersection(&right).copied().collect::<Vec<_>>());
            assert_eq!(plain(&a.difference(&b)), left.difference(&right).copied().collect::<Vec<_>>());
            assert_eq!(a.is_disjoint(&b), left.is_disjoint(&right), "seed {seed}");
            assert_eq!(a.is_subset(&b), left.is_subset(&right), "seed {seed}");
            assert_eq!(a.len(), left.len(), "seed {seed}");
            for rev in 0..limit as i32 {
                let expected = left.range(..=rev).next_back().map(|rev| Rev(*rev));
                assert_eq!(a.last_at_or_below(Rev(rev)), expected, "seed {seed}");
            }
        }
    }

    #[test]
    fn both_ends_meet_in_the_middle() {
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let revs: RevSet = (0..random.below(40)).map(|_| Rev(random.below(200) as i32)).collect();
            let (mut iter, mut front, mut back) = (revs.iter(), Vec::new(), Vec::new());
            while let Some(rev) = if random.below(2) == 0 {
                iter.next().inspect(|rev| front.push(*rev))
            } else {
                iter.next_back().inspect(|rev| back.push(*rev))
            } {
                assert!(revs.contains(rev), "seed {seed}");
            }
            front.extend(back.into_iter().rev());
            assert_eq!(front, revs.iter().collect::<Vec<_>>(), "seed {seed}");
        }
    }
}
