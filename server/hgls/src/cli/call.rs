//! `hgls call METHOD PARAMS`: one request as an editor sends it. The answer is JSON on standard output, an error JSON on
//! standard error.

use serde_json::{Value, json};

use super::arguments::Call;
use super::local::Local;
use super::output::Output;
use super::{Abort, abort, exit_code};
use crate::handlers::dispatch;
use crate::protocol::Failure;

pub fn run(local: &Local, options: &Call, output: &mut Output) -> Result<u8, Abort> {
    let params: Value =
        serde_json::from_str(&options.params).map_err(|error| abort(format!("PARAMS is not JSON: {error}")))?;
    match dispatch(&local.context, &options.method, params) {
        Ok(answer) => {
            let answer: Value = serde_json::from_str(&answer).map_err(|error| abort(error.to_string()))?;
            output.text(&format!("{answer:#}\n"))?;
            Ok(0)
        }
        Err(failure) => {
            output.warn(&format!("{:#}", error(&failure)))?;
            Ok(exit_code(failure.kind))
        }
    }
}

/// The error as it goes over the wire.
fn error(failure: &Failure) -> Value {
    json!({"code": failure.code(), "message": failure.message, "data": failure.data()})
}
