//! draws
use super::report::Report;
pub fn ratios(_r: &Report) -> String {
    String::new()
}
