//! `hg/annotate`: who made which line. Committed texts are annotated once and remembered; open buffers and changed files
//! are that annotation, mapped over what is different in them.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use hgls_core::linediff::Spaces;
use hgls_core::model::annotate::{self as model, Annotation, Hunk, Options, Prefer as Parent, SkipBy, map_over};
use hgls_core::model::changeset::Changesets;
use hgls_core::model::names;
use hgls_core::{RepoPath, Rev};

use super::memory::AnnotationKey;
use super::{Context, FileTarget, Target, texts};
use crate::protocol::{
    AnnotateHunk, AnnotateParams, AnnotateResult, Failure, LineRange, Prefer, TextDocument, Uri, Whitespace,
};

/// Answers `hg/annotate`.
pub fn annotate(context: &Context, params: AnnotateParams) -> Result<AnnotateResult, Failure> {
    let file = context.open_file(&params.text_document)?;
    let options = options(&file.target, &params)?;
    let ranges = params.ranges.as_deref().map(lines).transpose()?;
    let rev = params.rev.as_deref().map(|rev| file.target.rev(rev)).transpose()?.filter(|rev| *rev != Rev::WDIR);
    let request = Request { context, file: &file, options: &options };
    let annotation = match (rev, &ranges) {
        (Some(rev), None) => request.whole(&file.path, rev)?.as_ref().clone(),
        (Some(rev), Some(ranges)) => match context.memory.known_annotation(&request.key(&file.path, rev)) {
            Some(whole) => whole.within(ranges),
            None => model::annotate(&file.target.snapshot, &file.path, rev, Some(ranges), &options)?,
        },
        (None, None) => request.current()?,
        (None, Some(ranges)) => request.current()?.within(ranges),
    };
    describe(&file, &annotation)
}

/// Annotates the committed versions of a file that the working copy is based on, as [`annotate`] is usually asked, so
/// that it has the answer at hand. Does nothing, and says `false`, while the index is being built: then it would take
/// long, and take time from that.
pub fn annotate_ahead(context: &Context, path: &Path) -> Result<bool, Failure> {
    let opened = context.repositories.find(Some(path.parent().unwrap_or(path)))?;
    if context.repositories.is_indexing(&opened.repository) {
        return Ok(false);
    }
    let params = AnnotateParams::of(TextDocument { uri: Uri::from_path(path) });
    let file = context.open_file(&params.text_document)?;
    let options = options(&file.target, &params)?;
    let request = Request { context, file: &file, options: &options };
    for parent in names::working_parents(&file.target.snapshot) {
        if texts::entry(&file.target, &file.path, file.target.snapshot.changelog.node(parent))?.is_some() {
            request.whole(&file.path, parent)?;
        }
    }
    Ok(true)
}

/// One request, as far as its parts share it.
struct Request<'a> {
    context: &'a Context,
    file: &'a FileTarget,
    options: &'a Options,
}

/// A parent's version of the file, annotated.
struct Origin {
    annotation: Arc<Annotation>,
    text: Arc<Vec<u8>>,
}

impl Request<'_> {
    fn key(&self, path: &RepoPath, rev: Rev) -> AnnotationKey {
        let Options { follow, prefer, spaces, ref skip, skip_by } = *self.options;
        AnnotationKey {
            numbering: self.file.target.snapshot.changelog.numbering(),
            git_dir: self.file.target.snapshot.location.git_dir.clone(),
            path: path.clone(),
            rev,
            follow,
            prefer,
            spaces,
            skip: skip.iter().collect(),
            skip_by,
        }
    }

    /// The annotation of all of a committed file.
    fn whole(&self, path: &RepoPath, rev: Rev) -> Result<Arc<Annotation>, Failure> {
        let make = || Ok(model::annotate(&self.file.target.snapshot, path, rev, None, self.options)?);
        self.context.memory.annotation(&self.key(path, rev), &self.context.cancel, make)
    }

    /// The annotation of the text of now, from those of the parents: the same as a walk would give, and none is made.
    fn current(&self) -> Result<Annotation, Failure> {
        let Self { file, context, .. } = self;
        let parents: Vec<Rev> = names::working_parents(&file.target.snapshot).collect();
        let mut origins = Vec::new();
        let changelog = &file.target.snapshot.changelog;
        for parent in &parents {
            let parent = *parent;
            let Some(entry) = texts::entry(&file.target, &file.path, changelog.node(parent))? else { continue };
            let text = texts::committed(context, &file.target, &file.path, entry)?;
            origins.push(Origin { annotation: self.whole(&file.path, parent)?, text });
        }
        if origins.is_empty() {
            origins.extend(self.source(parents.first().copied().unwrap_or(Rev::NULL))?);
        }
        let Some(current) = texts::current(file)? else { return Err(texts::missing(&file.path)) };
        let mark: &[u8] = origins.first().map_or(&[], |origin| &origin.text);
        let current = texts::with_mark(file, current, mark);
        if self.options.prefer == Parent::P2 {
            origins.reverse();
        }
        if let Some(same) = origins.iter().find(|origin| *origin.text == current) {
            return Ok(same.annotation.as_ref().clone());
        }
        let over =
            |origin: &Origin| map_over(&origin.annotation, &origin.text, &current, &file.path, self.options.spaces);
        let mut origins = origins.iter();
        // Without an origin, all lines are new.
        let nothing = Origin { annotation: Arc::default(), text: Arc::default() };
        let first = over(origins.next().unwrap_or(&nothing));
        Ok(origins.fold(first, |annotation, origin| annotation.or(&over(origin))))
    }

    /// What a file that no parent has was renamed or copied from.
    fn source(&self, parent: Rev) -> Result<Option<Origin>, Failure> {
        let Self { file, context, options } = self;
        let Some(source) = texts::source(file, file.target.snapshot.changelog.node(parent), options.follow)? else {
            return Ok(None);
        };
        let text = texts::committed(context, &file.target, &source.path, source.entry)?;
        Ok(Some(Origin { annotation: self.whole(&source.path, parent)?, text }))
    }
}

fn options(target: &Target, params: &AnnotateParams) -> Result<Options, Failure> {
    let mut skip = hgls_core::RevSet::new();
    for revset in &params.skip {
        for rev in target.revs(revset)? {
            skip.insert(rev);
        }
    }
    let skip_by = if params.skip.is_empty() { SkipBy::Likeness } else { SkipBy::Position };
    if params.ignore_revs_file {
        let listed = target.snapshot.git.ignored_revisions(&target.snapshot.location);
        for rev in listed.iter().filter_map(|node| target.snapshot.changelog.rev(node)) {
            skip.insert(rev);
        }
    }
    Ok(Options {
        follow: params.follow,
        prefer: match params.prefer {
            Prefer::P1 => Parent::P1,
            Prefer::P2 => Parent::P2,
        },
        spaces: spaces(params.whitespace.unwrap_or_default()),
        skip,
        skip_by,
    })
}

/// Each mode ignores what the one after it ignores. Blank lines that are ignored still belong to who made them.
pub(super) fn spaces(whitespace: Whitespace) -> Spaces {
    match whitespace {
        Whitespace { ignore_all_space: true, .. } => Spaces::IgnoreAll,
        Whitespace { ignore_space_change: true, .. } => Spaces::IgnoreChange,
        Whitespace { ignore_space_at_eol: true, .. } => Spaces::IgnoreAtEol,
        _ => Spaces::Compare,
    }
}

fn lines(ranges: &[LineRange]) -> Result<Vec<Range<u32>>, Failure> {
    let check = |range: &LineRange| match range {
        LineRange { start, end } if start <= end => Ok(*start..*end),
        LineRange { start, end } => Err(Failure::invalid(format!("ranges: {start} is after {end}"))),
    };
    ranges.iter().map(check).collect()
}

fn describe(file: &FileTarget, annotation: &Annotation) -> Result<AnnotateResult, Failure> {
    let target = &file.target;
    let (mut places, mut revs) = (HashMap::new(), Vec::new());
    let hunk = |hunk: &Hunk| AnnotateHunk {
        start: hunk.start,
        count: hunk.count,
        changeset: *places.entry(hunk.rev).or_insert_with(|| {
            revs.push(hunk.rev);
            revs.len() as u32 - 1
        }),
        path: hunk.path.to_string(),
        uri: (*hunk.path != file.path).then(|| target.name(&hunk.path).1),
        origin_start: hunk.origin_start,
        skipped: hunk.skipped,
    };
    let hunks = annotation.hunks.iter().map(hunk).collect();
    let changesets = Changesets::new(&target.snapshot).all(&revs)?;
    Ok(AnnotateResult { changesets: changesets.into_iter().map(Into::into).collect(), hunks })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        assert!(lines(&[LineRange { start: 2, end: 1 }]).is_err());
    }
}
