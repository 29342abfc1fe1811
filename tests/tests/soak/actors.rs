//! Those who work in the repository by commands: a server, and `git`. Each says what it did and how it ended; an end that
//! shows a broken repository or a defect is a failure.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use hgls_tests::client::{Client, file_uri};
use hgls_tests::random::Random;
use serde_json::{Value, json};

use crate::world::{BRANCHES, FILES, World};

/// What a server may answer when others are at work, or when what is asked for makes no sense just now.
const REFUSALS: [&str; 13] = [
    "repositoryLocked",
    "repositoryChanged",
    "nothingToCommit",
    "uncommittedChanges",
    "alreadyExists",
    "unknownRevision",
    "hiddenRevision",
    "notTracked",
    "fileMissing",
    "publicChangeset",
    "operationInProgress",
    "invalidArgument",
    "unresolvedConflicts",
];

/// A server and its name.
pub struct Server {
    pub name: &'static str,
    pub client: Client,
}

impl Server {
    /// Makes changes, and is killed while it makes the one numbered `kill_at`.
    pub fn work(&mut self, world: &World, random: &mut Random, operations: usize, kill_at: Option<usize>) {
        for operation in 0..operations {
            if world.halt.load(Ordering::SeqCst) && kill_at.is_none() {
                return;
            }
            let (method, params) = self.change(world, random);
            world.tell(format_args!("{}: {method} {params}", self.name));
            if kill_at == Some(operation) {
                self.client.send_request(method, params);
                wait_for_the_middle(world, random);
                self.client.kill_now();
                world.halt.store(true, Ordering::SeqCst);
                world.tell(format_args!("{}: killed", self.name));
                world.count(format!("{method}: killed"));
                return;
            }
            match self.client.request(method, params.clone()) {
                Ok(result) => {
                    world.tell(format_args!("{}: {result}", self.name));
                    world.count(format!("{method}: done"));
                    if method == "hg/commit" {
                        world.commits.lock().unwrap().push(result["changeset"]["node"].as_str().unwrap().to_owned());
                    }
                }
                Err(error) => {
                    world.tell(format_args!("{}: {error}", self.name));
                    let kind = error["data"]["kind"].as_str().unwrap_or_default();
                    assert!(REFUSALS.contains(&kind), "{method} {params}: {error}; stderr:\n{}", self.client.stderr());
                    world.count(format!("{method}: {kind}"));
                    // Made, and undone by the other server before the answer.
                    let words = error["message"].as_str().unwrap_or_default();
                    let made = words.strip_prefix("changeset ").and_then(|rest| rest.split_once(" was committed"));
                    world.commits.lock().unwrap().extend(made.map(|(node, _)| node.to_owned()));
                }
            }
        }
    }

    /// A change to ask for.
    fn change(&self, world: &World, random: &mut Random) -> (&'static str, Value) {
        let uri = |file: &str| file_uri(world.sandbox.repo().join(file).as_os_str().as_encoded_bytes());
        let (file, other) = (uri(random.pick::<&str>(FILES)), uri(random.pick::<&str>(FILES)));
        let (branch, other_branch) = (*random.pick(BRANCHES), *random.pick(BRANCHES));
        let message = format!("{} {}", self.name, world.number());
        match random.below(22) {
            0 | 1 => ("hg/commit", json!({"message": message})),
            2 | 3 => ("hg/commit", json!({"message": message, "addremove": true})),
            4 | 5 => ("hg/commit", json!({"message": message, "uris": [file, other]})),
            6 => ("hg/commit", json!({"message": message, "amend": true})),
            7 => ("hg/uncommit", json!({})),
            8 => ("hg/revert", json!({"uris": [file, other]})),
            9 => ("hg/revert", json!({"uris": [uri("")], "rev": branch})),
            10 => ("hg/revert", json!({"uris": [file], "backup": "orig"})),
            11 => ("hg/add", json!({"uris": if random.once_in(2) { vec![file] } else { vec![] }})),
            12 => ("hg/remove", json!({"uris": [file], "force": true})),
            13 => ("hg/remove", json!({"uris": [file, other]})),
            14 => ("hg/rename", json!({"source": file, "target": other, "force": random.once_in(2)})),
            15 => ("hg/update", json!({"rev": branch})),
            16 => ("hg/update", json!({"rev": branch, "clean": true})),
            17 => ("hg/update", json!({"rev": random.pick(&world.commits.lock().unwrap().clone()).clone()})),
            18 => ("hg/resolve", json!({"uris": [file, other], "action": *random.pick(&["mark", "unmark", "merge"])})),
            19 => ("hg/resolve", json!({"action": "mark"})),
            20 => ("hg/bookmark", json!({"name": branch, "force": random.once_in(2), "inactive": random.once_in(2)})),
            _ => match random.below(2) {
                0 => ("hg/bookmark", json!({"name": branch, "delete": true})),
                _ => ("hg/bookmark", json!({"name": branch, "rename": other_branch})),
            },
        }
    }
}

/// Some time in which a change is under way: from anywhere, or from where git's index is locked, as long as that may last.
fn wait_for_the_middle(world: &World, random: &mut Random) {
    if random.once_in(4) {
        sleep(Duration::from_micros(random.below(60_000) as u64));
        return;
    }
    let lock = world.sandbox.repo().join(".git/index.lock");
    for _ in 0..1000 {
        if lock.exists() {
            break;
        }
        sleep(Duration::from_micros(200));
    }
    sleep(Duration::from_micros(random.below(25_000) as u64));
}

/// Works with git's own commands.
pub fn git(world: &World, random: &mut Random, operations: usize) {
    for _ in 0..operations {
        if world.halt.load(Ordering::SeqCst) {
            return;
        }
        let (file, branch) = (*random.pick(FILES), *random.pick(BRANCHES));
        let message = format!("git {}", world.number());
        let args = match random.below(10) {
            0 => vec!["commit", "-m", &message],
            1 | 2 => vec!["commit", "-a", "-m", &message],
            3 => vec!["add", "-A"],
            4 | 5 => vec!["add", file],
            6 => vec!["rm", "--cached", "-q", file],
            7 => vec!["branch", branch],
            _ => vec!["checkout", "-q", branch],
        };
        let _nobody_saves = (args[0] == "checkout").then(|| world.checkout.write().unwrap());
        world.tell(format_args!("git: {args:?}"));
        let output = world.sandbox.command("git").args(&args).output().expect("git can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        world.tell(format_args!("git: {} {}", output.status, said.trim_end()));
        let broken = ["corrupt", "bad object", "bad tree", "unable to read", "invalid object", "missing", "BUG"];
        assert!(!broken.iter().any(|word| said.contains(word)), "git {args:?}: {said}");
        let end = if output.status.success() { "done" } else { "refused" };
        world.count(format!("git {}: {end}", args[0]));
        if args[0] == "commit" && output.status.success() {
            // `[main 1234567] message`
            let line = String::from_utf8_lossy(&output.stdout).into_owned();
            let node = line.split(']').next().and_then(|head| head.split(' ').next_back()).unwrap();
            assert!(node.bytes().all(|byte| byte.is_ascii_hexdigit()), "git commit printed {line:?}");
            world.commits.lock().unwrap().push(node.to_owned());
        }
    }
}
