//! A client of the toy server, over pipes as the system makes them: small ones.

use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hgls::wire::{Lane, Options, serve};
use serde_json::{Value, json};

use super::toy::{Seen, Toy};

/// Longer than anything takes, on any machine.
pub const EVER: Duration = Duration::from_secs(60);

pub struct Harness {
    input: Option<PipeWriter>,
    output: Output,
    pub seen: Arc<Seen>,
    server: JoinHandle<u8>,
}

enum Output {
    /// Nobody reads.
    Unread(PipeReader),
    /// A thread reads all the time.
    Read(Receiver<Value>),
}

impl Harness {
    /// A server that is initialized, with a client that reads.
    pub fn new() -> Self {
        Self::with(Options::default(), Lane::new(2, 100))
    }

    pub fn with(options: Options, lane: Lane) -> Self {
        let mut harness = Self::uninitialized(options, lane);
        harness.read();
        harness.initialize();
        harness
    }

    pub fn initialize(&mut self) {
        self.request(0, "initialize", json!({"capabilities": {}}));
        assert!(self.answer(0).is_ok());
        self.notify("initialized", json!({}));
    }

    /// A server to which nothing was said, and a client that does not read.
    pub fn uninitialized(options: Options, lane: Lane) -> Self {
        let (server_input, input) = pipe().unwrap();
        let (output, server_output) = pipe().unwrap();
        let seen = Arc::<Seen>::default();
        let shared = Arc::clone(&seen);
        let server = thread::spawn(move || {
            serve(server_input, server_output, options, |client, _| Toy::service(client, shared, lane)).unwrap()
        });
        Self { input: Some(input), output: Output::Unread(output), seen, server }
    }

    /// Begins to read.
    pub fn read(&mut self) {
        let (arrived, messages) = channel();
        let Output::Unread(reader) = std::mem::replace(&mut self.output, Output::Read(messages)) else { return };
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            while let Some(message) = read_message(&mut reader) {
                if arrived.send(message).is_err() {
                    return;
                }
            }
        });
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    pub fn send_body(&mut self, body: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn send(&mut self, message: &Value) {
        self.send_body(&message.to_string());
    }

    pub fn request(&mut self, id: impl Into<Value>, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id.into(), "method": method, "params": params}));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The next message.
    pub fn receive(&mut self) -> Value {
        self.receive_within(EVER).expect("a message")
    }

    pub fn receive_within(&mut self, limit: Duration) -> Option<Value> {
        let Output::Read(messages) = &self.output else { panic!("nobody reads") };
        messages.recv_timeout(limit).ok()
    }

    /// The answer to `id`, which must be the next message.
    pub fn answer(&mut self, id: impl Into<Value>) -> Result<Value, Value> {
        let id = id.into();
        let message = self.receive();
        assert_eq!(message["id"], id, "{message}");
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    /// The code of the error that is the next message.
    pub fn error(&mut self, id: impl Into<Value>) -> i64 {
        self.answer(id).expect_err("an error")["code"].as_i64().unwrap()
    }

    /// Closes the input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    pub fn take_input(&mut self) -> PipeWriter {
        self.input.take().unwrap()
    }

    /// Closes the output, unread.
    pub fn close_output(&mut self) {
        let (_, nobody) = channel();
        self.output = Output::Read(nobody);
    }

    /// The exit code, once the server ends.
    pub fn exit_code(self) -> u8 {
        self.server.join().unwrap()
    }

    pub fn wait_until(&self, what: &str, reached: impl Fn(&Seen) -> bool) {
        let begun = Instant::now();
        while !reached(&self.seen) {
            assert!(begun.elapsed() < EVER, "{what} never happened");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

fn read_message(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}
