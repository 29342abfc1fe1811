//! A file's content as it would be committed: what git's "clean" direction does to line ends, `$Id$` and encodings.
//! Pure: knows bytes and what attributes say, not where either comes from.
//!
//! libgit2 has these conversions inside, with no door to them through git2, and lacks `working-tree-encoding`. The
//! rules are those of git's `convert.c`.

use std::borrow::Cow;

use super::settings::AutoCrlf;

/// What attributes and configuration say of one path's content. The way out is in `smudge`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Conversion {
    /// What becomes of line ends.
    pub lines: Lines,
    /// `ident`: `$Id: …$` is committed as `$Id$`.
    pub ident: bool,
    /// `working-tree-encoding`, unless it is UTF-8.
    pub encoding: Option<String>,
    /// `filter`: the name of the driver.
    pub filter: Option<String>,
    /// Whether lines of text end in CRLF in the working copy.
    pub crlf: bool,
}

/// What becomes of line ends when a file is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lines {
    /// Nothing.
    #[default]
    Keep,
    /// The file is text: CRLF becomes LF.
    Text,
    /// So it does when the file looks like text, and was not committed with CRLF before.
    Auto,
}

/// Content that cannot be brought into the form in which it is committed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// hgls does not know the encoding.
    #[error("encoding '{0}' (attribute working-tree-encoding) is not supported")]
    UnknownEncoding(String),
    /// The file is not what its attribute says.
    #[error("the content is not valid {0} (attribute working-tree-encoding)")]
    NotInEncoding(String),
    /// A filter that must succeed did not.
    #[error("filter '{driver}' failed: {reason}")]
    Filter {
        /// Its name in the configuration.
        driver: String,
        /// What it said.
        reason: String,
    },
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Attribute {
    /// Nothing is said.
    #[default]
    Unspecified,
    /// `name`
    Set,
    /// `-name`
    Unset,
    /// `name=value`
    Value(String),
}

impl Lines {
    /// From the attributes `text` (or the older `crlf`) and `eol`, and `core.autocrlf`.
    pub fn from_attributes(text: &Attribute, crlf: &Attribute, eol: &Attribute, auto: AutoCrlf) -> Self {
        let spoken = |attribute: &Attribute| match attribute {
            Attribute::Set => Some(Self::Text),
            Attribute::Unset => Some(Self::Keep),
            Attribute::Value(value) if value == "input" => Some(Self::Text),
            Attribute::Value(value) if value == "auto" => Some(Self::Auto),
            _ => None,
        };
        let has_eol = matches!(eol, Attribute::Value(value) if value == "lf" || value == "crlf");
        match spoken(text).or_else(|| spoken(crlf)) {
            Some(lines) => lines,
            None if has_eol => Self::Text,
            None if auto == AutoCrlf::No => Self::Keep,
            None => Self::Auto,
        }
    }
}

/// Whether text in the working copy ends its lines in CRLF, from the same attributes; `native` is what is configured
/// where no attribute speaks.
pub fn ends_in_crlf(text: &Attribute, crlf: &Attribute, eol: &Attribute, auto: AutoCrlf, native: bool) -> bool {
    let value = |attribute: &Attribute, wanted: &str| matches!(attribute, Attribute::Value(value) if value == wanted);
    let speaks = |attribute: &&Attribute| {
        matches!(attribute, Attribute::Set | Attribute::Unset) || value(attribute, "input") || value(attribute, "auto")
    };
    let spoken = [text, crlf].into_iter().find(speaks);
    match spoken {
        Some(Attribute::Unset) => false,
        _ if value(eol, "lf") => false,
        _ if value(eol, "crlf") => true,
        Some(attribute) if value(attribute, "input") => false,
        Some(_) => native,
        None => auto == AutoCrlf::Yes,
    }
}

impl Conversion {
    /// Whether content is committed as it is.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// `content` as it would be committed, external filters apart. `committed` gives what is staged for the path now,
    /// and is asked only when that matters.
    pub fn clean<'a>(
        &self,
        content: &'a [u8],
        committed: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Result<Cow<'a, [u8]>, Failure> {
        let mut content = Cow::Borrowed(content);
        if let Some(encoding) = &self.encoding {
            content = Cow::Owned(decode(&content, encoding)?);
        }
        let census = || Census::of(&content);
        let to_lf = match self.lines {
            Lines::Keep => false,
            Lines::Text => census().crlf > 0,
            Lines::Auto => {
                let census = census();
                let has_crlf = |old: Vec<u8>| {
                    let census = Census::of(&old);
                    census.crlf > 0 && !census.is_binary()
                };
                census.crlf > 0 && !census.is_binary() && !committed().is_some_and(has_crlf)
            }
        };
        if to_lf {
            content = Cow::Owned(without_carriage_returns(&content));
        }
        if self.ident {
            content = without_ident(content);
        }
        Ok(content)
    }
}

/// Counts by which git guesses whether content is text.
#[derive(Default)]
pub(super) struct Census {
    pub crlf: usize,
    pub lone_cr: usize,
    pub lone_lf: usize,
    nul: usize,
    printable: usize,
    odd: usize,
}

impl Census {
    pub fn of(content: &[u8]) -> Self {
        let mut census = Self::default();
        let mut bytes = content.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' if bytes.peek() == Some(&b'\n') => {
                    census.crlf += 1;
                    bytes.next();
                }
                b'\r' => census.lone_cr += 1,
                b'\n' => census.lone_lf += 1,
                0x08 | b'\t' | 0x1b | 0x0c => census.printable += 1,
                0 => {
                    census.nul += 1;
                    census.odd += 1;
                }
                127 | 1..32 => census.odd += 1,
                _ => census.printable += 1,
            }
        }
        // DOS ended text files with this.
        if content.last() == Some(&0x1a) {
            census.odd -= 1;
        }
        census
    }

    pub fn is_binary(&self) -> bool {
        self.lone_cr > 0 || self.nul > 0 || self.printable / 128 < self.odd
    }
}

fn without_carriage_returns(content: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(content.len());
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\r' || bytes.peek() != Some(&b'\n') {
            lines.push(byte);
        }
    }
    lines
}

/// `$Id: anything on one line$` becomes `$Id$`.
fn without_ident(content: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    const START: &[u8] = b"$Id:";
    let mut cleaned = Vec::new();
    let mut rest = &*content;
    while let Some(start) = rest.windows(START.len()).position(|window| window == START) {
        let (before, keyword) = rest.split_at(start);
        let Some(end) = keyword[1..].iter().position(|byte| *byte == b'$').map(|end| end + 1) else { break };
        cleaned.extend_from_slice(before);
        if keyword[..end].contains(&b'\n') {
            cleaned.extend_from_slice(&keyword[..START.len()]);
            rest = &keyword[START.len()..];
        } else {
            cleaned.extend_from_slice(b"$Id$");
            rest = &keyword[end + 1..];
        }
    }
    if rest.len() == content.len() {
        return content;
    }
    cleaned.extend_from_slice(rest);
    Cow::Owned(cleaned)
}

/// To UTF-8. As git: a file in UTF-16 or UTF-32 starts with a byte order mark, one in a variant that names the order
/// must not.
fn decode(content: &[u8], encoding: &str) -> Result<Vec<u8>, Failure> {
    let name = encoding.to_ascii_uppercase().replace("UTF-", "UTF");
    let wrong = || Failure::NotInEncoding(encoding.to_owned());
    let (little, big) = (true, false);
    let marked = |mark: &[u8]| content.strip_prefix(mark);
    let either = |little_mark: &[u8], big_mark: &[u8]| {
        let little = marked(little_mark).map(|rest| (rest, little));
        little.or_else(|| marked(big_mark).map(|rest| (rest, big))).ok_or_else(wrong)
    };
    let text = match name.as_str() {
        "UTF16" => either(b"\xff\xfe", b"\xfe\xff").and_then(|(rest, order)| utf16(rest, order).ok_or_else(wrong))?,
        "UTF16LE-BOM" => marked(b"\xff\xfe").and_then(|rest| utf16(rest, little)).ok_or_else(wrong)?,
        "UTF16BE-BOM" => marked(b"\xfe\xff").and_then(|rest| utf16(rest, big)).ok_or_else(wrong)?,
        "UTF16LE" | "UTF16BE" if marked(b"\xff\xfe").or(marked(b"\xfe\xff")).is_some() => return Err(wrong()),
        "UTF16LE" => utf16(content, little).ok_or_else(wrong)?,
        "UTF16BE" => utf16(content, big).ok_or_else(wrong)?,
        "UTF32" => {
            either(b"\xff\xfe\0\0", b"\0\0\xfe\xff").and_then(|(rest, order)| utf32(rest, order).ok_or_else(wrong))?
        }
        "UTF32LE" => utf32(content, little).ok_or_else(wrong)?,
        "UTF32BE" => utf32(content, big).ok_or_else(wrong)?,
        "ISO-8859-1" | "ISO8859-1" | "LATIN1" | "LATIN-1" => content.iter().map(|byte| char::from(*byte)).collect(),
        "ASCII" | "US-ASCII" if content.is_ascii() => return Ok(content.to_owned()),
        "ASCII" | "US-ASCII" => return Err(wrong()),
        _ => return Err(Failure::UnknownEncoding(encoding.to_owned())),
    };
    Ok(text.into_bytes())
}

fn utf16(content: &[u8], little: bool) -> Option<String> {
    let (pairs, []) = content.as_chunks::<2>() else { return None };
    let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    char::decode_utf16(pairs.iter().map(unit)).collect::<Result<_, _>>().ok()
}

fn utf32(content: &[u8], little: bool) -> Option<String> {
    let (quads, []) = content.as_chunks::<4>() else { return None };
    let unit = |quad: &[u8; 4]| if little { u32::from_le_bytes(*quad) } else { u32::from_be_bytes(*quad) };
    quads.iter().map(|quad| char::from_u32(unit(quad))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(conversion: Conversion, content: &[u8], committed: Option<&[u8]>) -> Vec<u8> {
        conversion.clean(content, || committed.map(<[u8]>::to_vec)).expect("no failure").into_owned()
    }

    fn lines(lines: Lines) -> Conversion {
        Conversion { lines, ..Conversion::default() }
    }

    #[test]
    fn line_ends_become_lf_when_the_file_is_text() {
        assert_eq!(clean(lines(Lines::Keep), b"a\r\nb\r\n", None), b"a\r\nb\r\n");
        assert_eq!(clean(lines(Lines::Text), b"a\r\nb\rc\r\r\n", None), b"a\nb\rc\r\n");
        assert_eq!(clean(lines(Lines::Auto), b"a\r\nb\n", None), b"a\nb\n");
        assert_eq!(clean(lines(Lines::Auto), b"a\r\n\0", None), b"a\r\n\0", "binary");
        assert_eq!(clean(lines(Lines::Auto), b"a\r\nb\r", None), b"a\r\nb\r", "a lone CR is no text");
    }

    #[test]
    fn what_was_committed_with_crlf_keeps_it_unless_declared_text() {
        assert_eq!(clean(lines(Lines::Auto), b"a\r\nb\r\n", Some(b"a\r\n")), b"a\r\nb\r\n");
        assert_eq!(clean(lines(Lines::Auto), b"a\r\nb\r\n", Some(b"a\n")), b"a\nb\n");
        assert_eq!(clean(lines(Lines::Text), b"a\r\nb\r\n", Some(b"a\r\n")), b"a\nb\n");
    }

    #[test]
    fn attributes_and_configuration_decide() {
        use Attribute::{Set, Unset, Unspecified};
        let value = |text: &str| Attribute::Value(text.to_owned());
        let of = |text, crlf, eol, auto| Lines::from_attributes(&text, &crlf, &eol, auto);
        assert_eq!(of(Unspecified, Unspecified, Unspecified, AutoCrlf::No), Lines::Keep);
        assert_eq!(of(Unspecified, Unspecified, Unspecified, AutoCrlf::Input), Lines::Auto);
        assert_eq!(of(Set, Unspecified, Unspecified, AutoCrlf::No), Lines::Text);
        assert_eq!(of(Unset, Unspecified, value("crlf"), AutoCrlf::Yes), Lines::Keep);
        assert_eq!(of(value("auto"), Unspecified, value("crlf"), AutoCrlf::No), Lines::Auto);
        assert_eq!(of(Unspecified, Unspecified, value("lf"), AutoCrlf::No), Lines::Text);
        assert_eq!(of(Unspecified, value("input"), Unspecified, AutoCrlf::No), Lines::Text);
        assert_eq!(of(Set, Unset, Unspecified, AutoCrlf::No), Lines::Text);
    }

    #[test]
    fn idents_lose_their_value() {
        let ident = Conversion { ident: true, ..Conversion::default() };
        assert_eq!(clean(ident.clone(), b"a $Id: 1234 $ b $Id$ $Id: x$", None), b"a $Id$ b $Id$ $Id$");
        assert_eq!(clean(ident.clone(), b"$Id: broken\nby a line $ $Id: y $", None), b"$Id: broken\nby a line $ $Id$");
        assert_eq!(clean(ident, b"$Id: never closed", None), b"$Id: never closed");
    }

    #[test]
    fn encodings_become_utf_8() {
        let encoded = |name: &str| Conversion { encoding: Some(name.to_owned()), ..Conversion::default() };
        assert_eq!(clean(encoded("UTF-16"), b"\xff\xfea\0\xfc\0", None), "aü".as_bytes());
        assert_eq!(clean(encoded("utf-16be"), b"\0a\0\xfc", None), "aü".as_bytes());
        assert_eq!(clean(encoded("UTF-32LE"), b"a\0\0\0", None), b"a");
        assert_eq!(clean(encoded("ISO-8859-1"), b"\xfc", None), "ü".as_bytes());
        let fails = |name: &str, content: &[u8]| encoded(name).clean(content, || None).map(Cow::into_owned);
        assert_eq!(fails("UTF-16", b"a\0"), Err(Failure::NotInEncoding("UTF-16".to_owned())));
        assert_eq!(fails("UTF-16LE", b"a\0b"), Err(Failure::NotInEncoding("UTF-16LE".to_owned())));
        assert_eq!(fails("SHIFT-JIS", b"a"), Err(Failure::UnknownEncoding("SHIFT-JIS".to_owned())));
    }
}
