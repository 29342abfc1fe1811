//! Playing a session: each step done, each answer compared with what the file says.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::agreement;
use super::names::Names;
use super::text::{Action, Step, When};
use crate::client::{Client, initialize_params};
use crate::contract;
use crate::json::{difference, keep_wildcards, pretty};
use crate::sandbox::{Sandbox, Shell};

/// Plays `steps` and gives them back with what really happened where they state an expectation. Unless `update`, the
/// first thing that differs is an error.
pub fn play(steps: &[Step], update: bool) -> Result<Vec<Action>, String> {
    let sandbox = Sandbox::new();
    let mut player = Player {
        names: Names::new(&sandbox),
        shell: Shell::start(&sandbox),
        sandbox,
        client: None,
        waiting: VecDeque::new(),
        cursor: Value::Null,
        held: None,
        complaints: Vec::new(),
        update,
    };
    let mut played = Vec::new();
    for step in steps {
        // A client that waits in vain panics with all it knows; here that becomes the error of this step.
        let outcome = catch_unwind(AssertUnwindSafe(|| player.step(&step.action))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            Err(text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
        });
        played.push(outcome.map_err(|error| format!("line {}: {error}{}", step.line, player.stderr()))?);
    }
    if !player.waiting.is_empty() {
        return Err("the session ends with requests whose answers it does not state".to_owned());
    }
    player.stop().map_err(|error| format!("at the end: {error}"))?;
    Ok(played)
}

const CURSOR: &str = "$cursor";

/// Whether a request changes something, as itself or as a command.
fn is_write(method: &str, params: &Value) -> bool {
    let command = params["command"].as_str().filter(|_| method == "workspace/executeCommand");
    match command.and_then(|command| command.strip_prefix("hgls.")) {
        Some(name) => contract::is_write(&format!("hg/{name}")),
        None => contract::is_write(method),
    }
}

struct Player {
    sandbox: Sandbox,
    shell: Shell,
    names: Names,
    client: Option<Client>,
    /// Requests without an answer yet, oldest first.
    waiting: VecDeque<Waiting>,
    /// The newest `nextCursor`, which the file calls `$cursor`.
    cursor: Value,
    /// The indexer's lock, while the session holds it: no server gets on with its index.
    held: Option<File>,
    /// All that `git fsck` says of the repository, by what the session says of it.
    complaints: Vec<String>,
    update: bool,
}

/// A request without an answer yet.
struct Waiting {
    id: i64,
    method: String,
    /// The repositories that it may write to.
    writes_to: Vec<PathBuf>,
}

impl Player {
    fn step(&mut self, action: &Action) -> Result<Action, String> {
        Ok(match action {
            Action::Prose(_) => action.clone(),
            Action::Shell { command, printed, code } => self.shell(command, printed, *code)?,
            Action::Name { name, revision } => {
                self.name(name, revision)?;
                action.clone()
            }
            Action::Server { directive, argument } => {
                let argument = self.names.resolve_in(argument);
                self.server(directive, &argument)?;
                action.clone()
            }
            Action::Request { method, params, broken } => {
                if method == "initialize" && self.client.is_none() {
                    self.client = Some(Client::start(&self.sandbox));
                }
                let mut params = self.names.resolve_in(params);
                if method == "initialize" {
                    params = initialize_params(&self.sandbox.repo(), &params);
                }
                if params["cursor"] == CURSOR {
                    params["cursor"] = self.cursor.clone();
                }
                let id = match broken {
                    true => self.client().send_broken_request(method, params.clone()),
                    false => self.client().send_request(method, params.clone()),
                };
                let writes_to = if is_write(method, &params) { self.repositories(&params) } else { Vec::new() };
                self.waiting.push_back(Waiting { id, method: method.clone(), writes_to });
                action.clone()
            }
            Action::Answer { place, expected } => {
                let Waiting { id, method, writes_to } =
                    self.waiting.remove(place - 1).ok_or("an answer, but no request waits for one")?;
                let mut actual = self.client().answer(id, &method);
                if let Some(cursor) = actual.as_mut().ok().and_then(|result| result.get_mut("nextCursor")) {
                    self.cursor = std::mem::replace(cursor, json!(CURSOR));
                }
                let answer = Action::Answer { place: *place, expected: self.answer(expected, actual)? };
                self.agree_after_request(writes_to)?;
                answer
            }
            Action::Notify { method, params } => {
                let mut params = self.names.resolve_in(params);
                if let Some(("$id", Waiting { id, .. })) = params["id"].as_str().zip(self.waiting.back()) {
                    params["id"] = json!(id);
                }
                self.client().notify(method, params);
                action.clone()
            }
            Action::Notified { when, method, expected } => {
                let expected = self.notified(*when, method, expected)?;
                Action::Notified { when: *when, method: method.clone(), expected }
            }
            Action::Asked { method, expected } => {
                let actual = self.client().asked(method);
                Action::Asked { method: method.clone(), expected: self.compare(expected, &actual)? }
            }
        })
    }

    fn notified(&mut self, when: When, method: &str, expected: &Value) -> Result<Value, String> {
        match when {
            When::Next => {
                let actual = self.client().notification(method);
                self.compare(expected, &actual)
            }
            When::BeforeAnswer => {
                let actual = self.client().notification_before_answer(method);
                self.compare(expected, &actual.ok_or(format!("no {method} came before the answer"))?)
            }
            // One that never comes is told by the client, which does not wait for ever.
            When::Eventually => loop {
                let actual = self.client().notification(method);
                if difference(expected, &self.names.shorten_in(&actual)).is_none() {
                    return Ok(expected.clone());
                }
            },
        }
    }

    fn shell(&mut self, command: &str, printed: &[String], code: i32) -> Result<Action, String> {
        let outcome = self.shell.run(command);
        let lines: Vec<String> = outcome.lines.iter().map(|line| self.names.shorten(line)).collect();
        if !self.update && (lines != printed || outcome.code != code) {
            let (got, exit, errors) = (lines.join("\n| "), outcome.code, outcome.errors);
            return Err(format!("$ {command}\nprinted:\n| {got}\nexit code {exit}, standard error:\n{errors}"));
        }
        self.agree_after_command(command)?;
        Ok(Action::Shell { command: command.to_owned(), printed: lines, code: outcome.code })
    }

    /// The repositories that a request with these parameters may write to.
    fn repositories(&self, params: &Value) -> Vec<PathBuf> {
        agreement::repositories(&self.sandbox, params, &self.sandbox.repo()).into_iter().collect()
    }

    /// What the server says after a write is what git says. While other writes are under way nothing can be said yet:
    /// that is for the last one of them.
    fn agree_after_request(&mut self, writes_to: Vec<PathBuf>) -> Result<(), String> {
        if self.waiting.iter().any(|other| !other.writes_to.is_empty()) {
            return Ok(());
        }
        let client = self.client.get_or_insert_with(|| Client::initialized(&self.sandbox));
        for root in writes_to {
            agreement::check(&self.sandbox, &root, &self.complaints, &mut |method, params| {
                client.request(method, params).map_err(|error| error.to_string())
            })?;
        }
        Ok(())
    }

    /// What the prompt says after a write at the prompt is what git says.
    fn agree_after_command(&mut self, command: &str) -> Result<(), String> {
        match agreement::writes_at_the_prompt(command) {
            0 => return Ok(()),
            1 => {}
            _ => {
                return Err(
                    "more than one write in a step: what there is after the first would not be looked at".into()
                );
            }
        }
        let folder = self.shell.run("pwd").lines.concat();
        for root in agreement::repositories(&self.sandbox, &Value::Null, folder.as_ref()) {
            agreement::check(&self.sandbox, &root, &self.complaints, &mut |method, params| {
                let mut command = self.sandbox.command("hgls");
                let output = command.current_dir(&root).args(["call", method, &params.to_string()]).output();
                let output = output.map_err(|error| error.to_string())?;
                match output.status.success() {
                    true => serde_json::from_slice(&output.stdout).map_err(|error| error.to_string()),
                    false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
                }
            })?;
        }
        Ok(())
    }

    fn name(&mut self, name: &str, revision: &str) -> Result<(), String> {
        let outcome = self.shell.run(&format!("{name}=$(git rev-parse --verify {revision}) && echo ${name}"));
        match outcome.lines.as_slice() {
            [id] if outcome.code == 0 => self.names.add(name, id),
            _ => return Err(format!("@{name} = {revision}: {}", outcome.errors)),
        }
        Ok(())
    }

    fn server(&mut self, directive: &str, argument: &Value) -> Result<(), String> {
        match directive {
            "start" => {
                self.stop()?;
                let mut client = Client::start(&self.sandbox);
                client.initialize(&self.sandbox.repo(), argument);
                self.client = Some(client);
            }
            "stop" => self.stop()?,
            "kill" => {
                if let Some(client) = self.client.take() {
                    client.kill();
                }
            }
            "hold-index" => self.held = Some(self.hold_index().map_err(|error| error.to_string())?),
            "release-index" => self.held = None,
            "indexed" => self.client().wait_for_index(argument.as_str()),
            "quiet" => self.client().wait_for_quiet(),
            "fsck-says" => {
                let said = argument.as_array().into_iter().flatten();
                self.complaints = said.filter_map(|line| Some(line.as_str()?.to_owned())).collect();
            }
            _ => return Err(format!("unknown directive: {directive}")),
        }
        Ok(())
    }

    /// Takes the indexer's lock as another server would; waits until nobody else has it.
    fn hold_index(&self) -> std::io::Result<File> {
        let folder = self.sandbox.repo().join(".git/hgls");
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("index.lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// The running server; started and initialized when there is none.
    fn client(&mut self) -> &mut Client {
        self.client.get_or_insert_with(|| Client::initialized(&self.sandbox))
    }

    fn stop(&mut self) -> Result<(), String> {
        match self.client.take().map(Client::stop) {
            None | Some(Some(0)) => Ok(()),
            Some(code) => Err(format!("after shutdown and exit the exit code is {code:?}")),
        }
    }

    fn answer(
        &self,
        expected: &Result<Value, Value>,
        actual: Result<Value, Value>,
    ) -> Result<Result<Value, Value>, String> {
        match (expected, actual) {
            (Ok(expected), Ok(actual)) => self.compare(expected, &actual).map(Ok),
            (Err(expected), Err(actual)) => self.compare(expected, &actual).map(Err),
            (_, Ok(actual)) if self.update => Ok(Ok(self.names.shorten_in(&actual))),
            (_, Err(actual)) if self.update => Ok(Err(self.names.shorten_in(&actual))),
            (_, Ok(actual)) => Err(format!("expected an error, got\n{}", pretty(&self.names.shorten_in(&actual)))),
            (_, Err(actual)) => Err(format!("expected a result, got the error\n{}", pretty(&actual))),
        }
    }

    fn compare(&self, expected: &Value, actual: &Value) -> Result<Value, String> {
        let actual = self.names.shorten_in(actual);
        match difference(expected, &actual) {
            Some(place) if !self.update => {
                let (expected, actual) = (pretty(expected), pretty(&actual));
                Err(format!("differs at {place}\nexpected:\n{expected}\ngot:\n{actual}"))
            }
            _ => Ok(keep_wildcards(expected, &actual)),
        }
    }

    fn stderr(&self) -> String {
        let log = self.client.as_ref().map(Client::stderr).unwrap_or_default();
        if log.is_empty() { log } else { format!("\nstandard error of the server:\n{log}") }
    }
}
