//! docs
use super::Result;
use super::report::Report;
pub fn write(_f: &std::path::Path, r: Report) -> Result<()> {
    super::chart::ratios(&r);
    Ok(())
}
