//! Small files in git's folders and of its users, read, written and removed whole. Whatever somebody put in their place
//! harms nothing: what is no file has no end, or none that comes, and is not begun with, and no link is written through.
//! Knows nothing of what is in them.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::Error;

/// More bytes than any has.
const MOST: u64 = 64 << 20;

/// The content of a file, or of that to which a link leads.
///
/// # Errors
/// As reading has them, and when it is a pipe, a device, a folder, or longer than any such file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    if metadata.len() > MOST {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "it is too long"));
    }
    fs::read(path)
}

/// The content of a file, or of that to which a link leads; `None` where there is none.
///
/// # Errors
/// Those of [`read`], with the path.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

/// Writes a file in the place of whatever stands there, and the folders above it. It is not yet on disk for certain.
///
/// # Errors
/// As writing has them, and when a folder stands there.
pub fn write_anew(path: &Path, content: &[u8]) -> io::Result<File> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    remove_if_there(path)?;
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    Ok(file)
}

/// Removes a file, or a link and not what it leads to. That there is none will do.
///
/// # Errors
/// As removing has them, with the path.
pub fn remove(path: &Path) -> Result<(), Error> {
    remove_if_there(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::git::{Handle, Index, KeptIndex, Location, Refs, merge_state};

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_not_read() {
        for (name, make) in [
            ("shallow", "ln -s /dev/zero .git/shallow"),
            ("shallow", "mkfifo .git/shallow"),
            ("MERGE_HEAD", "ln -s /dev/zero .git/MERGE_HEAD"),
            ("index", "rm .git/index && ln -s /dev/zero .git/index"),
            ("index", "rm .git/index && mkfifo .git/index"),
            ("MERGE_MSG", "mkfifo .git/MERGE_MSG"),
        ] {
            let scratch = Scratch::new();
            scratch.sh("git init -q -b main . && echo 1 >f && git add f && git commit -qm 1");
            let location = Location::discover(scratch.path()).expect("a repository");
            let handle = Handle::open(&location).expect("open");
            scratch.sh(make);
            assert!(read(&scratch.path().join(".git").join(name)).is_err(), "{make}");
            let refused = match name {
                "index" => {
                    KeptIndex::default().get(&location.git_dir).is_err() && Index::read(&location.git_dir).is_err()
                }
                "MERGE_MSG" => merge_state::message(&location).is_err(),
                _ => Refs::read(&handle, &location, |_| false).is_err(),
            };
            assert!(refused, "{make}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_leads_nowhere() -> io::Result<()> {
        let scratch = Scratch::new();
        scratch.sh("echo precious >theirs && ln -s theirs link && mkfifo pipe && mkdir folder");
        let path = |name: &str| scratch.path().join(name);
        for name in ["link", "pipe", "new/in/folders"] {
            write_anew(&path(name), b"ours\n")?;
            assert_eq!(read(&path(name))?, b"ours\n", "{name}");
        }
        assert!(write_anew(&path("folder"), b"").is_err());
        assert_eq!(scratch.sh("cat theirs"), "precious\n");
        for name in ["link", "link", "theirs/below"] {
            assert_eq!(remove(&path(name)).is_ok(), name == "link", "{name}");
            assert!(read_if_there(&path(name)).is_ok_and(|content| content.is_none()), "{name}");
        }
        assert!(read_if_there(&path("folder")).is_err());
        Ok(())
    }
}
