//! JSON as `hg -T json` lays it out: a list with an item a block, members sorted, a member a line.

use std::collections::BTreeMap;

use serde_json::Value;

use super::output::Output;
use super::{Abort, abort};

/// One item of the list.
pub type Item = BTreeMap<&'static str, Value>;

/// Whether JSON is wanted; an error for any other template.
pub fn is_wanted(template: Option<&str>) -> Result<bool, Abort> {
    match template {
        None => Ok(false),
        Some("json") => Ok(true),
        Some(other) => Err(abort(format!("unknown template: {other}; there is only 'json'"))),
    }
}

/// Writes the list as its items come.
#[derive(Default)]
pub struct List {
    begun: bool,
}

impl List {
    pub fn item(&mut self, output: &mut Output, item: &Item) -> Result<(), Abort> {
        let separator = if std::mem::replace(&mut self.begun, true) { "," } else { "[" };
        let mut block = format!("{separator}\n {{");
        for (number, (name, value)) in item.iter().enumerate() {
            let comma = if number > 0 { "," } else { "" };
            block.push_str(&format!("{comma}\n  {}: {}", Value::from(*name), spaced(value)));
        }
        block.push_str("\n }");
        output.text(&block)
    }

    pub fn end(self, output: &mut Output) -> Result<(), Abort> {
        output.text(if self.begun { "\n]\n" } else { "[\n]\n" })
    }
}

/// On one line, with a space after each comma and colon.
fn spaced(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let member =
                |(name, value): (&String, &Value)| format!("{}: {}", Value::from(name.as_str()), spaced(value));
            format!("{{{}}}", sorted.into_iter().map(member).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nested_values_stand_on_one_line() {
        let value = json!({"b": [1, "a\n<é>"], "a": {"y": null, "x": 1.0}});
        assert_eq!(spaced(&value), r#"{"a": {"x": 1.0, "y": null}, "b": [1, "a\n<é>"]}"#);
    }
}
