//! Which differences of white space count. Space is what git's xdiff takes for it: blank, tab, CR and LF.

/// How much of the white space within lines is compared. Each mode ignores all that the one before it ignores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spaces {
    /// Every byte counts.
    #[default]
    Compare,
    /// Spaces at the end of a line do not count (`hg -Z`, `git --ignore-space-at-eol`).
    IgnoreAtEol,
    /// Nor does the amount of space where there is some (`-b`).
    IgnoreChange,
    /// No space counts (`-w`).
    IgnoreAll,
}

/// Which differences of white space count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Whitespace {
    /// Within lines.
    pub spaces: Spaces,
    /// Whether hunks of nothing but blank lines are marked as such (`-B`): see [`Hunk::blank`](super::Hunk::blank).
    pub ignore_blank_lines: bool,
}

/// Whether xdiff takes the byte for white space.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl Spaces {
    /// What of `line` is compared: two lines are equal exactly when this is. `buffer` is room for it.
    pub(super) fn compared<'a>(self, line: &'a [u8], buffer: &'a mut Vec<u8>) -> &'a [u8] {
        match self {
            Self::Compare => line,
            Self::IgnoreAtEol => trim_end(line),
            Self::IgnoreChange => {
                buffer.clear();
                for byte in trim_end(line) {
                    if !is_space(*byte) {
                        buffer.push(*byte);
                    } else if buffer.last() != Some(&b' ') {
                        buffer.push(b' ');
                    }
                }
                buffer
            }
            Self::IgnoreAll => {
                buffer.clear();
                buffer.extend(line.iter().copied().filter(|byte| !is_space(*byte)));
                buffer
            }
        }
    }

    /// Whether `-B` takes the line for blank: by itself it wants an empty one, with the other modes spaces are fine.
    pub(super) fn is_blank(self, line: &[u8]) -> bool {
        match self {
            Self::Compare => line.len() <= 1,
            _ => line.iter().all(|byte| is_space(*byte)),
        }
    }
}

fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_ignores_more() {
        let same = |spaces: Spaces, one: &[u8], two: &[u8]| {
            spaces.compared(one, &mut Vec::new()) == spaces.compared(two, &mut Vec::new())
        };
        let modes = [Spaces::Compare, Spaces::IgnoreAtEol, Spaces::IgnoreChange, Spaces::IgnoreAll];
        for (one, two, equal) in [
            (&b"a b\n"[..], &b"a b\n"[..], [true, true, true, true]),
            (b"a b\n", b"a b \t\r\n", [false, true, true, true]),
            (b"a b\n", b"a b", [false, true, true, true]),
            (b"a b\n", b"a \t b\n", [false, false, true, true]),
            (b" a\n", b"\ta\n", [false, false, true, true]),
            (b" a\n", b"a\n", [false, false, false, true]),
            (b"a b\n", b"ab\n", [false, false, false, true]),
            (b"a\x0c\n", b"a\n", [false, false, false, false]),
        ] {
            assert_eq!(modes.map(|mode| same(mode, one, two)), equal, "{one:?} {two:?}");
        }
    }

    #[test]
    fn blank_lines() {
        assert!(Spaces::Compare.is_blank(b"\n") && !Spaces::Compare.is_blank(b" \n"));
        assert!(Spaces::IgnoreAtEol.is_blank(b" \t\n") && !Spaces::IgnoreAll.is_blank(b"a\n"));
    }
}
