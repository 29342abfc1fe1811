//! String patterns: `re:`, `literal:` and plain text, as functions take them. Knows nothing of what is searched.

use regex::{Regex, RegexBuilder};

use super::error::Error;

/// A pattern for names or texts.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Equal or contained, as the function has it.
    Literal(String),
    /// Found anywhere.
    Regex(Regex),
}

impl Pattern {
    /// For names: the case of letters matters.
    pub(super) fn of_name(text: &str) -> Result<Self, Error> {
        Self::parse(text, false)
    }

    /// For [`Pattern::is_in`]: it does not.
    pub(super) fn of_text(text: &str) -> Result<Self, Error> {
        Ok(match Self::parse(text, true)? {
            Self::Literal(text) => Self::Literal(text.to_lowercase()),
            regex => regex,
        })
    }

    fn parse(text: &str, ignore_case: bool) -> Result<Self, Error> {
        if let Some(regex) = text.strip_prefix("re:") {
            return Ok(Self::Regex(compile(regex, ignore_case, "invalid regular expression")?));
        }
        Ok(Self::Literal(text.strip_prefix("literal:").unwrap_or(text).to_owned()))
    }

    /// Whether this is all of `name`, or found in it.
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == name,
            Self::Regex(regex) => regex.is_match(name),
        }
    }

    /// Whether this is part of `text`, in any case.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => text.to_lowercase().contains(literal.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// A regular expression; one that is wrong, or would take too much memory, is an error that begins with `otherwise`.
pub(super) fn compile(regex: &str, ignore_case: bool, otherwise: &str) -> Result<Regex, Error> {
    let built = RegexBuilder::new(regex).case_insensitive(ignore_case).build();
    built.map_err(|error| Error::invalid(format!("{otherwise}: {}", reason(&error))))
}

/// The last line of an error of the regex crate says what is wrong; those before draw the place.
pub(super) fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_are_whole_and_texts_are_parts() {
        let name = |pattern: &str, name: &str| Pattern::of_name(pattern).unwrap().names(name);
        assert!(name("main", "main") && !name("main", "Main") && !name("mai", "main"));
        assert!(name("re:ai", "main") && !name("re:AI", "main") && name("literal:re:x", "re:x"));
        let text = |pattern: &str, text: &str| Pattern::of_text(pattern).unwrap().is_in(text);
        assert!(text("AI", "main") && text("re:^MA", "main") && text("É", "é") && !text("literal:re:x", "rex"));
        assert_eq!(
            Pattern::of_name("re:[").unwrap_err().to_string(),
            "parse error: invalid regular expression: unclosed character class"
        );
    }
}
