//! What was measured, as it is kept in JSON: sections, one for each repository, of rows. Knows how to judge a row by its
//! goal, and nothing of how it was measured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All that one run measured.
#[derive(Default, Serialize, Deserialize)]
pub struct Report {
    /// In the order in which they are shown.
    pub sections: Vec<Section>,
}

/// What was measured on one repository.
#[derive(Clone, Serialize, Deserialize)]
pub struct Section {
    /// What the section is about, such as `git/git`.
    pub name: String,
    /// What was measured: numbers of commits and files, and the like.
    pub subject: String,
    /// The machine, the programs and their versions, and when.
    pub circumstances: Vec<String>,
    pub rows: Vec<Row>,
    /// What could not be measured, and why.
    pub notes: Vec<String>,
    /// How something grows with the number of commits, by the name of its curve.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub curves: BTreeMap<String, Vec<(f64, f64)>>,
}

/// In what the figures of a row are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    Seconds,
    Bytes,
    Lines,
}

/// What is to be reached.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Goal {
    /// At most so many times the reference.
    Ratio(f64),
    /// At most so much, in the unit of the row.
    Most(f64),
}

/// One line of the table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The name by which `--only` takes it.
    pub id: String,
    pub job: String,
    /// What it is compared with: a command as a rule.
    pub reference: String,
    pub unit: Unit,
    /// The median of hgls' figures.
    pub measured: f64,
    /// The median of the reference's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<f64>,
    /// hgls against the reference, pair by pair.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratios: Vec<f64>,
    /// The median of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    pub goal: Goal,
    pub met: bool,
    /// The same of the processor time alone, where there is enough of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_ratio: Option<f64>,
    /// How many times it was measured.
    pub runs: usize,
    /// The medians of other programs that do the same.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub peers: BTreeMap<String, f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Row {
    /// The row of `pairs` of figures, the reference's and hgls'.
    pub fn of_pairs(spec: &Spec, reference: String, pairs: &[(f64, f64)]) -> Self {
        let ratios: Vec<f64> = pairs.iter().filter(|pair| pair.0 > 0.0).map(|pair| pair.1 / pair.0).collect();
        let mut row = Self::of_figures(spec, reference, &pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
        row.against = Some(median(pairs.iter().map(|pair| pair.0)));
        row.ratio = (!ratios.is_empty()).then(|| median(ratios.iter().copied()));
        row.ratios = ratios;
        row.judged()
    }

    /// The row of figures that are compared with a goal alone.
    pub fn of_figures(spec: &Spec, reference: String, figures: &[f64]) -> Self {
        let row = Self {
            id: spec.id.to_owned(),
            job: spec.job.to_owned(),
            reference,
            unit: spec.unit,
            measured: median(figures.iter().copied()),
            against: None,
            ratios: Vec::new(),
            ratio: None,
            goal: spec.goal,
            met: false,
            cpu_ratio: None,
            runs: figures.len(),
            peers: BTreeMap::new(),
            note: None,
        };
        row.judged()
    }

    /// With a note.
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    fn judged(mut self) -> Self {
        self.met = match self.goal {
            Goal::Ratio(most) => self.ratio.is_some_and(|ratio| ratio <= most),
            Goal::Most(most) => self.measured <= most,
        };
        self
    }
}

/// A row before it is measured.
pub struct Spec {
    pub id: &'static str,
    pub job: &'static str,
    pub unit: Unit,
    pub goal: Goal,
}

/// The middle one, or the mean of the middle two; 0 of none.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    match (figures.get(figures.len().saturating_sub(1) / 2), figures.get(figures.len() / 2)) {
        (Some(low), Some(high)) => (low + high) / 2.0,
        _ => 0.0,
    }
}

/// The smallest figure that `share` of them do not exceed (the nearest rank); 0 of none.
pub fn percentile(figures: &[f64], share: f64) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    let rank = (share * figures.len() as f64).ceil() as usize;
    figures.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: Spec = Spec { id: "a", job: "a job", unit: Unit::Seconds, goal: Goal::Ratio(0.5) };

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median([]), 0.0);
        let figures: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(percentile(&figures, 0.99), 198.0);
        assert_eq!(percentile(&[7.0], 0.99), 7.0);
    }

    #[test]
    fn a_ratio_is_taken_pair_by_pair() {
        // The machine was three times as slow during the second pair, and that changes nothing.
        let row = Row::of_pairs(&SPEC, "git".to_owned(), &[(1.0, 0.4), (3.0, 1.2), (1.0, 0.6)]);
        assert_eq!((row.measured, row.against, row.runs), (0.6, Some(1.0), 3));
        assert!((row.ratio.unwrap() - 0.4).abs() < 1e-9);
        assert!(row.met);
        assert!(!Row::of_pairs(&SPEC, "git".to_owned(), &[(1.0, 0.51)]).met);
    }

    #[test]
    fn a_figure_is_held_against_its_bound() {
        let spec = Spec { goal: Goal::Most(0.0), unit: Unit::Lines, ..SPEC };
        assert!(Row::of_figures(&spec, String::new(), &[0.0]).met);
        assert!(!Row::of_figures(&spec, String::new(), &[1.0]).met);
    }
}
