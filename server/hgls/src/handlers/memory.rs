//! What is remembered from one request to the next.

/// What handlers remember between requests.
#[derive(Default)]
pub struct Memory {}
