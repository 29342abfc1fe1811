//! How a row is measured: the reference and hgls in turn, several times, so that a machine that becomes slower or faster
//! does so for both.

use std::time::Instant;

use super::Result;
use super::process::Spent;
use super::report::{Row, Spec, median};

/// How often.
#[derive(Clone, Copy)]
pub struct Pace {
    /// How many times each is measured...
    pub runs: usize,
    /// ...unless that takes longer than so many seconds; once at least.
    pub budget: f64,
}

/// What takes so few seconds is measured more often, for it costs nothing.
const SHORT: f64 = 0.05;
/// So many times as often.
const OFTEN: usize = 5;
/// What takes so many seconds needs no run to warm up.
const LONG: f64 = 10.0;

impl Pace {
    /// How often at most [`Pace::pairs`] calls, the call to warm up included.
    pub fn most_runs(self) -> usize {
        self.runs * OFTEN + 1
    }

    /// Calls `once`, which gives the reference's figure and hgls', as often as the pace says. The first call, unless it
    /// took long, warms up the system and is not counted.
    ///
    /// # Errors
    /// The first error of `once`.
    pub fn pairs(self, mut once: impl FnMut() -> Result<(Spent, Spent)>) -> Result<Vec<(Spent, Spent)>> {
        let begun = Instant::now();
        let first = once()?;
        let took = begun.elapsed().as_secs_f64();
        let mut pairs = if took > LONG { vec![first] } else { Vec::new() };
        let runs = if took < SHORT { self.runs * OFTEN } else { self.runs };
        while pairs.len() < runs && (pairs.is_empty() || begun.elapsed().as_secs_f64() < self.budget) {
            pairs.push(once()?);
        }
        Ok(pairs)
    }

    /// The row of such pairs.
    ///
    /// # Errors
    /// As [`Pace::pairs`].
    pub fn row(
        self,
        spec: &Spec,
        reference: impl Into<String>,
        once: impl FnMut() -> Result<(Spent, Spent)>,
    ) -> Result<Row> {
        Ok(row(spec, reference, &self.pairs(once)?))
    }
}

/// The row of measured pairs.
pub fn row(spec: &Spec, reference: impl Into<String>, pairs: &[(Spent, Spent)]) -> Row {
    let walls: Vec<(f64, f64)> = pairs.iter().map(|(theirs, ours)| (theirs.wall, ours.wall)).collect();
    let mut row = Row::of_pairs(spec, reference.into(), &walls);
    // The system counts in hundredths of a second.
    if pairs.iter().all(|(theirs, ours)| theirs.cpu >= 0.1 && ours.cpu >= 0.1) {
        row.cpu_ratio = Some(median(pairs.iter().map(|(theirs, ours)| ours.cpu / theirs.cpu)));
    }
    row
}
