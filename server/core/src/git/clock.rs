//! The zone of the machine's clock, which libgit2 knows as git does.

/// The offset of local time in seconds *west* of UTC, now; 0 where it is not known.
pub fn seconds_west() -> i32 {
    // A signature of now is the one thing that has it; the name is not used.
    git2::Signature::now("hgls", "hgls").map_or(0, |signature| signature.when().offset_minutes().saturating_mul(-60))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_zone_is_less_than_a_day() {
        assert!(super::seconds_west().abs() < 86_400);
    }
}
