//! `hgls annotate`.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hgls_core::Rev;
use serde_json::{Map, Value, json};

use super::arguments::{Annotate, Spaces};
use super::entry::short;
use super::json::{self, Item, List};
use super::local::Local;
use super::output::Output;
use super::{Abort, abort, date};
use crate::handlers;
use crate::protocol::{
    AnnotateHunk, AnnotateParams, AnnotateResult, CatParams, Changeset, ErrorKind, Failure, ManifestParams, Prefer,
    RevParams, TextDocument, Uri, Whitespace,
};

pub fn run(local: &Local, options: &Annotate, output: &mut Output) -> Result<u8, Abort> {
    let as_json = json::is_wanted(options.template.template.as_deref())?;
    let columns = Columns::new(options)?;
    if options.files.is_empty() {
        return Err(abort("at least one filename is required"));
    }
    let mut list = List::default();
    for uri in options.files.iter().map(|file| files(local, file, options)).collect::<Result<Vec<_>, _>>()?.concat() {
        let file = match annotated(local, &uri, options) {
            Ok(file) => Some(file),
            Err(failure) if failure.kind == ErrorKind::BinaryFile => None,
            Err(failure) => return Err(Abort::Failed(failure)),
        };
        let name = local.relative(&uri);
        match file {
            file if as_json => {
                let path = local.path(&uri);
                let mut item = Item::from([("path", String::from_utf8_lossy(&path).into())]);
                item.extend(file.map(|file| ("lines", columns.lines(&file))));
                list.item(output, &item)?;
            }
            Some(file) => columns.write(&file, output)?,
            None => output.bytes(&[&name, b": binary file\n".as_slice()].concat())?,
        }
    }
    if as_json {
        list.end(output)?;
    }
    Ok(0)
}

/// The file, or the files of the folder.
fn files(local: &Local, file: &PathBuf, options: &Annotate) -> Result<Vec<Uri>, Abort> {
    if !file.is_dir() {
        return Ok(vec![local.uri(file)]);
    }
    let rev = if options.rev == "wdir()" { "." } else { &options.rev };
    let params = ManifestParams {
        root: None,
        rev: rev.to_owned(),
        paths: local.paths(std::slice::from_ref(file)),
        sizes: false,
        limit: u32::MAX,
        cursor: None,
    };
    let files = handlers::manifest(&local.context, params)?.files;
    Ok(files.into_iter().map(|file| file.uri).collect())
}

/// A file with who made its lines.
struct Annotated {
    result: AnnotateResult,
    text: Vec<u8>,
    /// The working copy's parent, when that is what was annotated.
    parent: Option<Changeset>,
}

fn annotated(local: &Local, uri: &Uri, options: &Annotate) -> Result<Annotated, Failure> {
    let text_document = TextDocument { uri: uri.clone() };
    let lookup = |rev: &str| handlers::lookup(&local.context, RevParams { root: None, rev: rev.to_owned() });
    let in_working_copy = lookup(&options.rev)?.changeset.rev == Rev::WDIR.0;
    let params = AnnotateParams {
        text_document: text_document.clone(),
        rev: (!in_working_copy).then(|| options.rev.clone()),
        ranges: None,
        follow: !options.no_follow,
        prefer: Prefer::P1,
        skip: options.skip.clone(),
        ignore_revs_file: true,
        whitespace: Some(whitespace(options.spaces)),
    };
    let result = handlers::annotate(&local.context, params)?;
    let content = handlers::cat(&local.context, CatParams { text_document, rev: options.rev.clone(), conflict: None })?;
    let decoded = content.base64.map(|base64| BASE64.decode(base64).unwrap_or_default());
    let text = decoded.unwrap_or_else(|| content.text.unwrap_or_default().into_bytes());
    let parent = if in_working_copy { Some(lookup(".")?.changeset) } else { None };
    Ok(Annotated { result, text, parent })
}

pub fn whitespace(spaces: Spaces) -> Whitespace {
    Whitespace {
        ignore_all_space: spaces.ignore_all_space,
        ignore_space_change: spaces.ignore_space_change,
        ignore_blank_lines: spaces.ignore_blank_lines,
        ignore_space_at_eol: spaces.ignore_space_at_eol,
    }
}

/// What is shown of each line.
struct Columns<'a> {
    options: &'a Annotate,
    number: bool,
}

impl<'a> Columns<'a> {
    fn new(options: &'a Annotate) -> Result<Self, Abort> {
        let number = options.number || !(options.changeset || options.user || options.date || options.file);
        if options.line_number && !number && !options.changeset {
            return Err(abort("at least one of -n/-c is required for -l"));
        }
        Ok(Self { options, number })
    }

    /// Of a hunk, all columns but the line number, which is the last.
    fn cells(&self, changeset: &Changeset, hunk: &AnnotateHunk, parent: Option<&Changeset>) -> Vec<String> {
        let options = self.options;
        let is_new = changeset.rev == Rev::WDIR.0;
        // As hg: a line that is not committed is the parent's with a plus, and others make room for one.
        let (named, mark) = match parent {
            Some(parent) if is_new => (parent, "+"),
            Some(_) => (changeset, " "),
            None => (changeset, ""),
        };
        let mut cells = Vec::new();
        let mut cell = |wanted: bool, text: String| cells.extend(wanted.then_some(text));
        cell(
            options.user,
            if options.verbose { changeset.user.clone() } else { short_user(&changeset.user).to_owned() },
        );
        cell(self.number, format!("{}{mark}", named.rev));
        cell(options.changeset, format!("{}{mark}", short(&named.node)));
        let date = if options.quiet { date::short } else { date::long };
        cell(options.date, date(changeset.date));
        cell(options.file, hunk.path.clone());
        cells
    }

    fn write(&self, file: &Annotated, output: &mut Output) -> Result<(), Abort> {
        let hunks = &file.result.hunks;
        let none = Vec::new();
        let rows: Vec<Vec<String>> = hunks
            .iter()
            .map(|hunk| match file.result.changesets.get(hunk.changeset as usize) {
                Some(changeset) => self.cells(changeset, hunk, file.parent.as_ref()),
                None => none.clone(),
            })
            .collect();
        let columns = rows.first().map_or(0, Vec::len);
        let width =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let last = hunks.iter().map(|hunk| hunk.origin_start + hunk.count).max().unwrap_or(0);
        let number_width = last.to_string().len();
        let mut lines = file.text.split_inclusive(|byte| *byte == b'\n');
        for (hunk, row) in hunks.iter().zip(&rows) {
            let cell = |(text, width): (&String, &usize)| format!("{}{text}", " ".repeat(width - text.chars().count()));
            let cells: Vec<String> = row.iter().zip(&widths).map(cell).collect();
            let prefix = cells.join(" ");
            for (line, number) in (&mut lines).take(hunk.count as usize).zip(hunk.origin_start + 1..) {
                output.text(&prefix)?;
                if self.options.line_number {
                    output.text(&format!(":{number:>number_width$}"))?;
                }
                output.text(if hunk.skipped { "* " } else { ": " })?;
                output.bytes(line)?;
                if !line.ends_with(b"\n") {
                    output.text("\n")?;
                }
            }
        }
        Ok(())
    }

    /// The lines as members of `-T json`.
    fn lines(&self, file: &Annotated) -> Value {
        let options = self.options;
        let mut lines = file.text.split_inclusive(|byte| *byte == b'\n');
        let mut items = Vec::new();
        for hunk in &file.result.hunks {
            let Some(changeset) = file.result.changesets.get(hunk.changeset as usize) else { continue };
            let mut shared = Map::new();
            let mut member = |wanted: bool, name: &str, value: Value| {
                if wanted {
                    shared.insert(name.to_owned(), value);
                }
            };
            // As hg, which has a fraction of the seconds here and nowhere else.
            member(options.date, "date", json!([changeset.date.0 as f64, changeset.date.1]));
            member(options.changeset, "node", json!(changeset.node));
            member(options.file, "path", json!(hunk.path));
            member(self.number, "rev", json!(changeset.rev));
            member(options.user, "user", json!(changeset.user));
            for (line, number) in (&mut lines).take(hunk.count as usize).zip(hunk.origin_start + 1..) {
                let mut item = shared.clone();
                item.insert("line".to_owned(), String::from_utf8_lossy(line).into());
                if options.line_number {
                    item.insert("lineno".to_owned(), number.into());
                }
                items.push(Value::Object(item));
            }
        }
        Value::Array(items)
    }
}

/// The part of an author's name that hg takes for a login: before `@`, behind `<`, up to a space or a dot.
fn short_user(user: &str) -> &str {
    let user = user.split('@').next().unwrap_or(user);
    let user = user.split_once('<').map_or(user, |(_, mail)| mail);
    user.split([' ', '.']).next().unwrap_or(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_shortened_as_mercurial_does() {
        for (user, expected) in [
            ("Jane Doe <jane.doe@example.org>", "jane"),
            ("Jane Doe", "Jane"),
            ("jane@example.org", "jane"),
            ("<mail>", "mail>"),
            ("", ""),
        ] {
            assert_eq!(short_user(user), expected);
        }
    }
}
