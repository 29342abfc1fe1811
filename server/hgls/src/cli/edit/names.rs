//! `hgls bookmarks` and `hgls update`.

use serde_json::Value;

use super::arguments::{Bookmarks, Update};
use super::{Names, say};
use crate::cli::entry::short;
use crate::cli::json::{self, Item, List};
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::cli::{Abort, abort};
use crate::handlers;
use crate::protocol::{Bookmark, BookmarkParams, RootParams, UpdateParams, UpdateResult};

pub fn bookmarks(local: &Local, options: &Bookmarks, output: &mut Output) -> Result<u8, Abort> {
    let as_json = json::is_wanted(options.template.template.as_deref())?;
    let plain = BookmarkParams {
        rev: options.rev.clone(),
        delete: options.delete,
        rename: options.rename.clone(),
        inactive: options.inactive,
        force: options.force,
        ..BookmarkParams::default()
    };
    if options.names.is_empty() {
        if options.delete || options.rename.is_some() {
            return Err(abort("bookmark name required"));
        }
        if options.rev.is_some() {
            return Err(abort("--rev requires a bookmark name"));
        }
        return match options.inactive {
            true => change(local, plain, output),
            false => list(local, as_json, output),
        };
    }
    if options.rename.is_some() && options.names.len() > 1 {
        return Err(abort("new bookmark name required"));
    }
    for (number, name) in options.names.iter().enumerate() {
        // Of several new ones the first is active.
        let inactive = plain.inactive || (number > 0 && !plain.delete && plain.rename.is_none());
        change(local, BookmarkParams { name: Some(name.clone()), inactive, ..plain.clone() }, output)?;
    }
    Ok(0)
}

fn change(local: &Local, params: BookmarkParams, output: &mut Output) -> Result<u8, Abort> {
    let result = handlers::bookmark(&local.context, params)?;
    let warnings: Vec<_> = result.warnings.iter().collect();
    say(local, &warnings, Names::Here, output)?;
    Ok(u8::from(warnings.iter().any(|warning| warning.refused)))
}

fn list(local: &Local, as_json: bool, output: &mut Output) -> Result<u8, Abort> {
    let found = handlers::bookmarks(&local.context, RootParams::default())?.bookmarks;
    let own: Vec<Bookmark> = found.into_iter().filter(|bookmark| bookmark.remote.is_none()).collect();
    if as_json {
        let mut list = List::default();
        for Bookmark { bookmark, node, rev, active, .. } in own {
            let members: [(&'static str, Value); 4] =
                [("active", active.into()), ("bookmark", bookmark.into()), ("node", node.into()), ("rev", rev.into())];
            list.item(output, &Item::from(members))?;
        }
        list.end(output)?;
        return Ok(0);
    }
    if own.is_empty() {
        output.text("no bookmarks set\n")?;
    }
    for Bookmark { bookmark, node, rev, active, .. } in own {
        let mark = if active { '*' } else { ' ' };
        output.text(&format!(" {mark} {bookmark:<25} {rev}:{}\n", short(&node)))?;
    }
    Ok(0)
}

pub fn update(local: &Local, options: &Update, output: &mut Output) -> Result<u8, Abort> {
    if options.rev.is_some() && options.named.is_some() {
        return Err(abort("please specify just one revision"));
    }
    let rev = options.rev.clone().or_else(|| options.named.clone());
    let Update { clean, check, merge, .. } = *options;
    let params = UpdateParams { root: None, rev, clean, check, merge };
    let result = handlers::update(&local.context, params)?;
    super::merging(local, &result.files, &result.warnings, output)?;
    let UpdateResult { updated, merged, removed, unresolved, .. } = result;
    output.text(&format!(
        "{updated} files updated, {merged} files merged, {removed} files removed, {unresolved} files unresolved\n"
    ))?;
    if unresolved > 0 {
        output.text("use 'hg resolve' to retry unresolved file merges\n")?;
    }
    if let Some(bookmark) = &result.advanced {
        output.text(&format!("updating bookmark {bookmark}\n"))?;
    }
    for (what, bookmark) in [("activating", &result.activated), ("leaving", &result.deactivated)] {
        // One that follows another is only activated.
        if let Some(bookmark) = bookmark.as_ref().filter(|_| what == "activating" || result.activated.is_none()) {
            output.text(&format!("({what} bookmark {bookmark})\n"))?;
        }
    }
    if let Some(heads) = result.other_heads.filter(|heads| *heads > 0) {
        let subject = result.changeset.desc.lines().next().unwrap_or_default();
        output.text(&format!("updated to \"{}: {subject}\"\n", short(&result.changeset.node)))?;
        output.text(&format!("{heads} other heads for branch \"{}\"\n", result.changeset.branch))?;
    }
    Ok(u8::from(unresolved > 0))
}
