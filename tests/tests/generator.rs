//! The random repositories themselves: sound for git, the same for the same seed, and with everything in them that the
//! oracle tests are about.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use hgls_tests::generator::{edit_working_copy, make_history};
use hgls_tests::sandbox::Sandbox;

#[test]
fn the_same_seed_makes_the_same_sound_repository() {
    let make = || {
        let sandbox = Sandbox::new();
        make_history(&sandbox, 7, 40);
        edit_working_copy(&sandbox, 7, 10);
        sandbox
    };
    let (one, other) = (make(), make());
    // Names of any bytes are what the generator is for; git's other complaints would be about real damage.
    one.git(["fsck", "--strict", "--no-dangling"]);
    for args in [&["for-each-ref"][..], &["status", "--porcelain", "-z"]] {
        assert_eq!(one.git(args), other.git(args), "git {args:?}");
    }
}

#[test]
fn histories_have_what_makes_walks_go_wrong() {
    let (mut octopus, mut merges, mut roots, mut removed, mut renamed, mut modes, mut links) = (0, 0, 0, 0, 0, 0, 0);
    for seed in 1..=6 {
        let sandbox = Sandbox::new();
        make_history(&sandbox, seed, 60);
        for line in sandbox.git_line(["rev-list", "--all", "--parents"]).lines() {
            match line.split(' ').count() {
                1 => roots += 1,
                2 => {}
                3 => merges += 1,
                _ => octopus += 1,
            }
        }
        let changes = sandbox.git(["log", "--all", "--raw", "--format=", "-M"]);
        let changes = String::from_utf8_lossy(&changes);
        for line in changes.lines() {
            removed += usize::from(line.contains(" D\t"));
            renamed += usize::from(line.contains(" R"));
            modes += usize::from(line.starts_with(":100644 100755"));
            links += usize::from(line.contains("120000") || line.contains("160000"));
        }
    }
    for (what, count) in [
        ("octopus merges", octopus),
        ("merges", merges),
        ("roots", roots),
        ("removals", removed),
        ("renames", renamed),
        ("mode changes", modes),
        ("links and submodules", links),
    ] {
        assert!(count >= 5, "only {count} {what}");
    }
}
