//! The server as an editor sees it, timed: frames over standard input and output, and the moment at which each arrived.
//!
//! Knows no method. The client of the tests also holds each message against the schema, which would take time here.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Result, process};

/// A running server.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<(Instant, Vec<u8>)>,
    started: Instant,
    last_id: i64,
    limit: Duration,
}

impl Client {
    /// Starts the server. No answer may take longer than `limit`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command, limit: Duration) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let started = Instant::now();
        let mut child = command.spawn()?;
        let (sender, incoming) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                while let Some(body) = read_frame(&mut stdout) {
                    if sender.send((Instant::now(), body)).is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Self { stdin: child.stdin.take(), child, incoming, started, last_id: 0, limit })
    }

    /// `initialize` and `initialized` for the folder `root`. Gives the seconds from the start to the answer.
    ///
    /// # Errors
    /// As [`Client::request`].
    pub fn initialize(&mut self, root: &Path) -> Result<f64> {
        let uri = file_uri(root);
        let folders = json!([{"uri": uri, "name": "bench"}]);
        let params = json!({"processId": null, "rootUri": uri, "workspaceFolders": folders, "capabilities": {}});
        let (_, arrived) = self.ask("initialize", &params)?;
        self.notify("initialized", &json!({}))?;
        Ok((arrived - self.started).as_secs_f64())
    }

    /// A request: its result, and the seconds from sending it to having all of its answer.
    ///
    /// # Errors
    /// When the answer is an error, does not come in time, or the server ended.
    pub fn request(&mut self, method: &str, params: &Value) -> Result<(Value, f64)> {
        let sent = Instant::now();
        let (result, arrived) = self.ask(method, params)?;
        Ok((result, (arrived - sent).as_secs_f64()))
    }

    /// Sends a notification.
    ///
    /// # Errors
    /// When the server does not read.
    pub fn notify(&mut self, method: &str, params: &Value) -> Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Waits for the next notification `method`, and gives when it came. What came before is forgotten.
    ///
    /// # Errors
    /// When none comes in time.
    pub fn wait_for(&mut self, method: &str) -> Result<Instant> {
        loop {
            let (arrived, message) = self.next(method)?;
            if message["method"] == method {
                return Ok(arrived);
            }
        }
    }

    /// Forgets what has come so far.
    pub fn forget(&self) {
        while self.incoming.try_recv().is_ok() {}
    }

    /// When the process was started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `shutdown`, `exit`, and the end of the process.
    ///
    /// # Errors
    /// As [`Client::request`].
    pub fn stop(mut self) -> Result<()> {
        self.ask("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        self.stdin = None;
        process::wait(&mut self.child, self.limit)?;
        Ok(())
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<(Value, Instant)> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        loop {
            let (arrived, mut message) = self.next(method)?;
            if message["id"] == id && message.get("method").is_none() {
                return match message.get("error") {
                    Some(error) => Err(format!("{method} {params}: {error}").into()),
                    None => Ok((message["result"].take(), arrived)),
                };
            }
        }
    }

    /// The next message of the server. What it asks is answered with nothing.
    fn next(&mut self, awaited: &str) -> Result<(Instant, Value)> {
        let (arrived, body) = self.incoming.recv_timeout(self.limit).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("{awaited}: nothing within {} s", self.limit.as_secs()),
            RecvTimeoutError::Disconnected => format!("{awaited}: the server ended"),
        })?;
        let message: Value = serde_json::from_slice(&body)?;
        if message.get("method").is_some() && message.get("id").is_some() {
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}))?;
        }
        Ok((arrived, message))
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        let stdin = self.stdin.as_mut().ok_or("the server's input is closed")?;
        stdin.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
        Ok(stdin.flush()?)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The `file:` URI of an absolute path.
pub fn file_uri(path: &Path) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
    let encode = |byte: &u8| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    std::iter::once("file://".to_owned()).chain(path.as_os_str().as_encoded_bytes().iter().map(encode)).collect()
}

/// The body of the next message; `None` at the end of the output, or of what can be understood of it.
fn read_frame(stdout: &mut BufReader<ChildStdout>) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").map_or(length, |value| value.parse().ok()),
        }
    }
    let mut body = vec![0; length?];
    stdout.read_exact(&mut body).ok()?;
    Some(body)
}
