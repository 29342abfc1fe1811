//! Random numbers that can be had again: a seed printed by a failing test repeats it.

/// A small generator (SplitMix64, Steele et al. 2014): good enough to vary tests, and the same on every machine.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from 0 up to `end`, which is left out and must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// True once in `times` calls, on average.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of `items`.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The seeds to run: `HGLS_SEED` alone when it is set, otherwise `HGLS_ROUNDS` (or `rounds`) of them, from 1 on.
///
/// Fixed seeds by default: a failure on another machine is the same failure here.
pub fn seeds(rounds: u64) -> Vec<u64> {
    let number =
        |name| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number in HGLS_SEED or HGLS_ROUNDS"));
    match number("HGLS_SEED") {
        Some(seed) => vec![seed],
        None => (1..=number("HGLS_ROUNDS").unwrap_or(rounds)).collect(),
    }
}
