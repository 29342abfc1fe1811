//! `hg/manifest` and `hg/cat` beside `git ls-tree` and `git cat-file`.

use hgls_tests::client::Client;
use hgls_tests::random::Random;
use serde_json::{Value, json};

use super::for_each_repository;
use super::ground::{Ground, flags, shown};

#[test]
fn manifests_are_what_ls_tree_lists() {
    for_each_repository(|ground, client| {
        for commit in &ground.commits {
            let files = manifest(ground, client, &json!({"rev": commit.node}));
            let tree = ground.tree(&commit.node).iter();
            let wanted: Vec<_> =
                tree.map(|(path, (mode, id))| (path.clone(), id.clone(), flags(mode).to_owned())).collect();
            assert_eq!(files, wanted, "the files of {}, in the order of their bytes", commit.node);
        }
        let head = json!({"rev": ground.head(), "limit": 3});
        assert_eq!(manifest(ground, client, &head), manifest(ground, client, &json!({})), "pages put together");
    });
}

#[test]
fn contents_and_sizes_are_those_of_the_blobs() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        for _ in 0..10 {
            let commit = random.pick(&ground.commits);
            for (path, (mode, id)) in ground.tree(&commit.node) {
                let params = json!({"textDocument": {"uri": ground.uri(path)}, "rev": commit.node});
                if mode == "160000" {
                    let error = client.request("hg/cat", params).expect_err("a submodule has no content");
                    assert_eq!(error["data"]["kind"], "binaryFile");
                    continue;
                }
                let blob = ground.sandbox().git(["cat-file", "blob", id]);
                let cat = client.ask("hg/cat", params);
                assert_eq!((&cat["size"], &cat["flags"]), (&json!(blob.len()), &json!(flags(mode))));
                match String::from_utf8(blob) {
                    Ok(text) => assert_eq!(cat["text"], text),
                    Err(error) => assert_eq!(cat["base64"], base64(error.as_bytes())),
                }
            }
        }
    });
}

/// All pages of a manifest: paths (as the URI has them), nodes and flags.
fn manifest(ground: &Ground, client: &mut Client, params: &Value) -> Vec<(Vec<u8>, String, String)> {
    let mut files = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut params = params.clone();
        if !cursor.is_null() {
            params["cursor"] = cursor;
        }
        let mut page = client.ask("hg/manifest", params);
        for file in page["files"].as_array().unwrap() {
            let path = ground.path(&file["uri"]);
            assert_eq!(file["path"], shown(&path).as_str());
            let text = |field: &str| file[field].as_str().unwrap().to_owned();
            files.push((path, text("node"), text("flags")));
        }
        cursor = page["nextCursor"].take();
        if cursor.is_null() {
            return files;
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits =
            chunk.iter().enumerate().fold(0u32, |bits, (place, byte)| bits | u32::from(*byte) << (16 - 8 * place));
        let digit = |place: usize| match place <= chunk.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]),
            false => '=',
        };
        (0..4).map(digit).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}
