//! Which files a changeset touches, from the manifests: those whose entry differs from that in every parent, as
//! `git diff-tree -c` has it. Reads only folders that differ. Knows nothing of the store, which has the same answers
//! for whole histories.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::error::Result;
use crate::ids::{RepoPath, Rev, TreeNode};
use crate::objects::{Entry, Objects, Tree};
use crate::repository::Snapshot;

/// A file that a changeset touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The file.
    pub path: RepoPath,
    /// What the first parent has there.
    pub before: Option<Entry>,
    /// What the changeset has there; `None` when it removed it.
    pub after: Option<Entry>,
}

/// Gives every file at or below `within` (everywhere: `None`) that `rev` touches to `visit`, in no particular order,
/// until that breaks off. A root touches all that it has.
pub fn touched(
    snapshot: &Snapshot,
    rev: Rev,
    within: Option<&RepoPath>,
    visit: &mut dyn FnMut(Touched) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let root = |rev| -> Result<Slot> {
        let tree = snapshot.changelog.manifest(rev);
        let Some(path) = within else { return Ok(Slot { folder: Some(tree), file: None }) };
        Ok(match snapshot.objects.entry(tree, path)? {
            Some(file) => Slot { file: Some(file), folder: None },
            None => Slot { file: None, folder: snapshot.objects.folder(tree, path)? },
        })
    };
    let now = root(rev)?;
    let mut before = snapshot.changelog.parents(rev).map(root).collect::<Result<Vec<_>>>()?;
    if before.is_empty() {
        before.push(Slot::default());
    }
    let path = within.map(|path| path.to_vec()).unwrap_or_default();
    Walk { objects: &snapshot.objects, visit }.compare(path, now, &before)
}

/// What stands at a path: a file, a folder, or neither.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Slot {
    file: Option<Entry>,
    folder: Option<TreeNode>,
}

struct Walk<'a> {
    objects: &'a Objects,
    visit: &'a mut dyn FnMut(Touched) -> ControlFlow<()>,
}

impl Walk<'_> {
    fn compare(&mut self, path: Vec<u8>, now: Slot, before: &[Slot]) -> Result<ControlFlow<()>> {
        if before.iter().all(|slot| slot.file != now.file)
            && let Some(path) = RepoPath::new(path.clone())
        {
            let first = before.first().and_then(|slot| slot.file);
            if (self.visit)(Touched { path, before: first, after: now.file }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        // A folder that some parent has too has only that parent's files.
        if before.iter().any(|slot| slot.folder == now.folder) {
            return Ok(ControlFlow::Continue(()));
        }
        let listing = |slot: &Slot| slot.folder.map(|folder| self.objects.tree(folder)).transpose();
        let now = listing(&now)?;
        let before = before.iter().map(listing).collect::<Result<Vec<_>, _>>()?;
        // What the first parent has alike is touched by nothing.
        let entries = |tree: &Option<std::sync::Arc<Tree>>| -> BTreeSet<(Vec<u8>, u32, [u8; 20])> {
            let entries = tree.iter().flat_map(|tree| tree.entries());
            entries.map(|entry| (entry.name.to_vec(), entry.mode_bits, entry.id)).collect()
        };
        let (ours, theirs) = (entries(&now), before.first().map(entries).unwrap_or_default());
        let names: BTreeSet<&[u8]> = ours.symmetric_difference(&theirs).map(|(name, ..)| name.as_slice()).collect();
        for name in names {
            let slot = |tree: &Option<std::sync::Arc<Tree>>| -> Slot {
                let entry = tree.as_ref().and_then(|tree| tree.find(name));
                let entry = entry.as_ref();
                Slot { file: entry.and_then(|e| e.as_file()), folder: entry.and_then(|e| e.as_folder()) }
            };
            let separator: &[u8] = if path.is_empty() { b"" } else { b"/" };
            let before: Vec<Slot> = before.iter().map(slot).collect();
            if self.compare([&path, separator, name].concat(), slot(&now), &before)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
