//! Messages made at random, sensible and not: the server answers each request once, never hangs, never dies.
//! A failure prints its seed; `HGLS_SEED=N` repeats it, `HGLS_ROUNDS=N` tries more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::time::Duration;

use hgls_tests::client::{Client, file_uri};
use hgls_tests::contract;
use hgls_tests::generator::{edit_working_copy, make_history};
use hgls_tests::random::{Random, seeds};
use hgls_tests::sandbox::Sandbox;
use serde_json::{Map, Value, json};

const ROUNDS: u64 = 3;
const MESSAGES: usize = 400;

#[test]
fn every_request_is_answered_once_whatever_it_says() {
    for seed in seeds(ROUNDS) {
        let (sandbox, mut client) = server(seed);
        let mut fuzz = Fuzz::new(seed, &sandbox);
        let mut waiting = BTreeSet::new();
        for id in 10_000..10_000 + MESSAGES as i64 {
            match fuzz.random.below(10) {
                0 => client.send(&fuzz.document_message()),
                1 => client.send(&json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id - 1}})),
                2 => client.send(&json!({"jsonrpc": "2.0", "method": fuzz.method(), "params": fuzz.nonsense(2)})),
                _ => {
                    let mut request = fuzz.request();
                    request["id"] = json!(id);
                    client.send(&request);
                    waiting.insert(id);
                }
            }
            if waiting.len() >= 50 {
                collect(&mut client, &mut waiting, seed);
            }
        }
        collect(&mut client, &mut waiting, seed);
        assert_eq!(client.any_response(Duration::from_millis(100)), None, "an answer too many, HGLS_SEED={seed}");
        alive(&mut client, seed);
        assert_eq!(client.stop(), Some(0), "HGLS_SEED={seed}");
    }
}

#[test]
fn bytes_that_are_no_messages_end_nothing() {
    for seed in seeds(ROUNDS) {
        let (sandbox, mut client) = server(seed);
        let mut fuzz = Fuzz::new(seed, &sandbox);
        for _ in 0..60 {
            let bytes = fuzz.frame();
            client.send_bytes(&bytes).unwrap_or_else(|error| panic!("{error} after {bytes:?}, HGLS_SEED={seed}"));
            if fuzz.random.once_in(4) {
                alive(&mut client, seed);
            }
        }
        alive(&mut client, seed);
        assert_eq!(client.stop(), Some(0), "HGLS_SEED={seed}");
    }
}

fn server(seed: u64) -> (Sandbox, Client) {
    let sandbox = Sandbox::new();
    make_history(&sandbox, seed, 30);
    edit_working_copy(&sandbox, seed, 10);
    let client = Client::initialized(&sandbox);
    (sandbox, client)
}

/// Waits for the answer to each of `waiting`.
fn collect(client: &mut Client, waiting: &mut BTreeSet<i64>, seed: u64) {
    while !waiting.is_empty() {
        let Some(response) = client.any_response(Duration::from_secs(60)) else {
            panic!("no answer to {waiting:?}, HGLS_SEED={seed}; stderr:\n{}", client.stderr());
        };
        let Some(id) = response["id"].as_i64() else { continue };
        assert!(waiting.remove(&id), "answered twice or never asked: {response}, HGLS_SEED={seed}");
        let failed = response.get("error").is_some_and(|error| error["code"] == -32603);
        assert!(!failed, "a defect of hgls: {response}, HGLS_SEED={seed}; stderr:\n{}", client.stderr());
    }
}

/// That the server answers. What was sent before may have swallowed the beginning of a question, but not all of them.
fn alive(client: &mut Client, seed: u64) {
    const QUESTIONS: std::ops::Range<i64> = 1_000_000..1_000_004;
    for question in QUESTIONS {
        client.send(&json!({"jsonrpc": "2.0", "id": question, "method": "hg/identify", "params": {}}));
    }
    while let Some(response) = client.any_response(Duration::from_secs(60)) {
        if response["id"].as_i64().is_some_and(|id| QUESTIONS.contains(&id)) {
            return;
        }
    }
    panic!("the server does not answer any more, HGLS_SEED={seed}; stderr:\n{}", client.stderr());
}

struct Fuzz {
    random: Random,
    root: Vec<u8>,
    files: Vec<Vec<u8>>,
    revs: Vec<String>,
}

impl Fuzz {
    fn new(seed: u64, sandbox: &Sandbox) -> Self {
        let files = sandbox.git(["ls-files", "-z", "--cached", "--others"]);
        let files = files.split(|byte| *byte == 0).filter(|file| !file.is_empty()).map(<[u8]>::to_vec);
        let mut revs: Vec<String> = sandbox.git_line(["rev-list", "--all"]).lines().map(str::to_owned).collect();
        let other = [
            ".",
            "tip",
            "null",
            "wdir()",
            "-1",
            "0",
            "5",
            "999",
            "dead",
            "c",
            "",
            "main",
            "all()",
            "merge() and",
            "::tip",
            "reverse(::.)",
            "((",
            "x^9~-2",
            "2147483647",
            "ffffffffffff",
            "\u{0}",
        ];
        revs.extend(other.map(str::to_owned));
        Self {
            random: Random::new(seed),
            root: sandbox.repo().into_os_string().into_encoded_bytes(),
            files: files
                .chain([&b"nosuch"[..], b".git/config", b"../outside", b"dir", b""].map(<[u8]>::to_vec))
                .collect(),
            revs,
        }
    }

    /// A request for any method, with parameters that are right, nearly right, or nonsense.
    fn request(&mut self) -> Value {
        let method = self.method();
        let mut params = match self.random.below(8) {
            0 => self.nonsense(3),
            _ => self.params(method),
        };
        for _ in 0..self.random.below(3) / 2 {
            self.spoil(&mut params);
        }
        match self.random.once_in(20) {
            true => json!({"jsonrpc": "2.0", "method": method}),
            false => json!({"jsonrpc": "2.0", "method": method, "params": params}),
        }
    }

    fn method(&mut self) -> &'static str {
        let methods = contract::methods();
        match self.random.below(12) {
            0 => ["nosuch", "hg/nosuch", "textDocument/hover", "workspace/symbol", "initialize"][self.random.below(5)],
            _ => methods[self.random.below(methods.len())],
        }
    }

    /// Parameters that the schema of `method` lists, each there or not, of roughly the right kind.
    fn params(&mut self, method: &str) -> Value {
        let listed = contract::document()["methods"].as_array().unwrap().iter().find(|entry| entry["name"] == method);
        let mut params = Map::new();
        for param in listed.and_then(|method| method["params"].as_array()).into_iter().flatten() {
            if param["required"] == true || self.random.once_in(3) {
                let name = param["name"].as_str().unwrap();
                params.insert(name.to_owned(), self.param(name));
            }
        }
        params.into()
    }

    fn param(&mut self, name: &str) -> Value {
        match name {
            "textDocument" => json!({"uri": self.uri()}),
            "root" => json!(file_uri(&self.root)),
            "uris" | "paths" => json!([self.uri()]),
            "rev" | "revset" | "from" | "to" | "change" => json!(self.random.pick(&self.revs)),
            "skip" => json!([self.random.pick(&self.revs)]),
            "limit" | "context" => json!(1 + self.random.below(20)),
            "range" => json!({"start": self.random.below(10), "end": self.random.below(20)}),
            "ranges" => json!([{"start": self.random.below(10), "end": self.random.below(20)}]),
            "prefer" => json!(self.random.pick(&["p1", "p2"])),
            "include" => json!([self.random.pick(&["M", "A", "R", "!", "?", "I", "C"])]),
            "follow" | "allHeads" | "sizes" | "patch" | "text" | "rebuild" => json!(self.random.once_in(2)),
            _ => self.nonsense(1),
        }
    }

    fn uri(&mut self) -> String {
        let file = self.random.pick(&self.files).clone();
        match self.random.below(15) {
            0 => "untitled:Untitled-1".to_owned(),
            1 => format!("{}%", file_uri(&file)),
            _ => file_uri(&[&self.root, b"/".as_slice(), &file].concat()),
        }
    }

    /// Opens, edits or closes a file; now and then one that is not open, or at a place that is not there.
    fn document_message(&mut self) -> Value {
        let document = json!({"uri": self.uri(), "languageId": "text", "version": 1, "text": "one\ntwo \u{1F600}\n"});
        let (method, params) = match self.random.below(4) {
            0 => ("textDocument/didOpen", json!({"textDocument": document})),
            1 => ("textDocument/didClose", json!({"textDocument": document})),
            _ => {
                let mut position = || json!({"line": self.random.below(4), "character": self.random.below(8)});
                let change = json!({"range": {"start": position(), "end": position()}, "text": "x\n"});
                ("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}))
            }
        };
        json!({"jsonrpc": "2.0", "method": method, "params": params})
    }

    /// Replaces one value somewhere inside.
    fn spoil(&mut self, value: &mut Value) {
        let inner = match value {
            Value::Object(entries) if !entries.is_empty() => {
                let place = self.random.below(entries.len());
                entries.values_mut().nth(place)
            }
            Value::Array(items) if !items.is_empty() => {
                let place = self.random.below(items.len());
                items.get_mut(place)
            }
            _ => None,
        };
        match inner {
            Some(inner) if !self.random.once_in(2) => self.spoil(inner),
            Some(inner) => *inner = self.nonsense(2),
            None => *value = self.nonsense(2),
        }
    }

    fn nonsense(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 7 } else { 9 };
        match self.random.below(kinds) {
            0 => Value::Null,
            1 => json!(self.random.once_in(2)),
            2 => json!(-1),
            3 => json!(u64::MAX),
            4 => json!(1.5e300),
            5 => json!("\u{0}\u{FFFF} \u{202E}x"),
            6 => json!("x".repeat(10_000)),
            7 => (0..self.random.below(4)).map(|_| self.nonsense(depth - 1)).collect(),
            _ => {
                let key = ["uri", "rev", "textDocument", "a"][self.random.below(4)];
                json!({key: self.nonsense(depth - 1)})
            }
        }
    }

    /// Bytes that are nearly, or not at all, a frame.
    fn frame(&mut self) -> Vec<u8> {
        let body = self.request().to_string();
        let length = body.len();
        let frame = |header: &str, body: &str| format!("{header}\r\n\r\n{body}").into_bytes();
        match self.random.below(14) {
            0 => frame(&format!("content-length:{length}"), &body),
            1 => frame(&format!("Content-Type: x\r\nA: b\r\nContent-Length: {length}"), &body),
            2 => frame(&format!("Content-Length: {}", length / 2), &body),
            3 => frame(&format!("Content-Length: {}", length + 3), &body),
            4 => frame("Content-Length: -5", &body),
            5 => frame("Content-Length: 99999999999999999999999", &body),
            6 => frame("Content-Length: x", &body),
            7 => frame(&format!("Content-Length: {}", length - 1), &body[..length - 1]),
            8 => frame("Content-Length: 0", ""),
            9 => frame("Content-Length: 9", "[1, 2, 3]"),
            10 => frame("Content-Length: 4", "null"),
            11 => {
                let bytes: Vec<u8> = (0..self.random.below(300)).map(|_| self.random.bits() as u8).collect();
                [&bytes[..], b"\r\n\r\n"].concat()
            }
            12 => [b"Content-Length: 6\r\n\r\n".as_slice(), b"{\"\xff\xfe\"}"].concat(),
            _ => frame(&format!("Content-Length: {length}"), &body),
        }
    }
}
