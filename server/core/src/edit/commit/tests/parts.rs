//! Commits of named files, folders and hunks: everything else, staged or not, stays exactly as it was.

use super::*;
use crate::edit::HunkRange;

fn selected(scratch: &Scratch, names: &[&str]) -> Committed {
    done(scratch, &CommitOptions { paths: &paths(names), ..ALL })
}

#[test]
fn named_files_and_folders_are_committed_and_others_stay_staged_or_not() {
    let scratch = repository(
        "mkdir d && for f in a b c d/x d/y e; do echo 1 > $f; done && git add . && git commit -qm base
         echo 2 > a && echo 2 > b && git add b && echo 3 > b && echo 2 > c && git add c && echo 2 > d/x && git rm -q d/y
         git rm -q e && echo 2 > new && git add new && echo 2 > d/new && git add -N d/new",
    );
    let others = || scratch.sh("git ls-files -s --debug a b c new");
    let before = others();
    let committed = selected(&scratch, &["d"]);
    assert_eq!(committed_files(&scratch), "a=1 b=1 c=1 d/new=2 d/x=2 e=1");
    assert_eq!(others(), before);
    assert_eq!(git_status(&scratch), ".M a, MM b, M. c, D. e, A. new");
    let files: Vec<String> =
        committed.outcome.files.iter().map(|file| format!("{:?} {}", file.action, file.path)).collect();
    assert_eq!(files, ["Added d/new", "Modified d/x", "Removed d/y"]);
    let others = || scratch.sh("git ls-files -s --debug a c new");
    let before = others();
    selected(&scratch, &["b", "e"]);
    assert_eq!(committed_files(&scratch), "a=1 b=3 c=1 d/new=2 d/x=2");
    assert_eq!((others(), git_status(&scratch)), (before, ".M a, M. c, A. new".to_owned()));
}

#[test]
fn names_that_mean_nothing_are_refused_in_mercurials_words() {
    let scratch = repository("mkdir d gone empty && for f in a d/x gone/f missing; do echo 1 > $f; done && git add .
         git commit -qm base && rm missing && touch unknown && echo 2 > a && git rm -q --cached gone/f && git add -A gone");
    for (name, kind, words) in [
        ("nosuch", Kind::FileMissing, "nosuch: No such file or directory"),
        ("unknown", Kind::NotTracked, "unknown: file not tracked!"),
        ("missing", Kind::FileMissing, "missing: file not found!"),
        ("d", Kind::NotTracked, "d: no match under directory!"),
        ("empty", Kind::NotTracked, "empty: no match under directory!"),
        ("d/x", Kind::NothingToCommit, "nothing changed"),
    ] {
        let names = paths(&[name]);
        assert_eq!(refused(&scratch, &CommitOptions { paths: &names, ..ALL }), (kind, words.to_owned()));
    }
    let names = paths(&["a", "nosuch"]);
    assert_eq!(refused(&scratch, &CommitOptions { paths: &names, ..ALL }).0, Kind::FileMissing);
}

/// The hunks of `name` with these numbers.
fn hunks(scratch: &Scratch, name: &str, numbers: &[usize]) -> Vec<FileHunks> {
    let old = scratch.sh(&format!("git show HEAD:{name} 2>/dev/null || true"));
    let new = scratch.sh(&format!("cat {name}"));
    let all = crate::model::diff::diff_hunks(old.as_bytes(), new.as_bytes(), crate::linediff::Whitespace::default());
    let hunks = numbers.iter().map(|at| HunkRange { old: all[*at].old.clone(), new: all[*at].new.clone() }).collect();
    vec![FileHunks { path: path(name), hunks }]
}

const TWO_HUNKS: &str = "seq 9 > f && echo 1 > g && git add . && git commit -qm base
     seq 9 | sed 's/2/two/; s/8/eight/' > f && echo 2 > g";

fn index_of(scratch: &Scratch, name: &str) -> String {
    scratch.sh(&format!("git show :{name}")).replace('\n', "")
}

#[test]
fn chosen_hunks_are_committed_and_the_others_are_left_in_the_file() {
    let scratch = repository(TWO_HUNKS);
    done(&scratch, &CommitOptions { hunks: &hunks(&scratch, "f", &[1]), ..ALL });
    assert_eq!(committed_files(&scratch), "f=1|2|3|4|5|6|7|eight|9 g=1");
    assert_eq!(
        (scratch.sh("cat f"), git_status(&scratch)),
        (scratch.sh("seq 9 | sed 's/2/two/; s/8/eight/'"), ".M f, .M g".to_owned())
    );
    // The last of them, with a whole file beside.
    done(&scratch, &CommitOptions { hunks: &hunks(&scratch, "f", &[0]), paths: &paths(&["g"]), ..ALL });
    assert_eq!(
        (committed_files(&scratch).as_str(), git_status(&scratch).as_str()),
        ("f=1|two|3|4|5|6|7|eight|9 g=2", "")
    );
}

#[test]
fn what_is_staged_of_the_other_hunks_stays_staged() {
    for (staged, after) in [
        // All of it, only the other hunk, only the same one, nothing.
        ("git add f", "1two34567eight9"),
        ("cp f keep && seq 9 | sed 's/2/two/' > f && git add f && mv keep f", "1two34567eight9"),
        ("cp f keep && seq 9 | sed 's/8/eight/' > f && git add f && mv keep f", "1234567eight9"),
        ("true", "1234567eight9"),
        // Something else in the same place: nowhere but in the index.
        ("cp f keep && seq 9 | sed 's/8/ACHT/' > f && git add f && mv keep f", "1234567ACHT9"),
    ] {
        let scratch = repository(&format!("{TWO_HUNKS}\n{staged}"));
        done(&scratch, &CommitOptions { hunks: &hunks(&scratch, "f", &[1]), ..ALL });
        assert_eq!(scratch.sh("git show HEAD:f").replace('\n', ""), "1234567eight9");
        assert_eq!(index_of(&scratch, "f"), after, "{staged}");
        assert_eq!(scratch.sh("cat f").replace('\n', ""), "1two34567eight9");
    }
}

#[test]
fn hunks_of_a_new_file_and_the_executable_bit() {
    let scratch = repository(&format!("{TWO_HUNKS}\nchmod +x f && seq 3 > new && git add -N new"));
    done(&scratch, &CommitOptions { hunks: &hunks(&scratch, "new", &[0]), ..ALL });
    assert_eq!(scratch.sh("git show HEAD:new"), "1\n2\n3\n");
    done(&scratch, &CommitOptions { hunks: &hunks(&scratch, "f", &[0]), ..ALL });
    assert!(scratch.sh("git ls-tree HEAD f").starts_with("100644"));
    done(&scratch, &CommitOptions { hunks: &hunks(&scratch, "f", &[0]), ..ALL });
    assert!(scratch.sh("git ls-tree HEAD f").starts_with("100755"));
}

#[test]
fn hunks_that_are_not_there_are_refused() {
    let scratch = repository(&format!("{TWO_HUNKS}\nln -s f link && git add link && git rm -q --cached g"));
    let chosen = hunks(&scratch, "f", &[1]);
    scratch.sh("sed -i 1d f");
    let (kind, words) = refused(&scratch, &CommitOptions { hunks: &chosen, ..ALL });
    assert_eq!((kind, words.as_str()), (Kind::RepositoryChanged, "f: the file has no such change any more (line 8)"));
    for name in ["link", "g"] {
        let none = [FileHunks { path: path(name), hunks: Vec::new() }];
        assert_eq!(refused(&scratch, &CommitOptions { hunks: &none, ..ALL }).0, Kind::InvalidArgument, "{name}");
    }
}

#[test]
fn lines_are_counted_in_the_form_in_which_they_are_committed() {
    let scratch = repository(
        "git config core.autocrlf true && printf '1\\r\\n2\\r\\n3\\r\\n' > f && git add . 2>/dev/null
         git commit -qm base && printf 'one\\r\\n2\\r\\nthree\\r\\n' > f",
    );
    let chosen = [FileHunks { path: path("f"), hunks: vec![HunkRange { old: 2..3, new: 2..3 }] }];
    done(&scratch, &CommitOptions { hunks: &chosen, ..ALL });
    assert_eq!(scratch.sh("git show HEAD:f"), "1\n2\nthree\n");
    assert_eq!(scratch.sh("cat f"), "one\r\n2\r\nthree\r\n");
}
