//! The generated documents: schema/openrpc.json and docs/PROTOCOL.md are what the types say, OpenRPC's own schema accepts
//! the document, and every example is what its schema and its type say.
//!
//! `cargo xtask schema` writes both files (it runs this test with HGLS_UPDATE=1).
#![allow(clippy::unwrap_used, clippy::panic)]

mod markdown;

use std::path::{Path, PathBuf};

use hgls::protocol;
use jsonschema::{Draft, Registry, Resource, Validator};
use serde_json::{Map, Value, json};

fn document() -> Value {
    protocol::document().0
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether the file holds `text`; in the update mode, makes it so.
fn is_current(file: &str, text: &str) -> bool {
    let file = project().join(file);
    if std::env::var_os("HGLS_UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    std::fs::read_to_string(&file).is_ok_and(|old| old.replace("\r\n", "\n") == text)
}

#[test]
fn the_generated_files_are_current() {
    let document = document();
    let json = format!("{document:#}\n");
    assert!(is_current("schema/openrpc.json", &json), "schema/openrpc.json is stale: run `cargo xtask schema`");
    let markdown = markdown::render(&document);
    assert!(is_current("docs/PROTOCOL.md", &markdown), "docs/PROTOCOL.md is stale: run `cargo xtask schema`");
}

#[test]
fn openrpc_accepts_the_document() {
    let draft7 = |text: &str| {
        let mut schema: Value = serde_json::from_str(text).unwrap();
        // The published schemas name themselves as their meta-schema; what they are written in is draft 7.
        schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
        schema
    };
    let json_schema = draft7(include_str!("json-schema-tools-meta-schema.json"));
    // It is referred to with and without the slash.
    let resource = || Resource::from_contents(json_schema.clone());
    let registry = Registry::new().add("https://meta.json-schema.tools/", resource()).unwrap();
    let registry = registry.add("https://meta.json-schema.tools", resource()).unwrap().prepare().unwrap();
    let meta = jsonschema::options()
        .with_draft(Draft::Draft7)
        .with_registry(&registry)
        .build(&draft7(include_str!("open-rpc-meta-schema.json")))
        .unwrap();
    expect_valid(&meta, &document(), "the document");
    let mut broken = document();
    broken["methods"][0].as_object_mut().unwrap().remove("params");
    assert!(!meta.is_valid(&broken), "the published schema is really applied");
}

#[test]
fn every_schema_is_one() {
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        let validator = jsonschema::draft202012::meta::validator();
        assert!(validator.is_valid(schema), "{name}: {schema:#}");
    }
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = document();
    for method in document["methods"].as_array().unwrap() {
        let name = method["name"].as_str().unwrap();
        let examples = method["examples"].as_array().unwrap();
        assert!(!examples.is_empty() || name == "rpc.discover", "{name} has no example");
        for example in examples {
            let params: Map<String, Value> = members(&example["params"], "value");
            let described = members(&method["params"], "schema");
            for (member, value) in &params {
                let schema = described.get(member).unwrap_or_else(|| panic!("{name} takes no {member}"));
                expect_valid(&validator(&document, schema), value, &format!("{name}, {member}"));
            }
            for descriptor in method["params"].as_array().unwrap() {
                let member = descriptor["name"].as_str().unwrap();
                assert!(descriptor["required"] != json!(true) || params.contains_key(member), "{name} needs {member}");
            }
            if let Some(schema) = method.pointer("/result/schema") {
                expect_valid(&validator(&document, schema), &example["result"]["value"], &format!("{name}, result"));
            }
        }
    }
}

fn members(list: &Value, what: &str) -> Map<String, Value> {
    let pair = |member: &Value| (member["name"].as_str().unwrap().to_owned(), member[what].clone());
    list.as_array().unwrap().iter().map(pair).collect()
}

fn validator(document: &Value, schema: &Value) -> Validator {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn expect_valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}
