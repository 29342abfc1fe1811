//! Names for what varies from run to run (folders) or says nothing to a reader (object ids).
//!
//! `$repo` and `$sandbox` are the URIs of the repository's folder and of the folder around it, `$repoPath` and
//! `$sandboxPath` their paths; `$alpha` is the object that `@alpha = …` named, `$alpha:12` its first twelve digits.

use serde_json::Value;

use crate::client::file_uri;
use crate::sandbox::Sandbox;

/// Short ids are hg's twelve digits.
const SHORT: usize = 12;

/// The names known so far, with what they stand for.
pub struct Names(Vec<(String, String)>);

impl Names {
    /// The names of the sandbox's folders.
    pub fn new(sandbox: &Sandbox) -> Self {
        let mut names = Self(Vec::new());
        for (name, path) in [("repo", sandbox.repo()), ("sandbox", sandbox.top().to_owned())] {
            names.0.push((name.to_owned(), file_uri(path.as_os_str().as_encoded_bytes())));
            names.0.push((format!("{name}Path"), path.display().to_string()));
        }
        names
    }

    /// Gives `id` a name. A name may be given again; the first name of an id is the one that is written.
    pub fn add(&mut self, name: &str, id: &str) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), id.to_owned()));
    }

    /// `text` with its names replaced by what they stand for. A `$` before anything else is left alone.
    pub fn resolve(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('$') {
            out.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            match self.0.iter().find(|(name, _)| *name == after[..end]) {
                Some((_, value)) => {
                    let short = after[end..].strip_prefix(&format!(":{SHORT}")).filter(|_| is_id(value));
                    out.push_str(if short.is_some() { &value[..SHORT] } else { value });
                    rest = short.unwrap_or(&after[end..]);
                }
                None => {
                    out.push('$');
                    rest = after;
                }
            }
        }
        out + rest
    }

    /// `text` with everything that has a name replaced by it.
    pub fn shorten(&self, text: &str) -> String {
        // Folders: the longer first, as the sandbox's path is the beginning of the repository's.
        let mut out = text.to_owned();
        for (name, value) in self.0.iter().filter(|(_, value)| !is_id(value)) {
            out = out.replace(value, &format!("${name}"));
        }
        for (name, value) in self.0.iter().filter(|(_, value)| is_id(value)) {
            out = out.replace(value, &format!("${name}")).replace(&value[..SHORT], &format!("${name}:{SHORT}"));
        }
        out
    }

    /// [`Names::resolve`] for every string of `value`.
    pub fn resolve_in(&self, value: &Value) -> Value {
        map_strings(value, &|text| self.resolve(text))
    }

    /// [`Names::shorten`] for every string of `value`.
    pub fn shorten_in(&self, value: &Value) -> Value {
        map_strings(value, &|text| self.shorten(text))
    }
}

fn is_id(value: &str) -> bool {
    value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn map_strings(value: &Value, map: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(map(text)),
        Value::Array(items) => items.iter().map(|item| map_strings(item, map)).collect(),
        Value::Object(entries) => entries.iter().map(|(key, item)| (map(key), map_strings(item, map))).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        let id = "0123456789012345678901234567890123456789";
        let names = Names(vec![
            ("repo".into(), "file:///t/repo".into()),
            ("repoPath".into(), "/t/repo".into()),
            ("alpha".into(), id.into()),
        ]);
        for (short, long) in [
            ("$repo/a", "file:///t/repo/a".to_owned()),
            ("in $repoPath.", "in /t/repo.".to_owned()),
            ("$alpha", id.to_owned()),
            ("$alpha:12 x", "012345678901 x".to_owned()),
            ("costs $5 or $alphabet", "costs $5 or $alphabet".to_owned()),
        ] {
            assert_eq!(names.resolve(short), long);
            assert_eq!(names.shorten(&long), short);
        }
    }
}
