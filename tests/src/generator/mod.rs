//! Repositories made at random, the same for the same seed: histories with everything that makes a walk go wrong.
//!
//! `history` decides what the commits are, `stream` writes them for `git fast-import`, `worktree` edits the working
//! copy afterwards. What the right answers about such a repository are, the tests ask git.

mod history;
mod stream;
mod worktree;

use crate::random::Random;
use crate::sandbox::Sandbox;

pub use worktree::edit_working_copy;

/// Fills the sandbox's repository with a history of about `commits` commits and checks out its main branch.
pub fn make_history(sandbox: &Sandbox, seed: u64, commits: usize) {
    let mut random = Random::new(seed);
    let history = history::History::generate(&mut random, commits);
    sandbox.git(["init", "-q"]);
    sandbox.git_with_input(["fast-import", "--quiet", "--force"], &stream::write(&history));
    // What `refs/unreachable/*` held stays in the object database, as after a `branch -D`.
    for name in sandbox.git_line(["for-each-ref", "--format=%(refname)", "refs/unreachable"]).lines() {
        sandbox.git(["update-ref", "-d", name]);
    }
    match random.below(4) {
        0 => drop(sandbox.git(["repack", "-adq"])),
        1 => drop(sandbox.git(["pack-refs", "--all"])),
        _ => {}
    }
    sandbox.git(["reset", "-q", "--hard"]);
    if random.once_in(5) {
        sandbox.git(["checkout", "-q", "--detach"]);
    }
}
