//! Three versions of a text made one, with git's own algorithm, markers and settings. Knows texts and attributes; not where
//! the versions come from.

use git2::{FileFavor, MergeFileInput, MergeFileOptions};

use super::merge_driver::Driver;
use super::{Error, Handle, Location};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::RepoPath;

/// Stands before all three texts, and so before the result: libgit2 gives an empty one no place in memory, which git2 does
/// not expect. No text has such a line, so that none is ever matched with it.
const FIRST_LINE: &[u8] = b"\x01hgls\n";

/// Whose lines count where both sides changed the same ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Favor {
    /// Nobody's: both stay, between markers.
    #[default]
    None,
    /// Those of the first side.
    Local,
    /// Those of the second side.
    Other,
    /// Both, without markers.
    Union,
}

/// Three versions of a text. A side that came without a common ancestor has an empty one.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// What both were made from.
    pub base: &'a [u8],
    /// The first side.
    pub local: &'a [u8],
    /// The second side.
    pub other: &'a [u8],
    /// Whether all of them are text: none is large, or has a NUL in its first 8000 bytes.
    pub have_lines: bool,
}

/// What the sides are called at the markers: the first and the second.
pub type Labels = (&'static str, &'static str);

/// One text of three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedText {
    /// With markers, where there are conflicts.
    pub content: Vec<u8>,
    /// Whether there are none.
    pub is_clean: bool,
}

impl Handle {
    /// Merges the file at `path`; `None` where it is for the user to decide: a file without lines, one that attributes say
    /// not to merge, one whose merge driver failed, or may not run because the repository is not trusted.
    ///
    /// `merge.conflictStyle` decides what stands between the markers. The attribute `merge` counts where nobody's lines
    /// are favoured.
    pub fn merge_text(
        &self,
        location: &Location,
        path: &RepoPath,
        texts: Texts<'_>,
        favor: Favor,
        labels: Labels,
        cancel: &Cancel,
    ) -> Result<Option<MergedText>> {
        let driver = self.merge_driver(path)?;
        let favor = match driver {
            Driver::Nothing => return Ok(None),
            Driver::Program(_) if favor == Favor::None && !self.may_run_programs() => return Ok(None),
            Driver::Program(command) if favor == Favor::None => {
                return self.run_merge_driver(location, &command, path, texts, labels, cancel);
            }
            Driver::Union if favor == Favor::None => Favor::Union,
            Driver::Union | Driver::Program(_) | Driver::Lines => favor,
        };
        let Texts { base, local, other, have_lines } = texts;
        // Neither does libgit2 merge what has a NUL near its beginning, and what it gives then git2 does not expect.
        if !have_lines {
            return Ok(None);
        }
        Ok(Some(self.merge_lines(path, [base, local, other], favor, labels)?))
    }

    fn merge_lines(
        &self,
        path: &RepoPath,
        texts: [&[u8]; 3],
        favor: Favor,
        labels: Labels,
    ) -> Result<MergedText, Error> {
        let style = self.repository.config()?.get_string("merge.conflictStyle").unwrap_or_default();
        let mut options = MergeFileOptions::new();
        options.our_label(labels.0).their_label(labels.1).ancestor_label("base");
        options.style_diff3(style == "diff3").style_zdiff3(style == "zdiff3");
        options.favor(match favor {
            Favor::None => FileFavor::Normal,
            Favor::Local => FileFavor::Ours,
            Favor::Other => FileFavor::Theirs,
            Favor::Union => FileFavor::Union,
        });
        options.marker_size(self.marker_size(path)?);
        let texts = texts.map(|text| [FIRST_LINE, text].concat());
        let [base, local, other] = texts.each_ref().map(|text| {
            let mut input = MergeFileInput::new();
            input.content(text);
            input
        });
        let merged = git2::merge_file(&base, &local, &other, Some(&mut options))?;
        let content = merged.content();
        let content = content.strip_prefix(FIRST_LINE).unwrap_or(content).to_owned();
        Ok(MergedText { content, is_clean: merged.is_automergeable() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::testing::Random;

    fn merged(scratch: &Scratch, texts: [&[u8]; 3], favor: Favor) -> Option<MergedText> {
        let location = Location::discover(scratch.path()).expect("a repository");
        let mut handle = Handle::open(&location).expect("open");
        if scratch.path().join("trusted").exists() {
            handle.allow_programs();
        }
        let [base, local, other] = texts;
        let path = RepoPath::new("file").expect("a path");
        let have_lines = !texts.concat().contains(&0);
        let texts = Texts { base, local, other, have_lines };
        let labels = ("working copy", "destination");
        handle.merge_text(&location, &path, texts, favor, labels, &Cancel::new()).expect("merged")
    }

    fn text(merged: Option<MergedText>) -> String {
        String::from_utf8(merged.expect("a text").content).expect("UTF-8")
    }

    /// What git's own merge gives of the same three files.
    fn by_git(scratch: &Scratch, texts: [&[u8]; 3]) -> (Vec<u8>, bool) {
        for (name, text) in ["base", "local", "other"].into_iter().zip(texts) {
            std::fs::write(scratch.path().join(name), text).expect("a file");
        }
        let clean = scratch.sh("git merge-file -p -L 'working copy' -L base -L destination local base other > merged && echo clean || true");
        (std::fs::read(scratch.path().join("merged")).expect("a file"), clean.trim() == "clean")
    }

    #[test]
    fn texts_are_merged_as_git_merges_them() {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        let mut conflicts = 0;
        for seed in 0..60 {
            let mut random = Random::new(seed);
            let base: Vec<String> = (0..12).map(|_| format!("{}\n", random.below(5))).collect();
            let mut side = || {
                let mut lines = base.clone();
                for _ in 0..1 + random.below(2) {
                    let at = random.below(lines.len());
                    match random.below(3) {
                        0 => lines[at] = format!("new {}\n", random.below(3)),
                        1 => _ = lines.remove(at),
                        _ => lines.insert(at, format!("more {}\n", random.below(3))),
                    }
                }
                lines.concat().into_bytes()
            };
            let (local, other) = (side(), side());
            let texts = [base.concat().into_bytes(), local, other];
            let texts = [&texts[0][..], &texts[1], &texts[2]];
            let found = merged(&scratch, texts, Favor::None).expect("a text");
            let (content, clean) = by_git(&scratch, texts);
            assert_eq!(found.is_clean, clean, "seed {seed}");
            // `git merge-file` joins conflicts that only punctuation parts, which merges of commits do not.
            if clean {
                assert_eq!(found.content, content, "seed {seed}");
            }
            conflicts += usize::from(!clean);
        }
        assert!((5..55).contains(&conflicts), "{conflicts}");
    }

    #[test]
    fn conflicts_stand_between_markers_unless_one_side_is_favoured() {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        let texts: [&[u8]; 3] = [b"a\nb\nc\n", b"a\nmine\nc\n", b"a\ntheirs\nc\n"];
        let conflict = merged(&scratch, texts, Favor::None);
        assert!(!conflict.as_ref().expect("a text").is_clean);
        assert_eq!(text(conflict), "a\n<<<<<<< working copy\nmine\n=======\ntheirs\n>>>>>>> destination\nc\n");
        assert_eq!(text(merged(&scratch, texts, Favor::Local)), "a\nmine\nc\n");
        assert_eq!(text(merged(&scratch, texts, Favor::Other)), "a\ntheirs\nc\n");
        assert_eq!(text(merged(&scratch, texts, Favor::Union)), "a\nmine\ntheirs\nc\n");
        scratch.sh("git config merge.conflictStyle diff3");
        let with_base = "a\n<<<<<<< working copy\nmine\n||||||| base\nb\n=======\ntheirs\n>>>>>>> destination\nc\n";
        assert_eq!(text(merged(&scratch, texts, Favor::None)), with_base);
    }

    #[test]
    fn what_has_no_lines_is_not_merged() {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        assert_eq!(merged(&scratch, [b"a\0", b"b\0", b"c\0"], Favor::None), None);
        for (attribute, content) in [("-merge", None), ("merge=binary", None), ("merge=union", Some("b\nc\n"))] {
            scratch.sh(&format!("echo '* {attribute}' > .gitattributes"));
            let merged = merged(&scratch, [b"a\n", b"b\n", b"c\n"], Favor::None);
            assert_eq!(merged.map(|merged| text(Some(merged))).as_deref(), content, "{attribute}");
        }
        let nothing = self::merged(&scratch, [b"a\n", b"", b"a\n"], Favor::None);
        assert_eq!(nothing, Some(MergedText { content: Vec::new(), is_clean: true }));
    }

    #[test]
    fn drivers_run_where_programs_may_and_are_told_what_git_tells_them() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo 'file merge=mine' > .gitattributes");
        let drive = |command: &str| {
            scratch.sh(&format!("git config merge.mine.driver '{command}'"));
            merged(&scratch, [b"a\n", b"b\0\n", b"c\n"], Favor::None)
        };
        let all = "cat %O %B >> %A; echo %L %P %S %X %Y %% >> %A";
        assert_eq!(drive(all), None, "not trusted");
        scratch.sh("touch trusted");
        let content = b"b\0\na\nc\n7 file base working copy destination %\n".to_vec();
        assert_eq!(drive(all), Some(MergedText { content, is_clean: true }), "files without lines too");
        let left = || scratch.sh("ls .git/hgls 2>/dev/null || true");
        assert_eq!(
            (drive("echo markers > %A; exit 1").map(text_of), left()),
            (Some(("markers\n".to_owned(), false)), String::new())
        );
        assert_eq!(drive("kill -9 $$"), None, "died");
        assert_eq!(drive("rm %A"), None, "took its own result away");
        scratch.sh("git config merge.mine.driver 'echo nobody asks > %A'");
        assert_eq!(text(merged(&scratch, [b"a\n", b"b\n", b"c\n"], Favor::Local)), "b\n");
    }

    fn text_of(merged: MergedText) -> (String, bool) {
        let is_clean = merged.is_clean;
        (text(Some(merged)), is_clean)
    }

    #[test]
    fn markers_are_as_long_as_attributes_say() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo 'file conflict-marker-size=10' > .gitattributes");
        let merged = text(merged(&scratch, [b"a\n", b"b\n", b"c\n"], Favor::None));
        assert_eq!(merged, "<<<<<<<<<< working copy\nb\n==========\nc\n>>>>>>>>>> destination\n");
    }
}
