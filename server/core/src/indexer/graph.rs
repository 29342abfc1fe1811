//! Bringing the graph up to date: numbers for all that the references reach, given under the store's lock, so that two
//! processes never give one number to two changesets.

use std::collections::HashSet;
use std::sync::Arc;

use super::commits::Reading;
use super::grafts;
use super::number::{Fresh, number};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::git::Refs;
use crate::graph::{Columns, Graph};
use crate::ids::Node;
use crate::objects::Objects;
use crate::progress::Progress;
use crate::store::{self, State, Store};

/// The graph with everything that the references reach: `known` when it has all that, else what the store has, with numbers
/// for what was missing. Numbers that the store cannot keep are given all the same, for this process alone, and the
/// graph then has no epoch.
///
/// A tip whose object is missing is left out, unless it is what is checked out.
pub fn bring_graph(store: &Store, known: Option<&Arc<Graph>>, work: &Work<'_>) -> Result<Arc<Graph>> {
    for _ in 0..2 {
        match work.with_store(store, known) {
            Ok(Some(graph)) => return Ok(graph),
            Ok(None) => break,
            // The store is made anew when it is opened next: at once.
            Err(Error::Store(error @ store::Error::Broken(_))) => tracing::warn!(%error, "numbering again"),
            Err(Error::Store(error)) if !matches!(error, store::Error::Cancelled(_)) => {
                tracing::warn!(%error, "numbering without the store");
                break;
            }
            Err(error) => return Err(error),
        }
    }
    work.in_memory(known)
}

/// What [`bring_graph`] works with.
pub struct Work<'a> {
    /// Reads commits.
    pub objects: &'a Objects,
    /// All that these reach gets numbers.
    pub refs: &'a Refs,
    /// Whether somebody waits for it, so that it may take more memory for less time.
    pub is_awaited: &'a (dyn Fn() -> bool + Sync),
    /// Ends it.
    pub cancel: &'a Cancel,
    /// Is told of it.
    pub progress: &'a dyn Progress,
}

impl Work<'_> {
    /// `None` where no store can be.
    fn with_store(&self, store: &Store, known: Option<&Arc<Graph>>) -> Result<Option<Arc<Graph>>> {
        let Some(reader) = store.reader(self.cancel)? else { return Ok(None) };
        let base = load(reader.state(), known, |known| reader.graph(known));
        if self.fits(reader.state(), &base) && self.missing(&base).is_empty() {
            return Ok(Some(base));
        }
        drop(reader);
        let Some(mut writer) = store.writer(self.cancel)? else { return Ok(None) };
        // Another process may have been quicker.
        let mut base = load(writer.state(), Some(&base), |known| writer.graph(known));
        if !self.fits(writer.state(), &base) {
            writer.reset()?;
            base = Arc::default();
        }
        let missing = self.missing(&base);
        if missing.is_empty() && !base.is_empty() {
            return Ok(Some(base));
        }
        let fresh = self.number(&base, &missing)?;
        writer.append_revisions(&fresh.rows, &fresh.authors)?;
        let rev = |node: &Node| fresh.rev(node).or_else(|| base.rev(node));
        let tips = self.refs.tips().into_iter().filter_map(|node| Some((node, rev(&node)?)));
        writer.put_tips(&tips.collect::<Vec<_>>())?;
        writer.set_grafts(grafts::keep(self.refs, |node| rev(node).is_some()));
        writer.commit()?;
        let Some(reader) = store.reader(self.cancel)? else { return Ok(None) };
        Ok(Some(load(reader.state(), Some(&base), |known| reader.graph(known))))
    }

    fn in_memory(&self, known: Option<&Arc<Graph>>) -> Result<Arc<Graph>> {
        let base = match known {
            Some(known) if !known.is_lost() && grafts::fit_roots(known, self.refs, self.objects) => Arc::clone(known),
            _ => Arc::default(),
        };
        let missing = self.missing(&base);
        if missing.is_empty() && base.epoch().is_none() {
            return Ok(base);
        }
        let fresh = self.number(&base, &missing)?;
        Ok(Arc::new(extend(&base, fresh.rows)?))
    }

    fn fits(&self, state: &State, graph: &Graph) -> bool {
        grafts::fit(&state.grafts, graph, self.refs, self.objects)
    }

    /// The tips that have no number.
    fn missing(&self, graph: &Graph) -> Vec<Node> {
        let head = self.refs.head.node();
        let is_there = |tip: &Node| Some(*tip) == head || self.objects.contains(tip.0);
        self.refs.tips().into_iter().filter(|tip| graph.rev(tip).is_none() && is_there(tip)).collect()
    }

    fn number(&self, base: &Graph, tips: &[Node]) -> Result<Fresh> {
        let cut: HashSet<Node> = self.refs.shallow.iter().copied().collect();
        let Self { objects, is_awaited, cancel, progress, .. } = *self;
        number(&Reading { base, tips, cut: &cut, objects, is_awaited, cancel, progress })
    }
}

/// The graph that a store has: `known`, where nothing came since.
fn load(state: &State, known: Option<&Arc<Graph>>, make: impl Fn(Option<&Graph>) -> Graph) -> Arc<Graph> {
    match known.filter(|known| !known.is_lost()) {
        Some(known) if known.epoch() == Some(state.epoch) && known.len() == state.revisions => Arc::clone(known),
        known => Arc::new(make(known.map(AsRef::as_ref))),
    }
}

fn extend(base: &Graph, rows: Columns) -> Result<Graph> {
    // Rows that were numbered parents first are sound.
    base.extended(rows).map_err(|damaged| store::Error::Other(damaged.to_string()).into())
}
