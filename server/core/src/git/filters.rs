//! Which conversions hold for a path, from git's attributes, and content brought into the form in which it would be
//! committed, and back. Knows nothing of the working copy: content comes from the caller, be it a file or an editor.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::Command;

use bstr::ByteSlice as _;
use git2::{AttrCheckFlags, AttrValue};

use super::convert::{self, Attribute, Conversion, Failure, Lines};
use super::index::Index;
use super::programs::{Finished, Output, run};
use super::settings::Settings;
use super::{Error, Handle};
use crate::cancel::Cancelled;
use crate::ids::{FileNode, RepoPath};

impl Handle {
    /// What attributes and configuration say of the content at `path`.
    pub fn conversion(&self, path: &RepoPath, settings: &Settings) -> Result<Conversion, Error> {
        let native = native(path);
        let attribute = |name| self.attribute(&native, name);
        let value = |name| {
            Ok::<_, Error>(match attribute(name)? {
                Attribute::Value(value) if !value.is_empty() => Some(value),
                _ => None,
            })
        };
        let is_utf8 = |name: &String| name.eq_ignore_ascii_case("UTF-8") || name.eq_ignore_ascii_case("UTF8");
        let (text, crlf, eol) = (attribute("text")?, attribute("crlf")?, attribute("eol")?);
        Ok(Conversion {
            lines: Lines::from_attributes(&text, &crlf, &eol, settings.auto_crlf),
            crlf: convert::ends_in_crlf(&text, &crlf, &eol, settings.auto_crlf, settings.crlf),
            ident: attribute("ident")? == Attribute::Set,
            encoding: value("working-tree-encoding")?.filter(|name| !is_utf8(name)),
            filter: value("filter")?,
        })
    }

    /// `content` as it would be committed at `path`. `staged` gives the content that is staged there now.
    ///
    /// Programs that the configuration names as filters run only when the handle allows it; otherwise their part is
    /// left out.
    pub fn clean<'a>(
        &self,
        path: &RepoPath,
        content: &'a [u8],
        settings: &Settings,
        staged: impl FnOnce() -> Option<FileNode>,
    ) -> Result<Cow<'a, [u8]>, Error> {
        let conversion = self.conversion(path, settings)?;
        if conversion.is_none() {
            return Ok(Cow::Borrowed(content));
        }
        let failed = |failure| Error::Conversion { path: path.clone(), failure };
        let committed = || self.blob(staged()?).ok();
        match self.driven("clean", path, content, &conversion)? {
            None => conversion.clean(content, committed).map_err(failed),
            Some(filtered) => {
                conversion.clean(&filtered, committed).map(|content| Cow::Owned(content.into_owned())).map_err(failed)
            }
        }
    }

    /// Whether the attribute `diff` (or `binary`) says that the file is text, or that it is none; `None` when its
    /// content decides.
    pub fn is_text(&self, path: &RepoPath) -> Result<Option<bool>, Error> {
        Ok(match self.attribute(&native(path), "diff")? {
            Attribute::Set => Some(true),
            Attribute::Unset => Some(false),
            Attribute::Unspecified | Attribute::Value(_) => None,
        })
    }

    /// The committed `content` of `path` as it stands in the working copy. `node` is its id.
    ///
    /// # Errors
    /// [`Error::FilterNotAllowed`] when a program would have to run and may not: to leave its part out would put a
    /// content into the working copy that nobody wants there.
    pub fn smudge<'a>(
        &self,
        path: &RepoPath,
        content: &'a [u8],
        node: FileNode,
        settings: &Settings,
    ) -> Result<Cow<'a, [u8]>, Error> {
        let conversion = self.conversion(path, settings)?;
        if conversion.is_none() {
            return Ok(Cow::Borrowed(content));
        }
        let failed = |failure| Error::Conversion { path: path.clone(), failure };
        let smudged = conversion.smudge(content, node).map_err(failed)?;
        if let Some(driver) =
            conversion.filter.as_deref().filter(|driver| !self.programs && self.has_program(driver, "smudge"))
        {
            return Err(Error::FilterNotAllowed { path: path.clone(), driver: driver.to_owned() });
        }
        let filtered = self.driven("smudge", path, &smudged, &conversion)?;
        Ok(filtered.map_or(smudged, Cow::Owned))
    }

    /// Whether the file at `path` can be committed without a program that may not run.
    ///
    /// # Errors
    /// [`Error::FilterNotAllowed`] when its content would have to go through one: to leave that out would commit what
    /// nobody wants there.
    pub fn may_clean(&self, path: &RepoPath) -> Result<(), Error> {
        if self.programs {
            return Ok(());
        }
        let filter = self.conversion(path, self.settings()?)?.filter;
        match filter.filter(|driver| self.has_program(driver, "clean")) {
            Some(driver) => Err(Error::FilterNotAllowed { path: path.clone(), driver }),
            None => Ok(()),
        }
    }

    /// Whether the driver has a program of its own for the direction, `clean` or `smudge`, or one for both.
    fn has_program(&self, driver: &str, direction: &str) -> bool {
        let config = self.repository.config();
        let command = |name| config.as_ref().ok()?.get_string(&format!("filter.{driver}.{name}")).ok();
        [direction, "process"].into_iter().filter_map(command).any(|command| !command.is_empty())
    }

    /// What the driver's program, `clean` or `smudge`, makes of the content; `None` when there is nothing to run.
    fn driven(
        &self,
        direction: &str,
        path: &RepoPath,
        content: &[u8],
        conversion: &Conversion,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(driver) = conversion.filter.as_deref().filter(|_| self.programs) else { return Ok(None) };
        let config = self.repository.config();
        let setting = |name: &str| config.as_ref().ok()?.get_string(&format!("filter.{driver}.{name}")).ok();
        let required = setting("required").is_some_and(|value| git2::Config::parse_bool(value).unwrap_or(false));
        let outcome = match setting(direction) {
            Some(command) if !command.is_empty() => self.filtered(&command, path, content)?,
            _ if required => Err(format!("it has no '{direction}' command")),
            _ => return Ok(None),
        };
        match outcome {
            Ok(filtered) => Ok(Some(filtered)),
            Err(reason) if required => {
                let failure = Failure::Filter { driver: driver.to_owned(), reason };
                Err(Error::Conversion { path: path.clone(), failure })
            }
            Err(_) => Ok(None),
        }
    }

    /// Runs a filter as git does: by the shell, in the working copy, `%f` standing for the quoted path. Inside, why it
    /// failed.
    fn filtered(&self, command: &str, path: &RepoPath, content: &[u8]) -> Result<Result<Vec<u8>, String>, Error> {
        let quoted = format!("'{}'", path.as_bstr().to_str_lossy().replace('\'', r"'\''"));
        let mut shell = Command::new("sh");
        let folder = self.repository.workdir().unwrap_or(Path::new("."));
        shell.args(["-c", &command.replace("%f", &quoted)]).current_dir(folder);
        // One that does not read all of its input is no failure, for git neither.
        match run(shell, content.to_vec(), Output::Whole, &self.cancel) {
            Ok(Some(Finished { status, stdout, .. })) if status.success() => Ok(Ok(stdout)),
            Ok(Some(Finished { status, .. })) => Ok(Err(status.to_string())),
            Ok(None) => Err(Cancelled.into()),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    pub(super) fn attribute(&self, path: &Path, name: &str) -> Result<Attribute, Error> {
        if !self.lent.get()
            && let Ok(index) = self.index()
        {
            self.lend(index)?;
        }
        let value = self.repository.get_attr_bytes(path, name, AttrCheckFlags::FILE_THEN_INDEX)?;
        Ok(match AttrValue::always_bytes(value) {
            AttrValue::Unspecified => Attribute::Unspecified,
            AttrValue::True => Attribute::Set,
            AttrValue::False => Attribute::Unset,
            AttrValue::String(text) => Attribute::Value(text.to_owned()),
            AttrValue::Bytes(bytes) => Attribute::Value(bytes.to_str_lossy().into_owned()),
        })
    }

    /// Gives libgit2 what it looks for in the index when it is asked for attributes: their files. It would read all of
    /// the index otherwise, for each handle.
    pub(super) fn lend(&self, index: &Index) -> Result<(), Error> {
        self.lent.set(true);
        let mut files = git2::Index::new()?;
        for tracked in index.attribute_files() {
            let entry = git2::IndexEntry {
                ctime: git2::IndexTime::new(0, 0),
                mtime: git2::IndexTime::new(0, 0),
                dev: 0,
                ino: 0,
                mode: tracked.entry.mode.to_git(),
                uid: 0,
                gid: 0,
                file_size: 0,
                id: git2::Oid::from_bytes(tracked.entry.node.as_bytes())?,
                flags: u16::from(tracked.stage) << 12,
                flags_extended: 0,
                path: tracked.path.to_vec(),
            };
            files.add(&entry)?;
        }
        Ok(self.repository.set_index(&mut files)?)
    }

    fn blob(&self, node: FileNode) -> Result<Vec<u8>, Error> {
        Ok(self.repository.find_blob(git2::Oid::from_bytes(node.as_bytes())?)?.content().to_vec())
    }
}

/// The path in the operating system's terms.
pub(crate) fn native(path: &[u8]) -> PathBuf {
    path.to_path_lossy().into_owned()
}

/// The id that `content` has as a file.
pub fn file_node(content: &[u8]) -> Result<FileNode, Error> {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, content)?;
    Ok(FileNode::from_bytes(id.as_bytes()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;
    use crate::git::Location;
    use crate::git::testing::Scratch;

    fn cleaned(handle: &Handle, path: &str, content: &[u8]) -> Vec<u8> {
        let path = RepoPath::new(path).expect("a path");
        let settings = handle.settings().expect("settings");
        handle.clean(&path, content, settings, || None).expect("content").into_owned()
    }

    #[test]
    fn content_is_converted_as_git_does() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && git config core.autocrlf input
             printf '*.bat text eol=crlf\n*.bin binary\n*.c ident\n*.u16 text working-tree-encoding=UTF-16LE\n' \
                 > .gitattributes
             printf '$Id: 1 $\\r\\n' > a.c && printf 'x\\r\\ny\\r\\n' | tee a.bat a.bin > a.txt
             printf 'a\\000\\n\\000' > a.u16");
        let handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        for path in ["a.c", "a.bat", "a.bin", "a.txt", "a.u16"] {
            let content = std::fs::read(scratch.path().join(path)).expect("a file");
            let node = file_node(&cleaned(&handle, path, &content)).expect("an id");
            assert_eq!(node.to_hex(), scratch.sh(&format!("git hash-object {path}")).trim(), "{path}");
        }
    }

    #[test]
    fn attributes_are_those_of_the_index_where_the_working_copy_has_none() {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q . && mkdir d e && echo '*.c text' > d/.gitattributes && echo '*.c ident' > .gitattributes
             printf 'a\\r\\n$Id: 1 $' | tee d/a.c e/a.c > a.c && git add .gitattributes d/.gitattributes
             rm .gitattributes d/.gitattributes && git add a.c d/a.c e/a.c",
        );
        let handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        for path in ["a.c", "d/a.c", "e/a.c"] {
            let content = std::fs::read(scratch.path().join(path)).expect("a file");
            let node = file_node(&cleaned(&handle, path, &content)).expect("an id");
            assert_eq!(node.to_hex(), scratch.sh(&format!("git rev-parse :{path}")).trim(), "{path}");
        }
    }

    #[test]
    fn programs_run_only_when_they_may() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo '* filter=shout' > .gitattributes
             git config filter.shout.clean 'tr a-z A-Z; echo %f'");
        let mut handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        assert_eq!(cleaned(&handle, "a b", b"text\n"), b"text\n");
        handle.allow_programs();
        assert_eq!(cleaned(&handle, "a b", b"text\n"), b"TEXT\na b\n");
        scratch.sh("git config filter.shout.clean false");
        assert_eq!(cleaned(&handle, "a b", b"text\n"), b"text\n", "not required");
        scratch.sh("git config filter.shout.required true");
        let path = RepoPath::new("a b").expect("a path");
        let failure = handle.clean(&path, b"text\n", handle.settings().expect("settings"), || None);
        assert!(matches!(failure, Err(Error::Conversion { failure: Failure::Filter { .. }, .. })), "{failure:?}");
    }

    #[test]
    fn a_filter_that_comes_to_no_end_is_ended_when_nobody_waits_any_more() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo '* filter=slow' > .gitattributes
             git config filter.slow.clean 'touch begun; sleep 60'");
        let mut handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        let cancel = Cancel::new();
        handle.allow_programs();
        handle.cancelled_by(&cancel);
        let begun = scratch.path().join("begun");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !begun.exists() {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                cancel.trip();
            });
            let (path, settings) = (RepoPath::new("a").expect("a path"), handle.settings().expect("settings"));
            let cleaned = handle.clean(&path, b"text\n", settings, || None);
            assert!(matches!(cleaned, Err(Error::Cancelled(_))), "{cleaned:?}");
        });
    }

    #[test]
    fn all_that_a_filter_gives_is_taken() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo '* filter=loud' > .gitattributes
             git config filter.loud.clean 'cat; (sleep 0.2; echo late) &'");
        let mut handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        handle.allow_programs();
        let content = b"0123456789abcde\n".repeat(100_000);
        assert_eq!(cleaned(&handle, "a", &content), [&content, b"late\n".as_slice()].concat());
    }
}
