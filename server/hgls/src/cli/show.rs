//! Changesets in the form that the user asked for: hg's text, JSON, or a template.

use std::ops::ControlFlow;

use hgls_core::model::names;
use hgls_core::model::touched::touched;
use hgls_core::{Node, Rev};

use super::Abort;
use super::entry::{self, Detail, Extras};
use super::json::List;
use super::local::Local;
use super::output::Output;
use super::template::{Keywords, Template, Value};
use crate::handlers::{self, Target};
use crate::protocol::{Changeset, Failure, StatusCode, StatusParams};

/// How output is laid out.
pub enum Form {
    Text,
    Json,
    Template(Template),
}

impl Form {
    /// What `-T` asks for.
    pub fn of(template: Option<&str>) -> Result<Self, Abort> {
        Ok(match template {
            None => Self::Text,
            Some("json") => Self::Json,
            Some(text) => Self::Template(Template::parse(text)?),
        })
    }
}

/// Shows changesets of one repository.
pub struct Show<'a> {
    pub local: &'a Local,
    pub target: &'a Target,
    pub form: Form,
    pub detail: Detail,
}

impl Show<'_> {
    /// Shows changesets one after the other, with nothing but what belongs to every one.
    pub fn all(&self, changesets: &[Changeset], output: &mut Output) -> Result<(), Abort> {
        let mut list = List::default();
        for changeset in changesets {
            let extras = self.extras(changeset)?;
            match &self.form {
                Form::Json => list.item(output, &entry::item(changeset, extras, self.detail))?,
                _ => {
                    let text = self.text(changeset, &extras, output)?;
                    output.bytes(&text)?;
                }
            }
        }
        if matches!(self.form, Form::Json) { list.end(output) } else { Ok(()) }
    }

    /// A changeset as text, or as the template has it.
    pub fn text(&self, changeset: &Changeset, extras: &Extras, output: &Output) -> Result<Vec<u8>, Abort> {
        match &self.form {
            Form::Template(template) => {
                let text = template.render(&Of { show: self, changeset })?;
                Ok(entry::with_changes(text.into_bytes(), extras, output))
            }
            _ => Ok(entry::text(changeset, extras, self.detail, output)),
        }
    }

    /// What every changeset is shown with.
    pub fn extras(&self, changeset: &Changeset) -> Result<Extras, Abort> {
        let mut extras = Extras::default();
        if self.detail == Detail::Verbose {
            extras.files = self.files(Rev(changeset.rev))?;
        }
        if matches!(self.form, Form::Text) {
            extras.parents = self.parents(changeset);
        }
        Ok(extras)
    }

    /// The paths that a changeset touches.
    fn files(&self, rev: Rev) -> Result<Vec<Vec<u8>>, Failure> {
        let mut files = Vec::new();
        if rev == Rev::WDIR {
            let status = handlers::status(&self.local.context, tracked())?;
            files.extend(status.entries.iter().map(|entry| self.local.path(&entry.uri)));
        } else if rev != Rev::NULL {
            let _whole = touched(&self.target.snapshot, rev, None, &mut |file| {
                files.push(file.path.as_bytes().to_vec());
                ControlFlow::Continue(())
            })?;
        }
        files.sort();
        Ok(files)
    }

    /// As hg: those of a merge, and one that is not the number before.
    fn parents(&self, changeset: &Changeset) -> Vec<(i32, String)> {
        let changelog = &self.target.snapshot.changelog;
        let rev = |node: &str| Node::from_hex(node.as_bytes()).and_then(|node| changelog.rev(&node));
        let numbered = |node: &String| (rev(node).unwrap_or(Rev::NULL).0, node.clone());
        match changeset.parents.as_slice() {
            [only] => Some(numbered(only)).filter(|(parent, _)| *parent < changeset.rev - 1).into_iter().collect(),
            several => several.iter().map(numbered).collect(),
        }
    }
}

/// What a commit of the working copy would touch.
fn tracked() -> StatusParams {
    StatusParams {
        include: vec![StatusCode::M, StatusCode::A, StatusCode::R],
        limit: u32::MAX,
        ..StatusParams::default()
    }
}

/// One changeset, for a template.
struct Of<'a> {
    show: &'a Show<'a>,
    changeset: &'a Changeset,
}

impl Of<'_> {
    fn parent(&self, number: usize) -> (i32, String) {
        let changelog = &self.show.target.snapshot.changelog;
        let node = self.changeset.parents.get(number).cloned().unwrap_or_else(|| Node::NULL.to_hex());
        let rev = Node::from_hex(node.as_bytes()).and_then(|node| changelog.rev(&node)).unwrap_or(Rev::NULL);
        (rev.0, node)
    }

    /// Visible ones, by number.
    fn children(&self) -> Result<Vec<String>, Abort> {
        let target = self.show.target;
        let revs = target.revs(&format!("children({})", self.changeset.node))?;
        let name = |rev: Rev| numbered(rev.0, &target.snapshot.changelog.node(rev).to_hex());
        Ok(revs.into_iter().map(name).collect())
    }
}

fn numbered(rev: i32, node: &str) -> String {
    format!("{rev}:{}", entry::short(node))
}

impl Keywords for Of<'_> {
    fn value(&self, name: &str) -> Result<Option<Value>, Abort> {
        let (show, changeset) = (self.show, self.changeset);
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let number = |number: i32| Some(Value::Text(number.to_string()));
        Ok(match name {
            "rev" => number(changeset.rev),
            "node" => text(&changeset.node),
            "desc" => text(&changeset.desc),
            "author" | "user" => text(&changeset.user),
            "branch" => text(&changeset.branch),
            "phase" => text(changeset.phase.as_str()),
            "date" => Some(Value::Date(changeset.date)),
            "bookmarks" => Some(Value::List(changeset.bookmarks.clone())),
            "activebookmark" => {
                let active = show.target.snapshot.refs.head.branch().map(ToString::to_string);
                text(&active.filter(|active| changeset.bookmarks.contains(active)).unwrap_or_default())
            }
            "tags" => Some(Value::List(changeset.tags.clone())),
            "files" => {
                let files = show.files(Rev(changeset.rev))?;
                Some(Value::List(files.iter().map(|file| String::from_utf8_lossy(file).into_owned()).collect()))
            }
            "parents" => {
                let parents = show.parents(changeset);
                Some(Value::List(parents.iter().map(|(rev, node)| numbered(*rev, node)).collect()))
            }
            "children" => Some(Value::List(self.children()?)),
            "p1rev" => number(self.parent(0).0),
            "p2rev" => number(self.parent(1).0),
            "p1node" => text(&self.parent(0).1),
            "p2node" => text(&self.parent(1).1),
            "p1" => text(&numbered(self.parent(0).0, &self.parent(0).1)),
            _ => None,
        })
    }

    fn shortest(&self, least: usize) -> Result<String, Abort> {
        Ok(names::shortest_of(&self.show.target.snapshot, Rev(self.changeset.rev), least))
    }
}
