//! What the operating system says of a file, as far as git's index remembers it: enough to tell, mostly without
//! reading it, that a file has not changed. Knows nothing of contents.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment as the index keeps it: seconds wrap in 2106, as git's do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Since 1970.
    pub seconds: u32,
    /// Of the second; 0 where the file system or whoever wrote the index does not know.
    pub nanoseconds: u32,
}

/// The longest tick of a system clock, in nanoseconds.
const TICK: u64 = 20_000_000;

/// The facts about a file that change when it does. Numbers are cut to 32 bits, as in the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stat {
    /// When the inode changed (`ctime`).
    pub changed: Stamp,
    /// When the content changed (`mtime`).
    pub modified: Stamp,
    /// Which device; git notes it, and does not compare it.
    pub device: u32,
    /// Which inode.
    pub inode: u32,
    /// The owner.
    pub user: u32,
    /// The owning group.
    pub group: u32,
    /// Bytes. In the index 0 may also mean "compare the content".
    pub size: u32,
}

/// Which facts count: git's `core.checkStat` and `core.trustctime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// `core.checkStat` is not `minimal`: all facts count, not just whole seconds and sizes.
    pub all: bool,
    /// `core.trustctime`: so does the change of the inode.
    pub changed: bool,
}

impl From<SystemTime> for Stamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { seconds: since.as_secs() as u32, nanoseconds: since.subsec_nanos() }
    }
}

impl Stat {
    /// Of a file (or of a link itself).
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let stamp = |seconds: i64, nanoseconds: i64| Stamp { seconds: seconds as u32, nanoseconds: nanoseconds as u32 };
        Self {
            changed: stamp(metadata.ctime(), metadata.ctime_nsec()),
            modified: stamp(metadata.mtime(), metadata.mtime_nsec()),
            device: metadata.dev() as u32,
            inode: metadata.ino() as u32,
            user: metadata.uid(),
            group: metadata.gid(),
            size: metadata.size() as u32,
        }
    }

    /// Of a file (or of a link itself).
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Self {
        let stamp = |time: std::io::Result<std::time::SystemTime>| time.map(Stamp::from).unwrap_or_default();
        Self {
            changed: stamp(metadata.created()),
            modified: stamp(metadata.modified()),
            size: metadata.len() as u32,
            ..Self::default()
        }
    }

    /// Whether a file that looked like `self` when the index was `written` and looks like `now` has the same content.
    /// `false` means that only its content can tell.
    pub fn proves_unchanged(&self, now: &Self, written: Stamp, trust: Trust) -> bool {
        let same = |one: Stamp, two: Stamp| {
            one.seconds == two.seconds && (!(trust.all && one.is_fine() && two.is_fine()) || one == two)
        };
        let identity = |stat: &Self| (stat.inode, stat.user, stat.group);
        self.size == now.size
            && same(self.modified, now.modified)
            && (!trust.all || !trust.changed || same(self.changed, now.changed))
            && (!trust.all || identity(self) == identity(now))
            && self.is_older(written, trust)
    }

    /// Whether git could take the two for the same, which as a rule is built to compare whole seconds.
    pub(crate) fn seems(&self, other: &Self) -> bool {
        (self.size, self.modified.seconds) == (other.size, other.modified.seconds)
    }

    /// Whether the file was last changed so long before the index was `written` that a later change would show.
    ///
    /// git's "racy" entries are those that were not: it asks for another second. Where all facts count and times are
    /// fine, the longest tick of a system clock will do, and a fresh clone is not read again at each look.
    fn is_older(&self, written: Stamp, trust: Trust) -> bool {
        let fine = trust.all && trust.changed && self.modified.is_fine() && written.is_fine();
        match fine {
            true => self.modified.in_nanoseconds() + TICK < written.in_nanoseconds(),
            false => self.modified.seconds < written.seconds,
        }
    }

    /// Whether it last changed so long before `now` that a later change would show. Where times are not fine they may go
    /// by two seconds.
    pub(crate) fn is_settled(&self, now: Stamp) -> bool {
        let last = self.modified.max(self.changed);
        match self.modified.is_fine() && self.changed.is_fine() {
            true => last.in_nanoseconds() + TICK < now.in_nanoseconds(),
            false => last.seconds.saturating_add(2) < now.seconds,
        }
    }
}

impl Stamp {
    /// Whether it is known to parts of a second: nobody who knows them hits a whole one by chance.
    fn is_fine(self) -> bool {
        self.nanoseconds != 0
    }

    fn in_nanoseconds(self) -> u64 {
        u64::from(self.seconds) * 1_000_000_000 + u64::from(self.nanoseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Trust = Trust { all: true, changed: true };
    const MINIMAL: Trust = Trust { all: false, changed: true };

    fn at(seconds: u32, nanoseconds: u32) -> Stat {
        let stamp = Stamp { seconds, nanoseconds };
        Stat { changed: stamp, modified: stamp, device: 3, inode: 7, user: 1, group: 1, size: 10 }
    }

    #[test]
    fn a_file_that_looks_the_same_is_the_same_once_its_second_has_passed() {
        let written = Stamp { seconds: 101, nanoseconds: 0 };
        assert!(at(100, 5).proves_unchanged(&at(100, 5), written, ALL));
        assert!(!at(101, 5).proves_unchanged(&at(101, 5), written, ALL), "racy");
        let written = Stamp { seconds: 100, nanoseconds: 500_000_000 };
        assert!(at(100, 470_000_000).proves_unchanged(&at(100, 470_000_000), written, ALL));
        assert!(!at(100, 490_000_000).proves_unchanged(&at(100, 490_000_000), written, ALL));
        assert!(!at(100, 0).proves_unchanged(&at(100, 0), written, ALL), "a coarse clock");
        assert!(!at(100, 470_000_000).proves_unchanged(&at(100, 470_000_000), written, MINIMAL));
        let written = Stamp { seconds: 101, nanoseconds: 0 };
        assert!(!at(100, 5).proves_unchanged(&at(100, 6), written, ALL));
        assert!(!at(100, 5).proves_unchanged(&Stat { size: 11, ..at(100, 5) }, written, ALL));
        assert!(!at(100, 5).proves_unchanged(&Stat { inode: 8, ..at(100, 5) }, written, ALL));
    }

    #[test]
    fn configuration_says_which_facts_count() {
        let written = Stamp { seconds: 101, nanoseconds: 0 };
        let moved = Stat { inode: 8, changed: Stamp::default(), ..at(100, 6) };
        assert!(at(100, 5).proves_unchanged(&moved, written, MINIMAL));
        let touched = Stat { changed: Stamp::default(), ..at(100, 5) };
        assert!(at(100, 5).proves_unchanged(&touched, written, Trust { all: true, changed: false }));
        assert!(!at(100, 5).proves_unchanged(&touched, written, ALL));
    }
}
