//! The OpenRPC document: the table of methods with the schemas of its types, for programs. What `rpc.discover` answers
//! and schema/openrpc.json holds.

use std::borrow::Cow;

use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::methods::Generators;
use super::{ErrorData, ErrorKind, METHODS, Method, NOTIFICATIONS};

/// The version of OpenRPC that the document is written in.
const OPENRPC: &str = "1.3.2";

/// What `rpc.discover` takes: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiscoverParams {}

/// What `rpc.discover` answers: an OpenRPC document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct OpenRpc(pub Value);

impl JsonSchema for OpenRpc {
    fn schema_name() -> Cow<'static, str> {
        "OpenRpc".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An OpenRPC document, as https://spec.open-rpc.org describes it.",
            "required": ["openrpc", "info", "methods"]
        })
    }
}

/// Kinds that any request of a repository may end with.
const ANYWHERE: &[ErrorKind] = &[
    ErrorKind::NotInRepository,
    ErrorKind::AmbiguousRepository,
    ErrorKind::UntrustedRepository,
    ErrorKind::MissingObject,
    ErrorKind::CorruptObject,
    ErrorKind::UnsupportedRepository,
    ErrorKind::InvalidArgument,
    ErrorKind::Io,
    ErrorKind::Store,
    ErrorKind::Busy,
    ErrorKind::Cancelled,
    ErrorKind::Internal,
];

/// The whole document.
pub fn document() -> OpenRpc {
    let mut generators = Generators::new();
    let mut methods: Vec<Value> = METHODS.iter().map(|method| describe(method, &mut generators)).collect();
    for notification in NOTIFICATIONS {
        let params = descriptors(present((notification.params)(&mut generators)));
        methods.push(json!({
            "name": notification.name,
            "summary": notification.doc,
            "paramStructure": "by-name",
            "x-direction": "serverToClient",
            "examples": pairings(notification.examples),
            "params": params,
        }));
    }
    generators.write.subschema_for::<ErrorData>();
    let mut schemas = Map::new();
    for generator in [&mut generators.read, &mut generators.write] {
        schemas.extend(generator.take_definitions(true).into_iter().map(|(name, schema)| (name, plain(schema))));
    }
    let mut errors = Map::new();
    for method in METHODS {
        for kind in method.errors.iter().chain(ANYWHERE) {
            errors.insert(kind.as_str(), error(*kind));
        }
    }
    OpenRpc(json!({
        "openrpc": OPENRPC,
        "info": {
            "title": "hgls",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Mercurial's model of a git repository, over the base protocol of LSP 3.17. Beside these requests hgls answers those of a language server.",
            "license": {"name": env!("CARGO_PKG_LICENSE")},
        },
        "methods": methods,
        "components": {"schemas": schemas, "errors": errors},
    }))
}

fn describe(method: &Method, generators: &mut Generators) -> Value {
    let lines: Vec<&str> = method.doc.iter().map(|line| line.trim()).collect();
    let description = lines.join("\n");
    let (summary, rest) = description.split_once("\n\n").unwrap_or((&description, ""));
    let params = descriptors(present((method.params)(generators)));
    let result = present((method.result)(generators));
    let kinds = method.errors.iter().chain(ANYWHERE.iter().filter(|kind| !method.errors.contains(kind)));
    let errors: Vec<Value> =
        kinds.map(|kind| json!({"$ref": format!("#/components/errors/{}", kind.as_str())})).collect();
    let mut described = json!({
        "name": method.name,
        "summary": summary.replace('\n', " "),
        "paramStructure": "by-name",
        "x-class": method.class,
        "params": params,
        "result": {"name": "result", "schema": result},
        "errors": errors,
        "examples": pairings(method.examples),
    });
    if !rest.is_empty() {
        described["description"] = rest.replace('\n', " ").into();
    }
    described
}

/// OpenRPC lists the members of `params` one by one.
fn descriptors(params: Value) -> Vec<Value> {
    let required: Vec<&str> = params["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let members = params["properties"].as_object().cloned().unwrap_or_default();
    let mut members: Vec<Value> = members
        .into_iter()
        .map(|(name, mut schema)| {
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let required = required.contains(&name.as_str());
            let mut descriptor = json!({"name": name, "required": required, "schema": schema});
            if let Some(description) = description {
                descriptor["description"] = description;
            }
            descriptor
        })
        .collect();
    members.sort_by_key(|member| member["required"] != json!(true));
    members
}

/// Examples are kept as they are on the wire; OpenRPC lists the members of `params` one by one here too.
fn pairings(examples: &str) -> Vec<Value> {
    let examples: Vec<Value> = serde_json::from_str(examples).unwrap_or_default();
    let pairing = |example: Value| {
        let members = example["params"].as_object().cloned().unwrap_or_default();
        let params: Vec<Value> =
            members.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut pairing = json!({"name": example["name"], "params": params});
        if let Some(result) = example.get("result") {
            pairing["result"] = json!({"name": "result", "value": result});
        }
        pairing
    };
    examples.into_iter().map(pairing).collect()
}

fn error(kind: ErrorKind) -> Value {
    json!({
        "code": kind.code(),
        "message": kind.doc(),
        "data": {"kind": kind},
    })
}

fn present(mut schema: Schema) -> Value {
    Present.transform(&mut schema);
    schema.to_value()
}

fn plain(schema: Value) -> Value {
    Schema::try_from(schema).map(present).unwrap_or_default()
}

/// A member that may be left out is described as what it is when it is there: `null` means the same as leaving it out,
/// and schemas are simpler when they do not say so each time.
#[derive(Clone)]
struct Present;

impl Transform for Present {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != "null");
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                object.remove("anyOf");
                object.extend(only);
            }
        }
        if object.get("default") == Some(&Value::Null) {
            object.remove("default");
        }
    }
}
