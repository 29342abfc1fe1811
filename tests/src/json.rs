//! JSON for people: printing that keeps short things on one line, and comparing with wildcards.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Stands for any value.
pub const ANY: &str = "$ANY";
/// As the last element of an array: more may follow. As a key of an object: other keys may be there.
pub const REST: &str = "...";

const WIDTH: usize = 110;

/// `value` over as many lines as it needs: whatever fits a line stands on one.
pub fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value, 0, 0);
    text
}

fn write_value(out: &mut String, value: &Value, indent: usize, column: usize) {
    let flat = flat(value);
    if column + flat.chars().count() <= WIDTH {
        out.push_str(&flat);
        return;
    }
    let step = indent + 2;
    let pad = " ".repeat(step);
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push_str("[\n");
            for (place, item) in items.iter().enumerate() {
                out.push_str(&pad);
                write_value(out, item, step, step + 1);
                out.push_str(if place + 1 < items.len() { ",\n" } else { "\n" });
            }
            let _ = write!(out, "{}]", " ".repeat(indent));
        }
        Value::Object(entries) if !entries.is_empty() => {
            out.push_str("{\n");
            for (place, (key, item)) in entries.iter().enumerate() {
                let key = Value::from(key.as_str()).to_string();
                let _ = write!(out, "{pad}{key}: ");
                write_value(out, item, step, step + key.chars().count() + 3);
                out.push_str(if place + 1 < entries.len() { ",\n" } else { "\n" });
            }
            let _ = write!(out, "{}}}", " ".repeat(indent));
        }
        _ => out.push_str(&flat),
    }
}

fn flat(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, item)| format!("{}: {}", Value::from(key.as_str()), flat(item)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        _ => value.to_string(),
    }
}

/// Where `actual` is not what `expected` says, as a path such as `.changesets[2].node`; `None` where it is.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::String(text), _) if text == ANY => None,
        (Value::Array(wanted), Value::Array(got)) => {
            let open = wanted.last().is_some_and(|last| last == REST);
            let wanted = &wanted[..wanted.len() - usize::from(open)];
            let inner = wanted
                .iter()
                .zip(got)
                .enumerate()
                .find_map(|(place, (wanted, got))| difference(wanted, got).map(|path| format!("[{place}]{path}")));
            let length = if open { got.len() >= wanted.len() } else { got.len() == wanted.len() };
            inner.or_else(|| (!length).then(|| format!(" (length {}, not {})", got.len(), wanted.len())))
        }
        (Value::Object(wanted), Value::Object(got)) => {
            let missing = wanted.iter().filter(|(key, _)| *key != REST).find_map(|(key, wanted)| match got.get(key) {
                None => Some(format!(".{key} (missing)")),
                Some(got) => difference(wanted, got).map(|path| format!(".{key}{path}")),
            });
            missing.or_else(|| {
                let more = got.keys().find(|key| !wanted.contains_key(*key) && !wanted.contains_key(REST));
                more.map(|key| format!(".{key} (not expected)"))
            })
        }
        _ => (expected != actual).then(String::new),
    }
}

/// `actual`, with the wildcards of `expected` where it had them: what the update mode writes.
pub fn keep_wildcards(expected: &Value, actual: &Value) -> Value {
    match (expected, actual) {
        (Value::String(text), _) if text == ANY => expected.clone(),
        (Value::Array(wanted), Value::Array(got)) => {
            let open = wanted.last().is_some_and(|last| last == REST) && wanted.len() <= got.len() + 1;
            let shown = if open { wanted.len() - 1 } else { got.len() };
            let item = |place: usize| keep_wildcards(wanted.get(place).unwrap_or(&Value::Null), &got[place]);
            (0..shown).map(item).chain(open.then(|| Value::from(REST))).collect()
        }
        (Value::Object(wanted), Value::Object(got)) => {
            let open = wanted.contains_key(REST);
            let shown = got.iter().filter(|(key, _)| !open || wanted.contains_key(*key));
            let mut kept: Map<_, _> = shown
                .map(|(key, got)| (key.clone(), keep_wildcards(wanted.get(key).unwrap_or(&Value::Null), got)))
                .collect();
            if open {
                kept.insert(REST.into(), REST.into());
            }
            Value::Object(kept)
        }
        _ => actual.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wildcards_stand_for_what_varies() {
        let actual = json!({"a": 1, "b": [1, 2, 3], "c": {"d": "x", "e": 5}});
        assert_eq!(difference(&actual, &actual), None);
        assert_eq!(difference(&json!({"a": ANY, "b": [1, REST], "c": {"d": "x", REST: REST}}), &actual), None);
        assert_eq!(difference(&json!({"a": 1, REST: REST}), &actual), None);
        let cases = [
            (json!({"a": 1}), ".b (not expected)"),
            (json!({"z": 1, REST: REST}), ".z (missing)"),
            (json!({"b": [1, 2], REST: REST}), ".b (length 3, not 2)"),
            (json!({"c": {"d": "y", REST: REST}, REST: REST}), ".c.d"),
        ];
        for (expected, path) in cases {
            assert_eq!(difference(&expected, &actual).as_deref(), Some(path));
        }
    }

    #[test]
    fn an_update_keeps_the_wildcards() {
        let expected = json!({"a": ANY, "b": [0, REST], "c": {"d": 0, REST: REST}});
        let actual = json!({"a": 1, "b": [1, 2, 3], "c": {"d": "x", "e": 5}});
        assert_eq!(keep_wildcards(&expected, &actual), json!({"a": ANY, "b": [1, REST], "c": {"d": "x", REST: REST}}));
    }

    #[test]
    fn short_things_stand_on_one_line() {
        let value = json!({"changesets": [{"rev": 1, "desc": "x".repeat(80)}, {"rev": 0, "desc": "y".repeat(80)}]});
        let text = pretty(&value);
        assert_eq!(text.lines().count(), 6, "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }
}
