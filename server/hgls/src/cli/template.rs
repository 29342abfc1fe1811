//! Mercurial's templates for `-T`: `{rev}:{node|short} {shortest(node, 1)}\n`. Keywords, filters and a few functions;
//! knows nothing of how what they stand for is found.

use super::{Abort, abort, date};
use crate::protocol::Date;

/// What a keyword stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Date(Date),
    /// Shown with spaces between the items.
    List(Vec<String>),
}

/// Gives a changeset's keywords.
pub trait Keywords {
    /// What `name` stands for; `None` for no keyword.
    fn value(&self, name: &str) -> Result<Option<Value>, Abort>;

    /// The shortest name of the changeset that begins its node, of `least` digits or more.
    fn shortest(&self, least: usize) -> Result<String, Abort>;
}

/// A template that can be read.
#[derive(Debug, PartialEq)]
pub struct Template(Vec<Expression>);

#[derive(Debug, PartialEq)]
enum Expression {
    Text(String),
    Keyword(String),
    /// A function, or a filter of its one argument.
    Call(String, Vec<Expression>),
}

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Self, Abort> {
        let mut reader = Reader { rest: text };
        let mut parts = Vec::new();
        while !reader.rest.is_empty() {
            if reader.take("{") {
                parts.push(reader.expression()?);
                if !reader.take("}") {
                    return Err(abort("parse error: unterminated template expansion"));
                }
            } else {
                parts.push(Expression::Text(reader.text(|c| c == '{')));
            }
        }
        Ok(Self(parts))
    }

    /// The text for one changeset.
    pub fn render(&self, keywords: &dyn Keywords) -> Result<String, Abort> {
        self.0.iter().map(|part| Ok(text(&part.value(keywords)?))).collect()
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Text up to a character for which `ends` is true, with `\n` and the like replaced.
    fn text(&mut self, ends: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        let mut chars = self.rest.chars();
        while let Some(c) = chars.clone().next().filter(|c| !ends(*c)) {
            chars.next();
            match c {
                '\\' => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some(c @ ('\\' | '{' | '}' | '"' | '\'')) => text.push(c),
                    other => text.extend(['\\'].into_iter().chain(other)),
                },
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        text
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn expression(&mut self) -> Result<Expression, Abort> {
        let mut expression = self.primary()?;
        loop {
            self.spaces();
            if !self.take("|") {
                return Ok(expression);
            }
            self.spaces();
            let name = self.word();
            expression = call(name, vec![expression])?;
        }
    }

    fn primary(&mut self) -> Result<Expression, Abort> {
        self.spaces();
        for quote in ['"', '\''] {
            if self.take(quote.encode_utf8(&mut [0; 4])) {
                let text = self.text(|c| c == quote);
                return match self.take(quote.encode_utf8(&mut [0; 4])) {
                    true => Ok(Expression::Text(text)),
                    false => Err(abort("parse error: unterminated string")),
                };
            }
        }
        let word = self.word();
        if word.is_empty() {
            return Err(abort(format!("parse error: syntax error in template at '{}'", self.rest)));
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Expression::Text(word));
        }
        if !self.take("(") {
            return Ok(Expression::Keyword(word));
        }
        let mut arguments = Vec::new();
        self.spaces();
        while !self.take(")") {
            arguments.push(self.expression()?);
            if !self.take(",") && !self.rest.starts_with(')') {
                return Err(abort(format!("parse error: unexpected token in the arguments of {word}")));
            }
        }
        call(word, arguments)
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }
}

/// Filters, which are functions of one argument.
const FILTERS: &[&str] = &[
    "short",
    "firstline",
    "user",
    "person",
    "email",
    "isodate",
    "shortdate",
    "hgdate",
    "date",
    "strip",
    "upper",
    "lower",
    "stringify",
];

fn call(name: String, arguments: Vec<Expression>) -> Result<Expression, Abort> {
    let wanted = match name.as_str() {
        "shortest" => 1..=2,
        "join" => 1..=2,
        "if" => 2..=3,
        filter if FILTERS.contains(&filter) => 1..=1,
        _ => return Err(abort(format!("parse error: unknown function '{name}'"))),
    };
    match wanted.contains(&arguments.len()) {
        true => Ok(Expression::Call(name, arguments)),
        false => Err(abort(format!("parse error: {name} expects {} arguments", describe(wanted)))),
    }
}

fn describe(wanted: std::ops::RangeInclusive<usize>) -> String {
    match (wanted.start(), wanted.end()) {
        (1, 1) => "one".to_owned(),
        (1, 2) => "one or two".to_owned(),
        _ => "two or three".to_owned(),
    }
}

impl Expression {
    fn value(&self, keywords: &dyn Keywords) -> Result<Value, Abort> {
        match self {
            Self::Text(text) => Ok(Value::Text(text.clone())),
            // As in Mercurial, what is no keyword is empty.
            Self::Keyword(name) => Ok(keywords.value(name)?.unwrap_or(Value::Text(String::new()))),
            Self::Call(name, arguments) => apply(name, arguments, keywords),
        }
    }
}

fn apply(name: &str, arguments: &[Expression], keywords: &dyn Keywords) -> Result<Value, Abort> {
    let [first, more @ ..] = arguments else { return Ok(Value::Text(String::new())) };
    if name == "shortest" {
        let least = more.first().map_or(Ok(Value::Text("4".to_owned())), |least| least.value(keywords))?;
        let least = text(&least).parse().map_err(|_| abort("parse error: shortest() expects an integer minlength"))?;
        return Ok(Value::Text(keywords.shortest(least)?));
    }
    let value = first.value(keywords)?;
    Ok(match (name, more) {
        ("join", more) => {
            let between = more.first().map_or(Ok(" ".to_owned()), |it| Ok::<_, Abort>(text(&it.value(keywords)?)))?;
            match value {
                Value::List(items) => Value::Text(items.join(&between)),
                other => other,
            }
        }
        ("if", [then, otherwise @ ..]) => match (text(&value).is_empty(), otherwise.first()) {
            (false, _) => then.value(keywords)?,
            (true, Some(otherwise)) => otherwise.value(keywords)?,
            (true, None) => Value::Text(String::new()),
        },
        (filter, _) => Value::Text(filtered(filter, &value)),
    })
}

fn filtered(filter: &str, value: &Value) -> String {
    let whole = text(value);
    match (filter, value) {
        ("isodate", Value::Date(date)) => date::iso(*date),
        ("shortdate", Value::Date(date)) => date::short(*date),
        ("date", Value::Date(date)) => date::long(*date),
        ("hgdate", Value::Date(Date(seconds, west))) => format!("{seconds} {west}"),
        ("short", _) => whole.get(..12).unwrap_or(&whole).to_owned(),
        ("firstline", _) => whole.lines().next().unwrap_or_default().to_owned(),
        ("strip", _) => whole.trim().to_owned(),
        ("upper", _) => whole.to_uppercase(),
        ("lower", _) => whole.to_lowercase(),
        ("user", _) => {
            let mail = whole.split_once('<').map_or(whole.as_str(), |(_, mail)| mail);
            let name = mail.split('@').next().unwrap_or_default();
            name.split([' ', '.']).next().unwrap_or_default().to_owned()
        }
        ("person", _) => match whole.split_once('<') {
            Some((name, _)) if !name.trim().is_empty() => name.trim().trim_matches('"').to_owned(),
            _ => whole.trim_matches(['<', '>']).split('@').next().unwrap_or_default().to_owned(),
        },
        ("email", _) => {
            let inside = whole.split_once('<').and_then(|(_, mail)| mail.split_once('>'));
            inside.map_or(whole.clone(), |(mail, _)| mail.to_owned())
        }
        _ => whole,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        // Mercurial's own form of a moment.
        Value::Date(Date(seconds, west)) => format!("{seconds}.0{west}"),
        Value::List(items) => items.join(" "),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct One;

    impl Keywords for One {
        fn value(&self, name: &str) -> Result<Option<Value>, Abort> {
            Ok(match name {
                "node" => Some(Value::Text("0123456789abcdef".repeat(2))),
                "author" => Some(Value::Text("A Name <mail.box@example.org>".to_owned())),
                "date" => Some(Value::Date(Date(1_583_558_723, 18_000))),
                "files" => Some(Value::List(vec!["a".to_owned(), "b".to_owned()])),
                _ => None,
            })
        }

        fn shortest(&self, least: usize) -> Result<String, Abort> {
            Ok("0123456789"[..least].to_owned())
        }
    }

    fn render(template: &str) -> String {
        Template::parse(template).and_then(|template| template.render(&One)).unwrap_or_else(|_| panic!("{template}"))
    }

    #[test]
    fn templates_say_what_mercurial_s_do() {
        for (template, expected) in [
            (r"{node|short}\n", "0123456789ab\n"),
            ("{shortest(node,1)} {shortest(node)}", "0 0123"),
            (r"\{{author|person}\}\t{author|user} {author|email}", "{A Name}\tmail mail.box@example.org"),
            (
                "{date|isodate} {date|shortdate} {date|hgdate} {date}",
                "2020-03-07 00:25 -0500 2020-03-07 1583558723 18000 1583558723.018000",
            ),
            ("{files} {join(files, ', ')} {nosuch}.", "a b a, b ."),
            (r#"{if(nosuch, "yes", "no")} {if(node, upper("yes"))}"#, "no YES"),
        ] {
            assert_eq!(render(template), expected, "{template}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for template in ["{node", "{node|nosuch}", "{shortest()}", "{'a}", "{}", "{join(files, ', ',)}{", "{if(a)}"] {
            assert!(Template::parse(template).is_err(), "{template}");
        }
    }
}
