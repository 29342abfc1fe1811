//! Who makes a commit and when, and the bytes that say so: users and dates in Mercurial's forms, in the encoding that the
//! repository wants. Knows nothing of what is committed.

use encoding_rs::{EncoderResult, Encoding, UTF_8};

use crate::edit::Error;
use crate::git::{Identity, LogEntry};
use crate::model::revset::{self, Clock};

/// Somebody, as git has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Never empty.
    pub name: String,
    /// May be empty.
    pub mail: String,
}

impl Person {
    /// From what Mercurial calls a user: `Name <mail>`, or a name alone.
    pub fn parse(user: &str) -> Result<Self, Error> {
        if user.contains('\n') {
            return Err(Error::UserWithNewline(user.to_owned()));
        }
        let (name, mail) = match user.split_once('<') {
            Some((name, mail)) => (name, mail.split('>').next().unwrap_or_default()),
            None => (user, ""),
        };
        Self::new(name, mail)
    }

    /// From the configuration.
    pub fn configured(identity: &Identity) -> Result<Self, Error> {
        match (&identity.name, &identity.mail) {
            (Some(name), Some(mail)) => Self::new(name, mail),
            _ => Err(Error::NoUser),
        }
    }

    fn new(name: &str, mail: &str) -> Result<Self, Error> {
        // What git drops as well: its format has no place for these.
        let clean = |text: &str| text.replace(['<', '>', '\n', '\0'], "").trim().to_owned();
        let (name, mail) = (clean(name), clean(mail));
        match (name.is_empty(), mail.is_empty()) {
            (true, true) => Err(Error::NoUser),
            // git wants some name.
            (true, false) => Ok(Self { name: mail.clone(), mail }),
            _ => Ok(Self { name, mail }),
        }
    }

    /// `Name <mail>`.
    pub fn line(&self) -> String {
        format!("{} <{}>", self.name, self.mail)
    }

    /// Who moves a reference, for its log.
    pub fn log<'a>(&'a self, clock: Clock, message: &'a str) -> LogEntry<'a> {
        // The log needs some mail.
        let mail = if self.mail.is_empty() { &self.name } else { &self.mail };
        LogEntry { name: &self.name, mail, date: (clock.now, clock.west), message }
    }
}

/// A moment in one of Mercurial's forms: `unix offset`, ISO 8601, `now`, and the others of `hg help dates` that leave
/// no day open. Seconds since 1970, and the zone in seconds west.
pub fn date(text: &str, clock: Clock) -> Result<(i64, i32), Error> {
    revset::exact_date(text, clock).map_err(|error| Error::Date(error.to_string()))
}

/// A date in git's form: `1583558723 -0500`.
pub fn git_date((time, west): (i64, i32)) -> String {
    let minutes = west / -60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{time} {sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// The encoding of a commit's names and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// As a commit names it; `None` for UTF-8.
    pub label: Option<String>,
}

impl Script {
    /// The bytes of a text.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, Error> {
        let Some(label) = &self.label else { return Ok(text.as_bytes().to_owned()) };
        let lacking = || Error::Encoding(label.clone());
        if is_latin1(label) {
            // The library takes it for windows-1252, as browsers do; git does not.
            return text.chars().map(|letter| u8::try_from(letter).map_err(|_| lacking())).collect();
        }
        let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(lacking)?;
        if encoding.output_encoding() != encoding {
            return Err(lacking());
        }
        let mut encoder = encoding.new_encoder();
        let most = encoder.max_buffer_length_from_utf8_without_replacement(text.len()).ok_or_else(lacking)?;
        let mut bytes = Vec::with_capacity(most);
        match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true) {
            (EncoderResult::InputEmpty, _) => Ok(bytes),
            _ => Err(lacking()),
        }
    }

    /// The text of bytes. What cannot be read becomes U+FFFD.
    pub fn decode(&self, bytes: &[u8]) -> String {
        match &self.label {
            Some(label) if is_latin1(label) => bytes.iter().map(|byte| char::from(*byte)).collect(),
            label => {
                let encoding = label.as_ref().and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
                encoding.decode_without_bom_handling(bytes).0.into_owned()
            }
        }
    }
}

fn is_latin1(label: &str) -> bool {
    let label = label.to_ascii_lowercase().replace(['-', '_'], "");
    ["iso88591", "latin1", "l1"].contains(&label.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wednesday 2020-07-15 13:20:30 UTC, seen from two hours east.
    const CLOCK: Clock = Clock { now: 1_594_819_230, west: -7200 };

    #[test]
    fn users_are_names_with_or_without_a_mail() {
        for (user, line) in [
            ("A U Thor <a@b.c>", "A U Thor <a@b.c>"),
            ("Just Name", "Just Name <>"),
            ("me@here", "me@here <>"),
            ("<mail@only>", "mail@only <mail@only>"),
            ("  spaces   <  a@b > ", "spaces <a@b>"),
            ("odd <a<b>c> d", "odd <ab>"),
        ] {
            assert_eq!(Person::parse(user).expect("a person").line(), line);
        }
        assert_eq!(Person::parse("a\nb").expect_err("a newline").to_string(), "username \"a\\nb\" contains a newline");
        assert!(matches!(Person::parse("  "), Err(Error::NoUser)));
    }

    #[test]
    fn dates_are_moments() {
        for (text, expected) in [
            ("1583558723 18000", "1583558723 -0500"),
            ("0 0", "0 +0000"),
            ("-5 0", "-5 +0000"),
            ("1 -19800", "1 +0530"),
            ("1 -49500", "1 +1345"),
            ("1 1800", "1 -0030"),
            ("now", "1594819230 +0200"),
            ("2020-03-07T05:25:23Z", "1583558723 +0000"),
            ("2020-03-07 00:25:23 -0500", "1583558723 -0500"),
            ("2020-03-07 00:25 -05:00", "1583558700 -0500"),
            ("2020-03-07", "1583532000 +0200"),
            ("13:00", "1594810800 +0200"),
            ("today", "1594764000 +0200"),
        ] {
            assert_eq!(git_date(date(text, CLOCK).expect(text)), expected, "{text}");
        }
        for wrong in ["2020", "2020-03", "feb", "1.5 0", "nonsense", "", "4294967296 0", "1 100000"] {
            assert!(matches!(date(wrong, CLOCK), Err(Error::Date(_))), "{wrong}");
        }
    }

    #[test]
    fn texts_are_written_in_the_encoding_of_the_repository_or_not_at_all() {
        let script = |label: &str| Script { label: Some(label.to_owned()) };
        assert_eq!(script("ISO-8859-1").encode("é").expect("latin"), b"\xe9");
        assert_eq!(script("KOI8-R").encode("пр").expect("cyrillic"), b"\xd0\xd2");
        assert_eq!(script("Shift_JIS").decode(&script("Shift_JIS").encode("日本").expect("kanji")), "日本");
        for (label, text) in [("ISO-8859-1", "€"), ("KOI8-R", "é"), ("UTF-16", "a"), ("no such", "a")] {
            assert!(matches!(script(label).encode(text), Err(Error::Encoding(_))), "{label}");
        }
        assert_eq!(Script { label: None }.encode("é€").expect("text"), "é€".as_bytes());
    }
}
