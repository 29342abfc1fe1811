//! Those who work in the repository by messages: servers. Each says what it did and how it ended; an end that shows a
//! broken repository or a defect is a failure.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use hgls_tests::client::{Client, file_uri};
use hgls_tests::random::Random;
use serde_json::{Value, json};

use crate::world::{BRANCHES, FILES, World};

/// What a server may answer when others are at work, or when what is asked for makes no sense just now.
const REFUSALS: [&str; 14] = [
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
    "hookFailed",
];

/// A server and its name.
pub struct Server {
    pub name: &'static str,
    pub client: Client,
    repo: PathBuf,
}

impl Server {
    /// One that was just started; the user trusts the repository, so that hooks run.
    pub fn start(world: &World, name: &'static str) -> Self {
        let mut client = Client::start(&world.sandbox);
        client.initialize(&world.sandbox.repo(), &json!({"initializationOptions": {"trusted": true}}));
        Self { name, client, repo: world.sandbox.repo() }
    }

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
                Err(error) => self.refused(world, method, &params, &error),
            }
        }
    }

    fn refused(&self, world: &World, method: &str, params: &Value, error: &Value) {
        world.tell(format_args!("{}: {error}", self.name));
        let kind = error["data"]["kind"].as_str().unwrap_or_default();
        assert!(REFUSALS.contains(&kind), "{method} {params}: {error}; stderr:\n{}", self.client.stderr());
        let message = params["message"].as_str().unwrap_or_default();
        assert!(kind != "hookFailed" || world.hook_refuses(message), "{method} {params}: {error}");
        world.count(format!("{method}: {kind}"));
        // Made, and undone by the other server before the answer.
        let words = error["message"].as_str().unwrap_or_default();
        let made = words.strip_prefix("changeset ").and_then(|rest| rest.split_once(" was committed"));
        world.commits.lock().unwrap().extend(made.map(|(node, _)| node.to_owned()));
    }

    /// A change to ask for.
    fn change(&mut self, world: &World, random: &mut Random) -> (&'static str, Value) {
        let (file, other) = (self.uri(random.pick::<&str>(FILES)), self.uri(random.pick::<&str>(FILES)));
        let everything = self.uri("");
        let (branch, other_branch) = (*random.pick(BRANCHES), *random.pick(BRANCHES));
        let message = format!("{} {}", self.name, world.number());
        match random.below(28) {
            0 | 1 => ("hg/commit", json!({"message": message})),
            2 | 3 => ("hg/commit", json!({"message": message, "addremove": true})),
            4 | 5 => ("hg/commit", json!({"message": message, "uris": [file, other]})),
            6 => ("hg/commit", json!({"message": message, "amend": true})),
            7 => ("hg/uncommit", json!({})),
            8 => ("hg/revert", json!({"uris": [file, other]})),
            9 => ("hg/revert", json!({"uris": [everything], "rev": branch})),
            10 => ("hg/revert", json!({"uris": [file], "backup": "orig"})),
            11 => ("hg/add", json!({"uris": if random.once_in(2) { vec![file] } else { vec![] }})),
            12 => ("hg/remove", json!({"uris": [file], "force": true})),
            13 => ("hg/remove", json!({"uris": [file, other]})),
            14 => ("hg/rename", json!({"source": file, "target": other, "force": random.once_in(2)})),
            15 => ("hg/update", json!({"rev": branch})),
            16 => ("hg/update", json!({"rev": branch, "clean": true})),
            17 => ("hg/update", json!({"rev": random.pick(&world.commits.lock().unwrap().clone()).clone()})),
            18 => ("hg/resolve", json!({"uris": [file, other], "action": *random.pick(&["mark", "unmark", "merge"])})),
            19 => ("hg/resolve", json!({"uris": [everything], "action": "mark"})),
            20 => ("hg/bookmark", json!({"name": branch, "force": random.once_in(2), "inactive": random.once_in(2)})),
            21 if random.once_in(2) => ("hg/bookmark", json!({"name": branch, "delete": true})),
            21 => ("hg/bookmark", json!({"name": branch, "rev": ".", "force": true, "inactive": true})),
            22 => ("hg/bookmark", json!({"name": branch, "rename": other_branch})),
            23 => ("hg/copy", json!({"source": file, "target": other, "force": random.once_in(2)})),
            24 => ("hg/update", json!({"rev": branch, "merge": true})),
            25 => ("hg/revert", json!({"hunks": self.hunks(random, &file)})),
            _ => ("hg/commit", json!({"message": message, "hunks": self.hunks(random, &file)})),
        }
    }

    /// The URI of a file, or with no name of the root.
    pub fn uri(&self, file: &str) -> String {
        file_uri(self.repo.join(file).as_os_str().as_encoded_bytes())
    }

    /// Some of the changes of a file, as the server itself lists them.
    fn hunks(&mut self, random: &mut Random, file: &str) -> Value {
        let listed = self.client.request("hg/diffHunks", json!({"textDocument": {"uri": file}}));
        // A file that is not there has none.
        let listed = listed.unwrap_or_default();
        let mut chosen = Vec::new();
        for hunk in listed["hunks"].as_array().into_iter().flatten() {
            let members = ["oldStart", "oldCount", "newStart", "newCount"];
            if random.once_in(2) {
                chosen.push(members.into_iter().map(|name| (name.to_owned(), hunk[name].clone())).collect::<Value>());
            }
        }
        json!([{"uri": file, "hunks": chosen}])
    }
}

/// Ends what is in progress as far as a server may, and commits what there is.
pub fn finish(world: &World, server: &mut Server) {
    // Where there is no conflict, this is refused.
    let everything = server.uri("");
    _ = server.client.request("hg/resolve", json!({"uris": [everything], "action": "mark"}));
    world.save("alpha");
    let message = format!("{}, the last", server.name);
    server.client.ask("hg/commit", json!({"message": message, "addremove": true}));
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
