//! The arguments of functions: how many there may be, by position or by name, and what they must be. Errors are in
//! Mercurial's words. Knows nothing of what functions do.

use std::borrow::Cow;

use super::ast::{Binary, Expr, Unary};
use super::error::Error;

/// The arguments of one call.
#[derive(Clone, Copy)]
pub(super) struct Args<'e> {
    function: &'static str,
    list: &'e [Expr],
}

impl<'e> Args<'e> {
    pub(super) fn new(function: &'static str, list: &'e [Expr]) -> Self {
        Self { function, list }
    }

    /// There must be none.
    pub(super) fn none(&self) -> Result<(), Error> {
        if self.list.is_empty() { Ok(()) } else { Err(Error::invalid(format!("{} takes no arguments", self.function))) }
    }

    /// As many as there are, by position.
    pub(super) fn all(&self) -> &'e [Expr] {
        self.list
    }

    /// At least `least` and at most `N` of them, by position.
    pub(super) fn positional<const N: usize>(
        &self,
        least: usize,
        otherwise: &str,
    ) -> Result<[Option<&'e Expr>; N], Error> {
        if self.list.len() < least || self.list.len() > N {
            return Err(Error::invalid(otherwise));
        }
        let mut list = self.list.iter();
        Ok(std::array::from_fn(|_| list.next()))
    }

    /// Exactly one.
    pub(super) fn one(&self, otherwise: &str) -> Result<&'e Expr, Error> {
        match self.list {
            [one] => Ok(one),
            _ => Err(Error::invalid(otherwise)),
        }
    }

    /// Exactly one; [`Expr::Nothing`] for none, which is an error once it is evaluated.
    pub(super) fn one_or_nothing(&self, otherwise: &str) -> Result<&'e Expr, Error> {
        if self.list.is_empty() { Ok(&Expr::Nothing) } else { self.one(otherwise) }
    }

    /// Exactly one, a word or a string.
    pub(super) fn text(&self, otherwise: &str) -> Result<Cow<'e, str>, Error> {
        string(Some(self.one(otherwise)?), otherwise)
    }

    /// By position or by name, in the order of `keys`.
    pub(super) fn named<const N: usize>(&self, keys: [&str; N]) -> Result<[Option<&'e Expr>; N], Error> {
        let function = self.function;
        let is_keyword = |argument: &Expr| matches!(argument, Expr::Binary(Binary::KeyValue, ..));
        let first_keyword = self.list.iter().position(is_keyword).unwrap_or(self.list.len());
        let (positional, keywords) = self.list.split_at(first_keyword);
        if positional.len() > N {
            return Err(Error::invalid(format!("{function} takes at most {N} positional arguments")));
        }
        let mut found: [Option<&Expr>; N] = std::array::from_fn(|at| positional.get(at));
        for argument in keywords {
            let Expr::Binary(Binary::KeyValue, key, value) = argument else {
                return Err(Error::invalid(format!("{function} got an invalid argument")));
            };
            let Expr::Symbol(key) = &**key else {
                return Err(Error::invalid(format!("{function} got an invalid argument")));
            };
            let Some(place) = keys.iter().position(|name| name == key).and_then(|at| found.get_mut(at)) else {
                return Err(Error::invalid(format!("{function} got an unexpected keyword argument '{key}'")));
            };
            if place.replace(value).is_some() {
                return Err(Error::invalid(format!("{function} got multiple values for keyword argument '{key}'")));
            }
        }
        Ok(found)
    }
}

/// A word or a string; a minus before it belongs to it, as in `-rev`.
pub(super) fn text(argument: &Expr) -> Option<Cow<'_, str>> {
    match argument.ungrouped() {
        Expr::Symbol(text) | Expr::Text(text) => Some(Cow::Borrowed(text)),
        Expr::Unary(Unary::Negate, inner) => Some(Cow::Owned(format!("-{}", inner.text()?))),
        _ => None,
    }
}

/// A word or a string, or the error `otherwise`.
pub(super) fn string<'e>(argument: Option<&'e Expr>, otherwise: &str) -> Result<Cow<'e, str>, Error> {
    argument.and_then(text).ok_or_else(|| Error::invalid(otherwise))
}

/// A number, or the error `otherwise`.
pub(super) fn integer(argument: Option<&Expr>, otherwise: &str) -> Result<i64, Error> {
    let text = string(argument, otherwise)?;
    text.trim().parse().map_err(|_| Error::invalid(otherwise))
}

/// A number that is not negative, or one of the two errors.
pub(super) fn count(argument: &Expr, otherwise: &str, negative: &str) -> Result<usize, Error> {
    let number = integer(Some(argument), otherwise)?;
    usize::try_from(number).map_err(|_| Error::invalid(negative))
}
