//! git's index, edited: under git's own lock, entry by entry, with everything else of it kept as it is. Knows nothing of
//! why an entry changes.

use std::fs::{self, Metadata};

use super::filters::native;
use super::hook_index::HookIndex;
use super::index::{Draft, Index, Tracked};
use super::kept::KeptIndex;
use super::lock::LockFile;
use super::prepared_index::PreparedIndex;
use super::scan::{Found, Scope, Wanted, scan};
use super::{Error, Handle, Location};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Mode, RepoPath};
use crate::objects::Entry;
use crate::stat::Stat;
use crate::steps;

/// An edit of the index that is under way. Dropped, nothing has happened.
pub struct IndexEdit {
    lock: LockFile,
    draft: Draft,
}

impl IndexEdit {
    /// Locks the index of the worktree and reads it, by way of who read it last.
    ///
    /// # Errors
    /// [`Error::Locked`] when another program holds the lock, as [`Index::read`], and [`Error::Damaged`] when the
    /// checksum of the index is wrong.
    pub fn begin(location: &Location, kept: &KeptIndex, cancel: &Cancel) -> Result<Self> {
        if location.workdir.is_none() {
            return Err(Error::Bare { path: location.git_dir.clone() }.into());
        }
        let path = location.git_dir.join("index");
        let lock = LockFile::take(&path, cancel)?;
        // Nobody else edits the index now: of whom they were has been killed.
        location.remove_scratch_files(HookIndex::NAME);
        let before = kept.get(&location.git_dir)?;
        Ok(Self { lock, draft: Draft::new(&path, before)? })
    }

    /// The index as it was found under the lock.
    pub fn before(&self) -> &Index {
        self.draft.before()
    }

    /// Whether anything was edited.
    pub fn is_changed(&self) -> bool {
        self.draft.is_changed()
    }

    /// Tracks `path` with this content and mode. A conflict of the path is resolved, and git remembers which; files
    /// that stood where now a folder is needed, and the other way round, are not tracked any more. Flags are kept,
    /// except that the path is no longer only intended to be added.
    ///
    /// `file` is what the working copy has, where that is exactly this content: then git need not compare it.
    pub fn set(&mut self, path: &RepoPath, entry: Entry, file: Option<&Metadata>) -> Result<(), Error> {
        let mut next = Tracked::new(path.clone(), entry);
        if let Some(old) = self.draft.find(path).iter().find(|tracked| tracked.stage == 0) {
            if old.entry == entry && !old.intent_to_add && file.is_none() {
                return Ok(());
            }
            next = Tracked { assume_unchanged: old.assume_unchanged, skip_worktree: old.skip_worktree, ..next };
        }
        self.draft.put(Tracked { stat: file.map(Stat::of).unwrap_or_default(), ..next })
    }

    /// Tracks `path`, which lies outside of the sparse checkout: the working copy need not have it.
    pub fn set_outside(&mut self, path: &RepoPath, entry: Entry) -> Result<(), Error> {
        self.draft.put(Tracked { skip_worktree: true, ..Tracked::new(path.clone(), entry) })
    }

    /// Tracks `path`, whose content is for a later commit to say: `git add --intent-to-add`.
    pub fn intend_to_add(&mut self, path: &RepoPath, mode: Mode) -> Result<(), Error> {
        // The id of the empty file is what git writes there.
        let entry = Entry { node: super::file_node(b"")?, mode };
        self.draft.put(Tracked { intent_to_add: true, ..Tracked::new(path.clone(), entry) })
    }

    /// Takes `path` back to a conflict: its stages 1 (the common ancestor), 2 (ours) and 3 (theirs), where there are
    /// such.
    pub fn set_conflict(&mut self, path: &RepoPath, stages: [Option<Entry>; 3]) -> Result<(), Error> {
        self.draft.remove(path);
        for (stage, entry) in (1..).zip(stages) {
            if let Some(entry) = entry {
                self.draft.put(Tracked { stage, ..Tracked::new(path.clone(), entry) })?;
            }
        }
        Ok(())
    }

    /// Tracks `path` no more. A conflict of it counts as resolved.
    pub fn remove(&mut self, path: &RepoPath) {
        self.draft.remove(path);
    }

    /// Takes an entry from another index as it is there.
    pub(super) fn take(&mut self, tracked: &Tracked) -> Result<(), Error> {
        self.draft.put(tracked.clone())
    }

    /// Writes the edited index into the lock file, ready to be put in place. Reads those files again that git could
    /// otherwise take for unchanged: written in the very moment in which the index was.
    pub fn prepare(mut self, location: &Location, handle: &Handle, cancel: &Cancel) -> Result<PreparedIndex> {
        self.distrust_racy_entries(location, handle, cancel)?;
        let bytes = self.bytes()?;
        let Self { mut lock, draft } = self;
        lock.write(&bytes)?;
        Ok(PreparedIndex::new(lock, location.git_dir.join("index"), bytes, draft.into_original()))
    }

    /// Puts the edited index in place, where no other step has to happen first. Does nothing when nothing was edited.
    pub fn finish(self, location: &Location, handle: &Handle, cancel: &Cancel) -> Result<()> {
        if !self.is_changed() {
            return Ok(());
        }
        let prepared = self.prepare(location, handle, cancel)?;
        steps::reached("the index is prepared");
        prepared.publish()?.keep();
        steps::reached("the index is in place");
        Ok(())
    }

    /// The edited index as a file.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Error> {
        self.draft.bytes()
    }

    /// An entry whose file was changed in the same tick in which the old index was written looks unchanged, and git
    /// compares such files each time. The new index is younger; so what has changed is marked as to be compared always,
    /// as git does when it writes an index (git's `Documentation/technical/racy-git.txt`). Entries that were set are of
    /// files that were just looked at.
    fn distrust_racy_entries(&mut self, location: &Location, handle: &Handle, cancel: &Cancel) -> Result<()> {
        let before = self.draft.before();
        let Some(written) = before.written else { return Ok(()) };
        let racy: Vec<RepoPath> = before
            .tracked
            .iter()
            .filter(|tracked| {
                let settled = tracked.stage == 0 && !tracked.intent_to_add && tracked.entry.mode != Mode::Submodule;
                settled && tracked.stat.size != 0 && tracked.stat.modified.seconds >= written.seconds
            })
            .map(|tracked| tracked.path.clone())
            .filter(|path| !self.draft.has_changed(path))
            .collect();
        if racy.is_empty() {
            return Ok(());
        }
        let root = location.root();
        let found = scan(location, handle, before, &Scope::of(&racy), Wanted::default(), cancel)?;
        let looks_the_same = |tracked: &Tracked| {
            fs::symlink_metadata(root.join(native(&tracked.path)))
                .is_ok_and(|metadata| Stat::of(&metadata).seems(&tracked.stat))
        };
        let differing = found.differing.into_iter().filter(|(_, found)| matches!(found, Found::Is(_)));
        let differing = differing.filter_map(|(position, _)| before.tracked.get(position));
        let distrusted: Vec<RepoPath> = differing
            .filter(|tracked| !self.draft.has_changed(&tracked.path) && looks_the_same(tracked))
            .map(|tracked| tracked.path.clone())
            .collect();
        distrusted.iter().for_each(|path| self.draft.distrust(path));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Explain as _, Kind};
    use crate::git::testing::Scratch;
    use crate::ids::FileNode;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).expect("a path")
    }

    fn entry(scratch: &Scratch, content: &str) -> Entry {
        let hex = scratch.sh(&format!("printf '{content}' | git hash-object -w --stdin"));
        Entry { node: FileNode::from_hex(hex.trim().as_bytes()).expect("an id"), mode: Mode::File }
    }

    fn edit(scratch: &Scratch, edit: impl FnOnce(&mut IndexEdit) -> Result<(), Error>) -> Result<()> {
        let location = Location::discover(scratch.path())?;
        let handle = Handle::open(&location)?;
        let mut index = IndexEdit::begin(&location, &KeptIndex::default(), &Cancel::new())?;
        edit(&mut index)?;
        index.finish(&location, &handle, &Cancel::new())
    }

    /// All that git shows of the index, of paths other than those given.
    fn shown(scratch: &Scratch, except: &[&str]) -> String {
        let excluded: String = except.iter().map(|path| format!(" ':!{path}'")).collect();
        scratch.sh(&format!("git ls-files -s -v --debug -- .{excluded}; git ls-files -f -- .{excluded}"))
    }

    #[test]
    fn one_entry_changes_and_the_others_stay_to_the_last_flag() {
        for version in [2, 3, 4] {
            let scratch = Scratch::new();
            scratch.sh(&format!(
                "git init -q . && git config index.version {version} && mkdir -p a/b z && echo 1 > a/b/c && echo 2 > a/x
                 echo 3 > z/y && echo 4 > skipped && ln -s z link && chmod +x z/y && git add . && echo 5 > late
                 git add -N late && git update-index --skip-worktree skipped && rm skipped
                 git update-index --assume-unchanged a/x && touch new"
            ));
            let before = shown(&scratch, &["z/y", "new"]);
            let (one, two) = (entry(&scratch, "new\\n"), entry(&scratch, "other\\n"));
            edit(&scratch, |index| {
                index.set(&path("z/y"), one, None)?;
                index.set(&path("new"), two, None)
            })
            .expect("edited");
            assert_eq!(shown(&scratch, &["z/y", "new"]), before, "version {version}");
            let staged = scratch.sh("git ls-files -s z/y new");
            assert_eq!(staged, format!("100644 {} 0\tnew\n100644 {} 0\tz/y\n", two.node, one.node));
            // git writes version 2 as 3 and back as flags want it.
            let written = fs::read(scratch.path().join(".git/index")).expect("an index")[7];
            assert_eq!((version == 4, written == 4), (version == 4, version == 4));
            scratch.sh("git write-tree && git fsck --strict");
        }
    }

    #[test]
    fn a_file_that_is_what_was_set_need_not_be_compared() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && printf 'x\\n' > f && sleep 0.1");
        let metadata = fs::symlink_metadata(scratch.path().join("f")).expect("a file");
        let entry = entry(&scratch, "x\\n");
        edit(&scratch, |index| index.set(&path("f"), entry, Some(&metadata))).expect("edited");
        let ours = scratch.sh("git ls-files --debug f");
        assert_eq!(ours, scratch.sh("git update-index --really-refresh && git ls-files --debug f"));
        assert_eq!(scratch.sh("git diff-files"), "");
    }

    #[test]
    fn flags_of_the_entry_itself_are_kept_except_that_it_is_only_intended() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && touch a b c && git add a b && git add -N c
             git update-index --skip-worktree a && git update-index --assume-unchanged b");
        let entry = entry(&scratch, "new");
        edit(&scratch, |index| ["a", "b", "c"].iter().try_for_each(|name| index.set(&path(name), entry, None)))
            .expect("edited");
        assert_eq!(scratch.sh("git ls-files -v"), "S a\nh b\nH c\n");
        let index = Index::read(&scratch.path().join(".git")).expect("an index");
        assert!(index.tracked.iter().all(|tracked| tracked.entry == entry && !tracked.intent_to_add));
        edit(&scratch, |index| index.intend_to_add(&path("d"), Mode::Executable)).expect("edited");
        let intended = Index::read(&scratch.path().join(".git")).expect("an index");
        assert!(intended.find(&path("d"))[0].intent_to_add);
        assert_eq!(scratch.sh("touch d; git status --porcelain d"), " A d\n");
    }

    #[test]
    fn conflicts_are_resolved_on_record_and_taken_back() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && echo base > f && git add . && git commit -qm base
             git checkout -qb other && echo theirs > f && git commit -qam theirs
             git checkout -q main && echo ours > f && git commit -qam ours; git merge -q other >/dev/null || true");
        let stages: Vec<_> = Index::read(&scratch.path().join(".git")).expect("an index").tracked;
        let before = scratch.sh("git ls-files -s");
        let entry = entry(&scratch, "both");
        edit(&scratch, |index| index.set(&path("f"), entry, None)).expect("edited");
        assert_eq!(scratch.sh("git ls-files -u"), "");
        let resolved = Index::read(&scratch.path().join(".git")).expect("an index").resolved;
        assert_eq!(resolved.iter().map(|resolved| &resolved.path).collect::<Vec<_>>(), [&path("f")]);
        let stages = [0, 1, 2].map(|at: usize| Some(stages[at].entry));
        edit(&scratch, |index| index.set_conflict(&path("f"), stages)).expect("edited");
        assert_eq!(scratch.sh("git ls-files -s"), before);
    }

    #[test]
    fn a_folder_takes_the_place_of_a_file_and_back() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && touch a b && mkdir c && touch c/x c/y && git add .");
        let entry = entry(&scratch, "new");
        edit(&scratch, |index| {
            index.set(&path("a/x"), entry, None)?;
            index.set(&path("c"), entry, None)?;
            index.remove(&path("b"));
            Ok(())
        })
        .expect("edited");
        assert_eq!(scratch.sh("git ls-files"), "a/x\nc\n");
    }

    #[test]
    fn without_an_index_one_is_made_and_without_an_edit_none() {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        edit(&scratch, |_| Ok(())).expect("nothing");
        assert!(!scratch.path().join(".git/index").exists());
        let entry = entry(&scratch, "x");
        edit(&scratch, |index| index.set(&path("f"), entry, None)).expect("edited");
        assert_eq!(scratch.sh("git ls-files; find .git -name '*.lock' -o -name '*.tmp'"), "f\n");
    }

    #[test]
    fn an_index_that_was_put_in_place_can_be_taken_back() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && touch a && git add a");
        let before = fs::read(scratch.path().join(".git/index")).expect("an index");
        let entry = entry(&scratch, "x");
        let location = Location::discover(scratch.path()).expect("a repository");
        let handle = Handle::open(&location).expect("open");
        let mut index = IndexEdit::begin(&location, &KeptIndex::default(), &Cancel::new()).expect("an edit");
        index.set(&path("a"), entry, None).expect("set");
        let prepared = index.prepare(&location, &handle, &Cancel::new()).expect("prepared");
        assert_eq!(fs::read(scratch.path().join(".git/index")).expect("an index"), before);
        let published = prepared.publish().expect("published");
        assert_ne!(fs::read(scratch.path().join(".git/index")).expect("an index"), before);
        published.undo(&Cancel::new()).expect("undone");
        assert_eq!(fs::read(scratch.path().join(".git/index")).expect("an index"), before);
    }

    #[test]
    fn a_lock_of_git_keeps_everything_as_it_is() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && touch a && git add a && touch .git/index.lock");
        let error = edit(&scratch, |_| Ok(())).expect_err("locked");
        assert_eq!(error.kind(), Kind::RepositoryLocked);
        assert_eq!(scratch.sh("git ls-files; ls .git/index.lock"), "a\n.git/index.lock\n");
    }

    #[test]
    fn a_file_changed_in_the_tick_of_the_old_index_is_still_seen_as_changed() {
        let scratch = Scratch::new();
        // Same size, same time, other content: nothing but the age of the index gives it away.
        scratch.sh("git init -q . && git config core.trustctime false && printf one > f && printf two > g
             touch -d '2020-01-01 00:00:00' f g && git add . && cp -p f keep && printf 111 > f && touch -r keep f
             rm keep && touch -d '2020-01-01 00:00:00' .git/index");
        assert_eq!(scratch.sh("git status --porcelain -uno"), "AM f\nA  g\n");
        let entry = entry(&scratch, "x");
        edit(&scratch, |index| index.set(&path("h"), entry, None)).expect("edited");
        assert_eq!(scratch.sh("git diff-files --name-status f g"), "M\tf\n");
    }

    /// git compares whole seconds, whatever the file system knows.
    #[test]
    fn a_file_that_changed_in_the_second_of_the_index_is_changed_for_git_after_an_edit() {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q . && git config core.trustctime false && echo one > a && echo b > b && touch -d @1000000000.1 a
             git add a b && touch -d @1000000000.5 .git/index
             echo two > a && touch -d @1000000000.2 a",
        );
        let remove = |index: &mut IndexEdit| {
            index.remove(&path("b"));
            Ok(())
        };
        edit(&scratch, remove).expect("an edited index");
        assert_eq!(scratch.sh("git diff --name-only"), "a\n");
    }
}
