//! Revision sets: Mercurial's language for naming sets of changesets, read and evaluated.

#[allow(dead_code)] // until the evaluator
mod ast;
#[allow(dead_code)]
mod error;
#[allow(dead_code)] // until the evaluator
mod lexer;
#[allow(dead_code)] // until the evaluator
mod parser;

pub use error::Error;
