//! Changesets in words, for hovers, hints and lenses. What commits say is data: none of it becomes Markdown.

use crate::protocol::{Changeset, Date};

/// The revision number of the working directory.
const WDIR: i32 = i32::MAX;

/// Whether these are lines that nobody has committed.
pub fn is_uncommitted(changeset: &Changeset) -> bool {
    changeset.rev == WDIR
}

/// `Name` of `Name <mail>`.
pub fn name(user: &str) -> &str {
    let name = user.split('<').next().unwrap_or_default().trim();
    if name.is_empty() { user } else { name }
}

/// The first line of a message, cut to a length.
pub fn subject(desc: &str, most: usize) -> String {
    let line = desc.lines().next().unwrap_or_default();
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line.to_owned(),
    }
}

/// `2024-02-29`, where and when the author was.
pub fn day(date: Date) -> String {
    let days = date.0.saturating_sub(i64::from(date.1)).div_euclid(86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The Gregorian date of a number of days since 1970-01-01, by counting in years that begin in March, so that the leap
/// day is the last one.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// All about a changeset, as plain text.
pub fn plain(changeset: &Changeset) -> String {
    if is_uncommitted(changeset) {
        return "Not committed yet".to_owned();
    }
    let Changeset { rev, node, user, desc, .. } = changeset;
    let names = names(changeset).join(", ");
    let short = node.get(..12).unwrap_or(node);
    let names = if names.is_empty() { names } else { format!("\n{names}") };
    format!("{rev}:{short} ({})\n{user}, {}{names}\n\n{desc}", changeset.phase.as_str(), day(changeset.date))
}

/// All about a changeset, as Markdown.
pub fn markdown(changeset: &Changeset) -> String {
    if is_uncommitted(changeset) {
        return "*Not committed yet*".to_owned();
    }
    let Changeset { rev, node, user, desc, .. } = changeset;
    let short = node.get(..12).unwrap_or(node);
    let names: String = names(changeset).iter().map(|name| format!(" · {}", escape(name))).collect();
    let desc: Vec<String> = desc.lines().map(escape).collect();
    format!(
        "**{rev}:{}** · {} · {}{names}\n\n{}\n\n{}",
        escape(short),
        changeset.phase.as_str(),
        day(changeset.date),
        escape(user),
        // Two spaces keep the lines of a message apart.
        desc.join("  \n"),
    )
}

fn names(changeset: &Changeset) -> Vec<&str> {
    let Changeset { bookmarks, remote_bookmarks, tags, .. } = changeset;
    bookmarks.iter().chain(remote_bookmarks).chain(tags).map(String::as_str).collect()
}

/// `text` as Markdown that shows it as it is: no link, image, HTML, heading or list, whatever is in it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            // Words and blanks, but four blanks at the start of a line are code.
            ' ' | '\t' if text.get(..at).is_some_and(|before| before.trim().is_empty()) => escaped.push_str("&nbsp;"),
            // Clients make links of bare addresses, which begin with one of these.
            ':' => escaped.push_str("&#58;"),
            '@' => escaped.push_str("&#64;"),
            '.' if text.get(..at).is_some_and(|before| before.to_lowercase().ends_with("www")) => {
                escaped.push_str("&#46;");
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ if character.is_ascii_punctuation() => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ if character.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_author() {
        assert_eq!(day(Date(0, 0)), "1970-01-01");
        assert_eq!(day(Date(0, 3600)), "1969-12-31", "an hour west of it");
        assert_eq!(day(Date(1_709_164_800, 0)), "2024-02-29");
        assert_eq!(day(Date(1_709_251_199, -1)), "2024-03-01");
        assert_eq!(day(Date(951_782_400, 0)), "2000-02-29");
        assert_eq!(day(Date(-2_203_891_200, 0)), "1900-03-01");
        assert!(!day(Date(i64::MAX, i32::MIN)).is_empty() && !day(Date(i64::MIN, i32::MAX)).is_empty());
    }

    #[test]
    fn what_a_message_says_never_becomes_markdown() {
        for (text, shown) in [
            ("[x](command:evil)", r"\[x\]\(command&#58;evil\)"),
            ("<img src=x>", r"&lt;img src\=x&gt;"),
            ("![i](u)", r"\!\[i\]\(u\)"),
            ("see https://example.org", r"see https&#58;\/\/example\.org"),
            ("www.example.org", r"www&#46;example\.org"),
            ("# no heading", r"\# no heading"),
            ("    no code", "&nbsp;&nbsp;&nbsp;&nbsp;no code"),
            ("`a` *b* _c_ ~d~ | e", r"\`a\` \*b\* \_c\_ \~d\~ \| e"),
            ("a&amp;b\u{7}", "a&amp;amp\\;b\u{fffd}"),
        ] {
            assert_eq!(escape(text), shown);
        }
    }

    #[test]
    fn names_and_subjects_are_short() {
        assert_eq!(name("A B <a@b>"), "A B");
        assert_eq!(name("<a@b>"), "<a@b>");
        assert_eq!(subject("one two\nthree", 50), "one two");
        assert_eq!(subject("äöü äöü", 4), "äöü…");
        assert_eq!(subject("", 4), "");
    }
}
