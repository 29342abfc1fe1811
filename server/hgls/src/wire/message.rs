//! Messages, from the bodies of frames: what JSON-RPC 2.0 and LSP make of them. Knows no method.

use serde_json::{Map, Value};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request};

/// A message from the client.
#[derive(Debug)]
pub enum Message {
    /// A request (with an id) or a notification (without).
    Call(Request),
    /// An answer to a request of ours.
    Response(Id, Result<Value, Error>),
    /// None of them, and what to answer.
    Invalid(Id, Error),
}

/// Reads a message. Never fails: what is no message is [`Message::Invalid`].
pub fn parse(body: &[u8]) -> Message {
    let value = serde_json::from_slice(body).or_else(|error| {
        let repaired = replace_lone_surrogates(body).ok_or(error)?;
        serde_json::from_slice(&repaired)
    });
    match value {
        Err(error) => Message::Invalid(Id::Null, failure(ErrorCode::ParseError, format!("not JSON: {error}"))),
        Ok(Value::Object(object)) => from_object(object),
        Ok(Value::Array(_)) => invalid(Id::Null, "batches are not part of the Language Server Protocol"),
        Ok(_) => invalid(Id::Null, "a message is a JSON object"),
    }
}

fn from_object(mut object: Map<String, Value>) -> Message {
    let id = object.remove("id");
    let known = match &id {
        Some(Value::String(id)) => Some(Id::String(id.clone())),
        Some(Value::Number(number)) => number.as_i64().map(Id::Number),
        _ => None,
    };
    if object.get("jsonrpc") != Some(&Value::from("2.0")) {
        return invalid(known.unwrap_or_default(), "jsonrpc must be \"2.0\"");
    }
    match object.remove("method") {
        Some(Value::String(method)) => call(method, id.is_some(), known, object.remove("params")),
        Some(_) => invalid(known.unwrap_or_default(), "method must be a string"),
        None => response(known, object),
    }
}

fn call(method: String, is_request: bool, id: Option<Id>, params: Option<Value>) -> Message {
    if is_request && id.is_none() {
        return invalid(Id::Null, "id must be a string or an integer");
    }
    if !matches!(params, None | Some(Value::Null | Value::Object(_) | Value::Array(_))) {
        return invalid(id.unwrap_or_default(), "params must be an object or an array");
    }
    // The framework refuses a method with parameters when they are left out, and one without when they are there.
    let params = params.filter(|params| !params.is_null());
    let params = match method.as_str() {
        "shutdown" | "exit" => None,
        _ => Some(params.unwrap_or_else(|| Value::Object(Map::new()))),
    };
    let mut request = Request::build(method);
    if let Some(params) = params {
        request = request.params(params);
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    Message::Call(request.finish())
}

fn response(id: Option<Id>, mut object: Map<String, Value>) -> Message {
    let outcome = match (object.remove("result"), object.remove("error")) {
        (_, Some(Value::Object(mut error))) => {
            let code = error.get("code").and_then(Value::as_i64).unwrap_or(0);
            let message = error.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
            Err(Error { code: code.into(), message: message.into(), data: error.remove("data") })
        }
        (Some(result), _) => Ok(result),
        (None, _) => return invalid(id.unwrap_or_default(), "neither a request nor a response"),
    };
    match id {
        Some(id) => Message::Response(id, outcome),
        // An error with the id null: the client could not read something of ours. There is nobody to tell.
        None => Message::Response(Id::Null, outcome),
    }
}

fn invalid(id: Id, message: &'static str) -> Message {
    Message::Invalid(id, failure(ErrorCode::InvalidRequest, message.to_owned()))
}

fn failure(code: ErrorCode, message: String) -> Error {
    Error { code, message: message.into(), data: None }
}

/// `body` with every escaped half of a surrogate pair that lacks its other half made U+FFFD; `None` when there is none.
///
/// An editor whose strings are UTF-16 can send such halves, when a file or an edit cuts a character in two. They are no
/// Unicode text, and the parser refuses them; but a refused `didChange` would leave the document wrong for good.
/// U+FFFD is one unit of UTF-16 as well, so positions stay right.
fn replace_lone_surrogates(body: &[u8]) -> Option<Vec<u8>> {
    let mut repaired: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        at += match unit(body, at) {
            Some(0xd800..=0xdbff) if matches!(unit(body, at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                let repaired = repaired.get_or_insert_with(|| body.to_vec());
                if let Some(digits) = repaired.get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"fffd");
                }
                6
            }
            _ => 2,
        };
    }
    repaired
}

/// The unit of UTF-16 whose escape `\uXXXX` stands at `at`.
fn unit(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn code(body: &str) -> (Id, i64) {
        match parse(body.as_bytes()) {
            Message::Invalid(id, error) => (id, error.code.code()),
            other => panic!("{body} is {other:?}"),
        }
    }

    #[test]
    fn what_is_not_json_is_a_parse_error() {
        let deep = "[".repeat(100_000);
        for body in ["", "{", "nonsense", "{\"a\":1}x", "\u{feff}{}", "{\"a\":\"\\x\"}", &deep] {
            assert_eq!(code(body), (Id::Null, -32700), "{body:.20}");
        }
        assert!(matches!(parse(b"{\"a\":\"\xff\"}"), Message::Invalid(Id::Null, error) if error.code.code() == -32700));
    }

    #[test]
    fn what_is_no_message_is_an_invalid_request_with_its_id_where_it_has_one() {
        for body in ["1", "\"x\"", "null", "[]", "{}"] {
            assert_eq!(code(body), (Id::Null, -32600), "{body}");
        }
        assert_eq!(code(r#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#), (Id::Null, -32600), "a batch");
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1}"#), (Id::Number(1), -32600));
        assert_eq!(code(r#"{"jsonrpc":"1.0","id":1,"method":"a"}"#), (Id::Number(1), -32600));
        assert_eq!(code(r#"{"id":"x","method":"a"}"#), (Id::String("x".to_owned()), -32600));
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1,"method":2}"#), (Id::Number(1), -32600));
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1,"method":"a","params":2}"#), (Id::Number(1), -32600));
        for id in ["null", "1.5", "{}", "18446744073709551615"] {
            assert_eq!(code(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"a"}}"#)), (Id::Null, -32600), "{id}");
        }
    }

    #[test]
    fn parameters_that_are_left_out_are_empty_but_where_there_must_be_none() {
        for (body, params) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#, Some("{}")),
            (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":null}"#, Some("{}")),
            (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"b":1}}"#, Some(r#"{"b":1}"#)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"shutdown","params":{}}"#, None),
            (r#"{"jsonrpc":"2.0","method":"exit","params":null}"#, None),
        ] {
            let Message::Call(request) = parse(body.as_bytes()) else { panic!("{body}") };
            assert_eq!(request.params().map(ToString::to_string).as_deref(), params, "{body}");
        }
    }

    #[test]
    fn responses_are_told_from_requests() {
        assert!(matches!(
            parse(br#"{"jsonrpc":"2.0","id":3,"result":null}"#),
            Message::Response(Id::Number(3), Ok(Value::Null))
        ));
        let error = br#"{"jsonrpc":"2.0","id":3,"error":{"code":-1,"message":"no","extra":1}}"#;
        assert!(matches!(parse(error), Message::Response(Id::Number(3), Err(error)) if error.message == "no"));
    }

    #[test]
    fn half_a_character_does_not_lose_the_message() {
        let text = |body: &str| match parse(body.as_bytes()) {
            Message::Call(request) => request.params().map(|params| params["t"].as_str().unwrap_or("?").to_owned()),
            other => panic!("{other:?}"),
        };
        let with = |text: &str| format!(r#"{{"jsonrpc":"2.0","method":"a","params":{{"t":"{text}"}}}}"#);
        assert_eq!(text(&with(r"a\ud800b")).as_deref(), Some("a\u{fffd}b"));
        assert_eq!(text(&with(r"\udc00\ud83d\ude00\ud83d")).as_deref(), Some("\u{fffd}\u{1f600}\u{fffd}"));
        assert_eq!(text(&with(r"\\ud800\ud800")).as_deref(), Some("\\ud800\u{fffd}"), "an escaped backslash is none");
    }
}
