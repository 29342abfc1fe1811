//! What can be wrong with a revision expression, in Mercurial's words. Knows nothing of parsing or evaluating.

use crate::error::{Explain, Kind};
use crate::model::similar::did_you_mean;

/// An expression that cannot be read or makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text breaks the grammar.
    #[error("parse error at {at}: {message}")]
    Syntax {
        /// The offending byte of the expression, from zero.
        at: usize,
        /// What was found there.
        message: String,
        /// The expression with a caret below the place.
        excerpt: String,
    },
    /// The text follows the grammar and means nothing: a wrong argument, an operator out of place.
    #[error("parse error: {message}")]
    Invalid {
        /// What is wrong.
        message: String,
        /// What would be right, where that is known.
        hint: Option<String>,
    },
    /// A value of the expression makes no sense.
    #[error("{0}")]
    Value(String),
    /// No function has this name.
    #[error("parse error: unknown identifier: {name}")]
    UnknownFunction {
        /// The name as written.
        name: String,
        /// Where it stands: the byte of the expression, from zero.
        at: usize,
        /// Functions whose names are alike, sorted.
        similar: Vec<&'static str>,
    },
    /// A bookmark or tag that was asked for by its kind does not exist.
    #[error("{kind} '{name}' does not exist")]
    NoSuchName {
        /// `bookmark`, `tag`, …
        kind: &'static str,
        /// The name as written.
        name: String,
    },
    /// The expression reads well and has no answer in this repository.
    #[error("{0}")]
    NoAnswer(String),
}

impl Error {
    pub(super) fn syntax(source: &str, at: usize, message: impl Into<String>) -> Self {
        let shown = source.replace('\n', " ");
        let column = source.get(..at).unwrap_or(source).chars().count();
        let excerpt = format!("{shown}\n{}^ here", " ".repeat(column));
        Self::Syntax { at, message: message.into(), excerpt }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), hint: None }
    }
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Syntax { .. } | Self::Invalid { .. } | Self::Value(_) | Self::UnknownFunction { .. } => {
                Kind::InvalidRevset
            }
            Self::NoSuchName { .. } | Self::NoAnswer(_) => Kind::UnknownRevision,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Syntax { excerpt, .. } => Some(excerpt.clone()),
            Self::Invalid { hint, .. } => hint.clone(),
            Self::UnknownFunction { similar, .. } => did_you_mean(similar),
            Self::Value(_) | Self::NoSuchName { .. } | Self::NoAnswer(_) => None,
        }
    }
}
