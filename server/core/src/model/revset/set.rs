//! Ordered sets of revisions that are computed as far as somebody asks: bits for what the graph decides, tests for what
//! has to be read from each changeset, and an order. Knows nothing of expressions.

use std::rc::Rc;

use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::Rev;

/// Revisions as bits; the null revision and the working directory's, which bits cannot hold, beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) revs: RevSet,
    pub(super) null: bool,
    pub(super) wdir: bool,
}

impl Members {
    pub(super) fn contains(&self, rev: Rev) -> bool {
        match rev {
            Rev::NULL => self.null,
            Rev::WDIR => self.wdir,
            _ => self.revs.contains(rev),
        }
    }

    pub(super) fn insert(&mut self, rev: Rev) {
        match rev {
            Rev::NULL => self.null = true,
            Rev::WDIR => self.wdir = true,
            _ => drop(self.revs.insert(rev)),
        }
    }

    pub(super) fn union_with(&mut self, other: &Self) {
        self.revs.union_with(&other.revs);
        self.null |= other.null;
        self.wdir |= other.wdir;
    }

    pub(super) fn intersect_with(&mut self, other: &Self) {
        self.revs.intersect_with(&other.revs);
        self.null &= other.null;
        self.wdir &= other.wdir;
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        self.revs.subtract(&other.revs);
        self.null &= !other.null;
        self.wdir &= !other.wdir;
    }

    /// Ascending: the null revision first, the working directory last.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Rev> + '_ {
        let null = self.null.then_some(Rev::NULL);
        let wdir = self.wdir.then_some(Rev::WDIR);
        null.into_iter().chain(self.revs.iter()).chain(wdir)
    }
}

impl From<RevSet> for Members {
    fn from(revs: RevSet) -> Self {
        Self { revs, ..Self::default() }
    }
}

impl FromIterator<Rev> for Members {
    fn from_iter<I: IntoIterator<Item = Rev>>(revs: I) -> Self {
        let mut members = Self::default();
        revs.into_iter().for_each(|rev| members.insert(rev));
        members
    }
}

/// Decides on one revision. Reads what it needs, and may be cancelled.
pub(super) type Test<'a> = Rc<dyn Fn(Rev) -> Result<bool> + 'a>;

#[derive(Clone)]
enum Order<'a> {
    Ascending,
    Descending,
    Listed(Rc<[Rev]>),
    /// The sets one after the other; a revision stands where it comes first.
    Chained(Rc<[Set<'a>]>),
}

/// An ordered set.
#[derive(Clone)]
pub(super) struct Set<'a> {
    /// What may be in the set: all that is, and no more when there are no tests.
    members: Members,
    /// What a member must pass.
    tests: Vec<Test<'a>>,
    /// May name more than what is in the set, never less.
    order: Order<'a>,
}

/// The revisions of a set, in its order. After an error there is nothing more.
pub(super) type Revs<'s> = Box<dyn Iterator<Item = Result<Rev>> + 's>;

impl<'a> Set<'a> {
    /// Ascending.
    pub(super) fn new(members: impl Into<Members>) -> Self {
        Self { members: members.into(), tests: Vec::new(), order: Order::Ascending }
    }

    /// Just these, in this order, each once.
    pub(super) fn listed(revs: impl Into<Rc<[Rev]>>) -> Self {
        let revs = revs.into();
        Self { members: revs.iter().copied().collect(), tests: Vec::new(), order: Order::Listed(revs) }
    }

    /// The sets one after the other.
    pub(super) fn chained(sets: Vec<Self>) -> Self {
        let order = Order::Chained(sets.into());
        let Order::Chained(sets) = &order else { return Self::new(Members::default()) };
        let joined = Self::joined(sets.iter().cloned());
        Self { order, ..joined }
    }

    /// All that is in any of the sets, ascending.
    pub(super) fn joined(sets: impl Iterator<Item = Self>) -> Self {
        let (exact, tested): (Vec<Self>, Vec<Self>) = sets.partition(|set| set.tests.is_empty());
        let mut sure = Members::default();
        exact.iter().for_each(|set| sure.union_with(&set.members));
        if tested.is_empty() {
            return Self::new(sure);
        }
        let mut members = sure.clone();
        tested.iter().for_each(|set| members.union_with(&set.members));
        Self::new(members).filter(Rc::new(move |rev| {
            if sure.contains(rev) {
                return Ok(true);
            }
            for set in &tested {
                if set.contains(rev)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }))
    }

    /// Keeps what passes `test`.
    pub(super) fn filter(mut self, test: Test<'a>) -> Self {
        self.tests.push(test);
        self
    }

    /// Keeps what is in `other` too.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.members.intersect_with(&other.members);
        self.tests.extend(other.tests);
        self
    }

    /// Keeps what is not in `other`.
    pub(super) fn minus(mut self, other: Self) -> Self {
        if other.tests.is_empty() {
            self.members.subtract(&other.members);
            return self;
        }
        self.filter(Rc::new(move |rev| Ok(!other.contains(rev)?)))
    }

    /// The same revisions, ascending or descending.
    pub(super) fn sorted(mut self, descending: bool) -> Self {
        self.order = if descending { Order::Descending } else { Order::Ascending };
        self
    }

    /// The same revisions, the last one first.
    pub(super) fn reversed(mut self) -> Result<Self> {
        self.order = match self.order {
            Order::Ascending => Order::Descending,
            Order::Descending => Order::Ascending,
            Order::Listed(revs) => Order::Listed(revs.iter().rev().copied().collect()),
            Order::Chained(_) => {
                let mut revs = self.list()?;
                revs.reverse();
                return Ok(Self::listed(revs));
            }
        };
        Ok(self)
    }

    pub(super) fn contains(&self, rev: Rev) -> Result<bool> {
        if !self.members.contains(rev) {
            return Ok(false);
        }
        for test in &self.tests {
            if !test(rev)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn iter(&self) -> Revs<'_> {
        let candidates: Revs<'_> = match &self.order {
            Order::Ascending => Box::new(self.members.iter().map(Ok)),
            Order::Descending => Box::new(self.members.iter().rev().map(Ok)),
            Order::Listed(revs) => Box::new(revs.iter().copied().map(Ok)),
            Order::Chained(sets) => return Box::new(self.iter_chained(sets)),
        };
        self.keep_own(candidates)
    }

    /// From the last revision to the first.
    pub(super) fn iter_back(&self) -> Result<Revs<'_>> {
        let candidates: Revs<'_> = match &self.order {
            Order::Ascending => Box::new(self.members.iter().rev().map(Ok)),
            Order::Descending => Box::new(self.members.iter().map(Ok)),
            Order::Listed(revs) => Box::new(revs.iter().rev().copied().map(Ok)),
            Order::Chained(_) => return Ok(Box::new(self.list()?.into_iter().rev().map(Ok))),
        };
        Ok(self.keep_own(candidates))
    }

    fn keep_own<'s>(&'s self, candidates: Revs<'s>) -> Revs<'s> {
        Box::new(candidates.filter_map(|rev| {
            let own = rev.and_then(|rev| Ok(self.contains(rev)?.then_some(rev)));
            own.transpose()
        }))
    }

    /// Order of a chain: what an earlier set had does not come again. What is kept of the parts is their order; whether
    /// a revision is in this set is decided as everywhere.
    fn iter_chained<'s>(&'s self, sets: &'s [Self]) -> impl Iterator<Item = Result<Rev>> + 's {
        let mut seen = Members::default();
        let each = sets.iter().flat_map(Self::iter);
        each.filter_map(move |rev| {
            let fresh = rev.and_then(|rev| {
                if seen.contains(rev) || !self.members.contains(rev) {
                    return Ok(None);
                }
                seen.insert(rev);
                Ok(self.contains(rev)?.then_some(rev))
            });
            fresh.transpose()
        })
    }

    /// What comes behind `rev`, without testing what comes before it. `None` where that cannot be known: `rev` is not in
    /// the order any more, and the order is not that of numbers.
    pub(super) fn after(mut self, rev: Rev) -> Result<Option<Self>> {
        match self.order {
            Order::Ascending => {
                let gone = self.members.iter().take_while(|member| *member <= rev).collect();
                self.members.subtract(&gone);
            }
            Order::Descending => {
                let gone = self.members.iter().rev().take_while(|member| *member >= rev).collect();
                self.members.subtract(&gone);
            }
            Order::Listed(ref revs) => {
                let mut rest = revs.iter().copied().skip_while(|listed| *listed != rev);
                if rest.next().is_none() {
                    return Ok(None);
                }
                self.order = Order::Listed(rest.collect());
            }
            Order::Chained(ref sets) => {
                for (at, set) in sets.iter().enumerate() {
                    if !set.contains(rev)? {
                        continue;
                    }
                    let Some(rest) = set.clone().after(rev)? else { return Ok(None) };
                    let (before, later) = sets.split_at(at);
                    let before = Self::joined(before.iter().cloned());
                    let through = Self::joined([before.clone(), set.clone()].into_iter());
                    let later = later.iter().skip(1).map(|later| later.clone().minus(through.clone()));
                    let chain: Vec<Self> = std::iter::once(rest.minus(before)).chain(later).collect();
                    self.order = Order::Chained(chain.into());
                    return Ok(Some(self));
                }
                return Ok(None);
            }
        }
        Ok(Some(self))
    }

    pub(super) fn first(&self) -> Result<Option<Rev>> {
        self.iter().next().transpose()
    }

    pub(super) fn last(&self) -> Result<Option<Rev>> {
        self.iter_back()?.next().transpose()
    }

    /// All of it, in order.
    pub(super) fn list(&self) -> Result<Vec<Rev>> {
        self.iter().collect()
    }

    /// All of it, every test made.
    pub(super) fn into_members(self) -> Result<Members> {
        if self.tests.is_empty() {
            return Ok(self.members);
        }
        self.sorted(false).iter().collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::error::Error;

    fn set<'a>(revs: &[i32]) -> Set<'a> {
        Set::listed(revs.iter().map(|rev| Rev(*rev)).collect::<Vec<_>>())
    }

    fn numbers(set: &Set<'_>) -> Vec<i32> {
        set.list().unwrap().into_iter().map(|rev| rev.0).collect()
    }

    fn even<'a>() -> Test<'a> {
        Rc::new(|rev| Ok(rev.0 % 2 == 0))
    }

    #[test]
    fn the_first_operand_gives_the_order() {
        assert_eq!(numbers(&set(&[3, 1, 2]).and(set(&[1, 2, 3, 4]))), [3, 1, 2]);
        assert_eq!(numbers(&set(&[3, 1, 2]).minus(set(&[1]))), [3, 2]);
        assert_eq!(numbers(&set(&[3, 1, 2]).minus(set(&[1, 2]).filter(even()))), [3, 1]);
        assert_eq!(numbers(&Set::chained(vec![set(&[3, 1]), set(&[1, 0, 3, 2])])), [3, 1, 0, 2]);
    }

    #[test]
    fn a_chain_keeps_its_order_when_it_is_narrowed() {
        let chain = Set::chained(vec![set(&[4, 3, 2]).filter(even()), set(&[1, 2, 3])]);
        assert_eq!(numbers(&chain), [4, 2, 1, 3]);
        assert_eq!(numbers(&chain.clone().and(set(&[1, 2]))), [2, 1]);
        assert_eq!(numbers(&chain.clone().filter(even())), [4, 2]);
        assert_eq!(numbers(&chain.clone().reversed().unwrap()), [3, 1, 2, 4]);
        assert_eq!(chain.last().unwrap(), Some(Rev(3)));
        assert_eq!(numbers(&chain.sorted(false)), [1, 2, 3, 4]);
    }

    #[test]
    fn a_set_can_be_resumed_behind_any_member() {
        let chain = Set::chained(vec![set(&[4, 3, 2]).filter(even()), set(&[1, 2, 5, 3]), set(&[9, 1, 8])]);
        let sets = [
            chain.clone(),
            chain.clone().minus(set(&[1])),
            chain.clone().and(set(&[8, 9, 5, 4]).filter(even())),
            chain.clone().sorted(true).filter(even()),
            chain.sorted(false),
            set(&[3, 7, 5, 4]).filter(even()),
            Set::new(Members::default()),
        ];
        for set in sets {
            let all = set.list().unwrap();
            for (at, rev) in all.iter().enumerate() {
                assert_eq!(set.clone().after(*rev).unwrap().unwrap().list().unwrap(), all[at + 1..], "{all:?}");
            }
        }
        assert_eq!(set(&[5, 1]).sorted(true).after(Rev(3)).unwrap().unwrap().list().unwrap(), [Rev(1)]);
        assert!(set(&[5, 1]).after(Rev(3)).unwrap().is_none());
    }

    #[test]
    fn pseudo_revisions_stand_at_the_ends() {
        let all = set(&[1, -1, i32::MAX]).sorted(false);
        assert_eq!(numbers(&all), [-1, 1, i32::MAX]);
        assert_eq!(numbers(&all.clone().reversed().unwrap()), [i32::MAX, 1, -1]);
        assert_eq!(numbers(&all.minus(set(&[-1]))), [1, i32::MAX]);
    }

    #[test]
    fn nothing_is_tested_that_nobody_asks_for() {
        let tested: Test<'_> =
            Rc::new(
                |rev| if rev.0 < 90 { Err(Error::Cancelled(crate::cancel::Cancelled)) } else { Ok(rev.0 % 5 == 0) },
            );
        let set = Set::new(RevSet::full(100)).filter(tested);
        assert_eq!(set.last().unwrap(), Some(Rev(95)));
        assert!(set.first().is_err());
        let newest: Vec<_> = set.clone().sorted(true).iter().take(2).collect::<Result<_>>().unwrap();
        assert_eq!(newest, [Rev(95), Rev(90)]);
        assert_eq!(set.and(Set::new(Members::from_iter([Rev(90)]))).list().unwrap(), [Rev(90)]);
    }
}
