//! A section while it is measured: which rows are wanted, and what came of them.

use super::measure::Pace;
use super::report::{Row, Spec};
use super::{Result, table};

/// The rows so far.
pub struct Sheet<'a> {
    name: String,
    only: &'a [String],
    pace: Pace,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl<'a> Sheet<'a> {
    /// An empty one for the repository `name`; when `only` names any rows, for these.
    pub fn new(name: &str, only: &'a [String], pace: Pace) -> Self {
        Self { name: name.to_owned(), only, pace, rows: Vec::new(), notes: Vec::new() }
    }

    /// Whether one of these rows is to be measured.
    pub fn wants(&self, specs: &[&Spec]) -> bool {
        wants(self.only, specs)
    }

    /// Measures a row, if it is wanted. A failure is noted, and the others go on.
    pub fn row(&mut self, spec: &Spec, measure: impl FnOnce(Pace) -> Result<Row>) {
        if let Some(Some(row)) = self.wants(&[spec]).then(|| self.attempt(spec.id, measure)) {
            self.add(row);
        }
    }

    /// Does something that rows need. A failure is noted under `what`.
    pub fn attempt<T>(&mut self, what: &str, work: impl FnOnce(Pace) -> Result<T>) -> Option<T> {
        eprintln!("{}: {what}", self.name);
        let outcome = work(self.pace);
        outcome.map_err(|error| self.note(format!("{what}: {error}"))).ok()
    }

    /// Adds a row that was measured together with another.
    pub fn add(&mut self, row: Row) {
        let ratio = row.ratio.map(|ratio| format!(", ratio {}", table::number(ratio))).unwrap_or_default();
        eprintln!("{}: {}: {}{ratio}", self.name, row.id, table::figure(row.measured, row.unit));
        self.rows.push(row);
    }

    /// Whether the row was measured.
    pub fn has(&self, spec: &Spec) -> bool {
        self.rows.iter().any(|row| row.id == spec.id)
    }

    /// Puts another program's seconds beside a row.
    pub fn peer(&mut self, spec: &Spec, name: &str, seconds: f64) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == spec.id) {
            row.peers.insert(name.to_owned(), seconds);
        }
    }

    /// Notes what could not be measured.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        eprintln!("{}: {note}", self.name);
        self.notes.push(note);
    }

    /// The rows, and the notes.
    pub fn finish(self) -> (Vec<Row>, Vec<String>) {
        (self.rows, self.notes)
    }
}

/// Whether `only`, unless it is empty, names one of these rows, or the beginning of its name.
pub fn wants(only: &[String], specs: &[&Spec]) -> bool {
    only.is_empty() || specs.iter().any(|spec| only.iter().any(|name| spec.id.starts_with(name.as_str())))
}
