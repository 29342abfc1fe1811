//! A committed file as it stands in the working copy: what git's "smudge" direction does to line ends, `$Id$` and
//! encodings. Pure: knows bytes and what attributes say, not where either comes from.
//!
//! The way back is in `convert`. The rules are those of git's `convert.c`.

use std::borrow::Cow;

use bstr::ByteSlice as _;

use super::convert::{Census, Conversion, Failure, Lines};
use crate::ids::FileNode;

impl Conversion {
    /// The committed `content`, whose id is `node`, as it stands in the working copy, external filters apart.
    pub fn smudge<'a>(&self, content: &'a [u8], node: FileNode) -> Result<Cow<'a, [u8]>, Failure> {
        let mut content = Cow::Borrowed(content);
        if self.ident && content.contains_str("$Id") {
            content = Cow::Owned(with_ident(&content, node));
        }
        if self.lines != Lines::Keep && self.crlf && wants_crlf(self.lines, &content) {
            content = Cow::Owned(with_carriage_returns(&content));
        }
        if let Some(encoding) = self.encoding.as_ref().filter(|_| !content.is_empty()) {
            // As git: what cannot be said in the encoding stays as it was committed.
            content = encode(&content, encoding)?.map_or(content, Cow::Owned);
        }
        Ok(content)
    }
}

/// Text that was committed with other line ends than LF is left alone unless it is declared to be text.
fn wants_crlf(lines: Lines, content: &[u8]) -> bool {
    let census = Census::of(content);
    let mixed = census.lone_cr > 0 || census.crlf > 0;
    census.lone_lf > 0 && (lines == Lines::Text || !mixed && !census.is_binary())
}

fn with_carriage_returns(content: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(content.len() + content.len() / 16);
    let mut previous = 0;
    for byte in content {
        if *byte == b'\n' && previous != b'\r' {
            lines.push(b'\r');
        }
        lines.push(*byte);
        previous = *byte;
    }
    lines
}

/// `$Id$` gets the content's id. What another program wrote there, which has spaces inside, stays.
fn with_ident(content: &[u8], node: FileNode) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(content.len() + 64);
    let mut rest = content;
    while let Some(dollar) = rest.find_byte(b'$') {
        let (before, keyword) = rest.split_at(dollar + 1);
        expanded.extend_from_slice(before);
        rest = keyword;
        let length = match keyword {
            [b'I', b'd', b'$', ..] => 3,
            [b'I', b'd', b':', value @ ..] => match value.find_byte(b'$') {
                Some(end) if is_ours(&value[..end]) => 3 + end + 1,
                Some(_) => continue,
                None => break,
            },
            _ => continue,
        };
        expanded.extend_from_slice(format!("Id: {node} $").as_bytes());
        rest = &keyword[length..];
    }
    expanded.extend_from_slice(rest);
    expanded
}

/// Whether git could have written that between `$Id:` and `$`.
fn is_ours(value: &[u8]) -> bool {
    let inner = value.get(1..).unwrap_or_default();
    !value.contains(&b'\n') && inner.find_byte(b' ').is_none_or(|space| space + 1 >= inner.len())
}

/// From UTF-8; `None` when the encoding has no way to say it. Where its name leaves the order of bytes open it is the
/// little one, behind a mark.
fn encode(content: &[u8], encoding: &str) -> Result<Option<Vec<u8>>, Failure> {
    let name = encoding.to_ascii_uppercase().replace("UTF-", "UTF");
    let Ok(text) = std::str::from_utf8(content) else { return Ok(None) };
    let utf16 = |mark: &str, bytes: fn(u16) -> [u8; 2]| {
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
    };
    let utf32 = |mark: &str, bytes: fn(u32) -> [u8; 4]| {
        mark.chars().chain(text.chars()).flat_map(|letter| bytes(u32::from(letter))).collect::<Vec<u8>>()
    };
    const MARK: &str = "\u{feff}";
    Ok(Some(match name.as_str() {
        "UTF16" | "UTF16LE-BOM" => utf16(MARK, u16::to_le_bytes),
        "UTF16BE-BOM" => utf16(MARK, u16::to_be_bytes),
        "UTF16LE" => utf16("", u16::to_le_bytes),
        "UTF16BE" => utf16("", u16::to_be_bytes),
        "UTF32" => utf32(MARK, u32::to_le_bytes),
        "UTF32LE" => utf32("", u32::to_le_bytes),
        "UTF32BE" => utf32("", u32::to_be_bytes),
        "ISO-8859-1" | "ISO8859-1" | "LATIN1" | "LATIN-1" => {
            let latin: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
            return Ok(latin);
        }
        "ASCII" | "US-ASCII" => return Ok(text.is_ascii().then(|| content.to_owned())),
        _ => return Err(Failure::UnknownEncoding(encoding.to_owned())),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::git::{Handle, Location};
    use crate::ids::RepoPath;

    /// What git checks out, for every kind of content under every kind of attribute and setting.
    #[test]
    fn content_stands_in_the_working_copy_as_git_would_put_it_there() {
        let contents: [(&str, &[u8]); 10] = [
            ("lf", b"one\ntwo\n"),
            ("crlf", b"one\r\ntwo\r\n"),
            ("mixed", b"one\r\ntwo\n"),
            ("cr", b"one\rtwo\n"),
            ("binary", b"one\n\0two\n"),
            ("none", b"one"),
            ("empty", b""),
            ("ident", b"$Id$ x $Id: 12 $ $Id: a b c $ $Id: x\n$ $Id"),
            ("text", "\u{fc}ber\n".as_bytes()),
            ("wide", "\u{20ac}\n".as_bytes()),
        ];
        let attributes = [
            "",
            "text",
            "-text",
            "text=auto",
            "text eol=crlf",
            "text=auto eol=crlf",
            "eol=lf",
            "text=input eol=crlf",
            "ident",
            "ident eol=crlf",
            "working-tree-encoding=UTF-16",
            "working-tree-encoding=UTF-16LE eol=crlf",
            "working-tree-encoding=UTF-16BE-BOM text",
            "working-tree-encoding=UTF-32",
            "working-tree-encoding=ISO-8859-1",
            "crlf",
            "-crlf",
            "crlf=input",
            "binary",
        ];
        let settings =
            ["core.autocrlf=false", "core.autocrlf=true", "core.autocrlf=input", "core.eol=crlf", "core.eol=lf"];
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let root = scratch.path();
        for (at, attribute) in attributes.iter().enumerate() {
            std::fs::create_dir(root.join(format!("d{at}"))).expect("a folder");
            for (name, content) in contents {
                std::fs::write(root.join(format!("d{at}/{name}")), content).expect("a file");
            }
            let lines = if attribute.is_empty() { String::new() } else { format!("* {attribute}\n") };
            std::fs::write(root.join(format!("d{at}/.gitattributes")), lines).expect("a file");
        }
        // Put in as they are: what is committed need not be what `add` would have made of it.
        scratch.sh("find d* -type f | while read f; do
                git update-index --add --cacheinfo 100644,$(git hash-object -w --no-filters $f),$f; done
             git commit -qm 1");
        for setting in settings {
            scratch.sh(&format!(
                "git config --remove-section core.x 2>/dev/null || true
                 git config --unset core.autocrlf || true; git config --unset core.eol || true
                 git config {}; rm -rf d*; git reset -q --hard 2>/dev/null",
                setting.replace('=', " ")
            ));
            let handle = Handle::open(&Location::discover(root).expect("a repository")).expect("open");
            let configured = handle.settings().expect("settings");
            for (at, attribute) in attributes.iter().enumerate() {
                for (name, content) in contents {
                    let path = RepoPath::new(format!("d{at}/{name}")).expect("a path");
                    let node = crate::git::file_node(content).expect("an id");
                    let smudged = handle.smudge(&path, content, node, configured).expect("content");
                    let expected = std::fs::read(root.join(format!("d{at}/{name}"))).expect("a file");
                    assert_eq!(smudged.as_bstr(), expected.as_bstr(), "{name} with '{attribute}' and {setting}");
                }
            }
        }
    }

    #[test]
    fn filters_run_only_when_they_may_and_are_never_left_out() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo '* filter=shout' > .gitattributes
             git config filter.shout.smudge 'tr a-z A-Z; echo %f'");
        let mut handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        let path = RepoPath::new("a b").expect("a path");
        let smudged = |handle: &Handle| {
            let settings = handle.settings().expect("settings");
            handle.smudge(&path, b"text\n", FileNode::NULL, settings).map(Cow::into_owned)
        };
        assert!(matches!(smudged(&handle), Err(crate::git::Error::FilterNotAllowed { .. })));
        handle.allow_programs();
        assert_eq!(smudged(&handle).expect("content"), b"TEXT\na b\n");
        scratch.sh("git config filter.shout.smudge false");
        assert_eq!(smudged(&handle).expect("content"), b"text\n", "not required");
        scratch.sh("git config filter.shout.required true");
        assert!(matches!(smudged(&handle), Err(crate::git::Error::Conversion { .. })));
    }
}
