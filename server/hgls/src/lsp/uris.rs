//! URIs as clients write them. The framework's type takes only what RFC 3986 allows, and drops a notification with
//! anything else, unanswered: the document would never be open. Some clients leave a space, a letter beyond ASCII or a
//! bracket as it is; here it is encoded before the framework sees it.

use std::fmt::Write;

use serde_json::Value;

/// Encodes what no URI may contain in the URIs of LSP's own parameters.
pub fn amend(params: &mut Value) {
    for place in ["/textDocument/uri", "/rootUri"] {
        params.pointer_mut(place).map(encode);
    }
    for place in ["/workspaceFolders", "/event/added", "/event/removed", "/changes"] {
        let list = params.pointer_mut(place).and_then(Value::as_array_mut).into_iter().flatten();
        list.filter_map(|entry| entry.get_mut("uri")).for_each(encode);
    }
}

fn encode(value: &mut Value) {
    let Some(uri) = value.as_str() else { return };
    if uri.char_indices().all(|(at, character)| stands(uri, at, character)) {
        return;
    }
    let mut encoded = String::with_capacity(uri.len() + 16);
    for (at, character) in uri.char_indices() {
        if stands(uri, at, character) {
            encoded.push(character);
        } else {
            // A string takes all that is written.
            let bytes = &mut [0; 4];
            character.encode_utf8(bytes).bytes().for_each(|byte| _ = write!(encoded, "%{byte:02X}"));
        }
    }
    *value = Value::String(encoded);
}

/// Whether a character may stand where it does.
fn stands(uri: &str, at: usize, character: char) -> bool {
    match character {
        '%' => uri.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        _ => character.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=".contains(character),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_uri_may_contain_is_encoded_and_the_rest_left_alone() {
        for (given, made) in [
            ("file:///p/a%20b.c", "file:///p/a%20b.c"),
            ("file:///p/a b.c", "file:///p/a%20b.c"),
            ("file:///p/[id]/ä{}.c", "file:///p/%5Bid%5D/%C3%A4%7B%7D.c"),
            ("file:///p/100%", "file:///p/100%25"),
            ("file:///p/%ff", "file:///p/%ff"),
            ("file:///c:/p", "file:///c:/p"),
        ] {
            let mut params = json!({
                "textDocument": {"uri": given},
                "workspaceFolders": [{"uri": given}],
                "event": {"added": [{"uri": given}], "removed": []},
                "text": given,
            });
            amend(&mut params);
            assert_eq!(params["textDocument"]["uri"], made);
            assert_eq!(params["workspaceFolders"][0]["uri"], made);
            assert_eq!(params["event"]["added"][0]["uri"], made);
            assert_eq!(params["text"], given);
        }
        for nothing in [json!(null), json!([1]), json!({"workspaceFolders": null}), json!({"textDocument": {"uri": 1}})]
        {
            let mut params = nothing.clone();
            amend(&mut params);
            assert_eq!(params, nothing);
        }
    }
}
