//! `hgls log`: changesets one after the other, as a list of JSON, or beside their graph.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use hgls_core::model::edges::{Edge, Edges};
use hgls_core::model::names::working_parents;
use hgls_core::model::touched::touched;
use hgls_core::{RepoPath, Rev, RevSet};

use super::arguments::Log;
use super::diff;
use super::entry::{self, Detail, Extras};
use super::graph::Graph;
use super::json::List;
use super::local::Local;
use super::output::Output;
use super::show::{Form, Show};
use super::{Abort, abort};
use crate::handlers::{self, Target};
use crate::protocol::{Changeset, DiffParams, ErrorKind, Failure, FileLogParams, LogParams, TextDocument};

/// How many changesets are asked for at a time.
const PAGE: u32 = 1000;

/// A changeset to show, and the paths that it is shown for.
struct Found {
    changeset: Changeset,
    paths: Vec<String>,
}

pub fn run(local: &Local, options: &Log, output: &mut Output) -> Result<u8, Abort> {
    let form = Form::of(options.template.template.as_deref())?;
    if options.limit == Some(0) {
        return Err(abort("limit must be positive"));
    }
    let target = local.context.open(None)?;
    let detail = match options {
        Log { quiet: true, .. } => Detail::Quiet,
        Log { verbose: true, .. } => Detail::Verbose,
        _ => Detail::Normal,
    };
    let shown = Shown { local, options, target: &target, show: Show { local, target: &target, form, detail } };
    if matches!(shown.show.form, Form::Json) {
        let mut list = List::default();
        shown.each(|found| {
            let extras = shown.extras(&found, output.width())?;
            list.item(output, &entry::item(&found.changeset, extras, detail))
        })?;
        list.end(output)?;
    } else if options.graph {
        shown.graph(output)?;
    } else {
        shown.each(|found| {
            let text = shown.text(&found, output.width(), output)?;
            output.bytes(&text)
        })?;
    }
    Ok(0)
}

/// What one command shows.
struct Shown<'a> {
    local: &'a Local,
    options: &'a Log,
    target: &'a Target,
    show: Show<'a>,
}

impl Shown<'_> {
    /// Calls `show` with each changeset, as soon as it is found.
    fn each(&self, mut show: impl FnMut(Found) -> Result<(), Abort>) -> Result<(), Abort> {
        let limit = self.options.limit.map_or(usize::MAX, |limit| limit as usize);
        let mut count = 0;
        let mut counted = |found| {
            count += 1;
            show(found)?;
            Ok(count < limit)
        };
        let (folders, files): (Vec<_>, Vec<_>) = self.options.files.iter().partition(|file| file.is_dir());
        match files.as_slice() {
            [file] if self.options.follow && folders.is_empty() => self.file_log(file, &mut counted),
            [_, ..] if self.options.follow && folders.is_empty() => {
                let mut all: BTreeMap<Reverse<i32>, Found> = BTreeMap::new();
                for file in files {
                    self.file_log(file, &mut |mut found| {
                        let known = all.remove(&Reverse(found.changeset.rev));
                        found.paths.extend(known.map(|known| known.paths).unwrap_or_default());
                        all.insert(Reverse(found.changeset.rev), found);
                        Ok(true)
                    })?;
                }
                all.into_values().take(limit).try_for_each(|found| counted(found).map(drop))
            }
            _ => self.log(&mut counted),
        }
    }

    fn log(&self, show: &mut dyn FnMut(Found) -> Result<bool, Abort>) -> Result<(), Abort> {
        let options = self.options;
        let paths = self.local.paths(&options.files);
        let files = self.target.paths(&paths)?;
        let has_folder = options.files.iter().any(|file| file.is_dir());
        let mut cursor = None;
        loop {
            let limit = options.limit.unwrap_or(PAGE).min(PAGE);
            let params = LogParams {
                revset: self.revset(),
                paths: paths.clone(),
                limit,
                cursor: cursor.take(),
                ..LogParams::default()
            };
            let page = handlers::log(&self.local.context, params)?;
            for changeset in page.changesets {
                let hides = !options.removed && !files.is_empty() && !has_folder;
                if hides && !self.is_there(Rev(changeset.rev), &files)? {
                    continue;
                }
                if !show(Found { changeset, paths: paths.clone() })? {
                    return Ok(());
                }
            }
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// The set that is asked for; `None` for everything.
    fn revset(&self) -> Option<String> {
        let asked = match self.options.rev.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(several.iter().map(|rev| format!("({rev})")).collect::<Vec<_>>().join(" + ")),
        };
        match asked {
            None if self.options.follow => Some("reverse(ancestors(.))".to_owned()),
            Some(asked) if self.options.follow => Some(format!("reverse(ancestors({asked}))")),
            asked => asked,
        }
    }

    fn file_log(&self, file: &Path, show: &mut dyn FnMut(Found) -> Result<bool, Abort>) -> Result<(), Abort> {
        let mut cursor = None;
        loop {
            let params = FileLogParams {
                text_document: TextDocument { uri: self.local.uri(file) },
                rev: self.options.rev.first().cloned(),
                follow: true,
                all_heads: false,
                limit: self.options.limit.unwrap_or(PAGE).min(PAGE),
                cursor: cursor.take(),
            };
            let page = handlers::file_log(&self.local.context, params).map_err(|failure| match failure.kind {
                ErrorKind::NotTracked => Abort::State(Failure {
                    message: format!("cannot follow file not in parent revision: \"{}\"", file.display()),
                    ..failure
                }),
                _ => Abort::Failed(failure),
            })?;
            for revision in page.revisions.into_iter().filter(|revision| !revision.deleted) {
                if !show(Found { changeset: revision.changeset, paths: vec![revision.uri.0] })? {
                    return Ok(());
                }
            }
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn text(&self, found: &Found, width: usize, output: &Output) -> Result<Vec<u8>, Abort> {
        self.show.text(&found.changeset, &self.extras(found, width)?, output)
    }

    fn extras(&self, found: &Found, width: usize) -> Result<Extras, Abort> {
        let (local, options, changeset) = (self.local, self.options, &found.changeset);
        let rev = if changeset.rev == Rev::WDIR.0 { "wdir()" } else { &changeset.node };
        let mut extras = Extras { width, ..self.show.extras(changeset)? };
        if options.patch || options.stat {
            let params = DiffParams {
                change: Some(rev.to_owned()),
                paths: found.paths.clone(),
                patch: options.patch,
                ..DiffParams::default()
            };
            let result = handlers::diff(&local.context, params)?;
            extras.stat = options.stat.then(|| diff::stat(local, &result));
            extras.patch = options.patch.then(|| diff::patch(&result));
        }
        Ok(extras)
    }

    /// Whether a changeset leaves one of the files that it touches among those that were named. As hg, a log of files
    /// does not show where they were removed; that of a folder does.
    fn is_there(&self, rev: Rev, paths: &[RepoPath]) -> Result<bool, Failure> {
        for path in paths {
            let found = touched(&self.target.snapshot, rev, Some(path), &mut |file| match file.after {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            })?;
            if found.is_break() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn graph(&self, output: &mut Output) -> Result<(), Abort> {
        let mut all = Vec::new();
        self.each(|found| {
            all.push(found);
            Ok(())
        })?;
        // Parents below children, whatever the order of the set.
        all.sort_by_key(|found| Reverse(found.changeset.rev));
        let mut shown = RevSet::new();
        for found in &all {
            shown.insert(Rev(found.changeset.rev));
        }
        let snapshot = &self.target.snapshot;
        let here: Vec<Rev> = working_parents(snapshot).collect();
        let mut edges = Edges::new(snapshot, &shown);
        let mut graph = Graph::default();
        for found in &all {
            let rev = Rev(found.changeset.rev);
            let parents = drawn(edges.of(rev)?);
            let width = output.width().saturating_sub(graph.width(rev.0, &parents));
            let text = self.text(found, width, output)?;
            let text = text.strip_suffix(b"\n").unwrap_or(&text);
            let lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let symbol = if here.contains(&rev) { '@' } else { 'o' };
            for line in graph.node(rev.0, symbol, &parents, &lines) {
                output.bytes(&line)?;
                output.bytes(b"\n")?;
            }
        }
        Ok(())
    }
}

/// The edges of a changeset as Mercurial draws them: those to parents first, ascending.
fn drawn(mut edges: Vec<(Rev, Edge)>) -> Vec<(i32, Edge)> {
    edges.sort_by_key(|(rev, edge)| (*edge != Edge::Parent, if *edge == Edge::Parent { rev.0 } else { 0 }));
    edges.into_iter().map(|(rev, edge)| (rev.0, edge)).collect()
}
