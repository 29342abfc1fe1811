//! docs/PROTOCOL.md from the OpenRPC document: the same, for people.

use std::fmt::Write;

use serde_json::{Map, Value, json};

const PREFACE: &str = "\
<!-- Generated from the Rust types by `cargo xtask schema`: change those, not this. -->
# The protocol

hgls speaks JSON-RPC 2.0 in the base protocol of LSP 3.17 (`Content-Length` frames) on stdio, and is a language server in
the full sense: life cycle, document synchronisation, cancellation and progress are LSP's. This page describes what is
its own. [schema/openrpc.json](../schema/openrpc.json) says the same for programs; `rpc.discover` answers it.

- **Repositories.** `root` names one, by its working copy or anything inside; leave it out while only one is open. A file is
  named as `textDocument: {uri}`.
- **Revisions** are strings: a number, a node or a unique prefix of one, `.`, `tip`, `null`, `wdir()`, a bookmark, a tag, a
  remote bookmark (`origin/main`). Where a set is taken the parameter is called `revset`.
- **Lines** are zero-based and ranges half-open.
- **Names** are Mercurial's where its `-T json` has one, camelCase elsewhere.
- **Paths** are relative to the root, with `/`. `uri` stands beside each and is lossless: a path that is not UTF-8 has its
  bytes percent-encoded there, and U+FFFD in `path`.
- **Pages.** Lists take `limit` and `cursor` and answer `nextCursor` when there is more.
- **Members that hgls does not know** are ignored; a member of a wrong type is an error that names it.
";

/// The page.
pub fn render(document: &Value) -> String {
    let mut page = PREFACE.to_owned();
    let methods = document["methods"].as_array().cloned().unwrap_or_default();
    let (notifications, requests): (Vec<_>, Vec<_>) =
        methods.iter().partition(|method| method.get("x-direction").is_some());
    page.push_str("\n## Requests\n\n| method | what it does |\n|---|---|\n");
    for method in &requests {
        let name = text(method, "name");
        _ = writeln!(page, "| [`{name}`](#{}) | {} |", anchor(name), text(method, "summary"));
    }
    requests.iter().for_each(|method| describe(&mut page, method));
    page.push_str("\n## Notifications to the client\n");
    notifications.iter().for_each(|method| describe(&mut page, method));
    page.push_str("\n## Types\n");
    for (name, schema) in object(&document["components"]["schemas"]) {
        _ = write!(page, "\n### {name}\n\n{}\n", paragraph(text(&schema, "description")));
        members(&mut page, &schema);
    }
    page.push_str("\n## Errors\n\n");
    page.push_str(
        "`data` is an `ErrorData`. These kinds are all there are.\n\n| kind | code | meaning |\n|---|---|---|\n",
    );
    for (kind, error) in object(&document["components"]["errors"]) {
        _ = writeln!(page, "| `{kind}` | {} | {} |", error["code"], text(&error, "message"));
    }
    page
}

fn describe(page: &mut String, method: &Value) {
    _ = write!(page, "\n### {}\n\n{}\n", text(method, "name"), text(method, "summary"));
    if let Some(description) = method["description"].as_str() {
        _ = write!(page, "\n{description}\n");
    }
    let params = method["params"].as_array().cloned().unwrap_or_default();
    if !params.is_empty() {
        page.push_str("\n| parameter | type | meaning |\n|---|---|---|\n");
    }
    for param in &params {
        let schema = &param["schema"];
        let name = text(param, "name");
        let name = if param["required"] == json!(true) { format!("`{name}`") } else { format!("`{name}?`") };
        row(page, &name, schema, text(param, "description"));
    }
    if let Some(schema) = method.pointer("/result/schema") {
        _ = write!(page, "\nAnswers {}.\n", type_of(schema));
    }
    for example in method["examples"].as_array().into_iter().flatten() {
        let params: Map<String, Value> = example["params"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|member| (text(member, "name").to_owned(), member["value"].clone()))
            .collect();
        _ = write!(page, "\n{}:\n\n```json\n{}\n", text(example, "name"), Value::Object(params));
        if let Some(result) = example.pointer("/result/value") {
            _ = writeln!(page, "{result:#}");
        }
        page.push_str("```\n");
    }
}

fn members(page: &mut String, schema: &Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = object(&schema["properties"]);
    if !properties.is_empty() {
        page.push_str("\n| member | type | meaning |\n|---|---|---|\n");
    }
    for (name, member) in properties {
        let optional = if required.contains(&json!(name)) { "" } else { "?" };
        row(page, &format!("`{name}{optional}`"), &member, text(&member, "description"));
    }
    for choice in schema["oneOf"].as_array().into_iter().flatten() {
        if let Some(value) = choice.get("const") {
            _ = writeln!(page, "- `{value}`: {}", paragraph(text(choice, "description")));
        }
    }
}

fn row(page: &mut String, name: &str, schema: &Value, description: &str) {
    let default = schema.get("default").map(|value| format!(" Default: `{value}`.")).unwrap_or_default();
    _ = writeln!(page, "| {name} | {} | {}{default} |", type_of(schema), paragraph(description));
}

fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("[{name}](#{})", anchor(name));
    }
    match schema["type"].as_str() {
        Some("array") => match schema.get("items") {
            Some(items) => format!("{}[]", type_of(items)),
            None => "array".to_owned(),
        },
        Some(name) => name.to_owned(),
        None => "any".to_owned(),
    }
}

/// As GitHub makes them of headings.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    heading.to_lowercase().chars().filter(kept).collect()
}

fn paragraph(text: &str) -> String {
    text.replace('\n', " ")
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
