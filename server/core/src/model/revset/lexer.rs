//! Revision expressions cut into tokens, by the rules of Mercurial's tokenizer (`mercurial/revsetlang.py`): words may
//! hold `-`, which is a minus unless the whole word names something. Knows names only through [`IsName`].

use super::error::Error;

/// Whether a word names a revision, asked for words that could be read in two ways.
pub(super) type IsName<'a> = &'a dyn Fn(&str) -> bool;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word.
    Symbol(String),
    /// A quoted string, its escapes resolved.
    Text(String),
    /// An operator or a bracket, by its spelling.
    Operator(&'static str),
    /// The end of the expression.
    End,
}

impl Kind {
    /// What errors call it.
    pub(super) fn label(&self) -> &str {
        match self {
            Self::Symbol(_) => "symbol",
            Self::Text(_) => "string",
            Self::Operator(spelling) => spelling,
            Self::End => "end",
        }
    }
}

/// A token and the byte where it begins (for a string, the byte after the quote).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

/// In the order in which they are tried: long ones first.
const OPERATORS: [&str; 19] =
    ["::", "..", "##", "(", ")", "[", "]", "#", ":", "=", ",", "-", "|", "&", "+", "!", "~", "^", "%"];
const WORDS: [&str; 3] = ["and", "or", "not"];

/// Cuts `source` into tokens, the last of which is [`Kind::End`].
pub(super) fn tokenize(source: &str, is_name: IsName) -> Result<Vec<Token>, Error> {
    if let Some(tokens) = range_of_names(source, is_name) {
        return Ok(tokens);
    }
    let mut lexer = Lexer { source, at: 0, tokens: Vec::new() };
    while let Some(&byte) = source.as_bytes().get(lexer.at) {
        if byte.is_ascii_whitespace() || byte == 0x0b {
            lexer.at += 1;
        } else if let Some(operator) = OPERATORS.iter().find(|operator| lexer.rest().starts_with(**operator)) {
            lexer.push(Kind::Operator(operator), lexer.at);
            lexer.at += operator.len();
        } else if byte == b'"' || byte == b'\'' {
            lexer.string(true)?;
        } else if lexer.rest().starts_with("r\"") || lexer.rest().starts_with("r'") {
            lexer.at += 1;
            lexer.string(false)?;
        } else if begins_word(byte) {
            lexer.word(is_name);
        } else {
            return Err(Error::syntax(source, lexer.at, format!("syntax error in revset '{source}'")));
        }
    }
    lexer.push(Kind::End, source.len());
    Ok(lexer.tokens)
}

/// `NAME`, `NAME:`, `:NAME` and `NAME:NAME` are read as such whatever characters the names hold.
fn range_of_names(source: &str, is_name: IsName) -> Option<Vec<Token>> {
    let (first, last) = match source.split_once(':') {
        Some((first, last)) => (first, Some(last)),
        None => (source, None),
    };
    let known = |name: &str| name.is_empty() || is_name(name);
    if source.is_empty() || !known(first) || !last.is_none_or(known) {
        return None;
    }
    let mut tokens = Vec::new();
    let mut push = |kind, at| tokens.push(Token { kind, at });
    if !first.is_empty() {
        push(Kind::Symbol(first.to_owned()), 0);
    }
    if let Some(last) = last {
        push(Kind::Operator(":"), first.len());
        if !last.is_empty() {
            push(Kind::Symbol(last.to_owned()), first.len() + 1);
        }
    }
    push(Kind::End, source.len());
    Some(tokens)
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'@') || !byte.is_ascii()
}

fn continues_word(byte: u8) -> bool {
    begins_word(byte) || matches!(byte, b'-' | b'/')
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    /// What was not read yet. Tokens end at ASCII characters, so `at` is always between two characters.
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, at: usize) {
        self.tokens.push(Token { kind, at });
    }

    /// A string whose opening quote is at `self.at`.
    fn string(&mut self, escapes: bool) -> Result<(), Error> {
        let start = self.at + 1;
        let mut bytes = self.rest().bytes().enumerate();
        let quote = bytes.next().map(|(_, quote)| quote);
        while let Some((offset, byte)) = bytes.next() {
            if byte == b'\\' {
                bytes.next();
            } else if Some(byte) == quote {
                let text = self.source.get(start..self.at + offset).unwrap_or_default();
                let text = if escapes { unescape(text)? } else { text.to_owned() };
                self.push(Kind::Text(text), start);
                self.at += offset + 1;
                return Ok(());
            }
        }
        Err(Error::syntax(self.source, start, "unterminated string"))
    }

    fn word(&mut self, is_name: IsName) {
        let bytes = self.rest().as_bytes();
        let ends = |place: usize| {
            let dots = bytes.get(place..).is_some_and(|rest| rest.starts_with(b".."));
            dots || bytes.get(place).is_none_or(|byte| !continues_word(*byte))
        };
        let length = (1..).find(|place| ends(*place)).unwrap_or(bytes.len());
        let (start, word) = (self.at, self.rest().get(..length).unwrap_or_default());
        self.at += length;
        if let Some(operator) = WORDS.iter().find(|operator| **operator == word) {
            return self.push(Kind::Operator(operator), start);
        }
        if !word.contains('-') || is_name(word) {
            return self.push(Kind::Symbol(word.to_owned()), start);
        }
        let mut at = start;
        for (index, part) in word.split('-').enumerate() {
            if index > 0 {
                self.push(Kind::Operator("-"), at);
                at += 1;
            }
            if !part.is_empty() {
                self.push(Kind::Symbol(part.to_owned()), at);
                at += part.len();
            }
        }
    }
}

/// Resolves the escapes of a quoted string, which are those of Python's byte strings; unknown ones stay as they are.
fn unescape(text: &str) -> Result<String, Error> {
    if !text.contains('\\') {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let Some((&escaped, tail)) = tail.split_first().filter(|_| byte == b'\\') else {
            bytes.push(byte);
            continue;
        };
        rest = tail;
        match escaped {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => bytes.push(escaped),
            b'a' => bytes.push(0x07),
            b'b' => bytes.push(0x08),
            b'f' => bytes.push(0x0c),
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'v' => bytes.push(0x0b),
            b'x' => {
                let digits = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                let value = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let Some(value) = value.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
                    let position = text.len() - tail.len() - 2;
                    return Err(Error::invalid(format!("invalid \\x escape at position {position}")));
                };
                bytes.push(value);
                rest = tail.get(2..).unwrap_or_default();
            }
            b'0'..=b'7' => {
                let more = tail.iter().take(2).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
                let digits = std::iter::once(&escaped).chain(tail.iter().take(more));
                let value = digits.fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                bytes.push((value & 0xff) as u8);
                rest = tail.get(more..).unwrap_or_default();
            }
            other => bytes.extend([b'\\', other]),
        }
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn spell(source: &str, names: &[&str]) -> String {
        let tokens = tokenize(source, &|name| names.contains(&name)).unwrap();
        let spell = |token: &Token| match &token.kind {
            Kind::Symbol(name) => format!("{}:{name}", token.at),
            Kind::Text(text) => format!("{}:{text:?}", token.at),
            kind => format!("{}<{}>", token.at, kind.label()),
        };
        tokens.iter().map(spell).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_operators_and_strings() {
        assert_eq!(spell("@::", &[]), "0:@ 1<::> 3<end>");
        assert_eq!(spell("1..2", &[]), "0:1 1<..> 3:2 4<end>");
        assert_eq!(spell("a . or\tnot b", &[]), "0:a 2:. 4<or> 7<not> 11:b 12<end>");
        assert_eq!(spell("desc('a\\'b')", &[]), "0:desc 4<(> 6:\"a'b\" 11<)> 12<end>");
        assert_eq!(spell("r'a\\n' \"a\\n\\x41\\101\\q\"", &[]), "2:\"a\\\\n\" 8:\"a\\nAA\\\\q\" 22<end>");
        assert_eq!(spell("origin/main v1.0", &[]), "0:origin/main 12:v1.0 16<end>");
    }

    #[test]
    fn a_dash_is_a_minus_unless_the_word_is_a_name() {
        assert_eq!(spell("(a-b-1)", &[]), "0<(> 1:a 2<-> 3:b 4<-> 5:1 6<)> 7<end>");
        assert_eq!(spell("(a-b-1)", &["a-b-1"]), "0<(> 1:a-b-1 6<)> 7<end>");
        assert_eq!(spell("a- b", &[]), "0:a 1<-> 3:b 4<end>");
    }

    #[test]
    fn names_of_any_characters_are_read_when_they_stand_alone() {
        assert_eq!(spell("a+b", &["a+b"]), "0:a+b 3<end>");
        assert_eq!(spell("a+b:c(d", &["a+b", "c(d"]), "0:a+b 3<:> 4:c(d 7<end>");
        assert_eq!(spell(":a+b", &["a+b"]), "0<:> 1:a+b 4<end>");
    }

    #[test]
    fn errors_say_where() {
        let error = |source| tokenize(source, &|_| false).unwrap_err().to_string();
        assert_eq!(error("x + 'abc"), "parse error at 5: unterminated string");
        assert_eq!(error("'\\"), "parse error at 1: unterminated string");
        assert_eq!(error("1 $ 2"), "parse error at 2: syntax error in revset '1 $ 2'");
        assert_eq!(error("'\\xzz'"), "parse error: invalid \\x escape at position 0");
    }
}
