//! Watches over one repository: after something happened, compares what is with what was, and tells the client the
//! difference. Knows nothing of how it learns that something happened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bstr::ByteSlice as _;
use hgls_core::git::{self, Refs};
use hgls_core::model::dirstate::{self, Between, Code, Codes, Request, Row};
use hgls_core::{Cancel, Lost, Moment, Node, RepoPath};
use serde_json::json;

use super::Editor;
use super::inbox::{self, Happened};
use super::priority::yielding;
use super::repositories::Open;
use crate::handlers::status_entry;
use crate::protocol::{
    DID_CHANGE_REPOSITORY, DID_CHANGE_STATUS, DidChangeRepositoryParams, DidChangeStatusParams, FileName,
    RepositoryChange, StatusCode, StatusEntry, Uri,
};

/// What happens within this is told together; and no two notifications of a kind are closer.
const TOGETHER: Duration = Duration::from_millis(50);

/// Who never stops writing is told of all the same.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long git may hold its index, and for how long do nothing meanwhile, before what it has done so far is told: it
/// may have died, or wait for a commit message to be written.
const LOCKED: Duration = Duration::from_secs(60);
const IDLE: Duration = Duration::from_secs(5);

/// Is told what about a repository changed.
type Changed<'a> = dyn Fn(&[RepositoryChange]) + Sync + 'a;

/// What was told last.
#[derive(Default)]
pub struct Told {
    /// When; `None` before the first look.
    when: Option<Instant>,
    refs: Option<Arc<Refs>>,
    operation: Vec<&'static str>,
    ignored: Option<Vec<Node>>,
    status: Option<BTreeMap<RepoPath, StatusEntry>>,
}

/// Notes what the first answers are of, long before the first look: whatever becomes of references and of what annotations
/// look through is told.
pub fn begin(open: &Open) {
    let note = || -> hgls_core::Result<()> {
        let moment = open.opened.repository.moment(&Cancel::new())?;
        let mut told = open.told();
        told.refresh(&moment);
        told.ignores_others(&moment);
        Ok(())
    };
    let noted = Lost::caught(note);
    if let Err(error) = noted.map_err(Into::into).flatten() {
        tracing::info!(%error, root = %open.opened.root.display(), "cannot be looked at");
    }
}

/// Looks after `open` until its inbox is closed. `changed` is told what about the repository did, and `configured` that its
/// configuration may be another one.
pub fn observe(open: &Open, editor: &dyn Editor, changed: &Changed<'_>, configured: &dyn Fn()) {
    // The first look is what later ones are compared with. Nobody waits for it, and just then there is much to be asked.
    let mut happened = Happened::ANYTHING;
    let mut first = Some(&open.first_look);
    loop {
        let begun = Instant::now();
        let interruption = first.take();
        if happened.git {
            configured();
        }
        // What a change of our own has told of is not told once more.
        let outcome = match interruption {
            Some(_) => {
                yielding(|| Lost::caught(|| look(open, &happened, interruption, &mut open.told(), editor, changed)))
            }
            None => Lost::caught(|| look(open, &happened, None, &mut open.told(), editor, changed)),
        };
        let outcome = outcome.map_err(Into::into).flatten();
        let is_interrupted = outcome.is_err() && interruption.is_some_and(Cancel::is_tripped);
        match outcome {
            Ok(()) => {}
            Err(_) if !open.is_there() => return tell_gone(open, editor),
            Err(error) => tracing::info!(%error, root = %open.opened.root.display(), "cannot be looked at"),
        }
        // After a long look, as long a pause: a machine under load is not to be kept busy by this.
        thread::sleep(begun.elapsed().clamp(TOGETHER, PATIENCE * 4));
        // Whoever interrupted it has looked, and perhaps before the watches were there: what happened in between is unseen.
        if is_interrupted {
            continue;
        }
        happened = match wait(open, editor) {
            Some(happened) => happened,
            None => return,
        };
    }
}

/// Waits until whoever opened the repository has what they ask for at once, but not for long.
pub fn give_way(open: &Open) {
    let begun = Instant::now();
    thread::sleep(TOGETHER);
    while open.is_asked() && begun.elapsed() < PATIENCE * 4 {
        thread::sleep(TOGETHER / 5);
    }
}

/// Makes the first look, unless that was done: what changes from now on is a difference.
pub fn remember(open: &Open, editor: &dyn Editor, changed: &Changed<'_>) {
    let mut told = open.told_at_once();
    if told.when.is_none() {
        look_now(open, &Happened::ANYTHING, &mut told, editor, changed);
    }
}

/// Tells of everything that is different now. Where `files` are named, something happened to no others, so that nobody
/// waits for a look at the rest.
pub fn tell(open: &Open, files: Option<&BTreeSet<RepoPath>>, editor: &dyn Editor, changed: &Changed<'_>) {
    let mut told = open.told_at_once();
    if let Some(rest) = told.when.and_then(|when| TOGETHER.checked_sub(when.elapsed())) {
        thread::sleep(rest);
    }
    let root = open.opened.repository.location().root();
    let happened = match files {
        Some(files) if files.len() <= inbox::MOST => Happened {
            git: true,
            everything: false,
            paths: files.iter().map(|file| root.join(file.to_path_lossy())).collect(),
        },
        _ => Happened::ANYTHING,
    };
    look_now(open, &happened, &mut told, editor, changed);
}

fn look_now(open: &Open, happened: &Happened, told: &mut Told, editor: &dyn Editor, changed: &Changed<'_>) {
    if let Err(error) = look(open, happened, None, told, editor, changed) {
        tracing::info!(%error, root = %open.opened.root.display(), "cannot be looked at");
    }
}

/// What happens next, once it is worth looking.
fn wait(open: &Open, editor: &dyn Editor) -> Option<Happened> {
    let lock = open.opened.repository.location().git_dir.join("index.lock");
    let mut happened = open.inbox.take(TOGETHER, PATIENCE)?;
    let (begun, mut count, mut last) = (Instant::now(), open.inbox.count(), Instant::now());
    loop {
        // In the middle of a checkout the rest is yet to come; and who does not read is not to be told more.
        let unfinished = lock.exists() && last.elapsed() < IDLE && begun.elapsed() < LOCKED;
        if !unfinished && !editor.is_congested() {
            // git's index says what is tracked, so it may change any status.
            happened.everything |= happened.git;
            return Some(happened);
        }
        open.inbox.put_back(happened);
        thread::sleep(TOGETHER);
        happened = open.inbox.take(TOGETHER, PATIENCE)?;
        let counted = open.inbox.count();
        if std::mem::replace(&mut count, counted) != counted {
            last = Instant::now();
        }
    }
}

/// The repository was deleted: whatever is asked of it now has another answer.
fn tell_gone(open: &Open, editor: &dyn Editor) {
    let changed = vec![RepositoryChange::Parents, RepositoryChange::Bookmarks, RepositoryChange::History];
    let (root, node) = (Uri::from_path(&open.opened.root), Node::NULL.to_hex());
    editor.notify(DID_CHANGE_REPOSITORY, json!(DidChangeRepositoryParams { root, node, changed }));
}

/// Compares, and tells. What may be interrupted nobody waits for: it leaves the machine to others.
fn look(
    open: &Open,
    happened: &Happened,
    interruption: Option<&Cancel>,
    told: &mut Told,
    editor: &dyn Editor,
    changed: &Changed<'_>,
) -> hgls_core::Result<()> {
    let mut moment = open.opened.repository.moment(&interruption.cloned().unwrap_or_default())?;
    if interruption.is_some() {
        moment.git.take_time();
    }
    let mut changes = if happened.git { told.refresh(&moment) } else { Vec::new() };
    // The list is a file of the working copy, and git's configuration says which.
    if told.ignores_others(&moment) {
        changes.push(RepositoryChange::IgnoredRevisions);
    }
    if !changes.is_empty() {
        changed(&changes);
        let node = moment.refs.head.node().unwrap_or(Node::NULL).to_hex();
        let root = Uri::from_path(&open.opened.root);
        editor.notify(DID_CHANGE_REPOSITORY, json!(DidChangeRepositoryParams { root, node, changed: changes }));
    }
    if moment.location.workdir.is_some() {
        tell_status(open, happened, told, &moment, editor)?;
    }
    told.when = Some(Instant::now());
    Ok(())
}

impl Open {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same for one who is waited for, and is not to wait in turn for a first look that gives way to everybody.
    fn told_at_once(&self) -> MutexGuard<'_, Told> {
        self.first_look.trip();
        self.told()
    }
}

impl Told {
    /// What about the references changed, which are those of `moment` from now on.
    fn refresh(&mut self, moment: &Moment) -> Vec<RepositoryChange> {
        let now = &moment.refs;
        let operation = operation(moment);
        let was_operation = std::mem::replace(&mut self.operation, operation);
        let Some(was) = self.refs.replace(Arc::clone(now)) else { return Vec::new() };
        let parents = |refs: &Refs| (refs.head.node(), refs.merge_parents.clone());
        let merging = was.merge_parents != now.merge_parents || was_operation != self.operation;
        let bookmarks = was.bookmarks != now.bookmarks
            || was.remote_bookmarks != now.remote_bookmarks
            || was.head.branch() != now.head.branch();
        let history = was.tips() != now.tips() || was.shallow != now.shallow || was.replacements != now.replacements;
        let changes = [
            (parents(&was) != parents(now), RepositoryChange::Parents),
            (bookmarks, RepositoryChange::Bookmarks),
            (was.tags != now.tags, RepositoryChange::Tags),
            (history, RepositoryChange::History),
            (merging, RepositoryChange::MergeState),
        ];
        changes.into_iter().filter(|(changed, _)| *changed).map(|(_, change)| change).collect()
    }

    /// Whether other changesets are to be looked through than when this was last asked.
    fn ignores_others(&mut self, moment: &Moment) -> bool {
        let now = moment.git.ignored_revisions(&moment.location);
        let was = self.ignored.replace(now);
        was.is_some_and(|was| self.ignored.as_ref() != Some(&was))
    }
}

/// What git keeps while something is begun and not finished.
fn operation(moment: &Moment) -> Vec<&'static str> {
    let names = ["MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG"];
    names.into_iter().filter(|name| moment.location.git_dir.join(name).exists()).collect()
}

fn tell_status(
    open: &Open,
    happened: &Happened,
    told: &mut Told,
    moment: &Moment,
    editor: &dyn Editor,
) -> hgls_core::Result<()> {
    let everything = happened.everything || told.status.is_none();
    let mut paths = if everything { None } else { scope(open, happened, moment) };
    if paths.as_ref().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    if let (Some(some), Some(known)) = (&mut paths, &told.status) {
        // What an added file was made from may be one of these only now, or no more.
        some.extend(known.iter().filter(|(_, entry)| entry.status == StatusCode::A).map(|(path, _)| path.clone()));
        if some.len() > 2 * inbox::MOST {
            paths = None;
        }
    }
    let rows = match (&paths, &told.status) {
        (Some(paths), Some(known)) => rows_of(moment, paths, known)?,
        _ => dirstate::status(moment, working(moment), &Request::CHANGED)?.rows,
    };
    let entry = |row: Row| (row.path.clone(), status_entry(&open.opened.root, &row));
    let now: BTreeMap<RepoPath, StatusEntry> = rows.into_iter().map(entry).collect();
    let first = told.status.is_none();
    let was = told.status.get_or_insert_default();
    let concerned = |path: &RepoPath| paths.as_ref().is_none_or(|paths| paths.iter().any(|it| path.is_within(it)));
    // Of what somebody was answered before the first look, all the same.
    let answered = if first { open.answered().take().unwrap_or_default() } else { BTreeSet::new() };
    let known = was.keys().chain(&answered);
    let gone: Vec<RepoPath> = known.filter(|path| concerned(path) && !now.contains_key(*path)).cloned().collect();
    gone.iter().for_each(|path| _ = was.remove(path));
    let mut changed = Vec::new();
    for (path, entry) in now {
        if was.get(&path) != Some(&entry) {
            changed.push(entry.clone());
            was.insert(path, entry);
        }
    }
    // Nobody has asked before the first look: nothing is news. Who has may have an older answer.
    if (changed.is_empty() && gone.is_empty()) || (first && !open.asked.load(Ordering::Relaxed)) {
        return Ok(());
    }
    let name = |path: &RepoPath| FileName { path: path.to_string(), uri: Uri::in_repository(&open.opened.root, path) };
    let params = DidChangeStatusParams {
        root: Uri::from_path(&open.opened.root),
        generation: open.generation.fetch_add(1, Ordering::Relaxed) + 1,
        changed,
        removed: gone.iter().map(name).collect(),
    };
    editor.notify(DID_CHANGE_STATUS, json!(params));
    Ok(())
}

fn working(moment: &Moment) -> Between {
    Between::Working(dirstate::first_parent(moment))
}

/// The rows of `paths`. What added files were made from is a file that differs as well, and such are `known`: nothing else
/// is looked at.
fn rows_of(
    moment: &Moment,
    paths: &[RepoPath],
    known: &BTreeMap<RepoPath, StatusEntry>,
) -> hgls_core::Result<Vec<Row>> {
    let request = Request { paths, copies: false, ..Request::CHANGED };
    let mut rows = dirstate::status(moment, working(moment), &request)?.rows;
    if !rows.iter().any(|row| row.code == Code::Added) {
        return Ok(rows);
    }
    let asked = |path: &RepoPath| paths.iter().any(|asked| path.is_within(asked));
    let others = known.iter().filter(|(path, entry)| entry.status != StatusCode::Unknown && !asked(path));
    let others: Vec<RepoPath> = others.map(|(path, _)| path.clone()).collect();
    if others.len() > inbox::MOST {
        let request = Request { paths, ..Request::CHANGED };
        return Ok(dirstate::status(moment, working(moment), &request)?.rows);
    }
    if !others.is_empty() {
        let request = Request { paths: &others, codes: Codes::TRACKED, copies: false, limit: usize::MAX };
        rows.extend(dirstate::status(moment, working(moment), &request)?.rows);
    }
    dirstate::find_sources_among(moment, working(moment), &mut rows)?;
    rows.retain(|row| asked(&row.path));
    Ok(rows)
}

/// What happened, as paths of the repository; `None` when the status of any file may be another.
fn scope(open: &Open, happened: &Happened, moment: &Moment) -> Option<Vec<RepoPath>> {
    let real = open.opened.repository.location().root();
    let mut paths = Vec::new();
    for path in &happened.paths {
        let relative = path.strip_prefix(real).or_else(|_| path.strip_prefix(&open.opened.root)).ok()?;
        let names: Vec<&[u8]> = relative.iter().map(|name| name.as_encoded_bytes()).collect();
        match names.iter().position(|name| *name == b".git") {
            // Told by other events.
            Some(0) => continue,
            // A repository inside came or went.
            Some(_) => return None,
            None => {}
        }
        // Rules for other files.
        if matches!(names.last(), Some(&b".gitignore" | &b".gitattributes" | &b".gitmodules")) {
            return None;
        }
        // Where case does not count, it is seen under the name that somebody used.
        paths.extend(git::spellings(&moment.git, &moment.location, &RepoPath::new(names.join(&b'/'))?).ok()?);
    }
    Some(paths)
}

#[cfg(test)]
mod tests;
