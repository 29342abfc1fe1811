//! Revision expressions read into a tree: an operator-precedence parser with the binding strengths and the rules for
//! prefix, infix and suffix of Mercurial's grammar (`mercurial/revsetlang.py`, `mercurial/parser.py`). Looks nothing
//! up but the words of which the lexer asks.

use super::ast::{Binary, Expr, Unary};
use super::error::Error;
use super::lexer::{IsName, Kind, Token, tokenize};

/// How deep operators and parentheses may be nested. Chains of `or` and of arguments do not count.
const MAX_DEPTH: usize = 200;

/// Reads `source`.
pub(super) fn parse(source: &str, is_name: IsName) -> Result<Expr, Error> {
    if source.is_empty() {
        return Err(Error::invalid("empty query"));
    }
    let strict = source.starts_with("revset(") && source.ends_with(')');
    let tokens = tokenize(source, if strict { &|_| false } else { is_name })?;
    let mut parser = Parser { source, tokens: tokens.into_iter().peekable() };
    let (expr, _) = parser.expression(0, 0)?;
    match parser.next() {
        Token { kind: Kind::End, .. } => Ok(expr),
        token => Err(Error::syntax(source, token.at, "invalid token")),
    }
}

/// What a token may do. A number is how strongly the operator binds the operand to its right.
#[derive(Default)]
struct Grammar {
    /// How strongly it binds what stands to its left.
    strength: u8,
    /// It can stand alone.
    primary: bool,
    /// It can precede an operand.
    prefix: Option<u8>,
    /// It can stand between two operands.
    infix: Option<u8>,
    /// It can follow an operand and stand at the end.
    suffix: bool,
}

impl Grammar {
    fn of(kind: &Kind) -> Self {
        let infix = |strength| Self { strength, infix: Some(strength), ..Self::default() };
        let Kind::Operator(operator) = kind else {
            return Self { primary: *kind != Kind::End, ..Self::default() };
        };
        match *operator {
            "(" => Self { prefix: Some(1), infix: Some(1), strength: 21, ..Self::default() },
            "~" => infix(18),
            "^" => Self { suffix: true, ..infix(18) },
            "::" | ".." => Self { primary: true, prefix: Some(17), suffix: true, ..infix(17) },
            ":" => Self { primary: true, prefix: Some(15), suffix: true, ..infix(15) },
            "not" | "!" => Self { strength: 10, prefix: Some(10), ..Self::default() },
            "-" => Self { prefix: Some(19), ..infix(5) },
            "and" | "&" => infix(5),
            "%" => Self { suffix: true, ..infix(5) },
            "or" | "|" | "+" => infix(4),
            "=" => infix(3),
            "," => infix(2),
            _ => Self::default(),
        }
    }

    fn begins_operand(&self) -> bool {
        self.primary || self.prefix.is_some()
    }
}

struct Parser<'a> {
    source: &'a str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

/// A tree and its height.
type Measured = (Expr, usize);

impl Parser<'_> {
    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or(Token { kind: Kind::End, at: self.source.len() })
    }

    fn peek(&mut self) -> &Kind {
        self.tokens.peek().map_or(&Kind::End, |token| &token.kind)
    }

    fn error(&self, at: usize, message: impl Into<String>) -> Error {
        Error::syntax(self.source, at, message)
    }

    /// Whether an operand follows.
    fn operand_follows(&mut self) -> bool {
        Grammar::of(self.peek()).begins_operand()
    }

    /// Reads operators as long as they bind more strongly than `bind`.
    fn expression(&mut self, bind: u8, depth: usize) -> Result<Measured, Error> {
        let token = self.next();
        if depth > MAX_DEPTH {
            return Err(self.error(token.at, "expression is nested too deeply"));
        }
        let grammar = Grammar::of(&token.kind);
        let (mut left, mut height) = match grammar.prefix {
            Some(bind) if !grammar.primary || self.operand_follows() => self.prefix(&token, bind, depth)?,
            _ if grammar.primary => (leaf(token.kind), 1),
            _ => return Err(self.error(token.at, format!("not a prefix: {}", token.kind.label()))),
        };
        let mut left_at = token.at;
        while bind < Grammar::of(self.peek()).strength {
            let token = self.next();
            let grammar = Grammar::of(&token.kind);
            (left, height) = match grammar.infix {
                Some(bind) if !grammar.suffix || self.operand_follows() => {
                    self.infix(&token, bind, (left, height), left_at, depth)?
                }
                _ if grammar.suffix => (suffix(&token.kind, left), height + 1),
                _ => return Err(self.error(token.at, format!("not an infix: {}", token.kind.label()))),
            };
            if height > MAX_DEPTH {
                return Err(self.error(token.at, "expression is nested too deeply"));
            }
            left_at = token.at;
        }
        Ok((left, height))
    }

    fn prefix(&mut self, token: &Token, bind: u8, depth: usize) -> Result<Measured, Error> {
        let Kind::Operator(operator) = token.kind else {
            return Err(self.error(token.at, "invalid token"));
        };
        if operator == "(" {
            let (inner, height) = self.until_closed(bind, depth)?;
            return Ok((unary(Unary::Group, inner), height + 1));
        }
        let (operand, height) = self.expression(bind, depth + 1)?;
        let operator = match operator {
            "-" => Unary::Negate,
            ":" => Unary::RangeTo,
            "::" | ".." => Unary::Ancestors,
            _ => Unary::Not,
        };
        Ok((unary(operator, operand), height + 1))
    }

    fn infix(
        &mut self,
        token: &Token,
        bind: u8,
        (left, left_height): Measured,
        left_at: usize,
        depth: usize,
    ) -> Result<Measured, Error> {
        let Kind::Operator(operator) = token.kind else {
            return Err(self.error(token.at, "invalid token"));
        };
        if operator == "(" {
            let (inner, height) = self.until_closed(bind, depth)?;
            let Expr::Symbol(name) = left else {
                return Err(Error::invalid("not a symbol"));
            };
            return Ok((Expr::Call { name, at: left_at, arguments: arguments(inner) }, height + 1));
        }
        let (right, right_height) = self.expression(bind, depth + 1)?;
        let chained = left_height.max(right_height + 1);
        let nested = left_height.max(right_height) + 1;
        Ok(match operator {
            "or" | "|" | "+" => (
                Expr::Or(chain(left, right, |left| match left {
                    Expr::Or(items) => Ok(items),
                    other => Err(other),
                })),
                chained,
            ),
            "," => (
                Expr::List(chain(left, right, |left| match left {
                    Expr::List(items) => Ok(items),
                    other => Err(other),
                })),
                chained,
            ),
            "^" => (parent(left, right), nested + 1),
            "~" => (binary(Binary::Ancestor, left, right), nested),
            "::" | ".." => (binary(Binary::DagRange, left, right), nested),
            ":" => (binary(Binary::Range, left, right), nested),
            "-" => (binary(Binary::Minus, left, right), nested),
            "%" => (binary(Binary::Only, left, right), nested),
            "=" => (binary(Binary::KeyValue, left, right), nested),
            _ => (binary(Binary::And, left, right), nested),
        })
    }

    /// What stands before the closing parenthesis, and the parenthesis.
    fn until_closed(&mut self, bind: u8, depth: usize) -> Result<Measured, Error> {
        let closing = Kind::Operator(")");
        let inner = if *self.peek() == closing { (Expr::Nothing, 1) } else { self.expression(bind, depth + 1)? };
        let token = self.next();
        if token.kind == closing {
            Ok(inner)
        } else {
            Err(self.error(token.at, format!("unexpected token: {}", token.kind.label())))
        }
    }
}

fn leaf(kind: Kind) -> Expr {
    match kind {
        Kind::Symbol(name) => Expr::Symbol(name),
        Kind::Text(text) => Expr::Text(text),
        Kind::Operator(":") => Expr::RangeAll,
        _ => Expr::DagRangeAll,
    }
}

fn unary(operator: Unary, operand: Expr) -> Expr {
    Expr::Unary(operator, Box::new(operand))
}

fn binary(operator: Binary, left: Expr, right: Expr) -> Expr {
    Expr::Binary(operator, Box::new(left), Box::new(right))
}

fn suffix(kind: &Kind, operand: Expr) -> Expr {
    let operator = match kind {
        Kind::Operator("^") => Unary::FirstParent,
        Kind::Operator("%") => Unary::Only,
        Kind::Operator(":") => Unary::RangeFrom,
        _ => Unary::Descendants,
    };
    unary(operator, operand)
}

/// Puts `right` at the end of the chain that `left` is or begins.
fn chain(left: Expr, right: Expr, items: fn(Expr) -> Result<Vec<Expr>, Expr>) -> Vec<Expr> {
    let mut items = items(left).unwrap_or_else(|single| vec![single]);
    items.push(right);
    items
}

/// `x^:y` is the range from `x^`, not a parent of `x` named `:y`; the same for `::` and without `y`.
fn parent(child: Expr, operand: Expr) -> Expr {
    let first = |child| unary(Unary::FirstParent, child);
    match operand {
        Expr::Unary(Unary::RangeTo, end) => Expr::Binary(Binary::Range, Box::new(first(child)), end),
        Expr::Unary(Unary::Ancestors, end) => Expr::Binary(Binary::DagRange, Box::new(first(child)), end),
        Expr::RangeAll => unary(Unary::RangeFrom, first(child)),
        Expr::DagRangeAll => unary(Unary::Descendants, first(child)),
        number => binary(Binary::Parent, child, number),
    }
}

/// The arguments between a call's parentheses; one more pair around all of them changes nothing.
fn arguments(inner: Expr) -> Vec<Expr> {
    match inner {
        Expr::Nothing => Vec::new(),
        Expr::List(items) => items,
        grouped if matches!(grouped.ungrouped(), Expr::List(_)) => match grouped {
            Expr::Unary(Unary::Group, inner) => arguments(*inner),
            other => vec![other],
        },
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use crate::testing::Random;

    fn show_all(items: &[Expr]) -> String {
        items.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    /// The tree as `hg debugrevspec` prints it, on one line.
    fn show(expr: &Expr) -> String {
        match expr {
            Expr::Symbol(name) => format!("(symbol {})", python(name)),
            Expr::Text(text) => format!("(string {})", python(text)),
            Expr::RangeAll => "(rangeall None)".to_owned(),
            Expr::DagRangeAll => "(dagrangeall None)".to_owned(),
            Expr::Nothing => "None".to_owned(),
            Expr::Unary(operator, inner) => {
                let name = match operator {
                    Unary::Group => "group",
                    Unary::Not => "not",
                    Unary::Negate => "negate",
                    Unary::RangeTo => "rangepre",
                    Unary::RangeFrom => "rangepost",
                    Unary::Ancestors => "dagrangepre",
                    Unary::Descendants => "dagrangepost",
                    Unary::FirstParent => "parentpost",
                    Unary::Only => "onlypost",
                };
                format!("({name} {})", show(inner))
            }
            Expr::Binary(operator, left, right) => {
                let name = format!("{operator:?}").to_lowercase();
                format!("({name} {} {})", show(left), show(right))
            }
            Expr::Or(items) => format!("(or (list {}))", show_all(items)),
            Expr::List(items) => format!("(list {})", show_all(items)),
            Expr::Call { name, arguments, .. } => {
                let arguments = match arguments.as_slice() {
                    [] => "None".to_owned(),
                    [one] => show(one),
                    many => format!("(list {})", show_all(many)),
                };
                format!("(func (symbol {}) {arguments})", python(name))
            }
        }
    }

    /// A byte string as Python writes it.
    fn python(text: &str) -> String {
        let escaped: String = text.bytes().flat_map(std::ascii::escape_default).map(char::from).collect();
        format!("'{}'", escaped.replace("\\\"", "\""))
    }

    fn answer(source: &str) -> String {
        parse(source, &|name| ["-1", "-2"].contains(&name)).map_or_else(|error| error.to_string(), |expr| show(&expr))
    }

    #[test]
    fn expressions_are_read_as_mercurial_reads_them() {
        let table = include_str!("oracle/parsed.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut wrong = Vec::new();
        for line in table {
            let (source, expected) = line.rsplit_once('\t').unwrap();
            if answer(source) != expected {
                wrong.push(format!("{source}\n  expected {expected}\n  was      {}", answer(source)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_mercurial_reads_later_or_never_is_refused_here() {
        assert_eq!(answer("f(a)(b)"), "parse error: not a symbol");
        assert_eq!(answer("'f'(a)"), "parse error: not a symbol");
        assert_eq!(answer("a#g"), "parse error at 1: invalid token");
        assert_eq!(answer("f((a, b))"), answer("f(a, b)"));
        assert_eq!(answer(""), "parse error: empty query");
    }

    #[test]
    fn names_that_look_like_expressions_win_unless_they_are_called_expressions() {
        let read = |source: &str| show(&parse(source, &|name| name == "revset(a)" || name == "a-b").unwrap());
        assert_eq!(read("a-b"), "(symbol 'a-b')");
        assert_eq!(read("a-b^"), "(parentpost (symbol 'a-b'))");
        assert_eq!(read("revset(a)"), "(func (symbol 'revset') (symbol 'a'))");
        assert_eq!(read("revset(a-b)"), "(func (symbol 'revset') (minus (symbol 'a') (symbol 'b')))");
    }

    #[test]
    fn depth_is_limited_and_length_is_not() {
        let too_deep = |source: String| match parse(&source, &|_| false) {
            Err(Error::Syntax { message, .. }) => message == "expression is nested too deeply",
            _ => false,
        };
        assert!(too_deep("(".repeat(100_000)));
        assert!(too_deep("not ".repeat(100_000)));
        assert!(too_deep(format!("a{}", "^".repeat(100_000))));
        assert!(too_deep(format!("a{}", " - a".repeat(100_000))));
        assert!(too_deep(format!("a{}", "~a".repeat(100_000))));
        assert!(too_deep("f(".repeat(100_000)));
        assert!(too_deep(":".repeat(100_000)));
        assert!(parse(&vec!["a"; 100_000].join(" + "), &|_| false).is_ok());
        assert!(parse(&format!("f({})", vec!["a"; 100_000].join(",")), &|_| false).is_ok());
        assert!(parse(&format!("{}a{}", "(".repeat(150), ")".repeat(150)), &|_| false).is_ok());
    }

    #[test]
    fn no_sequence_of_tokens_makes_the_parser_panic() {
        let pieces = [
            "a",
            "1",
            "f",
            "(",
            ")",
            "[",
            "]",
            ":",
            "::",
            "..",
            ".",
            "^",
            "~",
            "-",
            "+",
            "|",
            "&",
            "!",
            "%",
            "#",
            "##",
            "=",
            ",",
            " ",
            " and ",
            " or ",
            "not ",
            "'",
            "\"",
            "\\",
            "r'",
            "r\"",
            "\\x",
            "é",
            "\u{1f600}",
            "@",
            "$",
            "\n",
            "\0",
            "/",
            "0",
            "{",
        ];
        let seed = 20;
        println!("seed {seed}");
        let mut random = Random::new(seed);
        for _ in 0..20_000 {
            let source: String = (0..random.below(14)).map(|_| pieces[random.below(pieces.len())]).collect();
            for is_name in [|_: &str| false, |name: &str| name.contains('-')] {
                if let Err(Error::Syntax { at, .. }) = parse(&source, &is_name) {
                    assert!(at <= source.len(), "{source:?}");
                }
            }
        }
    }
}
