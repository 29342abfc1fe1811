//! The wire, between a pair of pipes and a toy server: every defect of the framework's own `Server` that it is there to
//! avoid is a test here. Where a test waits for something that must not happen, it says for how long.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod bad_input;
mod cancellation;
mod flow;
mod harness;
mod life;
mod order;
mod process;
mod toy;
