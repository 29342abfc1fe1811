//! Two servers, `git` and a user who saves files, all at work in one repository at once, and servers and `git` killed in the
//! middle of it: nothing is lost, and nothing is left broken.
//!
//! Whatever anybody writes is a content of its own, so that a loss is a content that is nowhere. A seed decides what each
//! of them does; who comes first is for the system to decide, so that a failure may need several runs of its seed.
//! `HGLS_SEED=N` runs one seed, `HGLS_ROUNDS=N` as many, and `HGLS_LENGTH=N` that many rounds in each one's repository.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod checks;
mod git;
mod server;
mod world;

use std::sync::atomic::Ordering;
use std::thread;

use hgls_tests::random::{Random, seeds};

use server::Server;
use world::World;

const SEEDS: u64 = 4;
/// In a round all are at work; after it all rest, and what there is is looked at.
const ROUNDS: u64 = 10;
const OPERATIONS: usize = 7;
/// Behind the servers, among those who can be killed.
const GIT: usize = 2;

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
    let mut servers = ["left", "right"].map(|name| Server::start(&world, name));
    for round in 0..rounds {
        world.story.lock().unwrap().clear();
        world.edit_in_place(&mut random);
        // One of the servers, or git.
        let killed = (!random.once_in(3)).then(|| random.below(servers.len() + 1));
        world.halt.store(false, Ordering::SeqCst);
        world.git_died.store(false, Ordering::SeqCst);
        thread::scope(|scope| {
            let world = &world;
            let mut workers = Vec::new();
            for (place, server) in servers.iter_mut().enumerate() {
                let mut random = Random::new(random.bits());
                let kill_at = (killed == Some(place)).then(|| random.below(OPERATIONS));
                workers.push(scope.spawn(move || server.work(world, &mut random, OPERATIONS, kill_at)));
            }
            let (mut git, mut user) = (Random::new(random.bits()), Random::new(random.bits()));
            let kill_at = (killed == Some(GIT)).then(|| random.below(OPERATIONS));
            workers.push(scope.spawn(move || git::work(world, &mut git, OPERATIONS, kill_at)));
            workers.push(scope.spawn(move || world.save_files(&mut user, OPERATIONS)));
            workers.into_iter().for_each(|worker| worker.join().expect("no actor fails"));
        });
        let found = checks::locks(&world);
        assert!(
            found.is_empty() || killed.is_some() || world.git_died.load(Ordering::SeqCst),
            "round {round}: locks are left, and nobody was killed: {found:?}"
        );
        // What git has its users do when a process crashed.
        for lock in found {
            std::fs::remove_file(&lock).unwrap();
            world.count("a stale lock");
        }
        if let Some(place) = killed.filter(|place| *place != GIT) {
            servers[place] = Server::start(&world, servers[place].name);
        }
        checks::all(&world, &mut servers, round);
    }
    git::give_up(&world);
    servers.iter_mut().for_each(|server| server::finish(&world, server));
    checks::all(&world, &mut servers, rounds);
    checks::index(&mut servers);
    for server in servers {
        assert_eq!(server.client.stop(), Some(0));
    }
    let counts = world.counts.lock().unwrap();
    let total: usize = counts.iter().filter(|(what, _)| what.contains(": ")).map(|(_, count)| count).sum();
    eprintln!("HGLS_SEED={seed}: {total} operations: {counts:#?}");
}
