//! A commit of the working copy, or of a part of it, as Mercurial makes one: what is staged does not matter, and what is
//! not chosen stays as it is, staged or not. Also in the place of the last one (amend), and of a merge in progress.
//!
//! The order of things: git's lock of the index; what there is to commit; hooks, which may add to it; objects, which are
//! nobody's yet; then [`land`].

mod basis;
mod header;
mod hooks;
mod land;
mod notes;
mod pick;
mod proposal;
#[cfg(test)]
mod tests;
mod uncommit;
mod who;

pub use proposal::{Proposal, Source, proposal};
pub use uncommit::{Uncommitted, uncommit};

use super::selection::{self, Selection};
use super::{Error, FileHunks, Outcome, Warning, pending};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{
    HookIndex, IndexEdit, Location, Move, NotesChoice, Scope, Value, merge_state,
    message::{Cleanup, clean},
    sign,
};
use crate::ids::{Node, RepoPath, TreeNode};
use crate::model::manifest::files;
use crate::model::revset::Clock;
use crate::progress::Progress;
use crate::repository::{Moment, Repository};
use crate::steps;
use basis::{Basis, Whole, rewritable};
use header::Header;
use hooks::Hooks;
use land::land;
use notes::Carrying;
use pick::{Picks, pick};

/// What to commit, and how.
#[derive(Clone, Debug)]
pub struct CommitOptions<'a> {
    /// The message. Without one an amended commit keeps its own, and a merge gets the one that git has ready.
    pub message: Option<&'a str>,
    /// The message is taken to the byte: no white space goes, and no newline comes at its end.
    pub exact_message: bool,
    /// Only these files, and what is below these folders. With no paths and no hunks: everything.
    pub paths: &'a [RepoPath],
    /// Beside them, of these files only some changes.
    pub hunks: &'a [FileHunks],
    /// In the place of the commit that is checked out, with what it has.
    pub amend: bool,
    /// `Name <mail>`, in place of whom the configuration says.
    pub user: Option<&'a str>,
    /// In one of Mercurial's forms, in place of now.
    pub date: Option<&'a str>,
    /// What time it is.
    pub clock: Clock,
    /// Which notes go along with an amended commit, where that is not for the configuration to say.
    pub notes: NotesChoice<'a>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The changeset.
    pub node: Node,
    /// The one whose place it took.
    pub replaced: Option<Node>,
    /// What it has of each file, and what there is to say.
    pub outcome: Outcome,
    /// What hooks printed.
    pub hook_output: String,
}

/// Commits.
///
/// # Errors
/// [`Error`] when there is nothing to commit, or it may not be now; [`crate::git::Error`] when the repository is locked,
/// or changes meanwhile. Then nothing has happened, but for objects that are nobody's.
pub fn commit(
    repository: &Repository,
    options: &CommitOptions<'_>,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Committed> {
    let location = repository.location();
    let index = pending::begin(repository, cancel)?;
    steps::reached("the index is locked");
    let mut moment = repository.moment(cancel)?;
    if options.amend {
        moment = rewritable(repository, moment, "amend", progress)?;
    }
    let basis = if options.amend { Basis::of_amend(&moment)? } else { Basis::of_commit(&moment)? };
    let selection = select(&moment, &basis, &index, options)?;
    Work { location, moment: &moment, basis: &basis, options, progress }.commit(selection, index)
}

/// What is to be committed, if it may be.
fn select(moment: &Moment, basis: &Basis, index: &IndexEdit, options: &CommitOptions<'_>) -> Result<Selection> {
    let mut paths = options.paths.to_owned();
    paths.extend(options.hunks.iter().map(|chosen| chosen.path.clone()));
    if let Some(whole) = basis.whole.filter(|_| !paths.is_empty()) {
        return Err(Error::Partial(if whole == Whole::Merge { "merge" } else { "cherry-pick" }).into());
    }
    if index.before().tracked.iter().any(|tracked| tracked.stage > 0) {
        return Err(Error::Unresolved.into());
    }
    let selection = selection::changes(moment, index.before(), &paths)?;
    if basis.whole == Some(Whole::Merge) && selection.missing > 0 {
        return Err(Error::MissingInMerge.into());
    }
    Ok(selection)
}

/// One commit being made.
struct Work<'a> {
    location: &'a Location,
    moment: &'a Moment,
    basis: &'a Basis,
    options: &'a CommitOptions<'a>,
    progress: &'a dyn Progress,
}

impl Work<'_> {
    fn commit(&self, selection: Selection, mut index: IndexEdit) -> Result<Committed> {
        let (moment, options, cancel) = (self.moment, self.options, &self.moment.cancel);
        let missing = selection.missing;
        let nothing = || crate::Error::from(Error::NothingChanged { missing });
        // A merge may be committed, and an amended commit say something else, without any change.
        let needs_change = self.basis.parents.len() < 2 && self.basis.amended.is_none();
        if needs_change && selection.rows.iter().all(|row| row.old == row.new) {
            return Err(nothing());
        }
        let header = Header::new(moment, self.basis, options)?;
        let text = self.message_text(&header)?;
        let (author, mail, date) = header.author_parts();
        let mut hooks = Hooks::find(&moment.git, self.location, (&author, &mail, &date), options.amend)?;
        let signing = moment.git.signing().map_err(not_signed)?;
        if let Some(signing) = signing.as_ref().filter(|_| !moment.git.may_run_programs()) {
            return Err(Error::Untrusted { what: format!("'{}' to sign commits", signing.program) }.into());
        }
        let mut picks = pick(moment, index.before(), selection.rows, options.hunks, self.progress)?;
        picks.stage(&mut index)?;
        steps::reached("the files are written");
        let mut tree = self.manifest(&picks)?;
        let shown = match hooks.look_at_content() || hooks.look_at_message() {
            true => {
                let files = files(&moment.objects, Some(tree), &Scope::Whole, cancel)?;
                Some(HookIndex::new(self.location, &index, files)?)
            }
            false => None,
        };
        if let Some(shown) = shown.as_ref().filter(|_| hooks.look_at_content()) {
            self.progress.report("running the hook pre-commit", 0, None);
            hooks.before(shown.path(), cancel)?;
            let added = shown.taken_over(&mut index)?;
            let added = added.ok_or(Error::HookIndex { hook: "pre-commit", what: "conflicts" })?;
            if !added.is_empty() {
                picks.take(added, self.basis.tree, &moment.objects)?;
                tree = self.manifest(&picks)?;
            }
        }
        steps::reached("the manifest is written");
        if needs_change && Some(tree) == self.basis.tree {
            return Err(nothing());
        }
        let mut message = self.clean_message(text)?;
        if let Some(shown) = shown.as_ref().filter(|_| hooks.look_at_message()) {
            self.progress.report("running hooks on the message", 0, None);
            let written = hooks.message(&message, self.message_source(), shown.path(), cancel)?;
            message = self.clean_message(written)?;
        }
        drop(shown);
        if message.trim_ascii().is_empty() {
            return Err(Error::EmptyMessage.into());
        }
        let mut raw = header.object(tree, &message);
        if self.basis.amended.as_ref().is_some_and(|(_, old)| old.raw_unsigned() == raw) {
            return Err(nothing());
        }
        if let Some(signing) = signing {
            self.progress.report("signing", 0, None);
            let signature = signing.sign(&raw, &header.committer_line(), self.location, cancel);
            raw = sign::signed(&raw, &signature.map_err(not_signed)?);
        }
        let node = moment.git.write_commit(&raw)?;
        steps::reached("the commit is written");
        let reflog = self.reflog(&message);
        let mover = header.mover()?;
        let to = Move::To(Value::Node(node));
        land(self.location, &moment.git, &moment.refs.head, &to, index, &mover.log(options.clock, &reflog), cancel)?;
        let replaced = self.basis.amended.as_ref().map(|(node, _)| *node);
        hooks.after_commit(cancel);
        let mut failed = Vec::new();
        if let Some(old) = replaced {
            let (location, script, clock, choice) = (self.location, &header.script, options.clock, options.notes);
            failed = Carrying { moment, location, old, new: node, by: &mover, script, clock, choice }.carry();
            hooks.after_rewrite(old, node, cancel);
        }
        let warnings = failed.into_iter().chain(hooks.warnings).map(Warning::general).collect();
        let outcome = Outcome { files: picks.files, warnings, incomplete: false };
        Ok(Committed { node, replaced, outcome, hook_output: hooks.output })
    }

    fn manifest(&self, picks: &Picks) -> Result<TreeNode> {
        let moment = self.moment;
        moment.git.write_manifest(&moment.objects, self.basis.tree, &picks.edits, &moment.cancel)
    }

    /// The message before anything becomes of it, in the commit's encoding.
    fn message_text(&self, header: &Header) -> Result<Vec<u8>> {
        if let Some(text) = self.options.message {
            if text.trim().is_empty() {
                return Err(Error::EmptyMessage.into());
            }
            return Ok(header.script.encode(text)?);
        }
        if let Some((_, old)) = &self.basis.amended {
            return Ok(header.translated(old, old.message())?);
        }
        Ok(merge_state::message(self.location)?.ok_or(Error::EmptyMessage)?)
    }

    fn clean_message(&self, text: Vec<u8>) -> Result<Vec<u8>> {
        let kept = self.options.message.is_none() && self.basis.amended.is_some();
        if self.options.exact_message || kept {
            return Ok(text);
        }
        let git = &self.moment.git;
        let mut cleanup = git.cleanup()?.map_err(Error::Cleanup)?;
        // git's own text for a merge has comments for whoever edits it.
        if self.options.message.is_none() && cleanup == Cleanup::Whitespace {
            cleanup = Cleanup::Strip;
        }
        let message = clean(&text, cleanup, &git.comment_prefix()?);
        // As Mercurial, which git is not in agreement with; who wants it otherwise configures `verbatim`.
        Ok(match cleanup {
            Cleanup::Verbatim => message,
            Cleanup::Whitespace | Cleanup::Strip => message.trim_ascii_start().to_owned(),
        })
    }

    /// What git tells `prepare-commit-msg` of where the message is from.
    fn message_source(&self) -> &'static [&'static str] {
        match (self.options.message, &self.basis.amended) {
            (Some(_), _) => &["message"],
            (None, Some(_)) => &["commit", "HEAD"],
            (None, None) => &["merge"],
        }
    }

    fn reflog(&self, message: &[u8]) -> String {
        let kind = match (self.basis.whole, self.basis.parents.len()) {
            _ if self.basis.amended.is_some() => " (amend)",
            (Some(Whole::Merge), _) => " (merge)",
            (Some(Whole::CherryPick), _) => " (cherry-pick)",
            (None, 0) => " (initial)",
            (None, _) => "",
        };
        let subject = message.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
        format!("commit{kind}: {}", String::from_utf8_lossy(subject))
    }
}

fn not_signed(failure: sign::Failure) -> crate::Error {
    match failure {
        sign::Failure::Cancelled(cancelled) => cancelled.into(),
        sign::Failure::Refused(reason) => Error::Signing { reason }.into(),
    }
}
