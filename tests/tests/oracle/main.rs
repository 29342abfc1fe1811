//! Answers of the server beside those of git, on repositories made at random: asked while the index is being built,
//! and again when it is complete. A failure prints its seed; `HGLS_SEED=N` repeats it, `HGLS_ROUNDS=N` tries more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod annotate;
mod diff;
mod filelog;
mod ground;
mod log;
mod manifest;
mod status;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use ground::Ground;
use hgls_tests::client::Client;
use hgls_tests::random::seeds;
use serde_json::json;

/// How many repositories each test makes unless told otherwise.
const ROUNDS: u64 = 6;
/// Commits of each.
const COMMITS: usize = 60;

/// Runs `check` for each seed on a server that has no index or (every other seed) is just building it, and again when
/// the index is complete.
fn for_each_repository(check: impl Fn(&Ground, &mut Client)) {
    for seed in seeds(ROUNDS) {
        with_seed(seed, || {
            let ground = Ground::make(seed, COMMITS);
            let mut client = Client::start(ground.sandbox());
            let options = json!({"initializationOptions": {"autoIndex": seed % 2 == 0}});
            client.initialize(&ground.sandbox().repo(), &options);
            check(&ground, &mut client);
            client.wait_for_index(None);
            check(&ground, &mut client);
            assert_eq!(client.stop(), Some(0));
        });
    }
}

/// Runs `check`, naming the seed should it fail.
fn with_seed(seed: u64, check: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(check)) {
        eprintln!("failed with HGLS_SEED={seed}");
        resume_unwind(panic);
    }
}
