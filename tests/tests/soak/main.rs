//! Two servers, `git` and a user who saves files, all at work in one repository at once, and servers killed in the middle
//! of it: nothing is lost, and nothing is left broken.
//!
//! Whatever anybody writes is a content of its own, so that a loss is a content that is nowhere. A seed decides what each
//! of them does; who comes first is for the system to decide, so that a failure may need several runs of its seed.
//! `HGLS_SEED=N` runs one seed, `HGLS_ROUNDS=N` as many, and `HGLS_LENGTH=N` that many rounds in each one's repository.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod actors;
mod checks;
mod world;

use std::sync::atomic::Ordering;
use std::thread;

use hgls_tests::client::Client;
use hgls_tests::random::{Random, seeds};
use serde_json::json;

use actors::Server;
use world::World;

const SEEDS: u64 = 4;
/// In a round all are at work; after it all rest, and what there is is looked at.
const ROUNDS: u64 = 10;
const OPERATIONS: usize = 7;

#[test]
fn nothing_is_lost_whoever_works_and_whoever_is_killed() {
    let length = std::env::var("HGLS_LENGTH").map_or(ROUNDS, |text| text.parse().expect("a number in HGLS_LENGTH"));
    for seed in seeds(SEEDS) {
        eprintln!("HGLS_SEED={seed}");
        soak(seed, length);
    }
}

fn soak(seed: u64, rounds: u64) {
    let world = World::new(seed);
    let mut random = Random::new(seed);
    let mut servers = ["left", "right"].map(|name| Server { name, client: Client::initialized(&world.sandbox) });
    for round in 0..rounds {
        world.story.lock().unwrap().clear();
        world.edit_in_place(&mut random);
        let killed = (!random.once_in(3)).then(|| random.below(2));
        world.halt.store(false, Ordering::SeqCst);
        thread::scope(|scope| {
            let world = &world;
            let mut workers = Vec::new();
            for (place, server) in servers.iter_mut().enumerate() {
                let mut random = Random::new(random.bits());
                let kill_at = (killed == Some(place)).then(|| random.below(OPERATIONS));
                workers.push(scope.spawn(move || server.work(world, &mut random, OPERATIONS, kill_at)));
            }
            let (mut git, mut user) = (Random::new(random.bits()), Random::new(random.bits()));
            workers.push(scope.spawn(move || actors::git(world, &mut git, OPERATIONS)));
            workers.push(scope.spawn(move || world.save_files(&mut user, OPERATIONS)));
            workers.into_iter().for_each(|worker| worker.join().expect("no actor fails"));
        });
        let found = checks::locks(&world);
        assert!(
            found.is_empty() || killed.is_some(),
            "round {round}: locks are left, and nobody was killed: {found:?}"
        );
        // What git has its users do when a process crashed.
        for lock in found {
            std::fs::remove_file(&lock).unwrap();
            world.count("a stale lock");
        }
        if let Some(place) = killed {
            servers[place].client = Client::initialized(&world.sandbox);
        }
        checks::all(&world, &mut servers, round);
    }
    for server in &mut servers {
        // An update may have left conflicts; where there are none, this is refused.
        _ = server.client.request("hg/resolve", json!({"action": "mark"}));
        world.save("alpha");
        let message = format!("{}, the last", server.name);
        server.client.ask("hg/commit", json!({"message": message, "addremove": true}));
    }
    checks::all(&world, &mut servers, rounds);
    for server in servers {
        assert_eq!(server.client.stop(), Some(0));
    }
    let counts = world.counts.lock().unwrap();
    let total: usize = counts.iter().filter(|(what, _)| what.contains(": ")).map(|(_, count)| count).sum();
    eprintln!("HGLS_SEED={seed}: {total} operations: {counts:#?}");
}
