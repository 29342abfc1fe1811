//! Files that git and its users write by the line, read whole: what is no file has no end, or none that comes, and is not
//! begun with. Knows nothing of what is in them.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// More bytes than any has.
const MOST: u64 = 64 << 20;

/// The content of a file, or of that to which a link leads.
///
/// # Errors
/// As reading has them, and when it is a pipe, a device, a folder, or longer than any such file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    if metadata.len() > MOST {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "it is too long"));
    }
    fs::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::git::{Handle, Index, Location, Refs};

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_not_read() {
        for (name, make) in [
            ("shallow", "ln -s /dev/zero .git/shallow"),
            ("shallow", "mkfifo .git/shallow"),
            ("MERGE_HEAD", "ln -s /dev/zero .git/MERGE_HEAD"),
            ("index", "rm .git/index && ln -s /dev/zero .git/index"),
            ("index", "rm .git/index && mkfifo .git/index"),
        ] {
            let scratch = Scratch::new();
            scratch.sh("git init -q -b main . && echo 1 >f && git add f && git commit -qm 1");
            let location = Location::discover(scratch.path()).expect("a repository");
            let handle = Handle::open(&location).expect("open");
            scratch.sh(make);
            assert!(read(&scratch.path().join(".git").join(name)).is_err(), "{make}");
            let refused = match name {
                "index" => Index::read(&location.git_dir).is_err(),
                _ => Refs::read(&handle, &location, |_| false).is_err(),
            };
            assert!(refused, "{make}");
        }
    }
}
