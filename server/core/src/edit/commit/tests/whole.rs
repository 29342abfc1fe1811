//! Commits of everything that changed.

use super::*;

#[test]
fn the_nodes_of_mercurials_own_test_of_its_git_extension() {
    let scratch = repository(
        "export GIT_AUTHOR_DATE='2007-01-01 00:00:10 +0000' GIT_COMMITTER_DATE='2007-01-01 00:00:10 +0000'
         git config user.name test && export GIT_AUTHOR_NAME=test GIT_COMMITTER_NAME=test
         echo alpha > alpha && git add alpha && git commit -qm 'Add alpha'
         export GIT_AUTHOR_DATE='2007-01-01 00:00:11 +0000' GIT_COMMITTER_DATE='2007-01-01 00:00:11 +0000'
         echo beta > beta && git add beta && git commit -qm 'Add beta'
         echo gamma > gamma",
    );
    assert_eq!(scratch.node("HEAD").short(), "3d9be8deba43");
    for (script, message, date, node) in [
        ("echo a >> alpha", "more alpha", "1583558723 18000", "5b2c80b027ce"),
        ("echo b >> beta", "more beta", "0 0", "980d4f79a9c6"),
        ("echo a >> alpha", "even more alpha", "0 0", "cf6ddf5d9b8a"),
        ("mkdir a && echo 'This is file mu.' > a/mu && git add -N a/mu", "Introduce file a/mu", "0 0", "c1a41c49866e"),
    ] {
        scratch.sh(script);
        let committed =
            done(&scratch, &CommitOptions { message: Some(message), exact_message: true, date: Some(date), ..ALL });
        assert_eq!(committed.node.short(), node, "{message}");
    }
}

#[test]
fn the_working_copy_counts_and_not_what_is_staged() {
    let base = "printf '1\\n' > f && cp f g && git add . && git commit -qm base";
    for (then, files) in [
        ("echo 2 > f", "f=2 g=1"),
        ("echo 2 > f && git add f", "f=2 g=1"),
        ("echo 2 > f && git add f && echo 3 > f", "f=3 g=1"),
        ("git rm -q f", "g=1"),
        ("git rm -q --cached f", "g=1"),
        ("echo 2 > f && rm g && git add -A", "f=2"),
        ("echo new > h && git add h && echo newer > h", "f=1 g=1 h=newer"),
        ("echo new > h && git add -N h", "f=1 g=1 h=new"),
        ("git mv f h", "g=1 h=1"),
    ] {
        let scratch = repository(&format!("{base}\n{then}"));
        done(&scratch, &ALL);
        assert_eq!(committed_files(&scratch), files, "{then}");
        // What was forgotten and left on disk is unknown; nothing else is left to say.
        let rest = if then.contains("--cached") { "?? f" } else { "" };
        assert_eq!(git_status(&scratch), rest, "{then}");
    }
}

#[test]
fn nothing_to_commit_is_said_as_mercurial_says_it() {
    let base = "echo 1 > f && git add . && git commit -qm base";
    for (then, words) in [
        ("true", "nothing changed"),
        ("touch unknown", "nothing changed"),
        ("touch -d '2020-01-01' f", "nothing changed"),
        // Staged and taken back.
        ("echo 2 > f && git add f && echo 1 > f", "nothing changed"),
        ("rm f", "nothing changed (1 missing files, see 'hg status')"),
        ("git checkout -q --detach", "nothing changed"),
    ] {
        let scratch = repository(&format!("{base}\n{then}"));
        assert_eq!(refused(&scratch, &ALL), (Kind::NothingToCommit, words.to_owned()), "{then}");
    }
    assert_eq!(refused(&repository("true"), &ALL).0, Kind::NothingToCommit);
}

#[test]
fn missing_files_stay_and_so_does_what_is_staged_of_them() {
    let scratch = repository(
        "echo 1 > f && echo 1 > g && git add . && git commit -qm base && echo 2 > f
         echo 2 > g && git add g && rm g",
    );
    done(&scratch, &ALL);
    assert_eq!((committed_files(&scratch).as_str(), git_status(&scratch).as_str()), ("f=2 g=1", "MD g"));
}

#[test]
fn the_first_commit_is_made_on_an_unborn_branch() {
    let scratch = repository("git symbolic-ref HEAD refs/heads/feature/x && mkdir d && echo 1 > d/f && git add -N d/f");
    let committed = done(&scratch, &ALL);
    assert_eq!(scratch.sh("git log --format='%P|%D' feature/x"), "|HEAD -> feature/x\n");
    assert_eq!(scratch.sh("git log -g -1 --format=%gs"), "commit (initial): message\n");
    assert_eq!(committed.outcome.files, [crate::edit::FileOutcome::new(path("d/f"), crate::edit::Action::Added)]);
}

#[test]
fn a_detached_head_moves_and_no_reference_comes_of_it() {
    let scratch =
        repository("echo 1 > f && git add . && git commit -qm base && git checkout -q --detach && echo 2 > f");
    let references = scratch.sh("git for-each-ref");
    let committed = done(&scratch, &ALL);
    assert_eq!(scratch.sh("git for-each-ref"), references);
    assert_eq!(scratch.sh("cat .git/HEAD").trim(), committed.node.to_hex());
}

#[test]
fn modes_links_and_submodules_are_recorded() {
    let scratch = repository(
        "echo 1 > f && echo 1 > x && chmod +x x && ln -s f l && git init -q sub && git -C sub commit -q --allow-empty -m 1
         git add . 2>/dev/null && git commit -qm base && chmod +x f && chmod -x x && ln -sfn x l
         git -C sub commit -q --allow-empty -m 2",
    );
    done(&scratch, &ALL);
    let tree = scratch.sh("git ls-tree HEAD --format='%(objectmode) %(path)'");
    assert_eq!(tree, "100755 f\n120000 l\n160000 sub\n100644 x\n");
    assert_eq!(scratch.sh("git rev-parse HEAD:sub"), scratch.sh("git -C sub rev-parse HEAD"));
    assert_eq!((scratch.sh("git show HEAD:l"), git_status(&scratch)), ("x".to_owned(), String::new()));
    // A submodule with changes of its own has nothing for this repository.
    scratch.sh("touch sub/file && git -C sub add file");
    assert_eq!(refused(&scratch, &ALL).0, Kind::NothingToCommit);
}

#[test]
fn modes_that_the_file_system_cannot_tell_come_from_the_index() {
    let scratch = repository(
        "git config core.fileMode false && echo 1 > f && git add . && git update-index --chmod=+x f
         git commit -qm base && chmod +x f && echo 2 > f && echo 1 > g && chmod +x g && git add -N g",
    );
    done(&scratch, &ALL);
    let tree = scratch.sh("git ls-tree HEAD --format='%(objectmode) %(path)'");
    assert_eq!(tree, "100755 f\n100644 g\n");
    assert_eq!(git_status(&scratch), "");
}

#[test]
fn files_and_folders_take_each_others_place() {
    let scratch = repository(
        "mkdir d && echo 1 > d/x && echo 1 > f && git add . && git commit -qm base
         rm -r d f && echo 2 > d && mkdir f && echo 2 > f/y && git add -A",
    );
    done(&scratch, &ALL);
    assert_eq!((committed_files(&scratch), git_status(&scratch)), ("d=2 f/y=2".to_owned(), String::new()));
}

#[test]
fn a_folder_without_files_is_gone() {
    let scratch = repository(
        "mkdir -p a/b && echo 1 > a/b/f && echo 1 > g && git add . && git commit -qm base
         git rm -q a/b/f",
    );
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git ls-tree -rt --name-only HEAD"), "g\n");
    assert_eq!(scratch.sh("git rev-parse HEAD^{tree}"), scratch.sh("git write-tree"));
    scratch.sh("git rm -q g");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git rev-parse HEAD^{tree}").trim(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

#[test]
fn contents_are_converted_as_git_converts_them() {
    let scratch = repository(
        "printf '*.txt text eol=crlf\\n*.c ident\\n*.u16 text working-tree-encoding=UTF-16LE\\n*.up filter=up\\n' \
             > .gitattributes && git config filter.up.clean 'tr a-z A-Z' && git config filter.up.required true
         git add . && git commit -qm base && printf 'a\\r\\nb\\r\\n' > a.txt && printf '$Id: 1 $\\n' > a.c
         printf 'a\\000\\n\\000' > a.u16 && echo shout > a.up && git add -N .",
    );
    done(&scratch, &ALL);
    for file in ["a.txt", "a.c", "a.u16", "a.up"] {
        assert_eq!(scratch.sh(&format!("git rev-parse HEAD:{file}")), scratch.sh(&format!("git hash-object {file}")));
    }
    assert_eq!((git_status(&scratch).as_str(), scratch.sh("git show HEAD:a.up").as_str()), ("", "SHOUT\n"));
}

#[test]
fn a_filter_that_may_not_run_is_not_left_out() {
    let scratch = repository(
        "echo '*.up filter=up' > .gitattributes && git config filter.up.clean 'tr a-z A-Z'
         git add . && git commit -qm base && echo shout > a.up && git add -N a.up",
    );
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let error = commit(&repository, &ALL, &Cancel::new(), &NoProgress).unwrap_err();
    assert_eq!(error.kind(), Kind::UntrustedRepository);
    assert_eq!(scratch.sh("git log --format=%s"), "base\n");
}

#[test]
fn flags_and_stat_data_of_other_entries_are_kept() {
    let scratch = repository(
        "for f in a b c d; do echo 1 > $f; done && git add . && git commit -qm base
         git update-index --skip-worktree a && rm a && git update-index --assume-unchanged b
         echo 2 > c && git add c && echo 33 > c && echo 2 > d",
    );
    let others = || scratch.sh("git ls-files -s -v --debug a b c");
    let before = others();
    done(&scratch, &CommitOptions { paths: &paths(&["d"]), ..ALL });
    assert_eq!((others(), git_status(&scratch)), (before, "MM c".to_owned()));
    done(&scratch, &ALL);
    assert_eq!((committed_files(&scratch).as_str(), git_status(&scratch).as_str()), ("a=1 b=1 c=33 d=2", ""));
    assert_eq!(scratch.sh("git ls-files -v"), "S a\nh b\nH c\nH d\n");
}

#[test]
fn names_of_any_bytes_are_committed() {
    let scratch =
        repository("mkdir 'd\"e' && echo 1 > \"$(printf 'd\"e/\\351\\t')\" && echo 2 > 'a b' && git add -N .");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git ls-tree -r --name-only HEAD"), "a b\n\"d\\\"e/\\351\\t\"\n");
    assert_eq!(git_status(&scratch), "");
}

#[test]
fn a_worktree_commits_to_its_own_branch() {
    let scratch = repository(
        "echo 1 > f && git add . && git commit -qm base && git worktree add -q -b other wt
         echo 2 > wt/f && echo 3 > f",
    );
    let linked = scratch.inside("wt");
    run(&linked, &ALL).unwrap();
    assert_eq!(scratch.sh("git show other:f; git show main:f"), "2\n1\n");
    assert_eq!((git_status(&linked).as_str(), git_status(&scratch).as_str()), ("", ".M f, ?? wt/"));
    scratch.sh("git fsck --strict");
}

#[test]
fn a_lock_of_another_program_keeps_everything_as_it_is() {
    let scratch = repository("echo 1 > f && git add . && git commit -qm base && echo 2 > f");
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        scratch.sh(&format!("touch .git/{lock}"));
        let before = scratch.node("HEAD");
        let status = git_status(&scratch);
        let error = run(&scratch, &ALL).unwrap_err();
        assert_eq!((error.kind(), error.to_string().contains(lock)), (Kind::RepositoryLocked, true), "{error}");
        assert_eq!((scratch.node("HEAD"), git_status(&scratch)), (before, status), "{lock}");
        scratch.sh(&format!("rm .git/{lock}"));
    }
    done(&scratch, &ALL);
}

#[test]
fn who_commits_is_asked_of_the_configuration_alone() {
    let scratch = repository("echo 1 > f && git add f");
    scratch.sh("git config user.name '' && git config user.email ''");
    let error = run(&scratch, &ALL).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (Kind::NoUser, "no username supplied"));
    assert!(error.hint().unwrap().contains("git config --global user.name"));
    done(&scratch, &CommitOptions { user: Some("Just Name"), date: Some("10 -19800"), ..ALL });
    let shown = scratch.sh("git log -1 --date=raw --format='%an|%ae|%ad|%cn|%ce|%cd'");
    assert_eq!(shown, "Just Name||10 +0530|Just Name||10 +0530\n");
    scratch.sh("git config user.name Configured && git config user.email c@d && echo 2 > f");
    done(&scratch, &ALL);
    let shown = scratch.sh("git log -1 --date=raw --format='%an|%ae|%ad|%cn|%ce|%cd'");
    assert_eq!(shown, "Configured|c@d|1594819230 +0000|Configured|c@d|1594819230 +0000\n");
}
