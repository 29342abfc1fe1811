//! The tree of a revision expression, as the parser leaves it: what was written, with nothing looked up.

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr {
    /// A bare word: a number, a hash, a name.
    Symbol(String),
    /// A quoted string, its escapes resolved.
    Text(String),
    /// `:` alone.
    RangeAll,
    /// `::` alone.
    DagRangeAll,
    /// `()`.
    Nothing,
    /// An operator with one operand.
    Unary(Unary, Box<Expr>),
    /// An operator with two operands.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `a or b or c`, two or more.
    Or(Vec<Expr>),
    /// `a, b, c`, two or more.
    List(Vec<Expr>),
    /// `name(arguments)`.
    Call {
        /// The function's name.
        name: String,
        /// Where the name stands, in bytes.
        at: usize,
        /// The arguments, some of them [`Binary::KeyValue`].
        arguments: Vec<Expr>,
    },
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    /// `(x)`
    Group,
    /// `not x`
    Not,
    /// `-x`
    Negate,
    /// `:x`
    RangeTo,
    /// `x:`
    RangeFrom,
    /// `::x`
    Ancestors,
    /// `x::`
    Descendants,
    /// `x^`
    FirstParent,
    /// `x%`
    Only,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    /// `x and y`
    And,
    /// `x - y`
    Minus,
    /// `x % y`
    Only,
    /// `x:y`
    Range,
    /// `x::y`
    DagRange,
    /// `x^2`
    Parent,
    /// `x~3`
    Ancestor,
    /// `x=y`
    KeyValue,
}

impl Expr {
    /// The text of a word or a string; `None` for anything else.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Symbol(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The expression inside any parentheses.
    pub(super) fn ungrouped(&self) -> &Self {
        let mut expr = self;
        while let Self::Unary(Unary::Group, inner) = expr {
            expr = inner;
        }
        expr
    }

    /// Whether a function named `name` is called anywhere inside.
    pub(super) fn calls(&self, name: &str) -> bool {
        match self {
            Self::Symbol(_) | Self::Text(_) | Self::RangeAll | Self::DagRangeAll | Self::Nothing => false,
            Self::Unary(_, inner) => inner.calls(name),
            Self::Binary(_, left, right) => left.calls(name) || right.calls(name),
            Self::Or(items) | Self::List(items) => items.iter().any(|item| item.calls(name)),
            Self::Call { name: called, arguments, .. } => {
                called == name || arguments.iter().any(|item| item.calls(name))
            }
        }
    }
}
