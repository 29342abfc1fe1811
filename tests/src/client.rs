//! The server as its client sees it: a child process that is spoken to over standard input and output.
//!
//! Knows frames, JSON-RPC and the life cycle; every message of both directions goes through the contract.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::contract;
use crate::sandbox::Sandbox;

/// How long an answer may take before the test fails: far more than any needs, so that only a hang reaches it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Nothing more is on its way when nothing came for so long: many times the 50 ms in which the server collects.
const QUIET: Duration = Duration::from_millis(400);

/// A message, and which of all that came it is.
type Numbered = (u64, Value);

/// A running server.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Result<Value, String>>,
    responses: VecDeque<Numbered>,
    notifications: VecDeque<Numbered>,
    /// How many messages came, and which of them the newest answer was.
    came: u64,
    answered: u64,
    requests: VecDeque<Value>,
    stderr: Arc<Mutex<Vec<u8>>>,
    last_id: i64,
}

impl Client {
    /// Starts `hgls serve --stdio` in the sandbox's repository folder; nothing is sent yet.
    pub fn start(sandbox: &Sandbox) -> Self {
        let mut command = sandbox.command("hgls");
        command.args(["serve", "--stdio"]);
        Self::spawn(command)
    }

    /// Starts the server of `sandbox` and initializes it with the sandbox's repository as its only folder.
    pub fn initialized(sandbox: &Sandbox) -> Self {
        let mut client = Self::start(sandbox);
        client.initialize(&sandbox.repo(), &json!({}));
        client
    }

    /// Starts the server by `command`.
    pub fn spawn(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("hgls can be started");
        let (sender, incoming) = channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read_frame(&mut stdout).transpose() {
                let broken = message.is_err();
                if sender.send(message).is_err() || broken {
                    break;
                }
            }
        });
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let mut pipe = child.stderr.take().unwrap();
        let log = Arc::clone(&stderr);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                log.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });
        Self {
            stdin: child.stdin.take(),
            child,
            incoming,
            responses: VecDeque::new(),
            notifications: VecDeque::new(),
            came: 0,
            answered: 0,
            requests: VecDeque::new(),
            stderr,
            last_id: 0,
        }
    }

    /// `initialize` and `initialized`, with the members of `more` put over the parameters; gives the result.
    pub fn initialize(&mut self, root: &Path, more: &Value) -> Value {
        let params = initialize_params(root, more);
        let result = self.request("initialize", params).expect("the server can be initialized");
        self.notify("initialized", json!({}));
        result
    }

    /// Sends a request and gives its id.
    pub fn send_request(&mut self, method: &str, params: Value) -> i64 {
        contract::check_params(method, &params);
        self.send_broken_request(method, params)
    }

    /// Sends a request that the schema does not allow, and gives its id.
    pub fn send_broken_request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Waits for the answer to the request `id`: its result, or the error object.
    pub fn answer(&mut self, id: i64, method: &str) -> Result<Value, Value> {
        let (number, mut response) = self.wait(&format!("the answer to {method}"), PATIENCE, |client| {
            let place = client.responses.iter().position(|(_, response)| response["id"] == id)?;
            client.responses.remove(place)
        });
        self.answered = number;
        match response.get_mut("error") {
            Some(error) => {
                contract::check_error(method, error);
                Err(error.take())
            }
            None => {
                let result = response["result"].take();
                contract::check_result(method, &result);
                Ok(result)
            }
        }
    }

    /// A request and its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.send_request(method, params);
        self.answer(id, method)
    }

    /// As [`Client::request`], for requests that must succeed.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        match self.request(method, params.clone()) {
            Ok(result) => result,
            Err(error) => panic!("{method} {params} failed: {error}\nstderr:\n{}", self.stderr()),
        }
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        contract::check_params(method, &params);
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Waits for the next notification `method` and gives its parameters. Others are kept.
    pub fn notification(&mut self, method: &str) -> Value {
        self.wait(method, PATIENCE, |client| take_numbered(&mut client.notifications, method))
    }

    /// The parameters of the oldest notification `method` that came before the newest answer, if there is one. Waits for
    /// nothing.
    pub fn notification_before_answer(&mut self, method: &str) -> Option<Value> {
        let is_it = |(number, message): &Numbered| message["method"] == method && *number < self.answered;
        let place = self.notifications.iter().position(is_it)?;
        self.notifications.remove(place).map(|(_, mut message)| message["params"].take())
    }

    /// The parameters of the next notification `method` if it is there within `limit`.
    pub fn notification_within(&mut self, method: &str, limit: Duration) -> Option<Value> {
        self.wait_until(Instant::now() + limit, |client| take_numbered(&mut client.notifications, method))
            .ok()
            .flatten()
    }

    /// Waits for the server's next request `method`, which was answered already, and gives its parameters.
    pub fn asked(&mut self, method: &str) -> Value {
        self.wait(method, PATIENCE, |client| take(&mut client.requests, method))
    }

    /// Waits until no notification has come for a while, and forgets those that came.
    pub fn wait_for_quiet(&mut self) {
        loop {
            self.notifications.clear();
            match self.wait_until(Instant::now() + QUIET, |client| client.notifications.pop_front()) {
                Ok(None) => return,
                Ok(Some(_)) => {}
                Err(why) => panic!("{why}; stderr:\n{}", self.stderr()),
            }
        }
    }

    /// Waits until the index of the repository at `root`, or of the only one, is complete.
    pub fn wait_for_index(&mut self, root: Option<&str>) {
        let deadline = Instant::now() + PATIENCE;
        let params = root.map_or(json!({}), |root| json!({"root": root}));
        while self.ask("hg/index", params.clone())["state"] != "ready" {
            assert!(Instant::now() < deadline, "the index is not ready; stderr:\n{}", self.stderr());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Writes a message as one frame.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        if let Err(error) = self.send_bytes(frame.as_bytes()) {
            panic!("the server does not read ({error}); stderr:\n{}", self.stderr());
        }
    }

    /// Writes bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let stdin = self.stdin.as_mut().expect("the input is open");
        stdin.write_all(bytes)?;
        stdin.flush()
    }

    /// `shutdown`, `exit` and the exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.request("shutdown", Value::Null).expect("shutdown succeeds");
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Closes the server's input and gives its exit code.
    pub fn hang_up(mut self) -> Option<i32> {
        self.stdin = None;
        self.exit_code()
    }

    /// Kills the server, as `kill -9` does.
    pub fn kill(mut self) {
        self.kill_now();
    }

    /// As [`Client::kill`], with what it said until then still at hand.
    pub fn kill_now(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of the process.
    pub fn exit_code(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return ExitStatus::code(&status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("the server does not end; stderr:\n{}", self.stderr());
    }

    /// Whether the process lives.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the server wrote to standard error so far.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.lock().unwrap()).into_owned()
    }

    /// The next response of whatever id, if one is there within `limit`; for tests that send what has no id.
    pub fn any_response(&mut self, limit: Duration) -> Option<Value> {
        self.wait_until(Instant::now() + limit, |client| client.responses.pop_front())
            .ok()
            .flatten()
            .map(|(_, response)| response)
    }

    fn wait<T>(&mut self, what: &str, limit: Duration, find: impl FnMut(&mut Self) -> Option<T>) -> T {
        match self.wait_until(Instant::now() + limit, find) {
            Ok(Some(found)) => found,
            Ok(None) => panic!("no {what} within {limit:?}; stderr:\n{}", self.stderr()),
            Err(why) => panic!("no {what}: {why}; stderr:\n{}", self.stderr()),
        }
    }

    fn wait_until<T>(
        &mut self,
        deadline: Instant,
        mut find: impl FnMut(&mut Self) -> Option<T>,
    ) -> Result<Option<T>, String> {
        loop {
            while let Ok(message) = self.incoming.try_recv() {
                self.sort_in(message?);
            }
            if let Some(found) = find(self) {
                return Ok(Some(found));
            }
            match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) => self.sort_in(message?),
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => return Err("the server ended".to_owned()),
            }
        }
    }

    fn sort_in(&mut self, message: Value) {
        self.came += 1;
        match message["method"].as_str() {
            None => self.responses.push_back((self.came, message)),
            Some(method) if message.get("id").is_some() => {
                let result = match method {
                    "workspace/configuration" => {
                        message["params"]["items"].as_array().into_iter().flatten().map(|_| Value::Null).collect()
                    }
                    _ => Value::Null,
                };
                let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
                self.requests.push_back(message);
                if self.stdin.is_some() {
                    self.send(&answer);
                }
            }
            Some(method) => {
                contract::check_params(method, &message["params"]);
                self.notifications.push_back((self.came, message));
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The parameters of `initialize` for the folder `root`, with the members of `more` put over them.
pub fn initialize_params(root: &Path, more: &Value) -> Value {
    let uri = file_uri(root.as_os_str().as_encoded_bytes());
    let mut params = json!({
        "processId": null,
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": "repo"}],
        "capabilities": {},
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    params
}

/// The `file:` URI of an absolute path, every byte that is not plain percent-encoded.
pub fn file_uri(path: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
    let encode = |byte: &u8| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    std::iter::once("file://".to_owned()).chain(path.iter().map(encode)).collect()
}

/// The path that a `file:` URI stands for.
pub fn path_of_uri(uri: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = uri.strip_prefix("file://").unwrap_or(uri).as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| byte == b'%');
        match code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()) {
            Some(code) => {
                decoded.push(code);
                rest = &after[2..];
            }
            None => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    decoded
}

fn take_numbered(messages: &mut VecDeque<Numbered>, method: &str) -> Option<Value> {
    let place = messages.iter().position(|(_, message)| message["method"] == method)?;
    messages.remove(place).map(|(_, mut message)| message["params"].take())
}

fn take(messages: &mut VecDeque<Value>, method: &str) -> Option<Value> {
    let place = messages.iter().position(|message| message["method"] == method)?;
    messages.remove(place).map(|mut message| message["params"].take())
}

/// The next message; `None` at the end of the output.
fn read_frame(stdout: &mut BufReader<ChildStdout>) -> Result<Option<Value>, String> {
    let mut length = None;
    let mut lines = 0;
    loop {
        let mut line = String::new();
        let read = stdout.read_line(&mut line).map_err(|error| format!("a header that is not text: {error}"))?;
        if read == 0 {
            return if lines == 0 { Ok(None) } else { Err("the output ends in a header".to_owned()) };
        }
        lines += 1;
        let Some(line) = line.strip_suffix("\r\n") else { return Err(format!("not a header line: {line:?}")) };
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok();
        }
    }
    let Some(length) = length else { return Err("a frame without Content-Length".to_owned()) };
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).map_err(|error| format!("the output ends in a message: {error}"))?;
    let message: Value =
        serde_json::from_slice(&body).map_err(|error| format!("a message that is not JSON: {error}"))?;
    match message["jsonrpc"] == "2.0" {
        true => Ok(Some(message)),
        false => Err(format!("not a JSON-RPC 2.0 message: {message}")),
    }
}
