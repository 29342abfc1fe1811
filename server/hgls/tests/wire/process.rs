//! The real binary as a process: exit codes, and no orphans.
#![cfg(unix)]

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Half a second is promised. Longer than any machine takes whatever else it does, and far shorter than for ever.
const SOON: Duration = Duration::from_secs(30);

fn start() -> Child {
    Command::new(env!("CARGO_BIN_EXE_hgls"))
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn initialize(process_id: Option<u32>) -> Vec<u8> {
    let params = json!({"capabilities": {"window": {"workDoneProgress": true}}, "processId": process_id});
    frame(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
}

/// Waits for the end.
fn code(mut server: Child, begun: Instant) -> Option<i32> {
    let code = server.wait().unwrap().code();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    code
}

#[test]
fn the_exit_code_says_whether_the_end_was_asked_for() {
    let mut server = start();
    let input = server.stdin.as_mut().unwrap();
    input.write_all(&initialize(None)).unwrap();
    input.write_all(&frame(&json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}))).unwrap();
    input.write_all(&frame(&json!({"jsonrpc": "2.0", "method": "exit"}))).unwrap();
    assert_eq!(code(server, Instant::now()), Some(0));

    let mut server = start();
    server.stdin.as_mut().unwrap().write_all(&frame(&json!({"jsonrpc": "2.0", "method": "exit"}))).unwrap();
    assert_eq!(code(server, Instant::now()), Some(1));
}

#[test]
fn the_end_of_input_ends_the_process() {
    let mut server = start();
    drop(server.stdin.take());
    assert_eq!(code(server, Instant::now()), Some(1));

    let mut server = start();
    let mut input = server.stdin.take().unwrap();
    input.write_all(&initialize(None)).unwrap();
    input.write_all(&frame(&json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}))).unwrap();
    drop(input);
    let mut said = String::new();
    server.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("\"id\":2,\"result\":null"), "{said}");
    assert_eq!(code(server, Instant::now()), Some(0));
}

/// The editor is killed, but its end of the pipe stays open in another process: this one.
#[test]
fn the_death_of_the_editor_ends_the_process() {
    let mut editor = Command::new("sh")
        // In the background a shell takes the input away, but for what it is told to leave.
        .args(["-c", "exec 3<&0; \"$0\" serve <&3 3<&- & wait"])
        .arg(env!("CARGO_BIN_EXE_hgls"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (editor.stdin.take().unwrap(), editor.stdout.take().unwrap());
    input.write_all(&initialize(Some(editor.id()))).unwrap();
    let mut first = [0; 16];
    output.read_exact(&mut first).unwrap();
    editor.kill().unwrap();
    editor.wait().unwrap();
    let begun = Instant::now();
    // The server holds the other end of this pipe as long as it lives.
    output.read_to_end(&mut Vec::new()).unwrap();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    drop(input);
}
