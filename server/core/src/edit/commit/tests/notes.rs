//! Notes that go along with an amended commit: what git itself does in the same repository.

use super::*;

const TWO: &str = "echo 1 > f && git add . && git commit -qm base && echo 2 > f && git commit -qam second
     git notes add -m note; git notes --ref other add -m 'b
a'; git notes --ref third add -m third HEAD~";

/// What is noted of what, and what the logs say of it.
fn notes(scratch: &Scratch) -> String {
    scratch.sh("for ref in commits other third; do
             git notes --ref $ref show HEAD 2>/dev/null || echo none; git notes --ref $ref list | wc -l
             git log --format='%an %ae %s' refs/notes/$ref; git log -g -1 --format=%gs refs/notes/$ref
         done")
}

/// Has both amend after `script`, and compares. Gives what hgls warns of.
fn as_git(script: &str, message: &str) -> Vec<String> {
    let made = repository(&format!("{TWO}\n{script}"));
    let by_git = repository(&format!("rm -rf .git f; cp -a '{0}/.git' '{0}/f' .", made.path().display()));
    by_git.sh(&format!("git commit -q --amend -m '{message}' 2>/dev/null"));
    let amended = done(&made, &CommitOptions { message: Some(message), amend: true, ..ALL });
    assert_eq!(notes(&made), notes(&by_git), "{script}");
    amended.outcome.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn notes_go_along_where_the_configuration_says_so() {
    let refs = |value: &str| format!("git config --add notes.rewriteRef '{value}'");
    for script in [
        String::new(),
        refs("refs/notes/commits"),
        refs("refs/notes/*"),
        refs("refs/notes/[co]*"),
        format!("{}; {}", refs("refs/notes/other"), refs("refs/notes/third")),
        format!("{}; git config notes.rewrite.amend false", refs("refs/notes/*")),
        format!("{}; git config notes.rewrite.rebase false", refs("refs/notes/*")),
    ] {
        assert_eq!(as_git(&script, "amended"), Vec::<String>::new(), "{script}");
    }
    let warnings = as_git(&format!("{}; {}", refs("refs/heads/main"), refs("refs/notes/gone")), "amended");
    let outside = "refusing to rewrite notes in refs/heads/main (outside of refs/notes/)";
    assert_eq!(warnings, [outside, "notes ref refs/notes/gone is invalid"]);
}

#[test]
fn what_the_environment_says_counts_in_place_of_the_configuration() {
    const CONFIGURED: &str = "git config notes.rewriteRef refs/notes/commits; git config notes.rewriteMode nonsense
         git config notes.rewrite.amend";
    for (enabled, refs, mode) in [
        ("true", Some("refs/notes/other"), Some("overwrite")),
        ("true", Some(":refs/notes/o*::refs/notes/third:"), Some("ignore")),
        ("true", Some(""), Some("concatenate")),
        ("true", None, Some("Cat_Sort_Uniq")),
        ("false", Some("refs/notes/*"), Some("overwrite")),
    ] {
        let made = repository(&format!("{TWO}\n{CONFIGURED} {enabled}"));
        let by_git = repository(&format!("rm -rf .git f; cp -a '{0}/.git' '{0}/f' .", made.path().display()));
        let set = |name: &str, value: Option<&str>| {
            value.map_or(String::new(), |value| format!("export GIT_NOTES_REWRITE_{name}='{value}'; "))
        };
        by_git.sh(&format!("{}{}git commit -q --amend -m amended", set("REF", refs), set("MODE", mode)));
        let notes_of = NotesChoice { refs, mode };
        let amended = done(&made, &CommitOptions { message: Some("amended"), amend: true, notes: notes_of, ..ALL });
        assert_eq!(notes(&made), notes(&by_git), "{enabled} {refs:?} {mode:?}");
        assert!(amended.outcome.warnings.is_empty(), "{:?}", amended.outcome.warnings);
    }
    let scratch = repository(TWO);
    let choice = NotesChoice { refs: Some("refs/heads/main:refs/notes/gone"), mode: Some("nonsense") };
    let amended = done(&scratch, &CommitOptions { message: Some("amended"), amend: true, notes: choice, ..ALL });
    let warnings: Vec<String> = amended.outcome.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "Bad GIT_NOTES_REWRITE_MODE value: 'nonsense'",
            "refusing to rewrite notes in refs/heads/main (outside of refs/notes/)",
            "notes ref refs/notes/gone is invalid"
        ]
    );
}

#[test]
fn a_note_that_is_there_is_combined_with_the_one_that_comes() {
    let noted = |mode: &str| {
        let scratch = repository(&format!("{TWO}\ngit config notes.rewriteRef 'refs/notes/*'; {mode}"));
        let old = scratch.node("HEAD");
        let amend = CommitOptions { message: Some("amended"), amend: true, ..ALL };
        let first = done(&scratch, &amend).node;
        let change =
            format!("git reset -q --hard {old}; git notes add -f -m c; git notes --ref other add -f -m 'c\na'");
        scratch.sh(&change);
        assert_eq!(done(&scratch, &amend).node, first, "the same commit once more");
        let shown = || scratch.sh(&format!("git notes show {first}; git notes --ref other show {first}"));
        let trees = || scratch.sh("git rev-parse refs/notes/commits^{tree} refs/notes/other^{tree}");
        let by_hgls = (shown(), trees());
        scratch.sh("for ref in commits other; do git update-ref refs/notes/$ref refs/notes/$ref~; done");
        assert_ne!(trees(), by_hgls.1);
        scratch.sh(&format!("echo {old} {first} | git notes copy --for-rewrite=amend --stdin"));
        assert_eq!(by_hgls, (shown(), trees()), "{mode}");
        by_hgls.0
    };
    assert_eq!(noted(""), "note\n\nc\nb\na\n\nc\na\n");
    assert_eq!(noted("git config notes.rewriteMode overwrite"), "c\nc\na\n");
    assert_eq!(noted("git config notes.rewriteMode Cat_Sort_Uniq"), "c\nnote\na\nb\nc\n");
}

#[test]
fn where_there_are_many_they_stand_in_folders() {
    let many = "for i in $(seq 400); do echo $i > .git/x$i; done; note=$(git rev-parse HEAD)
         git hash-object -w .git/x* | sed \"s/^/$note /\" | git notes copy --stdin; git config notes.rewriteRef refs/notes/commits
         test $(git ls-tree refs/notes/commits | wc -l) -lt 300";
    assert_eq!(as_git(many, "amended"), Vec::<String>::new());
}

#[test]
fn what_cannot_go_along_is_said_and_stops_nothing() {
    let scratch = repository(&format!(
        "{TWO}\ngit config notes.rewriteRef 'refs/notes/*'; git symbolic-ref refs/notes/name refs/heads/main
         git config notes.rewriteMode nonsense; touch .git/refs/notes/other.lock"
    ));
    let before = scratch
        .sh("git for-each-ref refs/notes/other refs/notes/third; git rev-parse --symbolic-full-name refs/notes/name");
    let amended = run(&scratch, &CommitOptions { message: Some("amended"), amend: true, ..ALL }).unwrap();
    let warnings: Vec<String> = amended.outcome.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(scratch.node("HEAD"), amended.node);
    assert_eq!(scratch.sh("git notes show"), "note\n");
    assert_eq!(
        warnings[..2],
        ["Bad notes.rewriteMode value: 'nonsense'", "notes ref refs/notes/name is symbolic: its notes stay"]
    );
    assert!(warnings.len() == 3 && warnings[2].starts_with("refs/notes/other: "), "{warnings:?}");
    let after = scratch
        .sh("git for-each-ref refs/notes/other refs/notes/third; git rev-parse --symbolic-full-name refs/notes/name");
    assert_eq!(after, before);
}
