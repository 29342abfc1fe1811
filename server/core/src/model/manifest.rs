//! The manifest: which files a changeset has. Reads trees; knows nothing of the working copy.

use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::Scope;
use crate::ids::{Mode, Node, RepoPath, TreeNode};
use crate::objects::{Entry, Objects, TreeEntry, check_count};
use crate::repository::Moment;

/// One file of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where.
    pub path: RepoPath,
    /// What.
    pub entry: Entry,
    /// Bytes; `None` when not asked for, and for a submodule.
    pub size: Option<u64>,
}

/// Which files to list.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Only these files, and those below these folders; all when empty.
    pub paths: &'a [RepoPath],
    /// Only files behind this path.
    pub after: Option<&'a RepoPath>,
    /// At most so many.
    pub limit: usize,
    /// Whether to give sizes.
    pub sizes: bool,
}

/// Files of a manifest, ordered by the bytes of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The files.
    pub files: Vec<File>,
    /// Whether there are more behind the last one.
    pub more: bool,
}

/// The files of a changeset; none for [`Node::NULL`].
///
/// # Errors
/// When an object is missing or damaged.
pub fn manifest(moment: &Moment, node: Node, request: &Request<'_>) -> Result<Page> {
    let scope = Scope::of_or_whole(request.paths);
    let mut page = Page::default();
    let Some(root) = root(moment, node)? else { return Ok(page) };
    let mut walk = Walk::new(&moment.objects, root, &scope)?;
    walk.after = request.after.map(|path| path.as_bytes().to_owned());
    while let Some((path, entry)) = walk.next(&moment.cancel)? {
        if page.files.len() == request.limit {
            page.more = true;
            break;
        }
        let sized = request.sizes && entry.mode != Mode::Submodule;
        let size = if sized { Some(moment.objects.size(entry.node)?) } else { None };
        page.files.push(File { path, entry, size });
    }
    Ok(page)
}

/// The tree of a changeset; `None` for [`Node::NULL`].
pub fn root(moment: &Moment, node: Node) -> Result<Option<TreeNode>> {
    if node.is_null() {
        return Ok(None);
    }
    Ok(Some(moment.objects.commit(node)?.tree))
}

/// The files of a tree, as far as they are in `scope`, ordered by path.
pub(crate) fn files(
    objects: &Objects,
    root: Option<TreeNode>,
    scope: &Scope,
    cancel: &Cancel,
) -> Result<Vec<(RepoPath, Entry)>> {
    let mut files = Vec::new();
    let Some(root) = root else { return Ok(files) };
    let mut walk = Walk::new(objects, root, scope)?;
    while let Some(file) = walk.next(cancel)? {
        files.push(file);
        check_count(root, files.len())?;
    }
    Ok(files)
}

/// Goes through a tree in the order of paths.
struct Walk<'a> {
    objects: &'a Objects,
    /// Files up to this path, it included, are passed over.
    after: Option<Vec<u8>>,
    /// What is still to come, the next one last.
    waiting: Vec<Waiting<'a>>,
}

struct Waiting<'a> {
    path: Vec<u8>,
    what: What,
    scope: &'a Scope,
}

enum What {
    File(Entry),
    Folder(TreeNode),
}

impl<'a> Walk<'a> {
    fn new(objects: &'a Objects, root: TreeNode, scope: &'a Scope) -> Result<Self> {
        let mut walk = Self { objects, after: None, waiting: Vec::new() };
        walk.open(Vec::new(), root, scope)?;
        Ok(walk)
    }

    fn next(&mut self, cancel: &Cancel) -> Result<Option<(RepoPath, Entry)>> {
        while let Some(Waiting { path, what, scope }) = self.waiting.pop() {
            cancel.check()?;
            match what {
                What::Folder(tree) => {
                    let folder = [path.as_slice(), b"/"].concat();
                    // A folder that `after` lies behind has nothing to give.
                    let passed =
                        self.after.as_ref().is_some_and(|after| !after.starts_with(&folder) && *after > folder);
                    if !passed {
                        self.open(folder, tree, scope)?;
                    }
                }
                What::File(entry) => {
                    let passed = self.after.as_ref().is_some_and(|after| path <= *after);
                    if let Some(path) = RepoPath::new(path).filter(|_| !passed) {
                        return Ok(Some((path, entry)));
                    }
                }
            }
        }
        Ok(None)
    }

    fn open(&mut self, folder: Vec<u8>, tree: TreeNode, scope: &'a Scope) -> Result<()> {
        let tree = self.objects.tree(tree)?;
        let start = self.waiting.len();
        for entry in tree.entries() {
            let Some(scope) = scope.below(entry.name) else { continue };
            let Some(what) = What::of(&entry, scope) else { continue };
            self.waiting.push(Waiting { path: [&folder, entry.name].concat(), what, scope });
        }
        self.waiting[start..].reverse();
        Ok(())
    }
}

impl What {
    fn of(entry: &TreeEntry<'_>, scope: &Scope) -> Option<Self> {
        match entry.as_folder() {
            Some(folder) => Some(Self::Folder(folder)),
            None => entry.as_file().filter(|_| *scope == Scope::Whole).map(Self::File),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::ids::Rev;
    use crate::model::testing::{random_repository, snapshot_of};
    use crate::testing::Random;

    const ALL: Request<'static> = Request { paths: &[], after: None, limit: usize::MAX, sizes: true };

    fn listed(files: &[File]) -> String {
        let line = |file: &File| {
            let kind = if file.entry.mode == Mode::Submodule { "commit" } else { "blob" };
            let size = file.size.map_or("-".to_owned(), |size| size.to_string());
            format!("{:06o} {kind} {} {size:>7}\t{}\0", file.entry.mode.to_git(), file.entry.node, file.path)
        };
        files.iter().map(line).collect()
    }

    fn paths(page: &Page) -> Vec<String> {
        page.files.iter().map(|file| file.path.to_string()).collect()
    }

    #[test]
    fn every_changeset_of_random_repositories_has_the_files_that_git_lists() -> Result<()> {
        for seed in 0..4 {
            println!("seed {seed}");
            let scratch = random_repository(&mut Random::new(seed), 20);
            let snapshot = snapshot_of(&scratch);
            for rev in (0..snapshot.changelog.len()).map(Rev::from_index) {
                let node = snapshot.changelog.node(rev);
                let page = manifest(&snapshot, node, &ALL)?;
                assert_eq!(listed(&page.files), scratch.sh(&format!("git ls-tree -rzl {node}")), "revision {rev}");
            }
        }
        Ok(())
    }

    fn example() -> Scratch {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q -b main . && mkdir -p a/b ab && touch a/1 a/2 a/b/3 a-b a.c ab/1 z && ln -s z link && chmod +x z
             git add . && git update-index --add --cacheinfo 160000,$(printf 1%.0s $(seq 40)),sub && git commit -qm 1",
        );
        scratch
    }

    #[test]
    fn pages_follow_each_other_without_gap() -> Result<()> {
        let scratch = example();
        let snapshot = snapshot_of(&scratch);
        let all = paths(&manifest(&snapshot, scratch.node("HEAD"), &ALL)?);
        assert_eq!(all, ["a-b", "a.c", "a/1", "a/2", "a/b/3", "ab/1", "link", "sub", "z"]);
        for limit in 1..10 {
            let (mut gathered, mut after) = (Vec::new(), None);
            loop {
                let page = manifest(&snapshot, scratch.node("HEAD"), &Request { after: after.as_ref(), limit, ..ALL })?;
                gathered.extend(paths(&page));
                after = page.files.last().map(|file| file.path.clone());
                if !page.more {
                    break;
                }
            }
            assert_eq!(gathered, all, "{limit} a page");
        }
        Ok(())
    }

    #[test]
    fn paths_are_files_or_folders() -> Result<()> {
        let scratch = example();
        let snapshot = snapshot_of(&scratch);
        let asked = ["a", "z", "a-b/x", "gone"].map(|path| RepoPath::new(path).expect("a path"));
        let page = manifest(&snapshot, scratch.node("HEAD"), &Request { paths: &asked, ..ALL })?;
        assert_eq!(paths(&page), ["a/1", "a/2", "a/b/3", "z"]);
        assert_eq!(manifest(&snapshot, Node::NULL, &ALL)?, Page::default());
        Ok(())
    }
}
