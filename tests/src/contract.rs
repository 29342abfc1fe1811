//! The contract: `schema/openrpc.json`, against which every message of both directions is checked.
//!
//! A method that the document does not have (the LSP's own) is let through.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::binary;

/// The document as it stands in the repository.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let path = binary::workspace().join("schema/openrpc.json");
        let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    &DOCUMENT
}

/// The names of the requests that the document lists; the server's notifications are not among them.
pub fn methods() -> Vec<&'static str> {
    let methods = document()["methods"].as_array().into_iter().flatten();
    methods.filter(|method| method.get("result").is_some()).filter_map(|method| method["name"].as_str()).collect()
}

/// Whether the document says that `method` changes a repository.
pub fn is_write(method: &str) -> bool {
    let methods = document()["methods"].as_array().into_iter().flatten();
    methods.filter(|entry| entry["name"] == method).any(|entry| entry["x-class"] == "write")
}

/// Panics when `params` are not what the schema allows for `method`; a test that sends nonsense on purpose uses
/// `Client::send`.
pub fn check_params(method: &str, params: &Value) {
    let mut params = params.clone();
    match &mut params {
        Value::Null => params = json!({}),
        // LSP's own, which any request may have.
        Value::Object(members) => _ = members.remove("workDoneToken"),
        _ => {}
    }
    check(method, Part::Params, &params);
}

/// Panics when `result` is not what the schema promises for `method`.
pub fn check_result(method: &str, result: &Value) {
    check(method, Part::Result, result);
}

/// Panics when `error` is no JSON-RPC error or, for a method of the model, has no kind of the closed list.
pub fn check_error(method: &str, error: &Value) {
    assert!(error["code"].is_i64() && error["message"].is_string(), "not a JSON-RPC error: {error}");
    check(method, Part::Error, error);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    Params,
    Result,
    Error,
}

type Validators = Mutex<HashMap<(String, Part), Option<Arc<Validator>>>>;

fn check(method: &str, part: Part, value: &Value) {
    static VALIDATORS: LazyLock<Validators> = LazyLock::new(Mutex::default);
    let validator = {
        let mut validators = VALIDATORS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let entry = validators.entry((method.to_owned(), part));
        entry.or_insert_with(|| schema(method, part).map(|schema| Arc::new(compile(&schema)))).clone()
    };
    let Some(validator) = validator else { return };
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{part:?} of {method} break the schema:\n{}\n{value}", errors.join("\n"));
}

fn compile(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("a schema that is none: {error}\n{schema}"))
}

/// The schema of one part of a method, with the document's components beside it so that references resolve.
fn schema(method: &str, part: Part) -> Option<Value> {
    let method = document()["methods"].as_array()?.iter().find(|entry| entry["name"] == method)?;
    let mut schema = match part {
        Part::Params => {
            let params = method["params"].as_array().into_iter().flatten();
            let names = |required: bool| {
                let params = params.clone().filter(move |param| !required || param["required"] == true);
                params.map(|param| param["name"].as_str().unwrap_or_default().to_owned())
            };
            let properties: Map<_, _> = names(false).zip(params.clone().map(|param| param["schema"].clone())).collect();
            json!({
                "type": "object",
                "properties": properties,
                "required": names(true).collect::<Vec<_>>(),
                "unevaluatedProperties": false,
            })
        }
        Part::Result => method["result"]["schema"].clone(),
        Part::Error => json!({
            "type": "object",
            "properties": {"data": {"$ref": "#/components/schemas/ErrorData"}},
            "required": ["data"],
        }),
    };
    schema["components"] = document()["components"].clone();
    Some(schema)
}
