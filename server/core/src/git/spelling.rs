//! How a path is spelled that somebody wrote in another case, where case does not count: as git's index has it, and as
//! the disk does. Knows nothing of what is in the files.

use std::fs;
use std::ops::Range;
use std::path::Path;

use bstr::ByteVec as _;

use super::filters::native;
use super::index::Index;
use super::scan::children;
use super::{Error, Handle, Location};
use crate::ids::RepoPath;

/// The paths that `path` stands for: of a tracked file its own; of what is not tracked the disk's; of a folder both, and
/// all that the index has. Where case counts, and where nothing is like it, `path` itself. Never empty.
///
/// # Errors
/// When the configuration cannot be read. An index that cannot be read has nothing to say.
pub fn spellings(handle: &Handle, location: &Location, path: &RepoPath) -> Result<Vec<RepoPath>, Error> {
    if !handle.settings()?.ignore_case {
        return Ok(vec![path.clone()]);
    }
    let mut found = Vec::new();
    if let Ok(index) = handle.index() {
        if !index.find(path).is_empty() {
            return Ok(vec![path.clone()]);
        }
        tracked(index, 0..index.tracked.len(), 0, path, &mut found);
        if found.iter().any(|path| !index.find(path).is_empty()) {
            return Ok(found);
        }
    }
    let on_disk = location.workdir.as_ref().and_then(|root| on_disk(root, path));
    found.extend(on_disk.filter(|path| !found.contains(path)));
    if found.is_empty() {
        found.push(path.clone());
    }
    Ok(found)
}

/// Adds the tracked files and folders among the entries at `range`, whose folder's prefix has length `depth`, that
/// differ from `rest` below it in case alone.
fn tracked(index: &Index, range: Range<usize>, depth: usize, rest: &[u8], found: &mut Vec<RepoPath>) {
    let (name, below) = match rest.iter().position(|byte| *byte == b'/') {
        Some(slash) => (&rest[..slash], Some(&rest[slash + 1..])),
        None => (rest, None),
    };
    for child in children(&index.tracked, range, depth) {
        if !child.name.eq_ignore_ascii_case(name) {
            continue;
        }
        let end = depth + name.len();
        match below {
            Some(below) => tracked(index, child.below, end + 1, below, found),
            None => {
                let entry = index.tracked.get(child.here.chain(child.below).next().unwrap_or(usize::MAX));
                found.extend(entry.and_then(|entry| RepoPath::new(entry.path.get(..end)?)));
            }
        }
    }
}

/// The names that the disk lists for what it finds at `path`; `None` when it finds nothing.
fn on_disk(root: &Path, path: &RepoPath) -> Option<RepoPath> {
    let mut folder = root.to_owned();
    fs::symlink_metadata(folder.join(native(path))).ok()?;
    let mut spelled: Vec<Vec<u8>> = Vec::new();
    for name in path.split(|byte| *byte == b'/') {
        let mut alike = None;
        for entry in fs::read_dir(&folder).ok()? {
            let listed = Vec::from_path_buf(entry.ok()?.file_name().into()).ok()?;
            if listed == name {
                alike = Some(listed);
                break;
            }
            if listed.eq_ignore_ascii_case(name) {
                alike = Some(listed);
            }
        }
        // A file system may fold more letters than we do.
        let listed = alike.unwrap_or_else(|| name.to_owned());
        folder.push(native(&listed));
        spelled.push(listed);
    }
    RepoPath::new(spelled.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    fn of(scratch: &Scratch, path: &str) -> Vec<String> {
        let location = Location::discover(scratch.path()).expect("a repository");
        let handle = Handle::open(&location).expect("open");
        let found = spellings(&handle, &location, &RepoPath::new(path).expect("a path")).expect("no failure");
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_tracked_file_goes_by_its_own_name_and_others_as_they_are_on_disk() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && mkdir -p Src/Deep && touch README.md Src/a.c Src/Deep/b.c && git add .
             git config core.ignoreCase true && touch new && git mv Src/a.c Src/A.c");
        for (asked, found) in [
            ("README.md", "README.md"),
            ("readme.MD", "README.md"),
            ("src/a.c", "Src/A.c"),
            ("SRC", "Src"),
            ("src/deep", "Src/Deep"),
            ("src/deep/B.C", "Src/Deep/b.c"),
            ("new", "new"),
            ("nothing/like/it", "nothing/like/it"),
            ("readme.md/x", "readme.md/x"),
        ] {
            assert_eq!(of(&scratch, asked)[0], found, "{asked}");
        }
        scratch.sh("git config core.ignoreCase false");
        assert_eq!(of(&scratch, "readme.md"), ["readme.md"]);
    }

    #[test]
    fn a_folder_has_all_its_names() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && mkdir x && touch x/f && git config core.ignoreCase true
             git update-index --add --cacheinfo 100644,$(git hash-object -w x/f),X/g
             git update-index --add --cacheinfo 100644,$(git hash-object -w x/f),X/F");
        assert_eq!(of(&scratch, "x"), ["X", "x"]);
        assert_eq!(of(&scratch, "x/f"), ["X/F"], "the only one that is tracked");
        assert_eq!(of(&scratch, "x/F"), ["X/F"]);
    }
}
