//! What is no message is answered as JSON-RPC says, and the next message is read as if nothing had been.

use hgls::wire::{Lane, Limits, Options};
use serde_json::{Value, json};

use super::harness::Harness;

/// Sends `bytes`, which are answered by an error of `code`, and then something sensible.
fn refused(harness: &mut Harness, bytes: &[u8], id: Value, code: i64) {
    harness.send_bytes(bytes);
    assert_eq!(harness.error(id), code, "{}", String::from_utf8_lossy(bytes));
    harness.request(7, "toy/echo", json!({"still": "there"}));
    assert_eq!(harness.answer(7), Ok(json!({"still": "there"})));
}

fn framed(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn bad_json_is_a_parse_error() {
    let mut harness = Harness::new();
    for body in ["", "{", "nonsense", "{\"jsonrpc\": \"2.0\", \"id\": 1, ", "\u{0}"] {
        refused(&mut harness, &framed(body), Value::Null, -32700);
    }
    refused(&mut harness, b"Content-Length: 3\r\n\r\n\"\xff\"", Value::Null, -32700);
}

#[test]
fn garbage_between_messages_is_a_parse_error() {
    let mut harness = Harness::new();
    refused(&mut harness, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", Value::Null, -32700);
    refused(&mut harness, b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"toy/echo\"}\n", Value::Null, -32700);
    refused(&mut harness, b"Content-Length: many\r\n\r\n", Value::Null, -32700);
    refused(&mut harness, &[b"X: ".as_slice(), &[b'y'; 100_000], b"\r\n\r\n"].concat(), Value::Null, -32700);
    refused(&mut harness, b"X-Only: this\r\n\r\n", Value::Null, -32700);
}

#[test]
fn a_batch_is_an_invalid_request() {
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"toy/echo"},{"jsonrpc":"2.0","id":2,"method":"toy/echo"}]"#;
    refused(&mut Harness::new(), &framed(batch), Value::Null, -32600);
}

#[test]
fn what_is_no_message_is_an_invalid_request() {
    let mut harness = Harness::new();
    refused(&mut harness, &framed("{}"), Value::Null, -32600);
    refused(&mut harness, &framed(r#"{"jsonrpc":"2.0","id":5}"#), json!(5), -32600);
    refused(&mut harness, &framed(r#"{"jsonrpc":"1.0","id":5,"method":"toy/echo"}"#), json!(5), -32600);
    refused(&mut harness, &framed(r#"{"jsonrpc":"2.0","id":{},"method":"toy/echo"}"#), Value::Null, -32600);
}

#[test]
fn headers_may_be_many_and_in_any_case() {
    let mut harness = Harness::new();
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"toy/echo","params":[1]}"#;
    for header in [
        format!("content-length: {}\r\n\r\n", body.len()),
        format!("CONTENT-LENGTH:{}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n", body.len()),
        format!("X-One: 1\r\nX-Two: 2\r\nX-Three: 3\r\nContent-Length: {}\r\n\r\n", body.len()),
    ] {
        harness.send_bytes(header.as_bytes());
        harness.send_bytes(body.as_bytes());
        assert_eq!(harness.answer(1), Ok(json!([1])), "{header}");
    }
}

#[test]
fn a_message_beyond_the_limit_is_skipped() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let mut harness = Harness::with(Options { limits, ..Options::default() }, Lane::new(2, 100));
    refused(&mut harness, &framed(&"x".repeat(20_000)), Value::Null, -32600);
}

#[test]
fn an_unknown_method_and_bad_parameters_are_told_apart() {
    let mut harness = Harness::new();
    for method in ["toy/none", "$/none"] {
        harness.request(1, method, json!({}));
        assert_eq!(harness.error(1), -32601, "{method}");
    }
    harness.request(2, "textDocument/hover", json!({"textDocument": 1}));
    assert_eq!(harness.error(2), -32602);
    harness.notify("toy/none", json!({}));
    harness.notify("$/none", json!({}));
    harness.notify("textDocument/didChange", json!({"nonsense": true}));
    harness.request("a string", "toy/echo", json!({"after": "them"}));
    assert_eq!(harness.answer("a string"), Ok(json!({"after": "them"})), "notifications are never answered");
}

#[test]
fn parameters_may_be_left_out() {
    let mut harness = Harness::new();
    harness.send_body(r#"{"jsonrpc":"2.0","id":1,"method":"toy/echo"}"#);
    assert_eq!(harness.answer(1), Ok(json!({})));
}

#[test]
fn an_id_may_be_used_again_once_answered_and_not_before() {
    let mut harness = Harness::new();
    harness.request(5_000_000_000_i64, "toy/job", json!({}));
    harness.wait_until("the job", |seen| seen.running.load(std::sync::atomic::Ordering::SeqCst) == 1);
    harness.request(5_000_000_000_i64, "toy/echo", json!({}));
    assert_eq!(harness.error(5_000_000_000_i64), -32600);
    harness.seen.released.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(harness.answer(5_000_000_000_i64), Ok(json!("done")));
    for round in 0..3 {
        harness.request(1, "toy/echo", json!([round]));
        assert_eq!(harness.answer(1), Ok(json!([round])));
        harness.request(1, "toy/panic", json!({}));
        assert_eq!(harness.error(1), -32603, "a panic does not keep its id");
    }
}
