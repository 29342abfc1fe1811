//! `hg/log`: changesets, page by page.

use hgls_core::Node;
use hgls_core::model::edges::Edge;
use hgls_core::model::log::{self as model, Cursor, Query};

use super::context::clock;
use super::{Context, limit};
use crate::protocol::{EdgeKind, Failure, GraphEdge, LogParams, LogResult};

const MOST: u32 = 10_000;

/// Answers `hg/log`.
pub fn log(context: &Context, params: LogParams) -> Result<LogResult, Failure> {
    let target = context.open(params.root.as_ref())?;
    let cursor = params.cursor.as_deref().map(str::parse::<Cursor>).transpose()?;
    let query = Query {
        revset: params.revset.as_deref(),
        paths: &target.paths(&params.paths)?,
        limit: limit(params.limit, MOST)?,
        graph: params.graph,
        found: None,
        cursor: cursor.as_ref(),
        clock: clock(),
    };
    let git_dir = &target.snapshot.location.git_dir;
    let found = context.memory.found(git_dir, query.fingerprint());
    let page = model::log(&target.snapshot, &Query { found: found.as_deref(), ..query })?;
    if let Some(found) = page.found {
        context.memory.remember_found(git_dir, query.fingerprint(), found);
    }
    let edges = params.graph.then(|| page.edges.into_iter().map(|of| of.into_iter().map(edge).collect()).collect());
    Ok(LogResult {
        changesets: page.changesets.into_iter().map(Into::into).collect(),
        edges,
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    })
}

fn edge((node, edge): (Node, Edge)) -> GraphEdge {
    let kind = match edge {
        Edge::Parent => EdgeKind::Parent,
        Edge::Elided => EdgeKind::Elided,
        Edge::Missing => EdgeKind::Missing,
    };
    GraphEdge { node: node.to_string(), kind }
}
