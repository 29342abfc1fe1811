//! Messages, names and encodings, as they are written.

use super::*;

fn message_of(scratch: &Scratch) -> String {
    let raw = scratch.sh("git cat-file commit HEAD");
    raw.split_once("\n\n").map(|(_, message)| message.to_owned()).unwrap_or_default()
}

#[test]
fn a_message_is_stripped_and_ends_in_one_newline() {
    let scratch = repository("true");
    for (number, (setting, given, written)) in [
        ("", "  subject \n\n\n body\t\n\n", "subject\n\n body\n"),
        ("", "# not a comment", "# not a comment\n"),
        ("strip", "subject\n# a comment\nbody", "subject\nbody\n"),
        ("whitespace", "subject\n# no comment", "subject\n# no comment\n"),
        ("verbatim", " subject \n\n\n", " subject \n\n\n"),
        (
            "scissors",
            "subject\n# ------------------------ >8 ------------------------\n",
            "subject\n# ------------------------ >8 ------------------------\n",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let configure =
            if setting.is_empty() { "true".to_owned() } else { format!("git config commit.cleanup {setting}") };
        scratch.sh(&format!("{configure}; echo {number} > f && git add f"));
        done(&scratch, &CommitOptions { message: Some(given), ..ALL });
        assert_eq!(message_of(&scratch), written, "{setting}");
    }
    scratch.sh("echo exact > f");
    done(&scratch, &CommitOptions { message: Some("exact "), exact_message: true, ..ALL });
    assert_eq!(message_of(&scratch), "exact ");
}

#[test]
fn a_message_without_text_is_refused() {
    let scratch = repository("echo 1 > f && git add . && git commit -qm base && echo 2 > f");
    for message in [Some(""), Some("  \n\t"), None] {
        let refusal = refused(&scratch, &CommitOptions { message, ..ALL });
        assert_eq!(refusal, (Kind::InvalidArgument, "empty commit message".to_owned()));
    }
    scratch.sh("git config commit.cleanup strip");
    assert_eq!(refused(&scratch, &CommitOptions { message: Some("# only"), ..ALL }).1, "empty commit message");
    scratch.sh("git config commit.cleanup nonsense");
    assert_eq!(refused(&scratch, &ALL).1, "invalid cleanup mode nonsense");
}

#[test]
fn users_and_dates_that_make_no_sense_are_refused() {
    let scratch = repository("echo 1 > f && git add . && git commit -qm base && echo 2 > f");
    for date in ["1.5 0", "nonsense", "2020", "99999999999 0"] {
        assert_eq!(refused(&scratch, &CommitOptions { date: Some(date), ..ALL }).0, Kind::InvalidArgument, "{date}");
    }
    let refusal = refused(&scratch, &CommitOptions { user: Some("a\nb"), ..ALL });
    assert_eq!(refusal, (Kind::InvalidArgument, "username \"a\\nb\" contains a newline".to_owned()));
}

#[test]
fn the_encoding_of_the_repository_is_used_and_named() {
    let scratch = repository("git config i18n.commitEncoding ISO-8859-1 && echo 1 > f && git add f");
    done(&scratch, &CommitOptions { message: Some("été"), user: Some("É <e@f>"), ..ALL });
    assert_eq!(scratch.sh("git log -1 --encoding=UTF-8 --format='%e %an %s'"), "ISO-8859-1 É été\n");
    scratch.sh("echo 2 > f");
    assert_eq!(refused(&scratch, &CommitOptions { message: Some("€"), ..ALL }).0, Kind::InvalidArgument);
    // An amended one is brought to what the repository wants now.
    scratch.sh("git config i18n.commitEncoding UTF-8");
    done(&scratch, &CommitOptions { message: None, amend: true, ..ALL });
    assert_eq!(scratch.sh("git log -1 --encoding=UTF-8 --format='%e|%an %s'"), "|É été\n");
}
