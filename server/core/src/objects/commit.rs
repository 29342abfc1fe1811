//! git's commit objects, as the bytes that git stores, and the few fields that hgls reads of them.
//! Format: git's `commit.c`; a line of the header is `key SP value`, continued lines start with a space, an empty line
//! ends it. Knows nothing of how a message or a name is decoded for people.

use std::ops::Range;
use std::sync::Arc;

use crate::ids::{Node, TreeNode};

/// One commit object.
#[derive(Debug)]
pub struct CommitObject {
    raw: Arc<Vec<u8>>,
    /// The manifest.
    pub tree: TreeNode,
    /// All parents in git's order; more than two for an octopus merge, none for a root.
    pub parents: Vec<Node>,
    author: Range<usize>,
    committer: Range<usize>,
    encoding: Option<Range<usize>>,
    message: usize,
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    /// `Name <mail>` as written, in the commit's encoding.
    pub who: &'a [u8],
    /// Unix seconds; negative before 1970.
    pub time: i64,
    /// Seconds *west* of UTC, as Mercurial counts: `+0530` is -19800.
    pub offset: i32,
}

impl CommitObject {
    /// `None` when there is no sound header. A malformed author or date is no reason to refuse: git does not either.
    pub fn parse(raw: impl Into<Arc<Vec<u8>>>) -> Option<Self> {
        let raw = raw.into();
        let tree = TreeNode::from_hex(raw.strip_prefix(b"tree ")?.get(..40)?)?;
        let mut commit =
            Self { message: raw.len(), raw, tree, parents: Vec::new(), author: 0..0, committer: 0..0, encoding: None };
        let mut start = 0;
        while start < commit.raw.len() {
            let length = commit.raw[start..].iter().position(|byte| *byte == b'\n');
            let end = length.map_or(commit.raw.len(), |length| start + length);
            let line = &commit.raw[start..end];
            if line.is_empty() {
                commit.message = end + 1;
                break;
            }
            if let Some(hex) = line.strip_prefix(b"parent ") {
                commit.parents.push(Node::from_hex(hex)?);
            } else if line.starts_with(b"author ") && commit.author.is_empty() {
                commit.author = start + b"author ".len()..end;
            } else if line.starts_with(b"committer ") && commit.committer.is_empty() {
                commit.committer = start + b"committer ".len()..end;
            } else if line.starts_with(b"encoding ") && commit.encoding.is_none() {
                commit.encoding = Some(start + b"encoding ".len()..end);
            }
            start = end + 1;
        }
        Some(commit)
    }

    /// Who wrote the change.
    pub fn author(&self) -> Signature<'_> {
        Signature::parse(&self.raw[self.author.clone()])
    }

    /// Who made the commit object.
    pub fn committer(&self) -> Signature<'_> {
        Signature::parse(&self.raw[self.committer.clone()])
    }

    /// The name of the encoding of message and names; `None` means UTF-8.
    pub fn encoding(&self) -> Option<&[u8]> {
        self.encoding.clone().map(|range| &self.raw[range])
    }

    /// The object without its signatures.
    pub fn raw_unsigned(&self) -> Vec<u8> {
        let headers = self.headers().filter(|header| !is_signature(header));
        let mut raw: Vec<u8> = headers.flatten().copied().collect();
        raw.push(b'\n');
        raw.extend_from_slice(self.message());
        raw
    }

    /// What stands in the header beside what this type knows and signatures: whole lines, as written.
    pub fn extra_headers(&self) -> Vec<u8> {
        const KNOWN: [&[u8]; 5] = [b"tree ", b"parent ", b"author ", b"committer ", b"encoding "];
        let is_known = |header: &[u8]| KNOWN.iter().any(|key| header.starts_with(key)) || is_signature(header);
        self.headers().filter(|header| !is_known(header)).flatten().copied().collect()
    }

    /// The headers, each with its newline and its continued lines.
    fn headers(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.raw[..self.message.saturating_sub(1).min(self.raw.len())];
        std::iter::from_fn(move || {
            let mut ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
            let end = ends.find(|end| rest.get(*end) != Some(&b' ')).unwrap_or(rest.len());
            let (header, after) = rest.split_at(end);
            rest = after;
            (!header.is_empty()).then_some(header)
        })
    }

    /// The message as stored.
    pub fn message(&self) -> &[u8] {
        self.raw.get(self.message..).unwrap_or_default()
    }
}

fn is_signature(header: &[u8]) -> bool {
    header.starts_with(b"gpgsig ") || header.starts_with(b"gpgsig-sha256 ")
}

impl<'a> Signature<'a> {
    /// Reads `Name <mail> SECONDS +HHMM`. What is missing is zero, as for git.
    pub fn parse(line: &'a [u8]) -> Self {
        let Some(close) = line.iter().rposition(|byte| *byte == b'>') else {
            return Self { who: line, time: 0, offset: 0 };
        };
        let (who, when) = line.split_at(close + 1);
        let when = std::str::from_utf8(when).unwrap_or_default();
        let mut words = when.split_ascii_whitespace();
        let time = words.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        let offset = words.next().and_then(seconds_west).unwrap_or(0);
        Self { who, time, offset }
    }
}

/// `+HHMM` or `-HHMM`, which are east and west, as seconds west.
fn seconds_west(zone: &str) -> Option<i32> {
    let number: i32 = zone.parse().ok()?;
    let (hours, minutes) = (number.unsigned_abs() / 100, number.unsigned_abs() % 100);
    let seconds = i32::try_from(hours.checked_mul(3600)?.checked_add(minutes * 60)?).ok()?;
    Some(if number < 0 { seconds } else { -seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_octopus_merge_is_read() {
        let raw = format!(
            "tree {}\nparent {}\nparent {}\nparent {}\nauthor A U Thor <a@b> 10 +0530\ncommitter C <c> 11 -0800\n\
             encoding latin1\ngpgsig begin\n \n author no <no> 1 +0000\n end\n\nsubject\n\nbody\n",
            "1".repeat(40),
            "2".repeat(40),
            "3".repeat(40),
            "4".repeat(40)
        );
        let commit = CommitObject::parse(raw.clone().into_bytes()).expect("a sound commit");
        assert_eq!(commit.tree, TreeNode([0x11; 20]));
        assert_eq!(commit.parents, [Node([0x22; 20]), Node([0x33; 20]), Node([0x44; 20])]);
        assert_eq!(commit.author(), Signature { who: b"A U Thor <a@b>", time: 10, offset: -19800 });
        assert_eq!(commit.committer(), Signature { who: b"C <c>", time: 11, offset: 28800 });
        assert_eq!(commit.encoding(), Some(b"latin1".as_slice()));
        assert_eq!(commit.message(), b"subject\n\nbody\n");
        let unsigned = raw.replace("gpgsig begin\n \n author no <no> 1 +0000\n end\n", "");
        assert_eq!(commit.raw_unsigned(), unsigned.into_bytes());
        assert_eq!(commit.extra_headers(), b"");
        let raw = raw.replace("gpgsig", "mergetag");
        let commit = CommitObject::parse(raw.clone().into_bytes()).expect("a sound commit");
        assert_eq!(commit.extra_headers(), b"mergetag begin\n \n author no <no> 1 +0000\n end\n");
        assert_eq!(commit.raw_unsigned(), raw.into_bytes());
    }

    #[test]
    fn odd_dates_are_read_as_git_reads_them() {
        for (line, time, offset) in [
            ("N <m> -5 +0000", -5, 0),
            ("N <m> 7 -0030", 7, 1800),
            ("N <m> 7 +1345", 7, -49500),
            ("N <m> 7 -2147483648", 7, 0),
            ("N <m> 7 +2147483647", 7, 0),
            ("N <m> 7 +59652359", 7, 0),
            ("N <m>", 0, 0),
            ("N <m> never", 0, 0),
            ("no mail", 0, 0),
        ] {
            let signature = Signature::parse(line.as_bytes());
            assert_eq!((signature.time, signature.offset), (time, offset), "{line}");
        }
    }

    #[test]
    fn a_commit_without_a_message_or_a_header_never_panics() {
        let tree = format!("tree {}\n", "1".repeat(40));
        for (raw, sound) in [("", false), ("tree 12", false), (tree.as_str(), true), (&tree[..45], true)] {
            let commit = CommitObject::parse(raw.as_bytes().to_vec());
            assert_eq!(commit.is_some(), sound, "{raw:?}");
            assert_eq!(commit.map(|commit| commit.message().to_vec()).unwrap_or_default(), b"");
        }
    }
}
