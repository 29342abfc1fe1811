//! The changesets that the configuration says to look through when lines are attributed. Knows nothing of attributing.

use std::path::PathBuf;

use super::{Handle, Location, small};
use crate::ids::Node;

impl Handle {
    /// What the files of `blame.ignoreRevsFile` list: an object name a line, `#` before a comment, as
    /// `git blame --ignore-revs-file` reads them. A file that does not exist lists nothing: the setting is often the
    /// user's for all repositories.
    pub fn ignored_revisions(&self, location: &Location) -> Vec<Node> {
        let text: Vec<Vec<u8>> = self
            .ignore_revs_files()
            .into_iter()
            .filter_map(|file| small::read(&location.root().join(file)).ok())
            .collect();
        let names = text.iter().flat_map(|text| text.split(|byte| *byte == b'\n'));
        let name = |line: &[u8]| line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii().to_vec();
        names.filter_map(|line| Node::from_hex(&name(line))).collect()
    }

    /// The files outside of the repository that have a say in this: the user's configuration, and lists, which may not
    /// be there yet, though their folders are.
    pub fn elsewhere(&self, location: &Location) -> Vec<PathBuf> {
        let named = self.ignore_revs_files().into_iter().map(|file| location.root().join(file));
        let real = |file: PathBuf| Some(file.parent()?.canonicalize().ok()?.join(file.file_name()?));
        let lists = named.filter_map(real).filter(|file| !file.starts_with(location.root()));
        let configuration = [git2::Config::find_global(), git2::Config::find_xdg()].into_iter().flatten();
        configuration.chain(lists).collect()
    }

    /// Later settings come after earlier ones, and an empty one forgets those.
    fn ignore_revs_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let Ok(config) = self.repository.config() else { return files };
        let Ok(entries) = config.multivar("blame.ignorerevsfile", None) else { return files };
        // A value that cannot be read is no value: reading must not fail over an optional setting.
        _ = entries.for_each(|entry| match entry.value() {
            Ok("") => files.clear(),
            // libgit2 knows where home is, and says it of the last value only.
            Ok(value) if value.starts_with('~') => files.extend(config.get_path("blame.ignorerevsfile").ok()),
            Ok(value) => files.push(PathBuf::from(value)),
            Err(_) => {}
        });
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn files_are_relative_to_the_root_and_may_be_missing() -> Result<(), crate::git::Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git config --add blame.ignoreRevsFile .ignored && git config --add blame.ignoreRevsFile gone");
        scratch.sh("printf '# formatting\\n%040d # one\\n\\nshort\\n  %040d\\n' 1 2 > .ignored");
        let location = Location::discover(scratch.path())?;
        let found = Handle::open(&location)?.ignored_revisions(&location);
        let ends: Vec<u8> = found.iter().map(|node| node.as_bytes()[19]).collect();
        assert_eq!(ends, [1, 2]);
        scratch.sh("rm .ignored && ln -s /dev/zero .ignored");
        assert_eq!(Handle::open(&location)?.ignored_revisions(&location), [], "without an end");
        scratch.sh("git config --add blame.ignoreRevsFile ../formatted");
        let elsewhere = Handle::open(&location)?.elsewhere(&location);
        let is_elsewhere = |name| elsewhere.iter().any(|file| file.ends_with(name));
        assert!(is_elsewhere("formatted") && !is_elsewhere(".ignored"));
        scratch.sh("git config --add blame.ignoreRevsFile ''");
        assert_eq!(Handle::open(&location)?.ignored_revisions(&location), []);
        Ok(())
    }
}
