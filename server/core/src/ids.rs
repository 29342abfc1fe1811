//! The names of things: changesets, file contents, revision numbers, paths and modes, each a type of its own so that
//! one is never taken for another. Knows nothing of where they come from.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use bstr::{BStr, ByteSlice};

/// Length of an object id in bytes. hgls reads SHA-1 repositories.
pub const ID_LENGTH: usize = 20;

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; ID_LENGTH]);

        impl $name {
            /// The id whose bytes are all zero: "none".
            pub const NULL: Self = Self([0; ID_LENGTH]);

            /// From exactly 20 bytes; `None` for another length.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// From exactly 40 hexadecimal digits of either case; `None` for anything else.
            pub fn from_hex(hex: &[u8]) -> Option<Self> {
                if hex.len() != 2 * ID_LENGTH {
                    return None;
                }
                let mut id = [0; ID_LENGTH];
                for (byte, pair) in id.iter_mut().zip(hex.chunks_exact(2)) {
                    let high = char::from(pair[0]).to_digit(16)?;
                    let low = char::from(pair[1]).to_digit(16)?;
                    *byte = (high * 16 + low) as u8;
                }
                Some(Self(id))
            }

            /// The 20 bytes.
            pub fn as_bytes(&self) -> &[u8; ID_LENGTH] {
                &self.0
            }

            /// Whether this is [`Self::NULL`].
            pub fn is_null(&self) -> bool {
                *self == Self::NULL
            }

            /// 40 lower-case hexadecimal digits.
            pub fn to_hex(&self) -> String {
                String::from_utf8_lossy(&self.digits()).into_owned()
            }

            fn digits(&self) -> [u8; 2 * ID_LENGTH] {
                const DIGITS: [u8; 16] = *b"0123456789abcdef";
                let mut digits = [0; 2 * ID_LENGTH];
                for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
                    *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
                }
                digits
            }

            /// The first 12 hexadecimal digits: Mercurial's `short`.
            pub fn short(&self) -> String {
                let mut hex = self.to_hex();
                hex.truncate(12);
                hex
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

object_id! {
    /// The id of a changeset: of git's commit object.
    Node
}
object_id! {
    /// The id of one version of a file: of git's blob (or, for a submodule, of the commit it points to). The same
    /// content has the same id wherever it stands.
    FileNode
}
object_id! {
    /// The id of a directory's listing: of git's tree object.
    TreeNode
}

impl Node {
    /// The node of the working directory, forty `f`, as in Mercurial.
    pub const WDIR: Self = Self([0xff; ID_LENGTH]);
}

impl TreeNode {
    /// The id of the folder that has nothing in it.
    pub const EMPTY: TreeNode = Self([
        0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee,
        0x49, 0x04,
    ]);
}

/// A revision number: the local, append-only number of a changeset. Parents are always lower.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rev(pub i32);

impl Rev {
    /// The revision before the first one: what a root's parent is.
    pub const NULL: Self = Self(-1);
    /// The working directory's pseudo revision, 2147483647 as in Mercurial.
    pub const WDIR: Self = Self(i32::MAX);

    /// As an index into arrays by revision; `None` for [`Rev::NULL`] and any other negative number.
    pub fn index(self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }

    /// The revision of a place in an array by revision. Saturates at [`Rev::WDIR`], which no repository reaches.
    pub fn from_index(index: usize) -> Self {
        Self(i32::try_from(index).unwrap_or(i32::MAX))
    }

    /// Whether this is [`Rev::NULL`].
    pub fn is_null(self) -> bool {
        self == Self::NULL
    }
}

impl fmt::Display for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rev({})", self.0)
    }
}

/// A path relative to the repository's root: bytes, separated by `/`, never empty, with no empty, `.` or `..`
/// component and no leading or trailing slash. Not necessarily UTF-8. Ordered by bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Box<[u8]>);

impl RepoPath {
    /// Checks the rules above; `None` when `bytes` breaks one.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        let sound = |component: &[u8]| !component.is_empty() && component != b"." && component != b"..";
        if bytes.contains(&0) || !bytes.split(|byte| *byte == b'/').all(sound) {
            return None;
        }
        Some(Self(bytes.into_boxed_slice()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, for display and searching.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// The last component.
    pub fn name(&self) -> &BStr {
        let start = self.0.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        self.0[start..].as_bstr()
    }

    /// The folder it stands in; `None` at the root.
    pub fn parent(&self) -> Option<RepoPath> {
        let slash = self.0.iter().rposition(|byte| *byte == b'/')?;
        Some(Self(self.0[..slash].into()))
    }

    /// Whether this is `folder` itself or stands below it.
    pub fn is_within(&self, folder: &RepoPath) -> bool {
        self.0.strip_prefix(&*folder.0).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }

    /// The bytes as hexadecimal digits, where a path must be part of a word.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What [`RepoPath::to_hex`] wrote; `None` for anything else.
    pub fn from_hex(hex: &str) -> Option<RepoPath> {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        let byte = |pair: &[u8]| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        };
        Self::new(hex.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>()?)
    }

    /// The path of `name`, a single component or a relative path, below this folder.
    pub fn join(&self, name: &[u8]) -> Option<RepoPath> {
        Self::new([&self.0, b"/".as_slice(), name].concat())
    }
}

impl Deref for RepoPath {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for RepoPath {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bstr().fmt(f)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_bstr(), f)
    }
}

/// What an entry of a manifest is. git's tree modes, of which there are these and the folder's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mode {
    /// A file, `100644`; also git's historic `100664`.
    File = 1,
    /// An executable file, `100755`.
    Executable = 2,
    /// A symbolic link, `120000`; its content is its target.
    Symlink = 3,
    /// A submodule, `160000`; its node is a commit of another repository.
    Submodule = 4,
}

impl Mode {
    /// From the bits of git's mode; `None` for a folder.
    pub fn from_git(bits: u32) -> Option<Self> {
        match bits & 0o170000 {
            0o120000 => Some(Self::Symlink),
            0o160000 => Some(Self::Submodule),
            0o040000 => None,
            _ if bits & 0o100 != 0 => Some(Self::Executable),
            _ => Some(Self::File),
        }
    }

    /// git's mode bits, canonical.
    pub fn to_git(self) -> u32 {
        match self {
            Self::File => 0o100644,
            Self::Executable => 0o100755,
            Self::Symlink => 0o120000,
            Self::Submodule => 0o160000,
        }
    }

    /// From the number that the store keeps; `None` when it is none of them.
    pub fn from_stored(number: u8) -> Option<Self> {
        [Self::File, Self::Executable, Self::Symlink, Self::Submodule].into_iter().find(|mode| *mode as u8 == number)
    }

    /// Mercurial's flags: empty, `x`, `l`, and hgls's own `m` for a submodule.
    pub fn flags(self) -> &'static str {
        match self {
            Self::File => "",
            Self::Executable => "x",
            Self::Symlink => "l",
            Self::Submodule => "m",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_and_written() {
        let hex = "c5864c9d16fb0123456789abcdefABCDEF012345";
        let node = Node::from_hex(hex.as_bytes());
        assert_eq!(node.map(|node| node.to_hex()), Some(hex.to_lowercase()));
        assert_eq!(node.map(|node| node.short()), Some("c5864c9d16fb".to_owned()));
        assert_eq!(Node::from_hex(b"c5864c9d16fb"), None);
        assert_eq!(Node::from_hex(&[b'g'; 40]), None);
        assert!(Node::from_hex(&[b'0'; 40]).is_some_and(|node| node.is_null()));
        assert_eq!(Node::from_hex(&[b'f'; 40]), Some(Node::WDIR));
    }

    #[test]
    fn paths_that_leave_the_repository_are_not_made() {
        for path in ["", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\0b"] {
            assert_eq!(RepoPath::new(path), None, "{path:?}");
        }
        for path in ["a", "a/b", ".a", "..a", "a/...", "a b/ü"] {
            assert_eq!(RepoPath::new(path).map(|path| path.to_string()), Some(path.to_owned()));
        }
    }

    #[test]
    fn a_path_knows_its_folder() -> Result<(), &'static str> {
        let path = RepoPath::new("a/b/c").ok_or("a/b/c")?;
        let folder = path.parent().ok_or("no folder")?;
        assert_eq!((path.name(), folder.to_string().as_str()), (b"c".as_bstr(), "a/b"));
        assert!(path.is_within(&folder) && path.is_within(&path) && !folder.is_within(&path));
        assert!(!RepoPath::new("a/bc").ok_or("a/bc")?.is_within(&folder));
        assert_eq!(RepoPath::new("a").and_then(|path| path.parent()), None);
        assert_eq!(RepoPath::from_hex(&path.to_hex()), Some(path.clone()));
        assert_eq!([RepoPath::from_hex("6"), RepoPath::from_hex("zz"), RepoPath::from_hex("2e2e")], [None, None, None]);
        assert_eq!(folder.join(b"c"), Some(path));
        Ok(())
    }

    #[test]
    fn modes_survive_git_and_the_store() {
        for mode in [Mode::File, Mode::Executable, Mode::Symlink, Mode::Submodule] {
            assert_eq!(Mode::from_git(mode.to_git()), Some(mode));
            assert_eq!(Mode::from_stored(mode as u8), Some(mode));
        }
        assert_eq!((Mode::from_git(0o040000), Mode::from_git(0o100664)), (None, Some(Mode::File)));
        assert_eq!(Mode::from_stored(0), None);
    }
}
