//! The text of a session: reading it into steps, and writing steps as the same text.
//!
//! Knows the grammar only: not what a step does.

use serde_json::Value;

use crate::json;

/// One step, with the line it begins on and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub line: usize,
    pub text: String,
    pub action: Action,
}

/// What a step is.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A line for the reader: a comment, or an empty one.
    Prose(String),
    /// `$ command`: run in the shell; what it prints follows as `| ` lines, a failure as `[code]`.
    Shell { command: String, printed: Vec<String>, code: i32 },
    /// `@name = revision`: gives an object a name.
    Name { name: String, revision: String },
    /// `! directive argument`: start, stop, kill or wait for the server, hold back its index.
    Server { directive: String, argument: Value },
    /// `--> method params`: a request. `-->!`: one that breaks the schema on purpose.
    Request { method: String, params: Value, broken: bool },
    /// `<-- result` or `<-- error {…}`: the answer to the oldest request without one. `<--2`: to the second oldest.
    Answer { place: usize, expected: Result<Value, Value> },
    /// `~~> method params`: a notification to the server.
    Notify { method: String, params: Value },
    /// `<~~ method params`: the next notification of that method; `<~<`, `<~*`: as [`When`] says.
    Notified { when: When, method: String, expected: Value },
    /// `<== method params`: the next request of that method from the server, which was answered with null.
    Asked { method: String, expected: Value },
}

/// Which notification is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The next one, which may still be on its way.
    Next,
    /// The next one, which came before the newest answer.
    BeforeAnswer,
    /// The next one that is as it is stated; others are passed over.
    Eventually,
}

impl When {
    const ARROWS: [(&'static str, Self); 3] =
        [("<~~", Self::Next), ("<~<", Self::BeforeAnswer), ("<~*", Self::Eventually)];

    fn arrow(self) -> &'static str {
        Self::ARROWS[self as usize].0
    }
}

/// Reads a session. The error names the line.
pub fn parse(source: &str) -> Result<Vec<Step>, String> {
    let lines: Vec<&str> = source.lines().collect();
    let mut steps = Vec::new();
    let mut next = 0;
    while next < lines.len() {
        let start = next;
        let action = action(&lines, &mut next).map_err(|error| format!("line {}: {error}", start + 1))?;
        steps.push(Step { line: start + 1, text: lines[start..next].join("\n"), action });
    }
    Ok(steps)
}

fn action(lines: &[&str], next: &mut usize) -> Result<Action, String> {
    let line = lines[*next];
    *next += 1;
    if line.is_empty() || line.starts_with('#') {
        return Ok(Action::Prose(line.to_owned()));
    }
    if let Some(command) = line.strip_prefix("$ ") {
        let command = [vec![command], continued(lines, next, ">")].concat().join("\n");
        let printed = continued(lines, next, "|").into_iter().map(str::to_owned).collect();
        let code = lines.get(*next).and_then(|line| line.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
        *next += usize::from(code.is_some());
        return Ok(Action::Shell { command, printed, code: code.unwrap_or(0) });
    }
    if let Some(name) = line.strip_prefix('@') {
        let (name, revision) = name.split_once(" = ").ok_or("expected `@name = revision`")?;
        return Ok(Action::Name { name: name.to_owned(), revision: revision.to_owned() });
    }
    if let Some(directive) = line.strip_prefix("! ") {
        let (directive, argument) = directive.split_once(' ').unwrap_or((directive, ""));
        let argument = value(argument, lines, next)?;
        return Ok(Action::Server { directive: directive.to_owned(), argument });
    }
    let (arrow, rest) = line.split_once(' ').unwrap_or((line, ""));
    if let Some(place) = arrow.strip_prefix("<--") {
        let place = if place.is_empty() { Ok(1) } else { place.parse::<usize>() };
        let place =
            place.ok().filter(|place| *place > 0).ok_or("expected `<--` and which of the requests is answered")?;
        return Ok(Action::Answer {
            place,
            expected: match rest.strip_prefix("error") {
                Some(error) => Err(value(error.trim_start(), lines, next)?),
                None => Ok(value(rest, lines, next)?),
            },
        });
    }
    let (method, params) = rest.split_once(' ').unwrap_or((rest, ""));
    let method = method.to_owned();
    let params = value(params, lines, next)?;
    match arrow {
        "-->" | "-->!" => Ok(Action::Request { method, params, broken: arrow == "-->!" }),
        "~~>" => Ok(Action::Notify { method, params }),
        "<==" => Ok(Action::Asked { method, expected: params }),
        _ => match When::ARROWS.iter().find(|(known, _)| *known == arrow) {
            Some((_, when)) => Ok(Action::Notified { when: *when, method, expected: params }),
            None => Err(format!("a step cannot begin so: {line}")),
        },
    }
}

/// The following lines that begin with `mark`, without it and the space after it.
fn continued<'a>(lines: &[&'a str], next: &mut usize, mark: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    while let Some(rest) = lines.get(*next).and_then(|line| line.strip_prefix(mark)) {
        found.push(rest.strip_prefix(' ').unwrap_or(rest));
        *next += 1;
    }
    found
}

/// A JSON value that begins with `first` and goes on over the following lines until it is complete. Nothing is null.
fn value(first: &str, lines: &[&str], next: &mut usize) -> Result<Value, String> {
    if first.is_empty() {
        return Ok(Value::Null);
    }
    let mut text = first.to_owned();
    loop {
        match serde_json::from_str(&text) {
            Ok(value) => return Ok(value),
            Err(error) if error.is_eof() && *next < lines.len() => {
                text.push('\n');
                text.push_str(lines[*next]);
                *next += 1;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// The text of `steps`, with what happened where it was not as they say; the rest stays as somebody wrote it.
pub fn print(steps: &[Step], happened: &[Action]) -> String {
    let text = |(step, happened): (&Step, &Action)| {
        let text = if step.action == *happened { step.text.clone() } else { print_action(happened) };
        text + "\n"
    };
    steps.iter().zip(happened).map(text).collect()
}

fn print_action(action: &Action) -> String {
    match action {
        Action::Prose(text) => text.clone(),
        Action::Shell { command, printed, code } => {
            let mut text = format!("$ {}", command.replace('\n', "\n> "));
            for line in printed {
                text += "\n|";
                if !line.is_empty() {
                    text += " ";
                    text += line;
                }
            }
            if *code != 0 {
                text += &format!("\n[{code}]");
            }
            text
        }
        Action::Name { name, revision } => format!("@{name} = {revision}"),
        Action::Server { directive, argument } => message("!", directive, argument),
        Action::Request { method, params, broken: false } => message("-->", method, params),
        Action::Request { method, params, broken: true } => message("-->!", method, params),
        Action::Answer { place, expected } => {
            let place = if *place == 1 { String::new() } else { place.to_string() };
            match expected {
                Ok(result) => format!("<--{place} {}", json::pretty(result)),
                Err(error) => format!("<--{place} error {}", json::pretty(error)),
            }
        }
        Action::Notify { method, params } => message("~~>", method, params),
        Action::Notified { when, method, expected } => message(when.arrow(), method, expected),
        Action::Asked { method, expected } => message("<==", method, expected),
    }
}

fn message(arrow: &str, method: &str, params: &Value) -> String {
    match params {
        Value::Null => format!("{arrow} {method}"),
        _ => format!("{arrow} {method} {}", json::pretty(params)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = r#"# Title

$ cat <<end
> one
> end
| one
|
$ false
[1]
@alpha = HEAD
! stop
--> hg/log {"limit": 1}
<-- {"changesets": []}
-->! hg/log {"limit": "x"}
--> shutdown
<-- error {"code": -32600, "message": "no"}
~~> exit
<~~ hg/didChangeStatus {"root": "$repo"}
<--2 {"changesets": []}
<~< hg/didChangeStatus {"root": "$repo"}
<~* $/progress {"token": 1}
"#;

    #[test]
    fn what_is_read_is_written_again() -> Result<(), String> {
        let steps = parse(SESSION)?;
        let actions: Vec<Action> = steps.iter().map(|step| step.action.clone()).collect();
        assert_eq!(print(&steps, &actions), SESSION);
        assert_eq!(actions.iter().map(|action| print_action(action) + "\n").collect::<String>(), SESSION);
        assert_eq!(
            steps[2].action,
            Action::Shell {
                command: "cat <<end\none\nend".into(),
                printed: vec!["one".into(), String::new()],
                code: 0
            }
        );
        assert_eq!(
            (steps[3].line, &steps[3].action),
            (8, &Action::Shell { command: "false".into(), printed: vec![], code: 1 })
        );
        Ok(())
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(parse("\n\n<- {}"), Err("line 3: a step cannot begin so: <- {}".to_owned()));
        assert!(parse("--> hg/log {").is_err_and(|error| error.starts_with("line 1: EOF")));
    }
}
