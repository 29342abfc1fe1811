//! Requests that change something, with files that are none of the working copy's: outside of it, behind links, in git's
//! folder under any of its names, in other repositories. Whatever is asked, and in whatever words, it is refused, and
//! nothing has changed anywhere. A failure prints its seed; `HGLS_SEED=N` repeats it, `HGLS_ROUNDS=N` tries more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use hgls_tests::client::{Client, file_uri};
use hgls_tests::random::{Random, seeds};
use hgls_tests::sandbox::Sandbox;
use serde_json::{Value, json};

const ROUNDS: u64 = 2;
const REQUESTS: usize = 100;

/// A place that no request may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Outside of the working copy.
    Outside,
    /// In git's folder.
    Git,
    /// What some file system takes for git's folder.
    Disguised,
    /// Behind a symbolic link, or in another repository inside the working copy.
    Beyond,
    /// No path of this machine.
    Foreign,
}

const PLACES: &[(Place, &str)] = &[
    (Place::Outside, "../outside/secret"),
    (Place::Outside, "../outside/new"),
    (Place::Outside, "folder/../../outside/secret"),
    (Place::Outside, "folder/%2e%2e/%2E%2E/outside/secret"),
    (Place::Outside, "../repo-beside/file"),
    (Place::Outside, "../../../../../../../../hgls-test-harm"),
    (Place::Git, ".git"),
    (Place::Git, ".git/config"),
    (Place::Git, ".git/hooks/pre-commit"),
    (Place::Git, ".git/index"),
    (Place::Git, "folder/../.git/config"),
    (Place::Git, ".GIT/config"),
    (Place::Git, "folder/.Git/hooks/pre-commit"),
    (Place::Git, "%2egit/config"),
    (Place::Disguised, ".git::$INDEX_ALLOCATION/config"),
    (Place::Disguised, ".git::$INDEX_ALLOCATION"),
    (Place::Disguised, ".git:stream"),
    (Place::Disguised, "GIT~1/config"),
    (Place::Disguised, "git~1"),
    (Place::Disguised, ".git./config"),
    (Place::Disguised, ".git%20/hooks/pre-commit"),
    (Place::Disguised, "folder/.git%20.%20/config"),
    (Place::Disguised, "folder%5C.git%5Cconfig"),
    (Place::Beyond, "link/secret"),
    (Place::Beyond, "link/new"),
    (Place::Beyond, "folder/up/outside/secret"),
    (Place::Beyond, "module/file"),
    (Place::Beyond, "module/new"),
    (Place::Beyond, "nested/file"),
    (Place::Beyond, "nested/new"),
    (Place::Foreign, "untitled:Untitled-1"),
    (Place::Foreign, "https://example.org/file"),
    (Place::Foreign, "file://example.org/share/file"),
    (Place::Foreign, "file:///%00"),
    (Place::Foreign, "file:relative"),
    (Place::Foreign, ""),
];

#[test]
fn nothing_that_is_none_of_the_working_copy_s_is_touched() {
    for seed in seeds(ROUNDS) {
        eprintln!("HGLS_SEED={seed}");
        let sandbox = sandbox();
        let mut client = Client::initialized(&sandbox);
        client.ask("hg/identify", json!({}));
        let before = everything(sandbox.top());
        let mut random = Random::new(seed);
        for _ in 0..REQUESTS {
            let (place, path) = *random.pick(PLACES);
            let (method, params) = request(&sandbox, &mut random, &uri(&sandbox, place, path));
            let answer = client.request(method, params.clone());
            let about = || format!("{place:?}: {method} {params}: {answer:?}; HGLS_SEED={seed}");
            match &answer {
                Ok(result) => {
                    // Of files that nobody tracks there is nothing to undo or remove, which is no error but said.
                    let may_be_said = matches!(place, Place::Disguised | Place::Beyond);
                    assert!(may_be_said && result["files"] == json!([]), "{}", about());
                    assert!(result["warnings"].as_array().is_some_and(|words| !words.is_empty()), "{}", about());
                }
                Err(error) => {
                    let kinds: &[&str] = match place {
                        Place::Outside | Place::Git => &["notInRepository"],
                        Place::Disguised => &["invalidArgument", "notTracked", "fileMissing", "repositoryChanged"],
                        Place::Beyond => {
                            &["notInRepository", "invalidArgument", "notTracked", "fileMissing", "repositoryChanged"]
                        }
                        Place::Foreign => &["notInRepository"],
                    };
                    let kind = error["data"]["kind"].as_str().unwrap();
                    assert!(kinds.contains(&kind), "{}", about());
                }
            }
            let after = everything(sandbox.top());
            let changed: Vec<_> = before.iter().filter(|(path, is)| after.get(*path) != Some(*is)).collect();
            let made: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
            assert!(changed.is_empty() && made.is_empty(), "{}\nchanged: {changed:?}\nmade: {made:?}", about());
        }
        assert!(!Path::new("/hgls-test-harm").exists());
        assert_eq!(client.stop(), Some(0));
    }
}

#[test]
fn names_that_are_paths_lead_nowhere() {
    let sandbox = sandbox();
    let mut client = Client::initialized(&sandbox);
    client.ask("hg/identify", json!({}));
    let root = file_uri(sandbox.repo().as_os_str().as_encoded_bytes());
    let before = everything(sandbox.top());
    let mut refused = |method: &str, params: Value, kind: &str| {
        let answer = client.request(method, params.clone());
        let got = answer.as_ref().err().and_then(|error| error["data"]["kind"].as_str());
        assert_eq!(got, Some(kind), "{method} {params}: {answer:?}");
        assert!(everything(sandbox.top()) == before, "{method} {params}: {answer:?}");
    };
    let names = [
        "../../config",
        "../../../outside/secret",
        "/etc/x",
        "a/../../../config",
        "a..b",
        ".lock",
        "a.lock",
        "-d",
        "@{-1}",
        "HEAD~1",
    ];
    for name in names {
        refused("hg/bookmark", json!({"root": root, "name": name}), "invalidArgument");
        refused("hg/bookmark", json!({"root": root, "name": name, "rename": "main"}), "invalidArgument");
    }
    for id in ["..", "../../..", "../../../../outside", "/etc", ""] {
        refused("hg/restore", json!({"root": root, "uri": format!("{root}/tracked"), "id": id}), "fileMissing");
    }
    for folder in [".git", ".git/new", ".git/hooks", ".GIT/new", "folder/.git/new"] {
        refused("hg/init", json!({"root": format!("{root}/{folder}")}), "notInRepository");
    }
    assert_eq!(client.stop(), Some(0));
}

/// A repository with links out of it, a submodule and another repository in it, and things around it.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let script = "
        mkdir ../outside ../repo-beside && echo secret > ../outside/secret && echo beside > ../repo-beside/file
        git init -q ../origin && echo theirs > ../origin/file
        git -C ../origin add . && git -C ../origin commit -q -m theirs
        git init -q && mkdir folder && echo one > tracked && echo two > folder/tracked
        ln -s ../outside link && ln -s ../.. folder/up && git add . && git submodule --quiet add ../origin module
        git commit -q -m one && echo changed >> tracked
        git init -q nested && echo inner > nested/file";
    let output = sandbox.command("sh").args(["-e", "-c", script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    sandbox
}

fn uri(sandbox: &Sandbox, place: Place, path: &str) -> String {
    match place {
        Place::Foreign => path.to_owned(),
        _ => format!("{}/{path}", file_uri(sandbox.repo().as_os_str().as_encoded_bytes())),
    }
}

/// A request that would change the file, or make it.
fn request(sandbox: &Sandbox, random: &mut Random, uri: &str) -> (&'static str, Value) {
    let root = file_uri(sandbox.repo().as_os_str().as_encoded_bytes());
    let tracked = format!("{root}/tracked");
    let hunk = json!({"oldStart": 1, "oldCount": 0, "newStart": 1, "newCount": 1});
    let hunks = json!([{"uri": uri, "hunks": [hunk]}]);
    let yes = random.once_in(2);
    let (method, mut params) = match random.below(16) {
        0 => ("hg/add", json!({"uris": [uri]})),
        1 => ("hg/forget", json!({"uris": [uri]})),
        2 => ("hg/remove", json!({"uris": [uri], "force": yes})),
        3 => ("hg/remove", json!({"uris": [uri], "after": yes})),
        4 => ("hg/addremove", json!({"uris": [uri], "similarity": 50})),
        5 => ("hg/copy", json!({"source": tracked, "target": uri, "force": yes})),
        6 => ("hg/copy", json!({"source": uri, "target": format!("{root}/new")})),
        7 => ("hg/rename", json!({"source": tracked, "target": uri, "force": yes})),
        8 => ("hg/rename", json!({"source": [uri], "target": format!("{root}/folder"), "after": yes})),
        9 => ("hg/revert", json!({"uris": [uri], "backup": *random.pick(&["store", "orig", "none"])})),
        10 => ("hg/revert", json!({"uris": [uri], "rev": "."})),
        11 => ("hg/revert", json!({"hunks": hunks})),
        12 => ("hg/resolve", json!({"uris": [uri], "action": *random.pick(&["mark", "unmark", "merge"])})),
        13 => ("hg/restore", json!({"uri": uri})),
        14 => ("hg/commit", json!({"message": "harm", "uris": [uri], "addremove": yes})),
        _ => ("hg/commit", json!({"message": "harm", "hunks": hunks})),
    };
    params["root"] = json!(root);
    (method, params)
}

/// Every file, folder and link below `folder`, but for hgls' store, which whoever asks may write.
fn everything(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.ends_with(".git/hgls") {
            // What operations keep of files is none of the store.
            found.extend(everything(&path.join("backups")));
            continue;
        }
        let about = fs::symlink_metadata(&path).unwrap();
        let content = match () {
            () if about.is_symlink() => fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
            () if about.is_file() => fs::read(&path).unwrap(),
            () => Vec::new(),
        };
        found.insert(path.clone(), (about.permissions().mode(), content));
        if about.is_dir() {
            found.extend(everything(&path));
        }
    }
    found
}
