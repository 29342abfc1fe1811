//! `hgls status`.

use serde_json::Value;

use super::Abort;
use super::arguments::Status;
use super::json::{self, Item, List};
use super::local::Local;
use super::output::{Output, Style};
use crate::handlers;
use crate::protocol::{StatusCode, StatusEntry, StatusParams};

pub fn run(local: &Local, options: &Status, output: &mut Output) -> Result<u8, Abort> {
    let as_json = json::is_wanted(options.template.template.as_deref())?;
    let mut revs = options.rev.iter().cloned();
    let params = StatusParams {
        paths: local.paths(&options.files),
        include: wanted(options),
        rev: revs.next(),
        to: revs.next(),
        change: options.change.clone(),
        limit: u32::MAX,
        ..StatusParams::default()
    };
    let status = handlers::status(&local.context, params)?;
    for nowhere in &status.nowhere {
        let name = local.relative(&nowhere.uri);
        output.warn(&format!("{}: No such file or directory", String::from_utf8_lossy(&name)))?;
    }
    let with_source = options.copies || options.all;
    if as_json {
        let mut list = List::default();
        for entry in &status.entries {
            list.item(output, &item(entry, with_source))?;
        }
        list.end(output)?;
    } else {
        // As hg: relative to the root, unless files were named.
        let name = |entry: &StatusEntry| match options.files.is_empty() {
            true => local.path(&entry.uri),
            false => local.relative(&entry.uri),
        };
        let end: &[u8] = if options.print0 { b"\0" } else { b"\n" };
        for entry in &status.entries {
            let style = style(entry.status);
            if !options.no_status {
                let letter = output.styled(style, &[entry.status.letter() as u8]);
                output.bytes(&letter)?;
                output.bytes(b" ")?;
            }
            let name = output.styled(style, &name(entry));
            output.bytes(&name)?;
            output.bytes(end)?;
            if let Some(source) = entry.source.as_ref().filter(|_| with_source) {
                output.bytes(format!("  {source}").as_bytes())?;
                output.bytes(end)?;
            }
        }
    }
    Ok(u8::from(!status.nowhere.is_empty()))
}

fn wanted(options: &Status) -> Vec<StatusCode> {
    use StatusCode::{A, C, I, M, Missing, R, Unknown};
    let asked = [
        (M, options.modified),
        (A, options.added),
        (R, options.removed),
        (Missing, options.deleted),
        (Unknown, options.unknown),
        (I, options.ignored),
        (C, options.clean),
    ];
    let mut codes: Vec<_> = asked.iter().filter(|(_, asked)| *asked || options.all).map(|(code, _)| *code).collect();
    if codes.is_empty() {
        codes = vec![M, A, R, Missing];
        codes.extend((!options.quiet).then_some(Unknown));
    }
    codes
}

fn item(entry: &StatusEntry, with_source: bool) -> Item {
    let mut item = Item::from([
        ("itemtype", Value::from("file")),
        ("path", entry.path.clone().into()),
        ("status", entry.status.letter().to_string().into()),
    ]);
    if let Some(source) = entry.source.as_ref().filter(|_| with_source) {
        item.insert("source", source.clone().into());
    }
    if entry.unresolved {
        item.insert("unresolved", true.into());
    }
    item
}

fn style(code: StatusCode) -> Style {
    match code {
        StatusCode::M => Style::Modified,
        StatusCode::A => Style::Added,
        StatusCode::R => Style::Removed,
        StatusCode::Missing => Style::Missing,
        StatusCode::Unknown => Style::Unknown,
        StatusCode::I => Style::Ignored,
        StatusCode::C => Style::Plain,
    }
}
