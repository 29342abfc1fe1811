//! What every LSP editor shows with no plug-in: the changeset of a line, who made the lines, the authors of a file, and
//! actions on changed lines. Plain functions on a request's context, through the same handlers as `hg/` requests.

use std::collections::HashMap;

use serde_json::{Value, json};
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeLens, Command, Hover, HoverContents, InlayHint,
    InlayHintLabel, InlayHintTooltip, MarkupContent, MarkupKind, Position, Range, Uri as LspUri,
};

use super::text;
use crate::documents::Document;
use crate::handlers::{self, Context};
use crate::protocol::{
    AnnotateParams, AnnotateResult, Changeset, DiffHunk, DiffHunksParams, ErrorKind, Failure, FileHunks, Hunk,
    LineRange, TextDocument, Uri,
};

/// The command that shows a changeset: a `hgls:` document that the client asks us for.
pub const OPEN_CHANGESET: &str = "hgls.openChangeset";

/// The command that reverts chosen hunks: `hg/revert`.
const REVERT: &str = "hgls.revert";

/// How a client wants text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Format {
    /// As Markdown.
    pub markdown: bool,
    /// Edits of a version of a document, and not of whatever it is by then.
    pub versioned_edits: bool,
    /// It opens documents when it is asked to.
    pub opens_documents: bool,
}

/// Nobody asked for these in so many words: a file that has no answer has none, and is no error.
pub fn quiet<R: Default>(outcome: Result<R, Failure>) -> Result<R, Failure> {
    match outcome {
        Err(failure) if !matches!(failure.kind, ErrorKind::Cancelled | ErrorKind::Internal | ErrorKind::Busy) => {
            tracing::debug!(message = failure.message, "nothing to show");
            Ok(R::default())
        }
        outcome => outcome,
    }
}

/// The changeset of a line.
pub fn hover(context: &Context, uri: &LspUri, line: u32, format: Format) -> Result<Option<Hover>, Failure> {
    let annotation = annotate(context, uri, Some(line..line.saturating_add(1)))?;
    let made_it = annotation.hunks.first().and_then(|hunk| annotation.changesets.get(hunk.changeset as usize));
    Ok(made_it.map(|changeset| Hover {
        contents: HoverContents::Markup(markup(changeset, format)),
        range: Some(Range::new(Position::new(line, 0), Position::new(line.saturating_add(1), 0))),
    }))
}

/// Who made the lines, behind the first line of each group.
pub fn inlay_hints(
    context: &Context,
    uri: &LspUri,
    range: Range,
    format: Format,
) -> Result<Option<Vec<InlayHint>>, Failure> {
    let end = range.end.line.saturating_add(u32::from(range.end.character > 0)).max(range.start.line.saturating_add(1));
    let Some(document) = document(context, uri) else { return Ok(None) };
    let annotation = annotate(context, uri, Some(range.start.line..end))?;
    let hint = |changeset: &Changeset, line: u32| {
        let (name, day) = (text::name(&changeset.user), text::day(changeset.date));
        let length = document.content().line_length(line, context.documents.encoding());
        InlayHint {
            position: Position::new(line, length),
            label: InlayHintLabel::String(format!("{name}, {day} · {}", text::subject(&changeset.desc, 50))),
            kind: None,
            text_edits: None,
            tooltip: Some(InlayHintTooltip::MarkupContent(markup(changeset, format))),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        }
    };
    let hunks = annotation.hunks.iter().filter_map(|hunk| {
        let changeset = annotation.changesets.get(hunk.changeset as usize)?;
        (!text::is_uncommitted(changeset)).then(|| hint(changeset, hunk.start))
    });
    Ok(Some(hunks.collect()))
}

/// A lens above the file; what it says is worked out when it is shown.
pub fn code_lenses(context: &Context, uri: &LspUri) -> Result<Option<Vec<CodeLens>>, Failure> {
    context.look_at(&named(uri))?;
    Ok(Some(vec![CodeLens { range: Range::default(), command: None, data: Some(json!({"uri": uri})) }]))
}

/// The authors of a file, by how many of its lines they made.
pub fn resolve_code_lens(context: &Context, lens: &CodeLens) -> Result<Option<String>, Failure> {
    let uri = lens.data.as_ref().and_then(|data| data.get("uri")).and_then(Value::as_str);
    let uri = uri.ok_or_else(|| Failure::invalid("data: not of a lens of ours"))?;
    let params = AnnotateParams::of(TextDocument { uri: Uri(uri.to_owned()) });
    let annotation = handlers::annotate(context, params)?;
    let mut lines: HashMap<&str, u32> = HashMap::new();
    for hunk in &annotation.hunks {
        let changeset = annotation.changesets.get(hunk.changeset as usize);
        for changeset in changeset.into_iter().filter(|changeset| !text::is_uncommitted(changeset)) {
            *lines.entry(text::name(&changeset.user)).or_default() += hunk.count;
        }
    }
    let mut authors: Vec<(&str, u32)> = lines.into_iter().collect();
    authors.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    Ok(match authors.as_slice() {
        [] => None,
        [(only, _)] => Some((*only).to_owned()),
        [(most, _), (other, _)] => Some(format!("{most} and {other}")),
        [(most, _), others @ ..] => Some(format!("{most} and {} others", others.len())),
    })
}

/// What can be done about the lines of `range`: take each changed hunk back, and show who made the first line.
pub fn code_actions(
    context: &Context,
    uri: &LspUri,
    range: Range,
    format: Format,
) -> Result<Option<Vec<CodeActionOrCommand>>, Failure> {
    let params = DiffHunksParams { text_document: named(uri), from: ".".to_owned(), to: None, text: true };
    let hunks = quiet(handlers::diff_hunks(context, params).map(|result| result.hunks))?;
    let touched = hunks.iter().filter(|hunk| touches(hunk, range));
    let mut actions: Vec<CodeActionOrCommand> =
        touched.map(|hunk| CodeActionOrCommand::CodeAction(revert(context, uri, hunk, format))).collect();
    if format.opens_documents {
        let line = range.start.line;
        let annotation = annotate(context, uri, Some(line..line.saturating_add(1)))?;
        let committed = annotation.changesets.first().filter(|changeset| !text::is_uncommitted(changeset));
        actions.extend(committed.map(|changeset| {
            let short = changeset.node.get(..12).unwrap_or(&changeset.node);
            CodeActionOrCommand::Command(Command {
                title: format!("Open changeset {}:{short}", changeset.rev),
                command: OPEN_CHANGESET.to_owned(),
                arguments: Some(vec![json!(uri), json!(changeset.node)]),
            })
        }));
    }
    Ok(Some(actions))
}

/// Whether a selection of lines meets a hunk; where lines are gone, the lines before and behind the place do.
fn touches(hunk: &DiffHunk, range: Range) -> bool {
    let (start, end) = (hunk.new_start, hunk.new_start.saturating_add(hunk.new_count));
    match hunk.new_count {
        0 => range.start.line <= start && range.end.line.saturating_add(1) >= start,
        _ => range.start.line < end && range.end.line >= start,
    }
}

/// Takes a hunk back. A file that is saved is reverted on disk, where what is overwritten is kept; of one that has changes
/// in the editor alone the committed lines take the place of the hunk's there.
fn revert(context: &Context, uri: &LspUri, hunk: &DiffHunk, format: Format) -> CodeAction {
    let action = CodeAction {
        title: "Revert this hunk".to_owned(),
        kind: Some(CodeActionKind::new("refactor.rewrite.revertHunk")),
        ..CodeAction::default()
    };
    if is_saved(context, uri) {
        let DiffHunk { old_start, old_count, new_start, new_count, .. } = *hunk;
        let chosen = Hunk { old_start, old_count, new_start, new_count };
        let params = json!({"hunks": [FileHunks { uri: Uri(uri.as_str().to_owned()), hunks: vec![chosen] }]});
        let command =
            Command { title: action.title.clone(), command: REVERT.to_owned(), arguments: Some(vec![params]) };
        return CodeAction { command: Some(command), ..action };
    }
    let end = hunk.new_start.saturating_add(hunk.new_count);
    let range = Range::new(Position::new(hunk.new_start, 0), Position::new(end, 0));
    let edit = json!({"range": range, "newText": hunk.old_text.clone().unwrap_or_default()});
    let version = document(context, uri).map(|document| document.version());
    let edit = match format.versioned_edits {
        true => json!({"documentChanges": [{"textDocument": {"uri": uri, "version": version}, "edits": [edit]}]}),
        false => json!({"changes": {uri.as_str(): [edit]}}),
    };
    CodeAction { edit: serde_json::from_value(edit).ok(), ..action }
}

/// Whether the disk holds what the editor shows.
fn is_saved(context: &Context, uri: &LspUri) -> bool {
    let Ok(path) = Uri(uri.as_str().to_owned()).to_path() else { return false };
    context.documents.get(&path).is_none_or(|document| !handlers::is_unsaved(&path, document))
}

fn annotate(context: &Context, uri: &LspUri, lines: Option<std::ops::Range<u32>>) -> Result<AnnotateResult, Failure> {
    let ranges = lines.map(|lines| vec![LineRange { start: lines.start, end: lines.end }]);
    handlers::annotate(context, AnnotateParams { ranges, ..AnnotateParams::of(named(uri)) })
}

fn named(uri: &LspUri) -> TextDocument {
    TextDocument { uri: Uri(uri.as_str().to_owned()) }
}

fn document<'a>(context: &'a Context, uri: &LspUri) -> Option<&'a Document> {
    let path = Uri(uri.as_str().to_owned()).to_path().ok()?;
    context.documents.get(&path).map(|document| &**document)
}

fn markup(changeset: &Changeset, format: Format) -> MarkupContent {
    match format.markdown {
        true => MarkupContent { kind: MarkupKind::Markdown, value: text::markdown(changeset) },
        false => MarkupContent { kind: MarkupKind::PlainText, value: text::plain(changeset) },
    }
}
