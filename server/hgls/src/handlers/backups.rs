//! `hg/backups`: what operations overwrote.

use hgls_core::RepoPath;
use hgls_core::edit::{Backup, backups as kept};

use super::{Context, limit};
use crate::protocol::{BackupsParams, BackupsResult, Failure, KeptFile, Uri};

const MOST: u32 = 10_000;

/// Answers `hg/backups`.
pub fn backups(context: &Context, params: BackupsParams) -> Result<BackupsResult, Failure> {
    let BackupsParams { root, uris, limit: asked, cursor } = params;
    let target = context.look(root.as_ref().or(uris.first()))?;
    let named: Vec<String> = uris.into_iter().map(|uri| uri.0).collect();
    let paths: Vec<RepoPath> = target.paths(&named)?;
    let is_asked = |path: &RepoPath| paths.is_empty() || paths.iter().any(|asked| path.is_within(asked));
    let mut found = kept::list(&target.snapshot.location)?;
    found.retain(|backup| is_asked(&backup.path));
    let begin = match &cursor {
        None => 0,
        // Gone since, it was among the oldest: nothing older is there.
        Some(cursor) => {
            found.iter().position(|backup| &self::cursor(backup) == cursor).map_or(found.len(), |at| at + 1)
        }
    };
    let most = limit(asked, MOST)?;
    let page: Vec<&Backup> = found.iter().skip(begin).take(most).collect();
    let more = begin.saturating_add(page.len()) < found.len();
    let next_cursor = page.last().filter(|_| more).map(|last| self::cursor(last));
    Ok(BackupsResult { backups: page.into_iter().map(shown).collect(), next_cursor })
}

/// Where a page ends.
fn cursor(backup: &Backup) -> String {
    format!("{} {}", backup.id, Uri::in_repository("".as_ref(), &backup.path).0)
}

fn shown(backup: &Backup) -> KeptFile {
    KeptFile {
        id: backup.id.clone(),
        path: backup.path.to_string(),
        uri: Uri::in_repository(&backup.root, &backup.path),
        file: Uri::from_path(&backup.file),
        root: Uri::from_path(&backup.root),
        operation: backup.operation.clone(),
        time: backup.time,
        size: std::fs::symlink_metadata(&backup.file).map_or(0, |metadata| metadata.len()),
        staged: backup.staged,
    }
}
