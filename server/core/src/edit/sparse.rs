//! Which files a sparse checkout has. Knows git's patterns, which are those of ignore rules, and nothing of files.

use crate::error::Result;
use crate::git::{IgnoreRules, Location, small};
use crate::ids::RepoPath;
use crate::repository::Moment;

/// The patterns of `info/sparse-checkout`.
pub(super) struct Sparse {
    /// `None` when the checkout is not sparse.
    rules: Option<IgnoreRules>,
}

impl Sparse {
    /// Those that hold now.
    pub fn read(moment: &Moment) -> Result<Self> {
        let enabled = moment.git.is_sparse()?;
        Ok(Self { rules: enabled.then(|| rules(&moment.location)) })
    }

    /// Whether the working copy is to have a file that is new in it. A path that no pattern decides goes with its
    /// folder.
    pub fn contains(&self, path: &RepoPath) -> bool {
        let Some(rules) = &self.rules else { return true };
        let own = rules.decides(path, false);
        let folders = std::iter::successors(path.parent(), RepoPath::parent);
        own.or_else(|| folders.into_iter().find_map(|folder| rules.decides(&folder, true))).unwrap_or(false)
    }
}

fn rules(location: &Location) -> IgnoreRules {
    let patterns = small::read(&location.git_dir.join("info/sparse-checkout")).unwrap_or_default();
    IgnoreRules::default().with(b"", &patterns)
}
